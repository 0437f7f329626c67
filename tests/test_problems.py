"""Problems: what may be recorded of one, what a list shows, F18 by hand and by a naive twin."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from crm.people import SYSTEM
from crm.wiring import Tables
from domain.errors import BadInput, Refused
from domain.event import Recorded
from domain.lead.events import Investor, LeadRegistered
from domain.problem import events as p
from domain.problem.decisions import decide
from domain.problem.state import Problem, problem_at
from domain.vocabulary import EscalationLevel, ProblemClass, ProblemState
from projections.problem_list import ProblemFilter, ProblemKey, problem_list, problem_summary
from projections.reader import clocks
from projections.rebuild import rebuild
from tests.databases import sqlite_settings
from tests.problem_histories import (
    History,
    acted,
    assigned,
    claimed,
    closed,
    random_problems,
    recorded,
    reopened,
)
from tests.read_tables import tables_of
from tests.serving import Server, serving
from tests.told import on

LEAD = UUID(int=7)
RAISED = p.ProblemRaised(
    occurred_on=on(3),
    code="WT2023-0001",
    lead_id=LEAD,
    category=ProblemClass.LAND,
    text="用地指标未落实",
    due=on(4, 30),
)


def told(*events: p.ProblemEvent) -> History:
    history: History = []
    for event in events:
        decide(history, event)
        history.append(recorded(UUID(int=1), len(history) + 1, len(history) + 1, event))
    return history


def refused(history: History, event: p.ProblemEvent) -> str:
    with pytest.raises((Refused, BadInput)) as error:
        decide(history, event)
    if isinstance(error.value, BadInput):
        return error.value.field
    assert isinstance(error.value, Refused)
    return error.value.code


def standing(history: History, day: date | None = None) -> Problem:
    problem = problem_at(history, day)
    assert problem is not None
    return problem


def test_a_problem_s_life() -> None:
    history = told(
        RAISED,
        assigned(on(3, 2), unit="自然资源局", due=on(5, 31)),
        assigned(on(3, 5), leader="周强"),
        acted(on(3, 20)),
        claimed(on(5, 20)),
        closed(on(5, 25)),
        reopened(on(6, 1)),
        p.ProblemEscalated(occurred_on=on(6, 2), level=EscalationLevel.LISTED),
    )
    now = standing(history)
    assert (now.state, now.unit, now.leader, now.due) == (
        ProblemState.OPEN,
        "自然资源局",
        "周强",
        on(5, 31),
    )
    assert (now.reopened, now.closed_on, now.level) == (1, None, EscalationLevel.LISTED)
    assert standing(history, on(5, 20)).state is ProblemState.CLAIMED
    assert standing(history, on(5, 31)).closed_on == on(5, 25)
    assert problem_at(history, on(2, 28)) is None


def test_what_may_not_be_recorded() -> None:
    open_one = told(RAISED)
    assert refused(open_one, acted(on(2, 28))) == "problem_order"
    assert refused(open_one, assigned(on(4))) == "unit"
    assert refused(open_one, assigned(on(4), due=on(2))) == "due"
    assert refused(open_one, closed(on(4))) == "text"  # not claimed, and no reason given
    assert refused(open_one, reopened(on(4))) == "problem_state"
    waiting = told(RAISED, claimed(on(4)))
    assert refused(waiting, claimed(on(5))) == "problem_state"
    done = told(RAISED, closed(on(4), "已解决"))
    for event in (acted(on(5)), claimed(on(5)), closed(on(5), "x"), assigned(on(5), unit="甲")):
        assert refused(done, event) == "problem_state"
    told(RAISED, closed(on(4), "已解决"), acted(on(3, 20)))  # what happened before may be added
    assert refused([], p.ProblemRaised(**{**fields(RAISED), "due": on(2)})) == "due"
    assert refused(open_one, RAISED) == "already_raised"


def test_a_closing_entered_late_stands_though_a_claim_or_another_closing_follows_it() -> None:
    claimed_first = told(RAISED, claimed(on(4, 20)), closed(on(4, 10), "现场已解决"))
    assert standing(claimed_first, on(4, 9)).state is ProblemState.OPEN
    assert standing(claimed_first).state is ProblemState.CLOSED
    assert standing(claimed_first).closed_on == on(4, 10)
    closed_twice = told(RAISED, closed(on(5, 20), "已解决"), closed(on(4, 10), "早已解决"))
    assert standing(closed_twice).closed_on == on(4, 10)
    again = told(RAISED, closed(on(4, 10), "已解决"), reopened(on(4, 12)), claimed(on(4, 20)))
    assert standing(again).state is ProblemState.CLAIMED


def fields(event: p.ProblemRaised) -> dict[str, Any]:
    return {name: getattr(event, name) for name in type(event).__dataclass_fields__}


# --- lists and F18, on random histories ---------------------------------------------------------


def naive_f18(log: Sequence[Recorded[Any]], day: date, known: int) -> tuple[Any, ...]:
    """(raised, open, closed, rate, in-time rate), read off each problem's diary day by day."""
    by_problem: dict[UUID, list[Recorded[Any]]] = {}
    for item in log:
        if item.position <= known:
            by_problem.setdefault(item.stream_id, []).append(item)
    raised = still = done = due_by = in_time = 0
    for items in by_problem.values():
        opening = items[0].event
        if opening.occurred_on > day:
            continue
        raised += 1
        due, closed_on = opening.due, None
        later = [i for i in items[1:] if i.event.occurred_on <= day]
        for item in sorted(later, key=lambda i: (i.event.occurred_on, i.version)):
            event = item.event
            if isinstance(event, p.ProblemAssigned) and event.due:
                due = event.due
            elif isinstance(event, p.ProblemClosed):
                closed_on = closed_on or event.occurred_on  # entered late, the earlier one counts
            elif isinstance(event, p.ProblemReopened):
                closed_on = None
        done += closed_on is not None
        still += closed_on is None
        if due is not None and due <= day:
            due_by += 1
            in_time += closed_on is not None and closed_on <= due
    return raised, still, done, ratio(done, raised), ratio(in_time, due_by)


