"""One lead: from its events alone, and with what the tables say of it."""

from dataclasses import dataclass
from uuid import UUID

from crm.application import CRM
from crm.colour_presentation import judgement_shown
from crm.doubles import first_registration
from crm.lead_presentation import lead_detail
from crm.persons.persons import See
from crm.presentation import Shown, revealed, unnamed
from crm.questions.answer import When
from crm.replaying.moments import known_part
from domain.calendar import timestamp
from domain.errors import NotFound
from domain.lead.colour import colour_of
from domain.lead.history import known_at, state_at
from domain.lead.state import LeadState
from domain.rules import in_force, rulebook, settings_of
from projections.problem_list import open_problems
from projections.reader import NotYetVisible, ProjectionStopped, TablesBuilding


@dataclass(frozen=True, slots=True)
class LeadView:
    """A lead as it is shown, its newest version, and the clocks it is seen at."""

    shown: Shown
    newest: int
    when: When


def ask_lead(
    crm: CRM, lead_id: UUID, when: When, version: int | None = None, see: See | None = None
) -> LeadView:
    """One lead from its events alone, at the two clocks or, for K, at one of its versions.

    `see`: how whoever asks sees contact persons; without it they are not named.

    Raises `NotFound`; `BadInput` when both are given.
    """
    history = crm.history(lead_id)
    known, when = known_part(history, when, version)
    state = state_at(known, when.as_of)
    if state is None:
        raise NotFound("lead_not_found", "按所给的日期和时刻，没有这个项目（或其登记已作废）")
    reveal = unnamed if see is None else revealed(state.recruiting_unit, see)
    shown = {
        **lead_detail(lead_id, state, reveal),
        **_coloured(crm, state, when),
        "version": known[-1].version,
        "as_of": when.as_of.isoformat(),
        "known_at": timestamp(when.known_at or crm.known_at(history)),
    }
    return LeadView(shown, history[-1].version, when)


def _coloured(crm: CRM, state: LeadState, when: When) -> Shown:
    """Its colour by the rules of that day, as known then: from events alone, as the lead is."""
    revisions = crm.rule_revisions()
    known = revisions if when.known_at is None else known_at(revisions, when.known_at)
    rules = rulebook(in_force(settings_of(known), when.as_of))
    judgement = judgement_shown(colour_of(state, when.as_of, rules))
    return {"colour": judgement["colour"] if judgement else None, "judgement": judgement}


def with_tables(crm: CRM, lead_id: UUID, view: LeadView) -> Shown:
    """The lead, its open problems, and who registered its investor first.

    None of these while the tables cannot say: a lead can be read from its own events whatever has
    become of them.
    """
    when = view.when
    return {
        **view.shown,
        "open_issues": _open_issues(crm, lead_id, when),
        "first_registered_by": first_registration(crm, view.shown, when.as_of, when.known_at),
    }


def _open_issues(crm: CRM, lead_id: UUID, when: When) -> int | None:
    """How many of its problems were not closed out."""
    try:
        with crm.reader.asking("clock", "problems") as connection:
            return open_problems(connection, when.clocks(connection), [lead_id]).get(lead_id, 0)
    except (ProjectionStopped, TablesBuilding, NotYetVisible):
        return None
