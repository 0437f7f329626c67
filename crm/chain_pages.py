"""How chains, target enterprises and the structure of the signings are shown: amounts in 万."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from crm.presentation import CLASS_LABELS, Shown, both_clocks, history_item
from domain.chain.events import ChainEntryVoided
from domain.event import Recorded
from domain.money import wan_text
from projections.chain_sheet import ChainSheet, SheetRow
from projections.chains import Chain
from projections.clocks import Clocks
from projections.structure import Part, Structure
from projections.target_enterprises import Courted, Enterprise, EnterprisePage
from projections.year_leads import COUNTS


def sheet_row(row: SheetRow) -> Shown:
    """A chain's line of the sheet."""
    chain = row.chain
    return {
        "chain": row.name,
        "placeholder": chain is not None and chain.placeholder,
        "chief": chain.chief if chain else None,
        "lead_unit": chain.lead_unit if chain else None,
        "leader_enterprise": chain.leader_enterprise if chain else None,
        "enterprises": row.courted.listed,
        "enterprises_contacted": row.courted.contacted,
        "leads": row.leads,
        **{name: getattr(row, name) for name in COUNTS},
        "planned_target": row.planned_aim,
        "agreed_total_wan": wan_text(row.year_yuan),
        "funds_wan": wan_text(row.funds_yuan),
        "funds_wan_usd": wan_text(row.funds_usd),
        "target_projects": row.aims[0],
        "target_agreed_total_wan": wan_text(row.aims[1]),
        "projects_completion": row.projects_completion,
        "agreed_completion": row.agreed_completion,
    }


def sheet_page(sheet: ChainSheet) -> Shown:
    """一链一清单 of all chains."""
    return {
        "year": sheet.year,
        **both_clocks(sheet.clocks),
        "count": len(sheet.rows),
        "items": [sheet_row(row) for row in sheet.rows],
        "total": sheet_row(sheet.total),
        "next_cursor": None,
    }


def chain_detail(chain: Chain, row: SheetRow, parts: Structure) -> Shown:
    """One chain: who leads it, its targets year by year, its line, and the signings by role."""
    return {
        **sheet_row(row),
        "described_on": chain.described_on.isoformat() if chain.described_on else None,
        "targets": {
            str(year): {"projects": projects, "agreed_total_wan": wan_text(yuan)}
            for year, (projects, yuan) in chain.targets.items()
        },
        "by_role": [structure_part(part) for part in parts.by_role],
        "by_size": [structure_part(part) for part in parts.by_size],
    }


def sheet_lead(row: Any) -> Shown:
    """A lead behind the counts of a sheet; `counted_in` names them."""
    return {
        "lead_id": str(row.lead_id),
        "code": row.code,
        "title": row.title,
        "investor": row.investor,
        "recruiting_unit": row.recruiting_unit,
        "host_town": row.host_town,
        "chain_role": row.chain_role,
        "stage": row.stage,
        "kind": row.kind,
        "agreed_total_wan": wan_text(row.agreed_yuan),
        "signed_on": row.signed_on.isoformat() if row.signed_on else None,
        "started_on": row.started_on.isoformat() if row.started_on else None,
        "produced_on": row.produced_on.isoformat() if row.produced_on else None,
        "counted_in": [name for name in COUNTS if getattr(row, name)],
        "year_agreed_wan": wan_text(int(row.year_yuan)),
        "funds_wan": wan_text(int(row.funds_yuan)),
        "funds_wan_usd": wan_text(int(row.funds_usd)),
    }


def chain_history_page(name: str, history: Sequence[Recorded[Any]], clocks: Clocks) -> Shown:
    """What was recorded on a chain by K and happened by D, in recording order, whole."""
    known = [r for r in history if r.position <= clocks.position]
    voids = {r.event.event_id: r.event_id for r in known if isinstance(r.event, ChainEntryVoided)}
    return {
        "chain": name,
        "items": [
            history_item(recorded, voids.get(recorded.event_id))
            for recorded in known
            if recorded.event.occurred_on <= clocks.as_of
        ],
    }


def courted(figures: Courted) -> Shown:
    """Target enterprises listed, contacted and come to a lead."""
    return {**asdict(figures), "contacted_ratio": figures.contacted_ratio}


def enterprise_page(page: EnterprisePage) -> Shown:
    """A chain's target enterprises, and the figures of its whole list."""
    return {
        **courted(page.courted),
        "by_class": {name: courted(figures) for name, figures in page.by_class.items()},
        "count": page.count,
        "items": [_enterprise(item) for item in page.items],
    }


def _enterprise(item: Enterprise) -> Shown:
    return {
        "enterprise_id": str(item.enterprise_id),
        "name": item.name,
        "class": item.enterprise_class,
        "class_label": CLASS_LABELS[item.enterprise_class],
        "uscc": item.uscc,
        "source": item.source,
        "listed_on": item.listed_on.isoformat(),
        "contacts": item.contacts,
        "first_contact_on": item.first_contact_on.isoformat() if item.first_contact_on else None,
        "last_contact_on": item.last_contact_on.isoformat() if item.last_contact_on else None,
        "lead_ids": [str(lead_id) for lead_id in item.lead_ids],
        "removed_on": item.removed_on.isoformat() if item.removed_on else None,
    }


def structure_page(found: Structure) -> Shown:
    """The year's signings by size, role, chain and enterprise class."""
    return {
        "year": found.year,
        **both_clocks(found.clocks),
        "chain": found.chain,
        "projects": found.projects,
        "agreed_total_wan": wan_text(found.agreed_yuan),
        **{
            name: [structure_part(part) for part in getattr(found, name)]
            for name in ("by_size", "by_role", "by_chain", "by_class")
        },
    }


def structure_part(part: Part) -> Shown:
    """Some of the signings."""
    return {
        "key": part.key,
        "label": part.label,
        "projects": part.projects,
        "agreed_total_wan": wan_text(part.agreed_yuan),
        "projects_share": part.projects_share,
        "agreed_share": part.agreed_share,
    }
