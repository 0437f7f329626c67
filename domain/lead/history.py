"""How a lead's history is cut and ordered before it is folded (architecture, promise 4).

Known by then, minus the voided, happened by then, in business order. A June amendment entered
in September belongs in June.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import takewhile
from uuid import UUID

from domain.event import E, Recorded
from domain.in_force import unvoided
from domain.lead.events import EventVoided, LeadEvent, LeadRegistered, LeadSplitFrom
from domain.lead.folding import fold
from domain.lead.state import LeadState

LeadHistory = Sequence[Recorded[LeadEvent]]
"""A lead's events as recorded: in version order, voided ones and voids included."""


def business_key(recorded: Recorded[LeadEvent]) -> tuple[bool, date, int]:
    """Business order: by day, later recorded after earlier within a day.

    The registration opens the history whatever its day: leads are often registered after their
    first contact, and what the registration says (title, unit …) holds for the lead's whole life.
    """
    event = recorded.event
    return (type(event) is not LeadRegistered, event.occurred_on, recorded.version)


def voided_by(history: Iterable[Recorded[LeadEvent]]) -> dict[UUID, UUID]:
    """Event id of each voided event -> event id of its void."""
    return {
        recorded.event.event_id: recorded.event_id
        for recorded in history
        if isinstance(recorded.event, EventVoided)
    }


def in_force(history: LeadHistory) -> list[Recorded[LeadEvent]]:
    """The events that count, in business order: neither voids nor voided."""
    return sorted(unvoided(history, EventVoided), key=business_key)


def known_by(history: LeadHistory, position: int | None) -> list[Recorded[LeadEvent]]:
    """The part of the history recorded up to a place in the log (None: all of it)."""
    return [r for r in history if position is None or r.position <= position]


def known_at(history: Sequence[Recorded[E]], moment: datetime) -> list[Recorded[E]]:
    """The part of a history recorded by a moment."""
    return list(takewhile(lambda r: r.recorded_at <= moment, history))


def events_at(
    history: LeadHistory, as_of: date | None = None, position: int | None = None
) -> list[Recorded[LeadEvent]]:
    """The events that count on business day `as_of`, as known up to `position`, in business order.

    None at all when the lead was not known then, is wholly voided, or nothing had happened yet.
    """
    ordered = in_force(known_by(history, position))
    if not ordered or not isinstance(ordered[0].event, LeadRegistered):
        return []
    if as_of is None:
        return ordered
    begins = begins_on(ordered)
    happened = [r for r in ordered if max(r.event.occurred_on, begins) <= as_of]
    if happened and happened[0] is not ordered[0]:
        happened.insert(0, ordered[0])
    return happened


def begins_on(ordered: Iterable[Recorded[LeadEvent]]) -> date:
    """Of events in force: the day before which there is no such lead, whatever was entered late.

    A part begins when it is split off; any other lead with the earliest of its events.
    """
    days = (r.event.occurred_on for r in ordered if isinstance(r.event, LeadSplitFrom))
    return next(days, date.min)


def state_at(
    history: LeadHistory, as_of: date | None = None, position: int | None = None
) -> LeadState | None:
    """The plain fold of a history on business day `as_of`, as known up to `position`.

    None where `events_at` finds nothing.
    """
    happened = events_at(history, as_of, position)
    return fold(happened) if happened else None
