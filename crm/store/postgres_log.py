"""The log in PostgreSQL.

Positions come from a sequence, before the commit; without care a reader could see position 8
while 7 is still being written, and skip it for ever. The library's guard is kept: whoever inserts
locks the table against other writers until it commits, so that positions become visible in
order. Commands of one program share the lock and the flush (`crm.group_commit`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

import psycopg
from eventsourcing.persistence import InfrastructureFactory, PersistenceError
from eventsourcing.postgres import PostgresApplicationRecorder
from eventsourcing.utils import Environment
from psycopg.rows import TupleRow, tuple_row
from psycopg.sql import SQL, Identifier
from sqlalchemy import URL

from crm.store.log_table import (
    RequestAnswered,
    Rows,
    StoredRow,
    StoreUnavailable,
    StreamMoved,
)

_LOCK_SECONDS = 30
_POOL_SIZE = 5
_MOST_CONNECTIONS = 15

Cursor = psycopg.Cursor[TupleRow]


class PostgresLog:
    """`LogTable` on the library's PostgreSQL recorder."""

    def __init__(self, url: URL) -> None:
        try:
            factory: InfrastructureFactory[Any] = InfrastructureFactory.construct(
                Environment(name="crm", env=_environment(url))
            )
            self._recorder = cast(PostgresApplicationRecorder, factory.application_recorder())
        except (PersistenceError, psycopg.Error) as error:
            raise StoreUnavailable(str(error)) from error
        self._factory = factory
        self._datastore = self._recorder.datastore
        table = Identifier(self._datastore.schema, self._recorder.events_table_name)
        self._insert = SQL(
            "INSERT INTO {table} (originator_id, originator_version, topic, state) "
            "SELECT a, b, c, d FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::bytea[]) "
            "WITH ORDINALITY AS given (a, b, c, d, nth) ORDER BY nth RETURNING notification_id"
        ).format(table=table)
        self._restore = SQL(
            "INSERT INTO {table} "
            "(notification_id, originator_id, originator_version, topic, state) "
            "SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::bigint[], %s::text[], %s::bytea[])"
        ).format(table=table)
        # The next write goes on after the last restored position.
        self._continue = SQL(
            "SELECT setval(pg_get_serial_sequence({name}, 'notification_id'), "
            "(SELECT max(notification_id) FROM {table}))"
        ).format(table=table, name=f"{self._datastore.schema}.{self._recorder.events_table_name}")
        self._listen = SQL("LISTEN {}").format(Identifier(self._recorder.channel_name))
        self._select = SQL(
            "SELECT notification_id, originator_id, originator_version, topic, state FROM {table}"
        ).format(table=table)

    def insert(self, commands: Sequence[Rows]) -> list[list[int]]:
        events = [event for rows in commands for event in rows.events]
        try:
            with self._connection() as connection, connection.transaction():
                with connection.pipeline(), connection.cursor() as cursor:
                    self._only_writer(cursor)
                    cursor.execute(self._insert, _columns(events), prepare=True)
                    found = iter([row[0] for row in cursor.fetchall()])
                positions = [[next(found) for _ in rows.events] for rows in commands]
                self._keep_keys(connection, commands)
                self._answer(connection, commands, positions)
                return positions
        except psycopg.errors.UniqueViolation as error:
            raise StreamMoved(str(error)) from error

    def _only_writer(self, cursor: Cursor) -> None:
        """The guard: see above. Whoever listens is told when the commit is there.

        The commit is flushed whatever the server's default is.
        """
        cursor.execute("SET LOCAL synchronous_commit = on")
        self._recorder._lock_table(cast(Any, cursor))
        self._recorder._notify_channel(cast(Any, cursor))

    def _keep_keys(
        self, connection: psycopg.Connection[TupleRow], commands: Sequence[Rows]
    ) -> None:
        keys = [new.row for rows in commands for new in rows.keys]
        if keys:
            connection.cursor().executemany(
                "INSERT INTO person_key (person_id, lead_id, key, made_at) VALUES (%s,%s,%s,%s)",
                keys,
            )

    def _answer(
        self,
        connection: psycopg.Connection[TupleRow],
        commands: Sequence[Rows],
        positions: Sequence[Sequence[int]],
    ) -> None:
        answered = [
            (rows.request.caller, rows.request.key, rows.request.fingerprint, answer)
            for rows, where in zip(commands, positions, strict=True)
            if rows.request is not None and (answer := rows.request.answer(where))
        ]
        if not answered:
            return
        try:
            connection.cursor().executemany(
                "INSERT INTO answered_request (caller, key, fingerprint, answer) "
                "VALUES (%s,%s,%s,%s)",
                answered,
            )
        except psycopg.errors.UniqueViolation as error:
            raise RequestAnswered(str(error)) from None

    def restore(self, rows: Sequence[StoredRow]) -> None:
        try:
            with self._connection() as connection, connection.transaction():
                cursor = connection.cursor()
                self._only_writer(cursor)
                cursor.execute(self._restore, _columns(rows))
                cursor.execute(self._continue)
        except psycopg.errors.UniqueViolation as error:
            raise StreamMoved(str(error)) from error

    def answered(self, caller: str, key: str) -> tuple[str, bytes] | None:
        rows = self._rows(
            SQL("SELECT fingerprint, answer FROM answered_request WHERE caller=%s AND key=%s"),
            (caller, key),
        )
        return (rows[0][0], rows[0][1]) if rows else None

    def stream_rows(self, stream_id: UUID, after: int) -> list[StoredRow]:
        return self._rows(
            self._select
            + SQL(" WHERE originator_id=%s AND originator_version>%s ORDER BY originator_version"),
            (stream_id, after),
        )

    def has(self, stream_id: UUID) -> bool:
        return bool(self._rows(self._select + SQL(" WHERE originator_id=%s LIMIT 1"), (stream_id,)))

    def log_rows(self, after: int, limit: int) -> list[StoredRow]:
        return self._rows(
            self._select + SQL(" WHERE notification_id>%s ORDER BY notification_id LIMIT %s"),
            (after, limit),
        )

    def rows_by_stream(self, after: UUID | None, limit: int) -> list[StoredRow]:
        return self._rows(
            self._select
            + SQL(" WHERE originator_id>%s ORDER BY originator_id, originator_version LIMIT %s"),
            (after or UUID(int=0), limit),
        )

    def wait(self, seconds: float) -> None:
        with self._connection() as connection:
            connection.execute(self._listen)
            try:
                for _ in connection.notifies(timeout=seconds, stop_after=1):
                    pass
            finally:
                connection.execute("UNLISTEN *")

    def head(self) -> int:
        rows = self._rows(cast(Any, self._recorder.max_notification_id_statement), ())
        return int(rows[0][0] or 0)

    def close(self) -> None:
        self._factory.close()

    def _rows(self, statement: Any, params: tuple[Any, ...]) -> list[Any]:
        with self._connection() as connection, connection.cursor(binary=True) as cursor:
            cursor.execute(statement, params, prepare=True)
            return cursor.fetchall()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[TupleRow]]:
        """A pooled connection; what keeps the database from answering is `StoreUnavailable`."""
        try:
            with self._datastore.pool.connection() as pooled:
                connection = cast("psycopg.Connection[TupleRow]", pooled)
                connection.row_factory = tuple_row
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError, PersistenceError) as error:
            raise StoreUnavailable(str(error)) from error


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows as arrays, one for each column."""
    return [list(column) for column in zip(*rows, strict=True)]


def _environment(url: URL) -> dict[str, str]:
    """The library's names for an address; a socket folder stands in the query."""
    given = {key: value for key, value in url.query.items() if isinstance(value, str)}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": url.database or "postgres",
        "POSTGRES_HOST": url.host or given.get("host", ""),
        "POSTGRES_PORT": str(url.port or given.get("port", "5432")),
        "POSTGRES_USER": url.username or given.get("user", "postgres"),
        "POSTGRES_PASSWORD": url.password or given.get("password", ""),
        "POSTGRES_POOL_SIZE": str(_POOL_SIZE),
        "POSTGRES_MAX_OVERFLOW": str(_MOST_CONNECTIONS - _POOL_SIZE),
        "POSTGRES_LOCK_TIMEOUT": str(_LOCK_SECONDS),
        "POSTGRES_CONNECT_TIMEOUT": "5",
        "POSTGRES_PRE_PING": "y",
    }
