"""What a unit did in a season: by hand, and against naive twins on random histories (F22)."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest

from domain.calendar import add_months
from domain.lead import events as e
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.unit.known import unit_name
from domain.vocabulary import (
    Indicator,
    RecognitionDecision,
    RecognitionScope,
    Relation,
    ReturnState,
    UnitGroup,
)
from projections.indicators import Window, YearShare, aims_of, completion, credit_of, measures
from projections.lead_states import LeadOnDay
from projections.returns import monthly_returns
from projections.scoring import Measures
from projections.signing_table import signing_table
from projections.target_plan import Plan
from projections.visits import follow_ups, service_visits
from tests.histories import random_log
from tests.naive import Facts, naive_facts
from tests.states import folded, leads, naive_ratio
from tests.told import (
    COMPLETED,
    PRODUCING,
    REGISTERED,
    SIGNED,
    STARTED,
    YI,
    exited,
    lost,
    on,
    signed,
)

QUARTER = Window(on(4), on(6, 30))


def share(lead: int, projects: int, yuan: int) -> YearShare:
    return YearShare(UUID(int=lead), "经开区", "城关镇", projects, yuan)


def measured(
    county: Sequence[LeadOnDay],
    window: Window = QUARTER,
    shares: Sequence[YearShare] = (),
    aims: tuple[int | None, int | None] = (None, None),
) -> Measures:
    return measures(county, shares, aims, window, DEFAULT_RULES)


def test_the_reserve_is_what_was_registered_in_the_season_whatever_became_of_it() -> None:
    new = replace(REGISTERED, occurred_on=on(4))
    county = leads(
        (REGISTERED,),  # in January
        (new,),
        (new, lost(on(5))),
        (replace(REGISTERED, occurred_on=on(3, 31)),),
        (replace(new, relation=Relation.EXPANSION, parent_lead_id=UUID(int=1)),),  # counted already
        day=on(6, 30),
    )
    assert measured(county)[Indicator.RESERVE].counted == [UUID(int=2), UUID(int=3)]


def test_signings_are_held_against_the_year_as_far_as_it_has_come() -> None:
    shares = (share(1, 1, 3 * YI), share(2, 0, -YI), share(3, 1, 0))
    found = measured((), shares=shares, aims=(8, 10 * YI))
    projects, yuan = found[Indicator.SIGNED_PROJECTS], found[Indicator.SIGNED_AMOUNT]
    assert [projects.actual, projects.target] == [2, 4]  # half of the year's 8
    assert [yuan.actual, yuan.target] == [2 * YI, 5 * YI]
    assert (projects.counted, yuan.counted) == (
        [UUID(int=1), UUID(int=3)],
        [UUID(int=1), UUID(int=2)],
    )
    nothing_asked = measured((), shares=shares)
    assert nothing_asked[Indicator.SIGNED_PROJECTS].target == 0


def test_starts_and_productions_due_in_the_season() -> None:
    """Signed in March: to start by what was agreed, else within the rulebook's months."""
    due = signed(on(3), start_due=on(5, 1), production_due=on(6, 30))
    county = leads(
        (REGISTERED, due),
        (REGISTERED, due, e.ConstructionStarted(occurred_on=on(6, 30))),
        (REGISTERED, due, e.ConstructionStarted(occurred_on=on(4, 2)), exited(on(6))),
        (REGISTERED, signed(on(3), start_due=on(7, 1))),
        day=on(6, 30),
    )
    start = measured(county)[Indicator.START]
    assert [start.actual, start.target] == [1, 2]
    assert (start.counted, start.of) == ([UUID(int=2)], [UUID(int=1), UUID(int=2)])
    production = measured(county)[Indicator.PRODUCTION]
    assert [production.actual, production.target] == [0, 2]


def test_completion_is_of_what_was_asked_for() -> None:
    shares = (share(1, 1, 3 * YI), share(2, 1, YI))
    found = completion(shares, (4, 8 * YI), QUARTER)
    assert (found.projects, found.amount, found.progress) == (
        Fraction(1, 2),
        Fraction(1, 2),
        Fraction(1, 2),
    )
    assert completion(shares, (0, 8 * YI), QUARTER).projects is None
    assert completion(shares, (None, None), QUARTER).both is None


