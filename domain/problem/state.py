"""Where a problem stands on a day: the plain fold, in business order. Never refuses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.event import Recorded
from domain.problem import events as p
from domain.vocabulary import EscalationLevel, ProblemClass, ProblemState

ProblemHistory = Sequence[Recorded[p.ProblemEvent]]


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `due` is the one in force; the days are None while not reached."""

    code: str
    lead_id: UUID
    category: ProblemClass
    text: str
    raised_on: date
    due: date | None
    state: ProblemState = ProblemState.OPEN
    leader: str | None = None
    unit: str | None = None
    person: str | None = None
    last_action_on: date | None = None
    last_action: str | None = None
    claimed_on: date | None = None
    closed_on: date | None = None
    confirmer: str | None = None
    reopened: int = 0
    level: EscalationLevel | None = None


def in_business_order(history: Iterable[Recorded[Any]]) -> list[Recorded[Any]]:
    """By day, as recorded within a day; what raised the problem opens it whatever its day."""
    return sorted(
        history,
        key=lambda r: (not isinstance(r.event, p.ProblemRaised), r.event.occurred_on, r.version),
    )


def problem_at(history: ProblemHistory, as_of: date | None = None) -> Problem | None:
    """The problem on a day (None: after everything); None before it was raised."""
    problem: Problem | None = None
    for recorded in in_business_order(history):
        if as_of is None or recorded.event.occurred_on <= as_of:
            problem = evolve(problem, recorded.event)
    return problem


def evolve(before: Problem | None, event: p.ProblemEvent) -> Problem | None:
    """The problem after one more event, in business order."""
    if isinstance(event, p.ProblemRaised):
        return Problem(
            event.code, event.lead_id, event.category, event.text, event.occurred_on, event.due
        )
    if before is None:
        return None
    return _changed(before, event)


def _changed(before: Problem, event: p.ProblemEvent) -> Problem:
    """What one event changes of a problem that has been raised."""
    match event:
        case p.ProblemAssigned():
            return replace(
                before,
                leader=event.leader or before.leader,
                unit=event.unit or before.unit,
                person=event.person or before.person,
                due=event.due or before.due,
            )
        case p.ProblemActionRecorded():
            return replace(before, last_action_on=event.occurred_on, last_action=event.text)
        case p.ProblemResolutionClaimed() | p.ProblemClosed() if before.closed_on is not None:
            return before  # the closing before it was entered late; only 重新打开 undoes one
        case p.ProblemResolutionClaimed():
            return replace(before, state=ProblemState.CLAIMED, claimed_on=event.occurred_on)
        case p.ProblemClosed():
            return replace(
                before,
                state=ProblemState.CLOSED,
                closed_on=event.occurred_on,
                confirmer=event.confirmer,
            )
        case p.ProblemReopened():
            return replace(
                before,
                state=ProblemState.OPEN,
                claimed_on=None,
                closed_on=None,
                confirmer=None,
                reopened=before.reopened + 1,
            )
        case p.ProblemEscalated():
            return replace(before, level=event.level)
    return before
