"""After a split or a merge the money goes on with the project: no figure moves on that day."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from crm.explaining import explain
from domain.calendar import year_until
from domain.event import Evidence, Recorded
from domain.lead import events as e
from domain.lead.accounts import Window, open_account
from domain.lead.folding import fold
from domain.lead.history import events_at, state_at
from domain.lead.performance import performed
from domain.lead.splitting import Part, Wanted, others_of
from domain.lead.state import LeadState
from domain.lead.year_part import year_part
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import AgreementKind
from projections.lead_states import LeadOnDay, leads_on
from projections.reader import clocks
from projections.returns import monthly_returns
from projections.target_tracking import _fai_yuan
from tests.histories import money_log
from tests.naive import naive_facts, naive_target
from tests.naive_money import naive_money
from tests.test_decisions_splitting import DAY, Office, refused
from tests.test_explain import added_up
from tests.test_views import compare_target, fill
from tests.told import YI, funds, on, returned, signed, started

BY_FUNDS = Rulebook(performed_by_registration=False)
BY_COMPANY = Rulebook(performed_by_funds=False)
END, LATER = on(12, 31), date(2025, 6, 30)
Log = list[Recorded[Any]]

pytestmark = pytest.mark.storage


# --- by hand ------------------------------------------------------------------------------------


@pytest.fixture
def office() -> Office:
    return Office()


def company(day: date) -> e.CompanyRegistered:
    return e.CompanyRegistered(occurred_on=day, company_name="项目公司", uscc="91610000MA6TG0000X")


def fai(office: Office, *names: str, day: date = END, year: int = 2023) -> int:
    """Σ of the leads' parts in the numerator of F4."""
    first, last = date(year, 1, 1), year_until(year, day)
    window = Window(first, last, first, last, day)
    found = 0
    for name in names:
        history = [r for r in office.log if r.stream_id == office.leads[name].lead_id]
        account = open_account(history, len(office.log), window, DEFAULT_RULES)
        part = account.fai() if account else None
        found += part.values["numerator"] if part else 0
    return found


