"""手续、计划、月度进展、核查、入库入规达效、走访回访: looking after a project."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.lead.events.base import LeadEvent
from domain.vocabulary import (
    Milestone,
    PermitItem,
    PermitState,
    SiteFinding,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitStated(LeadEvent):
    """前期手续: an item is required, obtained, or found not to apply; the latest word counts."""

    item: PermitItem
    state: PermitState
    number: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class PlannedMilestone:
    """倒排工期: a milestone and the day it is planned for."""

    milestone: Milestone
    planned_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonePlanSet(LeadEvent):
    """计划节点下达 or 调整: days given here replace those planned before.

    `monthly_fai_yuan` is the cumulative plan of `fai_year`, twelve figures in 元.
    """

    milestones: tuple[PlannedMilestone, ...] = ()
    fai_year: int | None = None
    monthly_fai_yuan: tuple[int, ...] | None = None
    ground: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyProgressReported(LeadEvent):
    """月度形象进度 of `period` (YYYY-MM); `percent` 0..1 of the whole works."""

    period: str
    text: str
    percent: Decimal | None = None
    problems: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChecked(LeadEvent):
    """现场核查."""

    found: SiteFinding
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatInventoryEntered(LeadEvent):
    """投资入库 under a statistics code."""

    code: str | None = None
    output_yuan: int | None = None
    tax_yuan: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AboveScaleEntered(LeadEvent):
    """入规纳统."""

    code: str | None = None
    output_yuan: int | None = None
    tax_yuan: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FullEffectReached(LeadEvent):
    """达效."""

    code: str | None = None
    output_yuan: int | None = None
    tax_yuan: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceVisitLogged(LeadEvent):
    """干部服务员到现场; `satisfaction` 1..5."""

    findings: str | None = None
    satisfaction: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpVisitLogged(LeadEvent):
    """定期回访; `satisfaction` 1..5."""

    findings: str | None = None
    satisfaction: int | None = None
