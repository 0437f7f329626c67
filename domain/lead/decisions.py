"""The one door through which an event of a lead is accepted or refused.

Every event is judged at its place in business order, on what is in force there, not on what was
recorded last: histories are entered late and out of order. A refusal raises `Refused` (a broken
business rule) or `BadInput` and nothing is recorded.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from domain.calendar import refuse_implausible_day
from domain.errors import Refused
from domain.lead import (
    attending,
    closing,
    intake,
    milestones,
    money,
    settled,
    signing,
    supervision,
)
from domain.lead import events as e
from domain.lead.standing import Lead

_DECISIONS: dict[type[e.LeadEvent], Callable[[Lead, Any], None]] = {
    e.ContactLogged: intake.log_contact,
    e.LeadAssessed: intake.assess,
    e.DueDiligenceCompleted: intake.complete_due_diligence,
    e.ContractReviewed: intake.review_contract,
    e.ResponsibilityAssigned: intake.assign_responsibility,
    e.LeadShelved: intake.shelve,
    e.LeadReopened: intake.reopen,
    e.LeadLost: intake.lose,
    e.AgreementSigned: signing.sign,
    e.AgreementUpgraded: signing.upgrade,
    e.AgreementAmended: signing.amend,
    e.CompanyRegistered: signing.register_company,
    e.ConstructionStarted: milestones.start_construction,
    e.ConstructionSuspended: milestones.suspend_construction,
    e.ConstructionResumed: milestones.resume_construction,
    e.ConstructionCompleted: milestones.complete_construction,
    e.ProductionStarted: milestones.start_production,
    e.FundsArrived: money.receive_funds,
    e.FixedAssetInvestmentReported: money.report_investment,
    e.PermitStated: attending.state_permit,
    e.MilestonePlanSet: attending.set_plan,
    e.MonthlyProgressReported: attending.report_progress,
    e.SiteChecked: attending.check_site,
    e.StatInventoryEntered: attending.enter_statistics,
    e.AboveScaleEntered: attending.enter_above_scale,
    e.FullEffectReached: attending.reach_full_effect,
    e.ServiceVisitLogged: attending.log_visit,
    e.FollowUpVisitLogged: attending.log_visit,
    e.RecognitionDecided: supervision.decide_recognition,
    e.ColourOverridden: supervision.override_colour,
    e.NoticeIssued: supervision.issue_notice,
    e.NoticeAnswered: supervision.answer_notice,
    e.LeadRenamed: intake.rename,
    e.InvestorChanged: intake.change_investor,
    e.LeadExited: closing.exit_lead,
    e.DuplicateLinked: closing.link_duplicate,
    e.LeadReinstated: closing.reinstate,
    e.EventVoided: closing.void_event,
    e.LeadSplit: settled.take_part,
    e.LeadSplitFrom: settled.take_part,
    e.CountApproved: settled.approve_count,
    e.LeadMerged: settled.take_part,
    e.LeadMergedInto: settled.take_part,
}


def decide(lead: Lead, event: e.LeadEvent, today: date, *, together: bool = False) -> e.LeadEvent:
    """Accept `event` for `lead`, or raise `Refused` or `BadInput`. Pure: records nothing.

    `together`: it is recorded with its like on other leads, as `domain.lead.splitting` says.
    """
    refuse_implausible_day(event.occurred_on, today)
    if isinstance(event, e.LeadRegistered):
        intake.register(lead, event)
        return event
    if lead.voided:
        raise Refused("lead_voided", "该线索的登记已作废，不能再录入")
    if not together:
        settled.refuse_alone(lead, event)
    settled.refuse_before_split(lead, event)
    if not isinstance(event, e.EventVoided | e.LeadReinstated):
        closing.refuse_if_exited(lead, event)
    _DECISIONS[type(event)](lead, event)
    settled.refuse_unsettling(lead, event)
    return event
