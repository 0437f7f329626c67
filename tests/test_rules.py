"""What may a rule be, when may it be revised, and which holds on a day? (规则)"""

import json
import random
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest

from crm.application import CRM
from crm.codec import Codec
from domain.errors import BadInput, Refused
from domain.event import Recorded
from domain.rulebook import DEFAULT_RULES, RISING, RULES, Rulebook, contradiction
from domain.rules import RulesRevised, revise, revision, rules_on
from projections.reader import clocks
from projections.rebuild import rebuild
from projections.rule_rows import rules_in_force
from tests.tables import EVERYTHING
from tests.told_rules import TODAY, naive_value, on_record, random_revisions, revised

# --- the rulebook ---------------------------------------------------------------------------------


def test_every_rule_says_what_it_is_and_its_default_may_be_written_again() -> None:
    assert contradiction(DEFAULT_RULES) is None
    assert set(RULES) == {of.name for of in fields(Rulebook)}
    for names in ([r.public for r in RULES.values()], [r.label for r in RULES.values()]):
        assert len(names) == len(set(names))
    for rule in RULES.values():
        assert rule.label
        assert rule.unit
        assert rule.source
        assert getattr(DEFAULT_RULES, rule.name) == rule.default
        kind = rule.kind
        assert kind.read(kind.shown(rule.default), rule.public) == rule.default
        assert kind.taken(kind.stored(rule.default)) == rule.default
        assert kind.text(rule.default) or rule.default == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start_within_months", 0), ("start_within_months", 121), ("start_within_months", "六"),
        ("start_within_months", True), ("start_within_months", 1.5), ("start_within_months", None),
        ("big_project_wan", -1), ("big_project_wan", "5亿"), ("big_project_wan", 100000001),
        ("band_one_wan", 0), ("idle_days", 0), ("idle_days", 366),
        ("big_project_yuan", 1), ("nonsense", 1), ("count_basis", "guessed"), ("count_basis", []),
        ("rates_include_exited", "yes"), ("rates_include_exited", 2),
        ("rates_include_exited", 1.0), ("rates_include_exited", []),
        ("extra_holidays", "2027-01-01"), ("extra_holidays", ["2027-01-01"] * 500),
        ("extra_holidays", ["2027-02-30"]), ("extra_holidays", ["0001-01-01"]),
        ("extra_holidays", [20270101]), ("month_ends_on", 32),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(BadInput) as refusal:
        revision({name: value}, TODAY, "县政府办通知", occurred_on=TODAY)
    assert refusal.value.field.startswith(f"changes.{name}")
    assert any("\u4e00" <= c <= "\u9fff" for c in refusal.value.message)


def test_values_are_taken_as_written() -> None:
    event = revised(
        TODAY,
        start_within_months="9",
        big_project_wan="30000.5",
        towns_by_host=0,
        rates_include_exited=True,
        extra_holidays=["2027-02-08", "2027-02-07", "2027-02-08"],
    )
    rules = rules_on(on_record((TODAY, event)), TODAY, 1)
    assert rules.start_within_months == 9
    assert rules.big_project_yuan == 300_005_000
    assert rules.towns_by_host is False
    assert rules.rates_include_exited is True
    assert rules.extra_holidays == (date(2027, 2, 7), date(2027, 2, 8))
    told = ("start_within_months", "big_project_yuan", "towns_by_host", "rates_include_exited",
            "extra_holidays")  # fmt: skip
    assert replace(rules, **{n: getattr(DEFAULT_RULES, n) for n in told}) == DEFAULT_RULES


def test_values_of_every_kind_are_stored_and_read_again() -> None:
    event = revised(
        TODAY,
        start_within_months=9,
        big_project_wan="30000.5",
        towns_by_host=False,
        count_basis="recognised",
        extra_holidays=["2027-02-08"],
    )
    [recorded] = on_record((TODAY, event))
    topic, state = Codec().encode(recorded)
    assert json.loads(state)["event"]["changes"] == [
        {"name": "start_within_months", "value": 9},
        {"name": "big_project_yuan", "value": 300_005_000},
        {"name": "towns_by_host", "value": 0},
        {"name": "count_basis", "value": "recognised"},
        {"name": "extra_holidays", "value": ["2027-02-08"]},
    ]
    assert Codec().decode(recorded.stream_id, 1, 1, topic, state) == recorded


