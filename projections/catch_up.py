"""How the read tables follow the log: one function, exactly once, loud when it fails.

Events after the tracked position are read in batches; each touched lead is folded again as known
after each of its new events; rows and position are written in one transaction. Positions are
taken inside that transaction, so two programs on one file never apply an event twice.
"""

import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, delete, insert, select, update

from domain.event import Recorded
from domain.lead.events import FundsArrived, LeadEvent, LeadRegistered
from domain.target import AnnualTargetSet
from projections import tables
from projections.timeline import (
    Row,
    funds_row,
    funds_rows,
    report_rows,
    step_rows,
    touched_by,
)

NAME = "leads"
BATCH = 2000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

log = logging.getLogger(__name__)


class Log(Protocol):
    """What the tables follow."""

    def log(self, after: int, limit: int) -> list[Recorded[Any]]: ...

    def stream(self, stream_id: UUID) -> list[Recorded[Any]]: ...

    def head(self) -> int: ...


class ProjectionStopped(Exception):
    """The read tables met an event they cannot fold (HTTP 503): nothing is skipped."""

    code = "projection_stopped"
    detail = "统计表更新已停止，请联系管理员查看 crm projections status"


@dataclass(frozen=True, slots=True)
class Status:
    """Where the tables are: `position` of `head`, and the error that stopped them, if any."""

    name: str
    schema: int
    position: int
    head: int
    error: str | None

    @property
    def lag(self) -> int:
        return self.head - self.position


def micros(moment: datetime) -> int:
    """An aware instant as microseconds since 1970, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


class Projector:
    """Keeps the read tables in step with the log."""

    def __init__(self, engine: Engine, source: Log) -> None:
        self._engine = engine
        self._source = source
        self._lock = threading.Lock()
        self._prepare()

    def catch_up(self) -> None:
        """Apply what the log has and the tables lack.

        A failing event stops the tables where they are, is logged and shown by `status`; the
        caller's write stands, so nothing is raised here.
        """
        with self._lock:
            try:
                while self._apply_batch() == BATCH:
                    pass
            except Exception as error:  # whatever it is, it must be seen and must not skip
                log.exception("projection %s stopped", NAME)
                with self._engine.begin() as connection:
                    connection.execute(update(tables.projection).values(error=repr(error)))

    def require_fresh(self) -> None:
        """Bring the tables up to the log's head; raises `ProjectionStopped` when they cannot."""
        head = self._source.head()
        status = self.status(head)
        if status.lag:
            self.catch_up()
            status = self.status(head)
        if status.position < head:
            raise ProjectionStopped(status.error)

    def rebuild(self, progress: Callable[[int, int], None] = lambda done, of: None) -> None:
        """Empty the tables and fold the whole log again; `progress` is told (done, of)."""
        with self._lock:
            self._empty()
            head = self._source.head()
            done = self._apply_batch()
            total = done
            while done == BATCH:
                progress(total, head)
                done = self._apply_batch()
                total += done
            progress(total, head)

    def status(self, head: int | None = None) -> Status:
        with self._engine.connect() as connection:
            row = connection.execute(select(tables.projection)).one()
        known_head = self._source.head() if head is None else head
        return Status(row.name, row.schema, row.position, known_head, row.error)

    # --- inside -----------------------------------------------------------------------------

    def _prepare(self) -> None:
        tables.read_model.create_all(self._engine, tables=[tables.projection])
        with self._engine.connect() as connection:
            row = connection.execute(select(tables.projection)).one_or_none()
        if row is None or row.schema != tables.SCHEMA:
            self._empty()

    def _empty(self) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(tables.projection))
            kept = [t for t in tables.read_model.sorted_tables if t is not tables.projection]
            tables.read_model.drop_all(connection, tables=kept)
            tables.read_model.create_all(connection, tables=kept)
            connection.execute(
                insert(tables.projection).values(name=NAME, schema=tables.SCHEMA, position=0)
            )

    def _apply_batch(self) -> int:
        with self._engine.begin() as connection:
            position = connection.execute(select(tables.projection.c.position)).scalar_one()
            batch = self._source.log(position, BATCH)
            if not batch:
                return 0
            _advance_clock(connection, position, batch)
            _apply_targets(connection, batch)
            self._apply_leads(connection, batch)
            connection.execute(
                update(tables.projection).values(position=batch[-1].position, error=None)
            )
            return len(batch)

    def _apply_leads(self, connection: Connection, batch: Sequence[Recorded[Any]]) -> None:
        touching: dict[UUID, list[Recorded[LeadEvent]]] = {}
        for recorded in batch:
            event = recorded.event
            if isinstance(event, LeadRegistered):
                year, number = event.code.removeprefix("ZS").split("-")
                connection.execute(
                    insert(tables.lead).values(
                        lead_id=recorded.stream_id, code=event.code, year=year, number=number
                    )
                )
            if isinstance(event, LeadEvent) and any(touched_by(event)):
                touching.setdefault(recorded.stream_id, []).append(recorded)
        first = batch[0].position
        steps = _Revision(connection, tables.lead_step, ("valid_from",), first)
        reports = _Revision(connection, tables.fai_report, ("period", "valid_from"), first)
        funds = _Revision(connection, tables.funds_arrival, ("event_id",), first)
        for lead_id, news in touching.items():
            history: Sequence[Recorded[LeadEvent]] | None = None
            for recorded in news:
                position = recorded.position
                if isinstance(recorded.event, FundsArrived):
                    funds.also_known(lead_id, funds_row(recorded, recorded.event), position)
                    continue
                if history is None:
                    history = self._source.stream(lead_id)
                known = history[: recorded.version]
                touched = touched_by(recorded.event)
                if touched.steps:
                    steps.now_known(lead_id, step_rows(known), position)
                if touched.reports:
                    reports.now_known(lead_id, report_rows(known), position)
                if touched.funds:
                    funds.now_known(lead_id, funds_rows(known), position)
        for revision in (steps, reports, funds):
            revision.write()


