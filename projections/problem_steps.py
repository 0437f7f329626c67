"""A problem's history as steps in time: the rows of `problem_step`."""

from dataclasses import asdict
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from domain.calendar import FOREVER
from domain.codes import code_order
from domain.event import Recorded
from domain.problem import events as p
from domain.problem.state import Problem, evolve, in_business_order
from projections.bitemporal import BitemporalRows, Changes, Row
from projections.projection import stream_projection
from projections.tables import PROBLEMS, problem_step


class ProblemSteps:
    """One problem as known after each of its events. Its history is short: folded whole."""

    def __init__(self, problem_id: UUID) -> None:
        self._rows = BitemporalRows(problem_step, problem_id, "problem_id")
        self._history: list[Recorded[p.ProblemEvent]] = []

    def learn(self, recorded: Recorded[p.ProblemEvent]) -> None:
        self._history.append(recorded)
        steps: dict[object, Row] = {}
        problem: Problem | None = None
        for happened in in_business_order(self._history):
            day = happened.event.occurred_on
            problem = evolve(problem, happened.event)
            if problem is not None:
                # Recorded before its raising by mistake: it holds from the raising on.
                begins = max(day, problem.raised_on)
                steps[begins] = {"valid_from": begins, "valid_to": FOREVER, **_facts(problem)}
        ordered = list(steps.values())
        for step, later in pairwise(ordered):
            step["valid_to"] = later["valid_from"]
        self._rows.exactly(steps, recorded.position)

    def take(self, position: int) -> Changes:
        return self._rows.take(position)


PROBLEM_STEPS = stream_projection(
    "problems", "问题清单", PROBLEMS, (problem_step,), p.ProblemEvent, ProblemSteps
)


def _facts(problem: Problem) -> Row:
    facts = {
        name: str(value) if isinstance(value, StrEnum) else value  # a driver would store the name
        for name, value in asdict(problem).items()
    }
    return {**facts, "code_order": code_order(problem.code)}
