"""How far has a lead come before it signs, and how long has it been there? (在谈阶段)

线索登记 → 接洽 → 评审 → 框架意向 → 签约: the steps of the funnel (F8) up to the signing, and the
text that does not count yet; domain section 12, F24. A stay is the time at one stage as the county
had it on its books: what happened before the registration counts from the registration.
"""

from dataclasses import dataclass
from datetime import date

from domain.lead.state import LeadState
from domain.vocabulary import NegotiationStage

SIGNED = "signed"
LOST = "lost"

_ORDER = tuple(NegotiationStage)


@dataclass(frozen=True, slots=True)
class Stay:
    """From a day to another at a stage, and what ended it.

    `to`: the next stage, `SIGNED`, `LOST`; None when the lead was still there on the last day
    looked at, or was shelved there.
    """

    stage: NegotiationStage
    since: date
    until: date
    to: str | None

    @property
    def days(self) -> int:
        return (self.until - self.since).days


def came_on(state: LeadState) -> date:
    """The day a lead came: registered, or signed before that; what happened earlier was too early.

    `date.max` when it was neither.
    """
    return min(state.registered_on or date.max, state.signed_on or date.max)


def entered_on(state: LeadState) -> dict[NegotiationStage, date]:
    """The stages a lead has been at, in order, and the day each began.

    A stage passed by on the day it was reached, or reached after a later one, was none. Empty
    when the lead came signed.
    """
    if state.registered_on is None:
        return {}
    signed_on = state.signed_on or date.max
    reached = {
        NegotiationStage.REGISTERED: state.registered_on,
        NegotiationStage.CONTACTED: state.first_contact_on,
        NegotiationStage.REVIEWED: state.first_reviewed_on or state.first_assessed_on,
        NegotiationStage.FRAMEWORK: state.text_signed_on,
    }
    found: dict[NegotiationStage, date] = {}
    next_on = signed_on
    for stage in reversed(_ORDER):
        day = reached[stage]
        if day is None:
            continue
        begun = max(day, state.registered_on)
        if begun < next_on:
            found[stage] = next_on = begun
    return dict(reversed(found.items()))


def stays(state: LeadState, day: date) -> list[Stay]:
    """Every stay up to `day`, of a lead as it stands then; none before it was registered."""
    if not _on_the_books(state, day):
        return []
    entered = list(entered_on(state).items())
    found = []
    for nth, (stage, since) in enumerate(entered):
        if nth + 1 < len(entered):
            following, until = entered[nth + 1]
            found.append(Stay(stage, since, until, following.value))
        elif state.signed_on is not None:
            found.append(Stay(stage, since, state.signed_on, SIGNED))
        elif (left_on := state.lost_on or state.exited_on) is not None:
            found.append(Stay(stage, since, max(since, left_on), LOST))
        else:
            found.append(Stay(stage, since, max(since, state.shelved_on or day), None))
    return found


def negotiating_at(state: LeadState, day: date) -> NegotiationStage | None:
    """Where an open lead stands on `day`; None when signed, shelved, lost, gone, not yet there."""
    if not _on_the_books(state, day):
        return None
    if decided(state):
        return None
    return next(reversed(entered_on(state)), None)


def decided(state: LeadState) -> bool:
    """Signed, or given up: lost, shelved, or left without ever signing."""
    return bool(state.signed_on or state.lost or state.shelved or state.exited_on)


def has_reached(state: LeadState, stage: NegotiationStage) -> bool:
    """Whether a lead came to a stage or past it (F8).

    Who signed at once has passed the stages of courting, but had no framework text.
    """
    if stage is NegotiationStage.FRAMEWORK:
        return stage in entered_on(state)
    if state.signed_on is not None:
        return True
    return any(_ORDER.index(stage) <= _ORDER.index(other) for other in entered_on(state))


def expected_yuan(state: LeadState) -> int | None:
    """What an open lead is expected to bring: by its text, else as estimated at registration."""
    return state.agreed_total_yuan if state.agreed_total_yuan is not None else state.estimated_yuan


def _on_the_books(state: LeadState, day: date) -> bool:
    """Something may have happened with a lead before the day it was registered on."""
    return state.registered_on is not None and state.registered_on <= day
