"""回访、服务员到位、月报、手续: what is owed to projects, and by whom."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.answers import paged
from api.asking import Detail, PagedWhere
from api.described import asks
from api.doors import CheckedRoute, Program
from api.fields import AsOf, Period, Year
from api.paging import Page
from crm.questions.owed import ask_follow_ups, ask_permits, ask_returns, ask_service_visits

router = APIRouter(tags=["服务与报送"], route_class=CheckedRoute)


class VisitsQuery(PagedWhere):
    """A window that ends on D."""

    since: Annotated[
        AsOf | None, Field(description="统计起始日期，默认业务日期所在年度的 1 月 1 日")
    ] = None
    detail: Detail = False


@router.get("/follow-ups/due", response_model=None, **asks("回访率和应回访项目"))
def follow_ups_due(
    crm: Program, query: Annotated[VisitsQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "follow-ups", query)
    found = ask_follow_ups(crm, turn, asked.where, asked.since, detail=asked.detail)
    return paged(turn, query, found, tuple[int, str])


@router.get(
    "/service-visits/due", response_model=None, **asks("干部服务员到位率和未到位的项目月份")
)
def service_visits_due(
    crm: Program, query: Annotated[VisitsQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "service-visits", query)
    found = ask_service_visits(crm, turn, asked.where, asked.since, detail=asked.detail)
    return paged(turn, query, found, tuple[int, str])


class ReturnsQuery(PagedWhere):
    """The returns of one month."""

    period: Annotated[Period | None, Field(description="月份 YYYY-MM，默认上个月")] = None


@router.get(
    "/returns", response_model=None, **asks("月报报送情况：未报、迟报、与上月雷同，现场核查率")
)
def show_returns(
    crm: Program, query: Annotated[ReturnsQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "returns", query)
    found = ask_returns(crm, turn, asked.where, asked.period)
    return paged(turn, query, found, tuple[int])


class PermitsQuery(PagedWhere):
    """Of all live leads, or of those first signed in a year."""

    year: Annotated[Year | None, Field(description="只看该年度签约的项目")] = None
    detail: Detail = False


@router.get("/permits", response_model=None, **asks("前期手续办结率（对照季度目标）和待办手续"))
def show_permits(
    crm: Program, query: Annotated[PermitsQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "permits", query)
    found = ask_permits(crm, turn, asked.where, asked.year, detail=asked.detail)
    return paged(turn, query, found, tuple[int, str, str])
