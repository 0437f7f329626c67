"""录入时效: how late things are entered, by whom, and in a rush before a month's end."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field

from api.answers import answered, paged
from api.asking import PagedFile
from api.described import asks
from api.doors import Asking, CheckedRoute, Program
from api.fields import AsOf
from api.files import Format
from api.paging import Page
from crm.questions.doubts import ask_delays, ask_late_entries
from domain.errors import BadInput
from projections.late_entries import Grouping, Window

router = APIRouter(
    prefix="/entries",
    tags=["录入时效"],
    route_class=CheckedRoute,
)

First = Annotated[AsOf | None, Field(alias="from", description="录入日期起（含）")]
Last = Annotated[AsOf | None, Field(alias="to", description="录入日期止（含）")]
Unit = Annotated[str | None, Field(description="招引单位")]


def _window(first: Any, last: Any, unit: str | None) -> Window:
    if first is not None and last is not None and last < first:
        raise BadInput("to", "截止日期不能早于起始日期")
    return Window(first, last, unit)


class DelayQuery(Asking):
    """Which entries, and whose are put together."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    first: First = None
    last: Last = None
    unit: Unit = None
    by: Annotated[Grouping, Field(description="按录入人、单位或录入月份")] = Grouping.UNIT
    format: Format = "json"


@router.get(
    "/delay",
    response_model=None,
    **asks("业务日期到录入的时差：中位数、90分位、迟录占比，及月末季末突击录入"),
)
def delay(crm: Program, query: Annotated[DelayQuery, Query()]) -> dict[str, Any] | Response:
    window = _window(query.first, query.last, query.unit)
    return answered(ask_delays(crm, query.when(crm), query.by, window), query.format)


class LateQuery(PagedFile):
    """Which back-dated entries."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    first: First = None
    last: Last = None
    unit: Unit = None
    days: Annotated[int | None, Field(ge=0, le=36500, description="迟录超过多少天，默认按规则")] = (
        None
    )


@router.get(
    "/late",
    response_model=None,
    **asks("迟录（补录）明细，最近录入的在前"),
)
def late(crm: Program, query: Annotated[LateQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "entries/late", query)
    window = _window(asked.first, asked.last, asked.unit)
    found = ask_late_entries(crm, turn, window, asked.days)
    return paged(turn, query, found, tuple[int])
