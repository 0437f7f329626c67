"""The steps that lists and targets are asked of: `lead_step`, a column for each fact.

Rows are a function of the events known alone: what a rulebook says is worked out when asked.
"""

from domain.codes import code_order
from domain.lead import events as e
from domain.lead.deadlines import agreed_due_on
from domain.lead.state import LeadState
from domain.lead.supervision import granted
from domain.vocabulary import RecognitionScope
from projections.bitemporal import Row
from projections.projection import stream_projection
from projections.steps import WORK, Steps, StepTable
from projections.tables import LEADS, PASSED_ON_BY_MERGE, PASSED_ON_BY_SPLIT, lead_step

# Events that change no fact of a step.
_SILENT = WORK | {e.CompanyRegistered}


def _since(step: Row, before: Row | None) -> Row:
    """What counts is booked to the step that brought it: a step knows what counted before."""
    return {**step, "counted_before_yuan": before["counted_yuan"] if before else 0}


_STEPS = StepTable(
    table=lead_step,
    facts=lambda state: facts_of(state),
    silent=_SILENT,
    linked=_since,
)

STEPS = stream_projection(
    "leads", "项目状态", LEADS, (lead_step,), e.LeadEvent, lambda lead_id: Steps(_STEPS, lead_id)
)


def _passed_on(state: LeadState) -> str | None:
    if not state.passed_on:
        return None
    return PASSED_ON_BY_SPLIT if state.split_into else PASSED_ON_BY_MERGE


def facts_of(state: LeadState) -> Row:
    """What lists and targets see of a lead."""
    return {
        "stage": state.stage.value,
        "code": state.code,
        "code_order": code_order(state.code),
        "title": state.title,
        "investor": state.investor,
        "recruiting_unit": state.recruiting_unit,
        "host_town": state.host_town,
        "chain": state.chain,
        "chain_role": state.chain_role.value if state.chain_role else None,
        "channel": state.channel,
        "partner": state.partner,
        "introducer": state.introducer,
        "campaign_id": state.campaign_id,
        "registered_on": state.registered_on,
        "industrial": state.industrial,
        "relation": state.relation.value,
        "kind": state.kind.value if state.kind else None,
        "agreed_yuan": state.agreed_total_yuan,
        "counted_yuan": state.booked_yuan,
        "text_signed_on": state.text_signed_on,
        "signed_on": state.signed_on,
        "started_on": state.started_on,
        "completed_on": state.completed_on,
        "produced_on": state.produced_on,
        "exited_on": state.exited_on,
        "counted_on": state.counted_on,
        "counted_on_before_merge": state.counted_on_before_merge,
        "count_key": state.count_key,
        "keeps_count": state.keeps_count,
        "split_on": state.split_on,
        "passed_on": _passed_on(state),
        "agreed_due_on": agreed_due_on(state),
        "suspended": state.suspended,
        "trial": state.trial_on is not None,
        "partial": state.partial_on is not None,
        "recognised": granted(state, RecognitionScope.SIGNING),
        "leader": state.leader,
        "unit": state.unit,
        "person": state.person,
    }
