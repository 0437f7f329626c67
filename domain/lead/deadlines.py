"""When is the next milestone due: as agreed, else by the rulebook's default? (F16)

Contract, "GET /lists/{name}". `projections.stage_lists` asks the same of its table.
"""

from datetime import date

from domain.calendar import add_months
from domain.lead.state import LeadState
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import Stage


def agreed_due_on(state: LeadState) -> date | None:
    """The agreed day of the next milestone; None when the agreement does not say."""
    match state.stage:
        case Stage.SIGNED:
            return state.start_due
        case Stage.STARTED:
            return state.completion_due
        case Stage.COMPLETED:
            return state.production_due
    return None


def due_on(state: LeadState, rules: Rulebook = DEFAULT_RULES) -> date | None:
    """The day the next milestone is due; None where none is awaited."""
    since, months = {
        Stage.FRAMEWORK: (state.text_signed_on, rules.framework_conversion_months),
        Stage.SIGNED: (state.signed_on, rules.start_within_months),
        Stage.STARTED: (state.started_on, rules.completion_within_months),
        Stage.COMPLETED: (state.completed_on, rules.production_within_months),
    }.get(state.stage, (None, 0))
    agreed = agreed_due_on(state)
    if agreed is not None or since is None:
        return agreed
    return add_months(since, months)
