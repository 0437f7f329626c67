"""The reading side's door: a connection whose tables include every answered write."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import Connection, Engine, func, select

from domain.calendar import FOREVER
from projections import tables
from projections.catch_up import PROJECTIONS, Projector, Status
from projections.clocks import Clocks
from projections.generations import tracked
from projections.log_clock import micros

_WAIT_SECONDS = 5.0
_POLL_SECONDS = 0.02


class ProjectionStopped(Exception):
    """The tables met an event they cannot take in (HTTP 503): nothing is skipped."""

    code = "projection_stopped"
    detail = "统计表更新已停止，请联系管理员查看 crm projections status；录入和项目记录不受影响"


class TablesBuilding(Exception):
    """This program's tables are being built for the first time (HTTP 503)."""

    code = "projection_building"

    def __init__(self, done: int, of: int) -> None:
        share = 100 * done // of if of else 0
        self.detail = f"统计表正在建立（已完成 {share}%），请稍后再查；录入不受影响"
        super().__init__(self.detail)


class NotYetVisible(Exception):
    """The tables have not come to an answered write within the wait (HTTP 504)."""


class Reader:
    """Opens connections for the questions of this package. Safe for many threads.

    With `follows` it brings the tables up to date itself before it reads; without, somebody else
    does (`crm worker`), and it waits for what this program has written.
    """

    def __init__(self, engine: Engine, projector: Projector, *, follows: bool = True) -> None:
        self._engine = engine
        self._projector = projector
        self._follows = follows
        self._written = 0

    def written(self, position: int) -> None:
        """This program has answered a write: whoever asks from now on must see it."""
        self._written = max(self._written, position)

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """A connection in one read transaction, its tables as new as they must be.

        Raises `ProjectionStopped`, `TablesBuilding`, `NotYetVisible`.
        """
        self.wait_for(self._projector.source.head() if self._follows else self._written)
        with self._engine.connect() as connection:
            yield connection

    def wait_for(self, position: int) -> None:
        """Returns once the tables include a place in the log.

        Raises `ProjectionStopped`, `TablesBuilding`, `NotYetVisible` after 5 s.
        """
        deadline = time.monotonic() + _WAIT_SECONDS
        while not self._reached(position):
            if time.monotonic() > deadline:
                raise NotYetVisible
            time.sleep(_POLL_SECONDS)

    def _reached(self, position: int) -> bool:
        if self._lags(position) and self._follows:
            self._projector.catch_up()
            return not self._lags(position)
        return not self._lags(position)

    def _lags(self, position: int) -> bool:
        lagging = [s for s in self._projector.statuses(position) if s.lag > 0 or s.position is None]
        for status in lagging:
            _refuse_hopeless(status)
        return bool(lagging)

    def codes_of(self, title: str, investor: str) -> list[str]:
        """The codes of the leads that now have this title and investor."""
        step = tables.lead_step.c
        query = (
            select(step.code)
            .where(step.title == title, step.investor == investor)
            .where(step.known_to == tables.OPEN, step.valid_to == FOREVER)
            .order_by(step.code_order)
        )
        with self.asking() as connection:
            return list(connection.execute(query).scalars())


def _refuse_hopeless(status: Status) -> None:
    if status.error is not None:
        raise ProjectionStopped(status.error)
    if status.position is None:
        building = status.building
        raise TablesBuilding(building.events if building else 0, status.head)


def clocks(
    connection: Connection, as_of: date, known_at: datetime, position: int | None = None
) -> Clocks:
    """D and K as the tables need them; `position` pins the knowledge of an earlier page."""
    if position is None:
        position = position_at(connection, known_at)
    # A projection that was behind for a while may be a step behind the clock's.
    return Clocks(as_of, known_at, min(position, tracked(connection, PROJECTIONS)))


def position_at(connection: Connection, known_at: datetime) -> int:
    """The last position of the longest prefix of the log that was recorded by `known_at`."""
    clock = tables.log_clock.c
    query = select(func.max(clock.position)).where(clock.known_at <= micros(known_at))
    return connection.execute(query).scalar() or 0
