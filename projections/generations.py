"""Where each projection's rows stand: its live tables, and the next ones being built beside them.

A generation is one set of a projection's tables (`lead_step_v1_g3`) with its place in the log.
Readers ask the views (`lead_step_v1`), which show the live generation; a swap turns the view in
one transaction. What is written, position included, is written in one transaction, and only when
the generation still stands where the writer found it, so that two programs at work never apply
an event twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    or_,
    quoted_name,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from projections.alone import alone
from projections.bitemporal import Changes
from projections.projection import Projection, Unfoldable
from projections.tables import TEXT

status = MetaData()

_generation = Table(
    "projection_generation",
    status,
    Column("name", TEXT, primary_key=True),
    Column("schema", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("live", Boolean, nullable=False),
    # Everything up to this place in the log is in the tables; the log's time there, kept by the
    # projection that follows it.
    Column("position", BigInteger, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    # While streams are folded one after the other: the last one done, up to which position the
    # streams are folded, and how many events that made so far.
    Column("last_stream", Uuid),
    Column("up_to", BigInteger),
    Column("events", BigInteger, nullable=False),
    # The event at that place, to know the log again by.
    Column("event_id", Uuid),
    # What stopped it: the event that could not be taken in.
    Column("error", Text),
    Column("error_position", BigInteger),
    Column("error_stream", Uuid),
)

_PREPARING = 0x63726D  # any number, the same in every program


class Overtaken(Exception):
    """Another program has moved this generation on: look again."""


class Unwritable(Exception):
    """The tables do not hold what they should, or refuse what events make of them."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One row of `projection_generation`, with its projection."""

    projection: Projection
    number: int
    live: bool
    position: int
    known_at: int
    last_stream: UUID | None
    up_to: int | None
    events: int
    event_id: UUID | None
    error: str | None
    error_position: int | None
    error_stream: UUID | None

    @property
    def name(self) -> str:
        return self.projection.name

    @property
    def tables(self) -> dict[Table, Table]:
        """Each table as readers know it -> the one that holds this generation's rows."""
        return _physical(self.projection, self.number)


Move = tuple[Generation, Generation, Changes]
"""A generation as it was found, as it is to be, and what changes in its tables."""


class Generations:
    """The generations of a program's projections in one database."""

    def __init__(self, engine: Engine, projections: Sequence[Projection]) -> None:
        self._engine = engine
        self.projections = {projection.name: projection for projection in projections}
        with alone(self._engine, _PREPARING) as connection:
            status.create_all(connection)
            self._drop_orphans(connection)

    def _drop_orphans(self, connection: Connection) -> None:
        """Tables of ours that no generation names: left by a program killed in the middle."""
        named = {table.name for g in self.all(connection) for table in g.tables.values()}
        stems = {table.name for p in self.projections.values() for table in p.tables}
        for name in inspect(connection).get_table_names():
            stem, _, number = name.rpartition("_g")
            if stem in stems and number.isdigit() and name not in named:
                Table(name, MetaData()).drop(connection)

    def all(self, connection: Connection | None = None) -> list[Generation]:
        """Every generation of the program's own schemas, in the program's order."""
        query = select(_generation)
        if connection is not None:
            rows = connection.execute(query).all()
        else:
            with self._engine.connect() as own:
                rows = own.execute(query).all()
        order = list(self.projections)
        mine = [
            _from_row(self.projections[row.name], row)
            for row in rows
            if row.name in self.projections and row.schema == self.projections[row.name].schema
        ]
        return sorted(mine, key=lambda g: (order.index(g.name), g.number))

    def live(self) -> list[Generation]:
        return [generation for generation in self.all() if generation.live]

    def begin(self, names: Sequence[str], head: int, *, beside: bool) -> list[Generation]:
        """The generations being built for these projections: those begun before, or new ones.

        A first generation of an empty log has nothing to build: it is live at once. Unless
        `beside`, a projection that has live tables (by now) is left as it is.
        """
        with alone(self._engine, _PREPARING) as connection:
            found = {(g.name, g.live): g for g in self.all(connection)}
            for name in names:
                if (name, False) in found:
                    continue
                standing = found.get((name, True))
                if standing is not None and not beside:
                    continue
                at_once = standing is None and head == 0
                new = Generation(
                    self.projections[name],
                    standing.number + 1 if standing else 1,
                    at_once,
                    0,
                    0,
                    None,
                    head if self.projections[name].fold else None,
                    0,
                    None,
                    None,
                    None,
                    None,
                )
                _create(connection, new)
                if at_once:
                    _show(connection, new)
            return [g for g in self.all(connection) if g.name in names and not g.live]

    def write(self, moves: Sequence[Move]) -> None:
        """In one transaction, write changes and move generations from where they were found.

        Nothing is written when it raises: `Overtaken` when one of them is no longer there,
        `Unwritable` when its tables cannot take the changes.
        """
        try:
            with self._engine.execution_options(alone=True).begin() as connection:
                for before, after, changes in moves:
                    _move(connection, before, after)
                    _apply(connection, before, changes)
        except (IntegrityError, DataError, ProgrammingError) as error:
            raise Unwritable(str(error.orig)) from error

    def stop(self, generation: Generation, error: Unfoldable) -> None:
        """Mark where and why a generation goes no further."""
        values = {
            "error": str(error),
            "error_position": error.position,
            "error_stream": error.stream_id,
        }
        with self._engine.begin() as connection:
            connection.execute(update(_generation).where(_is(generation)).values(values))

    def resume(self, names: Sequence[str], *, live: bool) -> None:
        """Let stopped generations try again."""
        columns = _generation.c
        with self._engine.begin() as connection:
            connection.execute(
                update(_generation)
                .where(columns.name.in_(names), columns.live == live)
                .values(error=None, error_position=None, error_stream=None)
            )

    def swap(self, built: Generation) -> None:
        """Let readers see a built generation, and drop the one they saw.

        Raises `Overtaken` unless it has come as far as the live one.
        """
        with alone(self._engine, _PREPARING) as connection:
            mine = [g for g in self.all(connection) if g.name == built.name]
            standing = next((g for g in mine if g.live), None)
            found = next((g for g in mine if g.number == built.number), None)
            if found is None or (standing is not None and found.position < standing.position):
                raise Overtaken(built.name)
            # Whoever is writing to the standing one finishes first, then finds it gone.
            if standing is not None:
                connection.execute(delete(_generation).where(_is(standing)))
            connection.execute(update(_generation).where(_is(built)).values(live=True))
            _show(connection, built)
        if standing is not None:
            with self._engine.execution_options(alone=True).begin() as connection:
                for table in standing.tables.values():
                    table.drop(connection, checkfirst=True)

    def discard(self, generation: Generation) -> None:
        """Give up a generation; readers of a live one wait for the next."""
        with alone(self._engine, _PREPARING) as connection:
            connection.execute(delete(_generation).where(_is(generation)))
            for table, physical in generation.tables.items():
                if generation.live:
                    connection.execute(text(f"DROP VIEW IF EXISTS {table.name}"))
                physical.drop(connection, checkfirst=True)


