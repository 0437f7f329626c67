"""退出、合并、恢复、作废: how a lead leaves or comes back, and how an entry is taken out of force.

Contract, "Business rules"; domain section 4 (exits) and section 12 ("Back moves only by
EventVoided").
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from domain.errors import BadInput, NotFound, Refused, require_text
from domain.event import Recorded
from domain.event_names import label_of
from domain.lead import attending, intake, milestones, settled, signing, supervision
from domain.lead import events as e
from domain.lead.folding import evolve
from domain.lead.standing import Lead
from domain.lead.state import LeadState


def refuse_if_exited(lead: Lead, event: e.LeadEvent) -> None:
    """Only what happened before the exit may still be recorded (contract: `lead_exited`)."""
    _refuse_on_exited(lead.standing_on(event.occurred_on), event)


def exit_lead(_: Lead, __: e.LeadExited) -> None:
    """退出, from any stage; `refuse_if_exited` has seen that it had not left by that day.

    Entered late, it may come to stand before milestones or another exit: a history is entered in
    any order, and a reinstatement between them may still follow. Until then the fold shows the
    lead as exited from the earlier day on. It may stand before the registration, as all records
    may: a project that left last year is registered only now.
    """


def link_duplicate(lead: Lead, link: e.DuplicateLinked) -> None:
    """重复登记合并: the double entry exits; what was recorded on it stays readable (domain 12, F1:
    merged-away ones leave the count and show as an adjustment). A reinstatement takes it back."""
    if link.of_lead_id == lead.lead_id:
        raise BadInput("of_lead_id", "不能与自身合并")
    require_text(link.ground, "ground")


def refuse_unless_kept(kept: Lead) -> None:
    """The lead that stays must itself count, or nothing of the project would."""
    standing = kept.standing()
    if kept.voided:
        raise BadInput("of_lead_id", "所保留项目的登记已作废")
    if standing.exited_on is not None:
        raise Refused("kept_lead_exited", f"所保留的项目已于{standing.exited_on}退出，不能并入")


def reinstate(lead: Lead, reinstatement: e.LeadReinstated) -> None:
    """恢复."""
    _refuse_unless_exited(lead.standing_on(reinstatement.occurred_on), reinstatement)


def void_event(lead: Lead, void: e.EventVoided) -> None:
    """作废. Refused while a later event in force stands on the one to be voided."""
    target = lead.recorded.get(void.event_id)
    if target is None:
        raise NotFound("event_not_found", "该线索没有这条记录，请核对 event_id")
    if isinstance(target.event, e.EventVoided):
        raise Refused("void_not_voidable", "作废记录本身不能作废；如属误作废，请重新录入原事项")
    if void.event_id in lead.voids:
        raise Refused("already_voided", "该记录已作废")
    standing = lead.in_force()
    left = [recorded for recorded in standing if recorded is not target]
    broken = {event_id for event_id, _ in _unsupported(left) - _unsupported(standing)}
    if broken:
        names = "、".join(
            f"{label_of(r.event)}（{r.event.occurred_on}）" for r in left if r.event_id in broken
        )
        raise Refused("event_depended_on", f"以下记录以该记录为前提，请先作废：{names}")


def _unsupported(ordered: list[Recorded[e.LeadEvent]]) -> set[tuple[UUID, str]]:
    """Which events lack, at their place in business order, what they stand on; and what.

    The reason belongs to it: a completion that a back-dated exit has already put after the exit
    still stands on its start.
    """
    state = LeadState()
    found = set()
    for recorded in ordered:
        for require in (_require_registration, _require_not_exited, _require_support):
            try:
                require(state, recorded.event)
            except Refused as reason:
                found.add((recorded.event_id, reason.code))
        evolve(state, recorded)
    return found


def _refuse_on_exited(before: LeadState, event: e.LeadEvent) -> None:
    if before.exited_on is not None:
        raise Refused(
            "lead_exited",
            f"该项目已于{before.exited_on}退出，只能补录退出前的事项、恢复或作废",
        )


def _refuse_unless_exited(before: LeadState, reinstatement: e.LeadReinstated) -> None:
    settled.refuse_if_passed_on(before)
    if before.exited_on is None:
        raise Refused("lead_not_exited", f"该项目在{reinstatement.occurred_on}未退出，不需要恢复")


def _require_lower_text_in_time(before: LeadState, upgrading: e.AgreementUpgraded) -> None:
    signing.refuse_unless_higher(before, upgrading)
    signing.refuse_unless_in_time(before, upgrading)
    signing.refuse_small_total(before, upgrading)


_SUPPORT: dict[type[e.LeadEvent], Callable[[LeadState, Any], None]] = {
    e.AgreementSigned: signing.refuse_unless_in_time,
    e.AgreementUpgraded: _require_lower_text_in_time,
    e.AgreementAmended: signing.refuse_unfounded_terms,
    e.ConstructionStarted: milestones.refuse_start_before_signing,
    e.ConstructionSuspended: milestones.refuse_if_suspended,
    e.ConstructionResumed: milestones.refuse_unless_suspended,
    e.ConstructionCompleted: milestones.refuse_missing_milestone,
    e.ProductionStarted: milestones.refuse_missing_milestone,
    e.StatInventoryEntered: attending.refuse_unless_reached,
    e.AboveScaleEntered: attending.refuse_unless_reached,
    e.FullEffectReached: attending.refuse_unless_reached,
    e.RecognitionDecided: supervision.refuse_unless_recognisable,
    e.NoticeAnswered: supervision.refuse_unless_issued,
    e.CountApproved: settled.refuse_own_count,
    e.LeadReinstated: _refuse_unless_exited,
    e.LeadShelved: lambda before, event: intake.refuse_unless_open(before, event.occurred_on),
    e.LeadLost: lambda before, event: intake.refuse_if_lost(before, event.occurred_on),
    e.LeadReopened: lambda before, event: intake.refuse_unless_closed(before, event.occurred_on),
}


def _require_registration(before: LeadState, event: e.LeadEvent) -> None:
    if not before.code and not isinstance(event, e.LeadRegistered):
        raise Refused("lead_voided", "登记已作废")


def _require_not_exited(before: LeadState, event: e.LeadEvent) -> None:
    if not isinstance(event, e.LeadReinstated):
        _refuse_on_exited(before, event)


def _require_support(before: LeadState, event: e.LeadEvent) -> None:
    """The same rules the decisions asked of the event when it was entered."""
    check = _SUPPORT.get(type(event))
    if check is not None:
        check(before, event)
