"""What becomes of courted leads, and the year-end forecast.

By hand, at the edges, against naive twins, and tried on counties drawn from a known law.
"""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from crm.forecasting import Forecast, forecast
from crm.survival import ENDS, Stays, incidence, ways
from domain.lead.negotiation import LOST, SIGNED, Stay
from domain.rulebook import DEFAULT_RULES
from domain.vocabulary import NegotiationStage
from projections.courtships import CountedLead, Courtships, OpenLead, PastLead, courtships
from projections.lead_states import LeadOnDay
from tests.given import given
from tests.states import leads
from tests.told import (
    REGISTERED,
    YI,
    at,
    exited,
    lost,
    on,
    signed,
)
from tests.told import SIGNED as SIGNED_LIFE

REG, CON, *_ = NegotiationStage


# --- incidence --------------------------------------------------------------------------------


def way(incidence_at: Any, name: str) -> float:
    return float(incidence_at[ENDS.index(name)])


def test_incidence_by_hand() -> None:
    """Of four: one signs after 10 days, of three left one is lost at 20 when another is still
    there (censored), the last signs at 30: 1/4 + 1/2 sign, 1/4 is lost."""
    four = Stays.of([(10, SIGNED, 0), (20, LOST, 1), (20, None, 2), (30, SIGNED, 3)])
    found = incidence(four, len(ENDS), np.ones(4, dtype=np.int64))
    assert way(found.at(9), SIGNED) == 0
    assert way(found.at(10), SIGNED) == pytest.approx(1 / 4)
    assert way(found.at(29), SIGNED) == pytest.approx(1 / 4)
    assert way(found.at(30), SIGNED) == pytest.approx(3 / 4)
    assert way(found.at(500), LOST) == pytest.approx(1 / 4)
    ahead = found.within(10, 20)
    assert ahead is not None
    assert float(ahead[ENDS.index(SIGNED)].sum()) == pytest.approx(2 / 3)
    assert found.within(30, 5) is None  # nobody is left to tell


def test_a_stay_of_no_days_says_nothing_and_an_empty_history_knows_nothing() -> None:
    nobody = incidence(Stays.of([(0, SIGNED, 0)]), len(ENDS), np.ones(1, dtype=np.int64))
    assert float(nobody.at(100).sum()) == 0
    waiting = incidence(Stays.of([(9, None, 0)]), len(ENDS), np.ones(1, dtype=np.int64))
    assert float(waiting.at(100).sum()) == 0


@pytest.mark.parametrize("seed", range(10))
def test_incidence_equals_the_naive_one(seed: int) -> None:
    rng = random.Random(seed)
    told = [
        (rng.randint(1, 40), rng.choice((CON.value, SIGNED, LOST, None)), lead)
        for lead in range(rng.randint(1, 60))
    ]
    weights = np.array([rng.choice((0, 1, 1, 2, 3)) for _ in told], dtype=np.int64)
    found = incidence(Stays.of(told), len(ENDS), weights)
    repeated = [stay for stay in told for _ in range(weights[stay[2]])]
    for name in (CON.value, SIGNED, LOST):
        for day in (0, 1, 7, 20, 39, 40, 99):
            assert way(found.at(day), name) == pytest.approx(naive_incidence(repeated, name, day))


def naive_incidence(stays_: Sequence[tuple[int, str | None, int]], name: str, day: int) -> float:
    """Σ over days of (still there before) × (left that day by this way ÷ at risk)."""
    there, total = 1.0, 0.0
    for now in range(1, day + 1):
        at_risk = sum(days >= now for days, _, _ in stays_)
        ended = Counter(to for days, to, _ in stays_ if days == now and to)
        if at_risk:
            total += there * ended[name] / at_risk
            there *= 1 - sum(ended.values()) / at_risk
    return total


