"""What does the centre's own history say of how leads come to sign? (年末预测的历史依据)

Facts only: every past lead's stays at each stage, what is open now, how often new leads come, and
what they brought against what was estimated. What follows from them is estimated in
`crm.forecasting`. Domain section 12, F1, F2, F8.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection

from domain.lead.accounts import COUNTED_AS_PROJECT, COUNTED_IN_AMOUNT
from domain.lead.negotiation import (
    SIGNED,
    Stay,
    came_on,
    decided,
    entered_on,
    expected_yuan,
    negotiating_at,
    stays,
)
from domain.lead.state import LeadState
from domain.rulebook import Rulebook
from domain.vocabulary import NegotiationStage
from projections.clocks import Clocks
from projections.indicators import year_shares
from projections.lead_states import LeadOnDay, leads_on

ARRIVAL_DAYS = 365
"""How far back new leads are counted: a whole year, whatever the season."""


@dataclass(frozen=True, slots=True)
class PastLead:
    """One lead's way so far. `entry`: the first stage, or `SIGNED` when it came signed.

    `registered_yuan` as estimated, `signed_yuan` as it stands now; None where not known.
    `kept`: from the signing to the exit, or to D while it stays.
    """

    stays: tuple[Stay, ...]
    entry: str
    arrived_on: date
    project: bool
    decided: bool
    estimated_yuan: int | None
    signed_yuan: int | None
    kept_days: int | None
    exited: bool


@dataclass(frozen=True, slots=True)
class OpenLead:
    """A lead in negotiation on D: its stage, the days it has been there, what it may bring."""

    lead_id: UUID
    state: LeadState
    stage: NegotiationStage
    age: int
    yuan: int | None
    project: bool


@dataclass(frozen=True, slots=True)
class CountedLead:
    """A lead of this year's figures: it may still leave before the year is over."""

    lead_id: UUID
    state: LeadState
    age: int  # days since the signing
    projects: int  # 1 or 0
    yuan: int


@dataclass(frozen=True, slots=True)
class Courtships:
    """The history on D, and what stands open. `arrivals` came within the last `ARRIVAL_DAYS`."""

    day: date
    past: list[PastLead]
    open: list[OpenLead]
    counted: list[CountedLead]
    arrivals: int
    project_arrivals: int

    @property
    def decided(self) -> int:
        """Leads whose courting has come to an end: signed, lost, shelved."""
        return sum(lead.decided for lead in self.past)

    @property
    def signed(self) -> int:
        return sum(lead.signed_yuan is not None for lead in self.past)


def courtships_on(connection: Connection, clocks: Clocks, rules: Rulebook) -> Courtships:
    """The history on D, as known at K, and D's year so far."""
    found = year_shares(connection, clocks.as_of.year, clocks, rules)
    shares = {share.lead_id: (share.projects, share.yuan) for share in found}
    return courtships(leads_on(connection, clocks), clocks.as_of, shares)


def courtships(
    leads: Iterable[LeadOnDay], day: date, shares: dict[UUID, tuple[int, int]]
) -> Courtships:
    """The history of leads as they stand on `day`.

    `shares`: lead -> its part of the year's projects and amount (F1, F2) so far.
    """
    past: list[PastLead] = []
    waiting: list[OpenLead] = []
    counted: list[CountedLead] = []
    since = day - timedelta(days=ARRIVAL_DAYS)
    for lead in leads:
        state = lead.state
        if state.relation not in COUNTED_IN_AMOUNT or came_on(state) > day:
            continue
        one = _past(state, day)
        if state.split_from is None:  # a part was never courted: what it is part of was
            past.append(one)
        stage = negotiating_at(state, day)
        if stage is not None:
            age = (day - entered_on(state)[stage]).days
            waiting.append(
                OpenLead(lead.lead_id, state, stage, age, expected_yuan(state), one.project)
            )
        if lead.lead_id in shares and state.signed_on is not None:
            age = (day - state.signed_on).days
            counted.append(CountedLead(lead.lead_id, state, age, *shares[lead.lead_id]))
    recent = [one for one in past if since < one.arrived_on <= day]
    return Courtships(day, past, waiting, counted, len(recent), sum(one.project for one in recent))


def _past(state: LeadState, day: date) -> PastLead:
    entered = entered_on(state)
    signed_on = state.signed_on
    kept_until = state.exited_on or day
    return PastLead(
        stays=tuple(stays(state, day)),
        entry=next(iter(entered)).value if entered else SIGNED,
        arrived_on=came_on(state),
        project=state.relation in COUNTED_AS_PROJECT,
        decided=decided(state),
        estimated_yuan=state.estimated_yuan,
        signed_yuan=state.agreed_total_yuan or 0 if signed_on else None,
        kept_days=max(0, (kept_until - signed_on).days) if signed_on else None,
        # Who goes on in other leads was kept so long, and has not left.
        exited=signed_on is not None and state.exited_on is not None and not state.passed_on,
    )
