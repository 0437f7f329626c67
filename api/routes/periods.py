"""统计周期 and 工作日: which period a day belongs to, and a year's workdays."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from api.described import asks
from api.doors import CheckedRoute, Program, reading
from api.fields import AsOf
from crm.holidays import work_calendar
from domain.periods import (
    Period,
    PeriodKind,
    following,
    period_of,
    previous,
    same_period_last_year,
)
from domain.workdays import days_between

router = APIRouter(tags=["周期与工作日"], route_class=CheckedRoute, dependencies=[Depends(reading)])


class PeriodQuery(BaseModel):
    """Which kind of period, and a day in it."""

    model_config = ConfigDict(extra="forbid")

    kind: PeriodKind
    on: Annotated[AsOf | None, Field(description="业务日期，默认今天")] = None


@router.get("/periods", **asks("某日所在的周、半月、月、季、半年、年，及上期和上年同期"))
def show_period(crm: Program, query: Annotated[PeriodQuery, Query()]) -> dict[str, Any]:
    period = period_of(query.kind, query.on or crm.today())
    return {
        **_shown(period),
        "workdays": work_calendar().workdays_between(period.start, period.end),
        "previous": _shown(previous(period)),
        "following": _shown(following(period)),
        "same_period_last_year": _shown(same_period_last_year(period)),
    }


class CalendarQuery(BaseModel):
    """Which year."""

    model_config = ConfigDict(extra="forbid")

    year: Annotated[int, Field(ge=2001, le=2100)]


@router.get("/calendar", **asks("一年的工作日：节假日、调休上班；未公布的年份注明"))
def show_calendar(query: Annotated[CalendarQuery, Query()]) -> dict[str, Any]:
    calendar = work_calendar()
    first, last = date(query.year, 1, 1), date(query.year, 12, 31)
    days = days_between(first, last)
    weekday = {day: day.weekday() < 5 for day in days}
    return {
        "year": query.year,
        "workdays": calendar.workdays_between(first, last),
        "published": calendar.is_verified(first),
        "holidays": [
            day.isoformat() for day in days if weekday[day] and not calendar.is_workday(day)
        ],
        "make_up_workdays": [
            day.isoformat() for day in days if not weekday[day] and calendar.is_workday(day)
        ],
    }


def _shown(period: Period) -> dict[str, Any]:
    return {
        "key": period.key,
        "kind": period.kind.value,
        "label": period.label,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "days": (period.end - period.start + timedelta(days=1)).days,
    }
