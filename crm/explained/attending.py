"""What makes up 回访率, 服务员到位率, 月报完整率 and 手续办结率? (F19, F20, F21, F13)"""

from collections.abc import Callable, Iterable
from typing import Any

from crm.attending_presentation import (
    attendance_shown,
    follow_ups_shown,
    permits_shown,
    returns_shown,
)
from crm.explained.figure import WHERE, Figure, Inquiry, OfStates, Source, Values
from domain.calendar import first_day, month_end, period_beside
from domain.lead import events as e
from domain.lead import facts as f
from domain.lead.facts import Fact
from domain.lead.state import LeadState
from domain.vocabulary import ResponsibilityRole, ReturnState
from projections.lead_states import LeadOnDay, leads_on
from projections.permits import STAGES as PERMIT_STAGES
from projections.permits import Permits, permits
from projections.returns import STAGES as RETURN_STAGES
from projections.returns import Returns, monthly_returns
from projections.visits import Attendance, FollowUps, follow_ups, service_visits

_STATES = ("clock", "leads", "states", "rules")
_SINCE = Source("/follow-ups/due", _STATES, optional=(*WHERE, "since"))
_VISITS = Source("/service-visits/due", _STATES, optional=(*WHERE, "since"))
_RETURNS = Source("/returns", _STATES, optional=(*WHERE, "period"))
_PERMITS = Source("/permits", _STATES, optional=(*WHERE, "year"))

Leads = Iterable[LeadOnDay]


# --- follow-ups and service visits ----------------------------------------------------------


def _followed(leads: Leads, q: Inquiry) -> FollowUps:
    return follow_ups(leads, q.first, q.day, q.rules)


def _follow_up(name: str, label: str, values: Callable[[FollowUps], Values], seen: Any) -> Figure:
    def facts(_: LeadState, q: Inquiry) -> list[Fact]:
        return [f.signing if q.rules.follow_up_all_signed else f.production, *seen(q)]

    return Figure(
        name,
        label,
        _SINCE,
        lambda q: follow_ups_shown(
            _followed(leads_on(q.connection, q.clocks, q.where), q), detail=False
        ),
        OfStates(lambda lead, q: values(_followed([lead], q)), facts),
    )


def _attended(leads: Leads, q: Inquiry) -> Attendance:
    return service_visits(leads, q.first, q.day, q.rules)


def _attendance() -> Figure:
    def values(lead: LeadOnDay, q: Inquiry) -> Values:
        found = _attended([lead], q)
        return {"numerator": found.visited, "denominator": len(found.months)}

    def facts(_: LeadState, q: Inquiry) -> list[Fact]:
        return [
            f.spells_of(ResponsibilityRole.SERVICE_OFFICER),
            f.within(e.ServiceVisitLogged, q.first.replace(day=1), q.day),
            f.exit_,
        ]

    return Figure(
        "service_visit_rate",
        "干部服务员到位率",
        _VISITS,
        lambda q: attendance_shown(
            _attended(leads_on(q.connection, q.clocks, q.where), q), detail=False
        ),
        OfStates(values, facts),
    )


# --- monthly returns ------------------------------------------------------------------------


def _returned(leads: Leads, q: Inquiry) -> Returns:
    return monthly_returns(leads, q.period, q.day, q.rules)


def _return_figure(
    name: str,
    label: str,
    values: Callable[[Returns], Values],
    told_by: Callable[[str], list[Fact]],
) -> Figure:
    return Figure(
        name,
        label,
        _RETURNS,
        lambda q: returns_shown(
            _returned(leads_on(q.connection, q.clocks, q.where, stages=RETURN_STAGES), q)
        ),
        OfStates(
            lambda lead, q: values(_returned([lead], q)),
            lambda _, q: [f.start, f.production, f.exit_, *told_by(q.period)],
            RETURN_STAGES,
        ),
    )


def _came(period: str) -> list[Fact]:
    return [
        fact
        for kind in (e.MonthlyProgressReported, e.FixedAssetInvestmentReported)
        for fact in f.of_period(kind, period)
    ]


def _beside_month_before(period: str) -> list[Fact]:
    before = period_beside(period, -1)
    merged = f.returns_put_together(f"{before[:4]}-01", period)
    return [*_came(before), *_came(period), merged]


def _checked(period: str) -> list[Fact]:
    first = first_day(period)
    return [f.within(e.SiteChecked, first, month_end(first.year, first.month))]


def _of_state(state: ReturnState) -> Figure:
    return _return_figure(
        f"returns_{state.value}",
        f"月报：{state.label}（份）",
        lambda found: {"count": found.count(state)},
        _came,
    )


# --- permits --------------------------------------------------------------------------------


def _permitted(leads: Leads, q: Inquiry) -> Permits:
    return permits(leads, q.day, q.asked.year, q.rules)


def _permit_figure(name: str, label: str, values: Callable[[Permits], Values]) -> Figure:
    def facts(_: LeadState, q: Inquiry) -> list[Fact]:
        return [f.permits, *([f.signing] if q.asked.year is not None else [])]

    return Figure(
        name,
        label,
        _PERMITS,
        lambda q: permits_shown(
            _permitted(leads_on(q.connection, q.clocks, q.where, stages=PERMIT_STAGES), q),
            detail=False,
        ),
        OfStates(lambda lead, q: values(_permitted([lead], q)), facts, PERMIT_STAGES),
    )


FIGURES = [
    _follow_up(
        "follow_up_rate",
        "回访率",
        lambda found: {"numerator": len(found.visited), "denominator": len(found.projects)},
        lambda q: [f.within(e.FollowUpVisitLogged, q.first, q.day)],
    ),
    _follow_up(
        "follow_ups_due",
        "应回访项目（个）",
        lambda found: {"count": len(found.due)},
        lambda _: [f.last(e.FollowUpVisitLogged)],
    ),
    _attendance(),
    _return_figure(
        "returns_completeness",
        "月报完整率",
        lambda found: {"numerator": found.count(ReturnState.ON_TIME), "denominator": found.due},
        _came,
    ),
    *(_of_state(state) for state in ReturnState),
    _return_figure(
        "returns_identical",
        "月报：与上月雷同（个）",
        lambda found: {"count": sum(item.identical for item in found.items)},
        _beside_month_before,
    ),
    _return_figure(
        "returns_checked_share",
        "现场核查率",
        lambda found: {"numerator": found.checked, "denominator": len(found.items)},
        _checked,
    ),
    _permit_figure(
        "permit_item_rate",
        "手续办结率（按事项）",
        lambda found: {"numerator": found.whole.obtained, "denominator": found.whole.required},
    ),
    _permit_figure(
        "permit_project_rate",
        "手续办结率（按项目）",
        lambda found: {"numerator": found.whole.done, "denominator": found.whole.projects},
    ),
    _permit_figure("permits_open", "待办手续（项）", lambda found: {"count": found.whole.open}),
    _permit_figure(
        "permits_overdue", "逾期手续（项）", lambda found: {"count": found.whole.overdue}
    ),
]
