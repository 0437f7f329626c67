"""What a projection is: a name, a schema, its tables, and how events become their rows."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Table

from domain.event import Recorded
from projections.bitemporal import Changes

_KEPT_FOLDS = 4096


class Log(Protocol):
    """What projections follow."""

    def log(self, after: int, limit: int) -> list[Recorded[Any]]:
        """The next events after a position. Raises when the first of them cannot be read."""

    def stream(self, stream_id: UUID) -> list[Recorded[Any]]:
        """A stream's events, in version order."""

    def streams(self, after: UUID | None, events: int) -> list[Recorded[Any]]:
        """Whole streams, the next ones in id order, together about `events` long."""

    def event_id_at(self, position: int) -> UUID | None:
        """The id of the event at a place in the log; None when there is none."""

    def head(self) -> int:
        """The position of the newest event; 0 for an empty log."""


class Unfoldable(Exception):
    """A projection met an event it cannot take in: it stops there, nothing is skipped."""

    def __init__(self, stream_id: UUID, position: int, cause: Exception) -> None:
        super().__init__(f"{type(cause).__name__}: {cause}")
        self.stream_id = stream_id
        self.position = position


class Fold(Protocol):
    """One stream on its way into tables: it learns the events in version order."""

    def learn(self, recorded: Recorded[Any]) -> None: ...

    def take(self, position: int) -> Changes:
        """What has changed since the last call; `position` is the last one learnt."""


class Follower(Protocol):
    """A projection at work on the log, section by section."""

    def changes(
        self, batch: Sequence[Recorded[Any]], position: int, known_at: int
    ) -> tuple[Changes, int]:
        """What the events after `position` change, and the log's time after them.

        `known_at` is the log's time before them; only the projection that keeps it moves it.
        Raises `Unfoldable`.
        """


@dataclass(frozen=True, slots=True)
class Projection:
    """Tables that follow the log.

    Raise `schema` when a table or what fills it changes: the tables of the new schema are then
    built beside the old ones. `fold` begins a stream; None when rows follow the log itself.
    """

    name: str
    label: str
    schema: int
    tables: tuple[Table, ...]
    follower: Callable[[Log], Follower]
    fold: Callable[[UUID], Fold] | None = None


def stream_projection(
    name: str,
    label: str,
    schema: int,
    tables: tuple[Table, ...],
    kind: type[Any],
    fold: Callable[[UUID], Fold],
) -> Projection:
    """A projection whose rows come from one stream each, of events of one kind."""

    def begin(stream_id: UUID) -> Fold:
        return _OfKind(kind, fold(stream_id))

    return Projection(name, label, schema, tables, lambda log: _ByStream(begin, log), begin)


class _OfKind:
    """Other streams' events pass by."""

    __slots__ = ("_fold", "_kind")

    def __init__(self, kind: type[Any], fold: Fold) -> None:
        self._kind = kind
        self._fold = fold

    def learn(self, recorded: Recorded[Any]) -> None:
        if isinstance(recorded.event, self._kind):
            self._fold.learn(recorded)

    def take(self, position: int) -> Changes:
        return self._fold.take(position)


def learn(fold: Fold, recorded: Recorded[Any]) -> None:
    """`fold.learn`, saying which event could not be taken in."""
    try:
        fold.learn(recorded)
    except Exception as error:  # whatever it is, it must be seen and must not skip
        raise Unfoldable(recorded.stream_id, recorded.position, error) from error


class _ByStream:
    """Keeps the folds of the streams met last, so that a busy lead is not read again each time."""

    def __init__(self, begin: Callable[[UUID], Fold], log: Log) -> None:
        self._begin = begin
        self._log = log
        self._folds: OrderedDict[UUID, tuple[int, Fold]] = OrderedDict()  # version learnt, fold

    def changes(
        self, batch: Sequence[Recorded[Any]], position: int, known_at: int
    ) -> tuple[Changes, int]:
        touched: dict[UUID, list[Recorded[Any]]] = {}
        for recorded in batch:
            touched.setdefault(recorded.stream_id, []).append(recorded)
        changed = Changes.none()
        for stream_id, news in touched.items():
            fold = self._before(news[0])
            for recorded in news:
                learn(fold, recorded)
            changed.add(fold.take(news[-1].position))
            self._folds[stream_id] = news[-1].version, fold
            self._folds.move_to_end(stream_id)
        while len(self._folds) > _KEPT_FOLDS:
            self._folds.popitem(last=False)
        return changed, known_at

    def _before(self, first: Recorded[Any]) -> Fold:
        """The stream folded up to just before an event of it."""
        version, fold = self._folds.pop(first.stream_id, (0, self._begin(first.stream_id)))
        if version == first.version - 1:
            return fold
        fold, last = self._begin(first.stream_id), 0
        for recorded in self._log.stream(first.stream_id):
            if recorded.version >= first.version:
                break
            learn(fold, recorded)
            last = recorded.position
        fold.take(last)  # written long ago
        return fold
