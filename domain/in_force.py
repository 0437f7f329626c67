"""What holds of what was recorded? What nobody took back; of settings that replace each other, such
as targets, the latest by its business day.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from domain.event import E, Recorded

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


def unvoided(history: Iterable[Recorded[E]], void: type[Any]) -> list[Recorded[E]]:
    """The events of a history that count, as recorded: neither voids nor voided."""
    standing = list(history)
    gone = {r.event.event_id for r in standing if isinstance(r.event, void)}
    return [r for r in standing if r.event_id not in gone and not isinstance(r.event, void)]
