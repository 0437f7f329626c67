"""开工、停工、复工、竣工、投产: S ≤ B ≤ E ≤ Y (domain section 12).

Equal days are allowed. 先建后签 (B < S) only with a ground. Plan clauses 26, 40, 66.
"""

from domain.errors import Refused
from domain.lead import events as e
from domain.lead.standing import Lead
from domain.lead.state import LeadState


def start_construction(lead: Lead, start: e.ConstructionStarted) -> None:
    """开工."""
    whole = lead.standing()
    if whole.started_on is not None:
        raise Refused(
            "already_started", f"该项目已于{whole.started_on}开工；如需更正，请先作废原开工记录"
        )
    refuse_start_before_signing(lead.standing_on(start.occurred_on), start)


def suspend_construction(lead: Lead, suspension: e.ConstructionSuspended) -> None:
    """停工; before the start it is 缓建, so no start is asked for."""
    refuse_if_suspended(lead.standing_on(suspension.occurred_on), suspension)


def resume_construction(lead: Lead, resumption: e.ConstructionResumed) -> None:
    """复工."""
    refuse_unless_suspended(lead.standing_on(resumption.occurred_on), resumption)


def complete_construction(lead: Lead, completion: e.ConstructionCompleted) -> None:
    """竣工."""
    whole = lead.standing()
    if whole.completed_on is not None:
        raise Refused(
            "already_completed", f"该项目已于{whole.completed_on}竣工；如需更正，请先作废原竣工记录"
        )
    _refuse_missing_start(lead.standing_on(completion.occurred_on), whole, "竣工")
    if whole.signed_on is not None and completion.occurred_on < whole.signed_on:
        raise Refused("milestone_order", f"竣工日期早于签约日期（{whole.signed_on}）")


def start_production(lead: Lead, production: e.ProductionStarted) -> None:
    """投产; a trial or partial one needs only the start."""
    whole = lead.standing()
    before = lead.standing_on(production.occurred_on)
    if production.trial or production.partial:
        if before.produced_on is not None:
            raise Refused("already_produced", f"该项目已于{before.produced_on}正式投产")
        _refuse_missing_start(before, whole, "投产")
        return
    if whole.produced_on is not None:
        raise Refused(
            "already_produced", f"该项目已于{whole.produced_on}投产；如需更正，请先作废原投产记录"
        )
    if before.completed_on is None:
        if whole.completed_on is not None:
            raise Refused("milestone_order", f"投产日期早于竣工日期（{whole.completed_on}）")
        raise Refused("milestone_missing", "该项目尚无竣工记录；试生产或部分投产请注明")


def refuse_start_before_signing(before: LeadState, start: e.ConstructionStarted) -> None:
    """先建后签 asks for a ground."""
    if before.signed_on is None and not (start.ground or "").strip():
        raise Refused(
            "start_before_signing",
            f"{start.occurred_on}前没有协议或合同签约记录（框架、意向不算）；先建后签须说明理由",
        )


def refuse_if_suspended(before: LeadState, suspension: e.ConstructionSuspended) -> None:
    if before.suspended:
        raise Refused("suspension_state", f"该项目在{suspension.occurred_on}已处于停工状态")


def refuse_unless_suspended(before: LeadState, resumption: e.ConstructionResumed) -> None:
    if not before.suspended:
        raise Refused("suspension_state", f"该项目在{resumption.occurred_on}未停工，不需要复工")


def refuse_missing_milestone(before: LeadState, event: e.LeadEvent) -> None:
    """What a recorded completion or production stands on, at its place in business order."""
    if isinstance(event, e.ConstructionCompleted) and before.started_on is None:
        raise Refused("milestone_missing", "竣工须先有开工记录")
    if isinstance(event, e.ProductionStarted):
        base = before.started_on if event.trial or event.partial else before.completed_on
        if base is None:
            raise Refused("milestone_missing", "投产须先有开工或竣工记录")


def _refuse_missing_start(before: LeadState, whole: LeadState, what: str) -> None:
    if before.started_on is None:
        if whole.started_on is not None:
            raise Refused("milestone_order", f"{what}日期早于开工日期（{whole.started_on}）")
        raise Refused("milestone_missing", f"该项目尚无开工记录，不能录入{what}")
