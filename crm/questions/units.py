"""督查加减分 and 约谈: what was recorded of ranked units."""

from crm.application import CRM
from crm.questions.answer import Clocked, Items, judged
from crm.ranking_presentation import inspection_shown, interview_shown
from domain.periods import parse
from domain.unit.events import InspectionRecorded, InterviewHeld
from domain.unit.known import same_unit
from projections.unit_entries import Entry, unit_entries, within


def ask_inspections(
    crm: CRM, when: Clocked, unit: str | None = None, period: str | None = None
) -> Items[Entry]:
    """Points given and taken; those of a unit, or that count in a period. Raises `BadInput`."""
    with judged(crm, when, "clock", "units", "rules") as (connection, at, rules):
        found = unit_entries(connection, at, InspectionRecorded)
    if period is not None:
        its = parse(period, rules.month_ends_on)
        found = within(found, its.start, its.end)
    told = {entry: told for entry, told in found if _takes(unit, entry)}
    return Items(
        at, {"count": len(told)}, list(told), lambda entry: inspection_shown(entry, told[entry])
    )


def ask_interviews_held(
    crm: CRM, when: Clocked, unit: str | None = None, period: str | None = None
) -> Items[Entry]:
    """Interviews; those of a unit, or about a period. Raises `BadInput`."""
    about = None if period is None else parse(period).key
    with crm.reader.asking("clock", "units") as connection:
        at = when.clocks(connection)
        found = unit_entries(connection, at, InterviewHeld)
    told = {
        entry: held for entry, held in found if _takes(unit, entry) and about in (None, held.period)
    }
    return Items(
        at, {"count": len(told)}, list(told), lambda entry: interview_shown(entry, told[entry])
    )


def _takes(unit: str | None, entry: Entry) -> bool:
    return unit is None or same_unit(unit, entry.unit)
