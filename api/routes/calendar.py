"""Workdays of a year, and the period a day belongs to (工作日历、统计周期)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.described import asks
from api.doors import Asking, CheckedRoute, Program, reading
from api.fields import AsOf
from crm.application import CRM
from crm.calendar_presentation import calendar_page, periods_page
from crm.holidays import work_calendar
from domain.periods import PeriodKind
from domain.rulebook import Rulebook
from projections.clocks import Clocks
from projections.reader import clocks
from projections.rules import rules_in_force

router = APIRouter(tags=["日历"], route_class=CheckedRoute)


class CalendarQuery(Asking):
    """The two clocks (which rules hold), and the year."""

    year: Annotated[int | None, Field(ge=1980, le=2199, description="年份，默认 D 所在的年")] = None


@router.get(
    "/calendar",
    dependencies=[Depends(reading)],
    **asks("一年的工作日、放假日和调休上班日；尚未公布安排的年份会注明"),
)
def calendar(crm: Program, query: Annotated[CalendarQuery, Query()]) -> dict[str, Any]:
    when, rules = _asked(crm, query)
    return calendar_page(query.year or when.as_of.year, work_calendar(rules), when)


class PeriodQuery(Asking):
    """The two clocks (which rules hold), the kind of period, and a day in it."""

    kind: Annotated[PeriodKind, Field(description="周、半月、月、季度、半年、年")]
    on: Annotated[AsOf | None, Field(description="周期内的一天，默认 D")] = None


@router.get(
    "/periods",
    dependencies=[Depends(reading)],
    **asks("某日所在的统计周期，及其上一期、下一期和上年同期"),
)
def periods(crm: Program, query: Annotated[PeriodQuery, Query()]) -> dict[str, Any]:
    when, rules = _asked(crm, query)
    day = query.on or when.as_of
    return periods_page(query.kind, day, rules.month_ends_on, work_calendar(rules), when)


def _asked(crm: CRM, query: Asking) -> tuple[Clocks, Rulebook]:
    moment = query.moment(crm)
    with crm.reader.asking() as connection:
        when = clocks(connection, query.day(crm), moment)
        return when, rules_in_force(connection, when)
