"""储备覆盖 and 年末预测: is enough under way, and where will the year end?"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.asking import AskingWhere, Detail, Year, at
from api.described import asks
from api.doors import Asking, CheckedRoute, Program, reading
from crm.outlook import backtests, year_forecast
from crm.outlook_presentation import backtest_shown, forecast_shown, pipeline_shown
from domain.errors import BadInput
from projections.pipeline import pipeline_on
from projections.reader import clocks
from projections.rule_rows import rules_in_force

router = APIRouter(tags=["预测"], route_class=CheckedRoute, dependencies=[Depends(reading)])


class PipelineQuery(AskingWhere):
    """The pipeline held against a year's target."""

    year: Year
    detail: Detail = False


@router.get("/pipeline", **asks("在谈项目对目标缺口的覆盖：按阶段转化率加权"))
def show_pipeline(crm: Program, query: Annotated[PipelineQuery, Query()]) -> dict[str, Any]:
    moment = query.moment(crm)
    with crm.reader.asking() as connection:
        when = clocks(connection, query.day(crm), moment)
        rules = rules_in_force(connection, when)
        found = pipeline_on(connection, query.year, when, query.where, rules)
    return {"year": query.year, **at(when), **pipeline_shown(found, detail=query.detail)}


class ForecastQuery(Asking):
    """The year D lies in."""

    year: Year
    detail: Annotated[bool, Field(description="列出每条在谈线索的签约概率")] = False


@router.get("/forecast", **asks("年末预测：招引项目和协议资金，附区间和去年同日预测的检验"))
def show_forecast(crm: Program, query: Annotated[ForecastQuery, Query()]) -> dict[str, Any]:
    day = query.day(crm)
    if day.year != query.year:
        raise BadInput(
            "year", f"只能预测业务日期所在年度（{day.year} 年）；可用 as_of 指定业务日期"
        )
    moment = query.moment(crm)
    with crm.reader.asking() as connection:
        when = clocks(connection, day, moment)
        found = year_forecast(connection, when)
        then, since = backtests(connection, when)
    return {
        **at(when),
        **forecast_shown(found, detail=query.detail),
        "backtest": {
            "as_known_then": backtest_shown(then),
            "as_known_since": backtest_shown(since),
        },
    }
