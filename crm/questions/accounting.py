"""数字溯源 and 重新计算: what makes up a figure, and what a target would be by other rules."""

from collections.abc import Mapping

from crm.application import CRM
from crm.explain_presentation import (
    explained_name,
    explained_sheet,
    figure_explained,
    figures_listed,
    metrics_sheet,
)
from crm.explained import FIGURES, Asked, Inquiry
from crm.presentation import both_clocks, target_page
from crm.questions.answer import Answer, Clocked, judged
from crm.rule_presentation import compared_rules, differences
from crm.rule_sheets import recount_sheet
from projections.recount import recount

RECOUNTED_BY = ("count_basis", "big_project_wan", "built_project_wan", "time_progress")
"""The rules a year's target is counted by."""


def ask_explain(crm: CRM, when: Clocked, metric: str, asked: Asked) -> Answer:
    """The leads, and for each the events, that make up a figure (`crm.explained.FIGURES`).

    Raises `BadInput` for a parameter that the figure's own route does not take, or lacks.
    """
    figure = FIGURES[metric]
    figure.source.refuse_others(asked)
    with judged(crm, when, *figure.source.tables) as (connection, at, rules):
        shown = figure_explained(figure, Inquiry(crm.store, connection, at, rules, asked))
    return Answer(at, shown, f"{explained_name(shown)}溯源", explained_sheet)


def ask_metrics(crm: CRM, when: Clocked) -> Answer:
    """Every figure that `ask_explain` follows, and what it has to be asked."""
    with crm.reader.asking("clock") as connection:
        at = when.clocks(connection)
    listed = figures_listed()
    shown = {**both_clocks(at), "count": len(listed), "items": listed, "next_cursor": None}
    return Answer(at, shown, "可溯源的指标", metrics_sheet)


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
