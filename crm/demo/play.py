"""How does the story get into an empty program? Entered step by step, at the story's own time."""

import heapq
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from crm.application import CRM
from crm.campaigns import hold_campaign
from crm.chains import describe_chain, list_enterprise, record_of_enterprise
from crm.demo.chains import ChainEntry
from crm.demo.story import OPENING, StoryStep, VoidOf, story
from crm.demo.troubles import TroubleStep, troubles
from crm.people import Caller, Role
from crm.units import record_inspection
from domain.chain import events as chain
from domain.lead import events as e
from domain.problem import events as p


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
    problems: dict[str, UUID] = {}
    enterprises: dict[str, UUID] = {}
    for step in _together():
        clock.at(step.recorded_at)
        if isinstance(step, TroubleStep):
            _trouble(crm, step, leads, problems)
            continue
        if step.target is not None:
            crm.set_target(step.target, by=Caller(step.by, Role.ADMIN))
            continue
        by = Caller(step.by, Role.MANAGER)
        if step.campaign is not None:
            hold_campaign(crm, step.campaign, by=by)
            continue
        if step.inspection is not None:
            record_inspection(crm, step.inspection, by=by)
            continue
        if step.chain is not None:
            _enter(crm, step.chain, by, leads, enterprises)
            continue
        key = step.lead or ""
        if step.registration is not None:
            parent = leads[step.parent] if step.parent else None
            registration = replace(step.registration, parent_lead_id=parent)
            leads[key] = crm.register(registration, *_events(step, labelled), by=by).lead_id
            continue
        written = crm.record(leads[key], *_events(step, labelled), by=by)
        if step.label is not None:
            labelled[step.label] = written.events[0][0]


def _together() -> Iterator[StoryStep | TroubleStep]:
    """The projects' story and that of their problems, in one recording order."""
    both: tuple[Iterator[StoryStep | TroubleStep], ...] = (story(), iter(troubles()))
    return heapq.merge(*both, key=lambda step: step.recorded_at)


def _trouble(
    crm: CRM, step: TroubleStep, leads: dict[str, UUID], problems: dict[str, UUID]
) -> None:
    by = Caller(step.by, Role.MANAGER)
    if isinstance(step.event, p.ProblemRaised):
        raised = replace(step.event, lead_id=leads[step.lead])
        problems[step.problem] = crm.raise_problem(raised, by=by).lead_id
    else:
        crm.on_problem(problems[step.problem], step.event, by=by)


def _enter(
    crm: CRM,
    entry: ChainEntry,
    by: Caller,
    leads: dict[str, UUID],
    enterprises: dict[str, UUID],
) -> None:
    """An entry on a chain: ids of enterprises and leads are known only now."""
    event, name = entry.event, entry.enterprise or ""
    if isinstance(event, chain.ChainDescribed):
        describe_chain(crm, event, by=by)
    elif isinstance(event, chain.TargetEnterpriseListed):
        enterprises[name] = list_enterprise(crm, event, by=by).events[0][0]
    elif isinstance(event, chain.AboutEnterprise):
        event = replace(event, enterprise_id=enterprises[name])
        if isinstance(event, chain.TargetEnterpriseBroughtLead):
            event = replace(event, lead_id=leads[entry.lead or ""])
        record_of_enterprise(crm, event, by=by)


def _events(step: StoryStep, labelled: dict[str, UUID]) -> list[e.LeadEvent]:
    return [
        e.EventVoided(
            occurred_on=event.occurred_on, event_id=labelled[event.label], ground=event.ground
        )
        if isinstance(event, VoidOf)
        else event
        for event in step.events
    ]
