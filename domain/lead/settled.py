"""单独计数; and what a split or merge in force no longer allows on its leads (拆分、合并之后).

Domain section 12 (F1, F2 and "Split: … Merge: …"). The figures of the leads a split or merge began
with are settled by it: what would change them afterwards is refused until it is voided, and it is
voided on all its leads or on none.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from domain.errors import Refused, require_text
from domain.event import Recorded
from domain.event_names import label_of
from domain.lead import events as e
from domain.lead.folding import fold
from domain.lead.standing import Lead
from domain.lead.state import LeadState
from domain.lead.taking_over import money_of

MILESTONES = ("started_on", "completed_on", "produced_on")
_TOGETHER = (e.LeadSplit, e.LeadSplitFrom, e.LeadMerged, e.LeadMergedInto)
_SETTLING = (e.LeadSplit, e.LeadMerged, e.LeadMergedInto)
_HANDED_ON = (e.FundsArrived, e.FixedAssetInvestmentReported, e.CompanyRegistered)
_NOT_RECORDED = datetime.min.replace(tzinfo=UTC)


def take_part(_: Lead, __: e.LeadEvent) -> None:
    """拆分、合并: `domain.lead.splitting` has looked at all the leads; see also `refuse_alone`."""


def approve_count(lead: Lead, approval: e.CountApproved) -> None:
    """核准单独计数 of a part. The first part keeps the count it came with."""
    require_text(approval.ground, "ground")
    refuse_own_count(lead.standing_on(approval.occurred_on), approval)


def refuse_own_count(before: LeadState, approval: e.CountApproved) -> None:
    """Who counts for itself already has nothing to be approved."""
    if before.count_key is None:
        raise Refused("count_key_own", f"该项目在{approval.occurred_on}已单独计数，不需要核准")
    if before.keeps_count:
        raise Refused("count_key_own", "该项目承继原项目的计数，不能再核准新的计数")


def refuse_alone(lead: Lead, event: e.LeadEvent) -> None:
    """A split or merge, or the void of one, is recorded on all its leads or on none."""
    target = lead.recorded.get(event.event_id) if isinstance(event, e.EventVoided) else None
    shared = event if target is None else target.event
    if not isinstance(shared, _TOGETHER):
        return
    where = (
        f"请在{shared.code}作废，相关项目一并恢复"
        if isinstance(shared, e.LeadSplitFrom | e.LeadMergedInto)
        else "请整体录入或作废"
    )
    raise Refused("recorded_together", f"{label_of(shared)}涉及多个项目，{where}")


def refuse_before_split(lead: Lead, event: e.LeadEvent) -> None:
    """What happened before a part was one belongs to the lead it was part of.

    But a bank slip, a return or a company that comes late goes where that lead's money went.
    """
    begun = next((t.event for t in lead.turns if isinstance(t.event, e.LeadSplitFrom)), None)
    if isinstance(event, e.EventVoided) or begun is None:
        return
    if isinstance(event, _HANDED_ON) and begun.money is not None:
        return
    if event.occurred_on < begun.occurred_on:
        raise Refused(
            "before_split",
            f"该项目于{begun.occurred_on}由{begun.code}拆分而来，此前事项请录在原项目",
        )


def refuse_unsettling(lead: Lead, event: e.LeadEvent) -> None:
    """An entry may not change what a later split or merge in force was decided on."""
    settled_on = [t.event.occurred_on for t in lead.turns if isinstance(t.event, _SETTLING)]
    if not settled_on:
        return
    if not isinstance(event, e.EventVoided) and event.occurred_on >= max(settled_on):
        return  # it stands behind them all: of one day, what is entered later stands later
    entered = Recorded(lead.lead_id, lead.version + 1, 0, UUID(int=0), _NOT_RECORDED, "", event)
    standing = lead.after(entered).in_force()
    broken = unsettled(standing)
    if broken:  # most often nothing is, and what was so before need not be asked
        broken -= unsettled(lead.in_force())
    if not broken:
        return
    if isinstance(event, _HANDED_ON):
        raise _passed_on_refusal(next(r.event for r in standing if r.event_id in broken))
    raise unsettled_refusal(standing, broken)


def unsettled(ordered: Sequence[Recorded[e.LeadEvent]]) -> set[UUID]:
    """The splits and merges, of events in force in business order, whose lead no longer stands as
    it was found by them."""
    found = set()
    for nth, recorded in enumerate(ordered):
        event = recorded.event
        if not isinstance(event, _SETTLING):
            continue
        before = fold(ordered[:nth])
        terms = counted_terms(ordered[:nth], before, event.occurred_on)
        same = before.exited_on is None and terms == event.found
        if isinstance(event, e.LeadSplit):
            same = same and all(getattr(before, m) == getattr(event, m) for m in MILESTONES)
        if isinstance(event, e.LeadSplit | e.LeadMergedInto) and event.money is not None:
            same = same and money_of(before) == event.money
        if not same:
            found.add(recorded.event_id)
    return found


def _passed_on_refusal(event: e.LeadEvent) -> Refused:
    """What comes late: the lead has left, and another goes on with what it had."""
    assert isinstance(event, e.LeadSplit | e.LeadMergedInto), "no other looks at money"
    code = event.into[0].code if isinstance(event, e.LeadSplit) else event.code
    return Refused(
        "event_depended_on",
        f"该项目于{event.occurred_on}{label_of(event)}，到位资金、固投月报和项目公司已由{code}承继，"
        f"请录在承继项目{code}",
    )


def unsettled_refusal(turns: Iterable[Recorded[e.LeadEvent]], broken: Iterable[UUID]) -> Refused:
    """Names what has to be voided first."""
    names = "、".join(
        f"{label_of(r.event)}（{r.event.occurred_on}）" for r in turns if r.event_id in set(broken)
    )
    return Refused("event_depended_on", f"以下记录以现有计数和金额为前提，请先作废：{names}")


def refuse_if_passed_on(before: LeadState) -> None:
    """A lead that goes on in others comes back only by voiding that."""
    if before.passed_on:
        raise Refused("lead_passed_on", "该项目已拆分或并入其他项目，请作废该拆分或合并")


def counted_terms(
    ordered: Sequence[Recorded[e.LeadEvent]], state: LeadState, day: date
) -> e.CountedTerms | None:
    """What a lead counts with on `day`; None before the first countable signing."""
    if state.signed_on is None or state.counted_on is None or state.kind is None:
        return None
    year_end = date(day.year - 1, 12, 31)
    then = fold(
        recorded
        for recorded in ordered
        if isinstance(recorded.event, e.LeadRegistered) or recorded.event.occurred_on <= year_end
    )
    return e.CountedTerms(
        kind=state.kind,
        signed_on=state.signed_on,
        counted_on=state.counted_on,
        agreed_total_yuan=state.agreed_total_yuan or 0,
        carried_yuan=state.carried_yuan + then.booked_yuan,
        count_key=state.count_key,
        keeps_count=state.keeps_count,
    )
