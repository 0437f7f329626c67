"""Has a signed lead been performed, has it landed? (履约, 落地)

Neither word has a published definition that holds everywhere (domain section 1.1), so what counts
is in the rulebook. Domain section 12, F9 and F10.
"""

from domain.lead.state import LeadState
from domain.rulebook import Rulebook


def performed(state: LeadState, rules: Rulebook) -> bool:
    """履约: by default a registered company or first funds in place."""
    by_registration = rules.performed_by_registration and state.company_registered_on is not None
    by_funds = rules.performed_by_funds and state.first_funds_on is not None
    return by_registration or by_funds


def landed(state: LeadState, rules: Rulebook) -> bool:
    """落地: by default a registered company."""
    reached = state.started_on if rules.landed_by_start else state.company_registered_on
    return reached is not None