class _Revision:
    """What one batch changes in one bitemporal table."""

    def __init__(
        self, connection: Connection, table: Table, key: tuple[str, ...], first_position: int
    ) -> None:
        self._connection = connection
        self._table = table
        self._key = key  # tells a lead's rows apart
        self._first = first_position
        self._open: dict[UUID, dict[tuple[Any, ...], Row]] = {}
        self._opened: list[Row] = []  # rows of this batch, some closed again within it
        self._closed: list[Row] = []  # rows of earlier batches

    def now_known(self, lead_id: UUID, wanted: list[Row], position: int) -> None:
        """From `position` on, exactly `wanted` is known of the lead."""
        standing = self._standing(lead_id)
        wanted_by_key = {self._key_of(row): row for row in wanted}
        for key, row in list(standing.items()):
            new = wanted_by_key.get(key)
            if new is not None and all(row[name] == value for name, value in new.items()):
                continue
            del standing[key]
            row["known_to"] = position
            if row["known_from"] < self._first:
                self._closed.append(row)
        for key, row in wanted_by_key.items():
            if key not in standing:
                standing[key] = self._opening(lead_id, row, position)

    def also_known(self, lead_id: UUID, row: Row, position: int) -> None:
        """From `position` on, one more row is known; the lead's other rows need no look."""
        opened = self._opening(lead_id, row, position)
        if lead_id in self._open:
            self._open[lead_id][self._key_of(row)] = opened

    def write(self) -> None:
        columns = self._table.c
        for row in self._closed:
            self._connection.execute(
                update(self._table)
                .where(
                    columns.lead_id == row["lead_id"],
                    *(columns[name] == row[name] for name in ("known_from", *self._key)),
                )
                .values(known_to=row["known_to"])
            )
        if self._opened:
            self._connection.execute(insert(self._table), self._opened)

    def _opening(self, lead_id: UUID, row: Row, position: int) -> Row:
        opened = {"lead_id": lead_id, "known_from": position, "known_to": tables.OPEN, **row}
        self._opened.append(opened)
        return opened

    def _standing(self, lead_id: UUID) -> dict[tuple[Any, ...], Row]:
        """The lead's open rows: the stored ones, and those this batch opened so far."""
        if lead_id not in self._open:
            columns = self._table.c
            query = select(self._table).where(
                columns.lead_id == lead_id, columns.known_to == tables.OPEN
            )
            stored = [dict(row) for row in self._connection.execute(query).mappings()]
            fresh = [
                row
                for row in self._opened
                if row["lead_id"] == lead_id and row["known_to"] == tables.OPEN
            ]
            self._open[lead_id] = {self._key_of(row): row for row in (*stored, *fresh)}
        return self._open[lead_id]

    def _key_of(self, row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in self._key)


def _advance_clock(connection: Connection, position: int, batch: Sequence[Recorded[Any]]) -> None:
    """Position -> the latest recording time up to it, so that "known at K" is one look-up."""
    latest = (
        connection.execute(
            select(tables.log_clock.c.known_at).where(tables.log_clock.c.position == position)
        ).scalar()
        or 0
    )
    rows = []
    for recorded in batch:
        latest = max(latest, micros(recorded.recorded_at))
        rows.append({"position": recorded.position, "known_at": latest})
    connection.execute(insert(tables.log_clock), rows)


def _apply_targets(connection: Connection, batch: Sequence[Recorded[Any]]) -> None:
    for recorded in batch:
        target = recorded.event
        if isinstance(target, AnnualTargetSet):
            connection.execute(
                insert(tables.annual_target).values(
                    year=target.year,
                    known_from=recorded.position,
                    valid_from=target.occurred_on,
                    projects=target.projects,
                    agreed_total_yuan=target.agreed_total_yuan,
                    fai_ratio=_text(target.fai_ratio),
                    big_projects=target.big_projects,
                    built_projects=target.built_projects,
                    domestic_growth=_text(target.domestic_growth),
                    foreign_growth=_text(target.foreign_growth),
                    by_unit=json.dumps(
                        [[u.unit, u.projects, u.agreed_total_yuan] for u in target.by_unit],
                        ensure_ascii=False,
                    ),
                )
            )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
