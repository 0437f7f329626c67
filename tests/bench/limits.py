"""The limits everything is compared with: a bare durable insert, a bare fetch and decode."""

import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from crm.codec import Codec

T = TypeVar("T")


def timed(act: Callable[[], object], times: int) -> list[float]:
    """Seconds of each call."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return taken


def taken(act: Callable[[], T]) -> tuple[float, T]:
    """Seconds of one call, and what it answers."""
    start = time.perf_counter()
    done = act()
    return time.perf_counter() - start, done


def line(name: str, taken: Sequence[float], limit: float | None = None) -> float:
    """Print p50, p95, p99 in microseconds, and the limit's share of the median."""
    marks = statistics.quantiles(taken, n=100)
    share = "" if limit is None else f"   {limit / marks[49]:5.2f} of the limit"
    print(
        f"  {name:46} p50 {marks[49] * 1e6:8.0f} µs  p95 {marks[94] * 1e6:8.0f}"
        f"  p99 {marks[98] * 1e6:8.0f}{share}"
    )
    return marks[49]


class BareLog:
    """A log without a program: one table, one connection, WAL with full flush."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(
            "CREATE TABLE bare (originator_id TEXT, originator_version INTEGER, topic TEXT, "
            "state BLOB, PRIMARY KEY (originator_id, originator_version))"
        )
        self._version = 0

    def insert(self, state: bytes) -> None:
        """One row, one durable transaction."""
        self._version += 1
        self._connection.execute("BEGIN")
        self._connection.execute(
            "INSERT INTO bare VALUES (?,?,?,?)", ("a" * 32, self._version, "Event.v1", state)
        )
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def bare_fetch_and_decode(path: Path, table: str, typed: bool) -> float:
    """Rows a second when all are fetched and their JSON decoded, and nothing else is done.

    To plain values, or typed: to the events as the program has them.
    """
    connection = sqlite3.connect(path)
    plain = msgspec.json.Decoder()
    decoders = Codec().decoders if typed else {}
    start = time.perf_counter()
    rows: list[Any] = connection.execute(
        f"SELECT topic, state FROM {table} ORDER BY rowid"
    ).fetchall()
    for topic, state in rows:
        decoders.get(topic, plain).decode(state)
    taken = time.perf_counter() - start
    connection.close()
    return len(rows) / taken
