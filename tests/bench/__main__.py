"""`make bench`, or `make bench ARGS="--events 100000"`."""

import argparse
import gc
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from uuid import UUID

from crm.application import CRM
from crm.people import SYSTEM
from crm.settings import Settings
from crm.wiring import Tables, build
from domain.lead.events import ContactLogged, FundsArrived, Investor, LeadRegistered
from domain.lead.history import state_at
from domain.vocabulary import ContactMode, FundsSource
from projections.reader import clocks
from projections.stage_lists import stage_list
from projections.target_tracking import target_table
from tests.bench.bulletins import bulletins
from tests.bench.county import SEED, filled
from tests.bench.ledger import ledgers
from tests.bench.limits import BareLog, bare_fetch_and_decode, line, timed
from tests.bench.proof import proofs
from tests.bench.stock import stock, stock_replay
from tests.tables import EVERYTHING

DAY = date(2023, 5, 1)
WRITES, BLOCK, WARM_UP = 300, 30, 1200
CLIENTS, EACH = 16, 300
HISTORIES = (10, 100, 500)

CONTACT = ContactLogged(occurred_on=DAY, mode=ContactMode.CALL, summary="电话沟通落地事宜")
FUNDS = FundsArrived(occurred_on=DAY, source=FundsSource.LOCAL, amount_yuan=10_000)


def new_lead(crm: CRM) -> UUID:
    registration = LeadRegistered(
        occurred_on=DAY,
        code="",
        title="硅靶材生产项目",
        investor=Investor("企业"),
        recruiting_unit="经开区",
    )
    return crm.register(registration, by=SYSTEM).lead_id


