"""Tables == plain fold == the naive formulas, for random histories and many (D, K).

Three independent paths to the same answer: the bitemporal tables that serve the lists, the fold
of each lead's events, and `tests.naive`, written from the contract alone.
"""

import random
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from crm.application import CRM
from crm.presentation import list_page, target_page
from crm.settings import Settings
from crm.wiring import build
from domain.event import Recorded
from domain.lead.history import state_at
from projections.lead_states import leads_on
from projections.reader import clocks
from projections.rebuild import rebuild
from projections.stage_lists import STAGE_LISTS, StageListKey, stage_list
from projections.target_tracking import target_table
from tests.histories import logs, random_log
from tests.naive import naive_lists
from tests.read_tables import DAYS, Log, compare_target, fill
from tests.tables import EVERYTHING

pytestmark = pytest.mark.storage


def as_listed(crm: CRM, day: date, position: int) -> dict[str, set[Any]]:
    found = {}
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, day, crm.clock(), position)
        for name in STAGE_LISTS:
            page = stage_list(connection, name, when)
            assert page.count == len(page.items)
            assert page.total_yuan == sum(item.agreed_yuan or 0 for item in page.items)
            order = [(-i.overdue_days, -(i.agreed_yuan or 0), i.code) for i in page.items]
            assert order == sorted(order)
            found[name] = {
                (
                    i.lead_id,
                    i.agreed_yuan,
                    i.signed_on,
                    i.started_on,
                    i.completed_on,
                    i.produced_on,
                    i.suspended,
                    i.kind,
                )
                for i in page.items
            }
    return found


def as_folded(log: Log, day: date, position: int) -> dict[str, set[Any]]:
    found: dict[str, set[Any]] = {name: set() for name in STAGE_LISTS}
    by_lead: dict[Any, list[Recorded[Any]]] = {}
    for recorded in log:
        by_lead.setdefault(recorded.stream_id, []).append(recorded)
    for lead_id, history in by_lead.items():
        state = state_at(history, day, position)
        for name, entry in STAGE_LISTS.items():
            if state is not None and state.stage is entry.stage:
                found[name].add(
                    (
                        lead_id,
                        state.agreed_total_yuan,
                        state.signed_on,
                        state.started_on,
                        state.completed_on,
                        state.produced_on,
                        state.suspended,
                        state.kind,
                    )
                )
    return found


def compare_states(crm: CRM, log: Log, day: date, position: int) -> None:
    """The states kept in the table are the plain fold's, whole."""
    by_lead: dict[Any, list[Recorded[Any]]] = {}
    for recorded in log:
        by_lead.setdefault(recorded.stream_id, []).append(recorded)
    folded = {lead: state_at(history, day, position) for lead, history in by_lead.items()}
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, day, crm.clock(), position)
        kept = {lead.lead_id: lead.state for lead in leads_on(connection, when)}
    assert kept == {lead: state for lead, state in folded.items() if state is not None}


def compare_lists(crm: CRM, log: Log, day: date, position: int) -> None:
    listed = as_listed(crm, day, position)
    assert listed == as_folded(log, day, position), (day, position)
    assert listed == naive_lists(log, day, position), (day, position)


@pytest.mark.parametrize("seed", range(3))
def test_lists_and_targets_equal_fold_and_naive_formulas(crm: CRM, seed: int) -> None:
    rng = random.Random(seed)
    log = random_log(rng, leads=12, steps=500)
    fill(crm, log, rng)
    last = log[-1].position
    boundaries = sorted({r.event.occurred_on for r in log})
    for _ in range(40):
        day = rng.choice(DAYS) if rng.random() < 0.3 else rng.choice(boundaries)
        position = rng.choice((last, rng.randint(0, last)))
        compare_lists(crm, log, day, position)
        compare_states(crm, log, day, position)
        compare_target(crm, log, rng.choice((2021, 2022, 2023, 2024)), day, position)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(log=logs(leads=3, steps=80))
def test_small_histories_equal_on_every_boundary(tmp_path_factory: Any, log: Log) -> None:
    if not log:
        return
    path: Path = tmp_path_factory.mktemp("small")
    crm = build(Settings(data_dir=path))
    try:
        fill(crm, log, random.Random(len(log)))
        days = sorted({r.event.occurred_on for r in log})
        for day in days[:: max(1, len(days) // 6)]:
            for position in {0, len(log) // 3, len(log) // 2, len(log)}:
                compare_lists(crm, log, day, position)
                compare_target(crm, log, day.year, day, position)
    finally:
        crm.close()


def test_a_rebuild_gives_byte_equal_lists_and_targets(crm: CRM) -> None:
    rng = random.Random(99)
    log = random_log(rng, leads=15, steps=600)
    fill(crm, log, rng)
    moment = crm.clock()

    def everything() -> list[str]:
        pages = []
        with crm.reader.asking(*EVERYTHING) as connection:
            for day in DAYS[::7]:
                for position in (log[-1].position // 2, None):
                    when = clocks(connection, day, moment, position)
                    pages += [
                        repr(list_page(stage_list(connection, name, when))) for name in STAGE_LISTS
                    ]
                    pages.append(repr(target_page(target_table(connection, day.year, when))))
        return pages

    before = everything()
    assert any("'count': 0" not in page for page in before)
    rebuild(crm.projector, [status.name for status in crm.projector.statuses()])
    assert everything() == before


def test_the_lists_partition_the_leads_ever_signed(crm: CRM) -> None:
    """|L1|+|L2|+|L3|+|L4|+|exited| = |ever signed|, when no start came before its signing."""
    rng = random.Random(7)
    log = random_log(rng, leads=20, steps=800)
    fill(crm, log, rng)
    by_lead: dict[Any, list[Recorded[Any]]] = {}
    for recorded in log:
        by_lead.setdefault(recorded.stream_id, []).append(recorded)
    for day in DAYS[::5]:
        states = {i: state_at(h, day) for i, h in by_lead.items()}
        signed = {i for i, s in states.items() if s is not None and s.signed_on is not None}
        listed = as_listed(crm, day, log[-1].position)
        places = [
            item[0]
            for name in STAGE_LISTS
            if name != "framework"
            for item in listed[name]
            if item[0] in signed
        ]
        assert sorted(places) == sorted(signed)


def test_pages_neither_skip_nor_repeat_even_while_others_write(crm: CRM) -> None:
    rng = random.Random(3)
    log = random_log(rng, leads=90, steps=1800)
    written = len(log) // 2
    fill(crm, log[:written], rng)
    day = date(2024, 6, 30)
    turned_pages = 0
    for name in STAGE_LISTS:
        with crm.reader.asking(*EVERYTHING) as connection:
            whole = stage_list(connection, name, clocks(connection, day, crm.clock()))
        seen: list[Any] = []
        after: StageListKey | None = None
        while True:
            with crm.reader.asking(*EVERYTHING) as connection:
                when = clocks(connection, day, crm.clock(), whole.clocks.position)
                page = stage_list(connection, name, when, limit=2, after=after)
            seen += page.items
            after = page.last
            if after is None:
                break
            turned_pages += 1
            fill(crm, log[written : written + 7], rng)  # others write between the pages
            written += 7
        assert [asdict(item) for item in seen] == [asdict(item) for item in whole.items]
    assert turned_pages > 10
