"""何时知情: what was said of a field as it was learnt, against a naive twin and over HTTP."""

import random
from itertools import groupby
from typing import Any

import pytest

from crm.replaying.fields import apart, whole_fields
from crm.replaying.knowing import require_field, said_of
from crm.replaying.labels import OF_LEAD
from crm.replaying.moments import Moment
from domain.errors import BadInput
from domain.lead.history import state_at
from domain.rules import rules_on
from tests.given import LEAD, given, nth
from tests.read_tables import DAYS
from tests.replayed import Revisions, histories, moment
from tests.serving import Client, Server, assert_problem
from tests.told import SIGNED, YI, amended, on, started, void
from tests.told_rules import on_record, revised

ASKED = ("stage", "agreed_total_wan", "started_on", "contacts", "host_town", "funds_wan", "permits",
         "plan", "last_activity_on", "investment_returns.2023-05", "colour", "overdue_days",
         "judgement", "contact_persons", "incomplete_fields", "plan.milestones.start")  # fmt: skip


def naive(whole: Moment, field: str, rules: Revisions) -> list[Any]:
    """Asked anew at every moment at which anything was recorded, of the lead or of the rules."""
    moments = sorted({r.recorded_at for r in [*whole.known, *rules]})
    told: list[Any] = []
    for at in moments:
        known = [r for r in whole.known if r.recorded_at <= at]
        if not known:
            continue
        state = state_at(known, whole.as_of)
        value = None
        if state is not None:
            by = rules_on([r for r in rules if r.recorded_at <= at], whole.as_of, 2**60)
            shown = whole_fields(whole.lead_id, state, whole.as_of, by)
            value = shown[field] if field in shown else apart(shown).get(field)
        told.append((at, state is not None, value))
    return [next(group) for _, group in groupby(told, key=lambda one: one[1:])]


@pytest.mark.parametrize("seed", range(5))
def test_what_was_said_equals_the_naive_twin(seed: int) -> None:
    rng = random.Random(seed)
    changing = 0
    for history in histories(seed, leads=4, steps=200):
        rules = on_record(
            (on(2, year=2022), revised(on(1, year=2022), start_within_months=3)),
            (on(3), revised(on(2), start_within_months=9, red_after_months=2)),
        )
        for _ in range(12):
            day, field = rng.choice(DAYS), rng.choice(ASKED)
            known_at = rng.choice([None, rng.choice(history).recorded_at])
            whole = moment(history, day, known_at, rules)
            found = said_of(whole, field)
            naively = naive(whole, field, whole.revisions)
            assert [(s.known_from, s.exists, s.value) for s in found] == naively, field
            changing += len(found) > 2
            for one in found:
                assert one.learnt
                assert {r.recorded_at for r in one.learnt} == {one.known_from}
    assert changing > 5


def test_a_void_and_a_late_entry_are_told_with_who_entered_them() -> None:
    past = given(
        *SIGNED, amended(on(5), agreed_total_yuan=2 * YI), void(3), amended(on(4),
        agreed_total_yuan=3 * YI), started(on(6)),
    ).history  # fmt: skip
    told = said_of(moment(past, on(5, 31)), "agreed_total_wan")
    assert [s.value for s in told] == [None, "10000", "20000", "10000", "30000"]
    assert [[r.event_id for r in s.learnt] for s in told] == [[nth(n)] for n in range(1, 6)]
    assert [s.value for s in said_of(moment(past, on(3, 31)), "agreed_total_wan")] == [
        None, "10000",
    ]  # fmt: skip
    [only] = said_of(moment(past, on(5, 31)), "title")
    assert only.learnt[0].event_id == nth(1)


def test_before_it_began_there_was_no_lead() -> None:
    past = given(*SIGNED, void(2), void(1)).history
    told = said_of(moment(past, on(3)), "stage")
    assert [(s.exists, s.value) for s in told] == [
        (True, "lead"), (True, "signed"), (True, "lead"), (False, None),
    ]  # fmt: skip
    assert [(s.exists, s.value) for s in said_of(moment(past, on(1, 1, 2022)), "stage")] == [
        (False, None)
    ]


