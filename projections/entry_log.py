"""Who entered what, when, and of which day? (录入台账) `log_entry`: a row for each entry on a lead.

What asks about entering itself (late entries, rushes before a month's end, edits after the books
were closed) reads it; the questions about leads never do.
"""

from datetime import date
from uuid import UUID

from domain.calendar import business_day
from domain.event import Recorded
from domain.event_names import NAME_OF
from domain.lead import events as e
from projections.bitemporal import BitemporalRows, Changes
from projections.log_clock import micros
from projections.projection import stream_projection
from projections.tables import ENTRIES, log_entry


class LeadEntries:
    """The entries on one lead."""

    def __init__(self, lead_id: UUID) -> None:
        self._rows = BitemporalRows(log_entry, lead_id)
        self._unit = ""
        self._said: dict[UUID, tuple[str, date]] = {}  # type and day of each entry
        self._registration: UUID | None = None

    def learn(self, recorded: Recorded[e.LeadEvent]) -> None:
        event, position = recorded.event, recorded.position
        said = concerned = NAME_OF[type(event)].name, event.occurred_on
        if isinstance(event, e.LeadRegistered):
            self._unit, self._registration = event.recruiting_unit, recorded.event_id
        elif isinstance(event, e.EventVoided):
            concerned = self._said.get(event.event_id, said)
            if event.event_id == self._registration:  # the lead was a mistake, and all on it
                self._rows.exactly({}, position)
            else:
                self._rows.now(event.event_id, None, position)
        self._said[recorded.event_id] = said
        entered = business_day(recorded.recorded_at)
        (event_type, day), (concerns_type, concerns) = said, concerned
        row = {
            "event_id": recorded.event_id,
            "type": event_type,
            "concerns_type": concerns_type,
            "occurred_on": day,
            "concerns_on": concerns,
            "recorded_on": entered,
            "recorded_at": micros(recorded.recorded_at),
            "recorded_by": recorded.recorded_by,
            "unit": self._unit,
            "delay_days": (entered - day).days,
            "behind_days": (entered - concerns).days,
        }
        self._rows.now(recorded.event_id, row, position)

    def take(self, position: int) -> Changes:
        return self._rows.take(position)


ENTRY_LOG = stream_projection(
    "entries", "录入台账", ENTRIES, (log_entry,), e.LeadEvent, LeadEntries
)
