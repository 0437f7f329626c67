"""How long do courted leads stay, and does what is courted cover the target? (F24)"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from domain.lead import events as e
from domain.lead.negotiation import LOST, SIGNED, negotiating_at, stays
from domain.rulebook import DEFAULT_RULES
from domain.vocabulary import NegotiationStage, Relation
from projections.lead_states import Where
from projections.pipeline import pipeline
from tests.given import given
from tests.histories import random_log
from tests.naive import Facts, naive_facts
from tests.states import folded, leads
from tests.told import (
    CONTRACT,
    FRAMEWORK,
    REGISTERED,
    YI,
    at,
    contact,
    lost,
    on,
    reopened,
    shelved,
    signed,
    upgraded,
)

REG, CON, REV, FRA = NegotiationStage


# --- stays ------------------------------------------------------------------------------------


def shown(*events: e.LeadEvent, day: date) -> list[tuple[str, int, str | None]]:
    state = at(given(*events), day)
    return [(stay.stage.value, stay.days, stay.to) for stay in stays(state, day)]


def test_stays_by_hand() -> None:
    life = (REGISTERED, contact(on(1, 11)), signed(on(2), FRAMEWORK), upgraded(on(3), CONTRACT))
    assert shown(*life, day=on(6)) == [
        (REG.value, 10, CON.value),
        (CON.value, 21, FRA.value),
        (FRA.value, 28, SIGNED),
    ]
    assert shown(REGISTERED, contact(on(1, 11)), day=on(2)) == [
        (REG.value, 10, CON.value),
        (CON.value, 21, None),
    ]
    assert shown(REGISTERED, lost(on(3)), day=on(6)) == [(REG.value, 59, LOST)]
    # Shelved: how it would have gone on is not known. Opened again it waits where it was.
    assert shown(REGISTERED, shelved(on(3)), day=on(6)) == [(REG.value, 59, None)]
    again = (REGISTERED, shelved(on(3)), reopened(on(5)))
    assert shown(*again, day=on(6)) == [(REG.value, 151, None)]
    # What came before the registration, or on the day of the signing, was no stay.
    assert shown(REGISTERED, contact(on(1)), signed(on(1)), day=on(6)) == []
    assert shown(REGISTERED, signed(on(2)), contact(on(5)), day=on(6)) == [(REG.value, 31, SIGNED)]


def test_where_a_lead_stands() -> None:
    assert negotiating_at(at(given(REGISTERED), on(6)), on(6)) is REG
    assert negotiating_at(at(given(REGISTERED, signed(on(2), FRAMEWORK)), on(6)), on(6)) is FRA
    for gone in (signed(on(2)), lost(on(2)), shelved(on(2))):
        assert negotiating_at(at(given(REGISTERED, gone), on(6)), on(6)) is None


@pytest.mark.parametrize("seed", range(8))
def test_stays_cover_the_courting_without_a_gap(seed: int) -> None:
    rng = random.Random(seed)
    log = random_log(rng, leads=20, steps=300)
    for _ in range(6):
        day = date(rng.choice((2022, 2023)), rng.randint(1, 12), rng.randint(1, 28))
        facts = naive_facts(log, day, log[-1].position)
        for lead in folded(log, day, log[-1].position):
            found, f = stays(lead.state, day), facts[lead.lead_id]
            for stay, following in pairwise(found):
                assert (stay.until, stay.to) == (following.since, following.stage.value)
            assert all(stay.days >= 0 for stay in found)
            assert (found[-1].to == SIGNED if found else False) == naive_courted(f, day)
            if negotiating_at(lead.state, day) is not None:
                assert (found[-1].to, found[-1].until) == (None, day)


def naive_courted(f: Facts, day: date) -> bool:
    """Registered before the first countable text: there was something to come from."""
    registered = f.registration.occurred_on
    return f.signed_on is not None and registered <= day and registered < f.signed_on


# --- F24 --------------------------------------------------------------------------------------


def estimated(yuan: int | None, **fields: Any) -> e.LeadRegistered:
    return replace(REGISTERED, estimated_yuan=yuan, **fields)


def test_cover_by_hand() -> None:
    county = leads(
        (REGISTERED, signed(on(3))),
        (REGISTERED, contact(on(2)), signed(on(4))),
        (REGISTERED, lost(on(2))),
        (REGISTERED, contact(on(2)), lost(on(3))),
        (estimated(6 * YI),),
        (estimated(4 * YI), contact(on(2))),
        (estimated(None), contact(on(2))),
        day=on(6),
    )
    found = pipeline(county, on(6), 10 * YI, 2 * YI, replace(DEFAULT_RULES, pipeline_least_leads=3))
    odds = {stage.odds.stage: (stage.odds.signed, stage.odds.decided) for stage in found.stages}
    # Who signed has passed 登记, 接洽 and 评审, whether or not each was written down; not 框架.
    assert odds == {REG: (2, 4), CON: (2, 3), REV: (2, 2), FRA: (0, 0)}
    assert found.weighted_yuan == 6 * YI * Fraction(2, 4) + 4 * YI * Fraction(2, 3)
    assert found.cover == "0.7083"  # (3 + 2.6667) ÷ 8
    assert [len(stage.unestimated) for stage in found.stages] == [0, 1, 0, 0]


def test_cover_is_blank_where_it_cannot_be_known() -> None:
    county = leads((REGISTERED, signed(on(3))), (estimated(YI),), day=on(6))
    rules = replace(DEFAULT_RULES, pipeline_least_leads=1)
    assert pipeline(county, on(6), 10 * YI, YI, rules).cover == "0.1111"
    thin = pipeline(county, on(6), 10 * YI, YI, DEFAULT_RULES)
    assert (thin.cover, thin.weighted_yuan) == (None, None)
    assert "历史项目不足" in (thin.reason or "")
    untold = pipeline(county, on(6), None, YI, rules)
    assert (untold.cover, untold.reason) == (None, "尚未下达该年度协议资金目标")
    done = pipeline(county, on(6), YI, YI, rules)
    assert (done.cover, done.reason) == (None, "该年度协议资金目标已完成")
    assert (
        pipeline([], on(6), 10 * YI, 0, rules).cover == "0.0000"
    )  # nothing under way covers nothing


def test_odds_are_the_centre_s_and_the_open_leads_those_asked_for() -> None:
    county = leads(
        (REGISTERED, signed(on(3))),
        (estimated(YI, host_town="平梁镇"),),
        (estimated(3 * YI),),
        day=on(6),
    )
    rules = replace(DEFAULT_RULES, pipeline_least_leads=1)
    found = pipeline(county, on(6), 2 * YI, 0, rules, Where(town="平梁镇"))
    assert (found.yuan, found.cover) == (YI, "0.5000")


@pytest.mark.parametrize("seed", range(8))
def test_cover_equals_the_naive_one(seed: int) -> None:
    rng = random.Random(seed)
    log = random_log(rng, leads=25, steps=350)
    rules = replace(DEFAULT_RULES, pipeline_least_leads=1)
    for _ in range(5):
        day = date(rng.choice((2022, 2023)), rng.randint(1, 12), rng.randint(1, 28))
        facts = list(naive_facts(log, day, log[-1].position).values())
        found = pipeline(folded(log, day, log[-1].position), day, 100 * YI, YI, rules)
        weighted, blank = naive_weighted(facts, day)
        assert found.weighted_yuan == (None if blank else weighted)


def naive_weighted(facts: Sequence[Facts], day: date) -> tuple[Fraction, bool]:
    """Σ estimate × share of the decided that signed, stage by stage; whether a share is unknown."""
    mine = [
        f
        for f in facts
        if f.registration.relation is not Relation.PHASE_IN_SCOPE
        and (f.registration.occurred_on <= day or f.signed_on)
    ]
    total, blank = Fraction(0), False
    for stage in NegotiationStage:
        open_here = [f for f in mine if naive_stage(f, day) is stage]
        decided = [f for f in mine if naive_decided(f) and naive_reached(f, stage, day)]
        if not open_here:
            continue
        if not decided:
            blank = True
            continue
        share = Fraction(sum(f.signed_on is not None for f in decided), len(decided))
        total += share * sum(
            (f.amount if f.amount is not None else f.registration.estimated_yuan) or 0
            for f in open_here
        )
    return total, blank


def naive_decided(f: Facts) -> bool:
    over = False
    for event in f.events:
        if isinstance(event, e.LeadShelved | e.LeadLost):
            over = True
        elif isinstance(event, e.LeadReopened | e.AgreementSigned | e.AgreementUpgraded):
            over = False
    return over or f.signed_on is not None or f.exited_on is not None


def naive_rank(f: Facts) -> int:
    """The furthest stage come to: 0 登记, 1 接洽, 2 评审, 3 框架."""
    kinds: tuple[tuple[type, ...], ...] = (
        (e.AgreementSigned, e.AgreementUpgraded),
        (e.LeadAssessed, e.DueDiligenceCompleted, e.ContractReviewed),
        (e.ContactLogged,),
    )
    return next((3 - nth for nth, kind in enumerate(kinds) if f.first(*kind)), 0)


def naive_stage(f: Facts, day: date) -> NegotiationStage | None:
    if naive_decided(f) or f.registration.occurred_on > day:
        return None
    return list(NegotiationStage)[naive_rank(f)]


def naive_reached(f: Facts, stage: NegotiationStage, day: date) -> bool:
    registered = f.registration.occurred_on
    if stage is FRA:
        text = f.first(e.AgreementSigned, e.AgreementUpgraded)
        known = text is not None and registered <= day
        return known and max(text or day, registered) < (f.signed_on or date.max)
    if f.signed_on is not None:
        return True
    return registered <= day and naive_rank(f) >= list(NegotiationStage).index(stage)
