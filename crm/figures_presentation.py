"""How rates, funnels, visits, returns and permits are shown."""

from collections.abc import Sequence
from typing import Any

from crm.lead_lines import lead_line
from crm.presentation import Shown, day_text
from domain.money import ratio_text, wan_text
from projections.funnel import FunnelStep
from projections.permits import Permits
from projections.rates import Days, Rates
from projections.returns import Returns
from projections.visits import FollowUps, ServiceVisits


def rates_shown(found: Rates, *, detail: bool) -> Shown:
    """Contract, "GET /rates"; the leads behind each count when asked for."""
    shown = {
        "signed": found.signed,
        "started": found.started,
        "completed": found.completed,
        "produced": found.produced,
        "exited": found.exited,
        "start_rate": found.start_rate,
        "completion_rate": found.completion_rate,
        "production_rate": found.production_rate,
        "funds_rate": found.funds_rate,
        "performance_rate": found.performance_rate,
        "landing_rate": found.landing_rate,
        "full_effect_rate": found.full_effect_rate,
        "completed_of_started": found.completed_of_started,
        "produced_of_completed": found.produced_of_completed,
        "agreed_total_wan": wan_text(found.agreed_yuan),
        "funds_wan": wan_text(found.funds_yuan),
        "signing_to_start_days": _days(found.signing_to_start),
        "start_to_completion_days": _days(found.start_to_completion),
        "completion_to_production_days": _days(found.completion_to_production),
    }
    if detail:
        shown["leads"] = {name: [str(i) for i in ids] for name, ids in found.leads.items()}
    return shown


def funnel_shown(steps: Sequence[FunnelStep], *, detail: bool) -> list[Shown]:
    """The steps, each with its share of the one before and of the first."""
    return [
        {
            "step": step.name,
            "label": step.label,
            "count": step.count,
            "conversion": step.conversion,
            "overall": step.overall,
            **({"leads": [str(lead_id) for lead_id in step.leads]} if detail else {}),
        }
        for step in steps
    ]


def follow_ups_shown(found: FollowUps, day: Any) -> Shown:
    """回访率, and who is due."""
    return {
        "producing": found.producing,
        "visited": found.visited,
        "rate": found.rate,
        "count": len(found.due),
        "items": [
            {
                **lead_line(item.lead_id, item.state),
                "produced_on": day_text(item.state.produced_on),
                "last_follow_up_on": day_text(item.last_on),
                "due_on": item.due_on.isoformat(),
                "overdue_days": (day - item.due_on).days,
            }
            for item in found.due
        ],
    }


def service_visits_shown(found: ServiceVisits) -> Shown:
    """服务员到位率, by officer, and the project-months without a visit."""
    officers = sorted({month.state.service_officer or "已调整" for month in found.months})
    by_officer = {}
    for officer in officers:
        months = [m for m in found.months if (m.state.service_officer or "已调整") == officer]
        visited = sum(month.visited for month in months)
        by_officer[officer] = {
            "assigned": len(months),
            "visited": visited,
            "rate": ratio_text(visited, len(months)),
        }
    missed = [month for month in found.months if not month.visited]
    return {
        "assigned": len(found.months),
        "visited": found.visited,
        "rate": found.rate,
        "by_officer": by_officer,
        "count": len(missed),
        "items": [
            {**lead_line(month.lead_id, month.state), "month": month.month.strftime("%Y-%m")}
            for month in missed
        ],
    }


def returns_shown(found: Returns) -> Shown:
    """月报: every project that owes one, what came of it, and the unit's completeness."""
    by_unit: dict[str, list[str]] = {}
    for item in found.items:
        by_unit.setdefault(item.state.recruiting_unit, []).extend(
            state.value for state in (item.progress, item.investment)
        )
    return {
        "period": found.period,
        "due_on": found.due_on.isoformat(),
        "completeness": found.completeness,
        "checked_share": found.checked_share,
        "by_unit": {
            unit: ratio_text(states.count("on_time"), len(states) - states.count("not_yet_due"))
            for unit, states in sorted(by_unit.items())
        },
        "count": len(found.items),
        "items": [
            {
                **lead_line(item.lead_id, item.state),
                "progress": item.progress.value,
                "investment": item.investment.value,
                "identical": item.identical,
                "checked": item.checked,
            }
            for item in found.items
        ],
    }


def permits_shown(found: Permits) -> Shown:
    """手续办结率, by item, and what is open."""
    return {
        "item_rate": found.item_rate,
        "project_rate": found.project_rate,
        "projects": found.projects,
        "done": found.done,
        "by_item": {
            item.value: {
                "label": item.label,
                "required": rate.required,
                "obtained": rate.obtained,
                "rate": rate.rate,
            }
            for item, rate in found.by_item.items()
        },
        "count": len(found.open),
        "items": [
            {
                **lead_line(item.lead_id, item.state),
                "item": item.item.value,
                "item_label": item.item.label,
                "due": day_text(item.permit.due),
                "overdue_days": item.overdue_days,
            }
            for item in found.open
        ],
    }


def _days(found: Days) -> Shown:
    return {"median": found.median, "p90": found.p90, "open_median": found.open_median}
