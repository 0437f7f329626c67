"""How follow-ups, service visits, monthly returns and permits are shown."""

from collections.abc import Iterable
from uuid import UUID

from crm.lead_lines import lead_line
from crm.presentation import Shown, day_text
from domain.money import ratio_text
from domain.vocabulary import ReturnMark, ReturnState
from projections.permits import OpenPermit, Permits, Tally
from projections.returns import MonthlyReturn, Returns
from projections.visits import Attendance, FollowUpDue, FollowUps, OfficerMonth


def follow_ups_shown(found: FollowUps, *, detail: bool) -> Shown:
    """回访率; who is due comes as items."""
    shown: Shown = {
        "projects": len(found.projects),
        "visited": len(found.visited),
        "rate": found.rate,
        "count": len(found.due),
    }
    if detail:
        shown["leads"] = {"projects": _ids(found.projects), "visited": _ids(found.visited)}
    return shown


def follow_up_due(item: FollowUpDue) -> Shown:
    """A project whose follow-up is due."""
    return {
        **lead_line(item.lead_id, item.state),
        "signed_on": day_text(item.state.signed_on),
        "produced_on": day_text(item.state.produced_on),
        "last_follow_up_on": day_text(item.last_on),
        "due_on": item.due_on.isoformat(),
        "overdue_days": item.overdue_days,
    }


def attendance_shown(found: Attendance, *, detail: bool) -> Shown:
    """服务员到位率, by officer and by unit; project-months without a visit come as items."""
    shown: Shown = {
        **_attended(found),
        "by_officer": {name: _attended(part) for name, part in found.by_officer().items()},
        "by_unit": {name: _attended(part) for name, part in found.by_unit().items()},
        "count": len(found.missed),
    }
    if detail:
        shown["leads"] = {
            "assigned": _lead_months(found.months),
            "visited": _lead_months([month for month in found.months if month.visited]),
        }
    return shown


def missed_visit(month: OfficerMonth) -> Shown:
    """A project-month without a visit."""
    return {
        **lead_line(month.lead_id, month.state),
        "month": month.month,
        "officer": month.officer,
    }


def returns_shown(found: Returns) -> Shown:
    """月报完整率 and 核查率, in all and by unit; every project that owes one comes as an item."""
    return {
        "period": found.period,
        "due_on": found.due_on.isoformat(),
        **_returned(found),
        "by_unit": {unit: _returned(part) for unit, part in found.by_unit().items()},
        "labels": {word.value: word.label for word in (*ReturnState, *ReturnMark)},
        "count": len(found.items),
    }


def monthly_return(item: MonthlyReturn) -> Shown:
    """What came of one project's returns."""
    return {
        **lead_line(item.lead_id, item.state),
        "progress": item.progress.value,
        "progress_label": item.progress.label,
        "progress_on": day_text(item.progress_on),
        "investment": item.investment.value,
        "investment_label": item.investment.label,
        "investment_on": day_text(item.investment_on),
        "identical": item.identical,
        "mark": item.mark.value if item.mark else None,
        "mark_label": item.mark.label if item.mark else None,
        "checked": item.checked,
    }


def permits_shown(found: Permits, *, detail: bool) -> Shown:
    """手续办结率, by item and by unit, beside the quarter's target; open ones come as items."""
    shown: Shown = {
        **_permitted(found.whole),
        "target": ratio_text(found.target_percent, 100),
        "gap_pp": found.gap_pp,
        "by_item": {
            item.value: {"label": item.label, **_permitted(tally)}
            for item, tally in found.by_item.items()
        },
        "by_unit": {unit: _permitted(tally) for unit, tally in found.by_unit.items()},
        "unstated": len(found.unstated),
        "count": len(found.open),
    }
    if detail:
        shown["leads"] = {"done": _ids(found.done), "unstated": _ids(found.unstated)}
    return shown


def open_permit(item: OpenPermit) -> Shown:
    """An item still to be obtained."""
    return {
        **lead_line(item.lead_id, item.state),
        "item": item.item.value,
        "item_label": item.item.label,
        "due": day_text(item.permit.due),
        "overdue_days": item.overdue_days,
    }


def _attended(found: Attendance) -> Shown:
    return {"assigned": len(found.months), "visited": found.visited, "rate": found.rate}


def _lead_months(months: list[OfficerMonth]) -> list[Shown]:
    return [{"lead_id": str(month.lead_id), "month": month.month} for month in months]


def _returned(found: Returns) -> Shown:
    return {
        "projects": len(found.items),
        "due": found.due,
        **{state.value: found.count(state) for state in ReturnState},
        "identical": sum(item.identical for item in found.items),
        "completeness": found.completeness,
        "checked": found.checked,
        "checked_share": found.checked_share,
    }


def _permitted(tally: Tally) -> Shown:
    return {
        "required": tally.required,
        "obtained": tally.obtained,
        "open": tally.open,
        "overdue": tally.overdue,
        "not_applicable": tally.not_applicable,
        "item_rate": tally.item_rate,
        "projects": tally.projects,
        "done": tally.done,
        "project_rate": tally.project_rate,
    }


def _ids(ids: Iterable[UUID]) -> list[str]:
    return [str(lead_id) for lead_id in ids]
