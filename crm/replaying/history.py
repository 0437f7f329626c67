"""A lead's whole history for paper (项目记录): who entered what and when, and what it adds up to.

Each record with its papers, how late it was entered, what took it out of force and why, and its
hash beside the one that the next record names (`crm.proof.chain`); at the end the lead as they make
it, and the newest seal.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from crm.application import CRM
from crm.holidays import work_calendar
from crm.presentation import Shown, event_data, event_shown
from crm.proof.chain import link
from crm.proof.seals import SealsBroken
from crm.replaying.comparing import NOT_SHOWN, value_shown
from crm.replaying.fields import HIDDEN, whole_fields
from crm.replaying.labels import OF_LEAD, label_in_record
from crm.replaying.moments import Moment, standing, voids_in
from crm.replaying.words import NOTHING, in_words
from crm.writes_presentation import delay_workdays
from domain.calendar import business_day, timestamp
from domain.event import Evidence, Recorded
from domain.event_names import label_of
from domain.lead.events import EventVoided, LeadEvent
from domain.lead.state import LeadState
from domain.workdays import WorkCalendar

_PERSONS = HIDDEN | {"persons"}  # as a record says them
_NOT_TOLD = (*_PERSONS, "event_id")  # what a void takes out is told in words

STATE_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "基本情况",
        (
            "stage", "title", "investor", "investor_uscc", "recruiting_unit", "host_town", "chain",
            "chain_role", "industrial", "relation", "parent_lead_id", "channel", "partner",
            "introducer", "campaign_id", "registered_on", "estimated_amount_wan",
            "contact_persons",
        ),
    ),
    ("责任包抓", ("leader", "unit", "person", "service_officer", "police_contact")),
    (
        "跟进与评审",
        (
            "contacts", "last_contact_on", "next_step", "next_due", "last_activity_on",
            "assessment", "due_diligence", "contract_review",
        ),
    ),
    (
        "协议与公司",
        (
            "kind", "text_signed_on", "signed_on", "agreed_total_wan", "fixed_part_wan",
            "foreign_part_wan_usd", "outside_share", "agreement_no", "start_due",
            "completion_due", "production_due", "company_name", "company_uscc",
            "registered_capital_wan", "company_registered_on",
        ),
    ),
    ("手续与计划", ("permits", "plan")),
    (
        "建设与投产",
        (
            "started_on", "start_basis", "start_ground", "suspended", "completed_on", "trial_on",
            "partial_on", "produced_on", "full_effect_on", "statistics_on", "above_scale_on",
            "last_site_check", "progress",
        ),
    ),
    ("资金与投资", ("funds_wan", "funds_by_source_wan", "funds_wan_usd", "investment_returns")),
    (
        "服务与督办",
        (
            "last_service_visit_on", "last_follow_up_on", "recognised", "notices", "colour",
            "judgement", "due_on", "overdue_days", "incomplete_fields",
        ),
    ),
    (
        "计数、拆分合并与退出",
        (
            "count_key", "counted_on", "split_from", "split_into", "merged_from", "merged_into",
            "exited_on", "exit_ground", "duplicate_of",
        ),
    ),
)  # fmt: skip
"""Where each field stands on the page."""


def history_page(crm: CRM, moment: Moment) -> Shown:
    """The history known at K of days up to D, and the lead it adds up to.

    Raises `NotFound` where there is no such lead.
    """
    state = standing(moment)
    listed = [r for r in moment.known if _listed(r, moment.as_of)]
    voids = voids_in(moment.known)
    hashes = _hashes(crm, moment)
    calendar = work_calendar(moment.rules)
    by_id = {r.event_id: r for r in moment.known}
    return {
        "lead_id": str(moment.lead_id),
        "code": state.code,
        "title": state.title,
        "investor": state.investor,
        "issuer": crm.office.issuer,
        **{name: moment.shown()[name] for name in ("version", "as_of", "known_at", "stage_label")},
        "count": len(listed),
        "voided": sum(r.event_id in voids for r in listed),
        "not_listed": len(moment.known) - len(listed),
        "sealed": _sealed(crm, listed),
        "items": [
            {
                **_record(r, calendar),
                **hashes[r.version],
                "voids": _taken_out(r, by_id),
                "voided_by": str(voids[r.event_id].event_id) if r.event_id in voids else None,
                "void": _void(voids.get(r.event_id)),
            }
            for r in listed
        ],
        "state": _state(moment, state),
    }


def _listed(recorded: Recorded[LeadEvent], day: date) -> bool:
    """A void says when it was decided; what it takes out of force it takes out for every day."""
    return recorded.event.occurred_on <= day or isinstance(recorded.event, EventVoided)


def _record(recorded: Recorded[LeadEvent], calendar: WorkCalendar) -> Shown:
    """Who recorded what of which day, how late, on which papers."""
    event, entered = recorded.event, business_day(recorded.recorded_at)
    shown = event_shown(recorded)
    del shown["data"]  # said in words
    return {
        **shown,
        "said": [{"label": label, "text": text} for label, text in _said(event)],
        "papers": [_paper(one) for one in event.evidence],
        "delay_days": (entered - event.occurred_on).days,
        "delay_workdays": delay_workdays(event.occurred_on, entered, calendar),
    }


def _said(event: LeadEvent) -> Iterator[tuple[str, str]]:
    for name, value in event_data(event).items():
        if name in _PERSONS and value:
            yield label_in_record(name), NOT_SHOWN
        elif name not in _NOT_TOLD and (text := _text(name, value)) != NOTHING:
            yield label_in_record(name), text


def _text(name: str, value: Any) -> str:
    return in_words(name, value, label_in_record)


def _paper(one: Evidence) -> str:
    """合同：招商合同.pdf（2023-03-01，某地，sha256 …）."""
    more = [
        str(part)
        for part in (one.taken_on, one.place, f"sha256 {one.sha256}" if one.sha256 else None)
        if part is not None
    ]
    return f"{one.kind}：{one.name}" + (f"（{'，'.join(more)}）" if more else "")


def _taken_out(recorded: Recorded[LeadEvent], by_id: dict[Any, Recorded[LeadEvent]]) -> str | None:
    """Of a void: the record that it takes out of force, in words."""
    if not isinstance(recorded.event, EventVoided):
        return None
    gone = by_id.get(recorded.event.event_id)
    if gone is None:
        return str(recorded.event.event_id)
    return f"第 {gone.version} 条 {label_of(gone.event)}（{gone.event.occurred_on}）"


def _void(void: Recorded[LeadEvent] | None) -> Shown | None:
    if void is None:
        return None
    assert isinstance(void.event, EventVoided), "nothing else takes out of force"
    return {
        "event_id": str(void.event_id),
        "version": void.version,
        "recorded_at": timestamp(void.recorded_at),
        "recorded_by": void.recorded_by,
        "ground": void.event.ground,
    }


def _hashes(crm: CRM, moment: Moment) -> dict[int, Shown]:
    """By version: the record's hash, the one it names as that before it, and whether it is.

    `chained` is None for the first, and for one from before the log was chained.
    """
    named = {r.version: r.previous for r in moment.known}
    found: dict[int, Shown] = {}
    before: str | None = None
    for _, stream_id, version, topic, state in crm.store.stream_rows(moment.lead_id):
        if version not in named:
            break
        own, previous = link(stream_id, version, topic, state), named[version]
        found[version] = {
            "hash": own,
            "previous": previous,
            "chained": None if previous is None else previous == before,
        }
        before = own
    return found


def _sealed(crm: CRM, listed: Sequence[Recorded[LeadEvent]]) -> Shown | None:
    """The newest seal, and how many of the records it covers; None: there is none that is whole.

    That the log agrees with its seals is what `GET /audit/verify` finds out.
    """
    try:
        seal = crm.seals.latest()
    except SealsBroken:
        return None
    if seal is None:
        return None
    return {
        "size": seal.size,
        "root": seal.root,
        "sealed_at": timestamp(seal.at),
        "records": sum(r.position <= seal.head for r in listed),
    }


def _state(moment: Moment, state: LeadState) -> list[Shown]:
    """The lead in groups of lines; what is not stated is left out."""
    whole = whole_fields(moment.lead_id, state, moment.as_of, moment.rules)
    if state.count_key is None:  # it counts by itself, as nearly all do
        whole["count_key"] = None
    groups = []
    for title, names in STATE_GROUPS:
        lines = [
            {"label": OF_LEAD[name], "text": value_shown(name, whole[name])[1]}
            for name in names
            if whole[name]
        ]
        if lines:
            groups.append({"title": title, "lines": lines})
    return groups
