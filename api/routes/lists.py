"""The six stage lists (三个清单 and the rest)."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.answers import answered
from api.asking import OnlyColour, PagedWhere
from api.described import asks
from api.doors import CheckedRoute, Program
from api.fields import Wan
from api.paging import Page
from crm.questions.standing import ask_list
from projections.stage_lists import STAGE_LISTS, ListFilter, StageListKey

router = APIRouter(prefix="/lists", tags=["清单"], route_class=CheckedRoute)

ListName = Annotated[str, Path(description="清单名称：" + "、".join(STAGE_LISTS))]


class ListQuery(PagedWhere):
    """Filters of a list."""

    min_wan: Annotated[Wan | None, Field(description="协议金额下限（万元）")] = None
    overdue: Annotated[bool | None, Field(description="只看超期（或未超期）")] = None
    colour: OnlyColour = None


@router.get(
    "/{name}",
    response_model=None,
    **asks("查看清单（签约未开工、开工未竣工、竣工未投产等）", 404),
)
def show(
    crm: Program, name: ListName, query: Annotated[ListQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, name, query)
    wanted = ListFilter(
        asked.unit, asked.town, asked.chain, asked.min_wan, asked.overdue, asked.colour
    )
    limit = query.limit if query.format == "json" else None
    answer = ask_list(
        crm,
        turn,
        name,
        wanted,
        limit,
        turn.after(StageListKey),
        to_fill_in=query.format == "xlsx",
    )
    if query.format == "json":
        return {**answer.shown, "next_cursor": turn.next_cursor(answer.when, answer.last)}
    return answered(answer, query.format)
