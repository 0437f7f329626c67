"""The reading side's door: a connection whose tables include every answered write."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine, func, select

from projections import tables
from projections.catch_up import Projector, micros
from projections.clocks import Clocks


class Reader:
    """Opens connections for the questions of this package. Safe for many threads."""

    def __init__(self, engine: Engine, projector: Projector) -> None:
        self._engine = engine
        self._projector = projector

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """A connection in one read transaction: all queries in it see the same moment.

        Raises `ProjectionStopped` when the tables cannot be brought up to date.
        """
        self._projector.require_fresh()
        with self._engine.connect() as connection:
            yield connection

    def last_code_number(self, year: int) -> int:
        """The highest lead number given in a year; 0 before the first."""
        query = select(func.max(tables.lead.c.number)).where(tables.lead.c.year == year)
        with self.asking() as connection:
            return connection.execute(query).scalar() or 0

    def lead_id_of(self, code: str) -> UUID | None:
        """The lead a code was given to."""
        query = select(tables.lead.c.lead_id).where(tables.lead.c.code == code)
        with self.asking() as connection:
            return connection.execute(query).scalar()

    def last_recorded_at(self) -> datetime | None:
        """The latest recording time in the log; None for an empty one."""
        with self.asking() as connection:
            known_at = connection.execute(select(func.max(tables.log_clock.c.known_at))).scalar()
        if known_at is None:
            return None
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=known_at)

    def close(self) -> None:
        self._engine.dispose()


def clocks(
    connection: Connection, as_of: date, known_at: datetime, position: int | None = None
) -> Clocks:
    """D and K as the tables need them; `position` pins the knowledge of an earlier page."""
    tracked: int = connection.execute(select(tables.projection.c.position)).scalar_one()
    if position is None:
        position = position_at(connection, known_at)
    return Clocks(as_of, known_at, min(position, tracked), position >= tracked)


def position_at(connection: Connection, known_at: datetime) -> int:
    """The last position of the longest prefix of the log that was recorded by `known_at`."""
    clock = tables.log_clock.c
    query = select(func.max(clock.position)).where(clock.known_at <= micros(known_at))
    return connection.execute(query).scalar() or 0
