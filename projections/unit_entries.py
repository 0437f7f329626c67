"""What is on record of the ranked units on a day: groups, inspections, interviews.

Plan clauses 67, 75, 77. The entries as rows, and the questions asked of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from domain.event import Recorded
from domain.event_names import NAME_OF
from domain.unit import events as u
from domain.unit.known import DEFAULT_GROUPS, unit_name
from domain.vocabulary import UnitGroup
from projections.bitemporal import BitemporalRows, Changes
from projections.clocks import Clocks, known
from projections.projection import stream_projection
from projections.tables import UNITS, unit_entry

E = TypeVar("E", bound=u.UnitEvent)

_encode = msgspec.json.Encoder(decimal_format="string").encode


class UnitEntries:
    """The entries on one unit, as known after each event."""

    def __init__(self, stream_id: UUID) -> None:
        self._rows = BitemporalRows(unit_entry, stream_id, "stream_id")

    def learn(self, recorded: Recorded[u.UnitEvent]) -> None:
        event = recorded.event
        if isinstance(event, u.UnitEntryVoided):
            self._rows.now(event.event_id, None, recorded.position)
            return
        row = {
            "event_id": recorded.event_id,
            "kind": NAME_OF[type(event)].name,
            "unit": unit_name(event.unit),
            "happened_on": event.occurred_on,
            "version": recorded.version,
            "event": _encode(event),
        }
        self._rows.now(recorded.event_id, row, recorded.position)

    def take(self, position: int) -> Changes:
        return self._rows.take(position)


UNIT_ENTRIES = stream_projection(
    "units", "参评单位", UNITS, (unit_entry,), u.UnitEvent, UnitEntries
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in force; `unit` is the unit's one name, however it was written."""

    event_id: UUID
    unit: str
    event: u.UnitEvent

    @property
    def key(self) -> tuple[int, str]:
        """Its place in a list: the newest first."""
        return -self.event.occurred_on.toordinal(), str(self.event_id)


def unit_entries(connection: Connection, clocks: Clocks, kind: type[E]) -> list[tuple[Entry, E]]:
    """The entries of a kind by D, as known at K, newest first, each with its event."""
    columns = unit_entry.c
    query = (
        select(unit_entry)
        .where(known(unit_entry, clocks), columns.kind == NAME_OF[kind].name)
        .where(columns.happened_on <= clocks.as_of)
    )
    decode = msgspec.json.Decoder(kind).decode
    found = []
    for row in connection.execute(query):
        event = decode(row.event)
        found.append((Entry(row.event_id, row.unit, event), event))
    return sorted(found, key=lambda pair: pair[0].key)


def groups_on(connection: Connection, clocks: Clocks) -> dict[str, UnitGroup]:
    """Unit -> the group it is ranked in on D; what is not there is in none."""
    columns = unit_entry.c
    query = (
        select(columns.unit, columns.event)
        .where(known(unit_entry, clocks), columns.kind == NAME_OF[u.UnitGrouped].name)
        .where(columns.happened_on <= clocks.as_of)
        .order_by(columns.happened_on, columns.version)
    )
    decode = msgspec.json.Decoder(u.UnitGrouped).decode
    placed = {row.unit: decode(row.event).group for row in connection.execute(query)}
    groups = {**DEFAULT_GROUPS, **placed}
    return {unit: group for unit, group in groups.items() if group is not None}


def units_of(groups: dict[str, UnitGroup], group: UnitGroup) -> list[str]:
    """A group's units in their usual order, then those placed in it since."""
    return [unit for unit, its in groups.items() if its is group]


def within(entries: Iterable[tuple[Entry, E]], first: date, last: date) -> list[tuple[Entry, E]]:
    """Of entries, those that happened from one day to another."""
    return [pair for pair in entries if first <= pair[1].occurred_on <= last]
