"""Follow-ups and service visits: by hand, against naive twins, and what is owed over HTTP."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.calendar import add_months
from domain.lead import events as e
from domain.rulebook import Rulebook
from domain.vocabulary import (
    ResponsibilityRole,
    Stage,
)
from projections.visits import follow_ups, service_visits
from tests.histories import random_log
from tests.naive import Facts, naive_facts
from tests.serving import Server
from tests.states import Log, folded, leads, naive_ratio
from tests.told import (
    COMPLETED,
    PRODUCING,
    REGISTERED,
    SIGNED,
    STARTED,
    exited,
    officer,
    on,
    reinstated,
)


def followed(day: date) -> e.LeadEvent:
    return e.FollowUpVisitLogged(occurred_on=day)


def visited(day: date) -> e.LeadEvent:
    return e.ServiceVisitLogged(occurred_on=day)


# --- follow-ups -----------------------------------------------------------------------------


def test_follow_ups_due_by_hand() -> None:
    told = (PRODUCING, (*PRODUCING, followed(on(9, 30))), COMPLETED, (*PRODUCING, exited(on(9))))
    county = leads(*told, day=on(10, 31))
    found = follow_ups(county, on(7), on(10, 31))
    assert [lead.int for lead in found.projects] == [1, 2]
    assert ([lead.int for lead in found.visited], found.rate) == ([2], "0.5000")
    assert not found.due  # produced on 1 August: due on 1 November
    assert follow_ups(county, on(10), on(10, 31)).rate == "0.0000"  # none in the window
    found = follow_ups(county, on(7), on(12, 29))
    assert [(item.lead_id.int, item.due_on, item.overdue_days) for item in found.due] == [
        (1, on(11, 1), 58)
    ]
    second = follow_ups(county, on(7), on(12, 30)).due[1]
    assert (second.due_on, second.overdue_days) == (on(12, 30), 0)
    assert follow_ups([], on(7), on(12, 30)).rate is None


def test_a_month_is_never_longer_than_its_last_day() -> None:
    told = (*PRODUCING, followed(on(11, 30)))
    [item] = follow_ups(leads(told), on(1), on(3, 1, 2024)).due
    assert item.due_on == on(2, 29, 2024)


def test_all_signed_projects_are_followed_up_where_the_rulebook_says_so() -> None:
    county = leads(SIGNED, (*SIGNED, followed(on(5))), (REGISTERED,), (*SIGNED, exited(on(5))))
    found = follow_ups(county, on(1), on(6, 30), Rulebook(follow_up_all_signed=True))
    assert ([lead.int for lead in found.projects], found.rate) == ([1, 2], "0.5000")
    assert [(item.lead_id.int, item.due_on) for item in found.due] == [(1, on(6, 1))]


@pytest.mark.parametrize("seed", range(3))
def test_follow_ups_equal_the_naive_ones(seed: int) -> None:
    rng = random.Random(70 + seed)
    log = random_log(rng, leads=25, steps=2000)
    projects = seen = 0
    for _ in range(40):
        day, position = rng.choice(log).event.occurred_on, rng.randint(len(log) // 2, len(log))
        first = day - timedelta(days=rng.choice((0, 30, 365)))
        every = bool(rng.randint(0, 1))
        rules = Rulebook(follow_up_all_signed=every)
        found = follow_ups(folded(log, day, position), first, day, rules)
        since = {
            i: f.signed_on if every else f.produced_on
            for i, f in naive_facts(log, day, position).items()
            if (f.signed_on and not f.exited_on if every else f.stage is Stage.PRODUCING)
        }
        visits = {
            i: f.days(e.FollowUpVisitLogged)
            for i, f in naive_facts(log, day, position).items()
            if i in since
        }
        in_window = [i for i, days in visits.items() if any(d >= first for d in days)]
        assert (set(found.projects), set(found.visited)) == (set(since), set(in_window))
        assert found.rate == naive_ratio(len(in_window), len(since))
        due = {i for i, d in since.items() if d and add_months(max(d, *visits[i], d), 3) <= day}
        assert {item.lead_id for item in found.due} == due
        projects += len(since)
        seen += len(in_window)
    assert projects > 50
    assert seen


# --- service visits -------------------------------------------------------------------------


def test_an_officer_s_months_count_from_fifteen_days() -> None:
    told = (*STARTED, officer(on(6, 16), "李干部"), visited(on(7, 2)), officer(on(9, 15), None))
    found = service_visits(leads(told), on(1), on(12, 31))
    # June has 15 days of it, July and August all; September 14.
    assert [(month.month, month.visited) for month in found.months] == [
        ("2023-06", False),
        ("2023-07", True),
        ("2023-08", False),
    ]
    assert found.rate == "0.3333"
    assert [month.month for month in found.missed] == ["2023-08", "2023-06"]
    later = (*STARTED, officer(on(6, 17), "李干部"))
    assert not service_visits(leads(later), on(6), on(7, 14)).months
    assert [m.month for m in service_visits(leads(later), on(6), on(7, 15)).months] == ["2023-07"]
    assert service_visits([], on(6), on(7, 15)).rate is None


def test_a_month_wants_as_many_visits_as_the_rulebook_says() -> None:
    told = (*STARTED, officer(on(6, 1), "李干部"), visited(on(6, 2)), visited(on(6, 20)))
    for asked, seen in ((1, True), (2, True), (3, False)):
        rules = Rulebook(visits_per_month=asked)
        [month] = service_visits(leads(told), on(6), on(6, 30), rules).months
        assert month.visited is seen


def test_officers_taking_over_leave_no_gap_and_the_longer_one_answers_for_the_month() -> None:
    told = (*STARTED, officer(on(6, 1), "甲"), officer(on(6, 10), "乙"), officer(on(6, 20), None))
    [month] = service_visits(leads(told), on(6), on(6, 30)).months
    assert month.officer == "乙"  # ten days to nine
    shared = (*told[:-1], officer(on(6, 19), "甲"))  # 9 + 12 days to 9
    assert service_visits(leads(shared), on(6), on(6, 30)).months[0].officer == "甲"
    # As many days each: whoever served last.
    for days, last in (((1, 10, 19), "乙"), ((1, 6, 16, 21), "甲")):
        turns = [
            officer(on(6, day), name) for day, name in zip(days, ("甲", "乙", "甲"), strict=False)
        ]
        turns[len(days) - 1 :] = [officer(on(6, days[-1]), None)]
        assert service_visits(leads((*STARTED, *turns)), on(6), on(6, 30)).months[0].officer == last


def test_an_officer_named_again_serves_on() -> None:
    told = (*STARTED, officer(on(6), "甲"), officer(on(7), "甲"), officer(on(8), "乙"))
    [lead] = leads(told)
    assert [(s.officer, s.since, s.until) for s in lead.state.officer_spells] == [
        ("甲", on(6), on(8)),
        ("乙", on(8), None),
    ]


def test_attendance_by_officer_and_by_unit() -> None:
    other = (replace(REGISTERED, recruiting_unit="经开区"), *STARTED[1:])
    county = leads(
        (*STARTED, officer(on(5), "甲"), visited(on(5, 2)), officer(on(6), "乙"), visited(on(6))),
        (*other, officer(on(5), "甲")),
    )
    found = service_visits(county, on(5), on(6, 30))
    rates = {name: part.rate for name, part in found.by_officer().items()}
    assert rates == {"甲": "0.3333", "乙": "1.0000"}
    assert {unit: part.visited for unit, part in found.by_unit().items()} == {
        "招商服务中心": 2,
        "经开区": 0,
    }


def test_nobody_visits_a_project_that_has_left() -> None:
    told = (*STARTED, officer(on(5), "甲"), exited(on(6, 14)))
    found = service_visits(leads(told), on(5), on(9, 30))
    assert [month.month for month in found.months] == ["2023-05"]  # 14 days of June
    back = service_visits(leads((*told, reinstated(on(8)))), on(8), on(8, 31))
    assert [month.month for month in back.months] == ["2023-08"]


@pytest.mark.parametrize("seed", range(3))
def test_service_visits_equal_the_naive_ones(seed: int) -> None:
    rng = random.Random(80 + seed)
    log = random_log(rng, leads=8, steps=1200)
    counted = 0
    for _ in range(30):
        day, position = rng.choice(log).event.occurred_on, rng.randint(len(log) // 3, len(log))
        first = day - timedelta(days=rng.choice((0, 30, 200)))
        found = service_visits(folded(log, day, position), first, day)
        expected = naive_attendance(log, first, day, position)
        assert {(m.lead_id, m.month): (m.officer, m.visited) for m in found.months} == expected
        seen = sum(was for _, was in expected.values())
        assert found.rate == naive_ratio(seen, len(expected))
        counted += len(expected)
    assert counted > 10


def naive_attendance(log: Log, first: date, last: date, known: int) -> dict[Any, Any]:
    """(lead, YYYY-MM) -> (officer, visited), day by day."""
    found = {}
    for lead_id, f in naive_facts(log, last, known).items():
        months: dict[str, list[date]] = {}
        day = first.replace(day=1)
        while day <= min(last, f.exited_on or last):
            months.setdefault(f"{day:%Y-%m}", []).append(day)
            day += timedelta(days=1)
        for month, days in months.items():
            on_duty = [(naive_officer(f, day), day) for day in days]
            served = [(name, day) for name, day in on_duty if name is not None]
            if len(served) < 15:
                continue
            names = [name for name, _ in served]
            longest = max(
                set(names), key=lambda n: (names.count(n), max(d for m, d in served if m == n))
            )
            seen = any(ev in days for ev in f.days(e.ServiceVisitLogged))
            found[lead_id, month] = (longest, seen)
    return found


def naive_officer(f: Facts, day: date) -> str | None:
    holder = None
    for ev in f.events:
        if isinstance(ev, e.ResponsibilityAssigned) and ev.occurred_on <= day:
            for change in ev.changes:
                if change.role is ResponsibilityRole.SERVICE_OFFICER:
                    holder = change.holder
    return holder


# --- over HTTP ------------------------------------------------------------------------------


def test_lists_of_what_is_owed_over_http(shared_server: Server) -> None:
    office = shared_server.client("manager")
    mine = [office.register(recruiting_unit="服务单位", occurred_on="2023-01-05") for _ in range(3)]
    for lead in mine:
        total = {"kind": "contract", "agreed_total_wan": 100}
        office.record(lead, "signing", **total, occurred_on="2023-02-01")
        office.record(lead, "start", occurred_on="2023-03-03")
        for item, due in (("land", "2023-03-31"), ("eia", None)):
            office.record(
                lead, "permits", item=item, state="required", due=due, occurred_on="2023-02-02"
            )
        office.record(lead, "responsibility", service_officer="李干部", occurred_on="2023-03-03")
    office.record(mine[0], "service-visits", occurred_on="2023-04-20")
    office.record(mine[1], "progress", period="2023-05", text="主体施工", occurred_on="2023-06-02")
    office.record(mine[2], "completion", occurred_on="2023-05-02")
    office.record(mine[2], "production", occurred_on="2023-05-10")
    asked = {"unit": "服务单位", "as_of": "2023-08-10"}

    still = office.get("/permits", **asked).json()
    assert (still["item_rate"], still["open"], still["overdue"], still["target"]) == (
        "0.0000",
        6,
        3,
        "1.0000",
    )
    assert still["by_unit"]["服务单位"]["open"] == still["count"] == 6
    assert (still["items"][0]["item_label"], still["items"][0]["overdue_days"]) == ("用地手续", 132)
    owed = office.get("/returns", period="2023-05", **asked).json()
    assert (owed["completeness"], owed["missing"], owed["items"][0]["mark"]) == ("0.1667", 5, "red")
    due = office.get("/follow-ups/due", detail=True, **asked).json()
    assert [(i["lead_id"], i["overdue_days"]) for i in due["items"]] == [(mine[2], 0)]
    assert due["leads"] == {"projects": [mine[2]], "visited": []}
    absent = office.get("/service-visits/due", since="2023-04-01", **asked).json()
    assert absent["by_officer"]["李干部"] == {"assigned": 12, "visited": 1, "rate": "0.0833"}
    assert (absent["since"], absent["count"]) == ("2023-04-01", 11)

    for path, more in (
        ("/permits", {}),
        ("/service-visits/due", {"since": "2023-04-01"}),
        ("/returns", {"period": "2023-05"}),
    ):
        whole = office.get(path, **asked, **more).json()["items"]
        question: dict[str, Any] = {**asked, **more}
        pages = office.pages(path, limit=2, **question)
        paged = [item for page in pages for item in page["items"]]
        assert (paged, len(pages)) == (whole, (len(whole) + 1) // 2)
        for form in ("csv", "xlsx"):
            answer = office.get(path, format=form, **asked, **more)
            assert answer.status_code == 200, answer.text
    text = office.get("/permits", format="csv", **asked).content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("编号,项目名称,投资方,当前状态,招引单位")
    assert len(text.splitlines()) == 7
    for path, wrong in (
        ("/follow-ups/due", {"since": "2024-01-01"}),
        ("/service-visits/due", {"since": "2023-02-30"}),
        ("/returns", {"period": "2023-13"}),
        ("/permits", {"year": 1}),
        ("/permits", {"cursor": "???"}),
    ):
        answer = office.get(path, **asked, **wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), path


def test_nothing_of_a_later_day_or_a_later_entry_is_seen(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register(recruiting_unit="时钟单位", occurred_on="2023-01-05")
    office.record(lead, "permits", item="land", state="required", occurred_on="2023-02-02")
    known = office.get("/permits", unit="时钟单位").json()["known_at"]
    office.record(lead, "permits", item="land", state="obtained", occurred_on="2023-02-20")
    for clocks, rate in (
        ({}, "1.0000"),
        ({"as_of": "2023-02-19"}, "0.0000"),
        ({"as_of": "2023-02-01"}, None),
        ({"known_at": known}, "0.0000"),
    ):
        found = office.get("/permits", unit="时钟单位", **clocks).json()
        assert found["item_rate"] == rate, clocks
        assert found["known_at"] == clocks.get("known_at", found["known_at"])
