"""The reading side's door: a connection whose tables include every answered write."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from threading import BoundedSemaphore

from sqlalchemy import Connection, Engine, select

from domain.calendar import SETTLING, utc_now
from projections import tables
from projections.catch_up import PROJECTIONS, Projector, Status
from projections.clocks import Clocks
from projections.generations import tracked
from projections.log_clock import instant_of, micros
from projections.projection import Projection

_WAIT_SECONDS = 5.0
_WORKER_SECONDS = 1.0  # how long a reader waits for a worker without being asked to
_POLL_SECONDS = 0.02
_WAITERS = 16  # each holds a thread of the server
_ALL = tuple(projection.name for projection in PROJECTIONS)


class ProjectionStopped(Exception):
    """The tables met an event they cannot take in (HTTP 503): nothing is skipped."""

    code = "projection_stopped"
    detail = "所需统计表更新已停止，请联系管理员查看 crm projections status；录入和项目记录不受影响"


class TablesBuilding(Exception):
    """This program's tables are being built for the first time (HTTP 503)."""

    code = "projection_building"

    def __init__(self, done: int, of: int) -> None:
        share = 100 * done // of if of else 0
        self.detail = f"统计表正在建立（已完成 {share}%），请稍后再查；录入不受影响"
        super().__init__(self.detail)


class NotYetVisible(Exception):
    """The tables have not come to where they must be within the wait (HTTP 504)."""


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
        self._waiters = BoundedSemaphore(_WAITERS)

    def written(self, position: int) -> None:
        """This program has answered a write: whoever asks from now on must see it."""
        self._written = max(self._written, position)

    @contextmanager
    def asking(self, needed: str, *more: str) -> Iterator[Connection]:
        """A connection in one read transaction, its tables as new as they must be.

        The names are those of the projections whose tables the question reads. Raises
        `ProjectionStopped` when one of them has stopped, `TablesBuilding`, `NotYetVisible`.
        """
        of = (needed, *more)
        head = self._projector.source.head()
        settled = utc_now() - SETTLING
        if self._follows:
            self._wait(of, head, _WAIT_SECONDS)
        else:
            self._wait(of, self._written, _WAIT_SECONDS)
            with suppress(NotYetVisible):  # no worker: what is known is older, and `clocks` says so
                self._wait(of, head, _WORKER_SECONDS)
        with self._engine.connect() as connection:
            connection.info["asking"] = _Asking(
                [p for p in PROJECTIONS if p.name in of], head, settled
            )
            yield connection

    def wait_for(self, position: int) -> None:
        """Returns once the tables include a place in the log.

        Raises `ProjectionStopped`, `TablesBuilding`; `NotYetVisible` after 5 s, or at once when
        too many are waiting.
        """
        if not self._waiters.acquire(blocking=False):
            raise NotYetVisible
        try:
            self._wait(_ALL, position, _WAIT_SECONDS)
        finally:
            self._waiters.release()

    def _wait(self, names: Sequence[str], position: int, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self._reached(names, position):
            if time.monotonic() > deadline:
                raise NotYetVisible
            time.sleep(_POLL_SECONDS)

    def _reached(self, names: Sequence[str], position: int) -> bool:
        if self._lags(names, position) and self._follows:
            self._projector.catch_up(until=position)
            return not self._lags(names, position)
        return not self._lags(names, position)

    def _lags(self, names: Sequence[str], position: int) -> bool:
        needed = [s for s in self._projector.statuses(position) if s.name in names]
        for status in needed:
            _refuse_hopeless(status)
        return any(status.lag > 0 for status in needed)


class _Asking:
    """What a connection was opened for: see `clocks`."""

    __slots__ = ("head", "needed", "settled")

    def __init__(self, needed: Sequence[Projection], head: int, settled: datetime) -> None:
        self.needed = needed
        self.head = head  # of the log, when the question came
        self.settled = settled  # nothing recorded by then is still on its way


def _refuse_hopeless(status: Status) -> None:
    if status.error is not None:
        raise ProjectionStopped(status.error)
    if status.position is None:
        building = status.building
        raise TablesBuilding(building.events if building else 0, status.head)


def clocks(
    connection: Connection,
    as_of: date,
    known_at: datetime | None = None,
    position: int | None = None,
) -> Clocks:
    """D and K as the tables need them; `position` pins the knowledge of an earlier page.

    Without K it is all that the tables know; `known_at` then names an instant that gives the
    same answer whenever it is asked again. Raises `NotYetVisible` for a K that the tables have
    not come to.
    """
    asking: _Asking = connection.info["asking"]
    reached = tracked(connection, asking.needed)
    if known_at is None:
        newest = _known_at(connection, reached)
        settled = asking.settled if reached >= asking.head else newest
        known_at, position = max(newest, settled), reached if position is None else position
    elif position is None:
        if reached < asking.head and known_at > _known_at(connection, reached):
            raise NotYetVisible
        position = position_at(connection, known_at)
    return Clocks(as_of, known_at, min(position, reached))


def _known_at(connection: Connection, position: int) -> datetime:
    """The log's time at a place in the log."""
    clock = tables.log_clock.c
    query = (
        select(clock.known_at)
        .where(clock.position <= position)
        .order_by(clock.position.desc())
        .limit(1)
    )
    return instant_of(connection.execute(query).scalar() or 0)


def position_at(connection: Connection, known_at: datetime) -> int:
    """The last position of the longest prefix of the log that was recorded by `known_at`."""
    clock = tables.log_clock.c
    query = (
        select(clock.position)
        .where(clock.known_at <= micros(known_at))
        .order_by(clock.known_at.desc(), clock.position.desc())
        .limit(1)
    )
    return connection.execute(query).scalar() or 0
