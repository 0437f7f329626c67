"""Do the read tables say what the log says? Every stream is folded again and held against them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, func, select

from crm.application import CRM
from crm.proof.verifying import Problem
from domain.event import Recorded
from projections.among import among
from projections.bitemporal import Row
from projections.catch_up import PROJECTIONS
from projections.projection import Projection
from projections.reader import clocks
from projections.tables import OPEN

_SECTION = 5000
_OWNERS = ("problem_id", "stream_id", "lead_id")  # a problem and a chain name leads besides


def stale_rows(crm: CRM) -> Iterator[Problem]:
    """A problem for each stream whose rows in a table are not those of its events, and for each
    table with rows of no stream.

    Of the tables that are made stream by stream. Raises as `Reader.asking`.
    """
    folded = [projection for projection in PROJECTIONS if projection.fold is not None]
    with crm.reader.asking("clock", *(projection.name for projection in folded)) as connection:
        position = clocks(connection, crm.today(), None).position
        held = [_Held(connection, p, t, position) for p in folded for t in p.tables]
        after: UUID | None = None
        while section := crm.store.streams(after, _SECTION):
            after = section[-1].stream_id
            known = [r for r in section if r.position <= position]
            for projection in folded:
                wanted, streams = _folded(projection, known, position)
                for table in (one for one in held if one.projection is projection):
                    yield from table.against(wanted.get(table.table, {}), streams)
        for table in held:
            yield from table.left_over()


def _folded(
    projection: Projection, known: Sequence[Recorded[Any]], position: int
) -> tuple[dict[Table, dict[UUID, list[Row]]], list[UUID]]:
    """The rows that the streams of a section come to, by table and stream; and the streams."""
    assert projection.fold is not None
    wanted: dict[Table, dict[UUID, list[Row]]] = defaultdict(dict)
    streams = []
    for stream_id, events in groupby(known, key=lambda r: r.stream_id):
        fold = projection.fold(stream_id)
        for recorded in events:
            fold.learn(recorded)
        streams.append(stream_id)
        for table, rows in fold.take(position).opened.items():
            wanted[table][stream_id] = rows
    return wanted, streams


class _Held:
    """One table, held against what its streams come to, section by section.

    A table without a column that names the stream (targets and rules: a few rows) is held against
    all of them at the end.
    """

    def __init__(
        self, connection: Connection, projection: Projection, table: Table, position: int
    ) -> None:
        self.projection, self.table = projection, table
        self._connection, self._position = connection, position
        self._owner = next((table.c[name] for name in _OWNERS if name in table.c), None)
        self._known = table.c.known_from <= position
        self._names = sorted(column.name for column in table.c)
        self._wanted_count = 0
        self._whole: Counter[Any] = Counter()  # where no column names the stream

    def against(
        self, wanted: Mapping[UUID, Sequence[Row]], streams: Sequence[UUID]
    ) -> Iterator[Problem]:
        """The streams of a section whose rows are others."""
        rows = {i: Counter(map(self._row, of_stream)) for i, of_stream in wanted.items()}
        self._wanted_count += sum(counted.total() for counted in rows.values())
        if self._owner is None:
            for counted in rows.values():
                self._whole.update(counted)
            return
        found: dict[UUID, Counter[Any]] = defaultdict(Counter)
        query = select(self.table).where(self._known, among(self._owner, streams))
        for stored in self._connection.execute(query).mappings():
            found[stored[self._owner.name]][self._row(stored)] += 1
        for stream_id in streams:
            if found.get(stream_id, Counter()) != rows.get(stream_id, Counter()):
                yield self._problem(stream_id)

    def left_over(self) -> Iterator[Problem]:
        """Rows of no stream there is."""
        if self._owner is None:
            stored = self._connection.execute(select(self.table).where(self._known)).mappings()
            if Counter(map(self._row, stored)) != self._whole:
                yield self._problem(None)
            return
        count = select(func.count()).select_from(self.table).where(self._known)
        if self._connection.execute(count).scalar_one() > self._wanted_count:
            yield self._problem(None)

    def _row(self, row: Any) -> Any:
        """As it was at the place in the log: a change behind it is not known yet."""
        return tuple(
            OPEN if name == "known_to" and row[name] > self._position else row.get(name)
            for name in self._names
        )

    def _problem(self, stream_id: UUID | None) -> Problem:
        detail = f"统计表“{self.projection.label}”（{self.table.name}）与记录不符，请重建"
        return Problem("table", detail, None, stream_id)