def ratio(part: int, whole: int) -> str | None:
    if whole == 0:
        return None
    return str((Decimal(part) / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP))


@pytest.mark.parametrize("seed", range(3))
def test_lists_and_f18_equal_fold_and_naive(crm: CRM, seed: int) -> None:
    rng = random.Random(60 + seed)
    log = random_problems(rng, problems=25, steps=400)
    done = 0
    while done < len(log):
        piece = rng.choice((1, 3, 20))
        crm.store.append(log[done : done + piece])
        crm.projector.catch_up()
        done += piece
    streams = {item.stream_id for item in log}
    rates = set()
    for _ in range(30):
        day = date(2023, 1, 1) + timedelta(days=rng.randint(0, 380))
        known = rng.choice((len(log), rng.randint(1, len(log))))
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, crm.clock(), known)
            page = problem_list(connection, when)
            found = problem_summary(connection, when, date(2023, 1, 1)).whole
            assert pages(connection, when, 4) == [row.problem_id for row in page.items]
        folded = {
            stream: problem_at(
                [i for i in log if i.stream_id == stream and i.position <= known], day
            )
            for stream in streams
        }
        listed = {row.problem_id: (row.state, row.due, row.unit) for row in page.items}
        assert listed == {
            stream: (problem.state.value, problem.due, problem.unit)
            for stream, problem in folded.items()
            if problem is not None
        }
        raised, still, shut, rate, in_time = naive_f18(log, day, known)
        assert (found.raised, found.open + found.claimed, found.closed) == (raised, still, shut)
        assert (found.close_out_rate, found.in_time_rate) == (rate, in_time)
        rates.add(rate)
    assert len(rates) > 5
    followed = tables_of(crm)
    rebuild(crm.projector, ["problems"])
    assert tables_of(crm) == followed


