"""Which leads lack papers for milestones they have reached? (佐证材料不全)

Domain section 1.4; the requirements are in `domain.lead.gates`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from domain.codes import code_order
from domain.lead.gates import Requirement, missing_papers
from domain.lead.state import LeadState
from domain.vocabulary import Gate
from projections.lead_states import LeadOnDay

PapersKey = tuple[str, int]
"""Recruiting unit, code."""


@dataclass(frozen=True, slots=True)
class IncompleteLead:
    """A lead and what is missing of each milestone it has reached."""

    lead_id: UUID
    state: LeadState
    missing: dict[Gate, list[Requirement]]

    @property
    def key(self) -> PapersKey:
        return self.state.recruiting_unit, code_order(self.state.code)


def incomplete_leads(leads: Iterable[LeadOnDay], gate: Gate | None = None) -> list[IncompleteLead]:
    """The leads with something missing (of one milestone, if given), by unit, then code."""
    found = []
    for lead in leads:
        missing = missing_papers(lead.state)
        if gate is not None:
            missing = {gate: missing[gate]} if gate in missing else {}
        if missing:
            found.append(IncompleteLead(lead.lead_id, lead.state, missing))
    return sorted(found, key=lambda incomplete: incomplete.key)
