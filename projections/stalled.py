"""Which leads should leave, over all of them? (退出建议清单)

Domain section 4; contract, "GET /exits/proposals". The rules are in `domain.lead.exit_rules`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.codes import code_order
from domain.lead.deadlines import due_on
from domain.lead.exit_rules import ExitProposal, exit_proposals_of
from domain.lead.state import LeadState
from domain.rulebook import Rulebook
from domain.vocabulary import ExitRule, ExitStep, Stage
from projections.lead_states import LeadOnDay

ProposalKey = tuple[int, int, int]
"""How near the exit is, rule, code."""

_ORDER = (
    ExitStep.EXIT,
    ExitStep.NOTIFY,
    ExitStep.WAIT,
    ExitStep.ARCHIVE,
)
STAGES = frozenset({Stage.LEAD, Stage.SIGNED, Stage.STARTED})


@dataclass(frozen=True, slots=True)
class StalledLead:
    """One proposal with its lead.

    `due_on` is the day its next milestone is due (None before any text is signed); `days_past`
    count from the day the rule was met.
    """

    lead_id: UUID
    state: LeadState
    proposal: ExitProposal
    due_on: date | None
    days_past: int

    @property
    def key(self) -> ProposalKey:
        rule = list(ExitRule).index(self.proposal.rule)
        return _ORDER.index(self.proposal.step), rule, code_order(self.state.code)


def exit_proposals(leads: Iterable[LeadOnDay], day: date, rules: Rulebook) -> list[StalledLead]:
    """The proposals on `day`, nearest to the exit first; a lead may meet several rules.

    Only leads of `STAGES` meet any.
    """
    found = [
        StalledLead(
            lead.lead_id,
            lead.state,
            proposal,
            due_on(lead.state, rules),
            (day - proposal.met_on).days,
        )
        for lead in leads
        for proposal in exit_proposals_of(lead.state, day, rules)
    ]
    return sorted(found, key=lambda stalled: stalled.key)
