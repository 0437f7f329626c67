"""开工率、转化率、同比: figures over the leads as they stand."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.asking import AskingWhere, Detail, Format, Year, at, states
from api.described import asks
from api.doors import CheckedRoute, Program, reading
from api.files import attachment
from crm.figure_files import funnel_file, growth_file, rates_file
from crm.figures_presentation import funnel_shown, growth_shown, rates_shown
from projections.funnel import funnel
from projections.growth import growth
from projections.lead_states import leads_on
from projections.rates import STAGES as RATE_STAGES
from projections.rates import Cohort, rates

router = APIRouter(tags=["比率"], route_class=CheckedRoute, dependencies=[Depends(reading)])


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
    with states(crm, query) as (connection, when, rules):
        include_exited = query.include_exited
        if include_exited is None:
            include_exited = rules.rates_include_exited
        found = rates(
            leads_on(connection, when, query.where, stages=RATE_STAGES),
            query.year,
            when.as_of,
            query.cohort,
            include_exited=include_exited,
            rules=rules,
        )
    shown = {
        "year": query.year,
        "cohort": query.cohort.value,
        "include_exited": include_exited,
        **at(when),
        **rates_shown(found, detail=query.detail),
    }
    if query.format == "json":
        return shown
    name = f"{query.year}年各项比率_{when.as_of}"
    return attachment(rates_file(shown, query.format), name, query.format)


@router.get("/funnel", response_model=None, **asks("线索逐级转化率，分渠道、分招引单位"))
def show_funnel(crm: Program, query: Annotated[FigureQuery, Query()]) -> dict[str, Any] | Response:
    with states(crm, query) as (connection, when, _):
        found = funnel(leads_on(connection, when, query.where), query.year, when.as_of)
    shown = {"year": query.year, **at(when), **funnel_shown(found, detail=query.detail)}
    if query.format == "json":
        return shown
    name = f"{query.year}年线索转化_{when.as_of}"
    return attachment(funnel_file(shown, query.format), name, query.format)


@router.get(
    "/growth", response_model=None, **asks("新开工、新签约同比（上年同期按当时和现在两种口径）")
)
def show_growth(crm: Program, query: Annotated[FigureQuery, Query()]) -> dict[str, Any] | Response:
    with states(crm, query) as (connection, when, _):
        found = growth(connection, query.year, when, query.where)
    shown = {"year": query.year, **at(when), **growth_shown(found, detail=query.detail)}
    if query.format == "json":
        return shown
    name = f"{query.year}年同比_{when.as_of}"
    return attachment(growth_file(shown, query.format), name, query.format)
