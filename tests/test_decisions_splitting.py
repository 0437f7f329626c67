"""拆分、合并、单独计数: what may be split and merged, what it settles, and how it is taken back."""

import pytest

from domain.errors import BadInput
from domain.lead import events as e
from domain.lead.decisions import decide
from domain.lead.splitting import Part, Wanted
from domain.vocabulary import Relation, ResponsibilityRole, Stage
from tests.county_office import DAY, Office, id_of, refused
from tests.given import TODAY
from tests.told import PARTS, YI, amended, completed, exited, on, signed, started


@pytest.fixture
def office() -> Office:
    return Office()


class TestSplitting:
    def test_the_parts_keep_the_signing_and_share_one_count(self, office: Office) -> None:
        office.opened("A", signed(on(2)), started(on(3)))
        leader = e.ResponsibilityChange(ResponsibilityRole.LEADER, "县领导甲")
        office.record("A", e.ResponsibilityAssigned(occurred_on=on(3), changes=(leader,)))
        office.split("A", (PARTS[0], Part("乙厂", 4 * YI // 10, host_town="涧池镇", started=False)))
        parent = office.state("A")
        assert (parent.stage, parent.exited_on) == (Stage.EXITED, DAY)
        assert parent.split_into == (id_of("P1"), id_of("P2"))
        assert parent.exit_ground == "拆分为P1、P2：分两个主体建设"
        assert office.state("A", on(5, 31)).stage is Stage.STARTED
        first, second = office.state("P1"), office.state("P2")
        assert {s.count_key for s in (parent, first, second)} == {id_of("A")}
        assert (first.keeps_count, second.keeps_count) == (True, False)
        assert {s.signed_on for s in (first, second)} == {on(2)}
        assert (first.stage, second.stage) == (Stage.STARTED, Stage.SIGNED)
        assert (first.host_town, second.host_town) == ("城关镇", "涧池镇")
        assert first.agreed_total_yuan == 6 * YI // 10
        assert {s.leader for s in (first, second)} == {"县领导甲"}
        assert first.split_from == id_of("A")

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
        assert office.state("P3").count_key == id_of("A")
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
        assert office.state("P2", on(8)).count_key == id_of("A")
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
        assert kept.merged_from == (id_of("B"),)
        assert (gone.stage, gone.exited_on, gone.merged_into) == (Stage.EXITED, DAY, id_of("A"))
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
