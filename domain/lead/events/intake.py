"""线索登记、接洽、研判、尽调、审查、责任包抓、搁置与流失: before anything is signed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.event import ContactPerson
from domain.lead.events.base import Investor, LeadEvent
from domain.vocabulary import (
    AssessmentResult,
    ChainRole,
    ContactMode,
    DueDiligenceResult,
    Relation,
    ResponsibilityRole,
    ReviewOpinion,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRegistered(LeadEvent):
    """线索登记. What it says of the lead holds for the whole of its life, whatever its date."""

    code: str
    title: str
    investor: Investor
    recruiting_unit: str
    host_town: str | None = None
    chain: str | None = None
    chain_role: ChainRole | None = None
    industrial: bool = True
    channel: str | None = None
    partner: str | None = None
    introducer: str | None = None
    relation: Relation = Relation.NEW
    parent_lead_id: UUID | None = None
    estimated_yuan: int | None = None
    contact_persons: tuple[ContactPerson, ...] = ()
    campaign_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLogged(LeadEvent):
    """接洽、考察、洽谈."""

    mode: ContactMode
    summary: str
    persons: tuple[ContactPerson, ...] = ()
    next_step: str | None = None
    next_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadAssessed(LeadEvent):
    """研判; `red_lines` names the 底线红线 touched."""

    result: AssessmentResult
    red_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDiligenceCompleted(LeadEvent):
    """尽职调查."""

    result: DueDiligenceResult
    agency: str | None = None
    risks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractReviewed(LeadEvent):
    """合同审查."""

    opinion: ReviewOpinion
    reviewer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadShelved(LeadEvent):
    """搁置, before signing only."""

    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadReopened(LeadEvent):
    """重启 of a shelved or lost lead."""

    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadLost(LeadEvent):
    """流失, before signing only."""

    ground: str


@dataclass(frozen=True, slots=True)
class ResponsibilityChange:
    """Who holds a role from that day on; None ends it."""

    role: ResponsibilityRole
    holder: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityAssigned(LeadEvent):
    """责任包抓: leader, unit, person and the like, set or ended."""

    changes: tuple[ResponsibilityChange, ...]
