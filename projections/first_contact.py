"""Who registered an investor first? (首报首谈)

Domain section 1.1 (招引单位 = first to file) and section 4 (首报首谈保护). First is whose entry
came first, not whose business date is earliest: a date can be put back, the log cannot.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from domain.likeness import company_key
from projections.clocks import Clocks, known, valid
from projections.duplicates import Identity, identity_of
from projections.log_clock import instant_of
from projections.tables import lead_identity, log_entry

Entry = tuple[int]
"""Where a registration stands in the order of entry."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration of the investor; `active` unless the lead has exited or was lost.

    One that was split or merged goes on in others.
    """

    position: int
    lead: Identity
    recorded_at: datetime
    recorded_by: str
    active: bool

    @property
    def key(self) -> Entry:
        return (self.position,)


def registrations_of(
    connection: Connection,
    clocks: Clocks,
    investor: str,
    uscc: str | None = None,
    *,
    limit: int,
    after: Entry | None = None,
    standing: bool = False,
) -> list[Registered]:
    """Leads of an investor (same name as compared, or same USCC), in the order of entry.

    `standing`: only what is `active`.
    """
    names, entries = lead_identity.c, log_entry.c
    same = names.investor_key == company_key(investor)
    if uscc:
        same = or_(same, names.investor_uscc == uscc, names.company_uscc == uscc)
    goes_on = _has_entry("LeadSplit", clocks) | _has_entry("LeadMergedInto", clocks)
    stands = or_(names.active, goes_on)
    query = (
        select(
            lead_identity,
            entries.known_from.label("entered"),
            entries.recorded_at,
            entries.recorded_by,
            stands.label("stands"),
        )
        .join(log_entry, and_(entries.lead_id == names.lead_id, known(log_entry, clocks)))
        .where(entries.type == "LeadRegistered", valid(lead_identity, clocks), same)
        .where(~_has_entry("LeadSplitFrom", clocks))  # registered with the lead it was part of
        .order_by(entries.known_from)
        .limit(limit)
    )
    if after is not None:
        query = query.where(entries.known_from > after[0])
    if standing:
        query = query.where(stands)
    return [
        Registered(
            row.entered,
            identity_of(row),
            instant_of(row.recorded_at),
            row.recorded_by,
            bool(row.stands),
        )
        for row in connection.execute(query)
    ]


def _has_entry(kind: str, clocks: Clocks) -> ColumnElement[bool]:
    """Whether the lead has an entry of a kind by D, in force at K."""
    other = log_entry.alias()
    return exists().where(
        other.c.lead_id == lead_identity.c.lead_id,
        other.c.type == kind,
        other.c.occurred_on <= clocks.as_of,
        known(other, clocks),
    )


def first_registration_of(
    connection: Connection, clocks: Clocks, investor: str, uscc: str | None = None
) -> Registered | None:
    """Whose investor it is: the first registration that still stands."""
    found = registrations_of(connection, clocks, investor, uscc, limit=1, standing=True)
    return found[0] if found else None
