"""前后对照: what changed between two moments and why, against a naive twin and over HTTP."""

import random
from dataclasses import fields as fields_of_class
from datetime import date, timedelta
from typing import Any

import pytest

from crm.lead_presentation import lead_detail
from crm.replaying.causes import How, changes, differences
from crm.replaying.comparing import compared
from crm.replaying.fields import HIDDEN, JUDGED, apart, whole_fields
from crm.replaying.labels import OF_LEAD, label_in_record, label_of_field
from crm.replaying.moments import Moment, folded
from domain.errors import NotFound
from domain.lead import events as e
from domain.lead.history import state_at
from domain.lead.state import LeadState
from domain.rulebook import DEFAULT_RULES
from tests.given import LEAD, given, nth
from tests.replayed import histories, moment, random_moment
from tests.serving import Client, Server, assert_problem
from tests.told import CONTRACT, REGISTERED, SIGNED, YI, amended, contact, on, signed, void
from tests.told_rules import on_record, revised

TOLD = [name for name in OF_LEAD if name not in JUDGED]


def naive_fields(moment: Moment) -> dict[str, Any]:
    """What the lead's page says, taken apart by hand for what is compared as a whole here."""
    state = state_at(moment.known, moment.as_of)
    return lead_detail(moment.lead_id, state) if state else {}


def naive_counting(moment: Moment) -> set[Any]:
    gone = {r.event.event_id for r in moment.known if isinstance(r.event, e.EventVoided)}
    live = [
        r for r in moment.known
        if r.event_id not in gone and not isinstance(r.event, e.EventVoided)
    ]  # fmt: skip
    if not any(isinstance(r.event, e.LeadRegistered) for r in live):
        return set()
    begins = max(
        (r.event.occurred_on for r in live if isinstance(r.event, e.LeadSplitFrom)),
        default=date.min,
    )
    if not any(max(r.event.occurred_on, begins) <= moment.as_of for r in live):
        return set()
    return {
        r.event_id
        for r in live
        if isinstance(r.event, e.LeadRegistered) or max(r.event.occurred_on, begins) <= moment.as_of
    }


@pytest.mark.parametrize("seed", range(6))
def test_what_differs_equals_the_naive_twin(seed: int) -> None:
    rng = random.Random(seed)
    compared_any = 0
    for history in histories(seed):
        for _ in range(25):
            before, after = random_moment(rng, history), random_moment(rng, history)
            changed = changes(before, after)
            assert {c.recorded.event_id for c in changed} == (
                naive_counting(before) ^ naive_counting(after)
            )
            then, now = naive_fields(before), naive_fields(after)
            found = differences(before, after)
            named = {one.field.partition(".")[0] for one in found if one.field not in JUDGED}
            if then and now:
                assert named == {n for n in TOLD if "." not in n and then[n] != now[n]}
                compared_any += bool(named)
            for one in found:
                causes = {c.recorded.event_id for c in one.causes}
                assert causes <= {c.recorded.event_id for c in changed}
                assert causes or one.field in JUDGED
                assert causes or one.by_time or one.by_rules
                assert not one.by_time or before.as_of != after.as_of
                assert not one.by_rules
                if one.field in then:
                    assert one.before == then[one.field]
                if one.field in now:
                    assert one.after == now[one.field]
    assert compared_any > 10


@pytest.mark.parametrize("seed", range(4))
def test_each_cause_is_one_without_which_it_would_be_otherwise(seed: int) -> None:
    """Or nothing alone is: then all that may have to do with it are named."""
    rng = random.Random(seed)
    alone = 0
    for history in histories(seed, leads=3, steps=90):
        for _ in range(12):
            before, after = random_moment(rng, history), random_moment(rng, history)
            if before.state is None or after.state is None:
                continue
            changed = changes(before, after)
            for one in differences(before, after):
                needed = {
                    c.recorded.event_id
                    for c in changed
                    if without(before, after, c.recorded, one.field)
                }
                causes = {c.recorded.event_id for c in one.causes}
                assert causes == needed or not needed, one.field
                alone += bool(needed)
    assert alone > 20


