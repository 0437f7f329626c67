"""Three colours: every rule of F17 on both sides of its number, and lists that show them."""

import random
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from domain.lead import events as e
from domain.lead.colour import COLOURED, Judgement, colour_of
from domain.lead.history import state_at
from domain.vocabulary import Colour, Milestone
from projections.clocks import Clocks
from projections.colours import changes, coloured, colours_of
from projections.lead_states import leads_on
from projections.problem_list import open_problems
from projections.reader import clocks
from projections.stage_lists import ListFilter, StageListKey, stage_list
from tests.given import given
from tests.histories import random_log
from tests.read_tables import fill
from tests.serving import Server
from tests.tables import EVERYTHING
from tests.told import (
    COMPLETED,
    PRODUCING,
    REGISTERED,
    SIGNED,
    STARTED,
    at,
    contact,
    exited,
    on,
    resumed,
    returned,
    suspended,
)

GREEN, YELLOW, RED, GREY = Colour.GREEN, Colour.YELLOW, Colour.RED, Colour.GREY


def planned(day: date, **days: date) -> e.LeadEvent:
    return e.MilestonePlanSet(
        occurred_on=day,
        milestones=tuple(e.PlannedMilestone(Milestone[m.upper()], d) for m, d in days.items()),
        ground="调整",
    )


def monthly(day: date, *wan: int) -> e.LeadEvent:
    figures = tuple(figure * 10_000 for figure in wan)
    return e.MilestonePlanSet(occurred_on=day, fai_year=day.year, monthly_fai_yuan=figures)


def judged(*events: e.LeadEvent, day: date) -> Judgement:
    found = colour_of(at(given(*events), day), day)
    assert found is not None
    return found


def shown(*events: e.LeadEvent, day: date) -> Colour:
    return judged(*events, day=day).colour


def test_a_signed_project_waits_for_its_planned_month() -> None:
    plan = planned(on(3, 2), start=on(6, 10))
    for day, colour in (
        (on(6, 30), GREEN),  # the month itself
        (on(7, 1), YELLOW),
        (on(9, 29), YELLOW),
        (on(9, 30), RED),  # July, August, September have gone by
        (on(10, 1), RED),
    ):
        assert shown(*SIGNED, plan, day=day) is colour, day


def test_without_a_plan_it_is_grey_never_green() -> None:
    found = judged(*SIGNED, day=on(12))
    assert found.colour is GREY
    assert [reason.code for reason in found.reasons] == ["no_plan"]


def test_a_revision_counts_from_its_day_and_the_first_plan_stays_visible() -> None:
    told = (*SIGNED, planned(on(3, 2), start=on(5, 10)), planned(on(8, 15), start=on(11, 10)))
    assert shown(*told, day=on(8, 14)) is YELLOW
    found = judged(*told, day=on(8, 15))
    assert found.colour is GREEN
    assert "原计划2023-05-10" in found.reasons[0].detail


@pytest.mark.parametrize(
    ("done", "colour"),
    [(500, GREEN), (401, GREEN), (400, YELLOW), (200, YELLOW), (199, RED), (0, RED)],
)
def test_a_building_project_is_measured_by_its_investment_plan(done: int, colour: Colour) -> None:
    """Half of the year's 1 000 万 by the end of June; 10 and 30 points behind are yellow."""
    plan = monthly(on(4, 2), 0, 0, 0, 100, 300, 500, 600, 700, 800, 900, 950, 1000)
    listed = e.StatInventoryEntered(occurred_on=on(4, 20))
    told = [*STARTED, plan, listed]
    if done:
        told.append(returned(on(6, 30), "2023-06", done * 10_000))
    assert shown(*told, day=on(6, 30)) is colour
    # Before the month has ended, the month before is what must be there.
    assert "至5月" in judged(*told, day=on(6, 29)).reasons[0].detail


def test_without_an_investment_plan_by_the_building_time() -> None:
    told = (
        *STARTED,  # on 1 April
        planned(on(4, 2), completion=on(4, 1, 2024)),
        e.StatInventoryEntered(occurred_on=on(4, 20)),
        e.MonthlyProgressReported(
            occurred_on=on(9, 2), period="2023-08", text="主体", percent=Decimal("0.4")
        ),
    )
    assert shown(*told, day=on(10, 1)) is YELLOW  # 183 of 366 days gone: exactly 10 points
    assert shown(*told, day=on(9, 30)) is GREEN
    assert shown(*STARTED, e.StatInventoryEntered(occurred_on=on(4, 20)), day=on(10)) is GREY


