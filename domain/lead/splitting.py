"""拆分、合并: what may be split and merged, what is then recorded, and how it is undone.

Domain section 12 (F1, F2 and "Split: … Merge: …"). One split or merge is recorded on all the leads
concerned, in one transaction, and voided on all of them or on none (`domain.lead.settled`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.errors import BadInput, Refused, require_text
from domain.event import Evidence, Recorded
from domain.lead import events as e
from domain.lead.settled import MILESTONES, counted_terms
from domain.lead.standing import Lead
from domain.lead.state import LeadState
from domain.lead.supervision import granted
from domain.lead.taking_over import money_of
from domain.money import wan_text
from domain.vocabulary import RecognitionScope, Relation, ResponsibilityRole

Steps = list[tuple[UUID, e.LeadEvent]]
"""Events to be recorded together, each on its lead, in this order."""

_FEWEST_PARTS, MOST_PARTS = 2, 20
# How widely each relation counts: F1 and F2, F2 alone, or neither.
_WIDTH = {
    Relation.NEW: 2,
    Relation.RELOCATION: 2,
    Relation.EXPANSION: 1,
    Relation.PHASE_IN_SCOPE: 0,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part as it is asked for; what is None it takes over from the lead it was part of.

    `started`: whether the milestones reached so far are this part's too.
    """

    title: str
    agreed_total_yuan: int
    fixed_part_yuan: int | None = None
    foreign_part_usd: int | None = None
    investor: e.Investor | None = None
    recruiting_unit: str | None = None
    host_town: str | None = None
    chain: str | None = None
    started: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """What every split or merge says: when, on what ground, with which papers."""

    occurred_on: date
    ground: str
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None

    @property
    def common(self) -> dict[str, Any]:
        return {"occurred_on": self.occurred_on, "evidence": self.evidence, "note": self.note}


# --- what is recorded ---------------------------------------------------------------------------


def split(
    parent: Lead, wanted: Wanted, parts: Sequence[Part], new: Sequence[tuple[UUID, str]]
) -> Steps:
    """拆分 of `parent` into `parts`, to be registered as `new` (id and code), in that order.

    Raises `Refused`, `BadInput`. The parts' amounts add up to the lead's, so F2 stays; they share
    its count key, so F1 stays; the first one goes on with its money, so F4 and F11 stay.
    """
    require_text(wanted.ground, "ground")
    if not _FEWEST_PARTS <= len(parts) <= MOST_PARTS:
        raise BadInput("parts", f"应拆分为 {_FEWEST_PARTS} 至 {MOST_PARTS} 个项目")
    day = wanted.occurred_on
    state, terms = _countable(parent, day)
    _require_sums(state, parts)
    key = state.count_key or parent.lead_id
    into = tuple(
        e.SplitPart(lead_id, code, part.agreed_total_yuan)
        for (lead_id, code), part in zip(new, parts, strict=True)
    )
    ending = e.LeadSplit(
        **wanted.common,
        count_key=key,
        into=into,
        found=terms,
        ground=wanted.ground,
        money=money_of(state),
        **{name: getattr(state, name) for name in MILESTONES},
    )
    steps: Steps = [(parent.lead_id, ending)]
    carried = _shares(terms.carried_yuan, [part.agreed_total_yuan for part in parts])
    for nth, ((lead_id, code), part) in enumerate(zip(new, parts, strict=True)):
        keeps = nth == 0 and state.keeps_count
        taken = _taken_over(parent, state, part, day, key, keeps=keeps, carried=carried[nth])
        if nth == 0:
            taken = replace(taken, money=ending.money)
        steps.append((lead_id, _registration(state, part, code, day)))
        steps.append((lead_id, taken))
        steps += [(lead_id, event) for event in _inherited(state, part, day)]
    return steps


