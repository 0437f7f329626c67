"""From the published holidays to the county's work calendar (国务院节假日安排、调休).

The days come from the `holidays` library, which gives no warning for a year whose make-up
workdays are not published yet. So the last year checked is named here; a later notice is
entered by handing its days to `work_calendar`.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache

from domain.workdays import WorkCalendar

HOLIDAYS_VERIFIED_YEAR = 2026
_FIRST_YEAR = 2001  # of the library's make-up workdays


def work_calendar(
    extra_holidays: Iterable[date] = (),
    extra_workdays: Iterable[date] = (),
    verified_year: int | None = None,
) -> WorkCalendar:
    """The published calendar with what the county has entered; its entries win."""
    published = _published()
    off, on = set(extra_holidays), set(extra_workdays)
    return WorkCalendar(
        holidays=frozenset((published.holidays | off) - on),
        make_up_workdays=frozenset((published.make_up_workdays | on) - off),
        verified_year=max(verified_year or 0, HOLIDAYS_VERIFIED_YEAR),
    )


@cache
def _published() -> WorkCalendar:
    from holidays import country_holidays  # not needed to start

    years = range(_FIRST_YEAR, HOLIDAYS_VERIFIED_YEAR + 1)
    china = country_holidays("CN", years=years)

    return WorkCalendar(
        frozenset(day for day in china if day.year in years),
        frozenset(day for day in china.weekend_workdays if day.year in years),
        HOLIDAYS_VERIFIED_YEAR,
    )