def test_suspended_is_red_until_resumed() -> None:
    plan = (*STARTED, e.StatInventoryEntered(occurred_on=on(4, 3)), suspended(on(5)))
    assert shown(*plan, day=on(5)) is RED
    assert shown(*plan, resumed(on(6)), day=on(6)) is GREY


def test_started_and_not_in_the_statistics() -> None:
    plan = monthly(on(4, 2), *[0] * 12)
    for day, colour in ((on(4, 30), GREY), (on(5, 1), YELLOW), (on(6, 1), YELLOW), (on(6, 2), RED)):
        assert shown(*STARTED, plan, day=day) is colour, day


def test_a_completed_project_waits_for_production() -> None:
    listed = e.StatInventoryEntered(occurred_on=on(4, 20))
    told = (*COMPLETED, listed, planned(on(6, 2), production=on(7, 31)))
    assert shown(*told, day=on(7, 31)) is GREEN
    assert shown(*told, day=on(8, 1)) is YELLOW
    assert shown(*told, day=on(10, 31)) is RED


def test_a_lead_nobody_works_on() -> None:
    told = (REGISTERED, contact(on(2, 10)))
    for day, colour in (
        (on(4, 9), GREEN),
        (on(4, 10), YELLOW),
        (on(5, 9), YELLOW),
        (on(5, 10), RED),
    ):
        assert shown(*told, day=day) is colour, day
    assert judged(*told, day=on(8, 10)).reasons[0].code == "inactive"
    assert judged(*told, day=on(8, 11)).reasons[0].code == "archive_proposed"
    visit = e.ServiceVisitLogged(occurred_on=on(5, 9))  # our own visit shows no work of theirs
    assert shown(*told, visit, day=on(5, 10)) is RED


def test_producing_and_closed_leads_have_no_colour() -> None:
    for told in (PRODUCING, (*SIGNED, exited(on(4)))):
        assert colour_of(at(given(*told), on(12)), on(12)) is None


def test_an_override_shows_until_its_end_beside_what_was_judged() -> None:
    override = e.ColourOverridden(
        occurred_on=on(8), colour=GREEN, until=on(9, 30), ground="用地已获批"
    )
    told = (*SIGNED, planned(on(3, 2), start=on(5, 10)), override)
    found = judged(*told, day=on(9, 30))
    assert (found.colour, found.judged, found.overridden) == (GREEN, RED, "用地已获批")
    assert shown(*told, day=on(10, 1)) is RED
    given(*SIGNED).when(
        e.ColourOverridden(occurred_on=on(8), colour=GREEN, until=on(7), ground="x")
    ).bad_input("until")


def test_lists_and_colours_agree_for_every_day_and_knowledge(crm: CRM) -> None:
    rng = random.Random(31)
    log = random_log(rng, leads=14, steps=700)
    fill(crm, log, rng)
    seen: set[Colour | None] = set()
    for _ in range(15):
        day = rng.choice(log).event.occurred_on
        position = rng.choice((log[-1].position, rng.randint(1, len(log))))
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, crm.clock(), position)
            board = {
                one.lead_id: one.judgement.colour
                for one in coloured(leads_on(connection, when, stages=COLOURED), day)
            }
            for lead_id, colour in board.items():
                history = [r for r in log if r.stream_id == lead_id]
                state = state_at(history, day, position)
                assert state is not None
                naive = colour_of(state, day)
                assert naive is not None
                assert naive.colour is colour
            for name in ("signed-not-started", "started-not-completed", "exited"):
                whole = stage_list(connection, name, when)
                assert all(item.colour is board.get(item.lead_id) for item in whole.items)
                for colour in (GREEN, YELLOW, RED, GREY):
                    seen |= {item.colour for item in whole.items}
                    expected = [i for i in whole.items if i.colour is colour]
                    assert in_pages(connection, name, when, colour) == expected
    assert {YELLOW, RED, GREY} <= seen


