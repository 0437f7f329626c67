"""One lead's history as steps in time: the rows of `lead_step`.

Folding a lead in business order gives a step function of time; each step is a row. Rows are a
function of the events known alone: what depends on a rule is worked out when it is asked.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.calendar import FOREVER
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.history import in_force
from domain.lead.state import LeadState, evolve
from domain.vocabulary import Stage
from projections.bitemporal import BitemporalRows, Changes, Row
from projections.projection import stream_projection
from projections.tables import LEADS, lead_step

# Events that change no fact of a step. (The earliest event of all still opens the history.)
_SILENT: frozenset[type[e.LeadEvent]] = frozenset(
    {
        e.ContactLogged,
        e.LeadAssessed,
        e.DueDiligenceCompleted,
        e.ContractReviewed,
        e.CompanyRegistered,
        e.FundsArrived,
        e.FixedAssetInvestmentReported,
    }
)


class LeadSteps:
    """The steps of one lead, as known after each of its events.

    An event at the end of business order adds a step; a void or a back-dated entry folds the
    lead again.
    """

    def __init__(self, lead_id: UUID) -> None:
        self._rows = BitemporalRows(lead_step, lead_id)
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
        elif type(event) not in _SILENT:
            if event.occurred_on < self._last_day:
                self._fold_again(recorded.position)
            else:
                self._go_on(recorded)

    def take(self, position: int) -> Changes:
        return self._rows.take(position)

    def _go_on(self, recorded: Recorded[e.LeadEvent]) -> None:
        day, last = recorded.event.occurred_on, self._steps[-1]
        evolve(self._state, recorded.event)
        facts = _facts(self._state)
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
            step = _step(day, facts, last["counted_yuan"])
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
        self._state, self._steps = _fold(ordered)
        self._facts = _facts(self._state) if ordered else {}
        making = [r.event.occurred_on for r in ordered[1:] if type(r.event) not in _SILENT]
        self._last_day = max(making, default=date.min)
        self._rows.exactly({step["valid_from"]: step for step in self._steps}, position)


STEPS = stream_projection("leads", "项目状态", LEADS, (lead_step,), e.LeadEvent, LeadSteps)


def agreed_due_on(state: LeadState) -> date | None:
    """The day agreed for the next milestone; None where the agreement says none."""
    match state.stage:
        case Stage.SIGNED:
            return state.start_due
        case Stage.STARTED:
            return state.completion_due
        case Stage.COMPLETED:
            return state.production_due
    return None


def _fold(ordered: Sequence[Recorded[e.LeadEvent]]) -> tuple[LeadState, list[Row]]:
    """The last state and the steps of events in business order."""
    state = LeadState()
    steps: list[Row] = []
    if not ordered:
        return state, steps
    evolve(state, ordered[0].event)  # the registration opens the history whatever its day
    opening = min(recorded.event.occurred_on for recorded in ordered)
    by_day: dict[date, list[e.LeadEvent]] = {opening: []}
    for recorded in ordered[1:]:
        by_day.setdefault(recorded.event.occurred_on, []).append(recorded.event)
    last_facts: Row = {}
    for day, events in by_day.items():
        for event in events:
            evolve(state, event)
        facts = _facts(state)
        if facts == last_facts:
            continue
        last_facts = facts
        before = 0
        if steps:
            steps[-1]["valid_to"] = day
            before = steps[-1]["counted_yuan"]
        steps.append(_step(day, facts, before))
    return state, steps


def _step(day: date, facts: Row, counted_before_yuan: int) -> Row:
    return {
        "valid_from": day,
        "valid_to": FOREVER,
        "counted_before_yuan": counted_before_yuan,
        **facts,
    }


def _facts(state: LeadState) -> Row:
    return {
        "stage": state.stage.value,
        "code": state.code,
        "code_order": _code_order(state.code),
        "title": state.title,
        "investor": state.investor,
        "recruiting_unit": state.recruiting_unit,
        "host_town": state.host_town,
        "chain": state.chain,
        "industrial": state.industrial,
        "relation": state.relation.value,
        "kind": state.kind.value if state.kind else None,
        "agreed_yuan": state.agreed_total_yuan,
        "counted_yuan": state.countable_yuan,
        "text_signed_on": state.text_signed_on,
        "signed_on": state.signed_on,
        "started_on": state.started_on,
        "completed_on": state.completed_on,
        "produced_on": state.produced_on,
        "exited_on": state.exited_on,
        "agreed_due_on": agreed_due_on(state),
        "suspended": state.suspended,
        "trial": state.trial_on is not None,
        "partial": state.partial_on is not None,
        "leader": state.leader,
        "unit": state.unit,
        "person": state.person,
    }


def _code_order(code: str) -> int:
    """ZS2023-0001 -> 2023 0000 0001: codes sort by number even past 9999 in a year."""
    year, _, number = code.removeprefix("ZS").partition("-")
    return int(year) * 10**8 + int(number)
