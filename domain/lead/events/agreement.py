"""签约、升格、补充协议、公司注册; 更名 and 更换投资方."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.lead.events.base import Investor, LeadEvent
from domain.vocabulary import (
    AgreementKind,
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRenamed(LeadEvent):
    """项目更名, from its business date on."""

    title: str
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestorChanged(LeadEvent):
    """更换投资方, from its business date on."""

    investor: Investor
    ground: str
