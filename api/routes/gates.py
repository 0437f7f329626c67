"""佐证材料: which papers are missing of the milestones reached."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.answers import paged
from api.asking import PagedWhere
from api.described import asks
from api.doors import CheckedRoute, Program
from api.paging import Page
from crm.questions.doubts import ask_missing_papers
from domain.vocabulary import Gate
from projections.missing_papers import PapersKey

router = APIRouter(
    prefix="/gates",
    tags=["疑点与退出"],
    route_class=CheckedRoute,
)


class PapersQuery(PagedWhere):
    """Which leads, and which of their milestones."""

    milestone: Annotated[Gate | None, Field(description="环节")] = None


@router.get("/incomplete", response_model=None, **asks("佐证材料不全的项目，按单位"))
def incomplete(crm: Program, query: Annotated[PapersQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "gates/incomplete", query)
    found = ask_missing_papers(crm, turn, asked.where, asked.milestone)
    return paged(turn, query, found, PapersKey)