def test_an_empty_revision_is_refused() -> None:
    with pytest.raises(BadInput) as refusal:
        revised(TODAY)
    assert refusal.value.field == "changes"


# --- revising -------------------------------------------------------------------------------------


def refused(history: Sequence[Recorded[RulesRevised]], event: RulesRevised) -> str:
    with pytest.raises(Refused) as refusal:
        revise(history, event, TODAY)
    return refusal.value.code


def test_a_rule_never_set_may_be_dated_back_or_ahead() -> None:
    for since in (date(2020, 1, 1), TODAY, date(2025, 1, 1)):
        event = revised(since, start_within_months=9)
        assert revise([], event, TODAY) == event


def test_a_rule_in_use_is_changed_from_today_on_only() -> None:
    used = on_record((date(2024, 1, 2), revised(date(2023, 1, 1), start_within_months=9)))
    for since in (date(2022, 12, 31), TODAY, date(2025, 1, 1)):
        revise(used, revised(since, start_within_months=8), TODAY)
    for since in (date(2023, 1, 1), date(2024, 1, 1), TODAY - timedelta(days=1)):
        assert refused(used, revised(since, start_within_months=8)) == "rules_in_use"
    revise(used, revised(date(2023, 1, 1), completion_within_months=20), TODAY)  # another rule


def test_a_slip_is_mended_on_the_day_it_was_recorded() -> None:
    slip = revised(date(2023, 1, 1), start_within_months=90)
    mended = revised(date(2023, 1, 1), start_within_months=9)
    history = on_record((TODAY, slip))
    revise(history, mended, TODAY)
    rules = rules_on(on_record((TODAY, slip), (TODAY, mended)), date(2023, 1, 1), 2)
    assert rules.start_within_months == 9
    with pytest.raises(Refused):
        revise(history, mended, TODAY + timedelta(days=1))


@pytest.mark.parametrize(("lower", "upper"), RISING)
def test_yellow_stays_below_red(lower: str, upper: str) -> None:
    low, high = RULES[lower], RULES[upper]
    above = low.kind.shown(getattr(DEFAULT_RULES, upper) + 1)
    assert refused([], revised(TODAY, **{low.public: above})) == "rules_contradict"
    revise([], revised(TODAY, **{low.public: above, high.public: above}), TODAY)


def test_a_revision_must_fit_with_one_already_entered_for_later() -> None:
    later = on_record((date(2024, 1, 2), revised(date(2025, 1, 1), red_gap_points=15)))
    revise(later, revised(TODAY, yellow_gap_points=15), TODAY)
    assert refused(later, revised(TODAY, yellow_gap_points=20)) == "rules_contradict"


def test_a_revision_has_a_ground() -> None:
    with pytest.raises(BadInput) as refusal:
        revise([], replace(revised(TODAY, idle_days=20), ground=" "), TODAY)
    assert refusal.value.field == "ground"


def test_a_day_is_off_or_on() -> None:
    both: dict[str, Any] = {"extra_holidays": ["2027-01-03"], "extra_workdays": ["2027-01-03"]}
    assert refused([], revised(TODAY, **both)) == "rules_contradict"


# --- in force -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_the_rules_of_a_day_are_the_last_word_known(crm: CRM, seed: int) -> None:
    rng = random.Random(seed)
    history = on_record(*((TODAY, event) for event in random_revisions(rng, 25)))
    crm.store.append(history[:15])
    crm.projector.catch_up()
    crm.store.append(history[15:])
    if seed % 2:
        rebuild(crm.projector, ["rules"])
    with crm.reader.asking(*EVERYTHING) as connection:
        for _ in range(60):
            day, known = date(2022, 1, 1) + timedelta(days=rng.randrange(1200)), rng.randint(0, 25)
            rules = rules_in_force(connection, clocks(connection, day, crm.clock(), known))
            assert rules == rules_on(history, day, known)
            for name in ("start_within_months", "framework_conversion_months", "big_project_yuan"):
                assert getattr(rules, name) == naive_value(history, name, day, known)


def test_a_retired_rule_passes_by() -> None:
    event = revised(TODAY, start_within_months=9)
    old = replace(event, changes=(*event.changes, replace(event.changes[0], name="retired")))
    assert rules_on(on_record((TODAY, old)), TODAY, 1) == Rulebook(start_within_months=9)
