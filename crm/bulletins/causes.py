"""Which late or corrected records made a bulletin's figures others?

Only those entered since, that are about a day the bulletin looked at; and of those only what a
figure rests on. Of a figure that can be explained, the records its leads' parts rest on now and
did not then, and the voids of those that are gone. Of a lead in a table, and wherever a table
counts leads by unit, town or month, the records without which the lead would stand otherwise.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from crm.application import CRM
from crm.bulletins.asking import Moment, Quoted
from crm.presentation import Shown, event_shown
from domain.campaign import CampaignEvent, CampaignVoided
from domain.chain.events import ChainEntryVoided, ChainEvent
from domain.event import Event, Recorded
from domain.lead import events as e
from domain.lead.folding import fold
from domain.lead.history import LeadHistory, events_at
from domain.lead.standing import is_turning_point
from domain.lead.state import LeadState
from domain.problem.events import ProblemEvent
from domain.rules import RulesRevised
from domain.target import AnnualTargetSet, target_stream
from domain.unit.events import UnitEntryVoided, UnitEvent
from projections.lead_steps import facts_of

# What a table of units, towns or months does not tell one lead from another by.
_OF_ITSELF = ("title", "investor", "code", "code_order", "introducer", "partner", "person")
_NAMING = (e.LeadRegistered, e.LeadRenamed)
_VOIDS = (e.EventVoided, ChainEntryVoided, UnitEntryVoided, CampaignVoided)
# Which answers rest on what is recorded of other things than leads.
_OTHERS: tuple[tuple[type[Event], str], ...] = (
    (AnnualTargetSet, "/targets"),
    (UnitEvent, "/rankings"),
    (CampaignEvent, "/campaigns"),
    (ChainEvent, "/chains"),
    (ProblemEvent, "/problems"),
    (RulesRevised, "/"),
)


@dataclass
class Causes:
    """The records entered after `then` and by `now`, for a bulletin that looked at `day`."""

    crm: CRM
    day: date
    then: Moment
    now: Moment

    @cached_property
    def _newly(self) -> dict[UUID, list[Recorded[Any]]]:
        """By stream, as recorded. A void is of any day: it takes away what was of its own."""
        found = defaultdict[UUID, list[Recorded[Any]]](list)
        position = self.then.position
        while position < self.now.position and (rows := self.crm.store.log(position)):
            position = rows[-1].position
            for r in rows:
                if r.position <= self.now.position and (
                    r.event.occurred_on <= self.day or isinstance(r.event, _VOIDS)
                ):
                    found[r.stream_id].append(r)
        return found

    def of_metric(self, before: Quoted, after: Quoted) -> Iterator[Shown]:
        """The records behind the leads' parts of a figure that are others now."""
        was = {lead["lead_id"]: lead for lead in before.at("leads")}
        stands = {lead["lead_id"]: lead for lead in after.at("leads")}
        for lead_id in {**was, **stands}:
            old, new = was.get(lead_id), stands.get(lead_id)
            if old is not None and new is not None and old["parts"] == new["parts"]:
                continue
            lead = new or old
            assert lead, "one of both"
            rested = {event["event_id"] for event in old["events"]} if old else set()
            rests = {event["event_id"]: event for event in new["events"]} if new else {}
            fresh = [event for event in rests.values() if event["position"] > self.then.position]
            gone = rested - rests.keys()
            fresh += [event_shown(r) for r in self._voids(UUID(lead_id), gone)]
            if not fresh:
                late = (r for r in self._newly[UUID(lead_id)] if is_turning_point(r.event))
                fresh = [event_shown(r) for r in late]
            of = {"lead_id": lead_id, "lead_code": lead["code"], "lead_title": lead["title"]}
            for event in fresh:
                yield {**of, **event}

    def of_rows(self, listed: Collection[UUID]) -> Iterator[Shown]:
        """Of leads and problems that stand in tables themselves."""
        for stream_id in listed:
            newly = self._newly.get(stream_id, [])
            if newly and isinstance(newly[0].event, e.LeadEvent):
                yield from self._shown(stream_id, self._telling(stream_id, newly))
            else:
                yield from map(_of_no_lead, newly)

    def of_divisions(self) -> Iterator[Shown]:
        """Of leads that are counted by unit, town, chain or month."""
        for stream_id, newly in list(self._newly.items()):
            if isinstance(newly[0].event, e.LeadEvent):
                yield from self._shown(stream_id, self._without(stream_id, newly, _in_divisions))

    def of_others(self, routes: Iterable[str]) -> Iterator[Shown]:
        """Of targets, units, campaigns, chains, problems and rules, where an answer rests on
        them."""
        asked = set(routes)
        for newly in self._newly.values():
            for r in newly:
                for kind, route in _OTHERS:
                    if isinstance(r.event, kind) and any(
                        one.startswith(route) and _of_year(r, one) for one in asked
                    ):
                        yield _of_no_lead(r)

    def _telling(self, lead_id: UUID, newly: LeadHistory) -> LeadHistory:
        """Without which its step would be another; else its state; else all there is."""
        return (
            self._without(lead_id, newly, facts_of)
            or self._without(lead_id, newly, lambda state: state)
            or newly
        )

    def _without(
        self, lead_id: UUID, newly: LeadHistory, seen: Callable[[LeadState], object]
    ) -> LeadHistory:
        """The records without which the lead would be seen otherwise on the day."""
        history = self.crm.store.stream(lead_id)

        def stands(but: int | None = None) -> object:
            known = [r for r in history if r.position != but]
            counting = events_at(known, self.day, self.now.position)
            return seen(fold(counting)) if counting else None

        whole = stands()
        return [r for r in newly if stands(but=r.position) != whole]

    def _voids(self, lead_id: UUID, gone: set[str]) -> LeadHistory:
        return [
            r
            for r in self._newly.get(lead_id, ())
            if isinstance(r.event, e.EventVoided) and str(r.event.event_id) in gone
        ]

    def _shown(self, lead_id: UUID, found: LeadHistory) -> Iterator[Shown]:
        if not found:
            return
        history = self.crm.store.stream(lead_id)
        opened = next(r.event for r in history if isinstance(r.event, e.LeadRegistered))
        named = [r.event.title for r in history if isinstance(r.event, _NAMING)]
        of = {"lead_id": str(lead_id), "lead_code": opened.code, "lead_title": named[-1]}
        for r in found:
            yield {**of, **event_shown(r)}


def _in_divisions(state: LeadState) -> object:
    return {key: value for key, value in facts_of(state).items() if key not in _OF_ITSELF}


def _of_year(recorded: Recorded[Any], route: str) -> bool:
    """A target is of its year: /targets/2023."""
    if not isinstance(recorded.event, AnnualTargetSet):
        return True
    year = route.rsplit("/", 1)[-1]
    return year.isdigit() and recorded.stream_id == target_stream(int(year))


def _of_no_lead(recorded: Recorded[Any]) -> Shown:
    return {"lead_id": None, "lead_code": None, "lead_title": None, **event_shown(recorded)}
