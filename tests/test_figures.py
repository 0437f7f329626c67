"""Rates, durations and the funnel: by hand, at the edges, and against naive twins."""

import random
from dataclasses import replace
from datetime import date, timedelta
from statistics import median
from typing import Any

import pytest

from domain.lead import events as e
from domain.rulebook import Rulebook
from domain.vocabulary import NOT_STATED
from projections.funnel import STEPS, funnel
from projections.lead_states import Where
from projections.rates import Cohort, rates
from tests.histories import UNITS, random_log
from tests.naive import Facts, naive_facts
from tests.naive_money import naive_money
from tests.serving import Server
from tests.states import folded, leads, naive_ratio
from tests.told import (
    AGREEMENT,
    COMPLETED,
    FRAMEWORK,
    PRODUCING,
    REGISTERED,
    SIGNED,
    STARTED,
    YI,
    amended,
    contact,
    exited,
    funds,
    lost,
    on,
    reinstated,
    returned,
    signed,
    started,
    upgraded,
)

END = on(12, 31)


def company(day: date) -> e.LeadEvent:
    return e.CompanyRegistered(occurred_on=day, company_name="项目公司", uscc="91610000MA6TG0000X")


def annual_plan(day: date, year: int, total: int) -> e.LeadEvent:
    figures = tuple(total * month // 12 for month in range(1, 13))
    return e.MilestonePlanSet(occurred_on=day, fai_year=year, monthly_fai_yuan=figures)


# --- rates ----------------------------------------------------------------------------------


def test_rates_by_hand() -> None:
    county = leads(
        SIGNED,
        (*STARTED, funds(on(5), YI // 4)),
        (*COMPLETED, funds(on(5), YI * 3)),  # past what was agreed: never capped, but named
        PRODUCING,
        (*SIGNED, exited(on(5))),
        (REGISTERED, signed(on(1, 1))),
        (REGISTERED, signed(on(2), FRAMEWORK)),  # no countable text: of no cohort
    )
    found = rates(county, 2023, END)
    assert (found.signed, found.started, found.completed, found.produced) == (5, 3, 2, 1)
    assert found.exited == 1
    assert (found.start_rate, found.completion_rate) == ("0.6000", "0.4000")
    assert (found.production_rate, found.completed_of_started) == ("0.2000", "0.6667")
    assert (found.agreed_yuan, found.funds_yuan) == (5 * YI, YI * 13 // 4)
    assert (found.funds_rate, found.performance_rate) == ("0.6500", "0.4000")
    assert (found.landing_rate, found.full_effect_rate) == ("0.0000", "0.0000")
    assert found.investment_completion is None  # nobody has planned for the year
    assert [lead.int for lead in found.leads["started"]] == [2, 3, 4]
    assert [lead.int for lead in found.leads["overfunded"]] == [3]
    assert [lead.int for lead in found.leads["exited"]] == [5]
    with_exited = rates(county, 2023, END, include_exited=True)
    assert with_exited == rates(county, 2023, END, rules=Rulebook(rates_include_exited=True))
    assert (with_exited.signed, with_exited.exited, with_exited.start_rate) == (6, 1, "0.5000")


def test_a_cohort_is_by_the_year_of_the_first_signing() -> None:
    county = leads(
        (REGISTERED, signed(on(12, 31, 2022))),
        (REGISTERED, signed(on(1, 1))),
        (REGISTERED, signed(on(11, 1, 2022), FRAMEWORK), upgraded(on(1, 2), AGREEMENT)),
    )
    assert rates(county, 2023, END).signed == 2
    before = rates(county, 2023, END, Cohort.BEFORE)
    assert (before.signed, before.started, before.start_rate) == (1, 0, "0.0000")
    nobody = rates(county, 2021, END)
    assert (nobody.start_rate, nobody.funds_rate, nobody.signing_to_start.median) == (None,) * 3
    assert nobody.of_previous.performance_rate is None


def test_an_amendment_moves_the_funds_rate_and_an_exit_taken_back_returns() -> None:
    told = (*SIGNED, funds(on(4)), amended(on(1, 5, 2024), agreed_total_yuan=2 * YI))
    assert rates(leads(told, day=END), 2023, END).funds_rate == "1.0000"
    assert rates(leads(told), 2023, on(12, 31, 2024)).funds_rate == "0.5000"
    back = (*SIGNED, exited(on(5)), reinstated(on(7)))
    gone, here = (rates(leads(back, day=day), 2023, day) for day in (on(6), on(7)))
    assert (gone.signed, gone.exited, here.signed, here.exited) == (0, 1, 1, 0)


def test_foreign_funds_stand_apart() -> None:
    found = rates(leads((*SIGNED, funds(on(4), None, usd=70))), 2023, END)
    assert (found.funds_yuan, found.funds_usd, found.funds_rate) == (0, 70, "0.0000")
    assert found.performance_rate == "1.0000"  # first funds, whatever the currency


def test_what_performed_and_landed_mean_is_in_the_rulebook() -> None:
    county = leads((*SIGNED, company(on(4))), (*SIGNED, funds(on(4))), STARTED, SIGNED)
    found = rates(county, 2023, END)
    assert (found.performance_rate, found.landing_rate) == ("0.5000", "0.2500")
    strict = Rulebook(performed_by_funds=False, landed_by_start=True)
    found = rates(county, 2023, END, rules=strict)
    assert [lead.int for lead in found.leads["performed"]] == [1]
    assert [lead.int for lead in found.leads["landed"]] == [3]


def test_each_step_of_the_one_before() -> None:
    """河南: 签约项目履约率 → 履约项目开工率 → 开工项目投产率 → 投产项目达效率."""
    effective = e.FullEffectReached(occurred_on=on(12))
    county = leads(
        (*PRODUCING, funds(on(5)), effective),
        (*STARTED, company(on(3, 2))),
        (*SIGNED, company(on(3, 2))),
        PRODUCING,  # started without being performed: of no later step
        SIGNED,
    )
    chain = rates(county, 2023, END).of_previous
    assert chain.performance_rate == "0.6000"
    assert (chain.start_rate, chain.production_rate) == ("0.6667", "0.5000")
    assert chain.full_effect_rate == "1.0000"


def test_investment_completion_is_of_the_leads_that_have_a_plan() -> None:
    county = leads(
        (*STARTED, annual_plan(on(4), 2023, 1200), returned(on(5), "2023-04", 300)),
        (*STARTED, returned(on(5), "2023-04", 999)),  # without a plan: in neither part
        (*STARTED, annual_plan(on(4), 2023, 800)),  # without a return: 0 so far
        (*STARTED, annual_plan(on(4), 2024, 5000), returned(on(5), "2023-04", 7)),
        (*STARTED, annual_plan(on(4), 2023, 0), returned(on(5), "2023-04", 7)),
    )
    found = rates(county, 2023, END)
    assert (found.fai_yuan, found.planned_fai_yuan) == (300, 2000)
    assert found.investment_completion == "0.1500"


def test_the_90th_percentile_by_hand() -> None:
    def waited(*days: int) -> list[Any]:
        return leads(
            *((REGISTERED, signed(on(1)), started(on(1) + timedelta(days=n))) for n in days)
        )

    eleven = rates(waited(*range(10, 120, 10)), 2023, END).signing_to_start  # 10, 20, …, 110
    assert (eleven.median, eleven.p90) == (60, 100)
    four = rates(waited(0, 10, 20, 50), 2023, END).signing_to_start
    # Inclusive: the place is 0.9 × (4 − 1) = 2.7, so 20 + 0.7 × (50 − 20).
    assert (four.median, four.p90) == (15, 41)
    one = rates(waited(7), 2023, END).signing_to_start
    assert (one.median, one.p90, one.open_median, one.taken) == (7, 7, None, 1)


def test_who_has_not_started_is_shown_beside() -> None:
    early = started(on(2), ground="先建后签，补签协议")
    county = leads(SIGNED, (REGISTERED, early, signed(on(3))), PRODUCING, COMPLETED)
    found = rates(county, 2023, on(3, 31, 2024))
    days = found.signing_to_start
    assert (days.median, days.open_median, days.waiting) == (31, 396, 1)  # of −28, 31, 31
    assert found.start_to_completion.open_median == (on(3, 31, 2024) - on(2)).days
    assert found.completion_to_production.median == 61  # 1 June to 1 August
    assert found.completion_to_production.open_median == (on(3, 31, 2024) - on(6)).days


@pytest.mark.parametrize("seed", range(4))
def test_rates_equal_the_naive_ones(seed: int) -> None:
    rng = random.Random(40 + seed)
    log = random_log(rng, leads=15, steps=700)
    signed_ones = 0
    for _ in range(40):
        day = rng.choice(log).event.occurred_on
        position = rng.choice((log[-1].position, rng.randint(1, len(log))))
        year, cohort = rng.choice((2022, 2023, 2024)), rng.choice(list(Cohort))
        where, exits = Where(unit=rng.choice((None, *UNITS))), rng.random() < 0.3
        county = [lead for lead in folded(log, day, position) if where.takes(lead.state)]
        found = rates(county, year, day, cohort, include_exited=exits)
        known = naive_facts(log, day, position)
        facts = [
            f
            for f in known.values()
            if where.unit in (None, f.registration.recruiting_unit)
            and f.passed_on is None
            and f.signed_on is not None
            and (f.signed_on.year == year if cohort is Cohort.YEAR else f.signed_on.year < year)
        ]
        money = {id(f): naive_money(known, lead_id) for lead_id, f in known.items()}
        stay = [f for f in facts if exits or f.exited_on is None]
        signed_ones += len(stay)
        assert found.signed == len(stay)
        assert found.exited == sum(f.exited_on is not None for f in facts)
        reached = {
            name: sum(getattr(f, name) is not None for f in stay)
            for name in ("started_on", "completed_on", "produced_on")
        }
        assert found.start_rate == naive_ratio(reached["started_on"], len(stay))
        assert found.completion_rate == naive_ratio(reached["completed_on"], len(stay))
        assert found.production_rate == naive_ratio(reached["produced_on"], len(stay))
        agreed, arrived = sum(f.amount or 0 for f in stay), sum(money[id(f)].total for f in stay)
        assert (found.agreed_yuan, found.funds_yuan) == (agreed, arrived)
        assert found.funds_rate == naive_ratio(arrived, agreed)
        done = [f for f in stay if money[id(f)].company or money[id(f)].arrived]
        assert found.performance_rate == naive_ratio(len(done), len(stay))
        begun = [f for f in done if f.started_on]
        assert found.of_previous.start_rate == naive_ratio(len(begun), len(done))
        effective = [f for f in stay if f.produced_on and f.first(e.FullEffectReached)]
        assert found.full_effect_rate == naive_ratio(len(effective), reached["produced_on"])
        invested = [(money[id(f)].latest(year), naive_plan(f, year)) for f in stay]
        assert (found.fai_yuan, found.planned_fai_yuan) == (
            sum(i for i, p in invested if p),
            sum(p for _, p in invested),
        )
        taken = sorted(
            (f.started_on - f.signed_on).days for f in stay if f.started_on and f.signed_on
        )
        assert found.signing_to_start.median == (median(taken) if taken else None)
        assert found.signing_to_start.p90 == (naive_p90(taken) if taken else None)
    assert signed_ones > 10


def naive_plan(f: Facts, year: int) -> int:
    """The annual plan in 元."""
    plan = 0
    for ev in f.events:
        if isinstance(ev, e.MilestonePlanSet) and ev.fai_year == year and ev.monthly_fai_yuan:
            plan = ev.monthly_fai_yuan[11]
    return plan


def naive_p90(days: list[int]) -> float:
    place = 9 * (len(days) - 1)  # in tenths
    low, tenths = divmod(place, 10)
    above = days[min(low + 1, len(days) - 1)]
    return (days[low] * (10 - tenths) + above * tenths) / 10


# --- funnel ---------------------------------------------------------------------------------


def test_a_funnel_never_widens_and_keeps_the_lost() -> None:
    by_fair = replace(REGISTERED, channel="展会推介")
    county = leads(
        (by_fair,),
        (by_fair, contact(on(2))),
        (REGISTERED, lost(on(2))),
        (REGISTERED, *PRODUCING[1:], exited(on(9))),  # without a recorded contact or review
    )
    found = funnel(county, 2023, END)
    assert [step.count for step in found.steps] == [4, 2, 1, 1, 1, 1, 1]
    assert [step.recorded for step in found.steps] == [4, 1, 0, 1, 1, 1, 1]
    assert [step.conversion for step in found.steps[:4]] == [None, "0.5000", "0.5000", "1.0000"]
    assert found.steps[-1].overall == "0.2500"
    assert (found.lost, found.exited) == (1, 1)
    assert [step.count for step in found.by_channel["展会推介"]] == [2, 1, 0, 0, 0, 0, 0]
    assert [lead.int for lead in found.by_channel[NOT_STATED][3].leads] == [4]
    nobody = funnel(county, 2020, END)
    assert [step.conversion for step in nobody.steps] == [None] * len(STEPS)
    assert not nobody.by_unit


def test_a_lead_is_in_the_funnel_from_its_registration_on() -> None:
    late = replace(REGISTERED, occurred_on=on(3))
    told = (late, contact(on(2)))  # met before it was registered
    assert funnel(leads(told, day=on(2, 15)), 2023, on(2, 15)).steps[0].count == 0
    assert funnel(leads(told, day=on(3)), 2023, on(3)).steps[1].count == 1


@pytest.mark.parametrize("seed", range(3))
def test_the_funnel_equals_the_naive_one(seed: int) -> None:
    log = random_log(random.Random(50 + seed), leads=25, steps=600)
    for day in (date(2022, 12, 31), date(2023, 7, 1), date(2024, 12, 31)):
        for year, position in ((2022, len(log)), (2023, len(log)), (2023, len(log) // 2)):
            found = funnel(folded(log, day, position), year, day)
            facts = [
                f
                for f in naive_facts(log, day, position).values()
                if date(year, 1, 1) <= f.registration.occurred_on <= min(day, date(year, 12, 31))
                and f.origin is None
            ]
            for unit in (None, *UNITS):
                part = [f for f in facts if unit in (None, f.registration.recruiting_unit)]
                steps = found.by_unit.get(unit, []) if unit else found.steps
                counts = [step.count for step in steps] or [0] * 7
                assert counts == [sum(naive_depth(f) > n for f in part) for n in range(7)]


def naive_depth(f: Facts) -> int:
    """How many steps of the funnel a registered lead has come."""
    reviews = (e.LeadAssessed, e.DueDiligenceCompleted, e.ContractReviewed)
    days = (f.first(e.ContactLogged), f.first(*reviews), f.signed_on)
    reached = (*days, f.started_on, f.completed_on, f.produced_on)
    return max((nth for nth, day in enumerate(reached, 2) if day), default=1)


# --- over HTTP ------------------------------------------------------------------------------


def test_figures_over_http(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register(recruiting_unit="比率单位", channel="展会", occurred_on="2023-01-05")
    office.record(lead, "signing", kind="contract", agreed_total_wan=100, occurred_on="2023-02-01")
    office.record(lead, "start", occurred_on="2023-03-03")
    asked = {"year": 2023, "unit": "比率单位", "as_of": "2023-06-30"}
    found = office.get("/rates", detail=True, **asked).json()
    assert (found["start_rate"], found["agreed_total_wan"], found["funds_rate"]) == (
        "1.0000",
        "100",
        "0.0000",
    )
    assert found["signing_to_start_days"] == {
        "median": 30,
        "p90": 30,
        "open_median": None,
        "taken": 1,
        "waiting": 0,
    }
    assert found["leads"]["started"] == [lead]
    assert (found["as_of"], found["cohort"]) == ("2023-06-30", "year")
    assert "leads" not in office.get("/rates", **asked).json()
    assert office.get("/rates", cohort="before", **asked).json()["signed"] == 0
    steps = office.get("/funnel", **asked).json()
    assert [step["count"] for step in steps["steps"]] == [1, 1, 1, 1, 1, 0, 0]
    assert steps["by_channel"]["展会"] == steps["steps"]
    grown = office.get("/growth", detail=True, **asked).json()
    assert grown["figures"]["starts"]["current"] == 1
    assert grown["figures"]["start_agreed_wan"]["current"] == "100"
    assert grown["figures"]["starts"]["growth"] is None  # nothing a year before
    assert grown["leads"]["current"]["starts"] == [lead]
    assert (grown["until"], grown["last_year_until"]) == ("2023-06-30", "2022-06-30")


def test_figures_as_files_and_wrong_input(shared_server: Server) -> None:
    office = shared_server.client("viewer")
    for path, line in (
        ("/rates", "指标,数值,截至,录入时刻"),
        ("/funnel", "范围,环节,到达数,有记录数,比上一环节,比线索数,截至,录入时刻"),
        ("/growth", "指标,本年,上年同期（当时口径）,上年同期（现口径）"),
    ):
        text = office.get(path, year=2023, format="csv").content.decode("utf-8-sig")
        assert text.startswith(line)
        assert len(office.sheet(path, year=2023)) == len(text.splitlines())
        for wrong in ({}, {"year": 1999}, {"year": 2023, "colour": "red"}):
            answer = office.get(path, **wrong)
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert office.get("/rates", year=2023, cohort="all").status_code == 422
