"""线索登记、接洽、研判、尽调、合同审查、责任包抓、搁置与流失: before anything is signed.

Plan clauses 16–20, 35, 54, 57, 58, 60.
"""

from datetime import date

from domain.errors import BadInput, Refused, require_text
from domain.lead import events as e
from domain.lead.standing import Lead
from domain.lead.state import LeadState
from domain.vocabulary import Relation

_HAS_PARENT = (Relation.EXPANSION, Relation.PHASE_IN_SCOPE)


def register(lead: Lead, registration: e.LeadRegistered) -> None:
    """线索登记."""
    if lead.version:
        raise Refused("already_registered", "该线索已登记")
    if registration.relation in _HAS_PARENT and registration.parent_lead_id is None:
        raise BadInput("parent_lead_id", "增资扩产或协议内分期须指明原项目")
    if registration.relation is Relation.NEW and registration.parent_lead_id is not None:
        raise BadInput("parent_lead_id", "新项目没有原项目；增资扩产或协议内分期请注明 relation")
    for field in ("title", "recruiting_unit"):
        require_text(getattr(registration, field), field)
    require_text(registration.investor.name, "investor.name")


def log_contact(_: Lead, contact: e.ContactLogged) -> None:
    """接洽: always welcome."""
    require_text(contact.summary, "summary")
    if contact.next_due is not None and contact.next_due < contact.occurred_on:
        raise BadInput("next_due", f"下一步的日期不能早于接洽日期（{contact.occurred_on}）")


def assess(_: Lead, __: e.LeadAssessed) -> None:
    """研判: always welcome; the latest one counts."""


def complete_due_diligence(_: Lead, __: e.DueDiligenceCompleted) -> None:
    """尽职调查: always welcome. A signing without a passed one is recorded all the same and
    listed as an anomaly (contract, "Business rules")."""


def review_contract(_: Lead, __: e.ContractReviewed) -> None:
    """合同审查: as for due diligence."""


def assign_responsibility(_: Lead, assignment: e.ResponsibilityAssigned) -> None:
    """责任包抓: set or end roles; each role at most once in one record."""
    roles = [change.role for change in assignment.changes]
    if not roles:
        raise BadInput("leader", "至少填写一项责任")
    if len(roles) != len(set(roles)):
        raise BadInput("leader", "同一责任不能重复填写")


def rename(_: Lead, renaming: e.LeadRenamed) -> None:
    """项目更名, from its business date on."""
    require_text(renaming.title, "title")
    require_text(renaming.ground, "ground")


def change_investor(_: Lead, change: e.InvestorChanged) -> None:
    """更换投资方: the project goes on, its figures stay where they were booked."""
    require_text(change.investor.name, "investor.name")
    require_text(change.ground, "ground")


def shelve(lead: Lead, shelving: e.LeadShelved) -> None:
    """搁置."""
    refuse_unless_open(lead.standing_on(shelving.occurred_on), shelving.occurred_on)


def lose(lead: Lead, loss: e.LeadLost) -> None:
    """流失. A shelved lead may still be lost."""
    refuse_if_lost(lead.standing_on(loss.occurred_on), loss.occurred_on)


def reopen(lead: Lead, reopening: e.LeadReopened) -> None:
    """重启."""
    refuse_unless_closed(lead.standing_on(reopening.occurred_on), reopening.occurred_on)


def refuse_unless_closed(standing: LeadState, day: date) -> None:
    """A reopening needs something to reopen."""
    if not (standing.shelved or standing.lost):
        raise Refused("shelving_state", f"该线索在{day}未搁置也未流失，不需要重启")


def refuse_if_lost(standing: LeadState, day: date) -> None:
    """A loss needs something to lose."""
    _refuse_if_signed(standing, day)
    if standing.lost:
        raise Refused("shelving_state", "该线索已登记为流失")


def refuse_unless_open(standing: LeadState, day: date) -> None:
    _refuse_if_signed(standing, day)
    if standing.shelved or standing.lost:
        raise Refused("shelving_state", f"该线索在{day}已搁置或流失")


def _refuse_if_signed(standing: LeadState, day: date) -> None:
    if standing.kind is not None:
        raise Refused("lead_signed", f"该线索在{day}前已签约，搁置和流失只适用于签约前；请用退出")
