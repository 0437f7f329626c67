"""录入时效: how late things are entered, by whom, and in a rush before a month's end."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import ConfigDict, Field

from api.described import asks
from api.doors import Asking, CheckedRoute, Program, reading
from api.fields import AsOf
from api.files import attachment
from api.paging import Page, Paged
from api.part import Format
from api.slices import cut
from crm.entries_presentation import (
    delay_file,
    delay_item,
    late_entry_file,
    late_entry_item,
    rush_item,
)
from domain.calendar import timestamp
from domain.errors import BadInput
from projections.late_entries import Grouping, Window, delays, late_entries
from projections.reader import clocks

router = APIRouter(prefix="/entries", tags=["录入时效"], route_class=CheckedRoute)

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
    dependencies=[Depends(reading)],
    response_model=None,
    **asks("业务日期到录入的时差：中位数、90分位、迟录占比，及月末季末突击录入"),
)
def delay(crm: Program, query: Annotated[DelayQuery, Query()]) -> dict[str, Any] | Response:
    window = _window(query.first, query.last, query.unit)
    moment = query.moment(crm)
    with crm.reader.asking() as connection:
        when = clocks(connection, query.day(crm), moment)
        found, rushes = delays(connection, when, query.by, window)
    if query.format != "json":
        content = delay_file(found, query.by, query.format)
        return attachment(content, f"录入时效_{when.as_of}", query.format)
    return {
        "as_of": when.as_of.isoformat(),
        "known_at": timestamp(when.known_at),
        "by": query.by.value,
        "label": query.by.label,
        "from": query.first,
        "to": query.last,
        "items": [delay_item(group) for group in found],
        "rushes": [rush_item(rush) for rush in rushes],
        "next_cursor": None,  # as many as there are people, units or months
    }


class LateQuery(Paged):
    """Which back-dated entries."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    first: First = None
    last: Last = None
    unit: Unit = None
    days: Annotated[
        int | None, Field(ge=0, le=36500, description="迟录超过多少天，默认按规则（7 天）")
    ] = None
    format: Format = "json"


@router.get(
    "/late",
    dependencies=[Depends(reading)],
    response_model=None,
    **asks("迟录（补录）明细，最近录入的在前"),
)
def late(crm: Program, query: Annotated[LateQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "entries/late", query)
    window = _window(asked.first, asked.last, asked.unit)
    with crm.reader.asking() as connection:
        when = turn.clocks(connection)
        found = late_entries(connection, when, window, asked.days)
    if query.format != "json":
        return attachment(
            late_entry_file(found, query.format), f"迟录明细_{when.as_of}", query.format
        )
    page, last = cut(found, turn.after(tuple[int]), query.limit)
    return {
        "as_of": when.as_of.isoformat(),
        "known_at": timestamp(when.known_at),
        "count": len(found),
        "items": [late_entry_item(entry) for entry in page],
        "next_cursor": turn.next_cursor(when, last),
    }
