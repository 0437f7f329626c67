"""Thresholds are dated settings: a change holds from its day on, and for what is known since."""

import random
from dataclasses import fields
from datetime import date

import pytest

from crm.application import CRM
from crm.people import Caller, Role
from domain.calendar import add_months
from domain.errors import BadInput
from domain.event import Recorded
from domain.lead.deadlines import due_on
from domain.rulebook import (
    DEFAULT_RULES,
    RULES,
    Rulebook,
    RuleChange,
    RulesRevised,
    revise_rules,
    rules_of,
)
from projections.lead_states import leads_on
from projections.months import add_months_to_text
from projections.reader import clocks
from projections.rule_rows import rules_in_force
from projections.stage_lists import STAGE_LISTS, stage_list
from tests.histories import random_log
from tests.samples import recorded
from tests.serving import Server
from tests.test_views import fill
from tests.told import on

ADMIN = Caller("管理员", Role.ADMIN)


def revised(effective_from: date, ground: str = "会议纪要", **changes: int) -> RulesRevised:
    return RulesRevised(
        occurred_on=on(7),
        effective_from=effective_from,
        changes=tuple(RuleChange(name, value) for name, value in changes.items()),
        ground=ground,
    )


def test_every_rule_says_what_it_is_and_its_default_is_one_of_its_values() -> None:
    assert set(RULES) == {of.name for of in fields(Rulebook)}
    for name, rule in RULES.items():
        assert rule.label
        assert rule.unit
        assert rule.source
        assert rule.lowest <= getattr(DEFAULT_RULES, name) <= rule.highest
    labels = [rule.label for rule in RULES.values()]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("revision", "field"),
    [
        (revised(on(7)), "changes"),
        (revised(on(7), ground=" ", idle_days=20), "ground"),
        (revised(on(7), weather=1), "changes.weather"),
        (revised(on(7), idle_days=0), "changes.idle_days"),
        (revised(on(7), idle_days=366), "changes.idle_days"),
        (revised(on(7), yellow_gap_points=31), "changes"),  # above the red one
    ],
)
def test_what_is_no_rule_or_no_value_of_it_is_refused(revision: RulesRevised, field: str) -> None:
    with pytest.raises(BadInput) as error:
        revise_rules([], revision)
    assert error.value.field == field


def test_a_pair_is_judged_as_it_will_stand() -> None:
    wider: Recorded[RulesRevised] = recorded(revised(on(6), red_gap_points=50))  # type: ignore[assignment]
    revise_rules([wider], revised(on(7), yellow_gap_points=40))
    with pytest.raises(BadInput):
        revise_rules([wider], revised(on(5), yellow_gap_points=40))  # before it was widened


def test_the_later_recorded_of_one_day_wins_and_each_holds_from_its_day() -> None:
    def change(value: int) -> list[RuleChange]:
        return [RuleChange("idle_days", value)]

    told = [(on(8), change(40)), (on(6), change(20)), (on(8), change(50)), (on(7), change(25))]
    days = {day: rules_of(told, day).idle_days for day in (on(5, 31), on(6), on(7), on(8))}
    assert days == {on(5, 31): 30, on(6): 20, on(7): 25, on(8): 50}
    assert rules_of([(on(6), [RuleChange("retired_rule", 1)])], on(7)) == DEFAULT_RULES


def test_a_changed_deadline_moves_lists_from_its_day_and_for_those_who_know(crm: CRM) -> None:
    rng = random.Random(71)
    log = random_log(rng, leads=15, steps=600)
    fill(crm, log, rng)
    before = log[-1].position
    crm.revise_rules(revised(on(7), start_within_months=1, completion_within_months=5), by=ADMIN)
    crm.revise_rules(revised(on(1, 1, 2024), start_within_months=11), by=ADMIN)
    moved = 0
    for day in (on(6, 30), on(7, 1), on(12, 31), on(6, 30, 2024)):
        for position in (before, before + 1, before + 2):
            with crm.reader.asking() as connection:
                when = clocks(connection, day, crm.clock(), position)
                rules = rules_in_force(connection, when)
                states = {lead.lead_id: lead.state for lead in leads_on(connection, when)}
                for name in STAGE_LISTS:
                    page = stage_list(connection, name, when)
                    order = [(-i.overdue_days, -(i.agreed_yuan or 0), i.code) for i in page.items]
                    assert order == sorted(order)
                    for item in page.items:
                        assert item.due_on == due_on(states[item.lead_id], rules)
                        moved += item.due_on != due_on(states[item.lead_id], DEFAULT_RULES)
            expected = 6
            if position > before and day >= on(7):
                expected = 11 if position > before + 1 and day.year == 2024 else 1
            assert rules.start_within_months == expected
    assert moved > 10


def test_months_are_added_alike_in_python_and_in_the_database() -> None:
    for text in ("2023-01-31", "2024-02-29", "2023-08-31", "2023-12-01"):
        for months in range(1, 30):
            expected = add_months(date.fromisoformat(text), months).isoformat()
            assert add_months_to_text(text, months) == expected
    assert add_months_to_text(None, 3) is None


def test_rules_over_http(server: Server) -> None:
    admin, office = server.client("admin"), server.client("manager")
    lead = office.register()
    office.record(lead, "signing", kind="contract", agreed_total_wan=1, occurred_on="2023-01-31")
    body = {"changes": {"start_within_months": 1}, "effective_from": "2023-07-01", "ground": "纪要"}
    assert office.put("/settings/rules", body).json()["code"] == "role_not_allowed"
    wrong = admin.put("/settings/rules", {**body, "changes": {"start_within_months": 0}})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (
        422,
        "changes.start_within_months",
    )
    known_before = office.get("/lists/exited").json()["known_at"]
    assert admin.put("/settings/rules", body).status_code == 201

    def due(**asked: str) -> str:
        shown = office.get("/lists/signed-not-started", **asked).json()
        return str(shown["items"][0]["due_on"])

    assert due(as_of="2023-06-30") == "2023-07-31"
    assert due(as_of="2023-07-01") == "2023-02-28"
    assert due(as_of="2023-07-01", known_at=known_before) == "2023-07-31"
    rules = {
        r["name"]: r for r in office.get("/settings/rules", as_of="2023-07-01").json()["items"]
    }
    changed = rules["start_within_months"]
    assert (changed["value"], changed["default"], changed["effective_from"]) == (1, 6, "2023-07-01")
    assert rules["idle_days"]["set_by"] is None
    [entry] = office.get("/settings/rules/history").json()["items"]
    assert (entry["label"], entry["event_id"]) == ("规则调整", changed["set_by"])
