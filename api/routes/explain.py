"""What makes up a number: the leads, and for each the events."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.described import asks
from api.doors import Asking, CheckedRoute, Program, reading
from crm.questions.accounting import ask_explain
from projections.lead_states import Where

router = APIRouter(prefix="/explain", tags=["数字溯源"], route_class=CheckedRoute)

MetricName = Literal[
    "projects",
    "agreed_total_wan",
    "fai_ratio",
    "big_projects",
    "built_projects",
    "domestic_growth",
    "foreign_growth",
]


class ExplainQuery(Asking):
    """Which figure, and of which unit, town or chain."""

    metric: MetricName
    year: Annotated[int, Field(ge=2000, le=2100, description="年度")]
    unit: Annotated[str | None, Field(description="招引单位")] = None
    town: Annotated[str | None, Field(description="落户镇")] = None
    chain: Annotated[str | None, Field(description="产业链")] = None


@router.get("", dependencies=[Depends(reading)], **asks("一个指标由哪些项目、哪些记录算出"))
def show(crm: Program, query: Annotated[ExplainQuery, Query()]) -> dict[str, Any]:
    where = Where(query.unit, query.town, query.chain)
    return ask_explain(crm, query.when(crm), where, query.metric, query.year).shown
