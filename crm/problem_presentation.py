"""How problems are shown: in a list, one with its history, and F18."""

from typing import Any
from uuid import UUID

from crm.presentation import Shown, day_text, event_shown
from domain.calendar import timestamp
from domain.problem.state import Problem, ProblemHistory
from domain.vocabulary import EscalationLevel, ProblemClass, ProblemState
from projections.problem_list import ProblemPage, ProblemSummary, Tally

_CLASSES = {kind.value: kind.label for kind in ProblemClass}
_STATES = {state.value: state.label for state in ProblemState}
_LEVELS = {level.value: level.label for level in EscalationLevel}


def problem_page(page: ProblemPage) -> Shown:
    """A problem list, or a page of it (contract, "GET /problems")."""
    when = page.clocks
    return {
        "as_of": when.as_of.isoformat(),
        "known_at": timestamp(when.known_at),
        "count": page.count,
        "items": [problem_line(row, when.as_of) for row in page.items],
        "next_cursor": None,
    }


def problem_line(row: Any, day: Any) -> Shown:
    """A problem in a list: a row of `projections.problem_list`."""
    return {
        "problem_id": str(row.problem_id),
        "code": row.code,
        "lead_id": str(row.lead_id),
        "lead_code": row.lead_code,
        "lead_title": row.lead_title,
        "recruiting_unit": row.recruiting_unit,
        **_facts(row, day),
    }


def problem_detail(problem_id: UUID, problem: Problem, history: ProblemHistory, day: Any) -> Shown:
    """One problem with everything recorded of it."""
    return {
        "problem_id": str(problem_id),
        "code": problem.code,
        "lead_id": str(problem.lead_id),
        **_facts(problem, day),
        "version": history[-1].version,
        "history": [event_shown(recorded) for recorded in history],
    }


def summary_shown(found: ProblemSummary) -> Shown:
    """Contract, "GET /problems/summary"."""
    return {
        **_tally(found.whole),
        "raised_since": found.raised_since,
        "closed_since": found.closed_since,
        "by_class": {
            kind.value: {"label": kind.label, **_tally(tally)}
            for kind, tally in found.by_class.items()
        },
        "by_unit": {unit: _tally(tally) for unit, tally in found.by_unit.items()},
    }


def _facts(of: Any, day: Any) -> Shown:
    late = of.state != ProblemState.CLOSED.value and of.due is not None
    return {
        "class": str(of.category),
        "class_label": _CLASSES[of.category],
        "text": of.text,
        "state": str(of.state),
        "state_label": _STATES[of.state],
        "raised_on": day_text(of.raised_on),
        "due": day_text(of.due),
        "overdue_days": max(0, (day - of.due).days) if late else 0,
        "leader": of.leader,
        "unit": of.unit,
        "person": of.person,
        "last_action_on": day_text(of.last_action_on),
        "last_action": of.last_action,
        "claimed_on": day_text(of.claimed_on),
        "closed_on": day_text(of.closed_on),
        "confirmer": of.confirmer,
        "reopened": of.reopened,
        "level": str(of.level) if of.level else None,
        "level_label": _LEVELS.get(of.level) if of.level else None,
    }


def _tally(tally: Tally) -> Shown:
    return {
        "raised": tally.raised,
        "open": tally.open,
        "claimed": tally.claimed,
        "closed": tally.closed,
        "overdue": tally.overdue,
        "due": tally.due,
        "closed_in_time": tally.closed_in_time,
        "close_out_rate": tally.close_out_rate,
        "in_time_rate": tally.in_time_rate,
    }
