"""Which entries before and around a signing are accepted, and which refused, by which code?

The business rules of the contract ("Commands on a lead"), on both sides of each boundary; signing,
milestones and closing have files of their own.
"""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.lead import events as e
from domain.lead.history import state_at
from domain.vocabulary import AgreementKind, Relation, ResponsibilityRole, Stage
from tests.given import TODAY, given
from tests.told import (
    LOI,
    PRODUCING,
    REGISTERED,
    SIGNED,
    STARTED,
    YI,
    at,
    completed,
    contact,
    funds,
    lost,
    moved,
    on,
    produced,
    reopened,
    returned,
    shelved,
    signed,
    started,
    void,
)


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


def test_blank_texts() -> None:
    past = given(REGISTERED)
    past.when(replace(contact(on(2)), summary=" ")).bad_input("summary")
    company = e.CompanyRegistered(occurred_on=on(2), company_name=" ", uscc="91610921MA6TP00000")
    past.when(company).bad_input("company_name")
