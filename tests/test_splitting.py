"""Splits and merges through the doors: whole or not at all, and no figure moves that should not."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from crm.application import CRM
from crm.commands import Condition, KeyReused, VersionMismatch, Written
from crm.explaining import explain
from crm.people import SYSTEM, Caller, Forbidden, Role
from crm.settings import Settings
from crm.store.log_table import StoreUnavailable
from crm.wiring import build
from domain.errors import BadInput, NotFound, Refused
from domain.lead import events as e
from domain.lead.accounts import METRICS
from domain.lead.splitting import Part
from domain.vocabulary import Stage
from projections.reader import clocks
from projections.target_tracking import TargetTable, target_table
from tests.adding_up import assert_adds_up
from tests.histories import random_log
from tests.naive import naive_target
from tests.tables import EVERYTHING
from tests.told import PARTS, REGISTERED, WANTED, YI, on, signed, started

pytestmark = pytest.mark.storage
DAY, END = on(6), on(12, 31)


def lead(crm: CRM, *events: e.LeadEvent, **fields: Any) -> UUID:
    return crm.register(replace(REGISTERED, **fields), *events, by=SYSTEM).lead_id


def target(crm: CRM, day: date = END, year: int = 2023) -> TargetTable:
    with crm.reader.asking(*EVERYTHING) as connection:
        return target_table(connection, year, clocks(connection, day, crm.clock()))


def figures(table: TargetTable) -> dict[str, Any]:
    """What a split leaves alone."""
    projects, agreed = table.metrics["projects"], table.metrics["agreed_total_wan"]
    return {
        "projects": (projects.actual, projects.gross, projects.exited, projects.adjustments),
        "agreed": (agreed.actual, agreed.gross),
        "big": table.metrics["big_projects"].actual,
        "months": table.by_month,
        "units": {name: share.projects.actual for name, share in table.by_unit.items()},
    }


def explained(crm: CRM, day: date = END) -> None:
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, day, crm.clock())
        table = target_table(connection, 2023, when)
        for metric in METRICS:
            found = list(explain(crm.store, connection, metric, 2023, when))
            assert_adds_up(metric, found, table)


# --- figures ------------------------------------------------------------------------------------


def test_a_split_moves_no_figure_until_a_count_is_approved(crm: CRM) -> None:
    first = lead(crm, signed(on(2), total=6 * YI), started(on(3)))
    lead(crm, signed(on(2, year=2022)))
    before = figures(target(crm))
    parts = [Part("甲", 4 * YI), Part("乙", YI), Part("丙", YI)]
    written = crm.split(first, WANTED, parts, by=SYSTEM)
    assert figures(target(crm)) == before
    assert before["big"] == 1
    _, second, _ = [opened for opened, _ in written.opened]
    explained(crm)
    crm.record(second, e.CountApproved(occurred_on=on(9), ground="单独立项"), by=SYSTEM)
    after = figures(target(crm))
    assert after["projects"] == (2, 2, 0, 0)
    assert after["agreed"] == before["agreed"]
    assert figures(target(crm, on(8, 31)))["projects"] == (1, 1, 0, 0)
    assert after["months"]["2023-09"]["projects"] == 1
    explained(crm)


def test_a_part_approved_in_a_later_year_counts_in_that_year(crm: CRM) -> None:
    first = lead(crm, signed(on(2)))
    written = crm.split(first, WANTED, PARTS, by=SYSTEM)
    second = written.opened[1][0]
    crm.record(second, e.CountApproved(occurred_on=on(2, year=2024), ground="立项"), by=SYSTEM)
    assert target(crm).metrics["projects"].actual == 1
    next_year = target(crm, on(6, year=2024), 2024).metrics
    assert next_year["projects"].actual == 1
    assert next_year["agreed_total_wan"].actual == "0"


def test_a_part_that_leaves_takes_its_amount_along_and_not_the_count(crm: CRM) -> None:
    first = lead(crm, signed(on(2)))
    (kept, _), (other, _) = crm.split(first, WANTED, PARTS, by=SYSTEM).opened
    crm.record(kept, e.LeadExited(occurred_on=on(8), ground="解约"), by=SYSTEM)
    found = figures(target(crm))
    assert (found["projects"], found["agreed"]) == ((1, 1, 0, 0), ("4000", "10000"))
    crm.record(other, e.LeadExited(occurred_on=on(9), ground="解约"), by=SYSTEM)
    assert figures(target(crm))["projects"] == (0, 1, 1, 0)
    explained(crm)


def test_a_merge_takes_a_project_out_and_shows_the_adjustment(crm: CRM) -> None:
    kept = lead(crm, signed(on(3)))
    gone = lead(crm, signed(on(2), total=YI // 2), recruiting_unit="发改局")
    crm.merge(kept, WANTED, [gone], by=SYSTEM)
    found = target(crm)
    assert figures(found)["projects"] == (1, 1, 0, -1)
    assert found.metrics["agreed_total_wan"].actual == "15000"
    assert found.by_unit["发改局"].projects.adjustments == -1
    assert target(crm, on(5)).metrics["projects"].actual == 2
    explained(crm)


def test_a_merge_with_a_lead_of_an_earlier_year_moves_the_count_there(crm: CRM) -> None:
    kept = lead(crm, signed(on(3)))
    gone = lead(crm, signed(on(2, year=2022), total=YI // 2))
    before = target(crm).metrics["agreed_total_wan"].actual
    crm.merge(kept, WANTED, [gone], by=SYSTEM)
    found = target(crm).metrics
    assert (found["projects"].actual, found["projects"].adjustments) == (0, -1)
    assert found["agreed_total_wan"].actual == before == "10000"
    assert target(crm, on(12, 31, 2022), 2022).metrics["projects"].actual == 1
    explained(crm)


@pytest.mark.parametrize("seed", range(12))
def test_no_split_or_merge_moves_what_it_should_not(seed: int) -> None:
    """Just before and just after each: F1 and F2 of every year, asked on the day and later."""
    log = random_log(random.Random(700 + seed), leads=9, steps=900)
    seen = 0
    for recorded in log:
        event = recorded.event
        if not isinstance(event, e.LeadSplit | e.LeadMerged):
            continue
        end = max(r.position for r in log if r.recorded_at == recorded.recorded_at)
        for year in (event.occurred_on.year - 1, event.occurred_on.year):
            for day in (event.occurred_on, date(2025, 6, 30)):
                before = naive_target(log, year, day, recorded.position - 1)
                after = naive_target(log, year, day, end)
                was, now = before["projects"], after["projects"]
                moved = now["adjustments"] - was["adjustments"]
                assert now["actual"] - was["actual"] == moved
                assert now["gross"] - was["gross"] == moved
                if isinstance(event, e.LeadSplit):
                    assert now == was
                    assert after["big_projects"] == before["big_projects"]
                    assert after["agreed_total_yuan"] == before["agreed_total_yuan"]
                else:
                    terms = [event.found, *(one.terms for one in event.absorbed)]
                    less = sum(t.agreed_total_yuan for t in terms) - event.agreed_total_yuan
                    lost = [b["agreed_total_yuan"]["actual"] for b in (before, after)]
                    assert lost[0] - lost[1] in (0, less)
                seen += 1
    assert seen


# --- whole or not at all ------------------------------------------------------------------------


def test_a_split_is_answered_with_the_new_leads_and_again_under_its_key(crm: CRM) -> None:
    first = lead(crm, signed(on(2)))
    condition = Condition(if_match=2, key="k-1", fingerprint="f")
    written = crm.split(first, WANTED, PARTS, by=SYSTEM, condition=condition)
    assert (written.lead_id, written.version) == (first, 3)
    assert [code for _, code in written.opened] == ["ZS2023-0002", "ZS2023-0003"]
    assert written.position == crm.store.head()
    assert len({r.recorded_at for r in crm.store.whole_log(after=2)}) == 1
    again = crm.split(first, WANTED, PARTS, by=SYSTEM, condition=condition)
    assert again == written
    assert crm.store.head() == written.position
    other = replace(condition, fingerprint="g")
    with pytest.raises(KeyReused):
        crm.split(first, WANTED, PARTS, by=SYSTEM, condition=other)
    assert crm.lead_id("ZS2023-0003") == written.opened[1][0]
    assert lead(crm) == crm.lead_id("ZS2023-0004")


def test_a_refusal_leaves_nothing_and_no_gap_in_the_codes(crm: CRM) -> None:
    first, other = lead(crm, signed(on(2))), lead(crm)
    head = crm.store.head()
    nameless = [replace(PARTS[0], title=" "), PARTS[1]]
    clerk, stale = Caller("a", Role.RECORDER, "经开区"), Condition(1)
    attempts: list[tuple[type[Exception], Callable[[], Written]]] = [
        (Refused, lambda: crm.split(first, WANTED, [PARTS[0], PARTS[0]], by=SYSTEM)),
        (BadInput, lambda: crm.split(first, WANTED, nameless, by=SYSTEM)),
        (Refused, lambda: crm.merge(first, WANTED, [other], by=SYSTEM)),
        (BadInput, lambda: crm.merge(first, WANTED, [first], by=SYSTEM)),
        (NotFound, lambda: crm.merge(first, WANTED, [uuid4()], by=SYSTEM)),
        (VersionMismatch, lambda: crm.split(first, WANTED, PARTS, by=SYSTEM, condition=stale)),
        (Forbidden, lambda: crm.split(first, WANTED, PARTS, by=clerk)),
    ]  # fmt: skip
    for kind, attempt in attempts:
        with pytest.raises(kind):
            attempt()
    assert crm.store.head() == head
    written = crm.split(first, WANTED, PARTS, by=SYSTEM)
    assert [code for _, code in written.opened] == ["ZS2023-0003", "ZS2023-0004"]


def test_a_void_takes_all_back_and_all_again_under_its_key(crm: CRM) -> None:
    first = lead(crm, signed(on(2)))
    before = figures(target(crm))
    written = crm.split(first, WANTED, PARTS, by=SYSTEM)
    void = e.EventVoided(occurred_on=on(7), event_id=written.events[0][0], ground="录错")
    part = written.opened[0][0]
    taken_over = next(r.event_id for r in crm.history(part) if isinstance(r.event, e.LeadSplitFrom))
    with pytest.raises(Refused, match="recorded_together"):
        crm.record(part, replace(void, event_id=taken_over), by=SYSTEM)
    condition = Condition(key="k-2", fingerprint="f")
    undone = crm.record(first, void, by=SYSTEM, condition=condition)
    assert crm.record(first, void, by=SYSTEM, condition=condition) == undone
    assert (undone.lead_id, undone.version) == (first, 4)
    assert crm.lead(first).standing().stage is Stage.SIGNED
    assert crm.lead(part).voided
    assert figures(target(crm)) == before
    with pytest.raises(Refused, match="already_voided"):
        crm.record(first, void, by=SYSTEM)
    again = crm.split(first, WANTED, PARTS, by=SYSTEM)
    assert [code for _, code in again.opened] == ["ZS2023-0004", "ZS2023-0005"]


def test_what_another_program_has_written_on_any_of_the_leads_is_heeded(settings: Settings) -> None:
    one, two = build(settings), build(settings)
    try:
        kept, gone = lead(one, signed(on(2))), lead(one, signed(on(3)))
        two.record(gone, e.AgreementAmended(occurred_on=on(4), ground="增资",
                                            agreed_total_yuan=2 * YI), by=SYSTEM)  # fmt: skip
        one.merge(kept, WANTED, [gone], by=SYSTEM)
        assert one.lead(kept).standing().agreed_total_yuan == 3 * YI
        with pytest.raises(Refused, match="lead_exited"):
            two.split(gone, WANTED, [Part("甲", YI), Part("乙", YI)], by=SYSTEM)
        two.split(kept, WANTED, [Part("甲", YI), Part("乙", 2 * YI)], by=SYSTEM)
        assert lead(one) == one.lead_id("ZS2023-0005")
    finally:
        one.close()
        two.close()


def test_many_at_once_take_each_lead_once(crm: CRM) -> None:
    leads = [lead(crm, signed(on(2))) for _ in range(6)]

    def attempt(number: int) -> int:
        rng = random.Random(number)
        first, *others = rng.sample(leads, 3)
        try:
            if number % 2:
                crm.split(first, WANTED, [Part("甲", YI // 2), Part("乙", YI // 2)], by=SYSTEM)
            else:
                crm.merge(first, WANTED, others, by=SYSTEM)
        except Refused:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(attempt, range(40)))
    assert done
    log = list(crm.store.whole_log())
    left = [r.stream_id for r in log if isinstance(r.event, e.LeadSplit | e.LeadMergedInto)]
    assert len(left) == len(set(left))
    codes = [r.event.code for r in log if isinstance(r.event, e.LeadRegistered)]
    assert codes == [f"ZS2023-{nth:04d}" for nth in range(1, len(codes) + 1)]
    total = sum(
        state.agreed_total_yuan or 0
        for lead_id in {r.stream_id for r in log}
        if (state := crm.lead(lead_id).standing()).exited_on is None
    )
    assert total == 6 * YI


def test_an_answer_lost_after_the_commit_is_found_on_all_streams(
    crm: CRM, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = lead(crm, signed(on(2)))
    table: Any = crm.store._table
    insert = table.insert

    def committed_unheard(rows: Any) -> Any:
        insert(rows)
        raise StoreUnavailable("connection lost")

    with monkeypatch.context() as patched:
        patched.setattr(table, "insert", committed_unheard)
        written = crm.split(first, WANTED, PARTS, by=SYSTEM)
    assert written.position == crm.store.head()
    assert len(written.events) == crm.store.head() - 2

    def never_committed(_: Any) -> Any:
        raise StoreUnavailable("connection lost")

    other = lead(crm, signed(on(2)))
    with monkeypatch.context() as patched:
        patched.setattr(table, "insert", never_committed)
        with pytest.raises(StoreUnavailable):
            crm.split(other, WANTED, PARTS, by=SYSTEM)
    assert crm.split(other, WANTED, PARTS, by=SYSTEM).position == crm.store.head()