def without(before: Moment, after: Moment, left_out: Any, field: str) -> bool:
    """Whether the field would be otherwise at the moment at which the record counts."""
    at = after if left_out.event_id in naive_counting(after) else before
    kept = [r for r in at.counting if r.event_id != left_out.event_id]
    [one, other] = [
        apart(whole_fields(at.lead_id, state, at.as_of, DEFAULT_RULES))
        if (state := folded(counting)) else {}
        for counting in (kept, at.counting)
    ]  # fmt: skip
    return one.get(field) != other.get(field)


def test_how_a_record_came_to_count() -> None:
    past = given(*SIGNED, contact(on(3, 5)), void(2), signed(on(2), total=2 * YI)).history
    (registered, first, called, _, again) = (r.recorded_at for r in past)
    seen = {
        c.recorded.version: c.how
        for c in changes(moment(past, on(12), called), moment(past, on(12), again))
    }
    assert seen == {2: How.VOIDED, 5: How.BACK_DATED}
    [happened] = changes(moment(past, on(3, 4)), moment(past, on(3, 5)))
    assert (happened.recorded.version, happened.how) == (3, How.HAPPENED)
    [turned] = changes(moment(past, on(3, 5)), moment(past, on(3, 4)))
    assert turned.how == How.NOT_YET
    unknown = changes(moment(past, on(12), called), moment(past, on(12), registered))
    assert {c.how for c in unknown} == {How.NOT_KNOWN}
    new = changes(moment(past, on(12, 31), registered), moment(past, TODAY_OF_GIVEN, first))
    assert [c.how for c in new] == [How.BACK_DATED]


TODAY_OF_GIVEN = date(2024, 12, 31)


def test_of_two_that_say_the_same_the_one_that_changed_it_is_named() -> None:
    """Without either of them the amount would be the same: neither alone makes the difference."""
    past = given(
        *SIGNED, amended(on(4), agreed_total_yuan=2 * YI), amended(on(5), agreed_total_yuan=2 * YI)
    ).history
    before, after = moment(past, on(3, 2)), moment(past, on(6))
    [amount] = [one for one in differences(before, after) if one.field == "agreed_total_wan"]
    assert [c.recorded.version for c in amount.causes] == [3]  # the other has touched nothing
    assert (amount.before, amount.after) == ("10000", "20000")


def test_a_deadline_that_passed_explains_a_day() -> None:
    past = given(REGISTERED, signed(on(3), CONTRACT, start_due=on(6, 30))).history
    shown = compared(moment(past, on(6, 30)), moment(past, on(7, 1)))
    assert shown["recorded"] == shown["changes"] == []
    by_field = {one["field"]: one for one in shown["differences"]}
    assert by_field.keys() == {"overdue_days", "colour", "judgement"}
    late = by_field["overdue_days"]
    assert (late["before"], late["after"], late["by_time"]) == (0, 1, True)
    assert (late["events"], late["why"]) == ([], "日期推移")
    assert (by_field["colour"]["before_text"], by_field["colour"]["after_text"]) == ("绿", "黄")
    [due] = shown["deadlines"]
    assert (due["label"], due["due"], due["met"]) == ("约定开工", "2023-06-30", False)
    assert compared(moment(past, on(7, 1)), moment(past, on(7, 2)))["deadlines"] == []


def test_a_rule_that_changed_explains_a_deadline() -> None:
    past = given(*SIGNED).history
    rules = on_record((on(5), revised(on(4), start_within_months=1)))
    shown = compared(moment(past, on(4, 15)), moment(past, on(4, 15), None, rules))
    by_field = {one["field"]: one for one in shown["differences"]}
    assert by_field.keys() == {"due_on", "overdue_days"}
    assert by_field["due_on"]["by_rules"]
    assert not by_field["due_on"]["by_time"]
    assert (by_field["due_on"]["before"], by_field["due_on"]["after"]) == (
        "2023-09-01", "2023-04-01",
    )  # fmt: skip
    assert [one["label"] for one in shown["rules"]] == ["规则调整"]


