"""Where does every lead stand on a day? `lead_state`: the whole folded state, step by step.

Questions that look at more than the lists' columns (colours, rates, visits due, anomalies …)
are pure functions of these states: one indexed query gives them for any (D, K).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from domain.codes import code_order
from domain.lead import events as e
from domain.lead.state import LeadState
from domain.unit.known import same_unit
from domain.vocabulary import Stage
from projections.among import among
from projections.bitemporal import Row
from projections.clocks import Clocks, valid
from projections.projection import stream_projection
from projections.steps import Steps, StepTable
from projections.tables import STATES, lead_state

_NAMES = tuple(field.name for field in fields(LeadState))
_values: Callable[[LeadState], tuple[Any, ...]] = attrgetter(*_NAMES)
_DEFAULTS = _values(LeadState())
_encode = msgspec.json.Encoder(decimal_format="string").encode
_decode = msgspec.json.Decoder(LeadState).decode


@dataclass(frozen=True, slots=True)
class LeadOnDay:
    """One lead at (D, K). The state is to be read, never changed."""

    lead_id: UUID
    state: LeadState


@dataclass(frozen=True, slots=True)
class Where:
    """Which leads: of one recruiting unit, host town or chain (on D). None: whichever."""

    unit: str | None = None
    town: str | None = None
    chain: str | None = None

    def takes(self, state: LeadState) -> bool:
        return (
            (self.unit is None or same_unit(self.unit, state.recruiting_unit))
            and self.town in (None, state.host_town)
            and self.chain in (None, state.chain)
        )


EVERYWHERE = Where()


def leads_on(
    connection: Connection,
    clocks: Clocks,
    where: Where = EVERYWHERE,
    *,
    stages: frozenset[Stage] | None = None,
    lead_ids: Sequence[UUID] | None = None,
) -> Iterator[LeadOnDay]:
    """Every lead that had begun by D, as known at K, in order of code; or only some of them."""
    columns = lead_state.c
    query = (
        select(columns.lead_id, columns.state)
        .where(valid(lead_state, clocks))
        .order_by(columns.code_order)
        .execution_options(yield_per=1000)
    )
    if stages is not None:
        query = query.where(columns.stage.in_([stage.value for stage in stages]))
    named = None if lead_ids is None else frozenset(lead_ids)
    if lead_ids is not None:
        query = query.where(among(columns.lead_id, lead_ids))
    for lead_id, stored in connection.execute(query):
        if named is not None and lead_id not in named:
            continue
        state = _decode(stored)
        if where.takes(state):
            yield LeadOnDay(lead_id, state)


def _facts(state: LeadState) -> Row:
    """The state without what is as it was before anything happened: most of it."""
    said = {
        name: value
        for name, value, default in zip(_NAMES, _values(state), _DEFAULTS, strict=True)
        if value is not default and value != default
    }
    return {
        "stage": state.stage.value,
        "code_order": code_order(state.code),
        "state": _encode(said),
    }


_STATES = StepTable(table=lead_state, facts=_facts)

LEAD_STATES = stream_projection(
    "states",
    "项目全貌",
    STATES,
    (lead_state,),
    e.LeadEvent,
    lambda lead_id: Steps(_STATES, lead_id),
)
