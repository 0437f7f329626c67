"""What is an entry on? (录入对象) A lead, a problem, a year's target, the rules …, and which one.

Every kind of event belongs to one kind of stream; who asks what somebody has entered reads it here.
"""

from domain.bulletin import BulletinPublished
from domain.campaign import CampaignEvent, CampaignHeld
from domain.chain.events import ChainEvent
from domain.event import Event
from domain.lead.events import LeadEvent, LeadRegistered
from domain.problem.events import ProblemEvent, ProblemRaised
from domain.rules import RulesRevised
from domain.target import AnnualTargetSet
from domain.unit.events import UnitEvent
from domain.unit.known import unit_name
from domain.vocabulary import Word


class Subject(Word):
    """What a stream is of."""

    LEAD = "lead", "项目"
    PROBLEM = "problem", "问题"
    TARGET = "target", "年度目标"
    RULES = "rules", "规则"
    CHAIN = "chain", "产业链"
    CAMPAIGN = "campaign", "招商活动"
    UNIT = "unit", "参评单位"
    BULLETIN = "bulletin", "通报"
    OTHER = "other", "其他"


_OF: tuple[tuple[type[Event], Subject], ...] = (
    (LeadEvent, Subject.LEAD),
    (ProblemEvent, Subject.PROBLEM),
    (AnnualTargetSet, Subject.TARGET),
    (RulesRevised, Subject.RULES),
    (ChainEvent, Subject.CHAIN),
    (CampaignEvent, Subject.CAMPAIGN),
    (UnitEvent, Subject.UNIT),
    (BulletinPublished, Subject.BULLETIN),
)


def subject_of(event: Event) -> Subject:
    """What the stream of this event is of."""
    return next((subject for kind, subject in _OF if isinstance(event, kind)), Subject.OTHER)


def name_in(event: Event) -> str | None:
    """The code or name by which an event names what it is on; None where an earlier one has."""
    match event:
        case LeadRegistered() | ProblemRaised():
            return event.code
        case AnnualTargetSet():
            return str(event.year)
        case ChainEvent():
            return event.chain
        case CampaignHeld():
            return event.name
        case UnitEvent():
            return unit_name(event.unit)
        case BulletinPublished():
            return event.title
    return None
