"""开工率、转化率、同比: figures over the leads as they stand."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.answers import answered
from api.asking import AskingWhere, Detail
from api.described import asks
from api.doors import CheckedRoute, Program
from api.fields import Year
from api.files import Format
from crm.questions.figures import ask_funnel, ask_growth, ask_rates
from projections.rates import Cohort

router = APIRouter(tags=["比率"], route_class=CheckedRoute)


class FigureQuery(AskingWhere):
    """The figures of a year."""

    year: Year
    detail: Detail = False
    format: Format = "json"


class RatesQuery(FigureQuery):
    """Which cohort: signed in the year, or before it."""

    cohort: Annotated[Cohort, Field(description="year 当年签约；before 往年签约")] = Cohort.YEAR
    include_exited: Annotated[
        bool | None, Field(description="计入已退出项目，默认按规则（rates_include_exited）")
    ] = None


@router.get(
    "/rates",
    response_model=None,
    **asks("开工率、竣工率、投产率、履约率、落地率、资金到位率、投资完成率和各环节天数"),
)
def show_rates(crm: Program, query: Annotated[RatesQuery, Query()]) -> dict[str, Any] | Response:
    answer = ask_rates(
        crm,
        query.when(crm),
        query.where,
        query.year,
        query.cohort,
        query.include_exited,
        detail=query.detail,
    )
    return answered(answer, query.format)


@router.get("/funnel", response_model=None, **asks("线索逐级转化率，分渠道、分招引单位"))
def show_funnel(crm: Program, query: Annotated[FigureQuery, Query()]) -> dict[str, Any] | Response:
    answer = ask_funnel(crm, query.when(crm), query.where, query.year, detail=query.detail)
    return answered(answer, query.format)


@router.get(
    "/growth", response_model=None, **asks("新开工、新签约同比（上年同期按当时和现在两种口径）")
)
def show_growth(crm: Program, query: Annotated[FigureQuery, Query()]) -> dict[str, Any] | Response:
    answer = ask_growth(crm, query.when(crm), query.where, query.year, detail=query.detail)
    return answered(answer, query.format)