def pages(connection: Any, when: Any, limit: int) -> list[UUID]:
    found: list[UUID] = []
    after: ProblemKey | None = None
    while True:
        page = problem_list(connection, when, ProblemFilter(), limit, after)
        found += [row.problem_id for row in page.items]
        after = page.last
        if after is None:
            return found


# --- over HTTP ------------------------------------------------------------------------------


def test_problems_over_http(shared_server: Server) -> None:
    office = shared_server.client("manager")
    clerk = shared_server.client("recorder", "问题单位")
    other = shared_server.client("recorder", "自然资源局")
    lead = office.register(recruiting_unit="问题单位")
    office.record(lead, "signing", kind="contract", agreed_total_wan=10, occurred_on="2023-02-01")
    body = {"lead_id": lead, "class": "land", "text": "用地未落实", "due": "2023-03-31"}
    raised = clerk.post("/problems", {**body, "occurred_on": "2023-03-01"}, Idempotency_Key="k1")
    assert raised.status_code == 201, raised.text
    answer = raised.json()
    assert (answer["lead_id"], answer["version"]) == (lead, 1)
    again = clerk.post("/problems", {**body, "occurred_on": "2023-03-01"}, Idempotency_Key="k1")
    assert again.json() == answer
    assert other.post("/problems", body).json()["code"] == "unit_not_allowed"
    assert office.post("/problems", {**body, "class": "weather"}).status_code == 422
    problem = answer["problem_id"]

    def act(client: Any, what: str, **given: Any) -> Any:
        return client.post(f"/problems/{problem}/{what}", given)

    assert act(other, "action", text="x", occurred_on="2023-03-05").status_code == 403
    assert act(clerk, "assignment", unit="自然资源局", occurred_on="2023-03-02").status_code == 201
    assert act(other, "action", text="已报市局", occurred_on="2023-03-05").status_code == 201
    assert act(other, "claim", occurred_on="2023-04-02").status_code == 201
    assert act(clerk, "closing", confirmer="某某", occurred_on="2023-04-03").status_code == 403
    stale = office.post(f"/problems/{problem}/closing", {"confirmer": "中心"}, If_Match='"2"')
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")

    asked = {"unit": "自然资源局", "as_of": "2023-04-02"}
    listed = office.get("/problems", overdue=True, **asked).json()
    assert (listed["count"], listed["items"][0]["overdue_days"]) == (1, 2)
    assert listed["items"][0]["state_label"] == "已申请销号"
    item = office.get("/lists/signed-not-started", unit="问题单位", as_of="2023-04-02").json()
    assert item["items"][0]["open_issues"] == 1
    assert act(office, "closing", confirmer="中心", occurred_on="2023-04-03").status_code == 201
    assert act(office, "claim", occurred_on="2023-04-04").json()["code"] == "problem_state"
    found = office.get("/problems/summary", unit="自然资源局", as_of="2023-04-30").json()
    assert (found["close_out_rate"], found["in_time_rate"]) == ("1.0000", "0.0000")
    item = office.get("/lists/signed-not-started", unit="问题单位", as_of="2023-04-30").json()
    assert item["items"][0]["open_issues"] == 0
    whole = office.get(f"/problems/{problem}").json()
    labels = [event["label"] for event in whole["history"]]
    assert labels == ["提出问题", "问题交办", "落实情况", "申请销号", "销号"]
    assert office.get(f"/problems/{problem}", as_of="2023-02-01").status_code == 404
    assert office.get(f"/problems/{lead}").json()["code"] == "problem_not_found"