def test_a_season_has_the_months_that_have_begun() -> None:
    assert QUARTER.months == ["2023-04", "2023-05", "2023-06"]
    assert Window(on(4), on(4, 1)).months == ["2023-04"]
    assert Window(on(6, 26), on(7, 25)).months == ["2023-07"]  # a month counted from the 26th
    assert QUARTER.progress == Fraction(6, 12)


def test_towns_are_credited_by_where_a_lead_settles_the_others_by_who_recruits() -> None:
    towns = credit_of(UnitGroup.TOWNS, DEFAULT_RULES)
    assert (towns("发改局", "城关镇"), towns("发改局", None)) == ("城关镇", None)
    departments = credit_of(UnitGroup.DEPARTMENTS, DEFAULT_RULES)
    assert departments("县发改局", "城关镇") == "发改局"
    by_recruiter = replace(DEFAULT_RULES, towns_by_host=False)
    assert credit_of(UnitGroup.TOWNS, by_recruiter)("城关镇", "平梁镇") == "城关镇"
    plan = Plan(by_unit={"县发改局": (3, None)}, by_town={"城关镇": (5, YI)})
    assert aims_of(UnitGroup.TOWNS, plan, DEFAULT_RULES) == {"城关镇": (5, YI)}
    assert aims_of(UnitGroup.DEPARTMENTS, plan, DEFAULT_RULES) == {"发改局": (3, None)}


# --- the naive twin ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_measures_equal_the_naive_ones(seed: int) -> None:
    rng = random.Random(seed)
    log = random_log(rng, leads=25, steps=500)
    position = log[-1].position
    for _ in range(6):
        day = date(rng.choice((2022, 2023)), rng.randint(1, 12), rng.randint(1, 28))
        window = Window(add_months(day.replace(day=1), -rng.randint(0, 5)), day)
        county = folded(log, day, position)
        facts = naive_facts(log, day, position)
        found = measured(county, window)
        reserve, start, production = naive_measures(facts, window)
        assert found[Indicator.RESERVE].actual == reserve
        assert [found[Indicator.START].actual, found[Indicator.START].target] == list(start)
        produced = found[Indicator.PRODUCTION]
        assert [produced.actual, produced.target] == list(production)
        served = service_visits(county, window.first, day, DEFAULT_RULES)
        visits = found[Indicator.SERVICE_VISITS]
        assert naive_ratio(int(visits.actual), int(visits.target or 0)) == served.rate
        followed = found[Indicator.FOLLOW_UPS]
        rate = follow_ups(county, window.first, day, DEFAULT_RULES).rate
        assert naive_ratio(int(followed.actual), int(followed.target or 0)) == rate
        returned = [monthly_returns(county, m, day, DEFAULT_RULES) for m in window.months]
        on_time = sum(one.count(ReturnState.ON_TIME) for one in returned)
        assert found[Indicator.RETURNS].actual == on_time
        assert found[Indicator.RETURNS].target == sum(one.due for one in returned)


def naive_measures(
    facts: dict[UUID, Facts], window: Window
) -> tuple[int, tuple[int, int], tuple[int, int]]:
    """Registered in the window; (started, due to); (produced, due to)."""

    def within(day: date | None) -> bool:
        return day is not None and window.first <= day <= window.day

    reserve = 0
    start, production = [0, 0], [0, 0]
    for f in facts.values():
        first = f.registration
        new = first.relation in (Relation.NEW, Relation.RELOCATION) and f.origin is None
        if within(first.occurred_on) and new:
            reserve += 1
        if f.signed_on is None or f.exited_on is not None:
            continue
        start_due, production_due = naive_terms(f)
        if within(start_due or add_months(f.signed_on, DEFAULT_RULES.start_within_months)):
            start[1] += 1
            start[0] += f.started_on is not None
        if production_due is None and f.completed_on is not None:
            production_due = add_months(f.completed_on, DEFAULT_RULES.production_within_months)
        if within(production_due):
            production[1] += 1
            production[0] += f.produced_on is not None
    return reserve, (start[0], start[1]), (production[0], production[1])


