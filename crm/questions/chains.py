"""一链一清单 and 招商活动成效: what each chain has, and what came of each campaign."""

from uuid import UUID

from crm.application import CRM
from crm.campaign_pages import campaign_detail, results_page, results_sheet
from crm.campaigns import campaign_history
from crm.chain_files import chain_sheet as chain_layout
from crm.chain_files import chains_sheet
from crm.chain_pages import chain_detail, sheet_lead, sheet_page, sheet_row, structure_page
from crm.presentation import Shown, both_clocks
from crm.questions.answer import Answer, Clocked, Items
from domain.errors import NotFound
from projections.campaigns import campaign_leads, campaign_on, campaign_results
from projections.chain_sheet import ChainSheet, SheetRow, chain_sheet, sheet_leads
from projections.chains import Chain
from projections.lead_search import LeadKey
from projections.structure import structure

_SHEET = ("clock", "leads", "money", "targets", "chains", "rules")
"""The projections that a sheet of chains reads, and a chain's structure."""


def ask_chains(crm: CRM, when: Clocked, year: int | None = None) -> Answer:
    """一链一清单 of all chains; the year is D's unless told."""
    with crm.reader.asking(*_SHEET) as connection:
        at = when.clocks(connection)
        shown = sheet_page(chain_sheet(connection, year or at.as_of.year, at))
    return Answer(at, shown, f"{shown['year']}年一链一清单", chains_sheet)


def ask_each_chain(crm: CRM, when: Clocked, year: int | None = None) -> Items[SheetRow]:
    """The chains, each with its counts, in the plan's order; the year is D's unless told."""
    with crm.reader.asking(*_SHEET) as connection:
        at = when.clocks(connection)
        counted = year or at.as_of.year
        rows = chain_sheet(connection, counted, at).rows
    chains = [row for row in rows if row.chain is not None]
    return Items(at, {"year": counted, "count": len(chains)}, chains, sheet_row)


def ask_about_chain(crm: CRM, when: Clocked, name: str, year: int | None = None) -> Shown:
    """Who leads a chain, its counts and its structure. Raises `NotFound`."""
    with crm.reader.asking(*_SHEET) as connection:
        at = when.clocks(connection)
        counted = year or at.as_of.year
        chain, row = line_of(chain_sheet(connection, counted, at), name)
        parts = structure(connection, counted, at, name)
    return {"year": counted, **both_clocks(at), **chain_detail(chain, row, parts)}


def ask_structure(
    crm: CRM, when: Clocked, year: int | None = None, chain: str | None = None
) -> Shown:
    """Of what kind the year's signings are; the year is D's unless told."""
    with crm.reader.asking("clock", "leads", "money", "chains", "rules") as connection:
        at = when.clocks(connection)
        return structure_page(structure(connection, year or at.as_of.year, at, chain))


def ask_chain(
    crm: CRM,
    when: Clocked,
    name: str,
    year: int | None = None,
    counted_in: str | None = None,
    limit: int | None = None,
    after: LeadKey | None = None,
) -> Answer:
    """The leads behind one chain's counts, or behind one of them. Raises `NotFound`."""
    with crm.reader.asking(*_SHEET) as connection:
        at = when.clocks(connection)
        counted = year or at.as_of.year
        _, row = line_of(chain_sheet(connection, counted, at), name)
        page = sheet_leads(connection, counted, at, name, counted_in, limit, after)
    shown = {
        "year": counted,
        **both_clocks(at),
        **sheet_row(row),
        "count": page.count,
        "items": [sheet_lead(lead) for lead in page.items],
        "next_cursor": None,
    }
    return Answer(at, shown, f"{name}_{counted}年一链一清单", chain_layout, page.last)


def ask_campaign(crm: CRM, when: Clocked, campaign_id: UUID) -> Shown:
    """A campaign, and the leads that came of it. Raises `NotFound`."""
    campaign_history(crm, campaign_id)
    with crm.reader.asking("clock", "leads", "campaigns", "rules") as connection:
        at = when.clocks(connection)
        campaign = campaign_on(connection, campaign_id, at)
        if campaign is None:
            detail = "按所给的日期和时刻，没有这次招商活动（或其记录已作废）"
            raise NotFound("campaign_not_found", detail)
        leads, outcome = campaign_leads(connection, campaign_id, at)
    return {**both_clocks(at), **campaign_detail(campaign, leads, outcome)}


def line_of(sheet: ChainSheet, name: str) -> tuple[Chain, SheetRow]:
    """A chain and its line of the sheet. Raises `NotFound`."""
    for row in sheet.rows:
        if row.chain is not None and row.name == name:
            return row.chain, row
    raise no_chain(name)


def no_chain(name: str) -> NotFound:
    return NotFound("chain_not_found", f"没有名为“{name}”的产业链")


def ask_campaigns(crm: CRM, when: Clocked, year: int | None = None) -> Answer:
    """What came of each campaign, channel, partner and introducer; the year is D's unless told."""
    with crm.reader.asking("clock", "leads", "money", "campaigns", "rules") as connection:
        at = when.clocks(connection)
        shown = results_page(campaign_results(connection, year or at.as_of.year, at))
    return Answer(at, shown, f"{shown['year']}年招商活动成效", results_sheet)
