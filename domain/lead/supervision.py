"""认定 and 督办: what the centre decides about a lead, and what it asks of it.

Domain sections 1.4 (evidence before 认定), 3.1 (notice levels), 12 ("Recognition of a later
milestone needs the earlier one"); plan clauses 36, 66, 76.
"""

from domain.errors import BadInput, NotFound, Refused, require_text
from domain.lead import events as e
from domain.lead.colour import COLOURED
from domain.lead.standing import Lead
from domain.lead.state import LeadState
from domain.rulebook import Rulebook
from domain.vocabulary import RecognitionDecision, RecognitionScope

_GRANTED = RecognitionDecision.GRANTED
_REVOKED = RecognitionDecision.REVOKED

# What must be recognised before: funds may come at any time after the signing.
_EARLIER: dict[RecognitionScope, RecognitionScope] = {
    RecognitionScope.START: RecognitionScope.SIGNING,
    RecognitionScope.COMPLETION: RecognitionScope.START,
    RecognitionScope.PRODUCTION: RecognitionScope.COMPLETION,
    RecognitionScope.FUNDS: RecognitionScope.SIGNING,
}


def decide_recognition(lead: Lead, decided: e.RecognitionDecided) -> None:
    """认定、不予认定、撤销认定."""
    if decided.decision is not _GRANTED and not (decided.ground or "").strip():
        raise BadInput("ground", "不予认定或撤销认定须说明理由")
    before = lead.whole_on(decided.occurred_on)
    if decided.decision is _GRANTED and granted(before, decided.scope):
        raise Refused("recognition_state", f"该项目的{decided.scope.label}已认定")
    refuse_unless_recognisable(before, decided)


def refuse_unless_recognisable(before: LeadState, decided: e.RecognitionDecided) -> None:
    """What a decision stands on, at its place in business order."""
    scope = decided.scope
    if decided.decision is _REVOKED and not granted(before, scope):
        raise Refused("recognition_state", f"该项目的{scope.label}未经认定，无从撤销")
    if decided.decision is not _GRANTED:
        return
    if not _reached(before, scope):
        raise Refused("milestone_missing", f"{decided.occurred_on}前没有{scope.label}记录可供认定")
    earlier = _EARLIER.get(scope)
    if earlier is not None and not granted(before, earlier):
        raise Refused("recognition_order", f"认定{scope.label}前须先认定{earlier.label}")


def granted(state: LeadState, scope: RecognitionScope) -> bool:
    """Whether a scope is recognised, and not revoked since."""
    found = state.recognised.get(scope)
    return found is not None and found.decision is _GRANTED


def counts(state: LeadState, rules: Rulebook) -> bool:
    """Whether its signing is in the year's figures: as such, or by the rules when recognised."""
    return rules.count_basis == "signed" or granted(state, RecognitionScope.SIGNING)


def _reached(state: LeadState, scope: RecognitionScope) -> bool:
    match scope:
        case RecognitionScope.SIGNING:
            return state.signed_on is not None
        case RecognitionScope.START:
            return state.started_on is not None
        case RecognitionScope.COMPLETION:
            return state.completed_on is not None
        case RecognitionScope.PRODUCTION:
            return state.produced_on is not None
        case RecognitionScope.FUNDS:
            return state.first_funds_on is not None


def override_colour(lead: Lead, override: e.ColourOverridden) -> None:
    """三色人工调整: for a time, and for a reason."""
    require_text(override.ground, "ground")
    if override.until < override.occurred_on:
        raise BadInput("until", "截止日期不能早于业务日期")
    stage = lead.standing_on(override.occurred_on).stage
    if stage not in COLOURED:
        raise Refused("no_colour", f"该项目在{override.occurred_on}{stage.label}，不作三色判定")


def issue_notice(_: Lead, notice: e.NoticeIssued) -> None:
    """督办通知."""
    require_text(notice.text, "text")
    if notice.due < notice.occurred_on:
        raise BadInput("due", "回复期限不能早于发出日期")


def answer_notice(lead: Lead, answer: e.NoticeAnswered) -> None:
    """督办回复, once."""
    require_text(answer.text, "text")
    target = lead.recorded.get(answer.notice_id)
    if target is None or not isinstance(target.event, e.NoticeIssued):
        raise NotFound("notice_not_found", "该项目没有这份督办通知，请核对编号")
    for recorded in lead.in_force():
        earlier = recorded.event
        if isinstance(earlier, e.NoticeAnswered) and earlier.notice_id == answer.notice_id:
            raise Refused("notice_answered", f"该通知已于{earlier.occurred_on}回复")
    refuse_unless_issued(lead.whole_on(answer.occurred_on), answer)


def refuse_unless_issued(before: LeadState, answer: e.NoticeAnswered) -> None:
    """What an answer stands on."""
    if answer.notice_id not in before.notices:
        raise Refused("notice_order", f"该通知在{answer.occurred_on}尚未发出，或已作废")