def test_a_problem_is_of_a_lead_that_stands(shared_server: Server) -> None:
    office = shared_server.client("manager")
    body = {"lead_id": str(LEAD), "class": "land", "text": "用地未落实"}
    unknown = office.post("/problems", body)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "lead_not_found")
    lead = office.register()
    registration = office.get(f"/leads/{lead}/history").json()["items"][0]["event_id"]
    office.record(lead, "void", event_id=registration, ground="重复登记")
    voided = office.post("/problems", {**body, "lead_id": lead})
    assert (voided.status_code, voided.json()["code"]) == (409, "lead_voided")
    assert office.get("/problems", lead_id=lead).json()["count"] == 0


def test_a_lead_says_how_many_are_open_at_both_clocks(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register(recruiting_unit="两个时钟单位")
    body = {"lead_id": lead, "class": "permits", "text": "环评未批"}
    first = office.post("/problems", {**body, "occurred_on": "2023-03-01"}).json()
    assert office.get(f"/leads/{lead}").json()["open_issues"] == 1
    office.post("/problems", {**body, "occurred_on": "2023-05-01"})
    closing = {"confirmer": "中心", "text": "已批", "occurred_on": "2023-06-01"}
    assert office.post(f"/problems/{first['problem_id']}/closing", closing).status_code == 201

    def open_issues(**asked: Any) -> int:
        return int(office.get(f"/leads/{lead}", **asked).json()["open_issues"])

    days = ("2023-02-28", "2023-03-01", "2023-05-01", "2023-06-01")
    assert [open_issues(as_of=day) for day in days] == [0, 1, 2, 1]
    only_first = office.get(f"/problems/{first['problem_id']}").json()["history"][0]["recorded_at"]
    assert open_issues(as_of="2023-06-01", known_at=only_first) == 1
    assert open_issues(as_of="2023-06-01", version=1) == 0  # the lead had just been registered


def test_the_whole_list_as_a_file(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register(recruiting_unit="文件单位", title="文件项目")
    for nth, text in enumerate(("=cmd()", "水压不足")):
        body = {"lead_id": lead, "class": "utilities", "text": text, "due": "2023-03-31"}
        answer = office.post("/problems", {**body, "occurred_on": f"2023-03-0{nth + 1}"})
        assert answer.status_code == 201
    asked = {"unit": "文件单位", "as_of": "2023-04-10"}
    rows = office.csv("/problems", limit=1, **asked)
    assert [row["问题描述"] for row in rows] == ["水压不足", "'=cmd()"]
    shown = {(row["项目名称"], row["问题类别"], row["状态"], row["逾期天数"]) for row in rows}
    assert shown == {("文件项目", "水电路气", "待解决", "10")}
    table = office.sheet("/problems", **asked)
    assert table[0][0] == "编号"
    assert [row[6] for row in table[1:]] == ["水压不足", "=cmd()"]
    assert office.get("/problems", format="pdf").status_code == 422
    assert office.get("/problems", state="asleep").status_code == 422


def test_codes_count_from_one_each_year_and_a_refusal_leaves_no_gap(crm: CRM) -> None:
    registration = LeadRegistered(
        occurred_on=on(1), code="", title="项目", investor=Investor("企业"), recruiting_unit="甲"
    )
    lead = crm.register(registration, by=SYSTEM).lead_id

    def raised(day: date, due: date | None = None) -> str | None:
        event = replace(RAISED, occurred_on=day, due=due, lead_id=lead)
        return crm.raise_problem(event, by=SYSTEM).code

    assert raised(on(3)) == "WT2023-0001"
    with pytest.raises(BadInput):
        raised(on(3), due=on(2))
    assert raised(on(1)) == "WT2023-0002"
    assert raised(date(2024, 1, 1)) == "WT2024-0001"


def test_a_lead_is_read_from_its_events_whatever_has_become_of_the_tables(tmp_path: Path) -> None:
    with serving(sqlite_settings(tmp_path), Tables.ELSEWHERE) as server:  # and nobody keeps them
        office = server.client("manager")
        lead = office.register()
        answer = office.get(f"/leads/{lead}")
        assert (answer.status_code, answer.json()["open_issues"]) == (200, None)
        assert office.get("/problems").status_code == 503