def in_pages(connection: Any, name: str, when: Clocks, colour: Colour) -> list[Any]:
    found: list[Any] = []
    after: StageListKey | None = None
    while True:
        page = stage_list(connection, name, when, ListFilter(colour=colour), limit=2, after=after)
        found += page.items
        after = page.last
        if after is None:
            assert page.count == len(found)
            return found


def test_changes_between_two_days_name_what_changed_and_nothing_else(crm: CRM) -> None:
    rng = random.Random(32)
    log = random_log(rng, leads=12, steps=500)
    fill(crm, log, rng)
    first, last = date(2023, 3, 31), date(2023, 9, 30)
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, last)
        leads = list(leads_on(connection, when))
        now = coloured(leads, last)
        then = coloured(leads_on(connection, when.on(first)), first)
        found = changes(then, now, {lead.lead_id: lead.state for lead in leads})
    colours = [{one.lead_id: one.judgement.colour for one in side} for side in (then, now)]
    expected = {
        i for i in colours[0].keys() | colours[1].keys() if colours[0].get(i) != colours[1].get(i)
    }
    assert {change.lead_id for change in found} == expected
    assert expected


def test_colours_over_http(shared_server: Server) -> None:
    office = shared_server.client("manager")
    clerk = shared_server.client("recorder", "三色单位")
    lead = office.register(recruiting_unit="三色单位")
    office.record(lead, "signing", kind="contract", agreed_total_wan=10, occurred_on="2023-02-01")
    answer = office.get("/colours", unit="三色单位", as_of="2023-03-01").json()
    assert (answer["counts"]["grey"], answer["items"][0]["reasons"][0]["code"]) == (1, "no_plan")
    plan = {"milestones": [{"milestone": "start", "planned_on": "2023-03-20"}]}
    assert (
        clerk.post(f"/leads/{lead}/plan", {**plan, "occurred_on": "2023-03-02"}).status_code == 201
    )
    revised = {**plan, "ground": "推迟", "occurred_on": "2023-03-03"}
    assert clerk.post(f"/leads/{lead}/plan", revised).json()["code"] == "role_not_allowed"
    asked = {"unit": "三色单位", "as_of": "2023-07-01"}
    red = office.get("/lists/signed-not-started", colour="red", **asked).json()
    assert (red["count"], red["items"][0]["colour"]) == (1, "red")
    assert office.get("/lists/signed-not-started", colour="green", **asked).json()["count"] == 0
    changed = office.get("/colours/changes", since="2023-03-31", **asked).json()
    assert [(c["before"]["colour"], c["after"]["colour"]) for c in changed["items"]] == [
        ("green", "red")
    ]
    override = {
        "colour": "yellow",
        "until": "2023-12-31",
        "ground": "会议",
        "occurred_on": "2023-06-01",
    }
    assert clerk.post(f"/leads/{lead}/colour-override", override).status_code == 403
    office.record(lead, "colour-override", **override)
    again = office.get("/colours", **asked).json()["items"][0]
    assert (again["colour"], again["judged"], again["overridden"]) == ("yellow", "red", "会议")
    table = office.get("/responsibility", **asked).json()
    assert (table["coverage"], len(table["without_leader"])) == ("0.0000", 1)
    office.record(lead, "responsibility", leader="周强", occurred_on="2023-06-02")
    table = office.get("/responsibility", **asked).json()
    assert (table["coverage"], table["leaders"][0]["leader"]) == ("1.0000", "周强")
    assert office.get("/colours", colour="blue").status_code == 422
    assert office.get("/colours/changes", since="2024-01-01", as_of="2023-01-01").status_code == 422


def test_leads_may_be_more_than_a_query_takes_names(crm: CRM) -> None:
    """PostgreSQL takes 65 535: a file of a province's list names more."""
    log = random_log(random.Random(5), leads=6, steps=60)
    fill(crm, log, random.Random(5))
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, date(2023, 12, 31), crm.clock())
        every = [lead.lead_id for lead in leads_on(connection, when)]
        strangers = [UUID(int=n) for n in range(70_000)]
        found = colours_of(connection, when, [*strangers, *every[:3]])
        assert found == colours_of(connection, when, every[:3])
        assert open_problems(connection, when, strangers) == {}
