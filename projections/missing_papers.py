"""Which leads lack papers for milestones they have reached? (佐证材料不全)

Domain section 1.4; the requirements are in `domain.lead.gates`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from domain.lead.gates import Gate, Requirement, missing_papers
from domain.lead.state import LeadState
from projections.clocks import Clocks
from projections.lead_states import leads_on
from projections.steps import code_order

PapersKey = tuple[str, int]
"""Recruiting unit, code."""


@dataclass(frozen=True, slots=True)
class PapersFilter:
    """Which part of the list; each given part must match."""

    gate: Gate | None = None
    unit: str | None = None
    town: str | None = None
    chain: str | None = None

    def holds(self, state: LeadState) -> bool:
        return all(
            asked is None or asked == actual
            for asked, actual in (
                (self.unit, state.recruiting_unit),
                (self.town, state.host_town),
                (self.chain, state.chain),
            )
        )


@dataclass(frozen=True, slots=True)
class IncompleteLead:
    """A lead and what is missing of each milestone it has reached."""

    lead_id: UUID
    state: LeadState
    missing: dict[Gate, list[Requirement]]

    @property
    def key(self) -> PapersKey:
        return self.state.recruiting_unit, code_order(self.state.code)


@dataclass(frozen=True, slots=True)
class PapersList:
    """By unit, then code; the counts are of leads, over the whole (filtered) list."""

    items: Sequence[IncompleteLead]
    by_gate: dict[str, int]
    by_unit: dict[str, int]


def incomplete_leads(
    connection: Connection, clocks: Clocks, wanted: PapersFilter = PapersFilter()
) -> PapersList:
    """Every lead at (D, K) with something missing that the filter asks for."""
    items = []
    for lead in leads_on(connection, clocks):
        if not wanted.holds(lead.state):
            continue
        missing = {
            gate: lacking
            for gate, lacking in missing_papers(lead.state).items()
            if wanted.gate in (None, gate)
        }
        if missing:
            items.append(IncompleteLead(lead.lead_id, lead.state, missing))
    items.sort(key=lambda item: item.key)
    return PapersList(
        items,
        dict(Counter(gate.value for item in items for gate in item.missing)),
        dict(Counter(item.state.recruiting_unit for item in items)),
    )
