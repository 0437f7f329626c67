"""What was known of a lead at a moment, what of it counted, and what it added up to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from crm.application import CRM
from crm.presentation import Shown
from crm.questions.answer import When
from domain.calendar import timestamp
from domain.errors import BadInput, NotFound
from domain.event import Recorded
from domain.lead.events import LeadEvent
from domain.lead.folding import fold
from domain.lead.history import LeadHistory, events_at, known_at, voided_by
from domain.lead.state import LeadState
from domain.rulebook import Rulebook
from domain.rules import RulesRevised, in_force, rulebook, settings_of

Counting = Sequence[Recorded[LeadEvent]]
"""The events that count, in business order."""
Revisions = Sequence[Recorded[RulesRevised]]


@dataclass(frozen=True, slots=True)
class Moment:
    """A lead on business day `as_of`, of which `known` had been recorded.

    `state` is None where there was no such lead: not known yet, not begun, or wholly voided.
    """

    lead_id: UUID
    as_of: date
    known_at: datetime
    known: LeadHistory
    revisions: Revisions

    @property
    def counting(self) -> Counting:
        return events_at(self.known, self.as_of)

    @property
    def state(self) -> LeadState | None:
        return folded(self.counting)

    @property
    def rules(self) -> Rulebook:
        return rules_of(self.revisions, self.as_of)

    @property
    def version(self) -> int:
        """0: nothing was known."""
        return self.known[-1].version if self.known else 0

    def shown(self) -> Shown:
        state = self.state
        return {
            "version": self.version,
            "as_of": self.as_of.isoformat(),
            "known_at": timestamp(self.known_at),
            "exists": state is not None,
            "stage": state.stage.value if state else None,
            "stage_label": state.stage.label if state else None,
        }


def folded(counting: Counting) -> LeadState | None:
    return fold(counting) if counting else None


def rules_of(revisions: Iterable[Recorded[RulesRevised]], day: date) -> Rulebook:
    """The rules of a day, by the revisions known."""
    return rulebook(in_force(settings_of(revisions), day))


def known_part(history: LeadHistory, when: When, version: int | None) -> tuple[LeadHistory, When]:
    """What of a history was known, and the clocks: K is that of the version where one is named.

    Raises `NotFound`; `BadInput` when both are given.
    """
    if version is None:
        known = history if when.known_at is None else known_at(history, when.known_at)
        return list(known), when
    if when.known_at is not None:
        raise BadInput("version", "version 与 known_at 只能用一个")
    if version > history[-1].version:
        raise NotFound("version_not_found", f"该项目只有 {history[-1].version} 个版本")
    known = history[:version]
    return list(known), When(when.as_of, known[-1].recorded_at)


def moment_of(crm: CRM, lead_id: UUID, when: When, version: int | None = None) -> Moment:
    """The lead at the two clocks or, for K, at one of its versions. Raises as `known_part`."""
    history = crm.history(lead_id)
    known, at = known_part(history, when, version)
    revisions = crm.rule_revisions()
    if at.known_at is not None:
        revisions = known_at(revisions, at.known_at)
    return Moment(lead_id, at.as_of, at.known_at or crm.known_at(history), known, revisions)


def standing(moment: Moment) -> LeadState:
    """The lead as it stood. Raises `NotFound` where there was none."""
    if (state := moment.state) is None:
        raise NotFound("lead_not_found", "按所给的日期和时刻，没有这个项目（或其登记已作废）")
    return state


def voids_in(history: LeadHistory) -> dict[UUID, Recorded[LeadEvent]]:
    """Event id of each voided event -> its void."""
    by_id = {recorded.event_id: recorded for recorded in history}
    return {gone: by_id[void] for gone, void in voided_by(history).items()}
