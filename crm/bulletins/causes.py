"""Which late or corrected records made a bulletin's figures others?

Only those entered since, that are about a day the bulletin looked at; and of those only what a
figure rests on. Of a figure that can be explained, the records its leads' parts rest on now and
did not then, and the voids of those that are gone. Of a lead in a table, the records without which
it would stand otherwise; of a table by town, chain or leader, those that moved leads between them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from crm.application import CRM
from crm.bulletins.asking import Moment, Quoted
from crm.presentation import Shown, event_shown
from domain.campaign import CampaignEvent, CampaignVoided
from domain.chain.events import ChainEntryVoided, ChainEvent
from domain.event import Event, Recorded
from domain.event_names import label_of
from domain.lead import events as e
from domain.lead.folding import fold
from domain.lead.history import LeadHistory, events_at
from domain.lead.state import LeadState
from domain.problem.events import ProblemEvent
from domain.rules import RulesRevised
from domain.target import AnnualTargetSet, target_stream
from domain.unit.events import UnitEntryVoided, UnitEvent
from domain.unit.known import unit_name
from projections.lead_steps import facts_of

_COUNTED = {
    "stage", "counted_yuan", "counted_on", "count_key", "keeps_count", "exited_on", "signed_on",
    "started_on", "completed_on", "produced_on", "recognised", "agreed_due_on", "passed_on",
    "recruiting_unit", "host_town", "chain",
}  # fmt: skip
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
        return dict(found)

    @cached_property
    def _leads(self) -> dict[UUID, LeadHistory]:
        """Those of leads."""
        return {
            i: newly for i, newly in self._newly.items() if isinstance(newly[0].event, e.LeadEvent)
        }

    @cached_property
    def _history(self) -> Callable[[UUID], LeadHistory]:
        return cache(self.crm.store.stream)

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
            of = {"lead_id": lead_id, "lead_code": lead["code"], "lead_title": lead["title"]}
            voids = self._voids(UUID(lead_id), gone)
            yield from ({**of, **event} for event in fresh)
            yield from self._shown(UUID(lead_id), voids)
            if not fresh and not voids:
                yield from self._shown(UUID(lead_id), self._telling(UUID(lead_id)))

    def of_rows(self, listed: Collection[UUID]) -> Iterator[Shown]:
        """Of leads and problems that stand in tables themselves."""
        for stream_id in listed:
            if stream_id in self._leads:
                yield from self._shown(stream_id, self._telling(stream_id))
            else:
                yield from map(_of_no_lead, self._newly.get(stream_id, ()))

    def of_divisions(self, named: Collection[str]) -> Iterator[Shown]:
        """Of leads that have gone from one town, chain, leader or unit to another, whose rows have
        both changed (`named`): everything else that is counted by them is a figure's as well."""
        for lead_id, newly in self._leads.items():
            stands = self._standing(lead_id)
            whole = stands(None)
            moved = [
                r
                for r in newly
                if whole is not None
                and (other := stands(r.position)) is not None
                and (names := _divided(whole) ^ _divided(other))
                and names <= {*named, None}
            ]
            yield from self._shown(lead_id, moved)

    def of_rows_left(self, named: Collection[str], told: Collection[str]) -> Iterator[Shown]:
        """Of rows of units, towns, chains and leaders with which no lead of `told` (ids, whose
        records are named already) has to do: a ranking's points are no figure that is followed."""
        names: dict[UUID, set[str | None]] = {}
        for lead_id in self._leads:
            if (state := self._standing(lead_id)(None)) is not None:
                unit = unit_name(state.recruiting_unit)
                names[lead_id] = _divided(state) | {unit, state.recruiting_unit}
        met = set[str | None]().union(*(names[i] for i in names if str(i) in told))
        for lead_id in names:
            if (names[lead_id] & set(named)) - met:
                yield from self._shown(lead_id, self._without(lead_id, _counted))

    def of_months(self, named: Collection[str]) -> Iterator[Shown]:
        """Of what was booked to a month whose row has changed, though the year's sum may not."""
        for lead_id, newly in self._leads.items():
            days = {r.event.occurred_on for r in newly}
            for day in sorted(day for day in days if f"{day:%Y-%m}" in named):
                told = self._without(lead_id, _counted, day)
                yield from self._shown(lead_id, [r for r in told if r.event.occurred_on == day])

    def of_doubts(self, before: Quoted, after: Quoted) -> Iterator[Shown]:
        """The records that are doubts themselves: entered after the books were closed."""
        known, doubted = (
            {event["event_id"] for item in asked.at("items") for event in item["events"]}
            for asked in (before, after)
        )
        for lead_id, newly in self._leads.items():
            fresh = [r for r in newly if str(r.event_id) in doubted - known]
            yield from self._shown(lead_id, fresh)

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

    def _telling(self, lead_id: UUID) -> LeadHistory:
        """Without which its step would be another; else its state; else all there is."""
        return (
            self._without(lead_id, facts_of)
            or self._without(lead_id, lambda state: state)
            or self._leads.get(lead_id, ())
        )

    def _without(
        self, lead_id: UUID, seen: Callable[[LeadState], object], day: date | None = None
    ) -> LeadHistory:
        """The records without which the lead would be seen otherwise, on the bulletin's day or
        another."""
        stands = self._standing(lead_id, day)

        def looks(but: int | None) -> object:
            state = stands(but)
            return None if state is None else seen(state)

        whole = looks(None)
        return [r for r in self._leads.get(lead_id, ()) if looks(r.position) != whole]

    def _standing(
        self, lead_id: UUID, day: date | None = None
    ) -> Callable[[int | None], LeadState | None]:
        """The lead on the day, without the record at a place; None where it has not begun."""
        history = self._history(lead_id)

        def stands(but: int | None) -> LeadState | None:
            known = [r for r in history if r.position != but]
            counting = events_at(known, day or self.day, self.now.position)
            return fold(counting) if counting else None

        return stands

    def _voids(self, lead_id: UUID, gone: set[str]) -> LeadHistory:
        return [
            r
            for r in self._leads.get(lead_id, ())
            if isinstance(r.event, e.EventVoided) and str(r.event.event_id) in gone
        ]

    def _shown(self, lead_id: UUID, found: LeadHistory) -> Iterator[Shown]:
        if not found:
            return
        history = self._history(lead_id)
        opened = next(r.event for r in history if isinstance(r.event, e.LeadRegistered))
        named = [r.event.title for r in history if isinstance(r.event, _NAMING)]
        of = {"lead_id": str(lead_id), "lead_code": opened.code, "lead_title": named[-1]}
        for r in found:
            shown = event_shown(r)
            if isinstance(r.event, e.EventVoided):
                shown["label"] = f"{shown['label']}（{_voided(history, r.event)}）"
            yield {**of, **shown}


def _counted(state: LeadState) -> object:
    """What is counted and summed up of it, beside what is only shown of it."""
    return {name: value for name, value in facts_of(state).items() if name in _COUNTED}


def _divided(state: LeadState) -> set[str | None]:
    """What tables divide a lead's figures by, beside the unit that registered it."""
    return {state.host_town, state.chain, state.leader, state.unit}


def _voided(history: LeadHistory, void: e.EventVoided) -> str:
    """What a void took away: 签约 2023-03-01."""
    gone = next((r.event for r in history if r.event_id == void.event_id), None)
    return f"{label_of(gone)} {gone.occurred_on}" if gone else "已作废的记录"


def _of_year(recorded: Recorded[Any], route: str) -> bool:
    """A target is of its year: /targets/2023."""
    if not isinstance(recorded.event, AnnualTargetSet):
        return True
    year = route.rsplit("/", 1)[-1]
    return year.isdigit() and recorded.stream_id == target_stream(int(year))


def _of_no_lead(recorded: Recorded[Any]) -> Shown:
    return {"lead_id": None, "lead_code": None, "lead_title": None, **event_shown(recorded)}
