"""How a lead stands when a decision is made: what the rules may look at, and nothing more.

A value that never changes: `after` gives the next one, so it can be cached by stream and shared
between threads without a copy. Folding it costs what its turning points cost, however many
contacts and transfers there are; those are held only so that a void can find them.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.event import Recorded
from domain.lead import events as e
from domain.lead.folding import fold
from domain.lead.history import business_key
from domain.lead.state import LeadState

# Events whose place in business order other events' acceptance depends on.
_TURNING: frozenset[type[e.LeadEvent]] = frozenset(
    {
        e.LeadRegistered,
        e.AgreementSigned,
        e.AgreementUpgraded,
        e.AgreementAmended,
        e.ConstructionStarted,
        e.ConstructionSuspended,
        e.ConstructionResumed,
        e.ConstructionCompleted,
        e.ProductionStarted,
        e.FixedAssetInvestmentReported,
        e.LeadExited,
        e.DuplicateLinked,
        e.LeadReinstated,
        e.LeadShelved,
        e.LeadReopened,
        e.LeadLost,
        e.LeadSplit,
        e.LeadSplitFrom,
        e.CountApproved,
        e.LeadMerged,
        e.LeadMergedInto,
    }
)

Turns = tuple[Recorded[e.LeadEvent], ...]


def is_turning_point(event: e.LeadEvent) -> bool:
    """Whether decisions look at it: what a lead has come to, and what was agreed and counted."""
    return type(event) in _TURNING


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead at one version. Version 0 is a lead not yet registered."""

    lead_id: UUID
    version: int = 0
    recruiting_unit: str | None = None
    recorded: dict[UUID, Recorded[e.LeadEvent]] = field(default_factory=dict)
    voids: dict[UUID, UUID] = field(default_factory=dict)  # voided event -> its void
    turns: Turns = ()  # turning points in force, in business order

    def after(self, recorded: Recorded[e.LeadEvent]) -> "Lead":
        """The lead once `recorded` (the next version) is in its history."""
        event = recorded.event
        voids, turns, unit = self.voids, self.turns, self.recruiting_unit
        if isinstance(event, e.EventVoided):
            voids = {**voids, event.event_id: recorded.event_id}
            turns = tuple(turn for turn in turns if turn.event_id != event.event_id)
        elif is_turning_point(event):
            in_order = list(turns)
            insort(in_order, recorded, key=business_key)
            turns = tuple(in_order)
        if isinstance(event, e.LeadRegistered):
            unit = event.recruiting_unit
        return Lead(
            lead_id=self.lead_id,
            version=recorded.version,
            recruiting_unit=unit,
            recorded={**self.recorded, recorded.event_id: recorded},
            voids=voids,
            turns=turns,
        )

    @property
    def voided(self) -> bool:
        """The registration itself was voided: the lead is a mistake taken back."""
        return self.version > 0 and not self.turns

    def turns_by(self, day: date) -> Turns:
        """The turning points up to and including `day`: where an event of that day is placed."""
        return self.turns[: bisect_right(self.turns, (True, day), key=_order_by_day)]

    def standing_on(self, day: date) -> LeadState:
        """The state an event of `day`, recorded now, would find."""
        return fold(self.turns_by(day))

    def in_force(self) -> list[Recorded[e.LeadEvent]]:
        """All events that count, in business order."""
        return sorted(
            (
                recorded
                for recorded in self.recorded.values()
                if recorded.event_id not in self.voids
                and not isinstance(recorded.event, e.EventVoided)
            ),
            key=business_key,
        )

    def whole_on(self, day: date) -> LeadState:
        """As `standing_on`, with all that happened by `day` folded: for what is rarely asked."""
        events = self.in_force()
        return fold(events[: bisect_right(events, (True, day), key=_order_by_day)])

    def standing(self) -> LeadState:
        """The state after everything recorded, whatever its day."""
        return fold(self.turns)


def _order_by_day(recorded: Recorded[e.LeadEvent]) -> tuple[bool, date]:
    return business_key(recorded)[:2]


def lead_from(lead_id: UUID, history: Iterable[Recorded[e.LeadEvent]]) -> Lead:
    """Rebuild a lead from its history.

    Same result as `Lead.after` event by event, without the intermediate copies.
    """
    recorded: dict[UUID, Recorded[e.LeadEvent]] = {}
    voids: dict[UUID, UUID] = {}
    version, unit = 0, None
    for item in history:
        recorded[item.event_id] = item
        version = item.version
        if isinstance(item.event, e.EventVoided):
            voids[item.event.event_id] = item.event_id
        elif isinstance(item.event, e.LeadRegistered):
            unit = item.event.recruiting_unit
    turns = sorted(
        (r for r in recorded.values() if is_turning_point(r.event) and r.event_id not in voids),
        key=business_key,
    )
    return Lead(lead_id, version, unit, recorded, voids, tuple(turns))
