"""The log in a SQLite file.

WAL with `synchronous=FULL` flushes before a commit returns, so an answered write survives
`kill -9` and a power cut.
"""

import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import InfrastructureFactory, PersistenceError
from eventsourcing.persistence import IntegrityError as StoredAlready
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteTransaction
from eventsourcing.utils import Environment

from crm.store.log_table import (
    RequestAnswered,
    Rows,
    StoredRow,
    StoreUnavailable,
    StreamMoved,
)

_LOCK_SECONDS = 30
_LOOK_SECONDS = 0.1


class _Recorder(SQLiteApplicationRecorder):
    """The library's recorder; its table gets a position of its own.

    The library reads SQLite's hidden row id. Named and declared it stays what it was when a log
    with gaps, restored from PostgreSQL, is one day compacted (VACUUM).
    """

    def construct_create_table_statements(self) -> list[str]:
        statement = (
            f"CREATE TABLE IF NOT EXISTS {self.events_table_name} ("
            "originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, "
            "position INTEGER PRIMARY KEY, "
            "UNIQUE (originator_id, originator_version))"
        )
        return [statement]


class SQLiteLog:
    """`LogTable` on the library's SQLite recorder."""

    def __init__(self, path: Path) -> None:
        try:
            factory: InfrastructureFactory[Any] = InfrastructureFactory.construct(
                Environment(
                    name="crm",
                    env={
                        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
                        "SQLITE_DBNAME": str(path),
                        "SQLITE_LOCK_TIMEOUT": str(_LOCK_SECONDS),
                        "APPLICATION_RECORDER_TOPIC": f"{__name__}:_Recorder",
                    },
                )
            )
            self._recorder = cast(_Recorder, factory.application_recorder())
        except (PersistenceError, sqlite3.DatabaseError) as error:
            raise StoreUnavailable(f"{path}：{error}") from error
        self._factory = factory
        self._datastore = self._recorder.datastore
        # SQLite has one writer at a time; it keeps its connection, and whoever waits waits here.
        self._writing = threading.Lock()
        self._writer = self._datastore.pool.get_connection(is_writer=True)
        self._writer.cursor().execute("PRAGMA synchronous=FULL")
        table = self._recorder.events_table_name
        self._insert = (
            f"INSERT INTO {table} (originator_id, originator_version, topic, state) "
            "VALUES (?,?,?,?)"
        )
        self._restore = (
            f"INSERT INTO {table} (rowid, originator_id, originator_version, topic, state) "
            "VALUES (?,?,?,?,?)"
        )
        self._select = f"SELECT rowid, originator_id, originator_version, topic, state FROM {table}"

    def insert(self, commands: Sequence[Rows]) -> list[list[int]]:
        try:
            with self._writing, SQLiteTransaction(self._writer, commit=True) as cursor:
                return [self._store(cursor, rows) for rows in commands]
        except (StoredAlready, sqlite3.IntegrityError) as error:
            raise StreamMoved(str(error)) from error
        except (PersistenceError, sqlite3.Error) as error:
            raise StoreUnavailable(str(error)) from error

    def _store(self, cursor: Any, rows: Rows) -> list[int]:
        positions = []
        for stream_id, version, topic, state in rows.events:
            cursor.execute(self._insert, (stream_id.hex, version, topic, state))
            positions.append(cursor.lastrowid)
        for new in rows.keys:
            cursor.execute(
                "INSERT INTO person_key (person_id, lead_id, key, made_at) VALUES (?,?,?,?)",
                new.row,
            )
        if request := rows.request:
            answer = request.answer(positions)
            try:
                cursor.execute(
                    "INSERT INTO answered_request (caller, key, fingerprint, answer) "
                    "VALUES (?,?,?,?)",
                    (request.caller, request.key, request.fingerprint, answer),
                )
            except sqlite3.IntegrityError:
                raise RequestAnswered(request.key) from None
        return positions

    def restore(self, rows: Sequence[StoredRow]) -> None:
        values = [(r[0], cast(UUID, r[1]).hex, *r[2:]) for r in rows]
        try:
            with self._writing, SQLiteTransaction(self._writer, commit=True) as cursor:
                cursor.executemany(self._restore, values)
        except (StoredAlready, sqlite3.IntegrityError) as error:
            raise StreamMoved(str(error)) from error
        except (PersistenceError, sqlite3.Error) as error:
            raise StoreUnavailable(str(error)) from error

    def answered(self, caller: str, key: str) -> tuple[str, bytes] | None:
        rows = self._rows(
            "SELECT fingerprint, answer FROM answered_request WHERE caller=? AND key=?",
            (caller, key),
        )
        return (rows[0][0], rows[0][1]) if rows else None

    def stream_rows(self, stream_id: UUID, after: int) -> list[StoredRow]:
        return self._rows(
            f"{self._select} WHERE originator_id=? AND originator_version>? "
            "ORDER BY originator_version",
            (stream_id.hex, after),
        )

    def has(self, stream_id: UUID) -> bool:
        return bool(self._rows(f"{self._select} WHERE originator_id=? LIMIT 1", (stream_id.hex,)))

    def log_rows(self, after: int, limit: int) -> list[StoredRow]:
        return self._rows(f"{self._select} WHERE rowid>? ORDER BY rowid LIMIT ?", (after, limit))

    def rows_by_stream(self, after: UUID | None, limit: int) -> list[StoredRow]:
        return self._rows(
            f"{self._select} WHERE originator_id>? "
            "ORDER BY originator_id, originator_version LIMIT ?",
            (after.hex if after else "", limit),
        )

    def wait(self, seconds: float) -> None:
        time.sleep(min(seconds, _LOOK_SECONDS))  # SQLite tells nobody

    def head(self) -> int:
        try:
            return self._recorder.max_notification_id() or 0
        except (PersistenceError, sqlite3.Error) as error:
            raise StoreUnavailable(str(error)) from error

    def close(self) -> None:
        self._datastore.pool.put_connection(self._writer)
        self._factory.close()

    def _rows(self, statement: str, params: tuple[Any, ...]) -> list[Any]:
        try:
            with self._datastore.transaction(commit=False) as cursor:
                cursor.execute(statement, params)
                return cast(list[Any], cursor.fetchall())
        except (PersistenceError, sqlite3.Error) as error:
            raise StoreUnavailable(str(error)) from error
