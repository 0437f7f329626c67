"""The event store: the one place that imports `eventsourcing`.

The library keeps the streams (table `stored_events`), with optimistic concurrency on
(stream, version) and a place in the log for every event. Ours on top: the codec, the answer to
an `Idempotency-Key` in the same transaction as the events it answers for, and rows read with
their place in the log. SQLite's defaults make a commit durable: WAL with `synchronous=FULL`
flushes before the insert returns, so an answered write survives `kill -9` and a power cut.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import (
    DatabaseError,
    IntegrityError,
    Mapper,
    OperationalError,
    StoredEvent,
)
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from crm.codec import Codec
from domain.event import Recorded

Event = Any


class StreamMoved(Exception):
    """Somebody else wrote this version of the stream first."""


class RequestAnswered(Exception):
    """This caller's key already has an answer."""


class StoreUnavailable(Exception):
    """The database cannot be used just now (locked for long, disk full …)."""


@dataclass(frozen=True, slots=True)
class Request:
    """A write under an `Idempotency-Key`: `answer` makes the stored answer from the positions."""

    caller: str
    key: str
    fingerprint: str
    answer: Callable[[Sequence[int]], bytes]


class _Recorder(SQLiteApplicationRecorder):
    """The library's recorder, plus answered requests and rows with their place in the log."""

    def construct_create_table_statements(self) -> list[str]:
        return [
            *super().construct_create_table_statements(),
            (
                "CREATE TABLE IF NOT EXISTS answered_request ("
                "caller TEXT, key TEXT, fingerprint TEXT, answer BLOB, "
                "PRIMARY KEY (caller, key)) WITHOUT ROWID"
            ),
        ]

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        positions = super()._insert_events(c, stored_events, **kwargs)
        request: Request | None = kwargs.get("request")
        if request is not None and positions is not None:
            try:
                c.execute(
                    "INSERT INTO answered_request VALUES (?,?,?,?)",
                    (request.caller, request.key, request.fingerprint, request.answer(positions)),
                )
            except sqlite3.IntegrityError:
                raise RequestAnswered(request.key) from None
        return positions

    @property
    def _select(self) -> str:
        columns = "rowid, originator_id, originator_version, topic, state"
        return f"SELECT {columns} FROM {self.events_table_name}"

    def answered(self, caller: str, key: str) -> tuple[str, bytes] | None:
        rows = self._rows(
            "SELECT fingerprint, answer FROM answered_request WHERE caller=? AND key=?",
            (caller, key),
        )
        return (rows[0][0], rows[0][1]) if rows else None

    def stream_rows(self, stream_id: UUID, after: int) -> list[Any]:
        return self._rows(
            f"{self._select} WHERE originator_id=? AND originator_version>? "
            "ORDER BY originator_version",
            (stream_id.hex, after),
        )

    def log_rows(self, after: int, limit: int) -> list[Any]:
        return self._rows(f"{self._select} WHERE rowid>? ORDER BY rowid LIMIT ?", (after, limit))

    def _rows(self, statement: str, params: tuple[Any, ...]) -> list[Any]:
        with self.datastore.transaction(commit=False) as c:
            c.execute(statement, params)
            return cast(list[Any], c.fetchall())


class _CodecMapper(Mapper[UUID]):
    """Lets the library's event store write our events with our codec."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        topic, state = self.codec.encode(domain_event)
        return StoredEvent(domain_event.stream_id, domain_event.version, topic, state)


class _Log(Application[UUID]):
    """The library's application, wired with our codec and recorder."""

    name = "crm"

    def construct_mapper(self) -> Mapper[UUID]:
        return _CodecMapper(Codec())

    # The library would also read its settings from the process environment; ours alone count.
    def construct_env(self, name: str, env: Any = None) -> Any:
        settings = super().construct_env(name, env)
        settings.update(env or {})
        return settings


class EventStore:
    """Append to streams, read streams, read the log. Safe for many threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._codec = Codec()
        self._log = _Log(
            {
                "PERSISTENCE_MODULE": "eventsourcing.sqlite",
                "SQLITE_DBNAME": str(path),
                "SQLITE_LOCK_TIMEOUT": "30",
                "APPLICATION_RECORDER_TOPIC": f"{__name__}:_Recorder",
            }
        )
        self._recorder = cast(_Recorder, self._log.recorder)

    def append(
        self, pending: Sequence[Recorded[Event]], request: Request | None = None
    ) -> list[Recorded[Event]]:
        """Store events in one durable transaction; returns them with their positions.

        Raises `StreamMoved` when a version is taken and `RequestAnswered` when the caller's key
        is; nothing is stored then.
        """
        try:
            recordings = self._log.events.put(cast(Any, pending), request=request)
        except IntegrityError as error:
            raise StreamMoved(str(error)) from error
        except (OperationalError, sqlite3.OperationalError, DatabaseError) as error:
            raise StoreUnavailable(str(error)) from error
        return [
            replace(event, position=recording.notification.id)
            for event, recording in zip(pending, recordings, strict=True)
        ]

    def answered(self, caller: str, key: str) -> tuple[str, bytes] | None:
        """(fingerprint, answer) of a caller's earlier request under this key."""
        return self._recorder.answered(caller, key)

    def stream(self, stream_id: UUID, after: int = 0) -> list[Recorded[Event]]:
        """A stream's events after a version, in version order."""
        return [self._decode(row) for row in self._recorder.stream_rows(stream_id, after)]

    def log(self, after: int = 0, limit: int = 1000) -> list[Recorded[Event]]:
        """The next events of the whole log after a position, in order."""
        return [self._decode(row) for row in self._recorder.log_rows(after, limit)]

    def whole_log(self) -> Iterator[Recorded[Event]]:
        """Every event, in order, read in sections."""
        after = 0
        while section := self.log(after):
            yield from section
            after = section[-1].position

    def head(self) -> int:
        """The position of the newest event; 0 for an empty log."""
        return self._recorder.max_notification_id() or 0

    def close(self) -> None:
        self._log.close()

    def _decode(self, row: Any) -> Recorded[Event]:
        position, stream_hex, version, topic, state = row
        return self._codec.decode(UUID(hex=stream_hex), version, position, topic, state)
