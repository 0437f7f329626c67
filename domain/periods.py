"""Which week, half-month, month, quarter … does a day belong to, and what came before? (统计周期)

Weeks run from Monday to Sunday, half-months from 1 to 15 and from 16 to the end; quarters,
half-years and years are natural (domain section 0, decision 5). A county may close its months
early, as those that count from the 26th to the 25th (domain section 7, cut-offs): `month_ends_on`
is then 25. Keys: `2023-W05`, `2023-05-H1`, `2023-05`, `2023-Q2`, `2023-H1`, `2023`.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import EARLIEST, LATEST_ASKED, add_months, month_end
from domain.errors import BadInput
from domain.vocabulary import Word

NATURAL_MONTH = 31
"""`month_ends_on` of a month that ends on its last day."""


class PeriodKind(Word):
    """How often something is counted, from the shortest to the longest."""

    WEEKLY = "weekly", "周"
    HALF_MONTHLY = "half_monthly", "半月"
    MONTHLY = "monthly", "月"
    QUARTERLY = "quarterly", "季度"
    HALF_YEARLY = "half_yearly", "半年"
    ANNUAL = "annual", "年"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days that is counted together, both ends included."""

    kind: PeriodKind
    start: date
    end: date
    key: str

    @property
    def label(self) -> str:
        """As staff say it: 2023年第2季度."""
        return _label(self)


def period_of(kind: PeriodKind, day: date, month_ends_on: int = NATURAL_MONTH) -> Period:
    """The period of a kind that a day belongs to."""
    year, month = day.year, day.month
    match kind:
        case PeriodKind.WEEKLY:
            iso = day.isocalendar()
            monday = date.fromisocalendar(iso.year, iso.week, 1)
            key = f"{iso.year:04d}-W{iso.week:02d}"
            return Period(kind, monday, monday + timedelta(days=6), key)
        case PeriodKind.HALF_MONTHLY:
            half = 1 if day.day <= 15 else 2
            start = date(year, month, 1 if half == 1 else 16)
            end = date(year, month, 15) if half == 1 else month_end(year, month)
            return Period(kind, start, end, f"{year:04d}-{month:02d}-H{half}")
        case PeriodKind.MONTHLY:
            return _month(day, month_ends_on)
        case PeriodKind.QUARTERLY:
            quarter = (month + 2) // 3
            return _months(kind, year, 3 * quarter - 2, 3, f"{year:04d}-Q{quarter}")
        case PeriodKind.HALF_YEARLY:
            half = 1 if month <= 6 else 2
            return _months(kind, year, 6 * half - 5, 6, f"{year:04d}-H{half}")
        case PeriodKind.ANNUAL:
            return _months(kind, year, 1, 12, f"{year:04d}")


def parse(text: str, month_ends_on: int = NATURAL_MONTH) -> Period:
    """The period a key names. Raises `BadInput`."""
    for kind, pattern in _KEYS.items():
        found = re.fullmatch(pattern, text.strip())
        if found is None:
            continue
        try:
            day = _day_within(kind, *(int(number) for number in found.groups()))
        except ValueError:
            break
        period = period_of(kind, day, month_ends_on)
        if period.key == text.strip() and EARLIEST <= period.start <= LATEST_ASKED:
            return period
        break
    raise BadInput("period", "周期应写作 2023、2023-H1、2023-Q2、2023-05、2023-05-H1 或 2023-W05")


def previous(period: Period, month_ends_on: int = NATURAL_MONTH) -> Period:
    """The one before it."""
    return period_of(period.kind, period.start - timedelta(days=1), month_ends_on)


def following(period: Period, month_ends_on: int = NATURAL_MONTH) -> Period:
    """The one after it."""
    return period_of(period.kind, period.end + timedelta(days=1), month_ends_on)


def same_period_last_year(period: Period, month_ends_on: int = NATURAL_MONTH) -> Period:
    """上年同期: the same month, quarter … a year before.

    Of a week it is the week of the same number; a 53rd week of a year that follows one of 52 is
    held against that year's last.
    """
    if period.kind is PeriodKind.WEEKLY:
        year, week, _ = period.start.isocalendar()
        last = date(year - 1, 12, 28).isocalendar().week  # 28 December is always in the last one
        day = date.fromisocalendar(year - 1, min(week, last), 1)
    else:
        day = add_months(period.end, -12)
    return period_of(period.kind, day, month_ends_on)


def _month(day: date, ends_on: int) -> Period:
    """The statistical month: it is named after the month it ends in."""
    named = day if day <= _closing(day, ends_on) else add_months(day.replace(day=1), 1)
    before = add_months(named.replace(day=1), -1)
    start = _closing(before, ends_on) + timedelta(days=1)
    key = f"{named.year:04d}-{named.month:02d}"
    return Period(PeriodKind.MONTHLY, start, _closing(named, ends_on), key)


def _closing(day: date, ends_on: int) -> date:
    """The day on which the statistical month named after a day's month ends."""
    last = month_end(day.year, day.month)
    return last.replace(day=min(ends_on, last.day))


def _months(kind: PeriodKind, year: int, first: int, count: int, key: str) -> Period:
    return Period(kind, date(year, first, 1), month_end(year, first + count - 1), key)


# A period's key, tried in this order; its numbers lead to a day within.
_KEYS = {
    PeriodKind.WEEKLY: r"([0-9]{4})-W([0-9]{2})",
    PeriodKind.HALF_MONTHLY: r"([0-9]{4})-([0-9]{2})-H([12])",
    PeriodKind.MONTHLY: r"([0-9]{4})-([0-9]{2})",
    PeriodKind.QUARTERLY: r"([0-9]{4})-Q([1-4])",
    PeriodKind.HALF_YEARLY: r"([0-9]{4})-H([12])",
    PeriodKind.ANNUAL: r"([0-9]{4})",
}


def _day_within(kind: PeriodKind, year: int, part: int = 1, half: int = 1) -> date:
    match kind:
        case PeriodKind.WEEKLY:
            return date.fromisocalendar(year, part, 1)
        case PeriodKind.HALF_MONTHLY:
            return date(year, part, 1 if half == 1 else 16)
        case PeriodKind.QUARTERLY:
            return date(year, 3 * part, 1)
        case PeriodKind.HALF_YEARLY:
            return date(year, 6 * part, 1)
        case _:
            return date(year, part, 1)


def _label(period: Period) -> str:
    year, _, part = period.key.partition("-")
    match period.kind:
        case PeriodKind.WEEKLY:
            return f"{year}年第{int(part[1:])}周"
        case PeriodKind.HALF_MONTHLY:
            month, half = part.split("-H")
            return f"{year}年{int(month)}月{'上' if half == '1' else '下'}半月"
        case PeriodKind.MONTHLY:
            return f"{year}年{int(part)}月"
        case PeriodKind.QUARTERLY:
            return f"{year}年第{part[1:]}季度"
        case PeriodKind.HALF_YEARLY:
            return f"{year}年{'上' if part == 'H1' else '下'}半年"
        case PeriodKind.ANNUAL:
            return f"{year}年"
