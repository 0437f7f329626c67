"""One lead's history as rows of the bitemporal tables.

Folding a lead in business order gives a step function of time; each step is a row. Pure: rows
are a function of the events known, and of the rulebook for default deadlines.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from domain.calendar import FOREVER, add_months
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.history import LeadHistory, in_force
from domain.lead.state import LeadState, evolve
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import Stage

Row = dict[str, Any]

# Events that cannot change a row of these tables need no new fold.
_SILENT: frozenset[type[e.LeadEvent]] = frozenset(
    {
        e.ContactLogged,
        e.LeadAssessed,
        e.DueDiligenceCompleted,
        e.ContractReviewed,
        e.CompanyRegistered,
    }
)


class Touched(NamedTuple):
    """Which of a lead's rows an event may change."""

    steps: bool
    reports: bool
    funds: bool


def touched_by(event: e.LeadEvent) -> Touched:
    """Contacts touch nothing, money only its own table, a void may touch everything."""
    if type(event) in _SILENT:
        return Touched(False, False, False)
    if isinstance(event, e.EventVoided):
        return Touched(True, True, True)
    if isinstance(event, e.FixedAssetInvestmentReported):
        return Touched(False, True, False)
    if isinstance(event, e.FundsArrived):
        return Touched(False, False, True)
    return Touched(True, False, False)


def step_rows(history: LeadHistory, rules: Rulebook = DEFAULT_RULES) -> list[Row]:
    """Rows of `lead_step` of a lead whose recorded events are `history`."""
    ordered = _living(history)
    return _steps(ordered, rules) if ordered else []


def report_rows(history: LeadHistory) -> list[Row]:
    """Rows of `fai_report`."""
    return _reports(_living(history))


def funds_rows(history: LeadHistory) -> list[Row]:
    """Rows of `funds_arrival`."""
    return [
        funds_row(recorded, recorded.event)
        for recorded in _living(history)
        if isinstance(recorded.event, e.FundsArrived)
    ]


def funds_row(recorded: Recorded[e.LeadEvent], funds: e.FundsArrived) -> Row:
    """One arrival: it depends on nothing but its own event."""
    return {
        "event_id": recorded.event_id,
        "arrived_on": funds.occurred_on,
        "source": funds.source.value,
        "amount_yuan": funds.amount_yuan or 0,
        "amount_usd": funds.amount_usd or 0,
    }


def _living(history: LeadHistory) -> list[Recorded[e.LeadEvent]]:
    """Events in force, in business order; none when the registration itself was voided."""
    ordered = in_force(history)
    return ordered if ordered and isinstance(ordered[0].event, e.LeadRegistered) else []


def default_due_on(state: LeadState, rules: Rulebook) -> date | None:
    """The day the next milestone is due: as agreed, else by the rulebook's default."""
    match state.stage:
        case Stage.FRAMEWORK if state.text_signed_on:
            return add_months(state.text_signed_on, rules.framework_conversion_months)
        case Stage.SIGNED if state.signed_on:
            return state.start_due or add_months(state.signed_on, rules.start_within_months)
        case Stage.STARTED if state.started_on:
            months = rules.completion_within_months
            return state.completion_due or add_months(state.started_on, months)
        case Stage.COMPLETED if state.completed_on:
            months = rules.production_within_months
            return state.production_due or add_months(state.completed_on, months)
    return None


def _steps(ordered: Sequence[Recorded[e.LeadEvent]], rules: Rulebook) -> list[Row]:
    state = LeadState()
    evolve(state, ordered[0].event)  # the registration opens the history whatever its day
    opening = min(recorded.event.occurred_on for recorded in ordered)
    by_day: dict[date, list[e.LeadEvent]] = {opening: []}
    for recorded in ordered[1:]:
        by_day.setdefault(recorded.event.occurred_on, []).append(recorded.event)
    steps: list[Row] = []
    for day, events in by_day.items():
        for event in events:
            evolve(state, event)
        facts = _facts(state, rules)
        last = steps[-1] if steps else None
        if last is not None and all(last[name] == value for name, value in facts.items()):
            continue
        if last is not None:
            last["valid_to"] = day
        before = last["counted_yuan"] if last is not None else 0
        steps.append(
            {"valid_from": day, "valid_to": FOREVER, "counted_before_yuan": before, **facts}
        )
    return steps


def _facts(state: LeadState, rules: Rulebook) -> Row:
    return {
        "stage": state.stage.value,
        "code": state.code,
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
        "due_on": default_due_on(state, rules),
        "suspended": state.suspended,
        "trial": state.trial_on is not None,
        "partial": state.partial_on is not None,
        "leader": state.leader,
        "unit": state.unit,
        "person": state.person,
    }


def _reports(ordered: Sequence[Recorded[e.LeadEvent]]) -> list[Row]:
    """Each monthly return, valid from its day until one of the same period replaces it."""
    by_period: dict[str, list[Row]] = {}
    for recorded in ordered:
        event = recorded.event
        if not isinstance(event, e.FixedAssetInvestmentReported):
            continue
        earlier = by_period.setdefault(event.period, [])
        if earlier and earlier[-1]["valid_from"] == event.occurred_on:
            earlier.pop()
        if earlier:
            earlier[-1]["valid_to"] = event.occurred_on
        earlier.append(
            {
                "period": event.period,
                "valid_from": event.occurred_on,
                "valid_to": FOREVER,
                "ytd_yuan": event.ytd_yuan,
            }
        )
    return [row for rows in by_period.values() for row in rows]
