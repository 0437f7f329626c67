"""When was what known? (录入时刻) Log position -> the latest recording time up to it."""

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


def moment(micros_since: int) -> datetime:
    """The instant of `micros`, in UTC."""
    return _EPOCH + timedelta(microseconds=micros_since)


class _Clock:
    """Several servers' clocks differ a little, so the log's time is the latest so far."""

    def changes(self, batch: Sequence[Recorded[Any]], known_at: int) -> Changes:
        rows = []
        for recorded in batch:
            known_at = max(known_at, micros(recorded.recorded_at))
            rows.append({"position": recorded.position, "known_at": known_at})
        return Changes({log_clock: rows}, {})

    def forget(self) -> None:
        """There is nothing to forget."""


def _clock(_: Log) -> _Clock:
    return _Clock()


LOG_CLOCK = Projection("clock", "录入时刻", CLOCK, (log_clock,), _clock)
