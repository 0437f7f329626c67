"""Rates, funnel, visits, returns, permits: by hand, at the edges, and against naive twins."""

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from domain.event import Recorded
from domain.lead import events as e
from domain.vocabulary import PermitItem, PermitState
from projections.funnel import funnel
from projections.lead_states import LeadOnDay, Where, leads_on
from projections.permits import permits
from projections.rates import Cohort, rates
from projections.reader import clocks
from projections.returns import ReturnState, monthly_returns
from projections.visits import follow_ups, service_visits
from tests.given import given
from tests.histories import UNITS, random_log
from tests.naive import Facts, naive_facts
from tests.serving import Server
from tests.test_views import fill
from tests.told import (
    COMPLETED,
    PRODUCING,
    REGISTERED,
    SIGNED,
    STARTED,
    YI,
    at,
    contact,
    exited,
    funds,
    officer,
    on,
    produced,
    returned,
    signed,
    started,
)

Log = Sequence[Recorded[Any]]


END = on(12, 31)


def leads(*tellings: Iterable[e.LeadEvent], day: date = END) -> list[LeadOnDay]:
    return [LeadOnDay(UUID(int=nth), at(given(*told), day)) for nth, told in enumerate(tellings, 1)]


def naive_ratio(part: int, whole: int) -> str | None:
    if whole == 0:
        return None
    return str((Decimal(part) / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP))


# --- rates ----------------------------------------------------------------------------------


