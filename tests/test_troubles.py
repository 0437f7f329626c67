"""Do the sample problems read like a county's 问题清单, and leave the projects' story alone?"""

from collections import Counter
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from crm.demo.story import story
from crm.demo.troubles import TroubleStep, troubles
from domain.calendar import business_day
from domain.event import Recorded
from domain.problem import events as p
from domain.problem.decisions import decide
from domain.problem.state import Problem, ProblemHistory, problem_at
from domain.vocabulary import ProblemClass, ProblemState

END = date(2023, 12, 31)


@cache
def told() -> dict[str, ProblemHistory]:
    """Every problem's history, each entry accepted by the rules on the day it was entered."""
    histories: dict[str, list[Recorded[p.ProblemEvent]]] = {}
    for step in troubles():
        history = histories.setdefault(step.problem, [])
        decide(history, step.event)
        assert step.event.occurred_on <= business_day(step.recorded_at)
        number = len(history) + 1
        history.append(
            Recorded(
                UUID(int=1), number, 0, UUID(int=number), step.recorded_at, step.by, step.event
            )
        )
    return dict(histories)


def at_the_end() -> list[Problem]:
    found = [problem_at(history, END) for history in told().values()]
    return [problem for problem in found if problem is not None]


def closed_in_time(problem: Problem) -> bool:
    return (
        problem.closed_on is not None
        and problem.due is not None
        and problem.closed_on <= problem.due
    )


def test_all_kinds_of_ending_in_plausible_numbers() -> None:
    problems = at_the_end()
    assert 22 <= len(problems) == len(told()) <= 30
    states = Counter(problem.state for problem in problems)
    in_time = sum(map(closed_in_time, problems))
    assert in_time == 10
    assert states[ProblemState.CLOSED] == in_time + 5  # the late ones
    assert states[ProblemState.CLAIMED] == 2
    assert sum(problem.reopened for problem in problems) == 3
    assert sum(problem.level is not None for problem in problems) == 3
    assert {problem.raised_on.year for problem in problems} == {2022, 2023}
    assert len({problem.category for problem in problems}) >= len(ProblemClass) - 2


def test_always_the_same_and_entered_after_the_project_itself() -> None:
    assert troubles() == troubles()
    opened: dict[str, date] = {}
    for step in story():
        if step.registration is not None and step.lead is not None:
            opened[step.lead] = business_day(step.recorded_at)
    raisings: list[TroubleStep] = [
        step for step in troubles() if isinstance(step.event, p.ProblemRaised)
    ]
    assert all(opened[step.lead] < step.event.occurred_on for step in raisings)
    assert len({step.lead for step in raisings}) == len(raisings)


def test_some_are_entered_late() -> None:
    late = [
        step
        for step in troubles()
        if business_day(step.recorded_at) - step.event.occurred_on > timedelta(14)
    ]
    assert 0 < len(late) < len(troubles()) / 4
