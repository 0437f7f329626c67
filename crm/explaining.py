"""What makes up a number? (数字溯源) From a figure to the leads, and from there to the events.

Contract, "GET /explain". The parts are worked out from each lead's events alone and add up to
what the target table or list shows at the same clocks.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from crm.store.event_store import EventStore
from domain.calendar import year_before
from domain.lead.accounts import METRICS, Part, Window, open_account
from domain.lead.counts import shared_counts
from domain.lead.state import LeadState
from domain.lead.supervision import counts
from projections.clocks import Clocks
from projections.explained import candidates, window_of
from projections.lead_states import EVERYWHERE, Where
from projections.rule_rows import rules_in_force


@dataclass(frozen=True, slots=True)
class Explained:
    """A lead's part of the figure. `state` is the lead on D'."""

    lead_id: UUID
    state: LeadState
    part: Part


def explain(
    store: EventStore,
    connection: Connection,
    metric: str,
    year: int,
    clocks: Clocks,
    where: Where = EVERYWHERE,
) -> Iterator[Explained]:
    """The leads that have a part in a figure of the year's target, in order of code."""
    window = window_of(year, clocks.as_of)
    if window is None:
        return
    rules = rules_in_force(connection, clocks)
    cut = _window(*window, clocks.as_of)
    opened = {
        lead_id: account
        for lead_id in candidates(connection, metric, clocks, year)
        if (account := open_account(store.stream(lead_id), clocks.position, cut, rules))
    }
    states = [(lead_id, account.at_end) for lead_id, account in opened.items()]
    shared = shared_counts(states, cut.first, lambda state: counts(state, rules))
    built: set[UUID] = set()
    for lead_id, account in opened.items():
        part = METRICS[metric](replace(account, count=shared.get(lead_id)))
        if part is not None and metric == "built_projects":  # once for each project
            key = account.at_end.count_key or lead_id
            if key in built:
                continue
            built.add(key)
        if part is not None and where.takes(account.at_end):
            yield Explained(lead_id, account.at_end, part)


def _window(first: date, last: date, as_of: date) -> Window:
    return Window(first, last, year_before(first), year_before(last), as_of)
