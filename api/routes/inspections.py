"""督查加减分, 约谈, 参评分组: what is recorded of ranked units."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from api.answers import page_of
from api.described import asks, records_elsewhere
from api.doors import Asking, CheckedRoute, Program, ToProgram, WrittenOut
from api.fields import GroundIn, Name, Record, Text, decimal_between
from api.paging import Page, Paged
from crm.people import Act
from crm.presentation import both_clocks
from crm.questions.units import ask_inspections, ask_interviews_held
from crm.ranking_presentation import groups_shown
from crm.units import hold_interview, place_unit, record_inspection, void_unit_entry
from domain.unit import events as u
from domain.vocabulary import UnitGroup
from projections.reader import clocks
from projections.unit_entries import groups_on

router = APIRouter(tags=["评比"], route_class=CheckedRoute)

_Key = tuple[int, str]


_POINTS_WRONG = "分值应为数字，如 2 或 -0.5"


def _points(value: Any) -> Decimal:
    points = decimal_between(value, -1000, 1000, _POINTS_WRONG)
    if len(str(points)) > 12:
        raise ValueError(_POINTS_WRONG)
    return points


Points = Annotated[
    Decimal,
    BeforeValidator(_points),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
    Field(description="加分为正，减分为负，最多两位小数"),
]


class InspectionIn(Record):
    """督查加减分."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "unit": "城关镇",
                "points": "-0.5",
                "ground": "超时限未开工项目1个",
                "occurred_on": "2023-06-15",
            }
        }
    )

    unit: Name
    points: Points
    ground: Text


@router.post(
    "/inspections", **records_elsewhere("录入专项督查加减分（管理人员）", act=Act.SUPERVISE)
)
def inspect(to: ToProgram, body: InspectionIn) -> WrittenOut:
    inspection = u.InspectionRecorded(
        **body.common(to.today), unit=body.unit, points=body.points, ground=body.ground
    )
    return to.answer(record_inspection(to.crm, inspection, by=to.caller, condition=to.condition))


class InterviewIn(Record):
    """约谈."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "unit": "蒲溪镇",
                "period": "2023-Q2",
                "interviewer": "县委书记",
                "interviewee": "镇党委书记、镇长",
                "text": "限期一个月赶上时序进度",
                "occurred_on": "2023-07-12",
            }
        }
    )

    unit: Name
    period: Annotated[str, Field(max_length=20, description="就哪个周期约谈，如 2023-Q2")]
    interviewer: Annotated[Name, Field(description="约谈人")]
    interviewee: Annotated[Name, Field(description="被约谈人")]
    text: Annotated[Text, Field(description="约谈内容")]


@router.post(
    "/interviews",
    **records_elsewhere(
        "录入约谈（管理人员）", "interview_conditions", "already_interviewed", act=Act.SUPERVISE
    ),
)
def interview(to: ToProgram, body: InterviewIn) -> WrittenOut:
    held = u.InterviewHeld(
        **body.common(to.today),
        unit=body.unit,
        period=body.period,
        interviewer=body.interviewer,
        interviewee=body.interviewee,
        text=body.text,
    )
    return to.answer(hold_interview(to.crm, held, by=to.caller, condition=to.condition))


class EntryVoidIn(GroundIn):
    """作废: the unit is named too, as its history is where the entry stands."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"unit": "城关镇", "ground": "录错单位"}}
    )

    unit: Name


EntryId = Annotated[UUID, Path(description="要作废的记录编号")]
_CODES = ("already_voided", "void_not_voidable")


@router.post(
    "/inspections/{entry_id}/void", **records_elsewhere("作废督查加减分", *_CODES, act=Act.VOID)
)
def void_inspection(to: ToProgram, entry_id: EntryId, body: EntryVoidIn) -> WrittenOut:
    return _void(to, entry_id, body)


@router.post(
    "/interviews/{entry_id}/void", **records_elsewhere("作废约谈记录", *_CODES, act=Act.VOID)
)
def void_interview(to: ToProgram, entry_id: EntryId, body: EntryVoidIn) -> WrittenOut:
    return _void(to, entry_id, body)


def _void(to: ToProgram, entry_id: UUID, body: EntryVoidIn) -> WrittenOut:
    entry = u.UnitEntryVoided(
        **body.common(to.today), unit=body.unit, event_id=entry_id, ground=body.ground
    )
    return to.answer(void_unit_entry(to.crm, entry, by=to.caller, condition=to.condition))


class EntriesQuery(Paged):
    """Filters of entries on units."""

    unit: Annotated[str | None, Field(description="单位")] = None
    period: Annotated[str | None, Field(max_length=20, description="周期，如 2023-Q2")] = None


@router.get("/inspections", **asks("专项督查加减分记录"))
def inspections(crm: Program, query: Annotated[EntriesQuery, Query()]) -> dict[str, Any]:
    turn, asked = Page.asked(crm, "inspections", query)
    return page_of(turn, query, ask_inspections(crm, turn, asked.unit, asked.period), _Key)


@router.get("/interviews", **asks("约谈记录"))
def interviews(crm: Program, query: Annotated[EntriesQuery, Query()]) -> dict[str, Any]:
    turn, asked = Page.asked(crm, "interviews", query)
    return page_of(turn, query, ask_interviews_held(crm, turn, asked.unit, asked.period), _Key)


class GroupIn(Record):
    """参评分组."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"unit": "县司法局", "group": "departments"}}
    )

    unit: Name
    group: Annotated[UnitGroup | None, Field(description="null 表示不参评")]


@router.put(
    "/settings/units", **records_elsewhere("设置单位的参评分组（管理员）", act=Act.SET_TARGET)
)
def place(to: ToProgram, body: GroupIn) -> WrittenOut:
    grouping = u.UnitGrouped(**body.common(to.today), unit=body.unit, group=body.group)
    return to.answer(place_unit(to.crm, grouping, by=to.caller, condition=to.condition))


@router.get("/settings/units", **asks("参评单位及分组"))
def places(crm: Program, query: Annotated[Asking, Query()]) -> dict[str, Any]:
    moment = query.moment(crm)
    with crm.reader.asking("clock", "units") as connection:
        when = clocks(connection, query.day(crm), moment)
        groups = groups_on(connection, when)
    return {**both_clocks(when), "items": groups_shown(groups), "next_cursor": None}
