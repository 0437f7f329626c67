"""What can happen on an industry chain, in the past tense (plan clauses 16, 33, 42–45).

Facts as staff state them: never a count or a rate. Amounts are integers of 元 (`_yuan`).
A target enterprise is named by the id of the event that listed it.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.event import Event
from domain.vocabulary import ContactMode, EnterpriseClass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainEvent(Event):
    """Any event of a chain's stream; `chain` is the chain's name, as leads name it."""

    chain: str


@dataclass(frozen=True, slots=True)
class ChainTarget:
    """What the chain is to bring in one year (链上招商引资目标, clause 44)."""

    year: int
    projects: int | None = None
    agreed_total_yuan: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainDescribed(ChainEvent):
    """链长、牵头单位、链主企业 and the years' targets: all of it as it stands from that day on."""

    chief: str | None = None
    lead_unit: str | None = None
    leader_enterprise: str | None = None
    targets: tuple[ChainTarget, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEnterpriseListed(ChainEvent):
    """目标企业 put on the chain's list; `source` says who proposed it or where it was found."""

    name: str
    enterprise_class: EnterpriseClass
    uscc: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEnterpriseContacted(ChainEvent):
    """对接 of a target enterprise, before there is a lead to log it on."""

    enterprise_id: UUID
    mode: ContactMode
    summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEnterpriseBroughtLead(ChainEvent):
    """A lead (线索) came of a target enterprise; one may bring several."""

    enterprise_id: UUID
    lead_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEnterpriseRemoved(ChainEvent):
    """移出 of the list, from that day on."""

    enterprise_id: UUID
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainEntryVoided(ChainEvent):
    """作废: takes `event_id` out of force for every day; it stays in the history, marked."""

    event_id: UUID
    ground: str


AboutEnterprise = TargetEnterpriseContacted | TargetEnterpriseBroughtLead | TargetEnterpriseRemoved
"""What is recorded of an enterprise once it is listed."""
