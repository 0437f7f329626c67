"""What makes up 销号率 and 按期销号率? The problems, each with its events, under their leads. (F18)

A problem is a stream of its own; it stands under the lead it is of, though that lead may not be
known by K any more, or not yet on D.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from crm.explained.figure import ONE, Figure, Inquiry, Line, ProblemLine, Source, Values, added_up
from crm.problem_presentation import summary_shown
from domain.event import Recorded
from domain.lead.folding import fold
from domain.problem import events as p
from domain.problem.state import Problem, in_business_order, problem_at
from domain.unit.known import same_unit
from projections.explained_leads import problems_raised
from projections.problem_list import ProblemFilter, Tally, problem_summary, tally

_SOURCE = Source(
    "/problems/summary", ("clock", "leads", "problems", "rules"), optional=("unit", "since")
)
_DECISIVE = (
    p.ProblemRaised,
    p.ProblemAssigned,
    p.ProblemResolutionClaimed,
    p.ProblemClosed,
    p.ProblemReopened,
)
Part = Callable[[Tally, Problem, Inquiry], Values]


def _figure(name: str, label: str, part: Part) -> Figure:
    def lines(q: Inquiry) -> Iterator[Line]:
        for lead_id, problems in _by_lead(q).items():
            events = q.events(lead_id)
            state = fold(events) if events else None
            found = []
            for problem_id, problem, decisive in problems:
                unit = problem.unit or (state.recruiting_unit if state else None)
                values = part(tally([problem], q.day), problem, q)
                if _asked(q, unit) and any(values.values()):
                    found.append(ProblemLine(problem_id, problem.code, values, decisive))
            if found:
                behind = [recorded for line in found for recorded in line.events]
                yield Line(lead_id, state, added_up(found), behind, found)

    return Figure(name, label, _SOURCE, _shown, lines)


def _shown(q: Inquiry) -> Any:
    wanted = ProblemFilter(unit=q.asked.unit)
    return summary_shown(problem_summary(q.connection, q.clocks, q.first, wanted))


def _asked(q: Inquiry, unit: str | None) -> bool:
    return q.asked.unit is None or same_unit(q.asked.unit, unit)


Standing = tuple[UUID, Problem, list[Recorded[Any]]]


def _by_lead(q: Inquiry) -> dict[UUID, list[Standing]]:
    """Problems as they stand on D, known at K, from their events; under the lead of each."""
    found: dict[UUID, list[Standing]] = {}
    for problem_id in problems_raised(q.connection, q.clocks):
        known = [r for r in q.store.stream(problem_id) if r.position <= q.clocks.position]
        problem = problem_at(known, q.day)
        if problem is not None:
            one = problem_id, problem, _decisive(known, q)
            found.setdefault(problem.lead_id, []).append(one)
    return found


def _decisive(known: Sequence[Recorded[Any]], q: Inquiry) -> list[Recorded[Any]]:
    """What decides its state, its due day and whose it is, by D."""
    return [
        r
        for r in in_business_order(known)
        if isinstance(r.event, _DECISIVE) and r.event.occurred_on <= q.day
    ]


def _since(name: str) -> Part:
    def part(_: Tally, problem: Problem, q: Inquiry) -> Values:
        day = getattr(problem, name)
        return ONE if day is not None and day >= q.first else {}

    return part


def _count(name: str) -> Part:
    return lambda found, *_: {"count": getattr(found, name)}


FIGURES = [
    _figure(
        "problem_close_out_rate",
        "问题销号率",
        lambda found, *_: {"numerator": found.closed, "denominator": found.raised},
    ),
    _figure(
        "problem_in_time_rate",
        "问题按期销号率",
        lambda found, *_: {"numerator": found.closed_in_time, "denominator": found.due},
    ),
    _figure("problems_raised", "提出问题（个）", _count("raised")),
    _figure("problems_open", "待解决问题（个）", _count("open")),
    _figure("problems_claimed", "已申请销号问题（个）", _count("claimed")),
    _figure("problems_closed", "已销号问题（个）", _count("closed")),
    _figure("problems_overdue", "逾期问题（个）", _count("overdue")),
    _figure("problems_raised_since", "新增问题（个）", _since("raised_on")),
    _figure("problems_closed_since", "期间销号问题（个）", _since("closed_on")),
]
