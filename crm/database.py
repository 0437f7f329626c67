"""Connections to the read tables and the people: the same SQLite file as the event store.

Two engines. Writing takes SQLite's write lock at BEGIN, so a position read in a transaction stays
true until it commits; and it need not flush (`synchronous=NORMAL`), because what it writes can be
made again from the log, and people's rows are flushed by their own engine. Reading sees one
snapshot for the length of its transaction and never waits for a writer (WAL).
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text

_WAIT_MS = 30_000


def reading_engine(path: Path) -> Engine:
    """For questions: plain transactions on a snapshot."""
    return _engine(path, "BEGIN", "NORMAL")


def projecting_engine(path: Path) -> Engine:
    """For the read tables: locks at BEGIN, leaves flushing to the next checkpoint."""
    return _engine(path, "BEGIN IMMEDIATE", "NORMAL")


def durable_engine(path: Path) -> Engine:
    """For people and tokens: locks at BEGIN, flushed when the commit returns."""
    return _engine(path, "BEGIN IMMEDIATE", "FULL")


def _engine(path: Path, begin: str, synchronous: str) -> Engine:
    engine = create_engine(f"sqlite:///{path}", pool_size=20, max_overflow=40)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA busy_timeout={_WAIT_MS}")
        connection.execute(f"PRAGMA synchronous={synchronous}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.execute(text(begin))

    return engine