def writing(folder: Path) -> None:
    """One durable insert after the other, and one command after the other, turn by turn."""
    print("\nWriting, one client (each answered when flushed)")
    bare = BareLog(folder / "bare.db")
    crm = build(Settings(data_dir=folder / "worker"), tables=Tables.ELSEWHERE)
    embedded = build(Settings(data_dir=folder / "embedded"), tables=Tables.BEHIND)
    library = stock(folder)
    gc.freeze()
    state = b"x" * 330  # what an event of ours takes
    for program in (crm, embedded):  # files grow to the size they keep before anything is timed
        lead = new_lead(program)
        for _ in range(WARM_UP):
            program.record(lead, CONTACT, by=SYSTEM)
    for _ in range(WARM_UP):
        bare.insert(state)
    limit = line("bare durable insert (the limit)", timed(lambda: bare.insert(state), 3 * WRITES))
    for history in HISTORIES:
        ours, also, stocks = new_lead(crm), new_lead(embedded), library.register()
        for _ in range(history):
            crm.record(ours, CONTACT, by=SYSTEM)
            embedded.record(also, CONTACT, by=SYSTEM)
        library.receive(stocks, history)
        taken: dict[str, list[float]] = {}
        acts: tuple[tuple[str, Callable[[], object]], ...] = (
            ("bare, again", lambda: bare.insert(state)),
            ("stock eventsourcing", lambda: library.receive(stocks)),  # noqa: B023
            ("ours, tables by a worker", lambda: crm.record(ours, FUNDS, by=SYSTEM)),  # noqa: B023
            ("ours, embedded", lambda: embedded.record(also, FUNDS, by=SYSTEM)),  # noqa: B023
        )
        for _ in range(WRITES // BLOCK):  # turn by turn: the disk's mood is the same for all,
            for name, act in acts:  # in blocks: nobody starts on caches another has filled
                timed(act, 5)
                taken.setdefault(name, []).extend(timed(act, BLOCK))
        beside = statistics.median(taken["bare, again"])
        for name, seconds in taken.items():
            line(f"{name}, {history} events before", seconds, beside)
    together(crm, limit, "tables by a worker")
    together(embedded, limit, "embedded")
    for program in (crm, embedded):
        program.close()
    library.close()
    bare.close()


def together(crm: CRM, limit: float, name: str) -> None:
    """Commands that arrive together share a flush."""
    leads = [new_lead(crm) for _ in range(50)]

    def client(number: int) -> None:
        for nth in range(EACH):
            crm.record(leads[(number * 7 + nth) % len(leads)], FUNDS, by=SYSTEM)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = CLIENTS * EACH / (time.perf_counter() - start)
    print(f"  ours, {CLIENTS} clients, {name:30} {rate:8,.0f}/s   {rate * limit:5.2f} of the limit")


def reading(folder: Path, events: int) -> None:
    """A large log: replay, rebuild, and what a page of a list costs."""
    small = rebuilt(filled(folder / "small", events // 10))
    settings = filled(folder / "large", events)
    crm = build(settings, tables=Tables.ELSEWHERE)
    gc.freeze()
    stored, database = crm.store.head(), folder / "large" / "crm.db"
    plain, typed = (bare_fetch_and_decode(database, "stored_events", t) for t in (False, True))
    print(f"\nReading {stored:,} events (shares: of the two limits)")
    print(f"  {'bare fetch and decode to plain values':46} {plain:10,.0f}/s")
    print(f"  {'bare fetch and decode to typed events':46} {typed:10,.0f}/s")

    def show(name: str, rate: float) -> None:
        print(f"  {name:46} {rate:10,.0f}/s   {rate / plain:5.2f}  {rate / typed:5.2f}")

    def report(name: str, act: Callable[[], object]) -> None:
        start = time.perf_counter()
        act()
        show(name, stored / (time.perf_counter() - start))

    library = stock(folder / "large")
    count, taken = stock_replay(library, 200, 50)
    show("stock replay", count / taken)
    library.close()
    report("our log, as events", lambda: sum(1 for _ in crm.store.whole_log()))
    report("our replay, every lead folded", lambda: replay(crm))
    taken, megabytes = rebuilt(settings)
    show("our rebuild, all tables, a program of its own", stored / taken)
    print(f"  its memory at its peak: {megabytes} MB; {small[1]} MB for a tenth of the log")
    pages(crm)
    lead = new_lead(crm)
    line("a command beside all these leads", timed(lambda: crm.record(lead, FUNDS, by=SYSTEM), 300))
    crm.close()


def rebuilt(settings: Settings) -> tuple[float, int]:
    """Seconds, and MB at the peak, of `crm projections rebuild`."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "crm.cli", "projections", "rebuild"],
        env={**os.environ, "CRM_DATA_DIR": str(settings.data_dir)},
        stdout=subprocess.DEVNULL,
    )
    peak = 0
    while process.poll() is None:  # its own high water: a child's rusage begins with its parent's
        time.sleep(0.05)
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
        peak = int(found.group(1)) // 1024 if found else peak
    assert process.returncode == 0
    return time.perf_counter() - start, peak


def replay(crm: CRM) -> None:
    """Every lead's state from its events alone, a section of streams at a time."""
    last: UUID | None = None
    while section := crm.store.streams(last, 5000):
        for stream_id, history in groupby(section, key=lambda recorded: recorded.stream_id):
            state_at(list(history))
            last = stream_id


def pages(crm: CRM) -> None:
    """What a question costs, today and two years back on both clocks."""
    print("\nQuestions to the tables")
    today = (date(2024, 12, 31), crm.clock())
    back = (date(2022, 12, 31), datetime(2023, 1, 15, tzinfo=UTC))

    def page(day: date, moment: datetime) -> None:
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, moment)
            stage_list(connection, "started-not-completed", when, limit=100)

    def target(day: date, moment: datetime) -> None:
        with crm.reader.asking(*EVERYTHING) as connection:
            target_table(connection, day.year, clocks(connection, day, moment))

    now = line("a list's first page, today", timed(lambda: page(*today), 30))
    line("a list's first page, two years back (D, K)", timed(lambda: page(*back), 30), now)
    now = line("the year's target, today", timed(lambda: target(*today), 10))
    line("the year's target, two years back (D, K)", timed(lambda: target(*back), 10), now)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="events of the large log")
    parser.add_argument("--rows", type=int, default=20_000, help="rows of the large ledger")
    parser.add_argument("--leads", type=int, default=100_000, help="leads of the bulletin")
    wanted = parser.parse_args()
    print(
        f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"SQLite WAL with full flush, seed {SEED}"
    )
    with tempfile.TemporaryDirectory() as name:
        writing(Path(name))
        reading(Path(name), wanted.events)
        ledgers(Path(name) / "ledger", wanted.rows)
        bulletins(Path(name) / "bulletin", wanted.leads)
        proofs(Path(name) / "proof", wanted.events)


main()
