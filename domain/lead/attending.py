"""手续、计划节点、月度进展、核查、入库入规达效、走访回访: looking after a project.

Plan clauses 15, 27, 37, 55, 60, 63, 73; domain section 12, F13, F17, F19–F21.
"""

from decimal import Decimal

from domain.calendar import EARLIEST, period_of
from domain.errors import BadInput, Refused, require_text
from domain.lead import events as e
from domain.lead.standing import Lead
from domain.lead.state import LeadState
from domain.vocabulary import Milestone

_MONTHS = 12
_ORDER = (Milestone.START, Milestone.COMPLETION, Milestone.PRODUCTION)


def state_permit(_: Lead, permit: e.PermitStated) -> None:
    """前期手续: always welcome; the latest word on an item counts."""
    if permit.number is not None:
        require_text(permit.number, "number")


def set_plan(lead: Lead, plan: e.MilestonePlanSet) -> None:
    """计划节点. A revision says why; the days first planned stay visible (F17)."""
    if not plan.milestones and plan.monthly_fai_yuan is None:
        raise BadInput("milestones", "至少填写一个计划节点或月度投资计划")
    named = [planned.milestone for planned in plan.milestones]
    if len(named) != len(set(named)):
        raise BadInput("milestones", "同一节点不能重复填写")
    before = lead.whole_on(plan.occurred_on)
    days = {**before.planned, **{p.milestone: p.planned_on for p in plan.milestones}}
    ordered = [days[milestone] for milestone in _ORDER if milestone in days]
    if ordered != sorted(ordered):
        raise BadInput("milestones", "计划日期须依次为开工、竣工、投产")
    if ordered and ordered[0] < EARLIEST:
        raise BadInput("milestones", f"计划日期不能早于 {EARLIEST}，请核对年份")
    _refuse_odd_figures(plan)
    if plan_exists(before) and not (plan.ground or "").strip():
        raise BadInput("ground", "调整计划须说明理由")


def plan_exists(state: LeadState) -> bool:
    """Whether a further plan is a revision (a manager's act)."""
    return bool(state.planned or state.fai_plan)


def _refuse_odd_figures(plan: e.MilestonePlanSet) -> None:
    figures = plan.monthly_fai_yuan
    if figures is None:
        return
    if plan.fai_year is None:
        raise BadInput("fai_year", "月度投资计划须注明年度")
    if len(figures) != _MONTHS:
        raise BadInput("monthly_fai_wan", "月度投资计划须为十二个月的累计数")
    if list(figures) != sorted(figures):
        raise BadInput("monthly_fai_wan", "月度投资计划为年初以来累计，不能下降")


def report_progress(_: Lead, report: e.MonthlyProgressReported) -> None:
    """月度进展."""
    if report.period > period_of(report.occurred_on):
        raise BadInput("period", "报送月份不能晚于业务日期所在月份")
    require_text(report.text, "text")
    if report.percent is not None and not 0 <= report.percent <= Decimal(1):
        raise BadInput("percent", "形象进度应在 0 与 1 之间")


def check_site(_: Lead, __: e.SiteChecked) -> None:
    """现场核查: always welcome; what it found is compared with what was reported elsewhere."""


def enter_statistics(lead: Lead, entry: e.StatInventoryEntered) -> None:
    """投资入库: of what is signed."""
    refuse_unless_reached(lead.standing_on(entry.occurred_on), entry)


def enter_above_scale(lead: Lead, entry: e.AboveScaleEntered) -> None:
    """入规纳统: of what produces, be it on trial or in part."""
    refuse_unless_reached(lead.standing_on(entry.occurred_on), entry)


def reach_full_effect(lead: Lead, effect: e.FullEffectReached) -> None:
    """达效: of what produces."""
    refuse_unless_reached(lead.standing_on(effect.occurred_on), effect)


def log_visit(_: Lead, visit: e.ServiceVisitLogged | e.FollowUpVisitLogged) -> None:
    """走访 and 回访."""
    if visit.satisfaction is not None and not 1 <= visit.satisfaction <= 5:
        raise BadInput("satisfaction", "满意度应为 1 至 5")


def refuse_unless_reached(before: LeadState, event: e.LeadEvent) -> None:
    """What an entry into statistics stands on, at its place in business order."""
    if isinstance(event, e.StatInventoryEntered):
        reached, needed = before.signed_on, "签约"
    elif isinstance(event, e.AboveScaleEntered):
        reached = before.produced_on or before.trial_on or before.partial_on
        needed = "投产（含试生产、部分投产）"
    else:
        reached, needed = before.produced_on, "投产"
    if reached is None:
        raise Refused("milestone_missing", f"该项目在{event.occurred_on}前尚无{needed}记录")
