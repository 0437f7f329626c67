"""A lead's folded history as steps in time: the rows of a bitemporal table.

Folding a lead in business order gives a step function of time; each step is a row. An event at
the end of business order adds a step; a void or a back-dated entry folds the lead again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Table

from domain.calendar import FOREVER
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.folding import evolve
from domain.lead.history import begins_on, in_force
from domain.lead.state import LeadState
from projections.bitemporal import BitemporalRows, Changes, Row

Linked = Callable[[Row, Row | None], Row]
"""A step, completed with what it takes from the one before it."""

WORK: frozenset[type[e.LeadEvent]] = frozenset(
    {
        e.ContactLogged,
        e.LeadAssessed,
        e.DueDiligenceCompleted,
        e.ContractReviewed,
        e.FundsArrived,
        e.FixedAssetInvestmentReported,
        e.PermitStated,
        e.MilestonePlanSet,
        e.MonthlyProgressReported,
        e.SiteChecked,
        e.StatInventoryEntered,
        e.AboveScaleEntered,
        e.FullEffectReached,
        e.ServiceVisitLogged,
        e.FollowUpVisitLogged,
        e.ColourOverridden,
        e.NoticeIssued,
        e.NoticeAnswered,
    }
)
"""Events that tell of work on a lead and change neither what it is nor where it stands. Listed
outright: an event nobody thought of makes steps, which costs a row and never a wrong answer."""


@dataclass(frozen=True, slots=True)
class StepTable:
    """What a table keeps of each step: `facts` of the lead's state.

    `silent` events change no fact. (The earliest event of all still opens the history.)
    """

    table: Table
    facts: Callable[[LeadState], Row]
    silent: frozenset[type[e.LeadEvent]] = frozenset()
    linked: Linked = lambda step, _: step


class Steps:
    """The steps of one lead, as known after each of its events."""

    def __init__(self, of: StepTable, lead_id: UUID) -> None:
        self._of = of
        self._rows = BitemporalRows(of.table, lead_id)
        self._history: list[Recorded[e.LeadEvent]] = []
        self._voided: set[UUID] = set()
        self._state = LeadState()
        self._steps: list[Row] = []
        self._facts: Row = {}
        self._last_day = date.min  # of the events that make steps

    def learn(self, recorded: Recorded[e.LeadEvent]) -> None:
        self._history.append(recorded)
        event = recorded.event
        if isinstance(event, e.EventVoided):
            self._voided.add(event.event_id)
            self._fold_again(recorded.position)
        elif (
            not self._steps
            or event.occurred_on < self._steps[0]["valid_from"]
            or recorded.event_id in self._voided
        ):
            self._fold_again(recorded.position)
        elif type(event) not in self._of.silent:
            if event.occurred_on < self._last_day:
                self._fold_again(recorded.position)
            else:
                self._go_on(recorded)

    def take(self, position: int) -> Changes:
        return self._rows.take(position)

    def _go_on(self, recorded: Recorded[e.LeadEvent]) -> None:
        day, last = recorded.event.occurred_on, self._steps[-1]
        evolve(self._state, recorded)
        facts = self._of.facts(self._state)
        self._last_day = day
        if facts == self._facts:
            return
        if last["valid_from"] == day:  # a day's step is what stood at its end
            if len(self._steps) > 1 and facts.items() <= self._steps[-2].items():
                self._fold_again(recorded.position)
                return
            self._replace_last({**last, **facts}, recorded.position)
        else:
            self._replace_last({**last, "valid_to": day}, recorded.position)
            step = self._step(day, facts, last)
            self._steps.append(step)
            self._rows.now(day, step, recorded.position)
        self._facts = facts

    def _replace_last(self, step: Row, position: int) -> None:
        self._steps[-1] = step
        self._rows.now(step["valid_from"], step, position)

    def _fold_again(self, position: int) -> None:
        ordered = in_force(self._history)
        if not ordered or not isinstance(ordered[0].event, e.LeadRegistered):
            ordered = []  # the registration itself was voided
        self._state, self._steps = self._folded(ordered)
        self._facts = self._of.facts(self._state) if ordered else {}
        making = [r.event.occurred_on for r in ordered[1:] if type(r.event) not in self._of.silent]
        self._last_day = max(making, default=date.min)
        self._rows.exactly({step["valid_from"]: step for step in self._steps}, position)

    def _folded(self, ordered: Sequence[Recorded[e.LeadEvent]]) -> tuple[LeadState, list[Row]]:
        """The last state and the steps of events in business order."""
        state = LeadState()
        steps: list[Row] = []
        if not ordered:
            return state, steps
        evolve(state, ordered[0])  # the registration opens the history whatever its day
        begins = begins_on(ordered)
        opening = max(begins, min(recorded.event.occurred_on for recorded in ordered))
        by_day: dict[date, list[Recorded[e.LeadEvent]]] = {opening: []}
        for recorded in ordered[1:]:
            day = max(recorded.event.occurred_on, begins)
            by_day.setdefault(day, []).append(recorded)
        last_facts: Row = {}
        for day, happened in by_day.items():
            for recorded in happened:
                evolve(state, recorded)
            facts = self._of.facts(state)
            if facts == last_facts:
                continue
            last_facts = facts
            before = steps[-1] if steps else None
            if before is not None:
                before["valid_to"] = day
            steps.append(self._step(day, facts, before))
        return state, steps

    def _step(self, day: date, facts: Row, before: Row | None) -> Row:
        return self._of.linked({"valid_from": day, "valid_to": FOREVER, **facts}, before)
