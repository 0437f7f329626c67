"""After a split or a merge money and company go on with the project: by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.calendar import year_until
from domain.event import Evidence, Recorded
from domain.lead import events as e
from domain.lead.accounts import Window, open_account
from domain.lead.decisions import decide
from domain.lead.history import state_at
from domain.lead.splitting import Part, Wanted
from domain.lead.standing import lead_from
from domain.lead.state import LeadState
from domain.rulebook import DEFAULT_RULES
from projections.lead_states import LeadOnDay
from projections.returns import monthly_returns
from tests.county_office import DAY, Office, refused
from tests.given import TODAY
from tests.told import YI, funds, on, returned, signed, started

END = on(12, 31)


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

    def test_what_was_split_before_money_was_taken_over_stays_as_it_was(
        self, office: Office
    ) -> None:
        office.opened("A", signed(on(2)), funds(on(3)))
        office.split("A")
        older = [_without_money(r) for r in office.log]
        parent, part = (
            lead_from(lead_id, [r for r in older if r.stream_id == lead_id])
            for lead_id in (office.leads["A"].lead_id, office.leads["P1"].lead_id)
        )
        assert part.whole_on(DAY).funds_total_yuan == 0
        decide(parent, funds(on(4)), TODAY)
        refused("before_split", decide, part, funds(on(4)), TODAY)

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
        case e.LeadSplit() | e.LeadSplitFrom() | e.LeadMergedInto() as event:
            return replace(recorded, event=replace(event, money=None))
        case e.LeadMerged() as event:
            absorbed = tuple(replace(one, money=None) for one in event.absorbed)
            return replace(recorded, event=replace(event, absorbed=absorbed))
    return recorded
