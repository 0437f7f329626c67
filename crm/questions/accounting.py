"""数字溯源 and 重新计算: what makes up a target figure, and what it would be by other rules."""

from collections.abc import Mapping

from crm.application import CRM
from crm.explain_presentation import explained_leads, explained_sheet, explained_sums
from crm.explaining import explain
from crm.presentation import METRIC_LABELS, both_clocks, target_page
from crm.questions.answer import Answer, Clocked
from crm.rule_presentation import compared_rules, differences
from crm.rule_sheets import recount_sheet
from projections.lead_states import Where
from projections.recount import recount
from projections.target_tracking import target_table

RECOUNTED_BY = ("count_basis", "big_project_wan", "built_project_wan", "time_progress")
"""The rules a year's target is counted by."""


def ask_explain(crm: CRM, when: Clocked, where: Where, metric: str, year: int) -> Answer:
    """The leads, and for each the events, that make up a figure of the year's target."""
    with crm.reader.asking("clock", "leads", "money", "targets", "rules") as connection:
        at = when.clocks(connection)
        leads = list(explain(crm.store, connection, metric, year, at, where))
        table = target_page(target_table(connection, year, at))
    shown = {
        "metric": metric,
        "label": METRIC_LABELS[metric],
        "year": year,
        **both_clocks(at),
        "figure": table["metrics"][metric],
        "sums": explained_sums(metric, leads),
        "count": len(leads),
        "leads": explained_leads(metric, leads),
    }
    return Answer(at, shown, f"{year}年{METRIC_LABELS[metric]}溯源", explained_sheet)


def ask_recount(crm: CRM, when: Clocked, year: int, changes: Mapping[str, str]) -> Answer:
    """The year's target by other rules (public name: as written), beside the figures in force."""
    with crm.reader.asking("clock", "leads", "money", "targets", "chains", "rules") as connection:
        at = when.clocks(connection)
        found = recount(connection, year, at, changes)
    shown = {
        "year": year,
        **both_clocks(at),
        "rules": compared_rules(found),
        "in_force": target_page(found.in_force),
        "recounted": target_page(found.recounted),
        "differences": differences(found),
    }
    return Answer(at, shown, f"{year}年目标重新计算", recount_sheet)
