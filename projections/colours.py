"""Which projects are red, and why? (三色管理, wall board; plan clauses 28, 60)

Contract, "GET /colours". One lead's colour is judged in `domain.lead.colour`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from domain.lead.colour import COLOURED, Judgement, colour_of
from domain.lead.state import LeadState
from domain.money import ratio_text
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import Colour, Stage
from projections.clocks import Clocks
from projections.lead_states import LeadOnDay, leads_on

LIVE = frozenset({Stage.SIGNED, Stage.STARTED, Stage.COMPLETED})
"""Signed, and neither producing nor exited."""
_ORDER = {colour: nth for nth, colour in enumerate((Colour.RED, Colour.YELLOW, Colour.GREY))}


@dataclass(frozen=True, slots=True)
class Coloured:
    """A lead and its colour on D."""

    lead_id: UUID
    state: LeadState
    judgement: Judgement

    @property
    def key(self) -> tuple[int, str]:
        """Red first, then yellow, grey, green; by code within."""
        return _ORDER.get(self.judgement.colour, len(_ORDER)), self.state.code


@dataclass(frozen=True, slots=True)
class Change:
    """A lead whose colour is another than it was; None where it had none."""

    lead_id: UUID
    state: LeadState
    before: Judgement | None
    after: Judgement | None

    @property
    def key(self) -> tuple[str]:
        return (self.state.code,)


def coloured(
    leads: Iterable[LeadOnDay], day: date, rules: Rulebook = DEFAULT_RULES
) -> list[Coloured]:
    """The leads that have a colour: red first, then yellow, grey, green; by code within."""
    found = [
        Coloured(lead.lead_id, lead.state, judgement)
        for lead in leads
        if (judgement := colour_of(lead.state, day, rules)) is not None
    ]
    return sorted(found, key=lambda one: one.key)


def colours_of(
    connection: Connection,
    clocks: Clocks,
    lead_ids: Sequence[UUID],
    rules: Rulebook = DEFAULT_RULES,
) -> dict[UUID, Colour]:
    """The colours of some leads; those that have none are left out."""
    return {
        lead.lead_id: judgement.colour
        for lead in leads_on(connection, clocks, stages=COLOURED, lead_ids=lead_ids)
        if (judgement := colour_of(lead.state, clocks.as_of, rules)) is not None
    }


def changes(
    before: Iterable[Coloured], after: Iterable[Coloured], states: dict[UUID, LeadState]
) -> list[Change]:
    """Leads whose shown colour differs between two days; `states` are those of the later day."""
    then = {one.lead_id: one.judgement for one in before}
    now = {one.lead_id: one.judgement for one in after}
    found = [
        Change(lead_id, states[lead_id], then.get(lead_id), now.get(lead_id))
        for lead_id in {**then, **now}
        if lead_id in states and _colour(then.get(lead_id)) is not _colour(now.get(lead_id))
    ]
    return sorted(found, key=lambda change: change.key)


def leader_coverage(leads: Iterable[LeadOnDay]) -> tuple[int, int, str | None]:
    """包抓覆盖率 (plan clause 60): `LIVE` projects with a leader, all of them, the rate."""
    live = [lead for lead in leads if lead.state.stage in LIVE]
    led = sum(lead.state.leader is not None for lead in live)
    return led, len(live), ratio_text(led, len(live))


def _colour(judgement: Judgement | None) -> Colour | None:
    return judgement.colour if judgement else None
