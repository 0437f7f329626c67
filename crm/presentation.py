"""How leads, events and figures are shown: the field names of the contract, amounts in 万.

Used by the API and by the command line, so both say the same.
"""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from crm.codec import event_fields, event_type
from crm.rule_presentation import revision_shown
from domain.calendar import timestamp
from domain.event import Event, Recorded
from domain.event_names import label_of
from domain.lead import events as e
from domain.lead.history import LeadHistory, voided_by
from domain.lead.state import LeadState
from domain.money import wan_text
from domain.rules import RulesRevised
from domain.vocabulary import AgreementKind
from projections.catch_up import Status
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

# Integer money inside -> the contract's name for it.
_MONEY_NAMES = {
    "agreed_total_yuan": "agreed_total_wan",
    "fixed_part_yuan": "fixed_part_wan",
    "foreign_part_usd": "foreign_part_wan_usd",
    "estimated_yuan": "estimated_amount_wan",
    "registered_capital_yuan": "registered_capital_wan",
    "amount_yuan": "amount_wan",
    "amount_usd": "amount_wan_usd",
    "ytd_yuan": "ytd_wan",
}


def event_data(event: Event) -> Shown:
    """An event's own fields as the contract names them."""
    if isinstance(event, RulesRevised):
        return revision_shown(event)
    fields = event_fields(event)
    if isinstance(event, e.ResponsibilityAssigned):
        return {change.role.value: change.holder for change in event.changes}
    for persons in ("contact_persons", "persons"):
        if persons in fields:
            fields[persons] = [
                {
                    "name": person["name"]["text"],
                    "title": person["title"],
                    "phone": person["phone"]["text"] if person["phone"] else None,
                }
                for person in fields[persons]
            ]
    return {
        _MONEY_NAMES.get(name, name): wan_text(value) if name in _MONEY_NAMES else value
        for name, value in fields.items()
    }


def history_items(history: LeadHistory) -> list[Shown]:
    """The whole history in recording order (contract, "History")."""
    voids = voided_by(history)
    return [_history_item(recorded, voids.get(recorded.event_id)) for recorded in history]


def feed_item(recorded: Recorded[Any]) -> Shown:
    """An event as other systems receive it: whose stream, and what was recorded."""
    item = _history_item(recorded, None)
    del item["voided_by"]  # a later event says so
    return {"stream_id": str(recorded.stream_id), **item}


def _history_item(recorded: Recorded[e.LeadEvent], void: UUID | None) -> Shown:
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
        "data": event_data(event),
        "evidence": [{**asdict(item), "taken_on": _day(item.taken_on)} for item in event.evidence],
        "note": event.note,
        "voided_by": str(void) if void else None,
    }


def lead_summary(row: Any) -> Shown:
    """A lead in a search result, from its row of `lead_step`."""
    return {
        "lead_id": str(row.lead_id),
        "code": row.code,
        "title": row.title,
        "investor": row.investor,
        "stage": row.stage,
        "recruiting_unit": row.recruiting_unit,
        "host_town": row.host_town,
        "chain": row.chain,
        "kind": row.kind,
        "agreed_total_wan": wan_text(row.agreed_yuan),
    }


def lead_detail(lead_id: UUID, state: LeadState) -> Shown:
    """One lead with everything its events add up to."""
    return {
        "lead_id": str(lead_id),
        "code": state.code,
        "title": state.title,
        "investor": state.investor,
        "investor_uscc": state.investor_uscc,
        "stage": state.stage.value,
        "stage_label": state.stage.label,
        "recruiting_unit": state.recruiting_unit,
        "host_town": state.host_town,
        "chain": state.chain,
        "chain_role": state.chain_role,
        "industrial": state.industrial,
        "channel": state.channel,
        "partner": state.partner,
        "introducer": state.introducer,
        "relation": state.relation.value,
        "parent_lead_id": str(state.parent_lead_id) if state.parent_lead_id else None,
        "registered_on": _day(state.registered_on),
        "estimated_amount_wan": wan_text(state.estimated_yuan),
        "contact_persons": [
            {
                "name": person.name.text,
                "title": person.title,
                "phone": person.phone.text if person.phone else None,
            }
            for person in state.contact_persons
        ],
        "leader": state.leader,
        "unit": state.unit,
        "person": state.person,
        "service_officer": state.service_officer,
        "police_contact": state.police_contact,
        "contacts": state.contacts,
        "last_contact_on": _day(state.last_contact_on),
        "next_step": state.next_step,
        "next_due": _day(state.next_due),
        "assessment": _dated(state.assessment, "result"),
        "due_diligence": _dated(state.due_diligence, "result"),
        "contract_review": _dated(state.contract_review, "opinion"),
        "kind": state.kind,
        "text_signed_on": _day(state.text_signed_on),
        "signed_on": _day(state.signed_on),
        "agreed_total_wan": wan_text(state.agreed_total_yuan),
        "fixed_part_wan": wan_text(state.fixed_part_yuan),
        "foreign_part_wan_usd": wan_text(state.foreign_part_usd),
        "outside_share": None if state.outside_share is None else str(state.outside_share),
        "agreement_no": state.agreement_no,
        "start_due": _day(state.start_due),
        "completion_due": _day(state.completion_due),
        "production_due": _day(state.production_due),
        "company_name": state.company_name,
        "company_uscc": state.company_uscc,
        "registered_capital_wan": wan_text(state.registered_capital_yuan),
        "started_on": _day(state.started_on),
        "start_basis": state.start_basis,
        "start_ground": state.start_ground,
        "completed_on": _day(state.completed_on),
        "trial_on": _day(state.trial_on),
        "partial_on": _day(state.partial_on),
        "produced_on": _day(state.produced_on),
        "suspended": state.suspended,
        "funds_wan": wan_text(sum(state.funds_yuan.values())),
        "funds_by_source_wan": {
            source.value: wan_text(yuan) for source, yuan in sorted(state.funds_yuan.items())
        },
        "funds_wan_usd": wan_text(state.funds_usd),
        "investment_returns": {
            period: wan_text(yuan) for period, yuan in sorted(state.returns.items())
        },
        "exited_on": _day(state.exited_on),
        "exit_ground": state.exit_ground,
    }


def list_item(item: ListItem) -> Shown:
    """A lead in one of the stage lists. Colours and problems are not judged yet: both empty."""
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
        "signed_on": _day(item.signed_on),
        "started_on": _day(item.started_on),
        "completed_on": _day(item.completed_on),
        "produced_on": _day(item.produced_on),
        "exited_on": _day(item.exited_on),
        "days_in_list": item.days_in_list,
        "due_on": _day(item.due_on),
        "overdue_days": item.overdue_days,
        "suspended": item.suspended,
        "trial": item.trial,
        "partial": item.partial,
        "colour": None,
        "leader": item.leader,
        "unit": item.unit,
        "person": item.person,
        "open_issues": 0,
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
        name: {
            key: value
            for key, value in metric.items()
            if key not in ("gross", "exited") or name in ("projects", "agreed_total_wan")
        }
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


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _dated(event: e.LeadEvent | None, field: str) -> Shown | None:
    """A gate's latest outcome and its day."""
    if event is None:
        return None
    return {field: event_fields(event)[field], "occurred_on": event.occurred_on.isoformat()}
