"""The year's target: set it (admin), and see how far it is."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field, model_validator

from api.answers import answered
from api.described import asks, records_elsewhere
from api.doors import Asking, CheckedRoute, Program, ToProgram, WrittenOut
from api.fields import Body, Count, Fraction, Name, Ratio, Record, Wan
from api.files import Format
from crm.people import Act
from crm.questions.standing import ask_target
from domain.target import (
    AnnualTargetSet,
    QuarterTarget,
    ShareTarget,
    UnitTarget,
    undated_from,
)

router = APIRouter(prefix="/targets", tags=["年度目标"], route_class=CheckedRoute)

Year = Annotated[int, Path(ge=2000, le=2100, description="年度")]


class ShareIn(Body):
    """One unit's, town's or chain's share, or what a quarter's end asks."""

    projects: Count | None = None
    agreed_total_wan: Wan | None = None


Shares = Annotated[dict[Name, ShareIn], Field(max_length=500, default_factory=dict)]


class TargetIn(Record):
    """年度目标: the whole table; a later one replaces it from its business date on."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "projects": 90,
                "agreed_total_wan": 1100000,
                "fai_ratio": "0.40",
                "big_projects": 8,
                "built_projects": 10,
                "domestic_growth": "0.12",
                "foreign_growth": "0.10",
                "by_unit": {"经开区": {"projects": 30, "agreed_total_wan": 400000}},
                "by_town": {"城关镇": {"projects": 20, "agreed_total_wan": 200000}},
                "by_chain": {"新材料": {"projects": 25, "agreed_total_wan": 350000}},
                "by_quarter": {"1": {"projects": 15, "agreed_total_wan": 200000}},
            }
        }
    )

    projects: Count | None = None
    agreed_total_wan: Wan | None = None
    fai_ratio: Fraction | None = None
    big_projects: Count | None = None
    built_projects: Count | None = None
    domestic_growth: Ratio | None = None
    foreign_growth: Ratio | None = None
    by_unit: Shares
    by_town: Shares
    by_chain: Shares
    by_quarter: Annotated[
        dict[Literal["1", "2", "3", "4"], ShareIn],
        Field(default_factory=dict, description="年初至各季度末的累计目标"),
    ]

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set - set(Record.model_fields):
            raise ValueError("至少填写一项目标；新目标整体替换原目标")
        return self


@router.put(
    "/{year}",
    **records_elsewhere("下达或调整年度目标（管理员）", without=(404, 409), act=Act.SET_TARGET),
)
def set_target(to: ToProgram, year: Year, body: TargetIn) -> WrittenOut:
    undated = undated_from(to.crm.targets(year), year, to.today)
    return to.answer(
        to.crm.set_target(
            AnnualTargetSet(
                **body.common(undated),
                year=year,
                projects=body.projects,
                agreed_total_yuan=body.agreed_total_wan,
                fai_ratio=body.fai_ratio,
                big_projects=body.big_projects,
                built_projects=body.built_projects,
                domestic_growth=body.domestic_growth,
                foreign_growth=body.foreign_growth,
                by_unit=tuple(
                    UnitTarget(unit, share.projects, share.agreed_total_wan)
                    for unit, share in body.by_unit.items()
                ),
                by_town=_shares(body.by_town),
                by_chain=_shares(body.by_chain),
                by_quarter=tuple(
                    QuarterTarget(int(quarter), share.projects, share.agreed_total_wan)
                    for quarter, share in body.by_quarter.items()
                ),
            ),
            by=to.caller,
            condition=to.condition,
        )
    )


def _shares(shares: Mapping[str, ShareIn]) -> tuple[ShareTarget, ...]:
    return tuple(
        ShareTarget(name, share.projects, share.agreed_total_wan) for name, share in shares.items()
    )


class TargetQuery(Asking):
    """The two clocks and the form of the answer."""

    format: Format = "json"


@router.get(
    "/{year}",
    response_model=None,
    **asks("年度目标完成情况"),
)
def show(
    crm: Program, year: Year, query: Annotated[TargetQuery, Query()], response: Response
) -> dict[str, Any] | Response:
    when = query.when(crm)
    response.headers["ETag"] = f'"{len(crm.targets(year))}"'
    return answered(ask_target(crm, when, year), query.format)
