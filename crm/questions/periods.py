"""统计周期: which period a day belongs to, and what came before and after, by the rules of D."""

from datetime import date

from crm.application import CRM
from crm.export import Sheet
from crm.holidays import work_calendar
from crm.presentation import Shown, both_clocks
from crm.questions.answer import Answer, Clocked, judged
from domain.calendar import month_end
from domain.periods import (
    Period,
    PeriodKind,
    following,
    period_of,
    previous,
    same_period_last_year,
)
from domain.workdays import WorkCalendar, days_between

_UNPUBLISHED = "该年节假日安排尚未公布或尚未核对，暂按周一至周五计算"


def ask_period(crm: CRM, when: Clocked, kind: PeriodKind, on: date | None = None) -> Answer:
    """The period of a kind that a day (default: D) belongs to, and its neighbours."""
    with judged(crm, when, "clock", "rules") as (_, at, rules):
        ends_on, calendar = rules.month_ends_on, work_calendar(rules)
    period = period_of(kind, on or at.as_of, ends_on)
    shown = {
        **both_clocks(at),
        **_period_shown(period, calendar),
        "previous": _period_shown(previous(period, ends_on), calendar),
        "following": _period_shown(following(period, ends_on), calendar),
        "same_period_last_year": _period_shown(same_period_last_year(period, ends_on), calendar),
    }
    return Answer(at, shown, "统计周期", _periods_sheet)


def ask_calendar(crm: CRM, when: Clocked, year: int | None = None) -> Shown:
    """A year's workdays, holidays and weekend days worked instead; the year is D's unless told."""
    with judged(crm, when, "clock", "rules") as (_, at, rules):
        calendar, asked = work_calendar(rules), year or at.as_of.year
    first, last = date(asked, 1, 1), date(asked, 12, 31)
    days = days_between(first, last)
    weekday = {day: day.weekday() < 5 for day in days}
    return {
        "year": asked,
        **both_clocks(at),
        **_workdays_shown(first, last, calendar),
        "months": [
            {
                "month": f"{asked}-{month:02d}",
                "workdays": calendar.workdays_between(
                    date(asked, month, 1), month_end(asked, month)
                ),
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


def _workdays_shown(first: date, last: date, calendar: WorkCalendar) -> Shown:
    """How many, and whether the last day's year has its holidays published; a note when not."""
    published = calendar.is_verified(last)
    return {
        "workdays": calendar.workdays_between(first, last),
        "published": published,
        "note": None if published else _UNPUBLISHED,
    }


def _period_shown(period: Period, calendar: WorkCalendar) -> Shown:
    return {
        "key": period.key,
        "kind": period.kind.value,
        "label": period.label,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "days": len(days_between(period.start, period.end)),
        **_workdays_shown(period.start, period.end, calendar),
    }


_COLUMNS = {
    "label": "名称",
    "key": "编码",
    "start": "起",
    "end": "止",
    "days": "天数",
    "workdays": "工作日",
    "note": "说明",
}


def _periods_sheet(shown: Shown) -> Sheet:
    parts = {
        "本期": shown,
        "上期": shown["previous"],
        "下期": shown["following"],
        "上年同期": shown["same_period_last_year"],
    }
    rows = [
        {"周期": name, **{header: part[key] for key, header in _COLUMNS.items()}}
        for name, part in parts.items()
    ]
    headers = ["周期", *_COLUMNS.values()]
    return Sheet("统计周期", headers, rows)
