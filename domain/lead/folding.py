"""How events become a lead's state: the plain fold, in business order (architecture, 3 and 4).

Folding never refuses: it takes whatever was ever stored, so a rule made stricter tomorrow
cannot make yesterday's history unreadable. Refusing is for `domain.lead.decisions`.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from domain.event import Event, Recorded
from domain.lead import events as e
from domain.lead import sharing
from domain.lead.activity import keep_activity
from domain.lead.papers import keep_papers
from domain.lead.state import (
    Check,
    ColourOverride,
    LeadState,
    Notice,
    OfficerSpell,
    Permit,
    ProgressReport,
    Recognition,
    Spell,
)
from domain.vocabulary import AgreementKind, ResponsibilityRole

S = TypeVar("S", bound=Spell)


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
    s.first_contact_on = s.first_contact_on or ev.occurred_on
    s.last_contact_on = ev.occurred_on
    s.next_step = ev.next_step
    s.next_due = ev.next_due


def _assessed(s: LeadState, ev: e.LeadAssessed) -> None:
    s.assessment = ev
    if _before_signing(s, ev):
        s.red_lines_at_signing = ev.red_lines
    s.first_assessed_on = s.first_assessed_on or ev.occurred_on


def _examined(s: LeadState, ev: e.DueDiligenceCompleted) -> None:
    s.due_diligence = ev
    if _before_signing(s, ev):
        s.diligence_at_signing = ev.result
    s.first_reviewed_on = s.first_reviewed_on or ev.occurred_on


def _reviewed(s: LeadState, ev: e.ContractReviewed) -> None:
    s.contract_review = ev
    if _before_signing(s, ev):
        s.review_at_signing = ev.opinion
    s.first_reviewed_on = s.first_reviewed_on or ev.occurred_on


def _before_signing(s: LeadState, ev: Event) -> bool:
    """On the day of signing, papers often come to the desk in the wrong order."""
    return s.signed_on is None or ev.occurred_on <= s.signed_on


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
                _serve(s, change.holder, ev.occurred_on)
            case ResponsibilityRole.POLICE_CONTACT:
                s.police_contact = change.holder
            case ResponsibilityRole.HOST_TOWN:
                s.host_town = change.holder
            case ResponsibilityRole.CHAIN:
                s.chain = change.holder


def _serve(s: LeadState, officer: str | None, day: date) -> None:
    if officer != s.service_officer:
        s.officer_spells = _ended(s.officer_spells, day)
        if officer is not None:
            s.officer_spells = (*s.officer_spells, OfficerSpell(day, officer=officer))
    s.service_officer = officer


def _ended(spells: tuple[S, ...], day: date) -> tuple[S, ...]:
    """The last spell ends on `day`, if it is still going on."""
    if not spells or spells[-1].until is not None:
        return spells
    return (*spells[:-1], replace(spells[-1], until=day))


def _text_signed(s: LeadState, kind: AgreementKind, on: date) -> None:
    s.kind = kind
    s.text_signed_on = s.text_signed_on or on
    if kind.countable and s.signed_on is None:
        s.signed_on = s.counted_on = on
    _open_again(s)


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
    s.company_registered_on = ev.occurred_on


def _renamed(s: LeadState, ev: e.LeadRenamed) -> None:
    s.title = ev.title


def _investor_changed(s: LeadState, ev: e.InvestorChanged) -> None:
    s.investor = ev.investor.name
    s.investor_uscc = ev.investor.uscc


def _permit(s: LeadState, ev: e.PermitStated) -> None:
    s.permits[ev.item] = Permit(ev.state, ev.occurred_on, ev.number, ev.due)


def _planned(s: LeadState, ev: e.MilestonePlanSet) -> None:
    if s.planned or s.fai_plan:
        s.plan_revisions += 1
    for planned in ev.milestones:
        s.planned_first.setdefault(planned.milestone, planned.planned_on)
        s.planned[planned.milestone] = planned.planned_on
    if ev.monthly_fai_yuan is not None and ev.fai_year is not None:
        s.fai_plan[ev.fai_year] = ev.monthly_fai_yuan


def _started(s: LeadState, recorded: Recorded[e.ConstructionStarted]) -> None:
    ev = recorded.event
    if s.started_on is None:
        s.start_recorded_by = recorded.recorded_by
        s.started_on = ev.occurred_on
        s.start_basis = ev.basis
        s.start_ground = ev.ground


def _suspended(s: LeadState, ev: e.ConstructionSuspended) -> None:
    if not s.suspended:
        s.suspensions = (*s.suspensions, Spell(ev.occurred_on))
    s.suspended = True


def _resumed(s: LeadState, ev: e.ConstructionResumed) -> None:
    s.suspensions = _ended(s.suspensions, ev.occurred_on)
    s.suspended = False


def _completed(s: LeadState, ev: e.ConstructionCompleted) -> None:
    if s.completed_on is None:
        s.completed_on = ev.occurred_on
        s.acceptance = ev.acceptance


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
    year = ev.occurred_on.year
    s.arrived_yuan[year] = s.arrived_yuan.get(year, 0) + (ev.amount_yuan or 0)
    s.arrived_usd[year] = s.arrived_usd.get(year, 0) + (ev.amount_usd or 0)
    s.first_funds_on = s.first_funds_on or ev.occurred_on
    if ev.voucher is None and not ev.proofs:
        s.unproven_funds += 1


def _returned(s: LeadState, ev: e.FixedAssetInvestmentReported) -> None:
    s.returns[ev.period] = ev.ytd_yuan
    s.returned_on.setdefault(ev.period, ev.occurred_on)


def _progressed(s: LeadState, ev: e.MonthlyProgressReported) -> None:
    came_on = s.progress_on(ev.period) or ev.occurred_on
    s.progress[ev.period] = ProgressReport(came_on, ev.text, ev.percent, ev.problems)


def _checked(s: LeadState, recorded: Recorded[e.SiteChecked]) -> None:
    ev = recorded.event
    s.checks = (*s.checks, Check(ev.occurred_on, ev.found, recorded.recorded_by))


def _in_statistics(s: LeadState, ev: e.StatInventoryEntered) -> None:
    s.statistics_on = s.statistics_on or ev.occurred_on
    s.statistics_code = ev.code or s.statistics_code


def _above_scale(s: LeadState, ev: e.AboveScaleEntered) -> None:
    s.above_scale_on = s.above_scale_on or ev.occurred_on


def _full_effect(s: LeadState, ev: e.FullEffectReached) -> None:
    s.full_effect_on = s.full_effect_on or ev.occurred_on


def _served(s: LeadState, ev: e.ServiceVisitLogged) -> None:
    s.service_visits = (*s.service_visits, ev.occurred_on)


def _followed_up(s: LeadState, ev: e.FollowUpVisitLogged) -> None:
    s.follow_ups = (*s.follow_ups, ev.occurred_on)


def _recognised(s: LeadState, ev: e.RecognitionDecided) -> None:
    s.recognised[ev.scope] = Recognition(ev.decision, ev.occurred_on)


def _coloured(s: LeadState, ev: e.ColourOverridden) -> None:
    s.colour_override = ColourOverride(ev.colour, ev.until, ev.ground)


def _warned(s: LeadState, recorded: Recorded[e.NoticeIssued]) -> None:
    ev = recorded.event
    s.notices[recorded.event_id] = Notice(ev.level, ev.occurred_on, ev.due, ev.text)


def _answered(s: LeadState, ev: e.NoticeAnswered) -> None:
    notice = s.notices.get(ev.notice_id)
    if notice is not None and notice.answered_on is None:
        s.notices[ev.notice_id] = replace(notice, answered_on=ev.occurred_on)


def _exited(s: LeadState, ev: e.LeadExited) -> None:
    if s.exited_on is None:
        s.exited_on = ev.occurred_on
        s.exit_ground = ev.ground


def _linked(s: LeadState, ev: e.DuplicateLinked) -> None:
    if s.exited_on is None:
        s.exited_on = ev.occurred_on
        s.exit_ground = ev.ground
        s.duplicate_of = ev.of_lead_id


def _reinstated(s: LeadState, _: e.LeadReinstated) -> None:
    s.exited_on = s.exit_ground = s.duplicate_of = None


def _shelved(s: LeadState, ev: e.LeadShelved) -> None:
    s.shelved = True
    s.shelved_on = s.shelved_on or ev.occurred_on


def _lost(s: LeadState, ev: e.LeadLost) -> None:
    s.lost = True
    s.lost_on = s.lost_on or ev.occurred_on


def _reopened(s: LeadState, _: e.LeadReopened) -> None:
    _open_again(s)


def _open_again(s: LeadState) -> None:
    s.shelved = s.lost = False
    s.shelved_on = s.lost_on = None


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
    e.LeadRenamed: _renamed,
    e.InvestorChanged: _investor_changed,
    e.PermitStated: _permit,
    e.MilestonePlanSet: _planned,
    e.MonthlyProgressReported: _progressed,
    e.StatInventoryEntered: _in_statistics,
    e.AboveScaleEntered: _above_scale,
    e.FullEffectReached: _full_effect,
    e.ServiceVisitLogged: _served,
    e.FollowUpVisitLogged: _followed_up,
    e.RecognitionDecided: _recognised,
    e.ColourOverridden: _coloured,
    e.NoticeAnswered: _answered,
    e.ConstructionSuspended: _suspended,
    e.ConstructionResumed: _resumed,
    e.ConstructionCompleted: _completed,
    e.ProductionStarted: _produced,
    e.FundsArrived: _funded,
    e.FixedAssetInvestmentReported: _returned,
    e.LeadExited: _exited,
    e.DuplicateLinked: _linked,
    e.LeadReinstated: _reinstated,
    e.LeadShelved: _shelved,
    e.LeadLost: _lost,
    e.LeadReopened: _reopened,
    e.EventVoided: _nothing,
    **sharing.EVOLVE,
}


# These are known by their envelope too: their event id, and who entered them.
_EVOLVE_RECORDED: dict[type[Event], Callable[[LeadState, Recorded[Any]], None]] = {
    e.ConstructionStarted: _started,
    e.SiteChecked: _checked,
    e.NoticeIssued: _warned,
}


def evolve(state: LeadState, recorded: Recorded[Any]) -> None:
    """Take one more event, in business order, into a state this fold owns."""
    event = recorded.event
    by_envelope = _EVOLVE_RECORDED.get(type(event))
    if by_envelope is not None:
        by_envelope(state, recorded)
    else:
        _EVOLVE[type(event)](state, event)
    keep_papers(state, event)
    keep_activity(state, event)


def fold(ordered: Iterable[Recorded[e.LeadEvent]]) -> LeadState:
    """The state after `ordered` events (in force, in business order: `domain.lead.history`)."""
    state = LeadState()
    for recorded in ordered:
        evolve(state, recorded)
    return state
