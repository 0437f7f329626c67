"""开工、停工、复工、竣工、投产: the milestones; 到位资金 and 固投月报."""

from dataclasses import dataclass

from domain.lead.events.base import LeadEvent
from domain.vocabulary import (
    FundsSource,
    FundsUse,
    StartBasis,
)


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