def tracked(connection: Connection, projections: Sequence[Projection]) -> int:
    """The place in the log that all of these projections' live tables have reached."""
    columns = _generation.c
    mine = or_(*(and_(columns.name == p.name, columns.schema == p.schema) for p in projections))
    query = select(func.min(columns.position)).where(columns.live, mine)
    return connection.execute(query).scalar() or 0


def _from_row(projection: Projection, row: Any) -> Generation:
    return Generation(
        projection,
        row.number,
        row.live,
        row.position,
        row.known_at,
        row.last_stream,
        row.up_to,
        row.events,
        row.event_id,
        row.error,
        row.error_position,
        row.error_stream,
    )


def _is(generation: Generation) -> Any:
    columns = _generation.c
    return and_(
        columns.name == generation.name,
        columns.schema == generation.projection.schema,
        columns.number == generation.number,
    )


def _move(connection: Connection, before: Generation, after: Generation) -> None:
    columns = _generation.c
    moved = connection.execute(
        update(_generation)
        .where(
            _is(before),
            columns.position == before.position,
            columns.last_stream.is_not_distinct_from(before.last_stream),
        )
        .values(
            position=after.position,
            known_at=after.known_at,
            last_stream=after.last_stream,
            up_to=after.up_to,
            events=after.events,
            event_id=after.event_id,
        )
    )
    if moved.rowcount != 1:
        raise Overtaken(before.name)


def _apply(connection: Connection, generation: Generation, changes: Changes) -> None:
    tables = generation.tables
    for table, rows in changes.closed.items():
        physical = tables[table]
        key = [column.name for column in physical.primary_key]
        closing = (
            update(physical)
            .where(*(physical.c[name] == bindparam(f"at_{name}") for name in key))
            .values(known_to=bindparam("to"))
        )
        values = [{"to": r["known_to"], **{f"at_{name}": r[name] for name in key}} for r in rows]
        closed = connection.execute(closing, values)
        if closed.rowcount not in (-1, len(rows)):
            raise Unwritable(f"{physical.name} 与记录不符，须重建（crm projections rebuild）")
    for table, rows in changes.opened.items():
        connection.execute(insert(tables[table]), rows)


@cache
def _physical(projection: Projection, number: int) -> dict[Table, Table]:
    metadata = MetaData()
    found = {}
    for table in projection.tables:
        copy = table.to_metadata(metadata, name=f"{table.name}_g{number}")
        for index in copy.indexes:
            index.name = quoted_name(f"{index.name}_v{projection.schema}_g{number}", None)
        found[table] = copy
    return found


def _create(connection: Connection, generation: Generation) -> None:
    for table in generation.tables.values():
        table.drop(connection, checkfirst=True)  # left behind by a program that was killed
        table.create(connection)
    connection.execute(
        insert(_generation).values(
            name=generation.name,
            schema=generation.projection.schema,
            number=generation.number,
            live=generation.live,
            position=generation.position,
            known_at=generation.known_at,
            up_to=generation.up_to,
            events=generation.events,
        )
    )


def _show(connection: Connection, generation: Generation) -> None:
    for table, physical in generation.tables.items():
        if connection.dialect.name == "postgresql":  # keeps the view itself: nobody misses it
            create = "CREATE OR REPLACE VIEW"
        else:
            connection.execute(text(f"DROP VIEW IF EXISTS {table.name}"))
            create = "CREATE VIEW"
        connection.execute(text(f"{create} {table.name} AS SELECT * FROM {physical.name}"))
