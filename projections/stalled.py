"""Which leads should leave, over all of them? (退出建议清单)

Domain section 4; contract, "GET /exits/proposals". The rules are in `domain.lead.exit_rules`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from domain.lead.exit_rules import ExitProposal, ExitRule, ExitStep, exit_proposals_of
from domain.lead.state import LeadState
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import Stage
from projections.clocks import Clocks
from projections.lead_states import leads_on
from projections.steps import code_order

ProposalKey = tuple[int, int, int]
"""How near the exit is, rule, code."""

_ORDER = (
    ExitStep.EXIT_TO_DECIDE,
    ExitStep.NOTICE_TO_ISSUE,
    ExitStep.NOTICE_RUNNING,
    ExitStep.ARCHIVE_TO_DECIDE,
)
_STAGES = frozenset({Stage.LEAD, Stage.SIGNED, Stage.STARTED})


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """Which part of the list; each given part must match."""

    rule: ExitRule | None = None
    step: ExitStep | None = None
    unit: str | None = None
    town: str | None = None
    chain: str | None = None

    def holds(self, state: LeadState, proposal: ExitProposal) -> bool:
        return all(
            asked is None or asked == actual
            for asked, actual in (
                (self.rule, proposal.rule),
                (self.step, proposal.step),
                (self.unit, state.recruiting_unit),
                (self.town, state.host_town),
                (self.chain, state.chain),
            )
        )


@dataclass(frozen=True, slots=True)
class StalledLead:
    """One proposal with its lead."""

    lead_id: UUID
    state: LeadState
    proposal: ExitProposal

    @property
    def key(self) -> ProposalKey:
        rule = list(ExitRule).index(self.proposal.rule)
        return _ORDER.index(self.proposal.step), rule, code_order(self.state.code)


@dataclass(frozen=True, slots=True)
class ProposalList:
    """Nearest to the exit first; the counts are of the whole (filtered) list."""

    items: Sequence[StalledLead]
    by_rule: dict[str, int]
    by_step: dict[str, int]
    by_unit: dict[str, int]


def exit_proposals(
    connection: Connection,
    clocks: Clocks,
    wanted: ProposalFilter = ProposalFilter(),
    rules: Rulebook = DEFAULT_RULES,
) -> ProposalList:
    """Every proposal at (D, K) that the filter lets through; a lead may meet several rules."""
    items = [
        StalledLead(lead.lead_id, lead.state, proposal)
        for lead in leads_on(connection, clocks, stages=_STAGES)
        for proposal in exit_proposals_of(lead.state, clocks.as_of, rules)
        if wanted.holds(lead.state, proposal)
    ]
    items.sort(key=lambda item: item.key)
    return ProposalList(
        items,
        dict(Counter(item.proposal.rule.value for item in items)),
        dict(Counter(item.proposal.step.value for item in items)),
        dict(Counter(item.state.recruiting_unit for item in items)),
    )
