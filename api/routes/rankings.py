"""评比排名, 前三名, 晾晒表, 约谈对象: who did best in a season, and who lags."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.asking import Detail, Format, Year, at
from api.described import asks
from api.doors import Asking, CheckedRoute, Program, reading
from api.files import attachment
from crm.application import CRM
from crm.ranking_files import candidates_file, ranking_file, showing_file
from crm.ranking_presentation import (
    band_labels,
    best_shown,
    candidate_shown,
    ranking_shown,
    season_shown,
    signing_line,
)
from domain.vocabulary import UnitGroup
from projections.clocks import Clocks
from projections.interviews import candidates
from projections.lead_states import leads_on
from projections.rankings import Season, season, season_of
from projections.reader import clocks
from projections.rule_rows import rules_in_force
from projections.signing_table import looked_at, signing_table
from projections.unit_entries import groups_on, units_of

router = APIRouter(
    prefix="/rankings", tags=["评比"], route_class=CheckedRoute, dependencies=[Depends(reading)]
)

Group = Annotated[UnitGroup, Field(description="towns 镇；departments 部门；zones 园区")]


class SeasonQuery(Asking):
    """The two clocks, and a period."""

    period: Annotated[
        str, Field(description="评比周期：2023-Q2、2023-H1、2023-05 或 2023", max_length=20)
    ]


class RankingQuery(SeasonQuery):
    """One group's ranking."""

    group: Group
    detail: Detail = False
    format: Format = "json"


def _season(crm: CRM, query: SeasonQuery) -> tuple[Season, Clocks]:
    """What rankings of the period asked for look at. Raises `BadInput`."""
    moment = query.moment(crm)
    with crm.reader.asking() as connection:
        when = clocks(connection, query.day(crm), moment)
        rules = rules_in_force(connection, when)
        period = season_of(query.period, when.as_of, rules)
        return season(connection, period, when, rules), when


@router.get(
    "", response_model=None, **asks("四比评比排名：各项指标的完成、目标、权重和得分，督查加减分")
)
def show(crm: Program, query: Annotated[RankingQuery, Query()]) -> dict[str, Any] | Response:
    found, when = _season(crm, query)
    shown = {
        **season_shown(found),
        **at(when),
        **ranking_shown(found.ranking(query.group), found.rules, detail=query.detail),
        "not_grouped": found.not_grouped,
        "next_cursor": None,
    }
    if query.format == "json":
        return shown
    name = f"{found.period.label}{query.group.label}排名_{when.as_of}"
    return attachment(ranking_file(shown, query.format), name, query.format)


@router.get("/top", **asks("季度、年度前三名（并列者都在内）"))
def show_best(crm: Program, query: Annotated[SeasonQuery, Query()]) -> dict[str, Any]:
    found, when = _season(crm, query)
    return {
        **season_shown(found),
        **at(when),
        "awarded_places": found.rules.awarded_places,
        "groups": [best_shown(found.ranking(group), found.rules) for group in UnitGroup],
    }


class CandidatesQuery(SeasonQuery):
    """Whom to interview."""

    group: Annotated[UnitGroup | None, Field(description="只看一组")] = None
    detail: Detail = False
    format: Format = "json"


@router.get(
    "/interviews", response_model=None, **asks("约谈对象：排名靠后且严重滞后，两个条件分别列明")
)
def show_candidates(
    crm: Program, query: Annotated[CandidatesQuery, Query()]
) -> dict[str, Any] | Response:
    found, when = _season(crm, query)
    shown = {
        **season_shown(found),
        **at(when),
        "items": [
            candidate_shown(one, found.rules, detail=query.detail)
            for one in candidates(found)
            if query.group in (None, one.group)
        ],
        "next_cursor": None,
    }
    if query.format == "json":
        return shown
    name = f"{found.period.label}约谈对象_{when.as_of}"
    return attachment(candidates_file(shown, query.format), name, query.format)


class TableQuery(Asking):
    """The showing table of a year."""

    year: Year
    group: Group = UnitGroup.TOWNS
    detail: Detail = False
    format: Format = "json"


@router.get(
    "/table",
    response_model=None,
    **asks("晾晒表：亿元以上新签约、5亿元以上、10亿元以上、开工率排名"),
)
def show_table(crm: Program, query: Annotated[TableQuery, Query()]) -> dict[str, Any] | Response:
    moment = query.moment(crm)
    with crm.reader.asking("clock", "states", "rules", "units") as connection:
        when = clocks(connection, query.day(crm), moment)
        rules = rules_in_force(connection, when)
        day = looked_at(query.year, when.as_of)
        units = units_of(groups_on(connection, when.on(day)), query.group)
        leads = leads_on(connection, when.on(day))
        lines = signing_table(leads, query.year, units, query.group, rules)
    shown = {
        "year": query.year,
        "group": query.group.value,
        "group_label": query.group.label,
        "counted_until": day.isoformat(),
        **at(when),
        "labels": band_labels(rules),
        "items": [signing_line(line, detail=query.detail) for line in lines],
        "next_cursor": None,
    }
    if query.format == "json":
        return shown
    name = f"{query.year}年{query.group.label}签约开工晾晒表_{when.as_of}"
    return attachment(showing_file(shown, query.format), name, query.format)
