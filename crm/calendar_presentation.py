"""How workdays and periods are shown."""

from datetime import date
from typing import Any

from domain.calendar import month_end, timestamp
from domain.periods import (
    Period,
    PeriodKind,
    following,
    period_of,
    previous,
    same_period_last_year,
)
from domain.workdays import WorkCalendar, days_between
from projections.clocks import Clocks

Shown = dict[str, Any]

_UNPUBLISHED = "该年节假日安排尚未公布或尚未核对，暂按周一至周五计算"


def calendar_page(year: int, calendar: WorkCalendar, clocks: Clocks) -> Shown:
    """A year's workdays. `note` says when the year's holidays are not known."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = days_between(first, last)
    verified = calendar.is_verified(first)
    return {
        "year": year,
        **_clocks(clocks),
        "verified": verified,
        "note": None if verified else _UNPUBLISHED,
        "workdays": calendar.workdays_between(first, last),
        "months": [
            {
                "month": f"{year}-{month:02d}",
                "workdays": calendar.workdays_between(date(year, month, 1), month_end(year, month)),
            }
            for month in range(1, 13)
        ],
        "weekdays_off": [
            day.isoformat() for day in days if day.weekday() < 5 and not calendar.is_workday(day)
        ],
        "make_up_workdays": [
            day.isoformat() for day in days if day.weekday() >= 5 and calendar.is_workday(day)
        ],
    }


def periods_page(
    kind: PeriodKind, on: date, month_ends_on: int, calendar: WorkCalendar, clocks: Clocks
) -> Shown:
    """The period of a day, and those it is held against."""
    period = period_of(kind, on, month_ends_on)
    beside = {
        "previous": previous,
        "next": following,
        "same_period_last_year": same_period_last_year,
    }
    return {
        "kind": kind.value,
        "label": kind.label,
        "on": on.isoformat(),
        **_clocks(clocks),
        "period": _period(period, calendar),
        **{name: _period(find(period, month_ends_on), calendar) for name, find in beside.items()},
    }


def _period(period: Period, calendar: WorkCalendar) -> Shown:
    verified = calendar.is_verified(period.end)
    return {
        "key": period.key,
        "label": period.label,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "workdays": calendar.workdays_between(period.start, period.end),
        "workdays_verified": verified,
        "note": None if verified else _UNPUBLISHED,
    }


def _clocks(clocks: Clocks) -> Shown:
    return {"as_of": clocks.as_of.isoformat(), "known_at": timestamp(clocks.known_at)}
