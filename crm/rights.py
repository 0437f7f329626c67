"""What it takes to record an event, where it is more than the right to write (contract,
"Authentication")."""

from crm.people import SYSTEM, Act, Caller
from domain.errors import Refused
from domain.event import Event
from domain.lead import events as e
from domain.lead.standing import Lead
from domain.problem import events as p
from domain.vocabulary import RecognitionDecision, RecognitionScope

_MORE: dict[type[Event], Act] = {
    e.EventVoided: Act.VOID,
    e.RecognitionDecided: Act.SUPERVISE,
    e.NoticeIssued: Act.SUPERVISE,
    e.ColourOverridden: Act.SUPERVISE,
    e.DuplicateLinked: Act.SUPERVISE,
    e.CountApproved: Act.SUPERVISE,
    p.ProblemClosed: Act.SUPERVISE,
    p.ProblemReopened: Act.SUPERVISE,
    p.ProblemEscalated: Act.SUPERVISE,
}


# Whose recognition takes somebody else's eyes than those of whoever recorded it.
_RECOGNISED: dict[RecognitionScope, type[e.LeadEvent]] = {
    RecognitionScope.START: e.ConstructionStarted,
    RecognitionScope.COMPLETION: e.ConstructionCompleted,
    RecognitionScope.PRODUCTION: e.ProductionStarted,
}


def act_of(event: Event) -> Act:
    """Of a lead's or a problem's event."""
    return _MORE.get(type(event), Act.WRITE)


def refuse_own(lead: Lead, event: Event, by: Caller) -> None:
    """四眼: whoever recorded a start, completion or production does not grant its recognition.

    The program itself is nobody: what it brings in from elsewhere was decided there. Raises
    `Refused` (`four_eyes`).
    """
    if not isinstance(event, e.RecognitionDecided) or by.name == SYSTEM.name:
        return
    what = _RECOGNISED.get(event.scope)
    if what is None or event.decision is not RecognitionDecision.GRANTED:
        return
    if any(isinstance(r.event, what) and r.recorded_by == by.name for r in lead.turns):
        raise Refused("four_eyes", f"{event.scope.label}由本人录入，须由另一位管理人员认定")
