"""When may a lead be signed, raised, amended? 签约、升格、补充协议, both sides of each boundary."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.lead import events as e
from domain.vocabulary import AgreementKind, DueDiligenceResult, ReviewOpinion, Stage
from tests.given import given
from tests.told import (
    AGREEMENT,
    CONTRACT,
    FRAMEWORK,
    LOI,
    REGISTERED,
    SIGNED,
    YI,
    amended,
    at,
    completed,
    on,
    signed,
    started,
    upgraded,
    void,
)


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
        past = given(REGISTERED, signed(on(4), FRAMEWORK, 5 * YI))
        past.when(signed(on(3))).refused("already_signed", "框架协议")
        past.when(signed(on(4))).accepted()

    def test_a_back_dated_contract_leaves_no_upgrade_to_a_framework_after_it(self) -> None:
        past = given(REGISTERED, signed(on(2), LOI), upgraded(on(4), FRAMEWORK))
        past.when(signed(on(3))).refused("already_signed", "框架协议")
        past.when(signed(on(4))).accepted()

    def test_a_back_dated_upgrade_leaves_no_framework_after_it(self) -> None:
        past = given(REGISTERED, signed(on(2), LOI), signed(on(4), FRAMEWORK))
        past.when(upgraded(on(3), CONTRACT)).refused("already_signed", "框架协议")
        past.when(upgraded(on(4), CONTRACT)).accepted()

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


def test_terms_of_a_stronger_text_replace_all_of_the_weaker_one() -> None:
    weak = signed(on(2), FRAMEWORK, 5 * YI, fixed_part_yuan=YI, outside_share=Decimal("0.5"))
    state = given(REGISTERED, weak, signed(on(3), CONTRACT, 2 * YI)).state
    assert (state.agreed_total_yuan, state.fixed_part_yuan) == (2 * YI, None)
    assert state.outside_share is None