def test_a_lead_that_is_voided_was_something_and_is_nothing() -> None:
    past = given(*SIGNED, void(2), void(1)).history
    before, after = moment(past, on(3), past[1].recorded_at), moment(past, on(3))
    shown = compared(before, after)
    assert (shown["before"]["exists"], shown["after"]["exists"]) == (True, False)
    by_field = {one["field"]: one for one in shown["differences"]}
    assert (by_field["title"]["before"], by_field["title"]["after"]) == ("富硒茶饮加工", None)
    [cause] = by_field["title"]["events"]
    assert (cause["label"], cause["how"], cause["voided_by"]) == ("线索登记", "voided", str(nth(4)))
    assert cause["void"]["ground"] == "录错项目"
    [signing] = by_field["agreed_total_wan"]["events"]
    assert (signing["label"], signing["voided_by"]) == ("签约", str(nth(3)))
    with pytest.raises(NotFound):
        compared(after, moment(past, on(1), past[0].recorded_at - timedelta(1)))


def test_contact_persons_are_said_to_have_changed_and_no_more() -> None:
    assert {"contact_persons"} == HIDDEN
    assert "contact_persons" in {f.name for f in fields_of_class(LeadState)}


def test_every_field_has_its_name() -> None:
    shown = whole_fields(LEAD, LeadState(), on(1), DEFAULT_RULES)
    assert set(shown) <= set(OF_LEAD)
    for name in [*shown, "permits.land", "progress.2023-05", "plan.milestones.start"]:
        assert label_of_field(name) not in (name, "")
    assert label_of_field("permits.land") == "前期手续：用地手续"


def test_every_field_of_a_record_has_its_name() -> None:
    past = [r for history in histories(1) for r in history]
    from crm.presentation import event_data

    for recorded in past:
        for name in event_data(recorded.event):
            assert label_in_record(name) != name, (type(recorded.event).__name__, name)


# --- over HTTP -----------------------------------------------------------------------------------


def told(office: Client) -> str:
    """Signed, corrected by a void and a new signing, started: four months entered in one day."""
    lead = office.register(
        title="前后对照", contact_persons=[{"name": "不该出现", "phone": "13900000001"}]
    )
    signing = office.record(
        lead, "signing", kind="contract", agreed_total_wan=1000, occurred_on="2023-02-01",
        start_due="2023-03-31",
    )["events"][0]["event_id"]  # fmt: skip
    office.record(lead, "void", event_id=signing, ground="金额录错", occurred_on="2023-02-10")
    office.record(
        lead, "signing", kind="contract", agreed_total_wan=1200, occurred_on="2023-02-01",
        start_due="2023-03-31",
    )  # fmt: skip
    office.record(lead, "start", occurred_on="2023-04-15")
    return lead


def test_the_difference_of_two_versions(office: Client) -> None:
    lead = told(office)
    shown = office.get(
        f"/audit/leads/{lead}/diff", version=4, than_version=2, as_of="2023-03-01"
    ).json()
    assert (shown["before"]["version"], shown["after"]["version"]) == (2, 4)
    assert shown["after"]["stage_label"] == "签约未开工"
    [amount] = shown["differences"]
    assert (amount["field"], amount["label"]) == ("agreed_total_wan", "协议金额（万元）")
    assert (amount["before"], amount["after"]) == ("1000", "1200")
    assert [(event["label"], event["how"]) for event in amount["events"]] == [
        ("签约", "voided"), ("签约", "back_dated"),
    ]  # fmt: skip
    gone = amount["events"][0]
    assert gone["void"]["ground"] == "金额录错"
    assert gone["void"]["recorded_by"] == gone["recorded_by"]
    assert "作废 签约（2023-02-01" in amount["why"]
    assert [event["label"] for event in shown["recorded"]] == ["作废", "签约"]
    assert shown["recorded"][0]["voids"] == gone["event_id"]
    assert not any(one["by_time"] for one in shown["differences"])