def test_rates_by_hand() -> None:
    county = leads(
        SIGNED,
        (*STARTED, funds(on(5), YI // 4)),
        (*COMPLETED, funds(on(5), YI * 3)),  # past what was agreed: never capped
        PRODUCING,
        (*SIGNED, exited(on(5))),
        (REGISTERED, signed(on(1, 1))),
    )
    found = rates(county, 2023, on(12, 31))
    assert (found.signed, found.started, found.completed, found.produced) == (5, 3, 2, 1)
    assert found.exited == 1
    assert (found.start_rate, found.completion_rate) == ("0.6000", "0.4000")
    assert (found.production_rate, found.completed_of_started) == ("0.2000", "0.6667")
    assert (found.agreed_yuan, found.funds_yuan) == (5 * YI, YI * 13 // 4)
    assert (found.funds_rate, found.performance_rate) == ("0.6500", "0.4000")
    assert (found.landing_rate, found.full_effect_rate) == ("0.0000", "0.0000")
    days = found.signing_to_start  # 1 March -> 1 April, three times; two still wait
    assert (days.median, days.p90) == (31, 31)
    assert days.open_median == ((on(12, 31) - on(3)).days + (on(12, 31) - on(1)).days) / 2


def test_a_cohort_is_by_the_year_of_the_first_signing() -> None:
    county = leads(
        (REGISTERED, signed(on(12, 31, 2022))), (REGISTERED, signed(on(1, 1))), PRODUCING
    )
    assert rates(county, 2023, on(12, 31)).signed == 2
    before = rates(county, 2023, on(12, 31), Cohort.BEFORE)
    assert (before.signed, before.started, before.start_rate) == (1, 0, "0.0000")
    nobody = rates(county, 2021, on(12, 31))
    assert (nobody.start_rate, nobody.funds_rate, nobody.signing_to_start.median) == (None,) * 3


def test_the_90th_percentile_by_hand() -> None:
    county = leads(
        *(
            (REGISTERED, signed(on(1)), started(on(1) + timedelta(days=10 * n)))
            for n in range(1, 12)
        )
    )
    days = rates(county, 2023, on(12, 31)).signing_to_start  # 10, 20, …, 110
    assert (days.median, days.p90) == (60, 100)


@pytest.mark.parametrize("seed", range(3))
def test_rates_equal_the_naive_ones(crm: CRM, seed: int) -> None:
    rng = random.Random(40 + seed)
    log = random_log(rng, leads=15, steps=700)
    fill(crm, log, rng)
    signed_ones = 0
    for _ in range(60):
        day = rng.choice(log).event.occurred_on
        position = rng.choice((log[-1].position, rng.randint(1, len(log))))
        year, cohort = rng.choice((2022, 2023, 2024)), rng.choice(list(Cohort))
        unit = rng.choice((None, *UNITS))
        with crm.reader.asking() as connection:
            when = clocks(connection, day, crm.clock(), position)
            found = rates(leads_on(connection, when, Where(unit=unit)), year, day, cohort)
        facts = [
            f
            for f in naive_facts(log, day, position).values()
            if unit in (None, f.registration.recruiting_unit)
            and f.signed_on is not None
            and (f.signed_on.year == year if cohort is Cohort.YEAR else f.signed_on.year < year)
        ]
        stay = [f for f in facts if f.exited_on is None]
        signed_ones += len(stay)
        count = {
            name: sum(getattr(f, name) is not None for f in stay)
            for name in ("started_on", "completed_on", "produced_on")
        }
        assert found.signed == len(stay)
        assert found.exited == len(facts) - len(stay)
        assert found.start_rate == naive_ratio(count["started_on"], len(stay))
        assert found.completion_rate == naive_ratio(count["completed_on"], len(stay))
        assert found.production_rate == naive_ratio(count["produced_on"], len(stay))
        agreed, arrived = sum(f.amount or 0 for f in stay), sum(arrived_yuan(f) for f in stay)
        assert (found.agreed_yuan, found.funds_yuan) == (agreed, arrived)
        assert found.funds_rate == naive_ratio(arrived, agreed)
        taken = sorted(
            (f.started_on - f.signed_on).days for f in stay if f.started_on and f.signed_on
        )
        middle = taken[(len(taken) - 1) // 2 : len(taken) // 2 + 1]
        expected = sum(middle) / len(middle) if middle else None
        assert found.signing_to_start.median == expected
    assert signed_ones > 20


def arrived_yuan(f: Facts) -> int:
    return sum(ev.amount_yuan or 0 for ev in f.events if isinstance(ev, e.FundsArrived))


# --- funnel ---------------------------------------------------------------------------------


def test_a_funnel_never_widens_and_keeps_the_lost() -> None:
    county = leads(
        (REGISTERED,),
        (REGISTERED, contact(on(2))),
        (REGISTERED, e.LeadLost(occurred_on=on(2), ground="落户外县")),
        PRODUCING,  # without a recorded contact or review
    )
    steps = funnel(county, 2023)
    assert [step.count for step in steps] == [4, 2, 1, 1, 1, 1, 1]
    assert [step.conversion for step in steps[:4]] == [None, "0.5000", "0.5000", "1.0000"]
    assert steps[-1].overall == "0.2500"
    assert [step.conversion for step in funnel(county, 2020)] == [None] * 7


@pytest.mark.parametrize("seed", range(2))
def test_the_funnel_equals_the_naive_one(crm: CRM, seed: int) -> None:
    rng = random.Random(50 + seed)
    log = random_log(rng, leads=20, steps=500)
    fill(crm, log, rng)
    for day in (date(2022, 12, 31), date(2023, 7, 1), date(2024, 12, 31)):
        for year in (2022, 2023):
            with crm.reader.asking() as connection:
                found = funnel(leads_on(connection, clocks(connection, day)), year)
            facts = [
                f
                for f in naive_facts(log, day, log[-1].position).values()
                if f.registration.occurred_on.year == year
            ]
            reached = [
                [True for _ in facts],
                [f.first(e.ContactLogged) is not None for f in facts],
                [
                    f.first(e.LeadAssessed, e.DueDiligenceCompleted, e.ContractReviewed) is not None
                    for f in facts
                ],
                [f.signed_on is not None for f in facts],
                [f.started_on is not None for f in facts],
                [f.completed_on is not None for f in facts],
                [f.produced_on is not None for f in facts],
            ]
            counts = [
                sum(any(step[n] for step in reached[nth:]) for n in range(len(facts)))
                for nth in range(len(reached))
            ]
            assert [step.count for step in found] == counts


# --- visits ---------------------------------------------------------------------------------


def visited(day: date) -> e.LeadEvent:
    return e.ServiceVisitLogged(occurred_on=day)


def test_follow_ups_due_by_hand() -> None:
    visit = e.FollowUpVisitLogged(occurred_on=on(9, 30))
    county = leads(PRODUCING, (*PRODUCING, visit), COMPLETED, (*PRODUCING, exited(on(9))))
    day = on(10, 31)
    found = follow_ups(county, on(7), day)
    assert (found.producing, found.visited, found.rate) == (2, 1, "0.5000")
    assert not found.due  # produced on 1 August: due on 1 November
    found = follow_ups(county, on(7), on(12, 29))
    assert [(item.lead_id.int, item.due_on) for item in found.due] == [(1, on(11, 1))]
    assert follow_ups(county, on(7), on(12, 30)).due[1].due_on == on(12, 30)
    assert follow_ups([], on(7), day).rate is None


def test_an_officer_s_months_count_from_fifteen_days() -> None:
    told = (*STARTED, officer(on(6, 16), "李干部"), visited(on(7, 2)), officer(on(9, 15), None))
    found = service_visits(leads(told), on(1), on(12, 31))
    # June has 15 days of it, July and August all; September 14.
    months = [(month.month.month, month.visited) for month in found.months]
    assert months == [(6, False), (7, True), (8, False)]
    assert found.rate == "0.3333"
    later = (*STARTED, officer(on(6, 17), "李干部"))
    assert [m.month.month for m in service_visits(leads(later), on(6), on(7, 14)).months] == []
    assert [m.month.month for m in service_visits(leads(later), on(6), on(7, 15)).months] == [7]


def test_officers_taking_over_leave_no_gap() -> None:
    told = (*STARTED, officer(on(6, 1), "甲"), officer(on(6, 10), "乙"), officer(on(6, 20), None))
    assert len(service_visits(leads(told), on(6), on(6, 30)).months) == 1


# --- returns --------------------------------------------------------------------------------


def report(day: date, period: str, text: str = "主体施工") -> e.LeadEvent:
    return e.MonthlyProgressReported(occurred_on=day, period=period, text=text)


def test_returns_of_a_month_by_hand() -> None:
    county = leads(
        (*STARTED, report(on(6, 5), "2023-05"), returned(on(6, 6), "2023-05", YI // 10)),
        STARTED,
        SIGNED,
        (*STARTED, exited(on(4, 30))),
        (*COMPLETED, produced(on(6, 1))),
    )
    early = monthly_returns(county, "2023-05", on(6, 5))
    assert early.due_on == on(6, 5)
    assert [item.investment for item in early.items][1] is ReturnState.NOT_YET_DUE
    found = monthly_returns(county, "2023-05", on(6, 6))
    assert [item.lead_id.int for item in found.items] == [1, 2, 5]
    assert (found.items[0].progress, found.items[0].investment) == ("on_time", "late")
    assert (found.items[1].progress, found.items[1].investment) == ("missing", "missing")
    assert found.completeness == "0.1667"
    assert monthly_returns([], "2023-05", on(6, 6)).completeness is None


def test_returns_that_repeat_the_month_before() -> None:
    same_text = (*STARTED, report(on(6, 1), "2023-05"), report(on(7, 1), "2023-06"))
    same_sum = (*STARTED, returned(on(6, 1), "2023-05", 7), returned(on(7, 1), "2023-06", 7))
    new_year = (
        *STARTED,
        returned(on(12, 31), "2023-12", 7),
        returned(on(2, 1, 2024), "2024-01", 7),
    )
    for told, period, identical in (
        (same_text, "2023-06", True),
        (same_sum, "2023-06", True),
        (same_sum, "2023-05", False),
        (new_year, "2024-01", False),
    ):
        [item] = monthly_returns(leads(told, day=on(3, 1, 2024)), period, on(3, 1, 2024)).items
        assert item.identical is identical, (told[-1], period)


def test_a_corrected_report_is_not_late() -> None:
    told = (*STARTED, report(on(6, 2), "2023-05"), report(on(6, 20), "2023-05", "更正"))
    [item] = monthly_returns(leads(told), "2023-05", on(7, 1)).items
    assert item.progress is ReturnState.ON_TIME


# --- permits --------------------------------------------------------------------------------


def permit(day: date, item: PermitItem, state: PermitState, due: date | None = None) -> e.LeadEvent:
    return e.PermitStated(occurred_on=day, item=item, state=state, due=due)


def test_permits_by_hand() -> None:
    required, obtained, none = (
        PermitState.REQUIRED,
        PermitState.OBTAINED,
        PermitState.NOT_APPLICABLE,
    )
    county = leads(
        (
            *SIGNED,
            permit(on(3, 2), PermitItem.LAND, required, due=on(6, 30)),
            permit(on(3, 2), PermitItem.EIA, required),
            permit(on(5, 2), PermitItem.EIA, obtained),
        ),
        (*SIGNED, permit(on(3, 2), PermitItem.LAND, obtained), permit(on(4), PermitItem.EIA, none)),
        (*SIGNED, permit(on(3, 2), PermitItem.EIA, none)),
        (*SIGNED, permit(on(3, 2), PermitItem.LAND, required), exited(on(4))),
    )
    found = permits(county, on(7, 2))
    assert (found.item_rate, found.project_rate, found.projects, found.done) == (
        "0.6667",
        "0.5000",
        2,
        1,
    )
    assert [(o.item, o.overdue_days) for o in found.open] == [(PermitItem.LAND, 2)]
    assert found.by_item[PermitItem.EIA].rate == "1.0000"
    assert found.by_item[PermitItem.ENERGY].rate is None
    assert permits(county, on(6, 30)).open[0].overdue_days == 0
    assert permits([], on(7)).item_rate is None


# --- over HTTP ------------------------------------------------------------------------------


def test_figures_over_http(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register(recruiting_unit="比率单位", occurred_on="2023-01-05")
    office.record(lead, "signing", kind="contract", agreed_total_wan=100, occurred_on="2023-02-01")
    office.record(lead, "start", occurred_on="2023-03-03")
    office.record(
        lead, "permits", item="land", state="required", due="2023-03-31", occurred_on="2023-02-02"
    )
    asked = {"unit": "比率单位", "as_of": "2023-06-30"}
    found = office.get("/rates", year=2023, detail=True, **asked).json()
    assert (found["start_rate"], found["agreed_total_wan"], found["funds_rate"]) == (
        "1.0000",
        "100",
        "0.0000",
    )
    assert found["signing_to_start_days"] == {"median": 30, "p90": 30, "open_median": None}
    assert found["leads"]["started"] == [lead]
    steps = office.get("/funnel", year=2023, **asked).json()["steps"]
    assert [step["count"] for step in steps] == [1, 1, 1, 1, 1, 0, 0]
    owed = office.get("/returns", period="2023-05", **asked).json()
    assert (owed["completeness"], owed["items"][0]["progress"]) == ("0.0000", "missing")
    still = office.get("/permits", **asked).json()
    assert (still["item_rate"], still["items"][0]["overdue_days"]) == ("0.0000", 91)
    for path in ("/follow-ups/due", "/service-visits/due"):
        assert office.get(path, **asked).json()["rate"] is None
        assert office.get(path, since="2024-01-01", **asked).status_code == 422
    assert office.get("/rates", **asked).status_code == 422
    assert office.get("/rates", year=2023, cohort="all").status_code == 422
