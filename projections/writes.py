"""What has somebody written, and what was entered after its day? (录入明细, 补录明细)

Every entry of the log, on whatever stream, the newest first: for auditors. K cuts what was
recorded, D what had happened. `projections.late_entries` asks how late leads' entries are, by unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, func, select

from domain.subjects import Subject
from projections.among import among
from projections.clocks import Clocks, known
from projections.log_clock import instant_of, micros
from projections.tables import lead_identity, log_entry

WriteKey = tuple[int]
"""The position of the last write that was shown."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which writes: whose, with which token or session, recorded from one instant to another (both
    included), on what; entered more than `late` days after their business day."""

    by: str | None = None
    key: str | None = None
    first: datetime | None = None
    last: datetime | None = None
    subject: Subject | None = None
    late: int | None = None


@dataclass(frozen=True, slots=True)
class Void:
    """What took an entry out of force: the void of itself, or of its lead's registration."""

    event_id: UUID
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Write:
    """An entry. `code` and `title` are those of the lead it is on, or whose problem it is on, as
    the lead is known at K; `subject_name` the problem's code, the chain's name, the year …"""

    position: int
    stream_id: UUID
    subject: Subject
    subject_name: str | None
    lead_id: UUID | None
    code: str | None
    title: str | None
    event_id: UUID
    type: str
    occurred_on: date
    recorded_at: datetime
    recorded_by: str
    recorded_with: str | None
    delay_days: int
    void: Void | None


@dataclass(frozen=True, slots=True)
class Writer:
    """How many of the writes are somebody's, and the longest delay among them in days."""

    name: str
    entries: int
    longest_days: int


@dataclass(frozen=True, slots=True)
class Writes:
    """A page of the writes asked for; `count` and `writers` are of all of them."""

    count: int
    writers: list[Writer]
    items: list[Write]
    last: WriteKey | None


def writes(
    connection: Connection,
    clocks: Clocks,
    wanted: Wanted = Wanted(),
    limit: int | None = None,
    after: WriteKey | None = None,
) -> Writes:
    """Up to `limit` writes behind a key, the newest first; who has written how many in all."""
    entry = log_entry.c
    conditions = _conditions(clocks, wanted)
    by_person = connection.execute(
        select(entry.recorded_by, func.count(), func.max(entry.delay_days))
        .where(*conditions)
        .group_by(entry.recorded_by)
    ).all()
    query = select(log_entry).where(*conditions).order_by(entry.known_from.desc())
    if after is not None:
        query = query.where(entry.known_from < after[0])
    rows = connection.execute(query if limit is None else query.limit(limit + 1)).all()
    page = rows if limit is None else rows[:limit]
    people = [Writer(*row) for row in by_person]
    return Writes(
        sum(person.entries for person in people),
        sorted(people, key=lambda person: (-person.entries, person.name)),
        _shown(connection, clocks, page),
        (page[-1].known_from,) if len(rows) > len(page) else None,
    )


def _conditions(clocks: Clocks, wanted: Wanted) -> list[ColumnElement[bool]]:
    entry = log_entry.c
    conditions = [entry.known_from <= clocks.position, entry.occurred_on <= clocks.as_of]
    if wanted.by is not None:
        conditions.append(entry.recorded_by == wanted.by)
    if wanted.key is not None:
        conditions.append(entry.recorded_with == wanted.key)
    if wanted.first is not None:
        conditions.append(entry.recorded_at >= micros(wanted.first))
    if wanted.last is not None:
        conditions.append(entry.recorded_at <= micros(wanted.last))
    if wanted.subject is not None:
        conditions.append(entry.subject == wanted.subject.value)
    if wanted.late is not None:
        conditions.append(entry.delay_days > wanted.late)
    return conditions


def _shown(connection: Connection, clocks: Clocks, rows: Sequence[Row[Any]]) -> list[Write]:
    leads = _leads(connection, clocks, list({row.lead_id for row in rows if row.lead_id}))
    voids = _voids(connection, [row.known_to for row in rows if row.known_to <= clocks.position])
    return [
        Write(
            row.known_from,
            row.stream_id,
            _SUBJECTS[row.subject],
            row.subject_name,
            row.lead_id,
            *leads.get(row.lead_id, _UNNAMED),
            row.event_id,
            row.type,
            row.occurred_on,
            instant_of(row.recorded_at),
            row.recorded_by,
            row.recorded_with,
            row.delay_days,
            voids.get(row.known_to),
        )
        for row in rows
    ]


def _leads(
    connection: Connection, clocks: Clocks, lead_ids: Sequence[UUID]
) -> dict[UUID, tuple[str | None, str | None]]:
    """Code and title of each lead as it is called last, known at K."""
    columns = lead_identity.c
    query = (
        select(columns.lead_id, columns.code, columns.title)
        .where(known(lead_identity, clocks), among(columns.lead_id, lead_ids))
        .order_by(columns.valid_from)
    )
    return {lead_id: (code, title) for lead_id, code, title in connection.execute(query)}


def _voids(connection: Connection, positions: Sequence[int]) -> dict[int, Void]:
    """The voids at some places in the log."""
    entry = log_entry.c
    found: dict[int, Void] = {}
    wanted = sorted(set(positions))
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(
            entry.known_from, entry.event_id, entry.recorded_at, entry.recorded_by
        ).where(entry.known_from.in_(wanted[start : start + _AT_ONCE]))
        for position, event_id, at, by in connection.execute(query):
            found[position] = Void(event_id, instant_of(at), by)
    return found


_AT_ONCE = 1000
_SUBJECTS = {subject.value: subject for subject in Subject}
_UNNAMED: tuple[str | None, str | None] = (None, None)
