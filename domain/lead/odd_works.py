"""Which signings and starts of a lead look unsound? (未审签约、先建后签、开工即停工、自报自核)

Domain sections 1.4, 4 and 12 ("Anomaly list"); contract, "Business rules": a signing without its
gates is recorded, and listed.
"""

from datetime import date, timedelta

from domain.lead import events as e
from domain.lead.anomaly import Anomaly, Found
from domain.lead.gates import checks_since_start, verified_by_another
from domain.lead.papers import PHOTO, papers_that_say
from domain.lead.state import LeadState
from domain.rulebook import Rulebook
from domain.vocabulary import AnomalyKind, DueDiligenceResult, ReviewOpinion, SiteFinding

_TEXTS = frozenset({e.AgreementSigned, e.AgreementUpgraded, e.AgreementAmended})
_START = frozenset({e.ConstructionStarted})
_CHECKED_START = _START | {e.SiteChecked}


def _own_start(state: LeadState) -> date | None:
    """A start taken over from a lead that was split was judged there, as its signing was."""
    return state.started_on if state.start_recorded_by is not None else None


def start_without_photo(state: LeadState, _: date, __: Rulebook) -> Found:
    start = _own_start(state)
    if start is not None and not papers_that_say(
        state, PHOTO, ("ConstructionStarted", "SiteChecked")
    ):
        yield Anomaly(AnomalyKind.NO_PHOTO, start, {"started_on": start}, _CHECKED_START)


def start_self_verified(state: LeadState, _: date, __: Rulebook) -> Found:
    """Checked, but only by whoever entered the start. (Not checked at all: `gates`.)"""
    checks = [c for c in checks_since_start(state) if c.found is not SiteFinding.IDLE]
    start = _own_start(state)
    if start is not None and checks and not verified_by_another(state):
        figures = {"recorded_by": state.start_recorded_by, "site_checks": len(checks)}
        yield Anomaly(AnomalyKind.START_SELF_VERIFIED, start, figures, _CHECKED_START)


def stopped_after_start(state: LeadState, as_of: date, rules: Rulebook) -> Found:
    """开工即停工: nothing moved in the days after the start, or it was suspended in them."""
    start = _own_start(state)
    if start is None:
        return
    last = start + timedelta(days=rules.idle_days)
    stopped = min((s.since for s in state.suspensions if start <= s.since <= last), default=None)
    first = state.first_site_activity_on
    idle = last < as_of and (first is None or first > last)
    if stopped is None and not idle:
        return
    yield Anomaly(
        AnomalyKind.STOPPED_AT_ONCE,
        stopped or last + timedelta(days=1),
        {"started_on": start, "suspended_on": stopped, "first_site_activity_on": first},
        _START | {e.ConstructionSuspended},
    )


def signed_unvetted(state: LeadState, _: date, __: Rulebook) -> Found:
    """Contract, "Business rules": a conditional pass is not a pass."""
    if state.signed_on is None or state.split_from is not None:
        return
    diligence, review = state.diligence_at_signing, state.review_at_signing
    if diligence is not DueDiligenceResult.PASS or review is not ReviewOpinion.AGREE:
        yield Anomaly(
            AnomalyKind.NO_GATES,
            state.signed_on,
            {"due_diligence": diligence, "contract_review": review},
            _TEXTS | {e.DueDiligenceCompleted, e.ContractReviewed},
        )


def signed_on_red_lines(state: LeadState, _: date, __: Rulebook) -> Found:
    if state.signed_on is not None and state.red_lines_at_signing:
        figures = {"red_lines": list(state.red_lines_at_signing)}
        events = _TEXTS | {e.LeadAssessed}
        yield Anomaly(AnomalyKind.RED_LINES, state.signed_on, figures, events)


def built_before_signed(state: LeadState, _: date, __: Rulebook) -> Found:
    """Allowed with a ground, and flagged (domain section 12, "Order")."""
    start, signed = _own_start(state), state.signed_on
    if start is not None and (signed is None or start < signed):
        yield Anomaly(
            AnomalyKind.BUILT_BEFORE_SIGNING,
            start,
            {"started_on": start, "signed_on": signed, "ground": state.start_ground},
            _TEXTS | _START,
        )


def no_sponsor(state: LeadState, _: date, __: Rulebook) -> Found:
    """Sponsor coverage (F20): somebody must answer for every signed project."""
    if state.signed_on is not None and state.leader is None:
        events = frozenset({e.AgreementSigned, e.AgreementUpgraded, e.ResponsibilityAssigned})
        yield Anomaly(
            AnomalyKind.NO_SPONSOR, state.signed_on, {"signed_on": state.signed_on}, events
        )
