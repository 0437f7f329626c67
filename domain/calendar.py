"""Business days and natural months as the county counts them (domain section 7, F16).

Days are Asia/Shanghai calendar days. A month term keeps the day of the month and falls back
to the month's last day: 31 January + 1 month = 28 (29) February.
"""

import calendar
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.errors import BadInput

SHANGHAI = ZoneInfo("Asia/Shanghai")
FOREVER = date.max  # the open end of "from this day on"
# No county's investment promotion is older; an earlier date is a slip of the keyboard.
EARLIEST = date(1980, 1, 1)
LATEST_ASKED = date(2199, 12, 31)  # deadlines counted from it must still be dates

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"(19|20)\d{2}-(0[1-9]|1[0-2])")

# Longer than an entry may be under way from its recording time to its commit: what was recorded
# by then is known by now.
SETTLING = timedelta(seconds=60)

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def is_period(text: str) -> bool:
    """Whether a text is a month (YYYY-MM) that may be asked for."""
    return _MONTH.fullmatch(text) is not None


def business_day(moment: datetime) -> date:
    """The Shanghai calendar day of an aware instant."""
    return moment.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """The last microsecond of a Shanghai day, in UTC: "known by the evening of that day"."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def add_months(day: date, months: int) -> date:
    """`months` calendar months later, on the same day or the month's last (F16)."""
    whole = day.year * 12 + day.month - 1 + months
    year, month0 = divmod(whole, 12)
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


def year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes 28 February."""
    return add_months(day, -12)


def months_of(first: date, last: date) -> list[date]:
    """The first days of the months from one day's to another's, both included."""
    month, months = first.replace(day=1), []
    while month <= last:
        months.append(month)
        month = add_months(month, 1)
    return months


def month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def year_until(year: int, as_of: date) -> date:
    """D': the day a year is looked at, its last or D while it lasts.

    Before the year has begun it lies before 1 January, and nothing counts.
    """
    return min(as_of, date(year, 12, 31))


def period_of(day: date) -> str:
    """The statistical month of a day, `YYYY-MM`; such texts sort in time order."""
    return f"{day.year:04d}-{day.month:02d}"


def first_day(period: str) -> date:
    """Of a statistical month."""
    return date(int(period[:4]), int(period[5:]), 1)


def period_beside(period: str, months: int) -> str:
    """The statistical month some months later, or earlier."""
    return period_of(add_months(first_day(period), months))


def day_of(text: str) -> date:
    """A day as YYYY-MM-DD. Raises `ValueError`, in words for staff."""
    if not _DAY.fullmatch(text):
        raise ValueError("日期应写作 YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("没有这一天") from None


def instant(text: str) -> datetime:
    """An RFC 3339 instant, or a date meaning the end of that day. Raises `BadInput`."""
    # In a query string an unescaped "+08:00" arrives as " 08:00".
    text = re.sub(r" (?=\d{2}:\d{2}$)", "+", text.strip())
    try:
        if _DAY.fullmatch(text):
            return end_of_day(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise BadInput("known_at", "时刻应写作 2023-06-30T18:00:00+08:00") from None
    if moment.tzinfo is None:
        raise BadInput("known_at", "时刻须带时区，如 2023-06-30T18:00:00+08:00")
    if not 1970 <= moment.year <= 9998:
        raise BadInput("known_at", "时刻超出范围")
    return moment


def refuse_implausible_day(day: date, today: date) -> None:
    """A business date lies between 1980 and today. Raises `BadInput`."""
    if day > today:
        raise BadInput("occurred_on", f"业务日期不能晚于今天（{today}）")
    if day < EARLIEST:
        raise BadInput("occurred_on", f"业务日期不能早于 {EARLIEST}，请核对年份")


def timestamp(moment: datetime) -> str:
    """RFC 3339 in the county's own offset."""
    return moment.astimezone(SHANGHAI).isoformat()
