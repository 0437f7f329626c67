"""How does a lead leave and come back, and what may be taken out of force? 退出、恢复、作废."""

from typing import Any

import pytest

from domain.lead import events as e
from domain.lead.history import state_at
from domain.vocabulary import AssessmentResult, Stage
from tests.given import TODAY, given
from tests.told import (
    AGREEMENT,
    COMPLETED,
    CONTRACT,
    FRAMEWORK,
    LOI,
    PRODUCING,
    REGISTERED,
    SIGNED,
    STARTED,
    YI,
    amended,
    at,
    completed,
    contact,
    exited,
    funds,
    lost,
    moved,
    on,
    produced,
    reinstated,
    reopened,
    resumed,
    returned,
    shelved,
    signed,
    started,
    suspended,
    upgraded,
    void,
)


class TestExit:
    @pytest.mark.parametrize(
        "events", [(REGISTERED,), SIGNED, STARTED, COMPLETED, PRODUCING], ids=len
    )
    def test_from_any_stage(self, events: tuple[e.LeadEvent, ...]) -> None:
        state = given(*events).when(exited(on(10))).accepted().state
        assert (state.stage, state.exited_on) == (Stage.EXITED, on(10))

    @pytest.mark.parametrize(
        "make",
        [
            started,
            contact,
            suspended,
            exited,
            lambda day: funds(day),
            lambda day: amended(day, agreed_total_yuan=YI),
            lambda day: moved(day, "涧池镇"),
            lambda day: returned(day, "2023-04", 1),
            lambda day: e.LeadAssessed(occurred_on=day, result=AssessmentResult.VIABLE),
            lambda day: e.CompanyRegistered(
                occurred_on=day, company_name="某公司", uscc="91610921MA6TP00000"
            ),
        ],
    )
    def test_only_what_happened_before_it(self, make: Any) -> None:
        past = given(*SIGNED, exited(on(10)))
        past.when(make(on(11))).refused("lead_exited", "2023-10-01")
        past.when(make(on(10))).refused("lead_exited")
        past.when(make(on(9, 30))).accepted()

    def test_voids_and_reinstatement_always(self) -> None:
        past = given(*STARTED, exited(on(10)))
        past.when(void(3)).accepted()
        past.when(void(4)).accepted()
        past.when(reinstated(on(10))).accepted()
        past.when(reinstated(on(9, 30))).refused("lead_not_exited")

    def test_nothing_to_reinstate(self) -> None:
        given(*STARTED).when(reinstated(on(10))).refused("lead_not_exited")
        given(*STARTED, exited(on(9)), reinstated(on(10))).when(reinstated(on(10))).refused(
            "lead_not_exited"
        )

    def test_reinstated_after_production(self) -> None:
        past = given(*PRODUCING, exited(on(10)), reinstated(on(12)))
        stages = [at(past, on(month)).stage for month in (9, 10, 11, 12)]
        assert stages == [Stage.PRODUCING, Stage.EXITED, Stage.EXITED, Stage.PRODUCING]
        assert past.state.produced_on == on(8)
        past.when(funds(on(11))).refused("lead_exited")
        past.when(funds(on(12))).accepted()
        past.when(exited(on(12))).accepted()

    def test_back_and_forth_on_one_day(self) -> None:
        day = on(10)
        past = given(*STARTED, exited(day), reinstated(day), exited(day), reinstated(day))
        assert at(past, day).stage is Stage.STARTED
        assert at(past.when(exited(day)).accepted(), day).stage is Stage.EXITED

    def test_moved_to_an_earlier_day(self) -> None:
        past = given(*STARTED, exited(on(10))).when(exited(on(9))).accepted()
        assert past.state.exited_on == on(9)
        assert at(past, on(8, 31)).stage is Stage.STARTED

    def test_before_the_registration(self) -> None:
        """As any record may be: what is long over is registered only now."""
        past = given(REGISTERED).when(exited(on(12, 1, 2022))).accepted()
        assert (past.state.stage, past.state.exited_on) == (Stage.EXITED, on(12, 1, 2022))


