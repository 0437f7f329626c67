"""How leads, events and figures are shown: the field names of the contract, amounts in 万.

Used by the API and by the command line, so both say the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from crm.codec import event_fields, event_type
from crm.persons.persons import See
from crm.persons.sealing import persons_of
from crm.rule_presentation import revision_shown
from domain.calendar import timestamp
from domain.event import ContactPerson, Event, Recorded
from domain.event_names import label_of
from domain.lead import events as e
from domain.lead.history import LeadHistory, voided_by
from domain.money import wan_text
from domain.rules import RulesRevised
from domain.vocabulary import (
    AgreementKind,
    CampaignKind,
    ChainRole,
    Colour,
    EnterpriseClass,
    Stage,
)
from projections.catch_up import Status
from projections.clocks import Clocks
from projections.stage_lists import ListItem, ListPage
from projections.target_tracking import TargetTable

Shown = dict[str, Any]

METRIC_LABELS = {
    "projects": "招引项目（个）",
    "agreed_total_wan": "协议资金（万元）",
    "fai_ratio": "合同项目形成固定资产投资比例",
    "big_projects": "5亿元以上产业项目（个）",
    "built_projects": "建成5000万元以上产业项目（个）",
    "domestic_growth": "引进内资增长",
    "foreign_growth": "引进外资增长",
}
KIND_LABELS = {kind.value: kind.label for kind in AgreementKind}
COLOUR_LABELS = {colour.value: colour.label for colour in Colour}
STAGE_LABELS = {stage.value: stage.label for stage in Stage}
ROLE_LABELS = {role.value: role.label for role in ChainRole}
CLASS_LABELS = {each.value: each.label for each in EnterpriseClass}
CAMPAIGN_LABELS = {kind.value: kind.label for kind in CampaignKind}

# Shown beside the net figure, of the two figures that have them.
_BESIDE = {
    "gross": ("projects", "agreed_total_wan"),
    "exited": ("projects", "agreed_total_wan"),
    "recognised": ("projects", "agreed_total_wan"),
    "adjustments": ("projects",),
}

# Integer money inside -> the contract's name for it.
_MONEY_NAMES = {
    "agreed_total_yuan": "agreed_total_wan",
    "fixed_part_yuan": "fixed_part_wan",
    "foreign_part_usd": "foreign_part_wan_usd",
    "estimated_yuan": "estimated_amount_wan",
    "registered_capital_yuan": "registered_capital_wan",
    "amount_yuan": "amount_wan",
    "amount_usd": "amount_wan_usd",
    "funds_usd": "funds_wan_usd",
    "ytd_yuan": "ytd_wan",
    "output_yuan": "output_wan",
    "tax_yuan": "tax_wan",
    "carried_yuan": "carried_wan",
}


Reveal = Callable[[Sequence[ContactPerson]], list[Shown]]
"""How contact persons are shown to whoever asks."""


def unnamed(persons: Sequence[ContactPerson]) -> list[Shown]:
    """How nobody in particular sees them: in feeds, figures and bulletins."""
    return [
        {"person_id": str(person.person_id), "name": None, "title": person.title, "phone": None}
        for person in persons
    ]


def revealed(unit: str | None, see: See) -> Reveal:
    """How somebody sees those of a lead of a unit."""

    def reveal(persons: Sequence[ContactPerson]) -> list[Shown]:
        return [
            {**asdict(person), "person_id": str(person.person_id)} for person in see(unit, persons)
        ]

    return reveal


def event_data(event: Event, reveal: Reveal = unnamed) -> Shown:
    """An event's own fields as the contract names them."""
    if isinstance(event, RulesRevised):
        return revision_shown(event)
    fields = event_fields(event)
    if isinstance(event, e.ResponsibilityAssigned):
        return {change.role.value: change.holder for change in event.changes}
    if contacts := persons_of(event):
        for persons in fields.keys() & {"contact_persons", "persons"}:
            fields[persons] = reveal(contacts)
    if (figures := fields.pop("monthly_fai_yuan", None)) is not None:
        fields["monthly_fai_wan"] = [wan_text(yuan) for yuan in figures]
    if isinstance(event, e.MonthlyProgressReported):
        fields["percent"] = percent_text(event.percent)
    return _in_wan(fields)


def percent_text(share: Decimal | None) -> str | None:
    """A share 0..1 as a percentage without trailing zeros: 0.350 → "35"."""
    return None if share is None else f"{(share * 100).normalize():f}"


def _in_wan(fields: Shown) -> Shown:
    """Amounts in 万 under the contract's names, also inside the parts of a target."""
    return {
        _MONEY_NAMES.get(name, name): wan_text(value) if name in _MONEY_NAMES else _parts(value)
        for name, value in fields.items()
    }


