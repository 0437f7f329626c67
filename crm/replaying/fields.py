"""What the program shows of a lead, field by field, so that two moments can be held side by side.

What is shown by a key of its own (a permit, a month's return, a notice) is a field of its own:
`permits.land`, `investment_returns.2023-05`. Colour and deadline are judged by the rules of the
day, so they may change although nothing happened.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from crm.colour_presentation import judgement_shown
from crm.lead_presentation import lead_detail
from crm.presentation import Shown, day_text
from crm.replaying.moments import Moment
from domain.lead.colour import colour_of
from domain.lead.deadlines import due_on
from domain.lead.state import LeadState
from domain.rulebook import Rulebook

Fields = dict[str, Any]

JUDGED = ("colour", "judgement", "due_on", "overdue_days")
"""What depends on the day and the rules, not on the events alone."""
HIDDEN = frozenset({"contact_persons"})
"""Said to have changed, never what from and what to: no audit needs people's telephones."""

_SAID_ALREADY = ("lead_id", "stage_label")  # the whole answer is of the lead; of `stage`
_BY_KEY = ("permits", "recognised", "investment_returns", "funds_by_source_wan")
_LISTED_BY = {"progress": "period", "notices": "notice_id", "incomplete_fields": "milestone"}


def fields_of(lead_id: UUID, state: LeadState | None, day: date, rules: Rulebook) -> Fields:
    """Every field of a lead on a day; none where there is no such lead."""
    if state is None:
        return {}
    return apart(whole_fields(lead_id, state, day, rules))


def fields_at(moment: Moment) -> Fields:
    return fields_of(moment.lead_id, moment.state, moment.as_of, moment.rules)


def whole_fields(lead_id: UUID, state: LeadState, day: date, rules: Rulebook) -> Shown:
    """The lead as it is shown, with what is judged of it."""
    judgement = judgement_shown(colour_of(state, day, rules))
    due = due_on(state, rules)
    shown = {
        **lead_detail(lead_id, state),
        "colour": judgement["colour"] if judgement else None,
        "judgement": judgement,
        "due_on": day_text(due),
        "overdue_days": max(0, (day - due).days) if due else 0,
    }
    return {name: value for name, value in shown.items() if name not in _SAID_ALREADY}


def apart(shown: Shown) -> Fields:
    """What is shown under keys as fields of their own."""
    fields: Fields = {}
    for name, value in shown.items():
        if name in _BY_KEY:
            fields |= _under(name, value)
        elif name in _LISTED_BY:
            key = _LISTED_BY[name]
            fields |= _under(name, {item[key]: item for item in value})
        elif name == "plan":
            plan = value or {}
            fields |= _under("plan.milestones", plan.get("milestones", {}))
            fields |= _under("plan.monthly_fai_wan", plan.get("monthly_fai_wan", {}))
            fields["plan.revisions"] = plan.get("revisions", 0)
        else:
            fields[name] = value
    return fields


def _under(name: str, values: Mapping[str, Any]) -> Fields:
    return {f"{name}.{key}": value for key, value in values.items()}
