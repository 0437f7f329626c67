"""拆分、合并、单独计数: what may be split and merged, what it settles, and how it is taken back."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.errors import BadInput, Refused
from domain.event import Recorded
from domain.lead import events as e
from domain.lead import splitting
from domain.lead.decisions import decide
from domain.lead.history import state_at
from domain.lead.splitting import Part, Steps, Wanted
from domain.lead.standing import Lead
from domain.lead.state import LeadState
from domain.vocabulary import Relation, ResponsibilityRole, Stage
from tests.given import TODAY
from tests.histories import OPENING
from tests.told import PARTS, WANTED, YI, amended, completed, exited, on, signed, started

DAY = on(6)


class Office:
    """Several leads by name, and what was recorded of them."""

    def __init__(self) -> None:
        self.leads: dict[str, Lead] = {}
        self.log: list[Recorded[Any]] = []

    def opened(self, name: str, *events: e.LeadEvent, relation: Relation = Relation.NEW) -> None:
        self.leads[name] = Lead(_id(name))
        registration = e.LeadRegistered(
            occurred_on=on(1, year=2021),
            code=name,
            title=name,
            investor=e.Investor("陕西某公司"),
            recruiting_unit="招商服务中心",
            host_town="城关镇",
            relation=relation,
            parent_lead_id=None if relation is Relation.NEW else UUID(int=1),
        )
        for event in (registration, *events):
            self.record(name, event)

    def record(self, name: str, event: e.LeadEvent) -> None:
        lead = self.leads[name]
        decide(lead, event, TODAY)
        self._moment()
        item = self._item(lead, len(self.log) + 1, event)
        self.log.append(item)
        self.leads[name] = lead.after(item)

    def together(self, steps: Steps) -> None:
        """All of a split, a merge or the void of one; or nothing."""
        names = {_id(name): name for name in (*self.leads, "P1", "P2", "P3", "P4")}
        standing, recorded = dict(self.leads), list[Recorded[Any]]()
        for lead_id, event in steps:
            lead = standing.get(names[lead_id]) or Lead(lead_id)
            decide(lead, event, TODAY, together=True)
            item = self._item(lead, len(self.log) + len(recorded) + 1, event)
            recorded.append(item)
            standing[names[lead_id]] = lead.after(item)
        self.log += recorded
        self.leads = standing

    def split(
        self,
        name: str,
        parts: Sequence[Part] = PARTS,
        new: Sequence[str] = ("P1", "P2"),
        wanted: Wanted = WANTED,
    ) -> None:
        ids = [(_id(part), part) for part in new]
        self._moment()
        self.together(splitting.split(self.leads[name], wanted, parts, ids))

    def merge(self, name: str, *others: str, total: int | None = None, day: date = DAY) -> None:
        self._moment()
        chosen = [self.leads[other] for other in others]
        wanted = Wanted(day, "合并建设")
        self.together(splitting.merge(self.leads[name], wanted, chosen, total))

    def undo(self, name: str, day: date = DAY) -> None:
        lead = self.leads[name]
        target = next(
            i
            for i, r in reversed(lead.recorded.items())
            if isinstance(r.event, e.LeadSplit | e.LeadMerged)
        )
        by_id = {one.lead_id: one for one in self.leads.values()}
        others = [by_id[other] for other in splitting.others_of(lead.recorded[target].event)]
        void = e.EventVoided(occurred_on=day, event_id=target, ground="录错")
        self._moment()
        self.together(splitting.undo(lead, void, others))

    def event_id(self, name: str, kind: type[e.LeadEvent]) -> UUID:
        return next(i for i, r in self.leads[name].recorded.items() if isinstance(r.event, kind))

    def state(self, name: str, day: date = TODAY) -> LeadState:
        history = [r for r in self.log if r.stream_id == _id(name)]
        found = state_at(history, day)
        assert found is not None
        return found

    def gone(self, name: str) -> bool:
        return state_at([r for r in self.log if r.stream_id == _id(name)]) is None

    def _moment(self) -> None:
        self._at = OPENING + timedelta(minutes=len(self.log) + 1)

    def _item(self, lead: Lead, position: int, event: e.LeadEvent) -> Recorded[Any]:
        number = UUID(int=position)
        return Recorded(lead.lead_id, lead.version + 1, position, number, self._at, "test", event)


def _id(name: str) -> UUID:
    return uuid5(UUID(int=0), name)


@pytest.fixture
def office() -> Office:
    return Office()


def refused(code: str, act: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(Refused) as caught:
        act(*arguments, **named)
    assert caught.value.code == code, caught.value
    return caught.value.detail


class TestSplitting:
    def test_the_parts_keep_the_signing_and_share_one_count(self, office: Office) -> None:
        office.opened("A", signed(on(2)), started(on(3)))
        leader = e.ResponsibilityChange(ResponsibilityRole.LEADER, "县领导甲")
        office.record("A", e.ResponsibilityAssigned(occurred_on=on(3), changes=(leader,)))
        office.split("A", (PARTS[0], Part("乙厂", 4 * YI // 10, host_town="涧池镇", started=False)))
        parent = office.state("A")
        assert (parent.stage, parent.exited_on) == (Stage.EXITED, DAY)
        assert parent.split_into == (_id("P1"), _id("P2"))
        assert parent.exit_ground == "拆分为P1、P2：分两个主体建设"
        assert office.state("A", on(5, 31)).stage is Stage.STARTED
        first, second = office.state("P1"), office.state("P2")
        assert {s.count_key for s in (parent, first, second)} == {_id("A")}
        assert (first.keeps_count, second.keeps_count) == (True, False)
        assert {s.signed_on for s in (first, second)} == {on(2)}
        assert (first.stage, second.stage) == (Stage.STARTED, Stage.SIGNED)
        assert (first.host_town, second.host_town) == ("城关镇", "涧池镇")
        assert first.agreed_total_yuan == 6 * YI // 10
        assert {s.leader for s in (first, second)} == {"县领导甲"}
        assert first.split_from == _id("A")

    @pytest.mark.parametrize("amounts", [(YI // 2, YI // 2 + 1), (YI // 2, YI // 3)])
    def test_amounts_add_up_exactly(self, office: Office, amounts: tuple[int, int]) -> None:
        office.opened("A", signed(on(2)))
        detail = refused("split_amounts", office.split, "A", [Part("甲", y) for y in amounts])
        assert "10000" in detail

    def test_fixed_parts_stay_within_the_whole(self, office: Office) -> None:
        office.opened("A", signed(on(2), fixed_part_yuan=YI // 10))
        parts = [Part("甲", YI // 2, fixed_part_yuan=YI // 10), Part("乙", YI // 2, YI // 10)]
        refused("split_amounts", office.split, "A", parts)
        with pytest.raises(BadInput):
            office.split("A", [Part("甲", YI // 2, YI), Part("乙", YI // 2)])

    def test_one_part_is_no_split_and_a_ground_is_needed(self, office: Office) -> None:
        office.opened("A", signed(on(2)))
        with pytest.raises(BadInput):
            office.split("A", [Part("甲", YI)], ["P1"])
        with pytest.raises(BadInput):
            office.split("A", wanted=Wanted(DAY, " "))

    def test_only_what_is_signed_stands_and_has_nothing_later(self, office: Office) -> None:
        office.opened("A", signed(on(7)))
        refused("later_records", office.split, "A")
        office.opened("B")
        refused("not_signed", office.split, "B")
        office.opened("C", signed(on(2)), exited(on(3)))
        refused("lead_exited", office.split, "C")

    def test_what_was_booked_before_is_carried_in_proportion(self, office: Office) -> None:
        office.opened(
            "A", signed(on(2, year=2022), total=1001), amended(on(3), agreed_total_yuan=1200)
        )
        office.split("A", [Part("甲", 700), Part("乙", 500)])
        assert [office.state(p).carried_yuan for p in ("P1", "P2")] == [583, 418]
        assert sum(office.state(p).booked_yuan for p in ("P1", "P2")) == 199
        assert office.state("A").booked_yuan == 0

    def test_a_part_may_be_split_again_under_the_same_key(self, office: Office) -> None:
        office.opened("A", signed(on(2)))
        office.split("A")
        halves = [Part("丙", 2 * YI // 10), Part("丁", 2 * YI // 10)]
        office.split("P2", halves, ("P3", "P4"))
        assert office.state("P3").count_key == _id("A")
        assert not office.state("P3").keeps_count

    def test_what_it_was_decided_on_is_settled(self, office: Office) -> None:
        office.opened("A", signed(on(2)))
        office.split("A")
        for late in (amended(on(4), agreed_total_yuan=2 * YI), started(on(4)), exited(on(4))):
            detail = refused("event_depended_on", office.record, "A", late)
            assert "项目拆分" in detail
        signing = office.event_id("A", e.AgreementSigned)
        void = e.EventVoided(occurred_on=DAY, event_id=signing, ground="录错")
        refused("event_depended_on", office.record, "A", void)
        office.record("A", e.ServiceVisitLogged(occurred_on=on(4)))
        refused("lead_exited", office.record, "A", e.ServiceVisitLogged(occurred_on=on(7)))
        refused(
            "lead_passed_on", office.record, "A", e.LeadReinstated(occurred_on=on(7), ground="恢复")
        )

    def test_a_part_has_no_past_of_its_own(self, office: Office) -> None:
        office.opened("A", signed(on(2)))
        office.split("A")
        refused("before_split", office.record, "P1", started(on(5)))
        office.record("P1", started(on(7)))
        office.record("P1", completed(on(8)))
        refused("already_signed", office.record, "P2", signed(on(7)))


class TestApproving:
    def test_an_approved_part_counts_for_itself_from_that_day(self, office: Office) -> None:
        office.opened("A", signed(on(2)))
        office.split("A")
        office.record("P2", e.CountApproved(occurred_on=on(9), ground="单独立项"))
        assert office.state("P2", on(8)).count_key == _id("A")
        part = office.state("P2")
        assert (part.count_key, part.counted_on, part.signed_on) == (None, on(9), on(2))

    def test_who_counts_already_needs_no_approval(self, office: Office) -> None:
        office.opened("A", signed(on(2)))
        approval = e.CountApproved(occurred_on=on(9), ground="单独立项")
        refused("count_key_own", office.record, "A", approval)
        office.split("A")
        refused("count_key_own", office.record, "P1", approval)
        office.record("P2", approval)
        refused("count_key_own", office.record, "P2", approval)


class TestMerging:
    def test_the_survivor_keeps_the_earliest_signing_and_all_amounts(self, office: Office) -> None:
        office.opened("A", signed(on(3)))
        office.opened("B", signed(on(2), total=YI // 2))
        office.merge("A", "B")
        kept, gone = office.state("A"), office.state("B")
        assert (kept.signed_on, kept.agreed_total_yuan) == (on(2), YI + YI // 2)
        assert kept.merged_from == (_id("B"),)
        assert (gone.stage, gone.exited_on, gone.merged_into) == (Stage.EXITED, DAY, _id("A"))
        assert gone.exit_ground == "并入A：合并建设"
        assert (gone.countable_yuan, gone.booked_yuan) == (0, 0)
        assert office.state("A", on(5)).signed_on == on(3)

    def test_an_earlier_year_is_carried_over(self, office: Office) -> None:
        office.opened("A", signed(on(3)))
        office.opened("B", signed(on(2, year=2022), total=YI // 2))
        office.merge("A", "B")
        kept = office.state("A")
        assert kept.counted_on == on(2, year=2022)
        assert kept.counted_on_before_merge == on(3)
        assert kept.booked_yuan == YI

    def test_a_total_may_be_less_but_not_more(self, office: Office) -> None:
        office.opened("A", signed(on(3)))
        office.opened("B", signed(on(2)))
        refused("merge_amounts", office.merge, "A", "B", total=2 * YI + 1)
        office.merge("A", "B", total=YI)
        assert office.state("A").agreed_total_yuan == YI

    def test_only_what_counts_alike_is_merged(self, office: Office) -> None:
        office.opened("A", signed(on(3)), relation=Relation.EXPANSION)
        office.opened("B", signed(on(2)))
        office.opened("C", signed(on(2)), relation=Relation.PHASE_IN_SCOPE)
        refused("merge_relation", office.merge, "A", "B")
        refused("merge_relation", office.merge, "B", "C")
        office.merge("B", "A")
        office.opened("D")
        refused("not_signed", office.merge, "B", "D")
        with pytest.raises(BadInput):
            office.merge("B", "B")

    def test_parts_of_one_lead_may_come_together_again(self, office: Office) -> None:
        office.opened("A", signed(on(2)))
        office.split("A")
        office.merge("P2", "P1")
        assert office.state("P2").keeps_count
        approval = e.CountApproved(occurred_on=on(9), ground="单独立项")
        refused("count_key_own", office.record, "P2", approval)


class TestTakingBack:
    def test_a_split_is_voided_whole(self, office: Office) -> None:
        office.opened("A", signed(on(2)), started(on(3)))
        before = office.state("A")
        office.split("A")
        office.undo("A")
        assert office.state("A") == before
        assert office.gone("P1")
        assert office.gone("P2")

    def test_not_once_a_part_has_gone_on(self, office: Office) -> None:
        office.opened("A", signed(on(2)))
        office.split("A")
        office.record("P1", e.ServiceVisitLogged(occurred_on=on(7)))
        log = list(office.log)
        detail = refused("event_depended_on", office.undo, "A", on(8))
        assert "服务走访" in detail
        assert office.log[: len(log)] == log

    def test_a_merge_is_voided_whole(self, office: Office) -> None:
        office.opened("A", signed(on(3)))
        office.opened("B", signed(on(2)))
        before = office.state("A"), office.state("B")
        office.merge("A", "B")
        office.undo("A")
        assert (office.state("A"), office.state("B")) == before

    def test_not_while_a_later_one_stands_on_it(self, office: Office) -> None:
        office.opened("A", signed(on(3)))
        office.opened("B", signed(on(2)))
        office.merge("A", "B")
        office.split("A", [Part("甲", YI), Part("乙", YI)])
        target = office.event_id("A", e.LeadMerged)
        void = e.EventVoided(occurred_on=DAY, event_id=target, ground="录错")
        refused("event_depended_on", decide, office.leads["A"], void, TODAY, together=True)

    def test_never_on_one_lead_alone(self, office: Office) -> None:
        office.opened("A", signed(on(2)))
        office.opened("B", signed(on(2)))
        office.split("A")
        office.merge("B", "P1")
        for name, kind in (
            ("A", e.LeadSplit),
            ("P2", e.LeadSplitFrom),
            ("B", e.LeadMerged),
            ("P1", e.LeadMergedInto),
        ):
            target = office.event_id(name, kind)
            void = e.EventVoided(occurred_on=DAY, event_id=target, ground="录错")
            refused("recorded_together", office.record, name, void)
        alone = office.leads["B"].recorded[office.event_id("B", e.LeadMerged)].event
        refused("recorded_together", office.record, "B", alone)
