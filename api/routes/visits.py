"""回访、服务员到位、月报、手续: what is owed to projects, and by whom."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.asking import Detail, PagedWhere, Year
from api.described import asks
from api.doors import CheckedRoute, Program, reading
from api.fields import AsOf, Period
from api.listing import Listing
from api.paging import Page
from crm.attending_presentation import (
    attendance_shown,
    follow_up_due,
    follow_ups_shown,
    missed_visit,
    monthly_return,
    open_permit,
    permits_shown,
    returns_shown,
)
from crm.figure_files import (
    FOLLOW_UP_COLUMNS,
    MISSED_VISIT_COLUMNS,
    PERMIT_COLUMNS,
    RETURN_COLUMNS,
)
from domain.calendar import add_months, period_of
from domain.errors import BadInput
from projections.lead_states import leads_on
from projections.permits import STAGES as PERMIT_STAGES
from projections.permits import OpenPermit, permits
from projections.returns import STAGES as RETURN_STAGES
from projections.returns import MonthlyReturn, monthly_returns
from projections.rule_rows import rules_in_force
from projections.visits import FollowUpDue, OfficerMonth, follow_ups, service_visits

router = APIRouter(tags=["服务与报送"], route_class=CheckedRoute, dependencies=[Depends(reading)])


_FOLLOW_UPS: Listing[FollowUpDue] = Listing(
    "follow-ups", "应回访项目", tuple[int, str], follow_up_due, FOLLOW_UP_COLUMNS
)
_MISSED_VISITS: Listing[OfficerMonth] = Listing(
    "service-visits", "服务员未到位", tuple[int, str], missed_visit, MISSED_VISIT_COLUMNS
)
_RETURNS: Listing[MonthlyReturn] = Listing(
    "returns", "月报报送", tuple[int], monthly_return, RETURN_COLUMNS
)
_PERMITS: Listing[OpenPermit] = Listing(
    "permits", "待办手续", tuple[int, str, str], open_permit, PERMIT_COLUMNS
)


class VisitsQuery(PagedWhere):
    """A window that ends on D."""

    since: Annotated[
        AsOf | None, Field(description="统计起始日期，默认业务日期所在年度的 1 月 1 日")
    ] = None
    detail: Detail = False

    def first(self, day: date) -> date:
        first = self.since or date(day.year, 1, 1)
        if first > day:
            raise BadInput("since", "起始日期不能晚于业务日期")
        return first


@router.get("/follow-ups/due", response_model=None, **asks("回访率和应回访项目"))
def follow_ups_due(
    crm: Program, query: Annotated[VisitsQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, _FOLLOW_UPS.of, query)
    with crm.reader.asking("clock", "states", "rules") as connection:
        when = turn.clocks(connection)
        rules = rules_in_force(connection, when)
        first = asked.first(when.as_of)
        found = follow_ups(leads_on(connection, when, asked.where), first, when.as_of, rules)
    shown = {"since": first.isoformat(), **follow_ups_shown(found, detail=asked.detail)}
    return _FOLLOW_UPS.answer(turn, query, when, shown, found.due)


@router.get(
    "/service-visits/due", response_model=None, **asks("干部服务员到位率和未到位的项目月份")
)
def service_visits_due(
    crm: Program, query: Annotated[VisitsQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, _MISSED_VISITS.of, query)
    with crm.reader.asking("clock", "states", "rules") as connection:
        when = turn.clocks(connection)
        rules = rules_in_force(connection, when)
        first = asked.first(when.as_of)
        found = service_visits(leads_on(connection, when, asked.where), first, when.as_of, rules)
    shown = {"since": first.isoformat(), **attendance_shown(found, detail=asked.detail)}
    return _MISSED_VISITS.answer(turn, query, when, shown, found.missed)


class ReturnsQuery(PagedWhere):
    """The returns of one month."""

    period: Annotated[Period | None, Field(description="月份 YYYY-MM，默认上个月")] = None


@router.get(
    "/returns", response_model=None, **asks("月报报送情况：未报、迟报、与上月雷同，现场核查率")
)
def show_returns(
    crm: Program, query: Annotated[ReturnsQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, _RETURNS.of, query)
    with crm.reader.asking("clock", "states", "rules") as connection:
        when = turn.clocks(connection)
        rules = rules_in_force(connection, when)
        period = asked.period or period_of(add_months(when.as_of, -1))
        found = monthly_returns(
            leads_on(connection, when, asked.where, stages=RETURN_STAGES), period, when.as_of, rules
        )
    shown = returns_shown(found)
    return _RETURNS.answer(turn, query, when, shown, found.items)


class PermitsQuery(PagedWhere):
    """Of all live leads, or of those first signed in a year."""

    year: Annotated[Year | None, Field(description="只看该年度签约的项目")] = None
    detail: Detail = False


@router.get("/permits", response_model=None, **asks("前期手续办结率（对照季度目标）和待办手续"))
def show_permits(
    crm: Program, query: Annotated[PermitsQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, _PERMITS.of, query)
    with crm.reader.asking("clock", "states", "rules") as connection:
        when = turn.clocks(connection)
        rules = rules_in_force(connection, when)
        found = permits(
            leads_on(connection, when, asked.where, stages=PERMIT_STAGES),
            when.as_of,
            asked.year,
            rules,
        )
    shown = permits_shown(found, detail=asked.detail)
    return _PERMITS.answer(turn, query, when, shown, found.open)
