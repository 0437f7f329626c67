"""储备覆盖 and 年末预测: is enough under way, and where will the year end?"""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.asking import AskingWhere, Detail
from api.described import asks
from api.doors import Asking, CheckedRoute, Program
from api.fields import Year
from crm.questions.outlook import ask_forecast, ask_pipeline

router = APIRouter(tags=["预测"], route_class=CheckedRoute)


class PipelineQuery(AskingWhere):
    """The pipeline held against a year's target."""

    year: Year
    detail: Detail = False


@router.get("/pipeline", **asks("在谈项目对目标缺口的覆盖：按阶段转化率加权"))
def show_pipeline(crm: Program, query: Annotated[PipelineQuery, Query()]) -> dict[str, Any]:
    when = query.when(crm)
    return ask_pipeline(crm, when, query.where, query.year, detail=query.detail).shown


class ForecastQuery(Asking):
    """The year D lies in."""

    year: Year
    detail: Annotated[bool, Field(description="列出每条在谈线索的签约概率")] = False


@router.get("/forecast", **asks("年末预测：招引项目和协议资金，附区间和去年同日预测的检验"))
def show_forecast(crm: Program, query: Annotated[ForecastQuery, Query()]) -> dict[str, Any]:
    return ask_forecast(crm, query.when(crm), query.year, detail=query.detail).shown
