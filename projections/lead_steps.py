"""The steps that lists and targets are asked of: `lead_step`, a column for each fact.

Rows are a function of the events known, and of the rulebook for default deadlines.
"""

from datetime import date

from domain.calendar import add_months
from domain.lead import events as e
from domain.lead.state import LeadState
from domain.lead.supervision import granted
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import RecognitionScope, Stage
from projections.bitemporal import Row
from projections.projection import stream_projection
from projections.steps import Steps, StepTable, code_order
from projections.tables import LEADS, lead_step

# Events that change no fact of a step.
_SILENT: frozenset[type[e.LeadEvent]] = frozenset(
    {
        e.ContactLogged,
        e.LeadAssessed,
        e.DueDiligenceCompleted,
        e.ContractReviewed,
        e.CompanyRegistered,
        e.FundsArrived,
        e.FixedAssetInvestmentReported,
        e.PermitStated,
        e.MilestonePlanSet,
        e.MonthlyProgressReported,
        e.SiteChecked,
        e.StatInventoryEntered,
        e.AboveScaleEntered,
        e.FullEffectReached,
        e.ServiceVisitLogged,
        e.FollowUpVisitLogged,
        e.ColourOverridden,
        e.NoticeIssued,
        e.NoticeAnswered,
    }
)


def _since(step: Row, before: Row | None) -> Row:
    """What counts is booked to the step that brought it: a step knows what counted before."""
    return {**step, "counted_before_yuan": before["counted_yuan"] if before else 0}


_STEPS = StepTable(
    table=lead_step,
    facts=lambda state: _facts(state, DEFAULT_RULES),
    silent=_SILENT,
    linked=_since,
)

STEPS = stream_projection(
    "leads", "项目状态", LEADS, (lead_step,), e.LeadEvent, lambda lead_id: Steps(_STEPS, lead_id)
)


def default_due_on(state: LeadState, rules: Rulebook) -> date | None:
    """The day the next milestone is due: as agreed, else by the rulebook's default."""
    match state.stage:
        case Stage.FRAMEWORK if state.text_signed_on:
            return add_months(state.text_signed_on, rules.framework_conversion_months)
        case Stage.SIGNED if state.signed_on:
            return state.start_due or add_months(state.signed_on, rules.start_within_months)
        case Stage.STARTED if state.started_on:
            months = rules.completion_within_months
            return state.completion_due or add_months(state.started_on, months)
        case Stage.COMPLETED if state.completed_on:
            months = rules.production_within_months
            return state.production_due or add_months(state.completed_on, months)
    return None


def _facts(state: LeadState, rules: Rulebook) -> Row:
    return {
        "stage": state.stage.value,
        "code": state.code,
        "code_order": code_order(state.code),
        "title": state.title,
        "investor": state.investor,
        "recruiting_unit": state.recruiting_unit,
        "host_town": state.host_town,
        "chain": state.chain,
        "industrial": state.industrial,
        "relation": state.relation.value,
        "kind": state.kind.value if state.kind else None,
        "agreed_yuan": state.agreed_total_yuan,
        "counted_yuan": state.countable_yuan,
        "text_signed_on": state.text_signed_on,
        "signed_on": state.signed_on,
        "started_on": state.started_on,
        "completed_on": state.completed_on,
        "produced_on": state.produced_on,
        "exited_on": state.exited_on,
        "due_on": default_due_on(state, rules),
        "suspended": state.suspended,
        "trial": state.trial_on is not None,
        "partial": state.partial_on is not None,
        "recognised": granted(state, RecognitionScope.SIGNING),
        "leader": state.leader,
        "unit": state.unit,
        "person": state.person,
    }
