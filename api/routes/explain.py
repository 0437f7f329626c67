"""What makes up a number: the leads, and for each the events."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AfterValidator, Field, WithJsonSchema

from api.asking import AskingWhere
from api.described import asks
from api.doors import Asking, CheckedRoute, Program
from api.fields import AsOf, Year
from crm.explained import FIGURES, Asked
from crm.questions.accounting import ask_explain, ask_metrics
from projections.rates import Cohort

router = APIRouter(prefix="/explain", tags=["数字溯源"], route_class=CheckedRoute)


def _metric(name: str) -> str:
    if name not in FIGURES:
        raise ValueError("没有这个指标；全部指标见 GET /explain/metrics")
    return name


MetricName = Annotated[
    str, AfterValidator(_metric), WithJsonSchema({"type": "string", "enum": list(FIGURES)})
]


class ExplainQuery(AskingWhere):
    """Which figure, and what its own route would be asked: `GET /explain/metrics` says what."""

    metric: Annotated[MetricName, Field(description="指标名称，见 GET /explain/metrics")]
    year: Annotated[Year | None, Field(description="年度；有的指标必填")] = None
    cohort: Annotated[
        Cohort | None, Field(description="year 当年签约（默认）；before 往年签约")
    ] = None
    include_exited: Annotated[bool | None, Field(description="计入已退出项目，默认按规则")] = None
    since: Annotated[AsOf | None, Field(description="统计起始日期，默认当年 1 月 1 日")] = None
    period: Annotated[
        str | None,
        Field(description="月份 YYYY-MM，默认上个月；评比写周期，如 2023-Q2", max_length=20),
    ] = None

    @property
    def asked(self) -> Asked:
        return Asked(**{name: getattr(self, name) for name in Asked.__slots__})


@router.get("", **asks("一个指标由哪些项目、哪些记录算出"))
def show(crm: Program, query: Annotated[ExplainQuery, Query()]) -> dict[str, Any]:
    return ask_explain(crm, query.when(crm), query.metric, query.asked).shown


@router.get("/metrics", **asks("全部可溯源的指标"))
def show_metrics(crm: Program, query: Annotated[Asking, Query()]) -> dict[str, Any]:
    return ask_metrics(crm, query.when(crm)).shown
