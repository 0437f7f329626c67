"""What can be recorded on an industry chain, and by whom? (产业链设置、目标企业)

A manager or the administrator describes a chain; enterprises are listed and followed up by
managers, and by the recorders of the chain's 牵头单位; a manager voids.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from crm.application import CRM
from crm.commands import UNCONDITIONAL, Condition, Written
from crm.people import Act, Caller
from domain.chain import decisions
from domain.chain.events import (
    AboutEnterprise,
    ChainDescribed,
    ChainEntryVoided,
    ChainEvent,
    TargetEnterpriseBroughtLead,
    TargetEnterpriseListed,
)
from domain.chain.known import ChainHistory, chain_stream
from domain.event import Recorded


def chain_history(crm: CRM, name: str) -> list[Recorded[Any]]:
    """What was recorded on a chain, in recording order; empty when nothing was."""
    return crm.store.stream(chain_stream(name))


def describe_chain(
    crm: CRM, description: ChainDescribed, *, by: Caller, condition: Condition = UNCONDITIONAL
) -> Written:
    """Set 链长、牵头单位、链主企业 and targets: the whole description, from its day on."""
    return crm.record_on(
        chain_stream(description.chain),
        lambda history, _: decisions.describe(history, description),
        act=Act.SET_CHAIN,
        by=by,
        condition=condition,
    )


def list_enterprise(
    crm: CRM, listing: TargetEnterpriseListed, *, by: Caller, condition: Condition = UNCONDITIONAL
) -> Written:
    """列入目标企业. The id of the event is the enterprise's id from then on."""

    def decide(history: ChainHistory, _: date) -> Sequence[ChainEvent]:
        by.permit_unit(decisions.lead_unit(history))
        return decisions.list_enterprise(history, listing)

    return crm.record_on(
        chain_stream(listing.chain), decide, act=Act.WRITE, by=by, condition=condition
    )


def record_of_enterprise(
    crm: CRM, entry: AboutEnterprise, *, by: Caller, condition: Condition = UNCONDITIONAL
) -> Written:
    """对接、形成线索、移出 of a listed enterprise; the lead must exist."""
    if isinstance(entry, TargetEnterpriseBroughtLead):
        by.permit(Act.WRITE)
        if (earlier := crm.earlier_answer(by, condition)) is not None:
            return earlier
        crm.require_lead(entry.lead_id, "lead_id")

    def decide(history: ChainHistory, _: date) -> Sequence[ChainEvent]:
        by.permit_unit(decisions.lead_unit(history))
        return decisions.record_of_enterprise(history, entry)

    return crm.record_on(
        chain_stream(entry.chain), decide, act=Act.WRITE, by=by, condition=condition
    )


def void_chain_entry(
    crm: CRM, void: ChainEntryVoided, *, by: Caller, condition: Condition = UNCONDITIONAL
) -> Written:
    """作废 of a chain's entry (manager)."""
    return crm.record_on(
        chain_stream(void.chain),
        lambda history, _: decisions.void_entry(history, void),
        act=Act.VOID,
        by=by,
        condition=condition,
    )
