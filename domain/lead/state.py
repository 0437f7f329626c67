"""What a lead's events add up to: the plain fold, in business order (architecture, promises 3, 4).

Folding never refuses: it takes whatever was ever stored, so a rule made stricter tomorrow
cannot make yesterday's history unreadable. Refusing is for `domain.lead.decisions`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.event import ContactPerson, Event, Recorded
from domain.lead import events as e
from domain.vocabulary import (
    AgreementKind,
    ChainRole,
    FundsSource,
    Relation,
    ResponsibilityRole,
    Stage,
    StartBasis,
)


@dataclass(slots=True)
class LeadState:
    """One lead on one day, as known at one moment.

    Built by `fold` and only read afterwards. Days are None while the milestone is not reached;
    amounts are integers of 元 (`_yuan`) or 美元 (`_usd`).
    """

    # who and what: from the registration
    code: str = ""
    title: str = ""
    investor: str = ""
    investor_uscc: str | None = None
    recruiting_unit: str = ""
    host_town: str | None = None
    chain: str | None = None
    chain_role: ChainRole | None = None
    industrial: bool = True
    channel: str | None = None
    partner: str | None = None
    introducer: str | None = None
    relation: Relation = Relation.NEW
    parent_lead_id: UUID | None = None
    estimated_yuan: int | None = None
    contact_persons: tuple[ContactPerson, ...] = ()
    campaign_id: UUID | None = None
    registered_on: date | None = None
    # responsibility; host_town and chain above may be changed by it too
    leader: str | None = None
    unit: str | None = None
    person: str | None = None
    service_officer: str | None = None
    police_contact: str | None = None
    # follow-up and gates
    contacts: int = 0
    last_contact_on: date | None = None
    next_step: str | None = None
    next_due: date | None = None
    assessment: e.LeadAssessed | None = None
    due_diligence: e.DueDiligenceCompleted | None = None
    contract_review: e.ContractReviewed | None = None
    # the agreement in force
    kind: AgreementKind | None = None
    text_signed_on: date | None = None  # the first text of any kind
    signed_on: date | None = None  # S: the first countable signing
    agreed_total_yuan: int | None = None
    fixed_part_yuan: int | None = None
    foreign_part_usd: int | None = None
    outside_share: Decimal | None = None
    agreement_no: str | None = None
    start_due: date | None = None
    completion_due: date | None = None
    production_due: date | None = None
    company_name: str | None = None
    company_uscc: str | None = None
    registered_capital_yuan: int | None = None
    # milestones
    started_on: date | None = None  # B
    start_basis: StartBasis | None = None
    start_ground: str | None = None
    completed_on: date | None = None  # E
    trial_on: date | None = None
    partial_on: date | None = None
    produced_on: date | None = None  # Y
    suspended: bool = False
    # money
    funds_yuan: dict[FundsSource, int] = field(default_factory=dict)
    funds_usd: int = 0
    returns: dict[str, int] = field(default_factory=dict)  # period -> ytd 元
    # closing
    shelved: bool = False
    lost: bool = False
    exited_on: date | None = None  # X
    exit_ground: str | None = None

    @property
    def stage(self) -> Stage:
        """The furthest point reached; an exit hides it, a signing outlives a shelving."""
        if self.exited_on:
            return Stage.EXITED
        if self.produced_on:
            return Stage.PRODUCING
        if self.completed_on:
            return Stage.COMPLETED
        if self.started_on:
            return Stage.STARTED
        if self.signed_on:
            return Stage.SIGNED
        if self.kind:
            return Stage.FRAMEWORK
        if self.lost:
            return Stage.LOST
        if self.shelved:
            return Stage.SHELVED
        return Stage.LEAD

    @property
    def countable_yuan(self) -> int:
        """The effective amount as far as it counts: 0 before the first countable signing."""
        return (self.agreed_total_yuan or 0) if self.signed_on else 0


def _registered(s: LeadState, ev: e.LeadRegistered) -> None:
    s.registered_on = ev.occurred_on
    s.code = ev.code
    s.title = ev.title
    s.investor = ev.investor.name
    s.investor_uscc = ev.investor.uscc
    s.recruiting_unit = ev.recruiting_unit
    s.host_town = ev.host_town
    s.chain = ev.chain
    s.chain_role = ev.chain_role
    s.industrial = ev.industrial
    s.channel = ev.channel
    s.partner = ev.partner
    s.introducer = ev.introducer
    s.relation = ev.relation
    s.parent_lead_id = ev.parent_lead_id
    s.estimated_yuan = ev.estimated_yuan
    s.contact_persons = ev.contact_persons
    s.campaign_id = ev.campaign_id


def _contacted(s: LeadState, ev: e.ContactLogged) -> None:
    s.contacts += 1
    s.last_contact_on = ev.occurred_on
    s.next_step = ev.next_step
    s.next_due = ev.next_due


def _assessed(s: LeadState, ev: e.LeadAssessed) -> None:
    s.assessment = ev


def _examined(s: LeadState, ev: e.DueDiligenceCompleted) -> None:
    s.due_diligence = ev


def _reviewed(s: LeadState, ev: e.ContractReviewed) -> None:
    s.contract_review = ev


def _assigned(s: LeadState, ev: e.ResponsibilityAssigned) -> None:
    for change in ev.changes:
        match change.role:
            case ResponsibilityRole.LEADER:
                s.leader = change.holder
            case ResponsibilityRole.UNIT:
                s.unit = change.holder
            case ResponsibilityRole.PERSON:
                s.person = change.holder
            case ResponsibilityRole.SERVICE_OFFICER:
                s.service_officer = change.holder
            case ResponsibilityRole.POLICE_CONTACT:
                s.police_contact = change.holder
            case ResponsibilityRole.HOST_TOWN:
                s.host_town = change.holder
            case ResponsibilityRole.CHAIN:
                s.chain = change.holder


def _text_signed(s: LeadState, kind: AgreementKind, on: date) -> None:
    s.kind = kind
    s.text_signed_on = s.text_signed_on or on
    if kind.countable and s.signed_on is None:
        s.signed_on = on
    s.shelved = s.lost = False


def _signed(s: LeadState, ev: e.AgreementSigned) -> None:
    _text_signed(s, ev.kind, ev.occurred_on)
    s.agreed_total_yuan = ev.agreed_total_yuan
    s.fixed_part_yuan = ev.fixed_part_yuan
    s.foreign_part_usd = ev.foreign_part_usd
    s.outside_share = ev.outside_share
    s.agreement_no = ev.agreement_no
    s.start_due = ev.start_due
    s.completion_due = ev.completion_due
    s.production_due = ev.production_due


def _upgraded(s: LeadState, ev: e.AgreementUpgraded) -> None:
    _text_signed(s, ev.kind, ev.occurred_on)
    if ev.agreed_total_yuan is not None:
        s.agreed_total_yuan = ev.agreed_total_yuan


def _amended(s: LeadState, ev: e.AgreementAmended) -> None:
    if ev.agreed_total_yuan is not None:
        s.agreed_total_yuan = ev.agreed_total_yuan
    if ev.fixed_part_yuan is not None:
        s.fixed_part_yuan = ev.fixed_part_yuan
    s.start_due = ev.start_due or s.start_due
    s.completion_due = ev.completion_due or s.completion_due
    s.production_due = ev.production_due or s.production_due


def _company(s: LeadState, ev: e.CompanyRegistered) -> None:
    s.company_name = ev.company_name
    s.company_uscc = ev.uscc
    s.registered_capital_yuan = ev.registered_capital_yuan


def _started(s: LeadState, ev: e.ConstructionStarted) -> None:
    if s.started_on is None:
        s.started_on = ev.occurred_on
        s.start_basis = ev.basis
        s.start_ground = ev.ground


def _suspended(s: LeadState, _: e.ConstructionSuspended) -> None:
    s.suspended = True


def _resumed(s: LeadState, _: e.ConstructionResumed) -> None:
    s.suspended = False


def _completed(s: LeadState, ev: e.ConstructionCompleted) -> None:
    s.completed_on = s.completed_on or ev.occurred_on


def _produced(s: LeadState, ev: e.ProductionStarted) -> None:
    if ev.trial:
        s.trial_on = s.trial_on or ev.occurred_on
    if ev.partial:
        s.partial_on = s.partial_on or ev.occurred_on
    if not (ev.trial or ev.partial):
        s.produced_on = s.produced_on or ev.occurred_on


def _funded(s: LeadState, ev: e.FundsArrived) -> None:
    s.funds_yuan[ev.source] = s.funds_yuan.get(ev.source, 0) + (ev.amount_yuan or 0)
    s.funds_usd += ev.amount_usd or 0


def _returned(s: LeadState, ev: e.FixedAssetInvestmentReported) -> None:
    s.returns[ev.period] = ev.ytd_yuan


def _exited(s: LeadState, ev: e.LeadExited) -> None:
    if s.exited_on is None:
        s.exited_on = ev.occurred_on
        s.exit_ground = ev.ground


def _reinstated(s: LeadState, _: e.LeadReinstated) -> None:
    s.exited_on = s.exit_ground = None


def _shelved(s: LeadState, _: e.LeadShelved) -> None:
    s.shelved = True


def _lost(s: LeadState, _: e.LeadLost) -> None:
    s.lost = True


def _reopened(s: LeadState, _: e.LeadReopened) -> None:
    s.shelved = s.lost = False


def _nothing(_s: LeadState, _ev: Event) -> None:
    """A void changes which events are folded (`in_force`), not what folding does."""


_EVOLVE: dict[type[Event], Callable[[LeadState, Any], None]] = {
    e.LeadRegistered: _registered,
    e.ContactLogged: _contacted,
    e.LeadAssessed: _assessed,
    e.DueDiligenceCompleted: _examined,
    e.ContractReviewed: _reviewed,
    e.ResponsibilityAssigned: _assigned,
    e.AgreementSigned: _signed,
    e.AgreementUpgraded: _upgraded,
    e.AgreementAmended: _amended,
    e.CompanyRegistered: _company,
    e.ConstructionStarted: _started,
    e.ConstructionSuspended: _suspended,
    e.ConstructionResumed: _resumed,
    e.ConstructionCompleted: _completed,
    e.ProductionStarted: _produced,
    e.FundsArrived: _funded,
    e.FixedAssetInvestmentReported: _returned,
    e.LeadExited: _exited,
    e.LeadReinstated: _reinstated,
    e.LeadShelved: _shelved,
    e.LeadLost: _lost,
    e.LeadReopened: _reopened,
    e.EventVoided: _nothing,
}


def evolve(state: LeadState, event: Event) -> None:
    """Take one more event, in business order, into a state this fold owns."""
    _EVOLVE[type(event)](state, event)


def fold(ordered: Iterable[Recorded[e.LeadEvent]]) -> LeadState:
    """The state after `ordered` events (in force, in business order: `domain.lead.history`)."""
    state = LeadState()
    for recorded in ordered:
        _EVOLVE[type(recorded.event)](state, recorded.event)
    return state
