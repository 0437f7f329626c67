"""What it takes to record an event, where it is more than the right to write (contract,
"Authentication")."""

from crm.people import Act
from domain.event import Event
from domain.lead import events as e
from domain.problem import events as p

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


def act_of(event: Event) -> Act:
    """Of a lead's or a problem's event."""
    return _MORE.get(type(event), Act.WRITE)
