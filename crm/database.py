"""Which database, and how it is connected to: one embedded SQLite file, or PostgreSQL.

SQLite has one writer to a file, so the log and people's tokens are in one file, and the read
tables, which can be made again, in another beside it: bringing them up to date never holds up a
write. PostgreSQL has everything in one database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from crm.settings import Settings
from crm.store.log_table import LogTable, StoreUnavailable
from projections.alone import alone

_MAKING_LOG = 0x63726C  # any number, the same in every program
_WAIT_MS = 30_000
# A server's log, tables and tokens together stay under 60 connections.
_POOL = {"pool_size": 10, "max_overflow": 20}
# An error's text comes to be printed; what was asked of the database is not for everybody's eyes.
_QUIET = {"hide_parameters": True}
_ADDRESS = {"host", "port", "user", "password"}


@dataclass(frozen=True, slots=True)
class Database:
    """The log, the read tables, and what lasts beside the log (tokens, answered requests).

    A commit of read tables need not be flushed: they come back from the log. Reading never waits
    for a writer; who must be the only writer says `alone(engine)`.
    """

    log: LogTable
    tables: Engine
    lasting: Engine

    def close(self) -> None:
        self.log.close()
        for engine in (self.tables, self.lasting):
            engine.dispose()


def scrub(lasting: Engine, tables: Sequence[str]) -> None:
    """What was deleted from these tables goes from the database's files, as far as they are ours.

    SQLite overwrites it at once (`secure_delete`); older pages stand in the write-ahead log until
    that is written back. PostgreSQL keeps dead rows until they are vacuumed; its own archives and
    standbys are not ours to clean.
    """
    with lasting.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if lasting.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for table in tables:
            connection.exec_driver_sql(f"VACUUM {table}")


def open_database(settings: Settings) -> Database:
    """Connect to the database of the settings.

    Raises `ValueError` for an address of another kind, `StoreUnavailable`, `OSError`.
    """
    where = _address(settings)
    return _sqlite(where) if isinstance(where, Path) else _postgres(where)


def embedded_file(settings: Settings) -> Path | None:
    """The file of an embedded database, there or not; None for a server's. Raises `ValueError`."""
    where = _address(settings)
    return where if isinstance(where, Path) else None


def _address(settings: Settings) -> Path | URL:
    if settings.database_url is None:
        return settings.data_dir / "crm.db"
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        raise ValueError("CRM_DATABASE_URL 不是数据库地址") from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        return Path(str(url.database))
    raise ValueError("CRM_DATABASE_URL 应为 sqlite:////路径/文件.db 或 postgresql+psycopg://… 地址")


def _sqlite(path: Path) -> Database:
    from crm.store.sqlite_log import SQLiteLog

    path.parent.mkdir(parents=True, exist_ok=True)
    tables = path.with_name(f"{path.stem}.tables{path.suffix}")
    return Database(
        log=SQLiteLog(path),
        tables=_sqlite_engine(tables, "NORMAL"),
        lasting=_sqlite_engine(path, "FULL"),
    )


def _postgres(url: URL) -> Database:
    from crm.store.postgres_log import PostgresLog

    if unknown := sorted(url.query.keys() - _ADDRESS):
        # The log and the tables connect by different ways; both heed libpq's own variables.
        raise ValueError(
            f"CRM_DATABASE_URL 不能带参数 {'、'.join(unknown)}；请用 libpq 的环境变量，如 PGSSLMODE"
        )
    lasting = create_engine(url, pool_pre_ping=True, **_QUIET)
    try:
        # The library's statements fail one another when several programs start at once.
        with alone(lasting, _MAKING_LOG):
            log = PostgresLog(url)
    except OperationalError as error:
        raise StoreUnavailable(str(error.orig)) from error
    unflushed = {"options": "-c synchronous_commit=off"}
    return Database(
        log=log,
        tables=create_engine(url, connect_args=unflushed, pool_pre_ping=True, **_POOL, **_QUIET),
        lasting=lasting,
    )


def _sqlite_engine(path: Path, synchronous: str) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), **_POOL, **_QUIET)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA busy_timeout={_WAIT_MS}")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA secure_delete=ON")  # what is gone is gone from the file

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        connection.execute(text("BEGIN IMMEDIATE" if options.get("alone") else "BEGIN"))

    return engine