def _parts(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_parts(item) for item in value]
    return _in_wan(value) if isinstance(value, dict) else value


def history_items(history: LeadHistory, reveal: Reveal = unnamed) -> list[Shown]:
    """The whole history in recording order (contract, "History")."""
    voids = voided_by(history)
    return [history_item(recorded, voids.get(recorded.event_id), reveal) for recorded in history]


def feed_item(recorded: Recorded[Any]) -> Shown:
    """An event as other systems receive it: whose stream, and what was recorded."""
    return {"stream_id": str(recorded.stream_id), **event_shown(recorded)}


def event_shown(recorded: Recorded[Any]) -> Shown:
    """An event by itself: what was recorded, by whom and when."""
    item = history_item(recorded, None)
    del item["voided_by"]  # a later event says so
    return item


def history_item(recorded: Recorded[Any], void: UUID | None, reveal: Reveal = unnamed) -> Shown:
    """A recorded event, whatever its stream; `void` is the event that took it out of force."""
    event = recorded.event
    return {
        "position": recorded.position,
        "version": recorded.version,
        "event_id": str(recorded.event_id),
        "type": event_type(event),
        "label": label_of(event),
        "occurred_on": event.occurred_on.isoformat(),
        "recorded_at": timestamp(recorded.recorded_at),
        "recorded_by": recorded.recorded_by,
        "data": event_data(event, reveal),
        "evidence": [
            {**asdict(item), "taken_on": day_text(item.taken_on)} for item in event.evidence
        ],
        "note": event.note,
        "voided_by": str(void) if void else None,
    }


def list_item(item: ListItem) -> Shown:
    """A lead in one of the stage lists."""
    return {
        "lead_id": str(item.lead_id),
        "code": item.code,
        "title": item.title,
        "investor": item.investor,
        "recruiting_unit": item.recruiting_unit,
        "host_town": item.host_town,
        "chain": item.chain,
        "kind": item.kind,
        "agreed_total_wan": wan_text(item.agreed_yuan),
        "signed_on": day_text(item.signed_on),
        "started_on": day_text(item.started_on),
        "completed_on": day_text(item.completed_on),
        "produced_on": day_text(item.produced_on),
        "exited_on": day_text(item.exited_on),
        "days_in_list": item.days_in_list,
        "due_on": day_text(item.due_on),
        "overdue_days": item.overdue_days,
        "suspended": item.suspended,
        "trial": item.trial,
        "partial": item.partial,
        "colour": item.colour.value if item.colour else None,
        "colour_label": item.colour.label if item.colour else None,
        "leader": item.leader,
        "unit": item.unit,
        "person": item.person,
        "open_issues": item.open_problems,
    }


def list_page(page: ListPage) -> Shown:
    """A stage list, or a page of it (contract, "GET /lists/{name}")."""
    return {
        "name": page.entry.name,
        "label": page.entry.label,
        "as_of": page.clocks.as_of.isoformat(),
        "known_at": timestamp(page.clocks.known_at),
        "count": page.count,
        "total_agreed_wan": wan_text(page.total_yuan),
        "items": [list_item(item) for item in page.items],
        "next_cursor": None,
    }


def target_page(table: TargetTable) -> Shown:
    """The year's target table (contract, "GET /targets/{year}")."""
    shown = asdict(table)
    clocks = shown.pop("clocks")
    metrics = {
        name: {key: value for key, value in metric.items() if name in _BESIDE.get(key, (name,))}
        for name, metric in shown.pop("metrics").items()
    }
    return {
        "year": shown.pop("year"),
        "as_of": clocks["as_of"].isoformat(),
        "known_at": timestamp(clocks["known_at"]),
        "time_progress": shown.pop("time_progress"),
        "metrics": metrics,
        **shown,
    }


def projection_status(status: Status) -> Shown:
    """Where a projection is; what stopped it, or how far the next one beside it has come."""
    building = status.building
    return {
        "name": status.name,
        "label": status.label,
        "schema": status.schema,
        "position": status.position,
        "head": status.head,
        "lag": status.lag,
        "error": status.error,
        "error_position": status.error_position,
        "error_lead_id": str(status.error_stream) if status.error_stream else None,
        "building": None
        if building is None
        else {
            "generation": building.number,
            "events": building.events,
            "of": status.head,
            "error": building.error,
        },
    }


def both_clocks(clocks: Clocks) -> Shown:
    """D and K, as every answer echoes them."""
    return {"as_of": clocks.as_of.isoformat(), "known_at": timestamp(clocks.known_at)}


def day_text(day: date | None) -> str | None:
    """A day as the contract writes it."""
    return day.isoformat() if day else None
