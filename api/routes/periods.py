"""统计周期 and 工作日: which period a day belongs to, and a year's workdays, by the rules of D."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.described import asks
from api.doors import Asking, CheckedRoute, Program, reading
from api.fields import AsOf
from crm.holidays import work_calendar
from crm.presentation import both_clocks
from crm.questions.answer import judged
from crm.questions.periods import ask_period, workdays_shown
from domain.calendar import month_end
from domain.periods import PeriodKind
from domain.workdays import days_between

router = APIRouter(tags=["周期与工作日"], route_class=CheckedRoute, dependencies=[Depends(reading)])


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
    with judged(crm, query.when(crm), "clock", "rules") as (_, when, rules):
        calendar, year = work_calendar(rules), query.year or when.as_of.year
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = days_between(first, last)
    weekday = {day: day.weekday() < 5 for day in days}
    return {
        "year": year,
        **both_clocks(when),
        **workdays_shown(first, last, calendar),
        "months": [
            {
                "month": f"{year}-{month:02d}",
                "workdays": calendar.workdays_between(date(year, month, 1), month_end(year, month)),
            }
            for month in range(1, 13)
        ],
        "holidays": [
            day.isoformat() for day in days if weekday[day] and not calendar.is_workday(day)
        ],
        "make_up_workdays": [
            day.isoformat() for day in days if not weekday[day] and calendar.is_workday(day)
        ],
    }
