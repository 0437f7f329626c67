"""How a lead is named in the answers to questions: who it is, and who is responsible."""

from uuid import UUID

from crm.presentation import Shown
from domain.lead.state import LeadState
from domain.money import wan_text


def lead_line(lead_id: UUID, state: LeadState) -> Shown:
    """The fields every question shows of a lead."""
    return {
        "lead_id": str(lead_id),
        "code": state.code,
        "title": state.title,
        "investor": state.investor,
        "stage": state.stage.value,
        "stage_label": state.stage.label,
        "recruiting_unit": state.recruiting_unit,
        "host_town": state.host_town,
        "chain": state.chain,
        "agreed_total_wan": wan_text(state.agreed_total_yuan),
        "leader": state.leader,
        "unit": state.unit,
        "person": state.person,
        "service_officer": state.service_officer,
    }