def test_the_difference_of_two_days_and_of_two_moments(office: Client) -> None:
    lead = told(office)
    path = f"/audit/leads/{lead}/diff"
    days = office.get(path, as_of="2023-04-20", than_as_of="2023-03-31").json()
    by_field = {one["field"]: one for one in days["differences"]}
    assert by_field["started_on"]["events"][0]["how"] == "happened"
    assert by_field["stage"]["before_text"] == "签约未开工"
    assert by_field["stage"]["after_text"] == "开工未竣工"
    assert days["recorded"] == []
    [met] = [one for one in days["deadlines"] if one["kind"] == "agreed"]
    assert (met["due"], met["met_on"]) == ("2023-03-31", "2023-04-15")

    items = office.get(f"/leads/{lead}/history").json()["items"]
    moments = [item["recorded_at"] for item in items]
    known = office.get(
        path, as_of="2023-03-01", known_at=moments[3], than_known_at=moments[1]
    ).json()
    assert [one["field"] for one in known["differences"]] == ["agreed_total_wan"]
    assert known["known_at"] == moments[3]
    since = office.get(path, as_of="2023-03-01", than_known_at="2020-01-01").json()
    assert (since["before"]["exists"], since["before"]["version"]) == (False, 0)
    assert [event["label"] for event in since["recorded"]][:2] == ["线索登记", "签约"]
    assert since["recorded"][1]["voided_by"] == items[2]["event_id"]
    persons = [one for one in since["differences"] if one["field"] == "contact_persons"]
    assert [(one["hidden"], one["before"], one["after"]) for one in persons] == [(True, None, None)]
    whole = office.get(path, as_of="2023-03-01", than_known_at="2020-01-01").text
    assert "不该出现" not in whole
    assert "13900000001" not in whole
    nothing = office.get(path, as_of="2023-03-01", than_version=5).json()
    assert (nothing["differences"], nothing["changes"]) == ([], [])
    future = office.get(path, than_known_at="2198-01-01").json()
    assert future["differences"] == []


def test_the_difference_as_a_file(office: Client) -> None:
    lead = told(office)
    rows = office.csv(f"/audit/leads/{lead}/diff", as_of="2023-03-01", version=4, than_version=2)
    assert [(row["字段"], row["之前"], row["之后"]) for row in rows] == [
        ("协议金额（万元）", "1000", "1200")
    ]
    sheet = office.sheet(f"/audit/leads/{lead}/diff", than_as_of="2023-01-10")
    assert "原因" in sheet[0]
    assert len(sheet) > 3


def test_what_cannot_be_compared_is_refused(shared_server: Server, office: Client) -> None:
    lead = told(office)
    path = f"/audit/leads/{lead}/diff"
    for query, field in (
        ({}, "than_as_of"),
        ({"version": 2, "known_at": "2023-01-01", "than_version": 1}, "version"),
        ({"than_version": 2, "than_known_at": "2023-01-01"}, "than_version"),
        ({"than_version": 0}, "than_version"),
        ({"than_as_of": "2023-02-30"}, "than_as_of"),
        ({"than_as_of": "1066-01-01"}, "than_as_of"),
        ({"than_known_at": "2023-01-01T00:00:00"}, "than_known_at"),
        ({"than_version": 1, "format": "pdf"}, "format"),
        ({"than_version": 1, "unknown": 1}, "unknown"),
    ):
        refused = assert_problem(office.get(path, **query), 422, "invalid_input")
        assert [error["field"] for error in refused["errors"]] == [field]
    assert_problem(office.get(path, than_version=99), 404, "version_not_found")
    nobody = office.get(f"/audit/leads/{LEAD}/diff", than_version=1)
    assert_problem(nobody, 404, "lead_not_found")
    early = office.get(path, as_of="2022-01-01", than_as_of="2021-01-01")
    assert_problem(early, 404, "lead_not_found")
    for role in ("viewer", "recorder"):
        client = shared_server.client(role, "经开区")
        assert_problem(client.get(path, than_version=1), 403, "role_not_allowed")
    assert shared_server.client("auditor").get(path, than_version=1).status_code == 200
