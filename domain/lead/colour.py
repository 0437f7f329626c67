"""Is a project on plan? (三色管理: green, yellow, red; grey without a plan)

Domain section 12, F17 (its numbers from 银川 and 邯郸, section 3.1); plan clauses 28, 60. Every
judgement says why. A manager may override it, with a ground and for a time.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.calendar import add_months, month_end, period_of
from domain.lead.state import LeadState
from domain.money import round_text
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import Colour, Milestone, Stage

_WORST = (Colour.GREEN, Colour.GREY, Colour.YELLOW, Colour.RED)  # ascending
_UNSIGNED = (Stage.LEAD, Stage.FRAMEWORK)
COLOURED = frozenset({*_UNSIGNED, Stage.SIGNED, Stage.STARTED, Stage.COMPLETED})
"""Stages that have a colour: what produces or is closed has none."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing looked at, and the colour it would give."""

    code: str
    colour: Colour
    detail: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """`judged` is the worst of the reasons; `colour` what is shown: an override hides it."""

    colour: Colour
    judged: Colour
    reasons: tuple[Reason, ...]
    overridden: str | None = None  # the ground
    until: date | None = None  # the last day of the override


def colour_of(state: LeadState, day: date, rules: Rulebook = DEFAULT_RULES) -> Judgement | None:
    """The colour of a lead on `day`; None once it produces, or is closed."""
    match state.stage:
        case Stage.SIGNED:
            reasons = [_awaited(state, Milestone.START, state.start_due, day, rules)]
        case Stage.STARTED:
            reasons = [_progress(state, day, rules), *_statistics(state, day, rules)]
            if state.suspended:
                since = state.suspensions[-1].since
                reasons.append(Reason("suspended", Colour.RED, f"自{since}起停工"))
        case Stage.COMPLETED:
            awaited = _awaited(state, Milestone.PRODUCTION, state.production_due, day, rules)
            reasons = [awaited, *_statistics(state, day, rules)]
        case stage if stage in _UNSIGNED:
            reasons = [_inactivity(state, day, rules)]
        case _:
            return None
    # The worst first: who reads no further must not miss it.
    reasons.sort(key=lambda reason: -_WORST.index(reason.colour))
    judged = reasons[0].colour
    override = state.colour_override
    if override is not None and day <= override.until:
        return Judgement(override.colour, judged, tuple(reasons), override.ground, override.until)
    return Judgement(judged, judged, tuple(reasons))


def _awaited(
    state: LeadState, milestone: Milestone, agreed: date | None, day: date, rules: Rulebook
) -> Reason:
    """L1 and L3: has the month passed for which the next milestone is planned, or agreed?"""
    planned = state.planned.get(milestone, agreed)
    what = milestone.label
    if planned is None:
        return Reason("no_plan", Colour.GREY, f"无{what}计划")
    first = state.planned_first.get(milestone, planned)
    moved = f"（原计划{first}）" if first != planned else ""
    if day <= month_end(planned.year, planned.month):
        return Reason("planned", Colour.GREEN, f"计划{planned}{what}{moved}")
    passed = _full_months_after(planned, day)
    colour = Colour.RED if passed >= rules.red_after_months else Colour.YELLOW
    late = f"已过{passed}个整月" if passed else "计划月份已过"
    return Reason("plan_passed", colour, f"计划{planned}{what}{moved}，{late}仍未{what}")


def _progress(state: LeadState, day: date, rules: Rulebook) -> Reason:
    """L2: by how many points is what is done behind what was planned?"""
    measured = _by_investment(state, day) or _by_schedule(state, day)
    if measured is None:
        return Reason("no_plan", Colour.GREY, "无年度投资计划和竣工计划")
    planned, done, how = measured
    gap = 100 * (planned - done)
    said = f"{'超' if gap < 0 else '差'}{round_text(abs(gap), 2)}个百分点"
    detail = f"{how}：计划{_percent(planned)}，完成{_percent(done)}，{said}"
    if gap > rules.red_gap_points:
        return Reason("behind", Colour.RED, detail)
    if gap >= rules.yellow_gap_points:
        return Reason("behind", Colour.YELLOW, detail)
    return Reason("on_plan", Colour.GREEN, detail)


def _by_investment(state: LeadState, day: date) -> tuple[Decimal, Decimal, str] | None:
    """The year's cumulative plan and the latest return, up to the last full month."""
    plan = state.fai_plan.get(day.year)
    if plan is None or plan[-1] == 0:
        return None
    month = day.month if day == month_end(day.year, day.month) else day.month - 1
    planned = Decimal(plan[month - 1] if month else 0)
    periods = [p for p in state.returns if f"{day.year}-01" <= p <= period_of(day)]
    done = Decimal(state.returns[max(periods)] if periods else 0)
    return planned / plan[-1], done / plan[-1], f"{day.year}年投资计划至{month}月"


def _by_schedule(state: LeadState, day: date) -> tuple[Decimal, Decimal, str] | None:
    """Without a plan of investment: the time gone of the building time, and 形象进度."""
    completion = state.planned.get(Milestone.COMPLETION, state.completion_due)
    if completion is None or state.started_on is None or completion <= state.started_on:
        return None
    gone = Decimal((day - state.started_on).days) / (completion - state.started_on).days
    reported = [state.progress[p].percent for p in sorted(state.progress)]
    done = next((percent for percent in reversed(reported) if percent is not None), Decimal(0))
    return min(gone, Decimal(1)), done, f"工期至{completion}"


def _statistics(state: LeadState, day: date, rules: Rulebook) -> list[Reason]:
    """Started, and not in the statistics library?"""
    if state.started_on is None or state.statistics_on is not None:
        return []
    if day > add_months(state.started_on, rules.statistics_red_months):
        colour = Colour.RED
    elif day >= add_months(state.started_on, rules.statistics_yellow_months):
        colour = Colour.YELLOW
    else:
        return []
    return [Reason("not_in_statistics", colour, f"{state.started_on}开工，尚未投资入库")]


def _inactivity(state: LeadState, day: date, rules: Rulebook) -> Reason:
    """Before signing: how long has nothing happened?"""
    last = state.last_activity_on or state.registered_on or day
    detail = f"最近一次进展在{last}"
    if day > add_months(last, rules.archive_after_months):
        return Reason("archive_proposed", Colour.RED, f"{detail}，建议归档")
    if day >= add_months(last, rules.inactive_red_months):
        return Reason("inactive", Colour.RED, detail)
    if day >= add_months(last, rules.inactive_yellow_months):
        return Reason("inactive", Colour.YELLOW, detail)
    return Reason("active", Colour.GREEN, detail)


def _full_months_after(planned: date, day: date) -> int:
    """Whole calendar months that have gone by after the month of `planned`."""
    months = (day.year - planned.year) * 12 + day.month - planned.month
    return months if day == month_end(day.year, day.month) else months - 1


def _percent(share: Decimal) -> str:
    return f"{round_text(100 * share, 2)}%"
