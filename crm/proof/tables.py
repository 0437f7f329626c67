"""Do the read tables say what the log says? Every stream is folded again and held against them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from crm.application import CRM
from crm.proof.verifying import Problem
from domain.event import Recorded
from projections.among import among
from projections.catch_up import PROJECTIONS
from projections.clocks import Clocks
from projections.projection import Projection
from projections.reader import clocks
from projections.tables import OPEN

_SECTION = 5000
_OWNERS = ("problem_id", "stream_id", "lead_id")


def stale_rows(crm: CRM) -> Iterator[Problem]:
    """A problem for each stream whose rows in a table are not those of its events.

    Of the tables that are made stream by stream. Raises as `Reader.asking`.
    """
    folded = [projection for projection in PROJECTIONS if projection.fold is not None]
    with crm.reader.asking("clock", *(projection.name for projection in folded)) as connection:
        at = clocks(connection, crm.today(), None)
        after: UUID | None = None
        while section := crm.store.streams(after, _SECTION):
            after = section[-1].stream_id
            known = [r for r in section if r.position <= at.position]
            for projection in folded:
                yield from _stale(connection, projection, known, at)


def _stale(
    connection: Connection, projection: Projection, known: list[Recorded[Any]], at: Clocks
) -> Iterator[Problem]:
    assert projection.fold is not None
    wanted: dict[Table, dict[UUID, Counter[Any]]] = defaultdict(lambda: defaultdict(Counter))
    columns: dict[Table, list[str]] = {}
    streams = []
    for stream_id, events in groupby(known, key=lambda r: r.stream_id):
        fold = projection.fold(stream_id)
        for recorded in events:
            fold.learn(recorded)
        streams.append(stream_id)
        for table, rows in fold.take(at.position).opened.items():
            columns[table] = sorted(rows[0])
            for row in rows:
                wanted[table][stream_id][_row(row, columns[table], at)] += 1
    for table in projection.tables:
        owner = next((name for name in _OWNERS if name in table.c), None)
        if owner is None:
            continue
        names = columns.get(table) or [c.name for c in table.c if not c.primary_key]
        found: dict[UUID, Counter[Any]] = defaultdict(Counter)
        query = select(table).where(among(table.c[owner], streams))
        for stored in connection.execute(query).mappings():
            if stored["known_from"] <= at.position:
                found[stored[owner]][_row(stored, names, at)] += 1
        for stream_id in streams:
            if found.get(stream_id, Counter()) != wanted[table].get(stream_id, Counter()):
                detail = f"统计表“{projection.label}”（{table.name}）与记录不符，请重建"
                yield Problem("table", detail, None, stream_id)


def _row(row: Any, names: list[str], at: Clocks) -> Any:
    """As it was at the place in the log; a change behind it is not known yet."""
    return tuple(
        OPEN if name == "known_to" and row[name] > at.position else row[name] for name in names
    )
