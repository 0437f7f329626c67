"""Does the plain fold say what the contract says, in whatever order things were recorded?"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import BadInput, NotFound, Refused
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.decisions import decide
from domain.lead.history import LeadHistory, in_force, state_at, voided_by
from domain.lead.standing import Lead, lead_from
from domain.lead.state import LeadState
from tests.histories import HOT_DAYS, logs, random_log
from tests.naive import Facts, naive_facts, naive_stage

Log = Sequence[Recorded[e.LeadEvent]]
AFTER_ALL = date(2025, 12, 31)


def streams(log: Log) -> dict[UUID, list[Recorded[e.LeadEvent]]]:
    found: dict[UUID, list[Recorded[e.LeadEvent]]] = {}
    for recorded in log:
        found.setdefault(recorded.stream_id, []).append(recorded)
    return found


def days_that_matter(log: Log, rng: random.Random, at_most: int = 25) -> list[date]:
    """Each business day of the log, the day before it, and the hot days; a sample of them."""
    used = {r.event.occurred_on for r in log}
    every = sorted(used | {day - timedelta(days=1) for day in used} | {*HOT_DAYS, AFTER_ALL})
    return rng.sample(every, min(at_most, len(every)))


def assert_same(state: LeadState | None, facts: Facts | None) -> None:
    if facts is None:
        assert state is None
        return
    assert state is not None
    assert state.stage is facts.stage
    assert (state.signed_on, state.started_on, state.completed_on, state.produced_on) == (
        facts.signed_on,
        facts.started_on,
        facts.completed_on,
        facts.produced_on,
    )
    assert (state.exited_on, state.suspended) == (facts.exited_on, facts.suspended)
    assert (state.kind, state.agreed_total_yuan) == (facts.kind, facts.amount)
    assert (state.host_town, state.chain) == (facts.town, facts.chain)


def test_links_of_a_random_log_land() -> None:
    """Every link named a lead that no log has; what follows a link was then never asked."""
    found = []
    for seed in range(60):
        log = random_log(random.Random(seed), leads=5, steps=400)
        leads = streams(log).keys()
        links = [r.event for r in log if isinstance(r.event, e.DuplicateLinked)]
        found += [link.of_lead_id in leads for link in links]
    assert len(found) > 60
    assert all(found)


@pytest.mark.parametrize("seed", range(60))
def test_fold_agrees_with_the_naive_reading_of_the_contract(seed: int) -> None:
    rng = random.Random(seed)
    log = random_log(rng, leads=5, steps=400)
    histories = streams(log)
    heads = [0, *rng.sample(range(1, len(log) + 1), 8), len(log)]
    for position in heads:
        for day in days_that_matter(log, rng):
            expected = naive_facts(log, day, position)
            for lead_id, history in histories.items():
                assert_same(state_at(history, day, position), expected.get(lead_id))


@settings(max_examples=150, deadline=None)
@given(logs(), st.sampled_from([*HOT_DAYS, AFTER_ALL]), st.integers(0, 150))
def test_stage_agrees_with_the_naive_one(log: Log, day: date, position: int) -> None:
    for lead_id, history in streams(log).items():
        state = state_at(history, day, position)
        expected = naive_stage(log, lead_id, day, position)
        assert (state.stage if state else None) is expected


@pytest.mark.parametrize("seed", range(30))
def test_a_lead_brought_forward_equals_one_rebuilt(seed: int) -> None:
    for lead_id, history in streams(random_log(random.Random(seed), 4, 400)).items():
        lead = Lead(lead_id)
        for count, recorded in enumerate(history, start=1):
            lead = lead.after(recorded)
            assert lead == lead_from(lead_id, history[:count])


@pytest.mark.parametrize("seed", range(30))
def test_the_standing_of_a_lead_is_its_fold_without_the_rest(seed: int) -> None:
    """What decisions look at has the same milestones and terms as the whole fold, every day."""
    rng = random.Random(seed)
    log = random_log(rng, 4, 300)
    for lead_id, history in streams(log).items():
        lead = lead_from(lead_id, history)
        for day in days_that_matter(history, rng):
            state = state_at(history, day)
            if state is not None:
                standing = lead.standing_on(day)
                assert standing.stage is state.stage
                assert standing.suspended is state.suspended
                assert standing.agreed_total_yuan == state.agreed_total_yuan
                assert standing.returns == state.returns


def test_recording_order_does_not_matter() -> None:
    """The same facts entered in another legal order (ties of one day kept) give the same days."""
    shuffled = 0
    for seed in range(40):
        rng = random.Random(seed)
        for history in streams(random_log(rng, 4, 300)).values():
            other = entered_in_another_order(history, rng)
            if other is None:
                continue
            for day in days_that_matter(history, rng, at_most=60):
                assert state_at(other, day) == state_at(history, day)
            facts = [r.event for r in sorted(in_force(history), key=lambda r: r.version)]
            shuffled += [r.event for r in other] != facts
    assert shuffled > 50, "too few histories could be entered in another order"


def entered_in_another_order(history: LeadHistory, rng: random.Random) -> LeadHistory | None:
    """The events in force, re-entered at random as `decide` allows; None when it gets stuck."""
    left = in_force(history)
    lead = Lead(history[0].stream_id)
    entered: list[Recorded[e.LeadEvent]] = []
    while left:
        # Within a day the later recorded wins, so a day's own order is part of the facts.
        first_of_day: dict[date, Recorded[e.LeadEvent]] = {}
        for recorded in left:
            first_of_day.setdefault(recorded.event.occurred_on, recorded)
        candidates = list(first_of_day.values()) if entered else left[:1]
        rng.shuffle(candidates)
        legal = [r for r in candidates if accepts(lead, r.event)]
        if not legal:
            return None
        recorded = legal[0]
        number = len(entered) + 1
        item = replace(recorded, version=number, position=number)  # an answer names its notice
        lead = lead.after(item)
        entered.append(item)
        left.remove(recorded)
    return entered


def accepts(lead: Lead, event: e.LeadEvent) -> bool:
    try:
        decide(lead, event, AFTER_ALL)
    except (Refused, BadInput, NotFound):
        return False
    return True


@pytest.mark.parametrize("seed", range(40))
def test_what_is_in_force_never_breaks_a_milestone_rule(seed: int) -> None:
    """S ≤ B ≤ E ≤ Y, an earlier start only with a ground, on every day and at every position."""
    rng = random.Random(seed)
    log = random_log(rng, 4, 400)
    for history in streams(log).values():
        for position in {r.position for r in history}:
            state = state_at(history, None, position)
            if state is None:
                continue
            countable = state.kind is not None and state.kind.countable
            assert countable == (state.signed_on is not None)
            if state.completed_on:
                assert state.started_on is not None
                assert state.started_on <= state.completed_on
                assert state.signed_on is None or state.signed_on <= state.completed_on
            if state.produced_on:
                assert state.completed_on is not None
                assert state.completed_on <= state.produced_on
            if state.started_on and not (state.signed_on and state.signed_on <= state.started_on):
                assert state.start_ground


@pytest.mark.parametrize("seed", range(20))
def test_a_void_acts_on_every_day_and_only_once_known(seed: int) -> None:
    log = random_log(random.Random(seed), 4, 400)
    for history in streams(log).values():
        for recorded in history:
            if not isinstance(recorded.event, e.EventVoided):
                continue
            before = [r for r in history if r.position < recorded.position]
            target = recorded.event.event_id
            assert target in {r.event_id for r in in_force(before)}
            known = [*before, recorded]
            without = [r for r in before if r.event_id != target]
            assert voided_by(known)[target] == recorded.event_id
            for day in {r.event.occurred_on for r in history}:
                assert state_at(known, day) == state_at(without, day)
