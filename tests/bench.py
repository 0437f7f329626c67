"""How near are we to what the disk and the decoder allow? `make bench` prints it.

Everything is measured in one run and shown as a ratio to a bare limit measured beside it: a bare
durable insert of a row of the same size, and a bare fetch and decode of the same rows. Seconds
differ from machine to machine; ratios travel.
"""

import platform
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec

from crm.application import CRM
from crm.people import SYSTEM
from crm.settings import Settings
from crm.wiring import build
from domain.lead.events import ContactLogged, FundsArrived, Investor, LeadRegistered
from domain.lead.history import state_at
from domain.vocabulary import ContactMode, FundsSource
from projections.reader import clocks
from projections.stage_lists import stage_list
from tests.histories import random_log

SEED = 20231123
DAY = date(2023, 5, 1)
WRITES = 300


def timed(act: Callable[[], object], times: int) -> list[float]:
    """Seconds of each call."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return taken


def line(name: str, taken: list[float], limit: float | None = None) -> float:
    """Print p50, p95, p99 in microseconds, and the limit's share of the median."""
    marks = statistics.quantiles(taken, n=100)
    share = "" if limit is None else f"   {limit / marks[49]:5.2f} of the limit"
    print(
        f"{name:44} p50 {marks[49] * 1e6:9.0f} µs  p95 {marks[94] * 1e6:9.0f}"
        f"  p99 {marks[98] * 1e6:9.0f}{share}"
    )
    return marks[49]


def bare_insert(folder: Path, state: bytes) -> float:
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, "
        "topic TEXT, state BLOB, PRIMARY KEY (originator_id, originator_version))"
    )
    version = 0

    def insert() -> None:
        nonlocal version
        version += 1
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO stored_events VALUES (?,?,?,?)", ("a" * 32, version, "Event.v1", state)
        )
        connection.execute("COMMIT")

    median = line("bare durable insert (the limit)", timed(insert, WRITES * 3))
    connection.close()
    return median


def new_lead(crm: CRM) -> UUID:
    registration = LeadRegistered(
        occurred_on=DAY,
        code="",
        title="硅靶材生产项目",
        investor=Investor("企业"),
        recruiting_unit="经开区",
    )
    return crm.register(registration, by=SYSTEM).lead_id


def commands(crm: CRM, limit: float) -> None:
    contact = ContactLogged(occurred_on=DAY, mode=ContactMode.CALL, summary="电话沟通落地事宜")
    funds = FundsArrived(occurred_on=DAY, source=FundsSource.LOCAL, amount_yuan=1)
    for history in (10, 100, 500):
        for name, event in (("contact", contact), ("funds", funds)):
            lead = new_lead(crm)
            for _ in range(history):
                crm.record(lead, contact, by=SYSTEM)
            taken = timed(lambda: crm.record(lead, event, by=SYSTEM), WRITES)  # noqa: B023
            line(f"command ({name}) on {history} events and more", taken, limit)


def replay(crm: CRM, folder: Path) -> None:
    """Fetch and decode every row bare, then as events, then as folded leads, then as tables."""
    connection = sqlite3.connect(folder / "crm.db")
    decoder = msgspec.json.Decoder()
    start = time.perf_counter()
    rows = connection.execute("SELECT rowid, * FROM stored_events ORDER BY rowid").fetchall()
    for row in rows:
        decoder.decode(row[4])
    bare = time.perf_counter() - start
    connection.close()
    print(f"\n{len(rows)} events: bare fetch and decode (the limit) {len(rows) / bare:,.0f}/s")

    def report(name: str, act: Callable[[], object]) -> None:
        begun = time.perf_counter()
        act()
        taken = time.perf_counter() - begun
        print(f"  {name:42} {len(rows) / taken:10,.0f}/s   {bare / taken:5.2f} of the limit")

    report("read the log as events", lambda: sum(1 for _ in crm.store.whole_log()))
    leads = {row[1] for row in rows}
    report("fold every lead", lambda: [state_at(crm.store.stream(UUID(hex=i))) for i in leads])
    report("rebuild the tables", crm.projector.rebuild)


def lists(crm: CRM) -> None:
    def ask(day: date, position: int | None) -> None:
        with crm.reader.asking() as connection:
            stage_list(
                connection,
                "started-not-completed",
                clocks(connection, day, crm.clock(), position),
                limit=100,
            )

    head = crm.store.head()
    now = line("list page, today", timed(lambda: ask(crm.today(), None), 100))
    line("list page, at half the log's knowledge", timed(lambda: ask(DAY, head // 2), 100), now)


def main() -> None:
    print(f"{platform.platform()}, Python {platform.python_version()}, SQLite WAL, FULL flush")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        crm = build(Settings(data_dir=folder))
        log = random_log(random.Random(SEED), leads=400, steps=8000)
        for start in range(0, len(log), 500):
            crm.store.append(log[start : start + 500])
        crm.projector.catch_up()
        limit = bare_insert(folder, b"x" * 400)
        commands(crm, limit)
        replay(crm, folder)
        print()
        lists(crm)
        crm.close()


if __name__ == "__main__":
    main()
