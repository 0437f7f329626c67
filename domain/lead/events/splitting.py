"""拆分、合并、单独计数: one project becomes several, or several one, and who then counts.

Each is recorded on all the leads concerned at once. What another lead's figures rest on is stated
here as it was found then: a lead is folded from its own stream alone.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.lead.events.base import LeadEvent
from domain.vocabulary import AgreementKind, FundsSource, StartBasis


@dataclass(frozen=True, slots=True)
class CountedTerms:
    """What a lead counted with when it was split or merged.

    `counted_on` is the day F1 counts it from, `count_key` None its own. `carried_yuan` is the part
    of the amount that was booked by the end of the year before, which is no part of F2 this year.
    """

    kind: AgreementKind
    signed_on: date
    counted_on: date
    agreed_total_yuan: int
    carried_yuan: int
    count_key: UUID | None
    keeps_count: bool


@dataclass(frozen=True, slots=True)
class FundsTakenOver:
    """到位资金 of one source, in 元."""

    source: FundsSource
    amount_yuan: int


@dataclass(frozen=True, slots=True)
class ReturnTakenOver:
    """固投月报 of one period: the year to date, and the day it first came."""

    period: str
    ytd_yuan: int
    came_on: date


@dataclass(frozen=True, slots=True)
class CompanyTakenOver:
    """项目公司."""

    company_name: str
    uscc: str | None
    registered_capital_yuan: int | None
    registered_on: date


@dataclass(frozen=True, slots=True)
class MoneyTakenOver:
    """What had come in on a lead when it was split or merged, and the company founded for it: both
    go on with the project.

    What that lead had itself taken over is in it. `unproven_funds` counts arrivals without proof.
    """

    funds: tuple[FundsTakenOver, ...] = ()
    funds_usd: int = 0
    first_funds_on: date | None = None
    unproven_funds: int = 0
    returns: tuple[ReturnTakenOver, ...] = ()
    company: CompanyTakenOver | None = None


@dataclass(frozen=True, slots=True)
class SplitPart:
    """A lead that another was split into."""

    lead_id: UUID
    code: str
    agreed_total_yuan: int


@dataclass(frozen=True, slots=True)
class MergedLead:
    """A lead that was merged into another, what it counted with, and its money.

    Without `money` (as in all events here) it was recorded before money was taken over.
    """

    lead_id: UUID
    code: str
    terms: CountedTerms
    money: MoneyTakenOver | None = None


@dataclass(frozen=True, slots=True)
class PaperTakenOver:
    """佐证材料 of the lead that was split; `came_with` is the stored name of its event."""

    kind: str
    name: str
    came_with: str
    on: date
    taken_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadSplit(LeadEvent):
    """拆分, on the lead that is split: it leaves, its parts go on under one `count_key`.

    The milestones are those it had reached.
    """

    count_key: UUID
    into: tuple[SplitPart, ...]
    found: CountedTerms
    ground: str
    started_on: date | None = None
    completed_on: date | None = None
    produced_on: date | None = None
    money: MoneyTakenOver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadSplitFrom(LeadEvent):
    """拆分而来, on each part: what it takes over of the lead it was part of.

    Parts share a `count_key`, so together they count as one project; the one that `keeps_count`
    never gets another. The first part has the `money`; the others have none.
    """

    lead_id: UUID
    code: str
    count_key: UUID
    keeps_count: bool
    kind: AgreementKind
    text_signed_on: date
    signed_on: date
    counted_on: date
    agreed_total_yuan: int
    carried_yuan: int = 0
    fixed_part_yuan: int | None = None
    foreign_part_usd: int | None = None
    outside_share: Decimal | None = None
    agreement_no: str | None = None
    start_due: date | None = None
    completion_due: date | None = None
    production_due: date | None = None
    started_on: date | None = None
    start_basis: StartBasis | None = None
    start_ground: str | None = None
    completed_on: date | None = None
    trial_on: date | None = None
    partial_on: date | None = None
    produced_on: date | None = None
    signing_recognised: bool = False
    papers: tuple[PaperTakenOver, ...] = ()
    money: MoneyTakenOver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountApproved(LeadEvent):
    """核准单独计数: from this day on a part counts as a project of its own (F1)."""

    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadMerged(LeadEvent):
    """合并, on the lead that stays: the earliest signing is its own now, and one total."""

    absorbed: tuple[MergedLead, ...]
    agreed_total_yuan: int
    found: CountedTerms
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadMergedInto(LeadEvent):
    """并入, on a lead that goes on in another."""

    lead_id: UUID
    code: str
    found: CountedTerms
    ground: str
    money: MoneyTakenOver | None = None