def test_a_rule_that_changed_is_what_made_it_late() -> None:
    past = given(*SIGNED).history
    rules = on_record((on(6, 1, 2024), revised(on(4), start_within_months=1)))
    later = Moment(past[0].stream_id, on(6), rules[0].recorded_at, past, rules)
    told = said_of(later, "due_on")
    assert [s.value for s in told] == [None, "2023-09-01", "2023-04-01"]
    assert told[-1].learnt == [rules[0]]
    assert len(said_of(later, "stage")) == 2


def test_every_field_may_be_asked_and_no_other() -> None:
    past = given(*SIGNED).history
    whole = moment(past, on(3))
    for field in OF_LEAD:
        assert said_of(whole, require_field(field)), field
    for field in ("", "lead_id", "nothing", "stage.x", "title.", "perm"):
        with pytest.raises(BadInput):
            require_field(field)


# --- over HTTP -----------------------------------------------------------------------------------


def test_who_knew_what_when(office: Client, shared_server: Server) -> None:
    lead = office.register(title="何时知情", contact_persons=[{"name": "不该出现"}])
    other = shared_server.client("manager")
    office.record(lead, "signing", kind="contract", agreed_total_wan=1000, occurred_on="2023-02-01")
    other.record(lead, "start", occurred_on="2023-03-15")
    items = office.get(f"/leads/{lead}/history").json()["items"]
    path = f"/audit/leads/{lead}/knowledge"
    shown = office.get(path, field="started_on", as_of="2023-03-31").json()
    assert (shown["label"], shown["as_of"]) == ("开工时间", "2023-03-31")
    assert [(s["value"], s["known_from"], s["known_to"]) for s in shown["items"]] == [
        (None, items[0]["recorded_at"], items[2]["recorded_at"]),
        ("2023-03-15", items[2]["recorded_at"], None),
    ]
    [cause] = shown["items"][1]["events"]
    assert (cause["event_id"], cause["label"]) == (items[2]["event_id"], "开工")
    assert shown["items"][1]["recorded_by"] == items[2]["recorded_by"]
    assert items[2]["recorded_by"] != items[1]["recorded_by"]
    early = office.get(
        path, field="started_on", as_of="2023-03-31", known_at=items[1]["recorded_at"]
    ).json()
    assert [s["value"] for s in early["items"]] == [None]
    before = office.get(path, field="started_on", as_of="2023-03-14").json()
    assert [s["value"] for s in before["items"]] == [None]
    stage = office.get(path, field="stage", as_of="2023-03-31").json()
    assert [s["text"] for s in stage["items"]] == ["在谈线索", "签约未开工", "开工未竣工"]
    hidden = office.get(path, field="contact_persons", as_of="2023-03-31")
    assert (hidden.json()["hidden"], "不该出现" in hidden.text) == (True, False)
    rows = office.csv(path, field="stage", as_of="2023-03-31")
    assert [row["因何记录"] for row in rows] == ["线索登记", "签约", "开工"]
    assert len(office.sheet(path, field="stage", as_of="2023-03-31")) == 4


def test_what_cannot_be_asked_is_refused(shared_server: Server, office: Client) -> None:
    lead = office.register()
    path = f"/audit/leads/{lead}/knowledge"
    for query, field in (
        ({}, "field"),
        ({"field": "nothing"}, "field"),
        ({"field": "stage", "as_of": "x"}, "as_of"),
        ({"field": "stage", "version": 1}, "version"),
    ):
        refused = assert_problem(office.get(path, **query), 422, "invalid_input")
        assert [error["field"] for error in refused["errors"]] == [field]
    early = office.get(path, field="stage", known_at="2020-01-01")
    assert_problem(early, 404, "lead_not_found")
    assert_problem(
        office.get(f"/audit/leads/{LEAD}/knowledge", field="stage"), 404, "lead_not_found"
    )
    viewer = shared_server.client("viewer")
    assert_problem(viewer.get(path, field="stage"), 403, "role_not_allowed")
