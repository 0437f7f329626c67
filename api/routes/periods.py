"""统计周期 and 工作日: which period a day belongs to, and a year's workdays, by the rules of D."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.described import asks
from api.doors import Asking, CheckedRoute, Program
from api.fields import AsOf
from crm.questions.periods import ask_calendar, ask_period
from domain.periods import PeriodKind

router = APIRouter(tags=["周期与工作日"], route_class=CheckedRoute)


class PeriodQuery(Asking):
    """The two clocks (which rules hold), the kind of period, and a day in it."""

    kind: Annotated[PeriodKind, Field(description="周期类型")]
    on: Annotated[AsOf | None, Field(description="周期内的一天，默认 D")] = None


@router.get("/periods", **asks("某日所在的周、半月、月、季、半年、年，及上期、下期和上年同期"))
def show_period(crm: Program, query: Annotated[PeriodQuery, Query()]) -> dict[str, Any]:
    return ask_period(crm, query.when(crm), query.kind, query.on).shown


class CalendarQuery(Asking):
    """The two clocks (which rules hold), and the year."""

    year: Annotated[int | None, Field(ge=2001, le=2100, description="年份，默认 D 所在的年")] = None


@router.get("/calendar", **asks("一年的工作日：节假日、调休上班；未公布的年份注明"))
def show_calendar(crm: Program, query: Annotated[CalendarQuery, Query()]) -> dict[str, Any]:
    return ask_calendar(crm, query.when(crm), query.year)
