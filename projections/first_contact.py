"""Who registered an investor first? (首报首谈)

Domain section 1.1 (招引单位 = first to file) and section 4 (首报首谈保护). First is whose entry
came first, not whose business date is earliest: a date can be put back, the log cannot.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from domain.likeness import company_key
from projections.clocks import Clocks, known, valid
from projections.duplicates import Identity, identity_of
from projections.log_clock import instant_of
from projections.tables import lead_identity, log_entry

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration of the investor; `active` unless the lead has exited or was lost."""

    lead: Identity
    recorded_at: datetime
    recorded_by: str
    active: bool


def registrations_of(
    connection: Connection, clocks: Clocks, investor: str, uscc: str | None = None
) -> list[Registered]:
    """Leads of an investor (same name as compared, or same USCC), in the order of entry."""
    names, entries = lead_identity.c, log_entry.c
    same = names.investor_key == company_key(investor)
    if uscc:
        same = or_(same, names.investor_uscc == uscc, names.company_uscc == uscc)
    query = (
        select(lead_identity, entries.recorded_at, entries.recorded_by)
        .join(log_entry, and_(entries.lead_id == names.lead_id, known(log_entry, clocks)))
        .where(entries.type == "LeadRegistered", valid(lead_identity, clocks), same)
        .order_by(entries.known_from)
        .limit(_SHOWN)
    )
    return [
        Registered(identity_of(row), instant_of(row.recorded_at), row.recorded_by, row.active)
        for row in connection.execute(query)
    ]


def first_of(registrations: list[Registered]) -> Registered | None:
    """Whose investor it is: the first registration that still stands."""
    return next((registered for registered in registrations if registered.active), None)