@pytest.mark.parametrize("seed", range(6))
def test_chances_equal_the_naive_ones(seed: int) -> None:
    """Through the later stages: day by day, by the law of total probability."""
    rng = random.Random(seed)
    history = {
        stage.value: [
            (rng.randint(1, 12), rng.choice((*later(stage), SIGNED, LOST, None)), lead)
            for lead in range(12)
        ]
        for stage in NegotiationStage
    }
    estimated_ways = ways(
        {stage: Stays.of(told) for stage, told in history.items()}, 20, np.ones(12, dtype=np.int64)
    )
    for stage in NegotiationStage:
        for age in (0, 3, 11):
            expected = naive_chance(history, stage.value, age, 20)
            assert estimated_ways.chance(stage.value, age) == pytest.approx(expected)


def later(stage: NegotiationStage) -> list[str]:
    every = [one.value for one in NegotiationStage]
    return every[every.index(stage.value) + 1 :]


def naive_chance(history: dict[str, Any], stage: str, age: int, left: int) -> float:
    told = history[stage]
    ends = {name for _, name, _ in told if name}
    there = 1 - sum(naive_incidence(told, name, age) for name in ends)
    if there < 1e-9:
        return 0.0
    total = 0.0
    for days in range(1, left + 1):
        for name in ends - {LOST}:
            daily = naive_incidence(told, name, age + days)
            daily -= naive_incidence(told, name, age + days - 1)
            if daily:
                onward = 1.0 if name == SIGNED else naive_chance(history, name, 0, left - days)
                total += daily / there * onward
    return total


# --- the forecast -----------------------------------------------------------------------------


MIDYEAR = date(2023, 6, 30)
NO_TARGET = (None, None)
STAGE_NAMED = {stage.value: stage for stage in NegotiationStage}


def test_a_thin_history_gives_no_forecast_but_says_why() -> None:
    few = courtships(leads(*[(REGISTERED, signed(on(3)))] * 5), MIDYEAR, {})
    found = forecast(few, (90, 110 * YI), DEFAULT_RULES)
    assert (found.projects, found.yuan, found.chances) == (None, None, [])
    assert "5 条" in (found.reason or "")
    nobody_signed = courtships(leads(*[(REGISTERED, lost(on(3)))] * 30), MIDYEAR, {})
    assert forecast(nobody_signed, NO_TARGET, DEFAULT_RULES).projects is None


def test_on_the_last_day_of_the_year_the_forecast_is_what_is() -> None:
    county = leads(*[(REGISTERED, signed(on(3)))] * 30, (REGISTERED,), day=on(12, 31))
    shares = {lead.lead_id: (1, YI) for lead in county[:30]}
    found = forecast(courtships(county, on(12, 31), shares), (30, 31 * YI), DEFAULT_RULES)
    assert found.projects is not None
    assert found.yuan is not None
    assert found.projects.expected == 30
    assert (found.projects.low_95, found.projects.high_95) == (30, 30)
    assert (found.yuan.low_95, found.yuan.high_95) == (30 * YI, 30 * YI)
    assert (found.projects.target_chance, found.yuan.target_chance) == ("1.0000", "0.0000")


def test_the_same_question_has_the_same_answer() -> None:
    facts = county_of(random.Random(1), MIDYEAR)[0]
    assert forecast(facts, (90, None), DEFAULT_RULES) == forecast(facts, (90, None), DEFAULT_RULES)


def test_who_left_is_no_longer_forecast_and_an_older_stay_counts_as_it_was() -> None:
    county = leads(
        *[(REGISTERED, signed(on(2)))] * 10,
        *[(REGISTERED, lost(on(2)))] * 10,
        (REGISTERED, lost(on(3))),
        (REGISTERED,),
        SIGNED_LIFE,
        (REGISTERED, signed(on(3)), exited(on(4))),
        day=MIDYEAR,
    )
    facts = courtships(county, MIDYEAR, {lead.lead_id: (1, YI) for lead in county[:10]})
    found = forecast(facts, NO_TARGET, DEFAULT_RULES)
    assert [(one.lead.lead_id, one.lead.age) for one in found.chances] == [(UUID(int=22), 180)]
    assert found.chances[0].chance == "0.0000"  # nobody on record waited so long and signed
    assert len(found.exits) == 10


