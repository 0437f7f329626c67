"""From the published holidays to the county's work calendar (国务院节假日安排、调休).

The days come from the `holidays` library, which gives no warning for a year whose make-up
workdays are not published yet. So the last year checked is named (`HOLIDAYS_VERIFIED_YEAR`), and
the county may enter a later notice itself: rules `extra_holidays`, `extra_workdays` and
`holidays_verified_year`.
"""

from functools import cache

from domain.rulebook import HOLIDAYS_VERIFIED_YEAR, Rulebook
from domain.workdays import WorkCalendar

_FIRST_YEAR = 2001  # of the library's make-up workdays


def work_calendar(rules: Rulebook) -> WorkCalendar:
    """The published calendar with what the county has entered; its entries win."""
    published = _published()
    off, on = set(rules.extra_holidays), set(rules.extra_workdays)
    return WorkCalendar(
        holidays=frozenset((published.holidays | off) - on),
        make_up_workdays=frozenset((published.make_up_workdays | on) - off),
        verified_year=rules.holidays_verified_year,
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
