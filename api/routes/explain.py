"""What makes up a number: the leads, and for each the events."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.described import asks
from api.doors import Asking, CheckedRoute, Program, reading
from crm.explain_presentation import explained_leads, explained_sums
from crm.explaining import explain
from crm.presentation import METRIC_LABELS, target_page
from domain.calendar import timestamp
from projections.lead_states import Where
from projections.reader import clocks
from projections.target_tracking import target_table

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
    moment = query.moment(crm)
    where = Where(query.unit, query.town, query.chain)
    with crm.reader.asking("clock", "leads", "money", "targets", "rules") as connection:
        when = clocks(connection, query.day(crm), moment)
        leads = list(explain(crm.store, connection, query.metric, query.year, when, where))
        table = target_page(target_table(connection, query.year, when))
    return {
        "metric": query.metric,
        "label": METRIC_LABELS[query.metric],
        "year": query.year,
        "as_of": when.as_of.isoformat(),
        "known_at": timestamp(when.known_at),
        "figure": table["metrics"][query.metric],
        "sums": explained_sums(query.metric, leads),
        "count": len(leads),
        "leads": explained_leads(query.metric, leads),
    }
