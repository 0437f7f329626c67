"""Problems: what may be recorded of one, and what is read back of it."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from crm.people import SYSTEM
from crm.wiring import Tables
from domain.errors import BadInput, Refused
from domain.lead.events import Investor, LeadRegistered
from domain.problem import events as p
from domain.problem.decisions import decide
from domain.problem.state import Problem, problem_at
from domain.vocabulary import EscalationLevel, ProblemClass, ProblemState
from tests.databases import sqlite_settings
from tests.problem_histories import (
    History,
    acted,
    assigned,
    claimed,
    closed,
    recorded,
    reopened,
)
from tests.serving import serving
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


# --- over HTTP ------------------------------------------------------------------------------


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
