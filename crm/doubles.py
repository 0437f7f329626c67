"""What does somebody who registers or opens a lead have to know? (登记提醒) Doubles, and the first.

At registration it is told after the lead has been recorded, of what was known just before: the
same request asked again gets the same answer. It never stands in the way of recording or reading:
where the tables cannot be asked, it says nothing.
"""

from datetime import date, datetime

import structlog
from sqlalchemy.exc import OperationalError

from crm.application import CRM
from crm.commands import Written
from crm.duplicates_presentation import likely_shown, registered_shown
from crm.presentation import Shown
from domain.calendar import LATEST_ASKED
from domain.lead.events import LeadRegistered
from projections.duplicates import Identity, likely_duplicates
from projections.first_contact import first_registration_of
from projections.reader import NotYetVisible, ProjectionStopped, TablesBuilding, clocks
from projections.rule_rows import rules_in_force

_ASKED = ("clock", "identities", "entries")
_CANNOT_BE_ASKED = (ProjectionStopped, TablesBuilding, NotYetVisible, OperationalError)

log = structlog.get_logger()


def reminder(crm: CRM, registration: LeadRegistered, written: Written) -> Shown:
    """`possible_duplicates` and `first_registered_by` of a lead just registered, or None."""
    investor = registration.investor
    stated = Identity.stated(
        registration.title, investor.name, investor.uscc, registration.parent_lead_id
    )
    before = written.position - len(written.events)
    try:
        with crm.reader.asking(*_ASKED, "rules") as connection:
            when = clocks(connection, LATEST_ASKED, crm.clock(), before)
            rules = rules_in_force(connection, when.on(registration.occurred_on))
            likely = likely_duplicates(connection, when, rules, stated)
            first = first_registration_of(connection, when, investor.name, investor.uscc)
    except _CANNOT_BE_ASKED as error:
        log.warning("registered without looking for doubles", code=written.code, error=repr(error))
        return {"possible_duplicates": None, "first_registered_by": None}
    return {
        "possible_duplicates": [likely_shown(found) for found in likely],
        "first_registered_by": registered_shown(first),
    }


def first_registration(
    crm: CRM, lead: Shown, as_of: date, known_at: datetime | None
) -> Shown | None:
    """Who registered the investor of a lead (as `lead_detail` shows it) first, at two clocks.

    `own` says whether it was this lead. None when all of the investor's leads have left.
    """
    uscc = lead["investor_uscc"] or lead["company_uscc"]
    try:
        with crm.reader.asking(*_ASKED) as connection:
            when = clocks(connection, as_of, known_at)
            shown = registered_shown(
                first_registration_of(connection, when, lead["investor"], uscc)
            )
    except _CANNOT_BE_ASKED as error:
        log.warning("shown without its first registration: %r", error)
        return None
    return shown and {**shown, "own": shown["lead_id"] == lead["lead_id"]}
