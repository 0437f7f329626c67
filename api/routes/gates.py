"""佐证材料: which papers are missing of the milestones reached."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.asking import PagedWhere
from api.described import asks
from api.doors import CheckedRoute, Program, reading
from api.listing import Listing
from api.paging import Page
from crm.papers_presentation import (
    INCOMPLETE_COLUMNS,
    incomplete_counts,
    incomplete_line,
    incomplete_rows,
)
from domain.lead.gates import Gate
from projections.lead_states import leads_on
from projections.missing_papers import IncompleteLead, PapersKey, incomplete_leads

router = APIRouter(
    prefix="/gates",
    tags=["疑点与退出"],
    route_class=CheckedRoute,
    dependencies=[Depends(reading)],
)

_INCOMPLETE: Listing[IncompleteLead] = Listing(
    "gates/incomplete",
    "佐证材料不全",
    PapersKey,
    incomplete_line,
    INCOMPLETE_COLUMNS,
    incomplete_rows,
)


class PapersQuery(PagedWhere):
    """Which leads, and which of their milestones."""

    milestone: Annotated[Gate | None, Field(description="环节")] = None


@router.get("/incomplete", response_model=None, **asks("佐证材料不全的项目，按单位"))
def incomplete(crm: Program, query: Annotated[PapersQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, _INCOMPLETE.of, query)
    with crm.reader.asking("clock", "states") as connection:
        when = turn.clocks(connection)
        found = incomplete_leads(leads_on(connection, when, asked.where), asked.milestone)
    return _INCOMPLETE.answer(turn, query, when, incomplete_counts(found), found)
