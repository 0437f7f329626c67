"""统计周期 and 工作日: which period a day belongs to, and a year's workdays, by the rules of D."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.asking import at
from api.described import asks
from api.doors import Asking, CheckedRoute, Program, reading
from api.fields import AsOf
from crm.application import CRM
from crm.holidays import work_calendar
from domain.calendar import month_end
from domain.periods import (
    Period,
    PeriodKind,
    following,
    period_of,
    previous,
    same_period_last_year,
)
from domain.rulebook import Rulebook
from domain.workdays import WorkCalendar, days_between
from projections.clocks import Clocks
from projections.reader import clocks
from projections.rule_rows import rules_in_force

router = APIRouter(tags=["周期与工作日"], route_class=CheckedRoute, dependencies=[Depends(reading)])

_UNPUBLISHED = "该年节假日安排尚未公布或尚未核对，暂按周一至周五计算"


class PeriodQuery(Asking):
    """The two clocks (which rules hold), the kind of period, and a day in it."""

    kind: PeriodKind
    on: Annotated[AsOf | None, Field(description="周期内的一天，默认 D")] = None


@router.get("/periods", **asks("某日所在的周、半月、月、季、半年、年，及上期、下期和上年同期"))
def show_period(crm: Program, query: Annotated[PeriodQuery, Query()]) -> dict[str, Any]:
    when, rules = _asked(crm, query)
    ends_on, calendar = rules.month_ends_on, work_calendar(rules)
    period = period_of(query.kind, query.on or when.as_of, ends_on)
    return {
        **at(when),
        **_shown(period, calendar),
        "previous": _shown(previous(period, ends_on), calendar),
        "following": _shown(following(period, ends_on), calendar),
        "same_period_last_year": _shown(same_period_last_year(period, ends_on), calendar),
    }


class CalendarQuery(Asking):
    """The two clocks (which rules hold), and the year."""

    year: Annotated[int | None, Field(ge=2001, le=2100, description="年份，默认 D 所在的年")] = None


@router.get("/calendar", **asks("一年的工作日：节假日、调休上班；未公布的年份注明"))
def show_calendar(crm: Program, query: Annotated[CalendarQuery, Query()]) -> dict[str, Any]:
    when, rules = _asked(crm, query)
    calendar, year = work_calendar(rules), query.year or when.as_of.year
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = days_between(first, last)
    weekday = {day: day.weekday() < 5 for day in days}
    return {
        "year": year,
        **at(when),
        **_workdays(first, last, calendar),
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


def _asked(crm: CRM, query: Asking) -> tuple[Clocks, Rulebook]:
    moment = query.moment(crm)
    with crm.reader.asking("clock", "rules") as connection:
        when = clocks(connection, query.day(crm), moment)
        return when, rules_in_force(connection, when)


def _shown(period: Period, calendar: WorkCalendar) -> dict[str, Any]:
    return {
        "key": period.key,
        "kind": period.kind.value,
        "label": period.label,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "days": len(days_between(period.start, period.end)),
        **_workdays(period.start, period.end, calendar),
    }


def _workdays(first: date, last: date, calendar: WorkCalendar) -> dict[str, Any]:
    """How many, and whether the last day's year has its holidays published; a note when not."""
    published = calendar.is_verified(last)
    return {
        "workdays": calendar.workdays_between(first, last),
        "published": published,
        "note": None if published else _UNPUBLISHED,
    }
