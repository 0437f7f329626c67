"""Is this a workday, and how many are there from one day to another? (工作日、调休)

Workdays follow the State Council's yearly notice: weekdays less its holidays, plus the weekend
days it makes up for them (调休上班). Source: domain section 7; F16.
"""

from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The days that differ from Monday to Friday, and the last year they are known of.

    For a later year the notice is not out yet: it is counted Monday to Friday, and whoever shows
    a figure from it says so (`is_verified`).
    """

    holidays: frozenset[date] = frozenset()
    make_up_workdays: frozenset[date] = frozenset()
    verified_year: int = 0

    def is_verified(self, day: date) -> bool:
        """Whether the notice of the day's year is known."""
        return day.year <= self.verified_year

    def is_workday(self, day: date) -> bool:
        if day in self.make_up_workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def workdays_between(self, first: date, last: date) -> int:
        """How many of the days from `first` to `last`, both counted, are workdays."""
        return sum(self.is_workday(day) for day in days_between(first, last))


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included; none when `last` is earlier."""
    return [first + nth * _DAY for nth in range((last - first).days + 1)]
