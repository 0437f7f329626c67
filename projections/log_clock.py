"""When was what known? (录入时刻) Log position -> the log's time there.

The log's time is an event's recording time, except that it rises with every command: servers'
clocks differ a little, and an answer given "as known at K" must stay what it was, so nothing
that is written later may come to stand at a K that has been answered for.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.event import Recorded
from projections.bitemporal import Changes
from projections.projection import Log, Projection
from projections.tables import CLOCK, log_clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """An aware instant as microseconds since 1970, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def instant_of(known_at: int) -> datetime:
    """The instant of microseconds since 1970, in UTC."""
    return _EPOCH + timedelta(microseconds=known_at)


class _Clock:
    """Follows the log's time."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._last: Recorded[Any] | None = None

    def changes(
        self, batch: Sequence[Recorded[Any]], position: int, known_at: int
    ) -> tuple[Changes, int]:
        last = self._event_at(position)
        rows = []
        for recorded in batch:
            if last is None or not _same_command(last, recorded):
                known_at = max(known_at + 1, micros(recorded.recorded_at))
            rows.append({"position": recorded.position, "known_at": known_at})
            last = recorded
        self._last = last
        return Changes({log_clock: rows}, {}), known_at

    def _event_at(self, position: int) -> Recorded[Any] | None:
        if position == 0:
            return None
        if self._last is None or self._last.position != position:
            return self._log.log(position - 1, 1)[0]
        return self._last


def _same_command(one: Recorded[Any], next_one: Recorded[Any]) -> bool:
    """What is recorded together, be it on several streams, carries one recording time and one
    name, and is known together. (One program never gives a time twice.)"""
    return (one.recorded_at, one.recorded_by) == (next_one.recorded_at, next_one.recorded_by)


LOG_CLOCK = Projection("clock", "录入时刻", CLOCK, (log_clock,), _Clock)