def merge(
    survivor: Lead, wanted: Wanted, others: Sequence[Lead], agreed_total_yuan: int | None
) -> Steps:
    """合并 of `others` into `survivor`; without a total, the amounts add up.

    Raises `Refused`, `BadInput`.
    """
    require_text(wanted.ground, "ground")
    ids = [other.lead_id for other in others]
    if not ids or survivor.lead_id in ids or len(ids) != len(set(ids)) or len(ids) >= MOST_PARTS:
        raise BadInput("lead_ids", f"应列出 1 至 {MOST_PARTS - 1} 个其他项目，不能重复或含本项目")
    day = wanted.occurred_on
    state, terms = _countable(survivor, day)
    absorbed = []
    for other in others:
        gone, found = _countable(other, day)
        widths = _WIDTH[state.relation], _WIDTH[gone.relation]
        if widths[0] < widths[1] or (widths[1] == 0) != (widths[0] == 0):
            raise Refused(
                "merge_relation",
                f"{gone.code}（{gone.relation.label}）与保留项目（{state.relation.label}）"
                "的计数口径不同，不能并入",
            )
        absorbed.append(e.MergedLead(other.lead_id, gone.code, found, money_of(gone)))
    total = terms.agreed_total_yuan + sum(one.terms.agreed_total_yuan for one in absorbed)
    if agreed_total_yuan is not None and agreed_total_yuan <= 0:
        raise BadInput("agreed_total_wan", "协议金额应大于零")
    if agreed_total_yuan is not None and agreed_total_yuan > total:
        raise Refused(
            "merge_amounts",
            f"合并后的协议金额不能大于各项目之和（{wan_text(total)}万元）；增资请另录补充协议",
        )
    if (state.fixed_part_yuan or 0) > (agreed_total_yuan or total):
        raise Refused("fixed_part_exceeds_total", "固定资产投资大于合并后的协议总金额")
    merged = e.LeadMerged(
        **wanted.common,
        absorbed=tuple(absorbed),
        agreed_total_yuan=agreed_total_yuan or total,
        found=terms,
        ground=wanted.ground,
    )
    return [
        (survivor.lead_id, merged),
        *(
            (
                one.lead_id,
                e.LeadMergedInto(
                    occurred_on=day,
                    lead_id=survivor.lead_id,
                    code=state.code,
                    found=one.terms,
                    ground=wanted.ground,
                    money=one.money,
                ),
            )
            for one in absorbed
        ),
    ]


def others_of(event: e.LeadEvent) -> list[UUID]:
    """The other leads a split or merge was recorded on; none for any other event, nor for what
    stands on those other leads."""
    if isinstance(event, e.LeadSplit):
        return [part.lead_id for part in event.into]
    return [one.lead_id for one in event.absorbed] if isinstance(event, e.LeadMerged) else []


def undo(owner: Lead, void: e.EventVoided, others: Sequence[Lead]) -> Steps:
    """作废 of a split or merge on all its leads, the lead it was recorded for last.

    A part goes whole, its registration included, as long as nothing was recorded on it since.
    """
    steps: Steps = []
    for other in others:
        for recorded in reversed(_recorded_by(owner.recorded[void.event_id], other)):
            steps.append((other.lead_id, replace(void, event_id=recorded.event_id)))
    return [*steps, (owner.lead_id, void)]


def _recorded_by(first: Recorded[e.LeadEvent], other: Lead) -> list[Recorded[e.LeadEvent]]:
    """What is in force on another lead of that which was recorded together with `first`."""
    standing = [r for r in other.in_force() if r.recorded_at == first.recorded_at]
    return sorted(standing, key=lambda recorded: recorded.version)


# --- inside -------------------------------------------------------------------------------------


def _countable(lead: Lead, day: date) -> tuple[LeadState, e.CountedTerms]:
    """The lead on `day`, which has signed, not left, and has nothing recorded of later days."""
    if lead.voided:
        raise Refused("lead_voided", "该线索的登记已作废，不能再录入")
    events = lead.in_force()
    later = max((r.event.occurred_on for r in events), default=day)
    state = lead.whole_on(day)
    name = state.code or str(lead.lead_id)
    if state.exited_on is not None:
        raise Refused("lead_exited", f"{name}已于{state.exited_on}退出，不能拆分或合并")
    if later > day:
        raise Refused("later_records", f"{name}在{later}还有记录，拆分或合并日期不能早于它")
    terms = counted_terms(lead.turns_by(day), state, day)
    if terms is None:
        raise Refused("not_signed", f"{name}在{day}前没有协议或合同签约记录，不能拆分或合并")
    return state, terms


