"""评比排名, 前三名, 晾晒表, 约谈对象: who did best in a season, and who lags."""

from crm.application import CRM
from crm.presentation import both_clocks
from crm.questions.answer import Answer, Clocked, judged
from crm.ranking_files import best_sheet, candidates_sheet, ranking_sheet, showing_sheet
from crm.ranking_presentation import (
    band_labels,
    best_shown,
    candidate_shown,
    ranking_shown,
    season_shown,
    signing_line,
)
from domain.calendar import year_until
from domain.vocabulary import UnitGroup
from projections.clocks import Clocks
from projections.interviews import candidates
from projections.lead_states import leads_on
from projections.rankings import SEASON_READS, Season, season, season_of
from projections.signing_table import signing_table
from projections.unit_entries import groups_on, units_of


def ask_ranking(
    crm: CRM, when: Clocked, period: str, group: UnitGroup, *, detail: bool = False
) -> Answer:
    """One group's ranking of a period (2023-Q2, 2023-H1, 2023-05 or 2023)."""
    found, at = _season(crm, when, period)
    shown = {
        **season_shown(found),
        **both_clocks(at),
        **ranking_shown(found.ranking(group), found.rules, detail=detail),
        "not_grouped": found.not_grouped,
        "next_cursor": None,
    }
    return Answer(at, shown, f"{found.period.label}{group.label}排名", ranking_sheet)


def ask_best(crm: CRM, when: Clocked, period: str) -> Answer:
    """前三名 of every group."""
    found, at = _season(crm, when, period)
    shown = {
        **season_shown(found),
        **both_clocks(at),
        "awarded_places": found.rules.awarded_places,
        "groups": [best_shown(found.ranking(group), found.rules) for group in UnitGroup],
    }
    return Answer(at, shown, f"{found.period.label}前{found.rules.awarded_places}名", best_sheet)


def ask_interviews(
    crm: CRM, when: Clocked, period: str, group: UnitGroup | None = None, *, detail: bool = False
) -> Answer:
    """Whom to interview: each condition by itself."""
    found, at = _season(crm, when, period)
    shown = {
        **season_shown(found),
        **both_clocks(at),
        "items": [
            candidate_shown(one, found.rules, detail=detail)
            for one in candidates(found)
            if group in (None, one.group)
        ],
        "next_cursor": None,
    }
    return Answer(at, shown, f"{found.period.label}约谈对象", candidates_sheet)


def ask_showing(
    crm: CRM,
    when: Clocked,
    year: int,
    group: UnitGroup = UnitGroup.TOWNS,
    *,
    detail: bool = False,
) -> Answer:
    """The showing table of a year."""
    with judged(crm, when, "clock", "states", "rules", "units") as (connection, at, rules):
        day = year_until(year, at.as_of)
        units = units_of(groups_on(connection, at.on(day)), group)
        leads = leads_on(connection, at.on(day))
        lines = signing_table(leads, year, units, group, rules)
    shown = {
        "year": year,
        "group": group.value,
        "group_label": group.label,
        "counted_until": day.isoformat(),
        **both_clocks(at),
        "labels": band_labels(rules),
        "items": [signing_line(line, detail=detail) for line in lines],
        "next_cursor": None,
    }
    return Answer(at, shown, f"{year}年{group.label}签约开工晾晒表", showing_sheet)


def _season(crm: CRM, when: Clocked, period: str) -> tuple[Season, Clocks]:
    """What rankings of a period look at. Raises `BadInput`."""
    with judged(crm, when, *SEASON_READS) as (connection, at, rules):
        return season(connection, season_of(period, at.as_of, rules), at, rules), at
