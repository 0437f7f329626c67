"""When may a lead start, pause, be completed and produce? S ≤ B ≤ E ≤ Y, ties included."""

import pytest

from domain.lead import events as e
from domain.vocabulary import Stage
from tests.given import given
from tests.told import (
    AGREEMENT,
    COMPLETED,
    FRAMEWORK,
    LOI,
    PRODUCING,
    REGISTERED,
    SIGNED,
    STARTED,
    at,
    completed,
    on,
    produced,
    resumed,
    signed,
    started,
    suspended,
    upgraded,
    void,
)


class TestStart:
    def test_on_the_day_of_signing_and_after(self) -> None:
        given(*SIGNED).when(started(on(3))).accepted()
        given(*SIGNED).when(started(on(9))).accepted()

    def test_before_the_signing_with_a_ground_only(self) -> None:
        given(*SIGNED).when(started(on(2, 28))).refused("start_before_signing")
        given(*SIGNED).when(started(on(2, 28), "  ")).refused("start_before_signing")
        state = given(*SIGNED).when(started(on(2, 28), "县政府同意先建后签")).accepted().state
        assert (state.stage, state.start_ground) == (Stage.STARTED, "县政府同意先建后签")

    @pytest.mark.parametrize("texts", [(), (signed(on(3), LOI),), (signed(on(3), FRAMEWORK),)])
    def test_without_a_countable_signing(self, texts: tuple[e.LeadEvent, ...]) -> None:
        past = given(REGISTERED, *texts)
        past.when(started(on(4))).refused("start_before_signing")
        past.when(started(on(4), "同意先建")).accepted()

    def test_after_an_upgrade(self) -> None:
        past = given(REGISTERED, signed(on(2), FRAMEWORK), upgraded(on(5), AGREEMENT))
        past.when(started(on(4, 30))).refused("start_before_signing")
        past.when(started(on(5))).accepted()

    def test_once(self) -> None:
        given(*STARTED).when(started(on(3, 5))).refused("already_started")
        given(*STARTED).when(started(on(9), "更正")).refused("already_started")
        assert given(*STARTED, void(3), started(on(9))).state.started_on == on(9)


class TestCompletionAndProduction:
    def test_completion_needs_a_start(self) -> None:
        given(*SIGNED).when(completed(on(6))).refused("milestone_missing")
        given(*STARTED).when(completed(on(3, 31))).refused("milestone_order")
        given(*STARTED).when(completed(on(4))).accepted()

    def test_completion_not_before_the_signing(self) -> None:
        past = given(REGISTERED, started(on(2), "同意先建"), signed(on(5)))
        past.when(completed(on(4, 30))).refused("milestone_order")
        past.when(completed(on(5))).accepted()

    def test_completion_once(self) -> None:
        given(*COMPLETED).when(completed(on(7))).refused("already_completed")

    def test_production_needs_a_completion(self) -> None:
        given(*SIGNED).when(produced(on(6))).refused("milestone_missing")
        given(*STARTED).when(produced(on(6))).refused("milestone_missing")
        given(*COMPLETED).when(produced(on(5, 31))).refused("milestone_order")
        given(*COMPLETED).when(produced(on(6))).accepted()

    def test_production_once(self) -> None:
        given(*PRODUCING).when(produced(on(9))).refused("already_produced")
        given(*PRODUCING).when(produced(on(7))).refused("already_produced")

    @pytest.mark.parametrize("how", [{"trial": True}, {"partial": True}])
    def test_trial_or_partial_needs_a_start_only(self, how: dict[str, bool]) -> None:
        given(*SIGNED).when(produced(on(6), **how)).refused("milestone_missing")
        given(*STARTED).when(produced(on(3, 31), **how)).refused("milestone_order")
        state = given(*STARTED).when(produced(on(4), **how)).accepted().state
        assert (state.stage, state.produced_on) == (Stage.STARTED, None)
        assert (state.trial_on is not None, state.partial_on is not None) == (
            "trial" in how,
            "partial" in how,
        )

    def test_full_production_after_a_trial(self) -> None:
        past = given(*COMPLETED, produced(on(7), trial=True))
        assert past.state.stage is Stage.COMPLETED
        state = past.when(produced(on(7))).accepted().state
        assert (state.stage, state.trial_on, state.produced_on) == (
            Stage.PRODUCING,
            on(7),
            on(7),
        )

    def test_a_trial_before_the_full_production_only(self) -> None:
        given(*PRODUCING).when(produced(on(8), trial=True)).refused("already_produced")
        given(*PRODUCING).when(produced(on(7, 31), trial=True)).accepted()


class TestSuspension:
    def test_not_twice_and_resumed_once(self) -> None:
        past = given(*STARTED).when(suspended(on(5))).accepted()
        assert (past.state.stage, past.state.suspended) == (Stage.STARTED, True)
        past.when(suspended(on(5))).refused("suspension_state")
        past.when(suspended(on(6))).refused("suspension_state")
        past = past.when(resumed(on(6))).accepted()
        assert past.state.suspended is False
        past.when(resumed(on(6))).refused("suspension_state")
        past.when(suspended(on(6))).accepted()

    def test_resumption_on_the_day_of_suspension_not_before(self) -> None:
        past = given(*STARTED, suspended(on(5)))
        past.when(resumed(on(4, 30))).refused("suspension_state")
        past.when(resumed(on(5))).accepted()

    def test_never_suspended(self) -> None:
        given(*STARTED).when(resumed(on(5))).refused("suspension_state")

    def test_back_dated_into_a_pause_and_between_pauses(self) -> None:
        past = given(*STARTED, suspended(on(5)), resumed(on(6)), suspended(on(8)), resumed(on(9)))
        past.when(suspended(on(5, 15))).refused("suspension_state")
        past.when(resumed(on(7))).refused("suspension_state")
        past = past.when(suspended(on(7))).accepted().when(resumed(on(7, 5))).accepted()
        flags = [at(past, on(7, day)).suspended for day in (1, 4, 5)]
        assert flags == [True, True, False]

    def test_before_the_start_it_is_a_deferral(self) -> None:
        given(*SIGNED).when(suspended(on(5))).accepted()
