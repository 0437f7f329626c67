"""评比排名, 前三名, 晾晒表, 约谈对象: who did best in a season, and who lags."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.answers import answered
from api.asking import Detail
from api.described import asks
from api.doors import Asking, CheckedRoute, Program
from api.fields import Year
from api.files import Format
from crm.questions.seasons import ask_best, ask_interviews, ask_ranking, ask_showing
from domain.vocabulary import UnitGroup

router = APIRouter(prefix="/rankings", tags=["评比"], route_class=CheckedRoute)

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


@router.get(
    "", response_model=None, **asks("四比评比排名：各项指标的完成、目标、权重和得分，督查加减分")
)
def show(crm: Program, query: Annotated[RankingQuery, Query()]) -> dict[str, Any] | Response:
    answer = ask_ranking(crm, query.when(crm), query.period, query.group, detail=query.detail)
    return answered(answer, query.format)


@router.get("/top", **asks("季度、年度前三名（并列者都在内）"))
def show_best(crm: Program, query: Annotated[SeasonQuery, Query()]) -> dict[str, Any]:
    return ask_best(crm, query.when(crm), query.period).shown


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
    answer = ask_interviews(crm, query.when(crm), query.period, query.group, detail=query.detail)
    return answered(answer, query.format)


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
    answer = ask_showing(crm, query.when(crm), query.year, query.group, detail=query.detail)
    return answered(answer, query.format)