def naive_terms(f: Facts) -> tuple[date | None, date | None]:
    """The days agreed for start and production: a signing states all terms anew."""
    start = production = None
    for event in f.events:
        if isinstance(event, e.AgreementSigned):
            start = production = None
        start = getattr(event, "start_due", None) or start
        production = getattr(event, "production_due", None) or production
    return start, production


# --- T7 -----------------------------------------------------------------------------------------


def test_the_showing_table_by_hand() -> None:
    started = e.ConstructionStarted(occurred_on=on(5))
    county = leads(
        (REGISTERED, signed(on(3), total=YI - 1)),  # below the first band
        (REGISTERED, signed(on(3), total=YI), started),
        (REGISTERED, signed(on(3), total=10 * YI)),
        (REGISTERED, signed(on(3), total=5 * YI), started, exited(on(6))),
        (REGISTERED, signed(date(2022, 3, 1), total=5 * YI)),
        (replace(REGISTERED, host_town="平梁镇"), signed(on(3), total=6 * YI), started),
        COMPLETED,
        PRODUCING,
        day=on(6, 30),
    )
    towns = ("城关镇", "平梁镇", "双乳镇")
    table = signing_table(county, 2023, towns, UnitGroup.TOWNS, DEFAULT_RULES)
    shown = [
        (line.rank, line.unit, [len(band) for band in line.signed], line.start_rate)
        for line in table
    ]
    assert shown == [
        (1, "平梁镇", [1, 1, 0], "1.0000"),
        (2, "城关镇", [4, 1, 1], "0.7500"),
        (None, "双乳镇", [0, 0, 0], None),
    ]


def test_the_showing_table_of_recognised_signings() -> None:
    recognised = e.RecognitionDecided(
        occurred_on=on(4), scope=RecognitionScope.SIGNING, decision=RecognitionDecision.GRANTED
    )
    county = leads(SIGNED, (*SIGNED, recognised), day=on(6, 30))

    def listed(rules: Rulebook) -> int:
        (line,) = signing_table(county, 2023, ("城关镇",), UnitGroup.TOWNS, rules)
        return len(line.signed[0])

    assert listed(DEFAULT_RULES) == 2
    assert listed(replace(DEFAULT_RULES, count_basis="recognised")) == 1


@pytest.mark.parametrize("seed", range(6))
def test_the_showing_table_equals_the_naive_one(seed: int) -> None:
    rng = random.Random(seed)
    log = random_log(rng, leads=25, steps=400)
    position = log[-1].position
    for year in (2022, 2023):
        day = date(year, rng.randint(1, 12), 28)
        facts = naive_facts(log, day, position)
        units = sorted({f.registration.recruiting_unit for f in facts.values()})
        county = folded(log, day, position)
        bands = replace(DEFAULT_RULES, showing_one_yuan=YI // 10, showing_two_yuan=YI)
        table = signing_table(county, year, units, UnitGroup.DEPARTMENTS, bands)
        expected: dict[str, list[Facts]] = defaultdict(list)
        for f in facts.values():
            first = f.registration
            counted = first.relation in (Relation.NEW, Relation.RELOCATION)
            if f.signed_on and f.signed_on.year == year and not f.exited_on and counted:
                expected[unit_name(first.recruiting_unit)].append(f)
        for line in table:
            own = [f for f in expected[unit_name(line.unit)] if (f.amount or 0) >= YI // 10]
            assert len(line.signed[0]) == len(own)
            assert len(line.signed[1]) == sum((f.amount or 0) >= YI for f in own)
            assert len(line.started) == sum(f.started_on is not None for f in own)
            assert line.start_rate == naive_ratio(len(line.started), len(own))


def test_leads_behind_a_measure_are_named() -> None:
    county = leads(SIGNED, STARTED, day=on(12, 31))
    window = Window(on(1), on(12, 31))
    start = measured(county, window)[Indicator.START]
    assert set(start.counted) <= set(start.of)
    assert start.target == len(start.of)
