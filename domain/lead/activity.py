"""What shows that somebody works on a lead, or on its site once it has started? (项目动态)

Domain section 4 (停工: no reported investment and no site activity) and section 12, F17 (leads
without progress) and the anomaly list (开工即停工).
"""

from domain.event import Event
from domain.lead import events as e
from domain.lead.state import LeadState
from domain.vocabulary import PermitState, SiteFinding

# Our own visits, plans and notices show no work of the investor's.
_ACTIVITY: frozenset[type[Event]] = frozenset(
    {
        e.LeadRegistered,
        e.ContactLogged,
        e.LeadAssessed,
        e.DueDiligenceCompleted,
        e.ContractReviewed,
        e.AgreementSigned,
        e.AgreementUpgraded,
        e.AgreementAmended,
        e.CompanyRegistered,
        e.PermitStated,
        e.ConstructionStarted,
        e.ConstructionResumed,
        e.ConstructionCompleted,
        e.ProductionStarted,
        e.FundsArrived,
        e.FixedAssetInvestmentReported,
        e.MonthlyProgressReported,
        e.SiteChecked,
        e.StatInventoryEntered,
        e.AboveScaleEntered,
        e.FullEffectReached,
    }
)
# What shows that a started site is at work.
_SITE_ACTIVITY: frozenset[type[Event]] = frozenset(
    {
        e.ConstructionCompleted,
        e.ProductionStarted,
        e.FundsArrived,
        e.FixedAssetInvestmentReported,
        e.MonthlyProgressReported,
        e.SiteChecked,
    }
)
_AT_WORK = _SITE_ACTIVITY | {e.ConstructionStarted, e.ConstructionResumed}


def shows_activity(event: Event) -> bool:
    """Whether somebody works on the lead, by this event."""
    if isinstance(event, e.SiteChecked) and event.found is SiteFinding.IDLE:
        return False
    if isinstance(event, e.PermitStated) and event.state is not PermitState.OBTAINED:
        return False
    return type(event) in _ACTIVITY


def shows_site_activity(event: Event) -> bool:
    """Whether the site of a lead that has started is at work, by this event."""
    return type(event) in _AT_WORK and shows_activity(event)


def keep_activity(s: LeadState, event: Event) -> None:
    """Take the event's day into the days of activity, if it is one."""
    if not shows_activity(event):
        return
    day = event.occurred_on
    s.last_activity_on = max(s.last_activity_on or day, day)
    if s.started_on is None or not shows_site_activity(event):
        return
    s.last_site_activity_on = max(s.last_site_activity_on or day, day)
    if s.first_site_activity_on is None and type(event) in _SITE_ACTIVITY and day > s.started_on:
        s.first_site_activity_on = day
