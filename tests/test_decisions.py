"""Which entries does the house accept, and which does it refuse, by which code?

Every business rule of the contract ("Commands on a lead"), on both sides of each boundary.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.lead import events as e
from domain.lead.history import state_at
from domain.lead.state import LeadState
from domain.vocabulary import (
    AgreementKind,
    AssessmentResult,
    ContactMode,
    DueDiligenceResult,
    FundsSource,
    Relation,
    ResponsibilityRole,
    ReviewOpinion,
    Stage,
)
from tests.given import TODAY, Past, given, nth

LOI, FRAMEWORK = AgreementKind.LETTER_OF_INTENT, AgreementKind.FRAMEWORK
AGREEMENT, CONTRACT = AgreementKind.AGREEMENT, AgreementKind.CONTRACT
YI = 100_000_000


def on(month: int, day: int = 1, year: int = 2023) -> date:
    return date(year, month, day)


REGISTERED = e.LeadRegistered(
    occurred_on=on(1),
    code="ZS2023-0001",
    title="富硒茶饮加工",
    investor=e.Investor("陕西某公司"),
    recruiting_unit="招商服务中心",
    host_town="城关镇",
)


def signed(day: date, kind: AgreementKind = CONTRACT, total: int = YI, **terms: Any) -> e.LeadEvent:
    return e.AgreementSigned(occurred_on=day, kind=kind, agreed_total_yuan=total, **terms)


def upgraded(day: date, kind: AgreementKind, total: int | None = None) -> e.LeadEvent:
    return e.AgreementUpgraded(occurred_on=day, kind=kind, agreed_total_yuan=total)


def amended(day: date, **terms: Any) -> e.LeadEvent:
    return e.AgreementAmended(occurred_on=day, ground="规模调整", **terms)


def started(day: date, ground: str | None = None) -> e.LeadEvent:
    return e.ConstructionStarted(occurred_on=day, ground=ground)


def suspended(day: date) -> e.LeadEvent:
    return e.ConstructionSuspended(occurred_on=day)


def resumed(day: date) -> e.LeadEvent:
    return e.ConstructionResumed(occurred_on=day)


def completed(day: date) -> e.LeadEvent:
    return e.ConstructionCompleted(occurred_on=day)


def produced(day: date, **how: Any) -> e.LeadEvent:
    return e.ProductionStarted(occurred_on=day, **how)


def funds(day: date, yuan: int | None = YI, usd: int | None = None) -> e.LeadEvent:
    return e.FundsArrived(
        occurred_on=day, source=FundsSource.OUT_CITY, amount_yuan=yuan, amount_usd=usd
    )


def returned(day: date, period: str, ytd: int, ground: str | None = None) -> e.LeadEvent:
    return e.FixedAssetInvestmentReported(
        occurred_on=day, period=period, ytd_yuan=ytd, ground=ground
    )


def exited(day: date) -> e.LeadEvent:
    return e.LeadExited(occurred_on=day, ground="协商解约")


def reinstated(day: date) -> e.LeadEvent:
    return e.LeadReinstated(occurred_on=day, ground="重新履约")


def shelved(day: date) -> e.LeadEvent:
    return e.LeadShelved(occurred_on=day, ground="用地未落实")


def reopened(day: date) -> e.LeadEvent:
    return e.LeadReopened(occurred_on=day, ground="重新洽谈")


def lost(day: date) -> e.LeadEvent:
    return e.LeadLost(occurred_on=day, ground="落户外县")


def contact(day: date) -> e.LeadEvent:
    return e.ContactLogged(occurred_on=day, mode=ContactMode.CALL, summary="电话沟通")


def moved(day: date, town: str | None) -> e.LeadEvent:
    change = e.ResponsibilityChange(ResponsibilityRole.HOST_TOWN, town)
    return e.ResponsibilityAssigned(occurred_on=day, changes=(change,))


def void(number: int, day: date = TODAY) -> e.LeadEvent:
    return e.EventVoided(occurred_on=day, event_id=nth(number), ground="录错项目")


def at(past: Past, day: date) -> LeadState:
    state = state_at(past.history, day)
    assert state is not None
    return state


# The same lead at each turn of its life; event numbers: 1 registered, 2 signed, 3 started, …
SIGNED = (REGISTERED, signed(on(3)))
STARTED = (*SIGNED, started(on(4)))
COMPLETED = (*STARTED, completed(on(6)))
PRODUCING = (*COMPLETED, produced(on(8)))


class TestRegistration:
    def test_once(self) -> None:
        given(REGISTERED).when(REGISTERED).refused("already_registered")

    @pytest.mark.parametrize("relation", [Relation.EXPANSION, Relation.PHASE_IN_SCOPE])
    def test_expansion_and_phase_name_their_parent(self, relation: Relation) -> None:
        child = replace(REGISTERED, relation=relation)
        given().when(child).bad_input("parent_lead_id")
        given().when(replace(child, parent_lead_id=UUID(int=7))).accepted()

    def test_relocation_needs_no_parent(self) -> None:
        given().when(replace(REGISTERED, relation=Relation.RELOCATION)).accepted()

    def test_texts_are_not_blank(self) -> None:
        given().when(replace(REGISTERED, title=" ")).bad_input("title")
        given().when(replace(REGISTERED, recruiting_unit="")).bad_input("recruiting_unit")
        nameless = replace(REGISTERED, investor=e.Investor(" "))
        given().when(nameless).bad_input("investor.name")

    def test_it_may_follow_what_it_is_about(self) -> None:
        """Entered today for a project that has been running for years, straight at a late stage."""
        late = replace(REGISTERED, occurred_on=TODAY)
        past = given(late, *PRODUCING[1:])
        assert past.state.stage is Stage.PRODUCING
        assert at(past, on(5)).stage is Stage.STARTED
        assert at(past, on(5)).title == REGISTERED.title
        assert state_at(past.history, on(2)) is None

    def test_a_whole_life_on_one_day(self) -> None:
        day = on(1)
        past = given(REGISTERED, signed(day), started(day), completed(day), produced(day))
        assert at(past, day).stage is Stage.PRODUCING


class TestDays:
    def test_today_but_not_tomorrow(self) -> None:
        given(REGISTERED).when(contact(on(5, 2)), today=on(5, 2)).accepted()
        given(REGISTERED).when(contact(on(5, 3)), today=on(5, 2)).bad_input("occurred_on")

    def test_before_the_registration(self) -> None:
        past = given(REGISTERED).when(contact(on(12, 1, 2022))).accepted()
        assert at(past, on(12, 5, 2022)).stage is Stage.LEAD


class TestSigning:
    @pytest.mark.parametrize("first", [AGREEMENT, CONTRACT])
    @pytest.mark.parametrize("second", [AGREEMENT, CONTRACT])
    @pytest.mark.parametrize("day", [on(2), on(3), on(4)])
    def test_countable_once(self, first: AgreementKind, second: AgreementKind, day: date) -> None:
        given(REGISTERED, signed(on(3), first)).when(signed(day, second)).refused("already_signed")

    def test_again_once_the_first_is_voided(self) -> None:
        past = given(*SIGNED, void(2), signed(on(5), AGREEMENT, 2 * YI))
        assert (past.state.signed_on, past.state.agreed_total_yuan) == (on(5), 2 * YI)

    @pytest.mark.parametrize("weak", [LOI, FRAMEWORK])
    @pytest.mark.parametrize("day", [on(3), on(4)])
    def test_framework_then_contract_is_one_project(self, weak: AgreementKind, day: date) -> None:
        past = given(REGISTERED, signed(on(3), weak, 5 * YI), signed(day, CONTRACT, 2 * YI))
        state = past.state
        assert (state.stage, state.kind, state.signed_on) == (Stage.SIGNED, CONTRACT, day)
        assert (state.text_signed_on, state.agreed_total_yuan) == (on(3), 2 * YI)
        if day > on(3):
            assert at(past, on(3)).stage is Stage.FRAMEWORK
            assert at(past, on(3)).countable_yuan == 0

    def test_no_framework_after_a_contract_but_before_it(self) -> None:
        given(*SIGNED).when(signed(on(3), FRAMEWORK)).refused("already_signed")
        past = given(*SIGNED).when(signed(on(2), FRAMEWORK)).accepted()
        assert (past.state.kind, past.state.signed_on) == (CONTRACT, on(3))

    def test_a_back_dated_contract_leaves_no_framework_after_it(self) -> None:
        """Entered the other way round, the framework of April is refused too."""
        outcome = given(REGISTERED, signed(on(4), FRAMEWORK, 5 * YI)).when(signed(on(3)))
        assert outcome.error is not None or outcome.past.state.kind is CONTRACT

    def test_a_back_dated_upgrade_leaves_no_framework_after_it(self) -> None:
        past = given(REGISTERED, signed(on(2), LOI), signed(on(4), FRAMEWORK))
        outcome = past.when(upgraded(on(3), CONTRACT))
        assert outcome.error is not None or outcome.past.state.kind is CONTRACT

    def test_not_after_the_completion(self) -> None:
        past = given(REGISTERED, started(on(2), "县政府同意先建"), completed(on(6)))
        past.when(signed(on(6, 2))).refused("milestone_order")
        assert past.when(signed(on(6))).accepted().state.stage is Stage.COMPLETED
        past.when(signed(on(6, 2), FRAMEWORK)).accepted()

    def test_amounts(self) -> None:
        past = given(REGISTERED)
        past.when(signed(on(3), total=0)).bad_input("agreed_total_wan")
        past.when(signed(on(3), total=1)).accepted()
        past.when(signed(on(3), fixed_part_yuan=YI + 1)).bad_input("fixed_part_wan")
        past.when(signed(on(3), fixed_part_yuan=YI)).accepted()

    def test_agreed_days_are_in_order(self) -> None:
        same: dict[str, Any] = {
            "start_due": on(5),
            "completion_due": on(5),
            "production_due": on(5),
        }
        given(REGISTERED).when(signed(on(3), **same)).accepted()
        given(REGISTERED).when(signed(on(3), start_due=on(5), completion_due=on(4))).bad_input(
            "completion_due"
        )
        given(REGISTERED).when(signed(on(3), start_due=on(5), production_due=on(4))).bad_input(
            "completion_due"
        )

    def test_without_due_diligence_and_review_it_is_recorded(self) -> None:
        given(REGISTERED).when(signed(on(3))).accepted()
        given(
            REGISTERED,
            e.DueDiligenceCompleted(occurred_on=on(2), result=DueDiligenceResult.FAIL),
            e.ContractReviewed(occurred_on=on(2), opinion=ReviewOpinion.REFUSE),
        ).when(signed(on(3))).accepted()


class TestUpgrade:
    @pytest.mark.parametrize("first", list(AgreementKind))
    @pytest.mark.parametrize("second", list(AgreementKind))
    def test_only_upwards(self, first: AgreementKind, second: AgreementKind) -> None:
        outcome = given(REGISTERED, signed(on(3), first)).when(upgraded(on(3), second))
        if second.rank > first.rank:
            assert outcome.accepted().state.kind is second
        else:
            outcome.refused("kind_not_higher")

    def test_needs_a_text_by_then(self) -> None:
        given(REGISTERED).when(upgraded(on(3), CONTRACT)).refused("not_signed")
        past = given(REGISTERED, signed(on(3), FRAMEWORK))
        past.when(upgraded(on(2, 28), CONTRACT)).refused("not_signed")
        past.when(upgraded(on(3), CONTRACT)).accepted()

    def test_back_dated_it_stays_below_the_later_ones(self) -> None:
        past = given(REGISTERED, signed(on(2), LOI), upgraded(on(6), AGREEMENT))
        past.when(upgraded(on(4), FRAMEWORK)).accepted()
        past.when(upgraded(on(4), AGREEMENT)).refused("kind_not_higher")
        past.when(upgraded(on(4), CONTRACT)).refused("kind_not_higher")
        past.when(upgraded(on(6), CONTRACT)).accepted()

    def test_before_a_signed_contract_it_would_sign_twice(self) -> None:
        past = given(REGISTERED, signed(on(2), FRAMEWORK), signed(on(5), CONTRACT))
        past.when(upgraded(on(4), AGREEMENT)).refused("already_signed")

    def test_it_is_the_first_countable_signing(self) -> None:
        past = given(REGISTERED, signed(on(2), FRAMEWORK, 3 * YI), upgraded(on(5), AGREEMENT))
        assert (past.state.signed_on, past.state.agreed_total_yuan) == (on(5), 3 * YI)
        past = past.when(upgraded(on(7), CONTRACT, 4 * YI)).accepted()
        assert (past.state.signed_on, past.state.agreed_total_yuan) == (on(5), 4 * YI)
        past.when(signed(on(9))).refused("already_signed")

    def test_not_after_the_completion_when_it_counts_first(self) -> None:
        built = (started(on(3), "同意先建"), completed(on(6)))
        framework = given(REGISTERED, signed(on(2), FRAMEWORK), *built)
        framework.when(upgraded(on(6, 2), AGREEMENT)).refused("milestone_order")
        framework.when(upgraded(on(6), AGREEMENT)).accepted()
        agreement = given(REGISTERED, signed(on(2), AGREEMENT), *built)
        agreement.when(upgraded(on(7), CONTRACT)).accepted()

    def test_amounts(self) -> None:
        past = given(REGISTERED, signed(on(2), FRAMEWORK, fixed_part_yuan=YI // 2))
        past.when(upgraded(on(3), CONTRACT, 0)).bad_input("agreed_total_wan")
        past.when(upgraded(on(3), CONTRACT, YI // 2)).accepted()
        past.when(upgraded(on(3), CONTRACT, YI // 2 - 1)).refused("fixed_part_exceeds_total")


class TestAmendment:
    def test_needs_a_text_by_then(self) -> None:
        given(REGISTERED).when(amended(on(3), agreed_total_yuan=1)).refused("not_signed")
        given(*SIGNED).when(amended(on(2, 28), agreed_total_yuan=1)).refused("not_signed")
        given(*SIGNED).when(amended(on(3), agreed_total_yuan=1)).accepted()

    def test_changes_something(self) -> None:
        given(*SIGNED).when(amended(on(4))).bad_input("agreed_total_wan")
        given(*SIGNED).when(amended(on(4), agreed_total_yuan=0)).bad_input("agreed_total_wan")

    def test_entered_in_september_belongs_in_june(self) -> None:
        past = given(*SIGNED, amended(on(8), agreed_total_yuan=3 * YI))
        past = past.when(amended(on(6), agreed_total_yuan=2 * YI)).accepted()
        amounts = [at(past, on(month)).agreed_total_yuan for month in (3, 5, 6, 7, 8)]
        assert amounts == [YI, YI, 2 * YI, 2 * YI, 3 * YI]

    def test_two_on_one_day_the_later_recorded_wins(self) -> None:
        changes = [amended(on(6), agreed_total_yuan=n * YI) for n in (2, 5, 3)]
        assert given(*SIGNED, *changes).state.agreed_total_yuan == 3 * YI

    def test_fixed_part_within_the_total(self) -> None:
        past = given(REGISTERED, signed(on(3), fixed_part_yuan=YI // 2))
        past.when(amended(on(4), fixed_part_yuan=YI)).accepted()
        past.when(amended(on(4), fixed_part_yuan=YI + 1)).refused("fixed_part_exceeds_total")
        past.when(amended(on(4), agreed_total_yuan=YI // 3)).refused("fixed_part_exceeds_total")

    def test_agreed_days_stay_in_order(self) -> None:
        past = given(REGISTERED, signed(on(3), start_due=on(5), completion_due=on(9)))
        past.when(amended(on(4), start_due=on(9))).accepted()
        past.when(amended(on(4), start_due=on(9, 2))).refused("due_order")
        past.when(amended(on(4), start_due=on(10), completion_due=on(11))).accepted()


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


class TestShelving:
    def test_shelved_reopened_lost(self) -> None:
        past = given(REGISTERED, shelved(on(2)))
        assert past.state.stage is Stage.SHELVED
        past.when(shelved(on(2))).refused("shelving_state")
        past = past.when(reopened(on(2))).accepted()
        assert past.state.stage is Stage.LEAD
        past.when(reopened(on(2))).refused("shelving_state")
        past = past.when(lost(on(3))).accepted()
        assert past.state.stage is Stage.LOST
        past.when(lost(on(3))).refused("shelving_state")
        past.when(shelved(on(3))).refused("shelving_state")
        assert past.when(reopened(on(4))).accepted().state.stage is Stage.LEAD

    def test_a_shelved_lead_may_be_lost(self) -> None:
        past = given(REGISTERED, shelved(on(2)), lost(on(3)))
        assert at(past, on(2)).stage is Stage.SHELVED
        assert past.state.stage is Stage.LOST

    def test_nothing_to_reopen(self) -> None:
        given(REGISTERED).when(reopened(on(2))).refused("shelving_state")
        given(REGISTERED, shelved(on(2))).when(reopened(on(1, 31))).refused("shelving_state")

    @pytest.mark.parametrize("kind", list(AgreementKind))
    def test_before_signing_only(self, kind: AgreementKind) -> None:
        past = given(REGISTERED, signed(on(3), kind))
        for event in (shelved, lost):
            past.when(event(on(3))).refused("lead_signed")
            past.when(event(on(2, 28))).accepted()

    def test_a_signing_ends_it(self) -> None:
        past = given(REGISTERED, shelved(on(2)), signed(on(3), LOI))
        assert past.state.stage is Stage.FRAMEWORK
        past.when(reopened(on(4))).refused("shelving_state")


class TestMoney:
    def test_exactly_one_positive_amount(self) -> None:
        past = given(REGISTERED)
        past.when(funds(on(2), None, None)).bad_input("amount_wan")
        past.when(funds(on(2), 1, 1)).bad_input("amount_wan")
        past.when(funds(on(2), 0)).bad_input("amount_wan")
        past.when(funds(on(2), None, 0)).bad_input("amount_wan")
        past.when(funds(on(2), 1)).accepted()
        past.when(funds(on(2), None, 1)).accepted()

    def test_more_than_agreed_is_recorded(self) -> None:
        given(*SIGNED).when(funds(on(4), 10 * YI)).accepted()

    def test_returns_do_not_fall_without_a_ground(self) -> None:
        past = given(*STARTED, returned(on(5), "2023-04", YI))
        past.when(returned(on(6), "2023-05", YI)).accepted()
        past.when(returned(on(6), "2023-05", YI - 1)).refused("return_decreased", "2023-04")
        past.when(returned(on(6), "2023-05", YI - 1, " ")).refused("return_decreased")
        past.when(returned(on(6), "2023-05", YI - 1, "核减")).accepted()
        past.when(returned(on(7), "2023-06", YI - 1)).refused("return_decreased", "2023-04")

    def test_a_new_year_starts_from_nothing(self) -> None:
        past = given(*STARTED, returned(on(12, 31), "2023-12", YI))
        past.when(returned(on(1, 31, 2024), "2024-01", 0)).accepted()

    def test_a_month_filled_in_later_fits_between(self) -> None:
        past = given(*STARTED, returned(on(5), "2023-04", YI), returned(on(7), "2023-06", 3 * YI))
        past.when(returned(on(8), "2023-05", 3 * YI)).accepted()
        past.when(returned(on(8), "2023-05", 3 * YI + 1)).refused("return_decreased", "2023-06")
        past.when(returned(on(8), "2023-05", YI - 1)).refused("return_decreased", "2023-04")

    def test_a_later_fall_with_a_ground_binds_nobody(self) -> None:
        past = given(
            *STARTED, returned(on(5), "2023-04", 2 * YI), returned(on(7), "2023-06", YI, "核减")
        )
        past.when(returned(on(8), "2023-05", 2 * YI)).accepted()

    def test_the_same_period_again_replaces(self) -> None:
        past = given(*STARTED, returned(on(5), "2023-04", YI), returned(on(6), "2023-05", 2 * YI))
        past = past.when(returned(on(7), "2023-05", YI)).accepted()
        assert past.state.returns == {"2023-04": YI, "2023-05": YI}
        past.when(returned(on(7), "2023-04", YI + 1)).refused("return_decreased", "2023-05")

    def test_a_voided_return_binds_nobody(self) -> None:
        past = given(*STARTED, returned(on(5), "2023-04", YI), void(4))
        past.when(returned(on(6), "2023-05", 1)).accepted()

    def test_a_period_not_after_the_business_day(self) -> None:
        given(*STARTED).when(returned(on(5, 31), "2023-06", YI)).bad_input("period")
        given(*STARTED).when(returned(on(6), "2023-06", YI)).accepted()


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


class TestResponsibility:
    def test_each_role_once_and_at_least_one(self) -> None:
        leader = e.ResponsibilityChange(ResponsibilityRole.LEADER, "县领导甲")
        past = given(REGISTERED)
        for changes in ((), (leader, leader)):
            past.when(e.ResponsibilityAssigned(occurred_on=on(2), changes=changes)).bad_input(
                "leader"
            )

    def test_two_moves_on_one_day_and_back(self) -> None:
        past = given(REGISTERED, moved(on(2), "涧池镇"), moved(on(2), "蒲溪镇"))
        assert at(past, on(2)).host_town == "蒲溪镇"
        past = past.when(moved(on(5), "城关镇")).accepted().when(moved(on(4), None)).accepted()
        towns = [at(past, on(month)).host_town for month in (1, 2, 4, 5)]
        assert towns == ["城关镇", "蒲溪镇", None, "城关镇"]

    def test_a_back_dated_move_belongs_in_its_place(self) -> None:
        past = given(REGISTERED, moved(on(6), "涧池镇"), moved(on(3), "蒲溪镇"))
        assert (at(past, on(4)).host_town, at(past, on(7)).host_town) == ("蒲溪镇", "涧池镇")


def test_blank_texts() -> None:
    past = given(REGISTERED)
    past.when(replace(contact(on(2)), summary=" ")).bad_input("summary")  # type: ignore[call-arg]
    company = e.CompanyRegistered(occurred_on=on(2), company_name=" ", uscc="91610921MA6TP00000")
    past.when(company).bad_input("company_name")


def test_terms_of_a_stronger_text_replace_all_of_the_weaker_one() -> None:
    weak = signed(on(2), FRAMEWORK, 5 * YI, fixed_part_yuan=YI, outside_share=Decimal("0.5"))
    state = given(REGISTERED, weak, signed(on(3), CONTRACT, 2 * YI)).state
    assert (state.agreed_total_yuan, state.fixed_part_yuan) == (2 * YI, None)
    assert state.outside_share is None
