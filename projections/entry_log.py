"""Who entered what, when, and of which day? (录入台账) `log_entry`: a row for each entry.

What asks about entering itself (who wrote what, late entries, rushes before a month's end, edits
after the books were closed) reads it; the questions about leads never do.
"""

from datetime import date
from typing import Any
from uuid import UUID

from domain.calendar import business_day
from domain.campaign import CampaignHeld, CampaignVoided
from domain.chain.events import ChainEntryVoided
from domain.event import Event, Recorded
from domain.event_names import NAME_OF
from domain.lead import events as e
from domain.problem.events import ProblemRaised
from domain.subjects import Subject, name_in, subject_of
from domain.unit.events import UnitEntryVoided
from projections.bitemporal import BitemporalRows, Changes
from projections.log_clock import micros
from projections.projection import stream_projection
from projections.tables import ENTRIES, log_entry

_VOIDS = (e.EventVoided, ChainEntryVoided, UnitEntryVoided)


class StreamEntries:
    """The entries on one stream: a lead, a problem, a year's target …"""

    def __init__(self, stream_id: UUID) -> None:
        self._stream_id = stream_id
        self._rows = BitemporalRows(log_entry, stream_id, "stream_id")
        self._name: str | None = None
        self._lead_id: UUID | None = None
        self._unit = ""
        self._said: dict[UUID, tuple[str, date]] = {}  # type and day of each entry
        self._opening: UUID | None = None  # the registration of a lead, the campaign as it was held

    def learn(self, recorded: Recorded[Any]) -> None:
        event, position = recorded.event, recorded.position
        said = NAME_OF[type(event)].name, event.occurred_on
        subject = self._meet(recorded)
        concerned = self._taken_out(event, position) or said
        self._said[recorded.event_id] = said
        entered = business_day(recorded.recorded_at)
        (event_type, day), (concerns_type, concerns) = said, concerned
        row = {
            "subject": subject.value,
            "subject_name": self._name,
            "lead_id": self._lead_id,
            "event_id": recorded.event_id,
            "type": event_type,
            "concerns_type": concerns_type,
            "occurred_on": day,
            "concerns_on": concerns,
            "recorded_on": entered,
            "recorded_at": micros(recorded.recorded_at),
            "recorded_by": recorded.recorded_by,
            "recorded_with": recorded.recorded_with,
            "unit": self._unit,
            "delay_days": (entered - day).days,
            "behind_days": (entered - concerns).days,
        }
        self._rows.now(recorded.event_id, row, position)

    def take(self, position: int) -> Changes:
        return self._rows.take(position)

    def _meet(self, recorded: Recorded[Any]) -> Subject:
        """What the entry is on, and what it says of that."""
        event = recorded.event
        self._name = name_in(event) or self._name
        subject = subject_of(event)
        if subject is Subject.LEAD:
            self._lead_id = self._stream_id
        elif isinstance(event, ProblemRaised):
            self._lead_id = event.lead_id
        if isinstance(event, e.LeadRegistered):
            self._unit = event.recruiting_unit
        if isinstance(event, e.LeadRegistered | CampaignHeld):
            self._opening = recorded.event_id
        return subject

    def _taken_out(self, event: Event, position: int) -> tuple[str, date] | None:
        """Of a void: type and day of what it takes out."""
        if isinstance(event, CampaignVoided):
            gone = self._opening
        elif isinstance(event, _VOIDS):
            gone = event.event_id
        else:
            return None
        if gone is None:
            return None
        if isinstance(event, e.EventVoided) and gone == self._opening:
            self._rows.exactly({}, position)  # the lead was a mistake, and all on it
        else:
            self._rows.now(gone, None, position)
        return self._said.get(gone)


ENTRY_LOG = stream_projection("entries", "录入台账", ENTRIES, (log_entry,), Event, StreamEntries)
