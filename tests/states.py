"""How do leads come to a question in a test? Told by hand, or folded from a log."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from domain.event import Recorded
from domain.lead import events as e
from domain.lead.history import state_at
from projections.lead_states import LeadOnDay
from tests.given import TODAY, given
from tests.told import at

Log = Sequence[Recorded[Any]]


def leads(*tellings: Iterable[e.LeadEvent], day: date = TODAY) -> list[LeadOnDay]:
    """Leads as they stand on a day, their ids counted from 1."""
    return [LeadOnDay(UUID(int=nth), at(given(*told), day)) for nth, told in enumerate(tellings, 1)]


def folded(log: Log, day: date, position: int) -> list[LeadOnDay]:
    """What `leads_on` gives (tests.test_views holds it to this), in order of code."""
    histories: dict[UUID, list[Recorded[Any]]] = defaultdict(list)
    for recorded in log:
        histories[recorded.stream_id].append(recorded)
    states = {lead_id: state_at(history, day, position) for lead_id, history in histories.items()}
    found = [LeadOnDay(lead_id, state) for lead_id, state in states.items() if state]
    return sorted(found, key=lambda lead: lead.state.code)


def naive_ratio(part: int, whole: int, places: str = "0.0001") -> str | None:
    """Half-up; None of a zero denominator."""
    if whole == 0:
        return None
    return str((Decimal(part) / whole).quantize(Decimal(places), ROUND_HALF_UP))
