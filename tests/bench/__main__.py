"""`make bench`, or `make bench ARGS="--events 100000"`."""

import argparse
import gc
import os
import platform
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import groupby, islice
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
from projections.rebuild import rebuild
from projections.stage_lists import stage_list
from projections.target_tracking import target_table
from tests.bench.county import SEED, county_log
from tests.bench.limits import BareLog, bare_fetch_and_decode, line, timed
from tests.bench.stock import stock, stock_replay

DAY = date(2023, 5, 1)
WRITES, WARM_UP = 300, 1200
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
        for _ in range(WRITES):  # turn by turn: the disk's mood is the same for all
            for name, act in acts:
                taken.setdefault(name, []).extend(timed(act, 1))
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
    crm = build(Settings(data_dir=folder / "large"), tables=Tables.ELSEWHERE)
    gc.freeze()
    log = county_log(events)
    while section := list(islice(log, 5000)):
        crm.store.append(section)
    stored, bare = bare_fetch_and_decode(folder / "large" / "crm.db", "stored_events")
    print(f"\nReading {stored:,} events: {stored / bare:,.0f}/s bare fetch and decode (the limit)")

    def report(name: str, act: Callable[[], object], count: int = stored) -> None:
        start = time.perf_counter()
        act()
        taken = time.perf_counter() - start
        share = (count / taken) / (stored / bare)
        print(f"  {name:46} {count / taken:10,.0f}/s   {share:5.2f} of the limit")

    library = stock(folder / "large")
    count, taken = stock_replay(library, 200, 50)
    share = (count / taken) / (stored / bare)
    print(f"  {'stock replay':46} {count / taken:10,.0f}/s   {share:5.2f} of the limit")
    library.close()
    report("our log, as events", lambda: sum(1 for _ in crm.store.whole_log()))
    report("our replay, every lead folded", lambda: replay(crm))
    before = peak()
    names = [status.name for status in crm.projector.statuses()]
    report("our rebuild, all tables", lambda: rebuild(crm.projector, names, progress))
    print(f"  memory at its peak: {before} MB before the rebuild, {peak()} MB after")
    pages(crm)
    crm.close()


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
        with crm.reader.asking() as connection:
            when = clocks(connection, day, moment)
            stage_list(connection, "started-not-completed", when, limit=100)

    def target(day: date, moment: datetime) -> None:
        with crm.reader.asking() as connection:
            target_table(connection, day.year, clocks(connection, day, moment))

    now = line("a list's first page, today", timed(lambda: page(*today), 30))
    line("a list's first page, two years back (D, K)", timed(lambda: page(*back), 30), now)
    now = line("the year's target, today", timed(lambda: target(*today), 10))
    line("the year's target, two years back (D, K)", timed(lambda: target(*back), 10), now)


def peak() -> int:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r  {100 * done // max(of, 1):3} %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="events of the large log")
    wanted = parser.parse_args()
    print(
        f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"SQLite WAL with full flush, seed {SEED}"
    )
    with tempfile.TemporaryDirectory() as name:
        writing(Path(name))
        reading(Path(name), wanted.events)


main()
