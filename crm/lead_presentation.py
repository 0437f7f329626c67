"""How a lead is shown: in a search result, and one with everything its events add up to."""

from typing import Any
from uuid import UUID

from crm.codec import event_fields
from crm.papers_presentation import incomplete_fields
from crm.presentation import Reveal, Shown, day_text, percent_text, unnamed
from domain.lead import events as e
from domain.lead.state import LeadState
from domain.money import wan_text
from domain.vocabulary import Colour


def lead_summary(row: Any) -> Shown:
    """A lead in short, from its row of `lead_step`."""
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


def lead_found(row: Any, colour: Colour | None) -> Shown:
    """A lead in a search result, and its colour if it has one."""
    return {
        **lead_summary(row),
        "colour": colour.value if colour else None,
        "colour_label": colour.label if colour else None,
    }


def lead_detail(lead_id: UUID, state: LeadState, reveal: Reveal = unnamed) -> Shown:
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
        "campaign_id": str(state.campaign_id) if state.campaign_id else None,
        "relation": state.relation.value,
        "parent_lead_id": str(state.parent_lead_id) if state.parent_lead_id else None,
        "registered_on": day_text(state.registered_on),
        "estimated_amount_wan": wan_text(state.estimated_yuan),
        "contact_persons": reveal(state.contact_persons),
        "leader": state.leader,
        "unit": state.unit,
        "person": state.person,
        "service_officer": state.service_officer,
        "police_contact": state.police_contact,
        "contacts": state.contacts,
        "last_contact_on": day_text(state.last_contact_on),
        "next_step": state.next_step,
        "next_due": day_text(state.next_due),
        "last_activity_on": day_text(state.last_activity_on),
        "assessment": _dated(state.assessment, "result"),
        "due_diligence": _dated(state.due_diligence, "result"),
        "contract_review": _dated(state.contract_review, "opinion"),
        "kind": state.kind,
        "text_signed_on": day_text(state.text_signed_on),
        "signed_on": day_text(state.signed_on),
        "agreed_total_wan": wan_text(state.agreed_total_yuan),
        "fixed_part_wan": wan_text(state.fixed_part_yuan),
        "foreign_part_wan_usd": wan_text(state.foreign_part_usd),
        "outside_share": None if state.outside_share is None else str(state.outside_share),
        "agreement_no": state.agreement_no,
        "start_due": day_text(state.start_due),
        "completion_due": day_text(state.completion_due),
        "production_due": day_text(state.production_due),
        "company_name": state.company_name,
        "company_uscc": state.company_uscc,
        "registered_capital_wan": wan_text(state.registered_capital_yuan),
        "company_registered_on": day_text(state.company_registered_on),
        "permits": {
            item.value: {
                "state": permit.state.value,
                "stated_on": permit.stated_on.isoformat(),
                "number": permit.number,
                "due": day_text(permit.due),
            }
            for item, permit in sorted(state.permits.items())
        },
        "plan": _plan(state),
        "started_on": day_text(state.started_on),
        "start_basis": state.start_basis,
        "start_ground": state.start_ground,
        "completed_on": day_text(state.completed_on),
        "trial_on": day_text(state.trial_on),
        "partial_on": day_text(state.partial_on),
        "produced_on": day_text(state.produced_on),
        "full_effect_on": day_text(state.full_effect_on),
        "statistics_on": day_text(state.statistics_on),
        "above_scale_on": day_text(state.above_scale_on),
        "suspended": state.suspended,
        "progress": [
            {
                "period": period,
                "reported_on": report.reported_on.isoformat(),
                "percent": percent_text(report.percent),
                "text": report.text,
                "problems": report.problems,
            }
            for period, report in sorted(state.progress.items())
        ],
        "last_site_check": None
        if not state.checks
        else {"on": state.checks[-1].on.isoformat(), "found": state.checks[-1].found.value},
        "last_service_visit_on": day_text(max(state.service_visits, default=None)),
        "last_follow_up_on": day_text(max(state.follow_ups, default=None)),
        "recognised": {
            scope.value: {
                "decision": recognition.decision.value,
                "decided_on": recognition.decided_on.isoformat(),
            }
            for scope, recognition in sorted(state.recognised.items())
        },
        "notices": [
            {
                "notice_id": str(notice_id),
                "level": notice.level.value,
                "issued_on": notice.issued_on.isoformat(),
                "due": notice.due.isoformat(),
                "text": notice.text,
                "answered_on": day_text(notice.answered_on),
            }
            for notice_id, notice in state.notices.items()
        ],
        "funds_wan": wan_text(state.funds_total_yuan),
        "funds_by_source_wan": {
            source.value: wan_text(yuan) for source, yuan in sorted(state.funds_yuan.items())
        },
        "funds_wan_usd": wan_text(state.funds_usd),
        "investment_returns": {
            period: wan_text(yuan) for period, yuan in sorted(state.returns.items())
        },
        "exited_on": day_text(state.exited_on),
        "exit_ground": state.exit_ground,
        "duplicate_of": str(state.duplicate_of) if state.duplicate_of else None,
        "incomplete_fields": incomplete_fields(state),
        **_counting(lead_id, state),
    }


def _counting(lead_id: UUID, state: LeadState) -> Shown:
    """Whose count it is in, and the leads it came from or goes on in (拆分、合并)."""
    return {
        "count_key": str(state.count_key or lead_id),
        "counted_on": day_text(state.counted_on),
        "split_from": str(state.split_from) if state.split_from else None,
        "split_into": [str(other) for other in state.split_into],
        "merged_from": [str(other) for other in state.merged_from],
        "merged_into": str(state.merged_into) if state.merged_into else None,
    }


def _plan(state: LeadState) -> Shown | None:
    """The plan in force, and the days first planned; None without one."""
    if not state.planned and not state.fai_plan:
        return None
    return {
        "milestones": {
            milestone.value: {
                "planned_on": day.isoformat(),
                "first_planned_on": state.planned_first[milestone].isoformat(),
            }
            for milestone, day in sorted(state.planned.items(), key=lambda item: item[1])
        },
        "monthly_fai_wan": {
            str(year): [wan_text(yuan) for yuan in figures]
            for year, figures in sorted(state.fai_plan.items())
        },
        "revisions": state.plan_revisions,
    }


def _dated(event: e.LeadEvent | None, field: str) -> Shown | None:
    """A gate's latest outcome and its day."""
    if event is None:
        return None
    return {field: event_fields(event)[field], "occurred_on": event.occurred_on.isoformat()}