class TestSplitting:
    def test_the_first_part_goes_on_with_the_money(self, office: Office) -> None:
        office.opened(
            "A",
            signed(on(2)),
            funds(on(3), YI // 4),
            funds(on(4), None, usd=70),
            returned(on(4), "2023-03", 300),
            returned(on(5), "2023-04", 400),
        )
        office.split("A")
        first, second = office.state("P1"), office.state("P2")
        assert (first.funds_total_yuan, first.funds_usd, first.first_funds_on) == (
            YI // 4,
            70,
            on(3),
        )
        assert (first.returns, first.unproven_funds) == ({"2023-03": 300, "2023-04": 400}, 2)
        assert first.returned_on == {"2023-03": on(4), "2023-04": on(5)}
        assert (second.funds_total_yuan, second.first_funds_on, second.returns) == (0, None, {})
        assert fai(office, "A", "P1", "P2") == 400
        assert fai(office, "A", "P1", "P2", day=on(5)) == 400
        assert (first.arrived_yuan, office.state("A").arrived_yuan) == ({}, {2023: YI // 4})

    def test_part_of_a_part_takes_over_what_that_had_taken(self, office: Office) -> None:
        office.opened("A", signed(on(2)), funds(on(3)), returned(on(4), "2023-03", 300))
        office.split("A")
        office.record("P1", returned(on(7), "2023-06", 500))
        halves = _halves(office.state("P1"))
        office.split("P1", halves, ("P3", "P4"), _wanted(on(8)))
        assert office.state("P3").returns == {"2023-03": 300, "2023-06": 500}
        assert office.state("P3").funds_total_yuan == YI
        assert fai(office, "A", "P1", "P2", "P3", "P4") == 500

    def test_a_part_without_the_count_hands_its_money_on_too(self, office: Office) -> None:
        office.opened("A", signed(on(2)))
        office.split("A")
        office.record("P2", returned(on(7), "2023-06", 500))
        office.split("P2", _halves(office.state("P2")), ("P3", "P4"), _wanted(on(8)))
        assert not office.state("P3").keeps_count
        assert office.state("P3").returns == {"2023-06": 500}

    def test_late_money_goes_where_the_money_went(self, office: Office) -> None:
        office.opened("A", signed(on(2)), funds(on(3)), returned(on(4), "2023-03", 300))
        office.split("A")
        for late in (funds(on(4)), returned(on(5), "2023-04", 400)):
            detail = refused("event_depended_on", office.record, "A", late)
            assert "请录在承继项目P1" in detail
            refused("before_split", office.record, "P2", late)
            office.record("P1", late)
        assert office.state("P1").funds_total_yuan == 2 * YI
        assert fai(office, "A", "P1") == 400
        first = office.event_id("A", e.FundsArrived)
        void = e.EventVoided(occurred_on=DAY, event_id=first, ground="录错")
        assert "项目拆分" in refused("event_depended_on", office.record, "A", void)

    def test_late_money_makes_no_part_before_the_split(self, office: Office) -> None:
        office.opened("A", signed(on(2)))
        office.split("A")
        late = funds(on(4))
        office.record("P1", late)
        history = [r for r in office.log if r.stream_id == office.leads["P1"].lead_id]
        assert state_at(history, on(5)) is None
        assert office.state("P1", DAY).first_funds_on == on(4)
        assert office.state("P1").arrived_yuan == {2023: YI}

    def test_a_return_may_not_fall_below_what_was_taken_over(self, office: Office) -> None:
        office.opened("A", signed(on(2)), returned(on(5), "2023-04", 400))
        office.split("A")
        detail = refused("return_decreased", office.record, "P1", returned(on(7), "2023-06", 399))
        assert "2023-04" in detail
        refused("return_decreased", office.record, "P1", returned(on(5), "2023-03", 401))
        office.record("P1", returned(on(7), "2023-06", 399, "更正"))
        office.record("P2", returned(on(7), "2023-06", 1))

    def test_papers_of_late_money_are_kept(self, office: Office) -> None:
        office.opened("A", signed(on(2)))
        office.split("A")
        office.record("P1", _proved(funds(on(4))))
        assert [paper.name for paper in office.state("P1").papers] == ["回单.pdf"]

    def test_a_void_gives_all_back(self, office: Office) -> None:
        office.opened("A", signed(on(2)), funds(on(3)), returned(on(4), "2023-03", 300))
        before = office.state("A")
        office.split("A")
        office.undo("A")
        assert office.state("A") == before
        office.record("A", funds(on(4)))
        assert fai(office, "A") == 300

    def test_the_company_goes_with_the_money(self, office: Office) -> None:
        office.opened("A", signed(on(2)), company(on(3)))
        office.split("A")
        first = office.state("P1")
        assert (first.company_name, first.company_registered_on) == ("项目公司", on(3))
        assert office.state("P2").company_name is None
        late = company(on(4))
        assert "P1" in refused("event_depended_on", office.record, "A", late)
        office.record("P1", late)
        assert office.state("P1").company_registered_on == on(4)
        office.opened("B", signed(on(2)))
        office.merge("B", "P1", day=on(7))
        assert office.state("B").company_registered_on == on(4)

    def test_each_month_is_owed_once(self, office: Office) -> None:
        office.opened("A", signed(on(2)), started(on(3)), returned(on(5), "2023-04", 400))
        office.split("A")  # on 1 June
        names = ("A", "P1", "P2")
        owed = {
            period: [i.lead_id for i in monthly_returns(_on_day(office, names), period, END).items]
            for period in ("2023-05", "2023-06")
        }
        parent, *parts = (office.leads[name].lead_id for name in names)
        assert owed == {"2023-05": [parent], "2023-06": parts}


class TestMerging:
    def test_returns_add_up_with_each_ones_latest(self, office: Office) -> None:
        office.opened("A", signed(on(2)), funds(on(3)), returned(on(5), "2023-05", 100))
        office.opened("B", signed(on(3)), funds(on(2, 9), 7), returned(on(5), "2023-04", 50))
        office.opened("C", signed(on(3)), returned(on(1, 5), "2022-12", 9))
        office.merge("A", "B", "C")
        kept = office.state("A")
        assert kept.returns == {"2022-12": 9, "2023-04": 50, "2023-05": 150}
        assert (kept.funds_total_yuan, kept.first_funds_on) == (YI + 7, on(2, 9))
        assert kept.arrived_yuan == {2023: YI}
        assert fai(office, "A", "B", "C") == 150
        assert fai(office, "A", "B", "C", day=on(5, 31)) == 150

    def test_what_is_reported_afterwards_is_of_all(self, office: Office) -> None:
        office.opened("A", signed(on(2)), returned(on(5), "2023-05", 100))
        office.opened("B", signed(on(3)), returned(on(5), "2023-04", 50))
        office.merge("A", "B")
        refused("return_decreased", office.record, "A", returned(on(7), "2023-06", 149))
        office.record("A", returned(on(7), "2023-06", 170))
        assert fai(office, "A", "B") == 170
        late = returned(on(5, 9), "2023-05", 120)
        assert "请录在承继项目A" in refused("event_depended_on", office.record, "B", late)
        office.record("A", late)
        assert office.state("A").returns["2023-05"] == 170

    def test_a_past_year_stands_whoever_merged_since(self, office: Office) -> None:
        office.opened("A", signed(on(2)), returned(on(12), "2023-11", 100))
        office.opened("B", signed(on(3)), returned(on(12), "2023-11", 50))
        day = date(2024, 1, 10)
        office.merge("A", "B", day=day)
        office.record("A", returned(date(2024, 1, 15), "2023-12", 170))
        for asked in (day - timedelta(days=1), day, date(2024, 5, 1)):
            assert fai(office, "A", "B", day=asked) == 150
        assert office.state("A").returns["2023-12"] == 170

    def test_what_is_split_after_a_merge_has_the_money_of_both(self, office: Office) -> None:
        office.opened("A", signed(on(2)), funds(on(3)), returned(on(5), "2023-05", 100))
        office.opened("B", signed(on(3)), funds(on(3)), returned(on(5), "2023-04", 50))
        office.merge("A", "B")
        office.split("A", _halves(office.state("A")), wanted=_wanted(on(8)))
        assert office.state("P1").returns == {"2023-04": 50, "2023-05": 150}
        assert office.state("P1").funds_total_yuan == 2 * YI
        office.merge("P2", "P1", day=on(9))
        assert office.state("P2").funds_total_yuan == 2 * YI
        assert fai(office, "A", "B", "P1", "P2") == 150

    def test_what_was_merged_before_money_was_taken_over_stays_as_it_was(
        self, office: Office
    ) -> None:
        office.opened("A", signed(on(2)))
        office.opened("B", signed(on(3)), returned(on(5), "2023-04", 50))
        office.merge("A", "B")
        older = [_without_money(r) for r in office.log]
        kept = [
            state_at([r for r in older if r.stream_id == office.leads[n].lead_id]) for n in "AB"
        ]
        assert [state.returns for state in kept if state] == [{}, {"2023-04": 50}]


def _wanted(day: date) -> Wanted:
    return Wanted(day, "分别建设")


def _halves(state: LeadState) -> list[Part]:
    half = (state.agreed_total_yuan or 0) // 2
    return [Part("丙", half), Part("丁", (state.agreed_total_yuan or 0) - half)]


def _on_day(office: Office, names: Iterable[str]) -> list[LeadOnDay]:
    return [LeadOnDay(office.leads[name].lead_id, office.state(name)) for name in names]


def _proved(arrival: e.FundsArrived) -> e.FundsArrived:
    return replace(arrival, evidence=(Evidence("银行回单", "回单.pdf"),))


def _without_money(recorded: Recorded[Any]) -> Recorded[Any]:
    match recorded.event:
        case e.LeadMergedInto() as event:
            return replace(recorded, event=replace(event, money=None))
        case e.LeadMerged() as event:
            absorbed = tuple(replace(one, money=None) for one in event.absorbed)
            return replace(recorded, event=replace(event, absorbed=absorbed))
    return recorded


# --- at random ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [900, 910])
def test_no_split_or_merge_moves_money(seed: int) -> None:
    """The leads concerned just before and just after each, on the day, earlier days and later."""
    logs = [money_log(random.Random(seed + nth), leads=6, steps=500) for nth in range(6)]
    seen = alike = 0
    for log, recorded in ((whole, recorded) for whole in logs for recorded in whole):
        event = recorded.event
        if not isinstance(event, e.LeadSplit | e.LeadMerged):
            continue
        ids = [recorded.stream_id, *others_of(event)]
        histories = [[r for r in log if r.stream_id == one] for one in ids]
        day, old = event.occurred_on, recorded.position - 1
        new = max(r.position for r in log if r.recorded_at == recorded.recorded_at)
        before = [_stays(state_at(history, day, old)) for history in histories]
        after = [_stays(state_at(history, day, new)) for history in histories]
        assert _whole(before) == _whole(after)
        for rules in (BY_FUNDS, BY_COMPANY):
            was_performed = any(performed(state, rules) for state in before if state)
            assert was_performed == any(performed(state, rules) for state in after if state)
        for year in (day.year - 1, day.year):
            was, now = _arrived(histories, year, day, old), _arrived(histories, year, day, new)
            assert was == now
            for asked in (day - timedelta(days=1), day, LATER):
                moves = isinstance(event, e.LeadMerged) and year == day.year and asked >= day
                if moves and not all(_of_year(state, year) for state in before):
                    continue  # another year's investment joins the year's, or leaves it
                alike += moves
                assert _fai(histories, year, asked, old) == _fai(histories, year, asked, new)
        seen += bool(_whole(before)[0] or _whole(before)[2])
    assert seen
    assert alike


def _of_year(state: LeadState | None, year: int) -> bool:
    """Whether its investment is in F4 of a year."""
    return (
        state is not None
        and state.signed_on is not None
        and state.signed_on.year == year
        and state.kind is AgreementKind.CONTRACT
    )


def _stays(state: LeadState | None) -> LeadState | None:
    return state if state is not None and state.exited_on is None else None


def _whole(leads: list[LeadState | None]) -> tuple[Any, ...]:
    """Funds, the day of the first, and year to date, of leads together."""
    standing = [state for state in leads if state is not None]
    sources = {source for state in standing for source in state.funds_yuan}
    years = {period[:4] for state in standing for period in state.returns}
    return (
        {source: sum(s.funds_yuan.get(source, 0) for s in standing) for source in sources},
        sum(state.funds_usd for state in standing),
        {
            year: sum(
                s.returns[max(own)]
                for s in standing
                if (own := [period for period in s.returns if period[:4] == year])
            )
            for year in years
        },
        min((s.first_funds_on for s in standing if s.first_funds_on), default=None),
        sum(state.unproven_funds for state in standing),
    )


def _fai(histories: list[Log], year: int, day: date, position: int) -> int:
    first, last = date(year, 1, 1), year_until(year, day)
    window, found = Window(first, last, first, last, day), 0
    for history in histories:
        account = open_account(history, position, window, DEFAULT_RULES)
        part = account.fai() if account else None
        found += part.values["numerator"] if part else 0
    return found


def _arrived(histories: list[Log], year: int, day: date, position: int) -> int:
    """到位资金 of the year (year_part), of leads together."""
    first, last = date(year, 1, 1), year_until(year, day)
    found = 0
    for history in histories:
        events = events_at(history, last, position)
        if events:
            before = fold(events_at(history, date(year - 1, 12, 31), position))
            found += year_part(fold(events), before, first, last, DEFAULT_RULES, None).funds_yuan
    return found


@pytest.mark.parametrize("seed", range(3))
def test_tables_equal_the_naive_formulas(crm: CRM, seed: int) -> None:
    rng = random.Random(950 + seed)
    log = money_log(rng, leads=6, steps=350)
    fill(crm, log, rng)
    taking = [r for r in log if isinstance(r.event, e.LeadSplit | e.LeadMerged)]
    invested = 0
    for nth in range(30):
        taken = rng.choice(taking)
        day = taken.event.occurred_on + timedelta(days=rng.choice((-400, -30, -1, 0, 1, 20, 400)))
        position = rng.choice(
            (log[-1].position, log[-1].position, taken.position - 1, taken.position + 9)
        )
        year = rng.choice((day.year, day.year - 1, taken.event.occurred_on.year))
        naive = naive_target(log, year, day, position)["fai_ratio"]
        compare_target(crm, log, year, day, position)
        with crm.reader.asking() as connection:
            when = clocks(connection, day, crm.clock(), position)
            first, last = date(year, 1, 1), year_until(year, day)
            assert _fai_yuan(connection, first, last, when, DEFAULT_RULES) == naive[0]
            states: dict[UUID, LeadState] = {
                lead.lead_id: lead.state for lead in leads_on(connection, when)
            }
            if nth % 5 == 0:
                behind = list(explain(crm.store, connection, "fai_ratio", year, when))
                assert added_up(behind).get("numerator", 0) == naive[0]
        invested += naive[0] > 0
        known = naive_facts(log, day, position)
        assert states.keys() == known.keys()
        for lead_id, state in states.items():
            money = naive_money(known, lead_id)
            assert (state.funds_total_yuan, state.funds_usd) == (money.total, money.usd)
            assert state.first_funds_on == min(money.arrived, default=None)
            assert (state.returns, state.returned_on) == (money.returns, money.came)
            assert state.company_name == (money.company.company_name if money.company else None)
            assert state.company_registered_on == getattr(money.company, "occurred_on", None)
    assert invested
