"""What may be recorded on a chain: 链长与目标, 目标企业 listed, contacted, come to a lead, removed.

Plan clauses 16, 33, 42–44. Each function judges one entry on the chain's history as recorded so
far and answers what to record. Raises `Refused`, `BadInput` or `NotFound`; nothing is recorded.
"""

from typing import cast
from uuid import UUID

from domain.chain.events import (
    AboutEnterprise,
    ChainDescribed,
    ChainEntryVoided,
    ChainEvent,
    TargetEnterpriseListed,
    TargetEnterpriseRemoved,
)
from domain.chain.known import PLAN_CHAINS, ChainHistory, in_force
from domain.errors import BadInput, NotFound, Refused, require_text
from domain.event import Recorded


def describe(_: ChainHistory, description: ChainDescribed) -> list[ChainEvent]:
    """Describe a chain anew: what is not named no longer holds."""
    require_text(description.chain, "name")
    years = [target.year for target in description.targets]
    if len(years) != len(set(years)):
        raise BadInput("targets", "同一年度不能重复下达目标")
    return [description]


def list_enterprise(history: ChainHistory, listing: TargetEnterpriseListed) -> list[ChainEvent]:
    """列入目标企业: not twice while it is on the list (by its code, else by its name)."""
    refuse_unknown_chain(history, listing.chain)
    for standing in _listings(history):
        if _removal(history, standing.event_id) is None and _same(standing.event, listing):
            raise Refused(
                "enterprise_listed",
                f"{listing.name}已于{standing.event.occurred_on}列入该产业链目标企业",
            )
    return [listing]


def record_of_enterprise(history: ChainHistory, entry: AboutEnterprise) -> list[ChainEvent]:
    """A contact, a lead or the removal of a listed enterprise.

    A contact may be older than the listing (that is often why it was listed); nothing may come
    after the removal.
    """
    listing = next((r for r in _listings(history) if r.event_id == entry.enterprise_id), None)
    if listing is None:
        raise NotFound("enterprise_not_found", "该产业链没有这家目标企业（或其列入记录已作废）")
    removal = _removal(history, entry.enterprise_id)
    if removal is not None and (
        isinstance(entry, TargetEnterpriseRemoved) or entry.occurred_on > removal.event.occurred_on
    ):
        raise Refused("enterprise_removed", f"该企业已于{removal.event.occurred_on}移出目标企业")
    if isinstance(entry, TargetEnterpriseRemoved) and entry.occurred_on < listing.event.occurred_on:
        raise Refused("before_listing", f"移出日期早于列入日期（{listing.event.occurred_on}）")
    return [entry]


def void_entry(history: ChainHistory, void: ChainEntryVoided) -> list[ChainEvent]:
    """作废 of a chain's entry; of a listing only when nothing in force stands on it."""
    target = next((r for r in history if r.event_id == void.event_id), None)
    if target is None:
        raise NotFound("event_not_found", "该产业链没有这条记录，请核对 event_id")
    if isinstance(target.event, ChainEntryVoided):
        raise Refused("void_not_voidable", "作废记录本身不能作废；如属误作废，请重新录入原事项")
    standing = in_force(history)
    if target not in standing:
        raise Refused("already_voided", "该记录已作废")
    depending = [
        str(r.event.occurred_on)
        for r in standing
        if isinstance(r.event, AboutEnterprise) and r.event.enterprise_id == void.event_id
    ]
    if depending:
        raise Refused(
            "event_depended_on", f"该企业另有后续记录（{'、'.join(depending)}），请先作废"
        )
    return [void]


def refuse_unknown_chain(history: ChainHistory, name: str) -> None:
    """Entries belong on a chain of the plan or a described one: a slip in a name makes no chain."""
    described = any(isinstance(r.event, ChainDescribed) for r in in_force(history))
    if name not in PLAN_CHAINS and not described:
        raise NotFound("chain_not_found", f"没有名为“{name}”的产业链；请先设置其链长或牵头单位")


def lead_unit(history: ChainHistory) -> str | None:
    """牵头单位 as last described."""
    described = [r.event for r in in_force(history) if isinstance(r.event, ChainDescribed)]
    return described[-1].lead_unit if described else None


def _listings(history: ChainHistory) -> list[Recorded[TargetEnterpriseListed]]:
    return [
        cast("Recorded[TargetEnterpriseListed]", r)
        for r in in_force(history)
        if isinstance(r.event, TargetEnterpriseListed)
    ]


def _removal(history: ChainHistory, enterprise_id: UUID) -> Recorded[ChainEvent] | None:
    for r in in_force(history):
        if isinstance(r.event, TargetEnterpriseRemoved) and r.event.enterprise_id == enterprise_id:
            return r
    return None


def _same(one: TargetEnterpriseListed, other: TargetEnterpriseListed) -> bool:
    if one.uscc is not None and other.uscc is not None:
        return one.uscc == other.uscc
    return one.name == other.name
