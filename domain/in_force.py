"""Which of several settings, each stated from a business day on, holds on a day?

Targets and the like: the whole of one replaces the one before.
"""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

T = TypeVar("T")


def in_force_on(settings: Sequence[tuple[date, T]], as_of: date) -> T | None:
    """Of settings in recording order: the one of the latest business date up to `as_of`.

    Later recorded wins a tie. A year's target speaks for the whole year, so on days before the
    first one was set, the first one holds.
    """
    if not settings:
        return None
    first = min(day for day, _ in settings)
    latest = max(day for day, _ in settings if day <= max(as_of, first))
    return [setting for day, setting in settings if day == latest][-1]
