"""What the event store asks of a database: rows of the log in, rows of the log out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from crm.persons.sealing import NewKey

StoredRow = tuple[int, UUID | str, int, str, bytes]
"""Position, stream id, version, topic, state."""


class StreamMoved(Exception):
    """Somebody else wrote this version of the stream first."""


class RequestAnswered(Exception):
    """This caller's key already has an answer."""


class StoreUnavailable(Exception):
    """The database cannot be used just now (locked for long, disk full, connection lost …)."""


@dataclass(frozen=True, slots=True)
class Request:
    """A write under an `Idempotency-Key`: `answer` makes the stored answer from the positions."""

    caller: str
    key: str
    fingerprint: str
    answer: Callable[[Sequence[int]], bytes]


@dataclass(frozen=True, slots=True)
class Rows:
    """What one command adds to the log: (stream id, version, topic, state) of each event; and the
    keys of the people they name, for what they are sealed by must be there when they are."""

    events: Sequence[tuple[UUID, int, str, bytes]]
    request: Request | None = None
    keys: Sequence[NewKey] = ()


class LogTable(Protocol):
    """The log in one kind of database. Safe for many threads."""

    def insert(self, commands: Sequence[Rows]) -> list[list[int]]:
        """Store the commands in one durable transaction; the positions of each one's events.

        Raises `StreamMoved` or `RequestAnswered` when one of them cannot be stored, and
        `StoreUnavailable`; nothing is stored then.
        """

    def answered(self, caller: str, key: str) -> tuple[str, bytes] | None:
        """(fingerprint, answer) of a caller's earlier request under this key."""

    def stream_rows(self, stream_id: UUID, after: int) -> list[StoredRow]:
        """A stream's rows after a version, in version order."""

    def has(self, stream_id: UUID) -> bool:
        """Whether anything was ever stored in this stream."""

    def log_rows(self, after: int, limit: int) -> list[StoredRow]:
        """The next rows after a position, in position order."""

    def rows_by_stream(self, after: UUID | None, limit: int) -> list[StoredRow]:
        """The next rows of the streams after one, in order of stream id and version."""

    def restore(self, rows: Sequence[StoredRow]) -> None:
        """Store rows at the places they had in another log. Raises `StreamMoved`."""

    def wait(self, seconds: float) -> None:
        """Returns when something new may be in the log, or after a while."""

    def head(self) -> int:
        """The position of the newest row; 0 for an empty log."""

    def close(self) -> None: ...
