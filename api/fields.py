"""The kinds of field a request may hold, read strictly: nothing is guessed, nothing rounded."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)

from crm.uscc import valid_uscc
from domain.calendar import EARLIEST, LATEST_ASKED, day_of, is_period
from domain.errors import BadInput
from domain.event import LONGEST_NAME, ContactPerson, Evidence, Personal
from domain.lead.events import Investor
from domain.money import units_from_wan, wan_text


def _day(value: Any) -> Any:
    return day_of(value if isinstance(value, str) else "")


def _as_of(value: Any) -> Any:
    day = _day(value)
    if not EARLIEST <= day <= LATEST_ASKED:
        raise ValueError(f"日期应在 {EARLIEST} 与 {LATEST_ASKED} 之间")
    return day


def _units(value: Any) -> int:
    try:
        return units_from_wan(value)
    except BadInput as error:
        raise ValueError(error.message) from None


def decimal_between(value: Any, low: int, high: int, wrong: str) -> Decimal:
    """A number given as one, or as text, from `low` to `high`; else `ValueError(wrong)`."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError(wrong)
    try:
        number = Decimal(value)
    except ArithmeticError:
        raise ValueError(wrong) from None
    if not (number.is_finite() and low <= number <= high):
        raise ValueError(wrong)
    return number


def _at_most(places: int, number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    if isinstance(exponent, str) or exponent < -places:
        raise ValueError(f"最多{'零一二三四五六'[places]}位小数")
    return number


def _fraction(value: Any) -> Decimal:
    return _at_most(6, decimal_between(value, 0, 1, "应为 0 到 1 之间的数"))


def _percent(value: Any) -> Decimal:
    """The share: what is said in percent on the wire is kept as 0..1, as all shares are."""
    percent = _at_most(4, decimal_between(value, 0, 100, "应为 0 到 100 之间的数"))
    return percent / 100  # exact: a few digits


def _ratio(value: Any) -> Decimal:
    return _at_most(6, decimal_between(value, -1, 100, "比率应为小数，如 0.40"))


def _period(value: Any) -> Any:
    if isinstance(value, str) and is_period(value):
        return value
    raise ValueError("月份应写作 YYYY-MM")


def _uscc(value: Any) -> Any:
    if isinstance(value, str) and valid_uscc(value.strip()):
        return value.strip()
    raise ValueError("统一社会信用代码不正确（18 位，末位为校验码）")


def _person(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _texts(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_NUMBER_OR_TEXT = {"anyOf": [{"type": "number"}, {"type": "string"}]}

_DAY_SCHEMA = WithJsonSchema({"type": "string", "format": "date"})
Day = Annotated[date, BeforeValidator(_day), _DAY_SCHEMA]
AsOf = Annotated[date, BeforeValidator(_as_of), _DAY_SCHEMA]
Wan = Annotated[
    int,
    BeforeValidator(_units),
    PlainSerializer(wan_text, when_used="json"),
    WithJsonSchema({**_NUMBER_OR_TEXT, "description": "万元（外币为万美元），最多四位小数"}),
]
"""An amount in 万元 or 万美元 on the wire; integer 元 or 美元 inside."""
Fraction = Annotated[Decimal, BeforeValidator(_fraction), WithJsonSchema(_NUMBER_OR_TEXT)]
Percent = Annotated[
    Decimal,
    BeforeValidator(_percent),
    WithJsonSchema({**_NUMBER_OR_TEXT, "description": "百分数，0 到 100，最多四位小数"}),
]
"""A percentage 0..100 on the wire; a share 0..1 inside."""
Ratio = Annotated[Decimal, BeforeValidator(_ratio), WithJsonSchema(_NUMBER_OR_TEXT)]
Period = Annotated[str, BeforeValidator(_period), WithJsonSchema({"type": "string"})]
Uscc = Annotated[str, BeforeValidator(_uscc), WithJsonSchema({"type": "string"})]
Text = Annotated[
    str,
    StringConstraints(
        strict=True, strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00]*$"
    ),
]
Name = Annotated[
    str,
    StringConstraints(
        strict=True,
        strip_whitespace=True,
        min_length=1,
        max_length=LONGEST_NAME,
        pattern=r"^[^\x00-\x1f]*$",
    ),
]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_texts)]
Count = Annotated[StrictInt, Field(ge=0, le=1_000_000)]


Year = Annotated[int, Field(ge=2000, le=2100, description="年度")]
YearOfDay = Annotated[Year | None, Field(description="年度，默认 as_of 所在年")]


class Body(BaseModel):
    """A request body: fields it does not know are refused, not dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EvidenceIn(Body):
    """佐证材料."""

    kind: Name
    name: Name
    sha256: Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$")] | None = None
    taken_on: Day | None = None
    place: Name | None = None


class InvestorIn(Body):
    """投资方."""

    name: Name
    uscc: Uscc | None = None

    def investor(self) -> Investor:
        return Investor(self.name, self.uscc)


class PersonIn(Body):
    """联系人."""

    name: Name
    title: Name | None = None
    phone: Name | None = None

    def person(self) -> ContactPerson:
        return ContactPerson(
            person_id=uuid4(),
            name=Personal(self.name),
            title=self.title,
            phone=Personal(self.phone) if self.phone else None,
        )


Persons = tuple[Annotated[PersonIn, BeforeValidator(_person)], ...]


class Record(Body):
    """What every write on a lead may carry beside its own fields."""

    occurred_on: Annotated[Day | None, Field(description="业务日期，默认今天，不能晚于今天")] = None
    evidence: Annotated[tuple[EvidenceIn, ...], Field(max_length=50, description="佐证材料")] = ()
    note: Annotated[Text | None, Field(description="备注")] = None

    def common(self, today: date) -> dict[str, Any]:
        """The fields of `domain.event.Event`."""
        return {
            "occurred_on": self.occurred_on or today,
            "evidence": tuple(Evidence(**item.model_dump()) for item in self.evidence),
            "note": self.note,
        }


class GroundIn(Record):
    """An act that needs a reason."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"ground": "企业投资计划调整", "occurred_on": "2023-06-30"}}
    )

    ground: Text


class VoidIn(GroundIn):
    """作废一条记录."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "event_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
                "ground": "录错项目",
            }
        }
    )

    event_id: Annotated[UUID, Field(description="要作废的记录的 event_id")]
