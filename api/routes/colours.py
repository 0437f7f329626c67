"""三色: which projects are red, and why; who is responsible."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.answers import answered, paged
from api.asking import AskingWhere, OnlyColour, OnlyStage, PagedWhere
from api.described import asks
from api.doors import CheckedRoute, Program
from api.fields import AsOf
from api.files import Format
from api.paging import Page
from crm.questions.colours import ask_changes, ask_colours, ask_responsibility

router = APIRouter(tags=["三色与包抓"], route_class=CheckedRoute)

Leader = Annotated[str | None, Field(description="包抓领导")]


class ColoursQuery(PagedWhere):
    """Which of the coloured leads to list; the counts are of all in unit, town and chain."""

    colour: OnlyColour = None
    stage: OnlyStage = None
    leader: Leader = None


@router.get(
    "/colours", response_model=None, **asks("三色：各色个数，每个项目的颜色、理由和超期天数")
)
def show(crm: Program, query: Annotated[ColoursQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "colours", query)
    found = ask_colours(crm, turn, asked.where, asked.colour, asked.stage, asked.leader)
    return paged(turn, query, found, tuple[int, str])


class ChangesQuery(PagedWhere):
    """The earlier of the two days; the later is D. Unit, town and chain are those of D."""

    since: Annotated[AsOf, Field(description="与哪一天相比；有 cursor 时可不写")]


@router.get("/colours/changes", response_model=None, **asks("两个日期之间变色的项目"))
def show_changes(
    crm: Program, query: Annotated[ChangesQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "colours/changes", query)
    found = ask_changes(crm, turn, asked.where, asked.since)
    return paged(turn, query, found, tuple[str])


class ResponsibilityQuery(AskingWhere):
    """The coverage is of all live projects in unit, town and chain; the table may be one leader's.

    Not in pages: a county has some dozens of leaders.
    """

    leader: Leader = None
    format: Format = "json"


@router.get(
    "/responsibility",
    response_model=None,
    **asks("责任包抓：各领导包抓的项目，未落实包抓的项目"),
)
def show_responsibility(
    crm: Program, query: Annotated[ResponsibilityQuery, Query()]
) -> dict[str, Any] | Response:
    answer = ask_responsibility(crm, query.when(crm), query.where, query.leader)
    return answered(answer, query.format)
