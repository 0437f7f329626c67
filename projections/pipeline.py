"""Is enough being negotiated to reach the year's target? (储备项目对目标缺口的覆盖)

Domain section 12, F24: (Σ in-negotiation estimated amount × stage probability) ÷ (target − F2);
the plan, clause 3 (接续不足). The probability of a stage is the share of the centre's own past
leads that reached it and signed in the end, of those whose end is known: signed, lost, or shelved.
With fewer of them than the rulebook asks for it stays blank, and so does what is built on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy import Connection

from domain.calendar import year_until
from domain.lead.accounts import COUNTED_IN_AMOUNT
from domain.lead.negotiation import came_on, decided, expected_yuan, has_reached, negotiating_at
from domain.lead.state import LeadState
from domain.money import ratio_text
from domain.rulebook import Rulebook
from domain.unit.known import spellings
from domain.vocabulary import NegotiationStage
from projections.clocks import Clocks
from projections.indicators import year_shares
from projections.lead_states import EVERYWHERE, LeadOnDay, Where, leads_on
from projections.target_plan import NO_AIMS, Plan, plan_of


@dataclass(frozen=True, slots=True)
class StageOdds:
    """Of past leads that reached a stage: how many were decided, how many of those signed."""

    stage: NegotiationStage
    decided: int
    signed: int
    enough: bool

    @property
    def probability(self) -> Fraction | None:
        """None when history is too thin."""
        return Fraction(self.signed, self.decided) if self.enough and self.decided else None


@dataclass(frozen=True, slots=True)
class PipelineStage:
    """What is in negotiation at one stage. `unestimated` leads have no amount and add nothing."""

    odds: StageOdds
    leads: list[UUID]
    unestimated: list[UUID]
    yuan: int

    @property
    def weighted_yuan(self) -> Fraction | None:
        """None when leads stand there whose odds are unknown."""
        if not self.leads:
            return Fraction(0)
        return None if self.odds.probability is None else self.yuan * self.odds.probability


@dataclass(frozen=True, slots=True)
class Pipeline:
    """`cover` has 4 places; None where a part of it is blank or nothing is missing any more."""

    stages: list[PipelineStage]
    target_yuan: int | None
    actual_yuan: int

    @property
    def yuan(self) -> int:
        return sum(stage.yuan for stage in self.stages)

    @property
    def weighted_yuan(self) -> Fraction | None:
        parts = [stage.weighted_yuan for stage in self.stages]
        known = [part for part in parts if part is not None]
        return sum(known, Fraction(0)) if len(known) == len(parts) else None

    @property
    def missing_yuan(self) -> int | None:
        """Target − F2: zero or less once the target is reached."""
        return None if self.target_yuan is None else self.target_yuan - self.actual_yuan

    @property
    def cover(self) -> str | None:
        weighted, missing = self.weighted_yuan, self.missing_yuan
        if weighted is None or missing is None or missing <= 0:
            return None
        return ratio_text(weighted.numerator, weighted.denominator * missing)

    @property
    def reason(self) -> str | None:
        """Why there is no cover."""
        if self.missing_yuan is None:
            return "尚未下达该年度协议资金目标"
        if self.missing_yuan <= 0:
            return "该年度协议资金目标已完成"
        thin = [s.odds.stage.label for s in self.stages if s.weighted_yuan is None]
        return f"历史项目不足，无法计算转化率：{'、'.join(thin)}" if thin else None


def pipeline_on(
    connection: Connection, year: int, clocks: Clocks, where: Where, rules: Rulebook
) -> Pipeline:
    """The cover of a year's target on D, or on its last day; of some leads or of all.

    The target is that of the one unit, town or chain asked for; of a mixture there is none.
    """
    when = clocks.on(year_until(year, clocks.as_of))
    leads = list(leads_on(connection, when))
    mine = {lead.lead_id for lead in leads if where.takes(lead.state)}
    shares = year_shares(connection, year, when, rules)
    actual = sum(share.yuan for share in shares if share.lead_id in mine)
    target = _target(plan_of(connection, year, when), where)
    return pipeline(leads, when.as_of, target, actual, rules, where)


def _target(plan: Plan, where: Where) -> int | None:
    asked = [
        (name, aims)
        for name, aims in (
            (where.unit, plan.by_unit),
            (where.town, plan.by_town),
            (where.chain, plan.by_chain),
        )
        if name is not None
    ]
    if not asked:
        whole: int | None = plan.values.get("agreed")
        return whole
    name, aims = asked[0]
    # A unit may stand in the target by another spelling than it is asked by.
    names = spellings(name) if aims is plan.by_unit else (name,)
    found = next((aims[name] for name in names if name in aims), NO_AIMS)
    return found[1] if len(asked) == 1 else None


def pipeline(
    leads: Iterable[LeadOnDay],
    day: date,
    target_yuan: int | None,
    actual_yuan: int,
    rules: Rulebook,
    where: Where = EVERYWHERE,
) -> Pipeline:
    """The cover of `target_yuan` − `actual_yuan` (F2), of leads as they stand on `day`.

    `where` says whose open leads; the odds are the whole centre's: one unit's history is thin.
    """
    counted = [
        lead
        for lead in leads
        if lead.state.relation in COUNTED_IN_AMOUNT
        and came_on(lead.state) <= day
        and lead.state.split_from is None
    ]
    past = [lead.state for lead in counted if decided(lead.state)]
    open_at: dict[NegotiationStage, list[LeadOnDay]] = {stage: [] for stage in NegotiationStage}
    for lead in counted:
        stage = negotiating_at(lead.state, day)
        if stage is not None and where.takes(lead.state):
            open_at[stage].append(lead)
    stages = [
        PipelineStage(
            _odds(past, stage, rules),
            [lead.lead_id for lead in here],
            [lead.lead_id for lead in here if expected_yuan(lead.state) is None],
            sum(expected_yuan(lead.state) or 0 for lead in here),
        )
        for stage, here in open_at.items()
    ]
    return Pipeline(stages, target_yuan, actual_yuan)


def _odds(past: Iterable[LeadState], stage: NegotiationStage, rules: Rulebook) -> StageOdds:
    reached = [state for state in past if has_reached(state, stage)]
    signed = sum(state.signed_on is not None for state in reached)
    return StageOdds(stage, len(reached), signed, len(reached) >= rules.pipeline_least_leads)
