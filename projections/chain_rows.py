"""The chains (产业链) and their target enterprises (目标企业) as rows."""

import json
from uuid import UUID

from domain.chain import events as e
from domain.event import Recorded
from projections.bitemporal import BitemporalRows, Changes, Row
from projections.projection import stream_projection
from projections.tables import CHAINS, chain_description, enterprise_fact, target_enterprise


class ChainRows:
    """What was recorded on one chain: a row for each entry in force."""

    def __init__(self, stream_id: UUID) -> None:
        self._descriptions = BitemporalRows(chain_description, stream_id, "stream_id")
        self._enterprises = BitemporalRows(target_enterprise, stream_id, "stream_id")
        self._facts = BitemporalRows(enterprise_fact, stream_id, "stream_id")

    def learn(self, recorded: Recorded[e.ChainEvent]) -> None:
        event, event_id, position = recorded.event, recorded.event_id, recorded.position
        match event:
            case e.ChainEntryVoided():
                for rows in (self._descriptions, self._enterprises, self._facts):
                    rows.now(event.event_id, None, position)
            case e.ChainDescribed():
                self._descriptions.now(event_id, _description(event_id, event), position)
            case e.TargetEnterpriseListed():
                self._enterprises.now(event_id, _enterprise(event_id, event), position)
            case (
                e.TargetEnterpriseContacted()
                | e.TargetEnterpriseBroughtLead()
                | e.TargetEnterpriseRemoved()
            ):
                self._facts.now(event_id, _fact(event_id, event), position)

    def take(self, position: int) -> Changes:
        changes = self._descriptions.take(position)
        changes.add(self._enterprises.take(position))
        changes.add(self._facts.take(position))
        return changes


CHAIN_ROWS = stream_projection(
    "chains",
    "产业链与目标企业",
    CHAINS,
    (chain_description, target_enterprise, enterprise_fact),
    e.ChainEvent,
    ChainRows,
)


def _description(event_id: UUID, described: e.ChainDescribed) -> Row:
    return {
        "event_id": event_id,
        "chain": described.chain,
        "described_on": described.occurred_on,
        "chief": described.chief,
        "lead_unit": described.lead_unit,
        "leader_enterprise": described.leader_enterprise,
        "targets": json.dumps(
            [[t.year, t.projects, t.agreed_total_yuan] for t in described.targets]
        ),
    }


def _enterprise(event_id: UUID, listed: e.TargetEnterpriseListed) -> Row:
    return {
        "enterprise_id": event_id,
        "chain": listed.chain,
        "name": listed.name,
        "enterprise_class": listed.enterprise_class.value,
        "uscc": listed.uscc,
        "source": listed.source,
        "listed_on": listed.occurred_on,
    }


def _fact(event_id: UUID, fact: e.AboutEnterprise) -> Row:
    return {
        "event_id": event_id,
        "enterprise_id": fact.enterprise_id,
        "happened_on": fact.occurred_on,
        "contact": isinstance(fact, e.TargetEnterpriseContacted),
        "removal": isinstance(fact, e.TargetEnterpriseRemoved),
        "lead_id": fact.lead_id if isinstance(fact, e.TargetEnterpriseBroughtLead) else None,
    }
