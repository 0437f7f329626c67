"""The event store: append to streams, read streams, read the log.

The library keeps the rows, with optimistic concurrency on (stream, version) and a place in the
log for every event. Ours on top: the codec, many commands in one transaction, and the answer to
an `Idempotency-Key` in the same transaction as the events it answers for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from crm.codec import Codec, envelope
from crm.persons.sealing import NewKey
from crm.proof.chain import Ends, link
from crm.store.log_table import LogTable, Request, Rows, StoredRow, StoreUnavailable
from domain.event import Recorded
from projections.projection import Unfoldable

Event = Any
Pending = tuple[Sequence[Recorded[Event]], Request | None, Sequence[NewKey]]
"""What one command adds: its events, their positions not yet known, whose request it was, and the
keys of the people it names."""


class EventStore:
    """The log of one database. Safe for many threads."""

    def __init__(self, table: LogTable) -> None:
        self._table = table
        self._codec = Codec()
        self._ends = Ends(self._link_of)

    def append(
        self, pending: Sequence[Recorded[Event]], request: Request | None = None
    ) -> list[Recorded[Event]]:
        """Store events in one durable transaction; returns them with their positions.

        Raises `StreamMoved` when a version is taken and `RequestAnswered` when the caller's key
        is; nothing is stored then. `StoreUnavailable` when the database cannot be used.
        """
        positions = self.append_all([(pending, request, ())])[0]
        return [replace(e, position=p) for e, p in zip(pending, positions, strict=True)]

    def append_all(self, commands: Sequence[Pending]) -> list[list[int]]:
        """Store several commands in one durable transaction; the positions of each one's events.

        All are stored or none; raises as `append`.
        """
        ends: dict[UUID, tuple[int, str]] = {}
        rows = [self._rows(pending, request, keys, ends) for pending, request, keys in commands]
        try:
            positions = self._table.insert(rows)
        except StoreUnavailable:
            # The answer may have been lost after the commit: what is stored is stored.
            if (found := self._stored(commands)) is None:
                raise
            positions = found
        for stream_id, (version, link_) in ends.items():
            self._ends.keep(stream_id, version, link_)
        return positions

    def answered(self, caller: str, key: str) -> tuple[str, bytes] | None:
        """(fingerprint, answer) of a caller's earlier request under this key."""
        return self._table.answered(caller, key)

    def stream(self, stream_id: UUID, after: int = 0) -> list[Recorded[Event]]:
        """A stream's events after a version, in version order."""
        rows = self._table.stream_rows(stream_id, after)
        if rows:
            self._ends.keep(stream_id, rows[-1][2], _link(rows[-1]))
        return [self._decode(row) for row in rows]

    def has(self, stream_id: UUID) -> bool:
        """Whether anything was ever stored in this stream."""
        return self._table.has(stream_id)

    def log(self, after: int = 0, limit: int = 1000) -> list[Recorded[Event]]:
        """The next events of the whole log after a position, in order.

        Stops short of an event that cannot be read; raises `Unfoldable` when it is the first.
        """
        return self._readable(self._table.log_rows(after, limit))

    def rows(self, after: int, limit: int) -> list[tuple[int, UUID, int, str, bytes]]:
        """The next rows of the log as they are stored, undecoded, after a position."""
        return [
            (row[0], _uuid(row[1]), row[2], row[3], bytes(row[4]))
            for row in self._table.log_rows(after, limit)
        ]

    def restore(self, rows: Sequence[StoredRow]) -> None:
        """Store rows of another log at the places they had there, in one transaction.

        Raises `StreamMoved` when a place or a version is taken.
        """
        self._table.restore(rows)

    def streams(self, after: UUID | None, events: int) -> list[Recorded[Event]]:
        """Whole streams, the next ones in id order, together about `events` long.

        Raises `Unfoldable` for an event that cannot be read.
        """
        return [self._decode(row) for row in self._stream_rows(after, events)]

    def rows_by_stream(self, section: int = 5000) -> Iterator[tuple[int, UUID, int, str, bytes]]:
        """Every row of the log as it is stored, stream by stream in order of version."""
        after: UUID | None = None
        while rows := self._stream_rows(after, section):
            for row in rows:
                yield row[0], _uuid(row[1]), row[2], row[3], bytes(row[4])
            after = _uuid(rows[-1][1])

    def stream_rows(self, stream_id: UUID) -> list[tuple[int, UUID, int, str, bytes]]:
        """A stream's rows as they are stored."""
        rows = self._table.stream_rows(stream_id, 0)
        return [(row[0], _uuid(row[1]), row[2], row[3], bytes(row[4])) for row in rows]

    def _stream_rows(self, after: UUID | None, events: int) -> list[StoredRow]:
        """Rows of whole streams, the next ones in id order, together about so many."""
        rows = self._table.rows_by_stream(after, events)
        if len(rows) == events:  # the last stream may go on: keep it for the next call
            cut = rows[-1][1]
            whole = [row for row in rows if row[1] != cut]
            rows = whole or self._table.stream_rows(_uuid(cut), 0)
        return rows

    def whole_log(self, after: int = 0) -> Iterator[Recorded[Event]]:
        """Every event after a position, in order, read in sections."""
        while section := self.log(after, 5000):
            yield from section
            after = section[-1].position

    def wait_for_news(self, seconds: float) -> None:
        """Returns when something new may be in the log, or after a while."""
        self._table.wait(seconds)

    def head(self) -> int:
        """The position of the newest event; 0 for an empty log."""
        return self._table.head()

    def last_recorded_at(self) -> datetime | None:
        """The recording time of the newest event, be it of a newer program; None without any."""
        newest = self._table.log_rows(self.head() - 1, 1)
        return envelope(newest[-1][4]).at if newest else None

    def event_id_at(self, position: int) -> UUID | None:
        """The id of the event at a place in the log; None when there is none."""
        found = self._table.log_rows(position - 1, 1)
        return envelope(found[0][4]).id if found and found[0][0] == position else None

    def close(self) -> None:
        self._table.close()

    def _rows(
        self,
        pending: Sequence[Recorded[Event]],
        request: Request | None,
        keys: Sequence[NewKey],
        ends: dict[UUID, tuple[int, str]],
    ) -> Rows:
        """The events as they are stored, each chained to the one before it in its stream; `ends`
        are the links of those before, in this transaction."""
        events = []
        for r in pending:
            version, end = ends.get(r.stream_id, (r.version - 1, None))
            if end is None or version != r.version - 1:
                end = self._ends.at(r.stream_id, r.version - 1)
            topic, state = self._codec.encode(replace(r, previous=end))
            events.append((r.stream_id, r.version, topic, state))
            ends[r.stream_id] = r.version, link(r.stream_id, r.version, topic, state)
        return Rows(events, request, keys)

    def _link_of(self, stream_id: UUID, version: int) -> str | None:
        rows = self._table.stream_rows(stream_id, version - 1)
        return _link(rows[0]) if rows and rows[0][2] == version else None

    def _stored(self, commands: Sequence[Pending]) -> list[list[int]] | None:
        """The positions of commands that are in the log after all; None unless all are."""
        found: list[list[int]] = []
        for pending, _, _ in commands:
            before: dict[UUID, int] = {}  # of each stream, the version it had
            for r in pending:
                before.setdefault(r.stream_id, r.version - 1)
            stored = {
                r.event_id: r.position
                for stream_id, version in before.items()
                for r in self.stream(stream_id, after=version)
            }
            if any(r.event_id not in stored for r in pending):
                return None
            found.append([stored[r.event_id] for r in pending])
        return found

    def _readable(self, rows: Sequence[StoredRow]) -> list[Recorded[Event]]:
        events: list[Recorded[Event]] = []
        try:
            for row in rows:
                events.append(self._decode(row))  # noqa: PERF401
        except Unfoldable:
            if not events:
                raise
        return events

    def _decode(self, row: StoredRow) -> Recorded[Event]:
        position, stream, version, topic, state = row
        stream_id = _uuid(stream)
        try:
            return self._codec.decode(stream_id, version, position, topic, state)
        except Exception as error:  # a newer program's event, or damaged bytes
            raise Unfoldable(stream_id, position, error) from error


def _link(row: StoredRow) -> str:
    return link(_uuid(row[1]), row[2], row[3], bytes(row[4]))


@lru_cache(maxsize=16_384)  # a stream's events come together, or soon after each other
def _uuid(stream: UUID | str) -> UUID:
    return stream if isinstance(stream, UUID) else UUID(hex=stream)
