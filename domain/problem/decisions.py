"""What may be recorded of a problem, judged at its day. Raises `Refused` or `BadInput`.

Four eyes (四眼): a unit claims (申请销号), a manager confirms (销号). Which role may do which is
`crm.application`'s to ask; a closing that nobody claimed must say why.
"""

from domain.errors import BadInput, NotFound, Refused, require_text
from domain.problem import events as p
from domain.problem.state import Problem, ProblemHistory, problem_at
from domain.vocabulary import ProblemState


def decide(history: ProblemHistory, event: p.ProblemEvent) -> p.ProblemEvent:
    """Accept `event` for the problem with this history, or refuse it."""
    if isinstance(event, p.ProblemRaised):
        _raise(history, event)
        return event
    if not history:
        raise NotFound("problem_not_found", "没有这个问题")
    before = problem_at(history, event.occurred_on)
    if before is None:
        raise Refused("problem_order", "该日期早于问题提出日期")
    _act(before, event)
    return event


def _raise(history: ProblemHistory, raised: p.ProblemRaised) -> None:
    if history:
        raise Refused("already_raised", "该问题已登记")
    require_text(raised.text, "text")
    if raised.due is not None and raised.due < raised.occurred_on:
        raise BadInput("due", "完成时限不能早于提出日期")


def _act(before: Problem, event: p.ProblemEvent) -> None:
    closed = before.state is ProblemState.CLOSED
    if isinstance(event, p.ProblemReopened):
        if not closed:
            raise Refused("problem_state", f"该问题在{event.occurred_on}未销号，不需要重新打开")
        require_text(event.ground, "ground")
        return
    if closed:
        raise Refused("problem_state", f"该问题已于{before.closed_on}销号；如未解决，请先重新打开")
    match event:
        case p.ProblemAssigned():
            if not (event.leader or event.unit or event.person or event.due):
                raise BadInput("unit", "至少填写一项：领导、单位、责任人、时限")
            if event.due is not None and event.due < before.raised_on:
                raise BadInput("due", "完成时限不能早于提出日期")
        case p.ProblemActionRecorded():
            require_text(event.text, "text")
        case p.ProblemResolutionClaimed() if before.state is ProblemState.CLAIMED:
            raise Refused("problem_state", f"该问题已于{before.claimed_on}申请销号")
        case p.ProblemClosed():
            require_text(event.confirmer, "confirmer")
            if before.state is ProblemState.OPEN and not (event.text or "").strip():
                raise BadInput("text", "未经申请直接销号的，须说明理由")
