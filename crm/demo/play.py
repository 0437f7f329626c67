"""How does the story get into an empty program? Entered step by step, at the story's own time."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from crm.application import CRM
from crm.demo.story import OPENING, StoryStep, VoidOf, story
from crm.people import Caller, Role
from domain.lead import events as e


class StoryClock:
    """A clock that stands where the story is; give it to the program as its clock."""

    def __init__(self) -> None:
        self._moment = OPENING

    def at(self, moment: datetime) -> None:
        self._moment = moment

    def __call__(self) -> datetime:
        return self._moment


def play(crm: CRM, clock: StoryClock) -> None:
    """Enter the whole story into an empty program built with `clock`."""
    leads: dict[str, UUID] = {}
    labelled: dict[str, UUID] = {}
    for step in story():
        clock.at(step.recorded_at)
        if step.target is not None:
            crm.set_target(step.target, by=Caller(step.by, Role.ADMIN))
            continue
        by = Caller(step.by, Role.MANAGER)
        key = step.lead or ""
        if step.registration is not None:
            parent = leads[step.parent] if step.parent else None
            registration = replace(step.registration, parent_lead_id=parent)
            leads[key] = crm.register(registration, *_events(step, labelled), by=by).lead_id
            continue
        written = crm.record(leads[key], *_events(step, labelled), by=by)
        if step.label is not None:
            labelled[step.label] = written.events[0][0]


def _events(step: StoryStep, labelled: dict[str, UUID]) -> list[e.LeadEvent]:
    return [
        e.EventVoided(
            occurred_on=event.occurred_on, event_id=labelled[event.label], ground=event.ground
        )
        if isinstance(event, VoidOf)
        else event
        for event in step.events
    ]