def county_of(rng: random.Random, day: date) -> tuple[Courtships, int, int]:
    """A county of a known law, seen on `day`; the projects and the 元 its year ends with."""
    past: list[PastLead] = []
    open_: list[OpenLead] = []
    year_end, counted_now, counted, yuan_at_end = date(day.year, 12, 31), [], 0, 0
    for number in range(240):
        arrived = date(day.year - 2, 1, 1) + timedelta(days=rng.randint(0, 1094))
        estimate = rng.randint(1, 20) * YI // 4
        way_, since = [], arrived
        stage: str = REG.value
        while stage in (REG.value, CON.value):
            until = since + timedelta(days=1 + int(rng.expovariate(1 / 70)))
            going_on = (SIGNED, LOST, CON.value) if stage == REG.value else (SIGNED, LOST)
            to = rng.choice(going_on)
            way_.append((stage, since, until, to))
            stage, since = to, until
        signed_on = since if stage == SIGNED else None
        if signed_on and signed_on.year == day.year and signed_on <= year_end:
            counted += 1
            yuan_at_end += estimate
        if arrived > day:
            continue
        lead = LeadOnDay(UUID(int=number), at(given(REGISTERED), day))
        past.append(seen(way_, day, arrived, estimate, signed_on))
        if signed_on is None or signed_on > day:
            here = next((w for w in way_ if w[1] <= day < w[2]), None)
            if here is not None:
                age = (day - here[1]).days
                stage_now = STAGE_NAMED[here[0]]
                open_.append(OpenLead(lead.lead_id, lead.state, stage_now, age, estimate, True))
        elif signed_on.year == day.year:
            age = (day - signed_on).days
            counted_now.append(CountedLead(lead.lead_id, lead.state, age, 1, estimate))
    recent = sum((day - one.arrived_on).days < 365 for one in past)
    return Courtships(day, past, open_, counted_now, recent, recent), counted, yuan_at_end


def seen(
    way_: Sequence[tuple[str, date, date, str]],
    day: date,
    arrived: date,
    estimate: int,
    signed_on: date | None,
) -> PastLead:
    """A lead's way as far as it is known on `day`."""
    known = []
    for stage, since, until, to in way_:
        if since <= day:
            over = until <= day
            known.append(
                Stay(STAGE_NAMED[stage], since, until if over else day, to if over else None)
            )
    is_signed = signed_on is not None and signed_on <= day
    return PastLead(
        stays=tuple(known),
        entry=REG.value,
        arrived_on=arrived,
        project=True,
        decided=known[-1].to in (SIGNED, LOST),
        estimated_yuan=estimate,
        signed_yuan=estimate if is_signed else None,
        kept_days=(day - signed_on).days if is_signed and signed_on else None,
        exited=False,
    )


def test_forecasts_of_counties_of_a_known_law_come_true_about_as_often_as_they_say() -> None:
    """Of 24 counties drawn by the same law, at midyear: in the mean right, in the intervals as
    often as such a number of draws allows (20 of 24 within 80 % is likely, 13 all but impossible).
    """
    errors: list[float] = []
    within = Counter[int]()
    for seed in range(24):
        facts, projects, yuan = county_of(random.Random(seed), MIDYEAR)
        found: Forecast = forecast(facts, NO_TARGET, DEFAULT_RULES)
        assert found.projects is not None
        assert found.yuan is not None
        errors.append(float(found.projects.expected) - projects)
        within[80] += found.projects.covers(projects, 80)
        within[95] += found.projects.covers(projects, 95)
        within[1] += found.yuan.covers(yuan, 95)
    assert abs(sum(errors) / len(errors)) < 3  # of some 45
    assert within[80] >= 14
    assert within[95] >= 19
    assert within[1] >= 19