def _require_sums(state: LeadState, parts: Sequence[Part]) -> None:
    if any(part.agreed_total_yuan <= 0 for part in parts):
        raise BadInput("parts.agreed_total_wan", "协议金额应大于零")
    if any((part.fixed_part_yuan or 0) > part.agreed_total_yuan for part in parts):
        raise BadInput("parts.fixed_part_wan", "固定资产投资不能大于协议总金额")
    total = sum(part.agreed_total_yuan for part in parts)
    if total != state.agreed_total_yuan:
        raise Refused(
            "split_amounts",
            f"各部分协议金额之和（{wan_text(total)}万元）应等于原项目的"
            f"{wan_text(state.agreed_total_yuan)}万元；金额有变请先录补充协议",
        )
    for whole, given, what in (
        (state.fixed_part_yuan, [p.fixed_part_yuan or 0 for p in parts], "固定资产投资"),
        (state.foreign_part_usd, [p.foreign_part_usd or 0 for p in parts], "外资"),
    ):
        if sum(given) > (whole or 0):
            raise Refused("split_amounts", f"各部分{what}之和大于原项目的{wan_text(whole or 0)}万")


def _shares(whole: int, amounts: Sequence[int]) -> list[int]:
    """`whole` 元 in proportion to the amounts; what rounding leaves is the last one's."""
    total = sum(amounts)
    shares = [whole * amount // total for amount in amounts[:-1]]
    return [*shares, whole - sum(shares)]


def _registration(state: LeadState, part: Part, code: str, day: date) -> e.LeadRegistered:
    return e.LeadRegistered(
        occurred_on=day,
        code=code,
        title=part.title,
        investor=part.investor or e.Investor(state.investor, state.investor_uscc),
        recruiting_unit=part.recruiting_unit or state.recruiting_unit,
        host_town=part.host_town or state.host_town,
        chain=part.chain or state.chain,
        chain_role=state.chain_role,
        industrial=state.industrial,
        channel=state.channel,
        partner=state.partner,
        introducer=state.introducer,
        relation=state.relation,
        parent_lead_id=state.parent_lead_id,
        estimated_yuan=part.agreed_total_yuan,
        contact_persons=state.contact_persons,
        campaign_id=state.campaign_id,
    )


def _taken_over(
    parent: Lead, state: LeadState, part: Part, day: date, key: UUID, *, keeps: bool, carried: int
) -> e.LeadSplitFrom:
    assert state.kind, "seen to by `_countable`"
    assert state.signed_on, "the same"
    assert state.counted_on, "the same"
    reached: dict[str, Any] = {}
    if part.started:
        reached = {
            name: getattr(state, name)
            for name in (
                "started_on",
                "start_basis",
                "start_ground",
                "completed_on",
                "trial_on",
                "partial_on",
                "produced_on",
            )
        }
    return e.LeadSplitFrom(
        occurred_on=day,
        lead_id=parent.lead_id,
        code=state.code,
        count_key=key,
        keeps_count=keeps,
        kind=state.kind,
        text_signed_on=state.text_signed_on or state.signed_on,
        signed_on=state.signed_on,
        counted_on=state.counted_on,
        agreed_total_yuan=part.agreed_total_yuan,
        carried_yuan=carried,
        fixed_part_yuan=part.fixed_part_yuan,
        foreign_part_usd=part.foreign_part_usd,
        outside_share=state.outside_share,
        agreement_no=state.agreement_no,
        start_due=state.start_due,
        completion_due=state.completion_due,
        production_due=state.production_due,
        signing_recognised=granted(state, RecognitionScope.SIGNING),
        papers=tuple(
            e.PaperTakenOver(paper.kind, paper.name, paper.came_with, paper.on, paper.taken_on)
            for paper in state.papers
        ),
        **reached,
    )


def _inherited(state: LeadState, part: Part, day: date) -> Iterable[e.LeadEvent]:
    """What goes on holding for a part: who looks after it, the gates passed, a standstill."""
    note = f"承继自{state.code}"
    holders = (
        (ResponsibilityRole.LEADER, state.leader),
        (ResponsibilityRole.UNIT, state.unit),
        (ResponsibilityRole.PERSON, state.person),
        (ResponsibilityRole.SERVICE_OFFICER, state.service_officer),
        (ResponsibilityRole.POLICE_CONTACT, state.police_contact),
    )
    changes = tuple(e.ResponsibilityChange(role, holder) for role, holder in holders if holder)
    if changes:
        yield e.ResponsibilityAssigned(occurred_on=day, note=note, changes=changes)
    for gate in (state.due_diligence, state.contract_review):
        if gate is not None:
            yield replace(gate, occurred_on=day, note=note, evidence=())
    if state.suspended and part.started:
        yield e.ConstructionSuspended(occurred_on=day, note=note)
