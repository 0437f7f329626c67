"""开工率、转化率、回访、服务员到位、月报、手续: figures over the leads as they stand."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.asking import AskingWhere, at, states
from api.described import asks
from api.doors import CheckedRoute, Program, reading
from api.fields import AsOf, Period
from crm.figures_presentation import (
    follow_ups_shown,
    funnel_shown,
    permits_shown,
    rates_shown,
    returns_shown,
    service_visits_shown,
)
from domain.calendar import add_months, period_of
from domain.errors import BadInput
from projections.funnel import funnel
from projections.lead_states import leads_on
from projections.permits import permits
from projections.rates import Cohort, rates
from projections.returns import monthly_returns
from projections.visits import follow_ups, service_visits

router = APIRouter(tags=["比率与服务"], route_class=CheckedRoute, dependencies=[Depends(reading)])

Detail = Annotated[bool, Field(description="列出每个数字背后的项目")]
Year = Annotated[int, Field(ge=2000, le=2100, description="年度")]


class RatesQuery(AskingWhere):
    """Which cohort: signed in the year, or before it."""

    year: Year
    cohort: Cohort = Cohort.YEAR
    detail: Detail = False


@router.get("/rates", **asks("开工率、竣工率、投产率、资金到位率和各环节天数"))
def show_rates(crm: Program, query: Annotated[RatesQuery, Query()]) -> dict[str, Any]:
    with states(crm, query) as (connection, when, _):
        found = rates(leads_on(connection, when, query.where), query.year, when.as_of, query.cohort)
    shown = rates_shown(found, detail=query.detail)
    return {"year": query.year, "cohort": query.cohort.value, **at(when), **shown}


class FunnelQuery(AskingWhere):
    """The leads registered in a year."""

    year: Year
    detail: Detail = False


@router.get("/funnel", **asks("线索逐级转化率"))
def show_funnel(crm: Program, query: Annotated[FunnelQuery, Query()]) -> dict[str, Any]:
    with states(crm, query) as (connection, when, _):
        steps = funnel(leads_on(connection, when, query.where), query.year)
    return {"year": query.year, **at(when), "steps": funnel_shown(steps, detail=query.detail)}


class VisitsQuery(AskingWhere):
    """A window that ends on D."""

    since: Annotated[
        AsOf | None, Field(description="统计起始日期，默认业务日期所在年度的 1 月 1 日")
    ] = None

    def first(self, day: date) -> date:
        first = self.since or date(day.year, 1, 1)
        if first > day:
            raise BadInput("since", "起始日期不能晚于业务日期")
        return first


@router.get("/follow-ups/due", **asks("回访率和应回访项目"))
def follow_ups_due(crm: Program, query: Annotated[VisitsQuery, Query()]) -> dict[str, Any]:
    with states(crm, query) as (connection, when, rules):
        first = query.first(when.as_of)
        found = follow_ups(leads_on(connection, when, query.where), first, when.as_of, rules)
    shown = follow_ups_shown(found, when.as_of)
    return {**at(when), "since": first.isoformat(), **shown, "next_cursor": None}


@router.get("/service-visits/due", **asks("干部服务员到位率和未到位的项目月份"))
def service_visits_due(crm: Program, query: Annotated[VisitsQuery, Query()]) -> dict[str, Any]:
    with states(crm, query) as (connection, when, rules):
        first = query.first(when.as_of)
        found = service_visits(leads_on(connection, when, query.where), first, when.as_of, rules)
    shown = service_visits_shown(found)
    return {**at(when), "since": first.isoformat(), **shown, "next_cursor": None}


class ReturnsQuery(AskingWhere):
    """The returns of one month."""

    period: Annotated[Period | None, Field(description="月份 YYYY-MM，默认上个月")] = None


@router.get("/returns", **asks("月报报送情况：未报、迟报、与上月雷同"))
def show_returns(crm: Program, query: Annotated[ReturnsQuery, Query()]) -> dict[str, Any]:
    with states(crm, query) as (connection, when, rules):
        period = query.period or period_of(add_months(when.as_of, -1))
        found = monthly_returns(leads_on(connection, when, query.where), period, when.as_of, rules)
    return {**at(when), **returns_shown(found), "next_cursor": None}


@router.get("/permits", **asks("前期手续办结率和待办手续"))
def show_permits(crm: Program, query: Annotated[AskingWhere, Query()]) -> dict[str, Any]:
    with states(crm, query) as (connection, when, _):
        found = permits(leads_on(connection, when, query.where), when.as_of)
    return {**at(when), **permits_shown(found), "next_cursor": None}
