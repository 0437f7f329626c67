"""What can happen to a lead, in the past tense (contract, "Commands on a lead").

Events are facts as staff state them: never a derived number, stage or count. Amounts are
integers of 元 (`_yuan`) or 美元 (`_usd`); days are Asia/Shanghai; text is as entered.
Fields may be added with a default; anything else needs a new schema version and an upcast
(`crm.codec`), because stored events are never rewritten.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.event import ContactPerson, Event
from domain.vocabulary import (
    AgreementKind,
    AssessmentResult,
    ChainRole,
    ContactMode,
    DueDiligenceResult,
    FundsSource,
    FundsUse,
    Relation,
    ResponsibilityRole,
    ReviewOpinion,
    StartBasis,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadEvent(Event):
    """Any event of a lead's stream."""


@dataclass(frozen=True, slots=True)
class Investor:
    """投资方 and, when known, its 统一社会信用代码."""

    name: str
    uscc: str | None = None


# --- intake ---------------------------------------------------------------------------------


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


# --- the agreement --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSigned(LeadEvent):
    """签约 of any kind of text. Its terms replace those of an earlier, weaker text."""

    kind: AgreementKind
    agreed_total_yuan: int
    fixed_part_yuan: int | None = None
    foreign_part_usd: int | None = None
    outside_share: Decimal | None = None
    agreement_no: str | None = None
    start_due: date | None = None
    completion_due: date | None = None
    production_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementUpgraded(LeadEvent):
    """升格 to a higher kind; without a new amount the old one stands."""

    kind: AgreementKind
    agreed_total_yuan: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementAmended(LeadEvent):
    """补充协议: the terms given here replace the ones in force."""

    ground: str
    agreed_total_yuan: int | None = None
    fixed_part_yuan: int | None = None
    start_due: date | None = None
    completion_due: date | None = None
    production_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRegistered(LeadEvent):
    """项目公司注册."""

    company_name: str
    uscc: str
    registered_capital_yuan: int | None = None


# --- milestones -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstructionStarted(LeadEvent):
    """开工. `ground` is required for 先建后签 (a start before the signing)."""

    basis: StartBasis = StartBasis.CIVIL
    ground: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstructionSuspended(LeadEvent):
    """停工 or 缓建."""

    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstructionResumed(LeadEvent):
    """复工."""

    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstructionCompleted(LeadEvent):
    """竣工."""

    acceptance: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductionStarted(LeadEvent):
    """投产. A trial (试生产) or partial one leaves the stage as it is, flagged."""

    trial: bool = False
    partial: bool = False


# --- money ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FundsArrived(LeadEvent):
    """到位资金: exactly one of the two amounts."""

    source: FundsSource
    amount_yuan: int | None = None
    amount_usd: int | None = None
    use: FundsUse | None = None
    voucher: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedAssetInvestmentReported(LeadEvent):
    """固定资产投资月报: year to date at the end of `period` (YYYY-MM); the latest replaces."""

    period: str
    ytd_yuan: int
    ground: str | None = None


# --- closing --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadExited(LeadEvent):
    """退出 (解约、清退)."""

    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadReinstated(LeadEvent):
    """恢复 of an exited lead."""

    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventVoided(LeadEvent):
    """作废: takes `event_id` out of force for every day; it stays in the history, marked."""

    event_id: UUID
    ground: str
