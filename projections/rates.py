"""How many of those signed have started, are built, produce? (开工率、竣工率、投产率、资金到位率)

Domain section 12, F5–F7, F9–F12, F14, and section 1.3 for the published formulas; contract,
"GET /rates"; the plan, clauses 31, 39. The cohort is the leads first signed in the year, or before
it. Leads exited on D are left out of every figure and shown as a count, unless they are asked for;
leads split or merged go on in others, and those are counted.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from domain.lead.performance import landed, performed
from domain.lead.state import LeadState
from domain.money import ratio_text
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import Stage
from projections.durations import (
    Days,
    completion_to_production,
    signing_to_start,
    start_to_completion,
)
from projections.lead_states import LeadOnDay

STAGES = frozenset({Stage.SIGNED, Stage.STARTED, Stage.COMPLETED, Stage.PRODUCING, Stage.EXITED})
"""Where leads ever signed stand: the states this question needs."""


class Cohort(StrEnum):
    """当年签约 or 往年签约."""

    YEAR = "year"
    BEFORE = "before"

    def takes(self, signed_on: date, year: int) -> bool:
        return signed_on.year == year if self is Cohort.YEAR else signed_on.year < year


@dataclass(frozen=True, slots=True)
class OfPrevious:
    """Each step as a share of the step before it, as 河南 counts (domain section 1.3).

    A step's leads are those that have come through every step before it.
    """

    performance_rate: str | None  # 签约项目履约率
    start_rate: str | None  # 履约项目开工率
    production_rate: str | None  # 开工项目投产率
    full_effect_rate: str | None  # 投产项目达效率


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts of leads, rates as text with 4 places (None without a denominator), amounts in 元.

    `leads` names the leads behind each count. Funds in 美元 are shown apart: `funds_rate` is of
    the funds in 元, since an agreement's total is in 元.
    """

    signed: int
    started: int
    completed: int
    produced: int
    exited: int
    start_rate: str | None  # F5
    completion_rate: str | None  # F6
    production_rate: str | None  # F7
    performance_rate: str | None  # F9
    landing_rate: str | None  # F10
    funds_rate: str | None  # F11, not capped
    investment_completion: str | None  # F12, of the leads with a plan for the year
    full_effect_rate: str | None  # F14, of those producing
    completed_of_started: str | None
    produced_of_completed: str | None
    of_previous: OfPrevious
    agreed_yuan: int
    funds_yuan: int
    funds_usd: int
    planned_fai_yuan: int
    fai_yuan: int
    signing_to_start: Days
    start_to_completion: Days
    completion_to_production: Days
    leads: dict[str, list[UUID]]


def rates(
    leads: Iterable[LeadOnDay],
    year: int,
    day: date,
    cohort: Cohort = Cohort.YEAR,
    *,
    include_exited: bool | None = None,
    rules: Rulebook = DEFAULT_RULES,
) -> Rates:
    """The rates of a cohort on `day`, of leads as they stand then.

    With the exited or without, as asked; by the rules when that is not said.
    """
    if include_exited is None:
        include_exited = rules.rates_include_exited
    cohort_leads = [
        lead
        for lead in leads
        if lead.state.signed_on is not None
        and cohort.takes(lead.state.signed_on, year)
        and not lead.state.passed_on
    ]
    gone = [lead for lead in cohort_leads if lead.state.exited_on is not None]
    signed = [lead for lead in cohort_leads if include_exited or lead.state.exited_on is None]
    groups = {
        "signed": signed,
        "started": _where(signed, lambda s: s.started_on is not None),
        "completed": _where(signed, lambda s: s.completed_on is not None),
        "produced": _where(signed, lambda s: s.produced_on is not None),
        "exited": gone,
        "performed": _where(signed, lambda s: performed(s, rules)),
        "landed": _where(signed, lambda s: landed(s, rules)),
        "full_effect": _where(signed, lambda s: s.full_effect_on is not None),
        "with_annual_plan": _where(signed, lambda s: _annual_plan(s, year) > 0),
        "overfunded": _where(signed, lambda s: s.funds_total_yuan > s.countable_yuan),
    }
    count = {name: len(group) for name, group in groups.items()}
    agreed = sum(lead.state.countable_yuan for lead in signed)
    funds = sum(lead.state.funds_total_yuan for lead in signed)
    planned = groups["with_annual_plan"]
    planned_fai = sum(_annual_plan(lead.state, year) for lead in planned)
    fai = sum(_year_to_date(lead.state, year) for lead in planned)
    return Rates(
        signed=count["signed"],
        started=count["started"],
        completed=count["completed"],
        produced=count["produced"],
        exited=count["exited"],
        start_rate=ratio_text(count["started"], count["signed"]),
        completion_rate=ratio_text(count["completed"], count["signed"]),
        production_rate=ratio_text(count["produced"], count["signed"]),
        performance_rate=ratio_text(count["performed"], count["signed"]),
        landing_rate=ratio_text(count["landed"], count["signed"]),
        funds_rate=ratio_text(funds, agreed),
        investment_completion=ratio_text(fai, planned_fai),
        full_effect_rate=ratio_text(count["full_effect"], count["produced"]),
        completed_of_started=ratio_text(count["completed"], count["started"]),
        produced_of_completed=ratio_text(count["produced"], count["completed"]),
        of_previous=_of_previous(signed, rules),
        agreed_yuan=agreed,
        funds_yuan=funds,
        funds_usd=sum(lead.state.funds_usd for lead in signed),
        planned_fai_yuan=planned_fai,
        fai_yuan=fai,
        signing_to_start=signing_to_start(signed, day),
        start_to_completion=start_to_completion(signed, day),
        completion_to_production=completion_to_production(signed, day),
        leads={name: [lead.lead_id for lead in group] for name, group in groups.items()},
    )


def step_by_step(signed: Sequence[LeadOnDay], rules: Rulebook) -> list[list[LeadOnDay]]:
    """Signed, of these performed, of these started, of these producing, of these in full effect."""
    done = _where(signed, lambda s: performed(s, rules))
    started = _where(done, lambda s: s.started_on is not None)
    produced = _where(started, lambda s: s.produced_on is not None)
    effective = _where(produced, lambda s: s.full_effect_on is not None)
    return [list(signed), done, started, produced, effective]


def _of_previous(signed: Sequence[LeadOnDay], rules: Rulebook) -> OfPrevious:
    steps = [len(step) for step in step_by_step(signed, rules)]
    return OfPrevious(*(ratio_text(here, before) for before, here in pairwise(steps)))


def _where(leads: Sequence[LeadOnDay], holds: Callable[[LeadState], bool]) -> list[LeadOnDay]:
    return [lead for lead in leads if holds(lead.state)]


def _annual_plan(state: LeadState, year: int) -> int:
    """The year's planned investment: the last of its cumulative figures."""
    plan = state.fai_plan.get(year)
    return plan[-1] if plan else 0


def _year_to_date(state: LeadState, year: int) -> int:
    """The latest return of the year: figures are cumulative, so they are never added."""
    periods = [period for period in state.returns if period.startswith(f"{year}-")]
    return state.returns[max(periods)] if periods else 0
