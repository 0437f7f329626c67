"""一链一清单 and 招商活动成效: what each chain has, and what came of each campaign."""

from crm.application import CRM
from crm.campaign_pages import results_page, results_sheet
from crm.chain_files import chain_sheet as chain_layout
from crm.chain_files import chains_sheet
from crm.chain_pages import sheet_lead, sheet_page, sheet_row
from crm.presentation import both_clocks
from crm.questions.answer import Answer, Clocked
from domain.errors import NotFound
from projections.campaigns import campaign_results
from projections.chain_sheet import ChainSheet, SheetRow, chain_sheet, sheet_leads
from projections.chains import Chain
from projections.lead_search import LeadKey

SHEET = ("clock", "leads", "money", "targets", "chains", "rules")
"""The projections that a sheet of chains reads, and a chain's structure."""


def ask_chains(crm: CRM, when: Clocked, year: int | None = None) -> Answer:
    """一链一清单 of all chains; the year is D's unless told."""
    with crm.reader.asking(*SHEET) as connection:
        at = when.clocks(connection)
        shown = sheet_page(chain_sheet(connection, year or at.as_of.year, at))
    return Answer(at, shown, f"{shown['year']}年一链一清单", chains_sheet)


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
    with crm.reader.asking(*SHEET) as connection:
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