class TestVoid:
    def test_an_event_of_this_lead(self) -> None:
        given(*SIGNED).when(void(9)).refused("event_not_found")

    def test_once(self) -> None:
        past = given(*STARTED, void(3))
        assert past.state.stage is Stage.SIGNED
        past.when(void(3)).refused("already_voided")

    def test_a_void_stands(self) -> None:
        given(*STARTED, void(3)).when(void(4)).refused("void_not_voidable")

    def test_it_acts_on_every_day_whatever_its_own(self) -> None:
        past = given(*STARTED, void(3, day=on(12)))
        assert at(past, on(5)).stage is Stage.SIGNED

    def test_the_chain_unwinds_from_its_end(self) -> None:
        past = given(*PRODUCING)
        past.when(void(1)).refused("event_depended_on", "签约", "开工", "竣工", "投产")
        past.when(void(2)).refused("event_depended_on", "开工（2023-04-01）")
        past.when(void(3)).refused("event_depended_on", "竣工（2023-06-01）")
        past.when(void(4)).refused("event_depended_on", "投产（2023-08-01）")
        for number in (5, 4, 3, 2, 1):
            past = past.when(void(number)).accepted()
        assert past.lead.voided
        assert state_at(past.history, TODAY) is None

    def test_a_voided_lead_takes_nothing_more(self) -> None:
        past = given(REGISTERED, void(1))
        past.when(contact(on(2))).refused("lead_voided")
        past.when(void(1)).refused("lead_voided")
        past.when(REGISTERED).refused("already_registered")

    def test_a_registration_with_anything_on_it(self) -> None:
        past = given(REGISTERED, contact(on(2)))
        past.when(void(1)).refused("event_depended_on", "接洽")
        past.when(void(2)).accepted().when(void(1)).accepted()

    def test_trial_production_stands_on_the_start(self) -> None:
        past = given(*STARTED, produced(on(5), trial=True))
        past.when(void(3)).refused("event_depended_on", "试生产")
        past.when(void(4)).accepted().when(void(3)).accepted()

    def test_a_start_with_a_ground_stands_alone(self) -> None:
        given(*SIGNED, started(on(4), "同意先建")).when(void(2)).accepted()

    def test_texts_and_what_stands_on_them(self) -> None:
        past = given(REGISTERED, signed(on(2), FRAMEWORK), upgraded(on(3), CONTRACT))
        past.when(void(2)).refused("event_depended_on", "升格")
        past.when(void(3)).accepted().when(void(2)).accepted()
        past = given(*SIGNED, amended(on(4), agreed_total_yuan=2 * YI))
        past.when(void(2)).refused("event_depended_on", "补充协议")
        past.when(void(3)).accepted()
        # Both texts hold the later amendment; only the last one left is depended on.
        past = given(
            REGISTERED, signed(on(2), LOI), signed(on(3)), amended(on(4), agreed_total_yuan=9)
        )
        past.when(void(2)).accepted().when(void(3)).refused("event_depended_on")

    def test_an_upgrade_that_a_start_stands_on(self) -> None:
        past = given(REGISTERED, signed(on(2), LOI), upgraded(on(3), CONTRACT), started(on(4)))
        past.when(void(3)).refused("event_depended_on", "开工")

    def test_an_upgrade_whose_void_would_put_the_signing_after_the_completion(self) -> None:
        """With the first countable upgrade gone, S would be the second one's day: after E."""
        past = given(
            REGISTERED,
            signed(on(2), FRAMEWORK),
            started(on(3), "同意先建"),
            upgraded(on(4), AGREEMENT),
            completed(on(6)),
            upgraded(on(8), CONTRACT),
        )
        past.when(void(4)).refused("event_depended_on", "升格（2023-08-01）")
        past.when(void(6)).accepted().when(void(4)).accepted()

    def test_pauses_exits_and_shelvings(self) -> None:
        past = given(*STARTED, suspended(on(5)), resumed(on(6)))
        past.when(void(4)).refused("event_depended_on", "复工")
        past = given(*STARTED, exited(on(5)), reinstated(on(6)))
        past.when(void(4)).refused("event_depended_on", "恢复")
        past = past.when(completed(on(7))).accepted()
        past.when(void(5)).refused("event_depended_on", "竣工")
        past = given(REGISTERED, shelved(on(2)), reopened(on(3)))
        past.when(void(2)).refused("event_depended_on", "重启")

    def test_an_exit_put_before_the_completion_does_not_hide_what_it_stands_on(self) -> None:
        past = given(*COMPLETED).when(exited(on(5))).accepted()
        past.when(void(3)).refused("event_depended_on", "竣工")

    def test_nothing_depends_on_money_or_contacts(self) -> None:
        past = given(*SIGNED, funds(on(4)), contact(on(4)), returned(on(5), "2023-04", 1))
        for number in (3, 4, 5):
            past = past.when(void(number)).accepted()
        assert past.state.stage is Stage.SIGNED


def test_what_stands_on_a_resumption_a_reopening_or_a_total_keeps_it() -> None:
    stopped = given(*STARTED, suspended(on(5)), resumed(on(6)), suspended(on(7)))
    stopped.when(void(5)).refused("event_depended_on", "停工")
    parked = given(REGISTERED, shelved(on(2)), reopened(on(3)), shelved(on(4)))
    parked.when(void(3)).refused("event_depended_on", "搁置")
    gone = given(REGISTERED, lost(on(2)), reopened(on(3)), lost(on(4)))
    gone.when(void(3)).refused("event_depended_on", "流失")
    raised = given(
        *SIGNED,
        amended(on(4), agreed_total_yuan=2 * YI),
        amended(on(5), fixed_part_yuan=YI + YI // 2),
    )
    raised.when(void(3)).refused("event_depended_on", "补充协议")
    raised.when(void(4)).accepted().when(void(3)).accepted()
