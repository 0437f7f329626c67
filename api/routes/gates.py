"""佐证材料: which papers are missing of the milestones reached."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.described import asks
from api.doors import CheckedRoute, Program, reading
from api.files import attachment
from api.paging import Page
from api.part import PartOf
from api.slices import cut
from crm.papers_presentation import incomplete_counts, incomplete_file, incomplete_item
from domain.calendar import timestamp
from domain.lead.gates import Gate
from projections.missing_papers import PapersFilter, PapersKey, incomplete_leads

router = APIRouter(prefix="/gates", tags=["异常与退出"], route_class=CheckedRoute)


class PapersQuery(PartOf):
    """Filters of the list."""

    milestone: Annotated[Gate | None, Field(description="环节")] = None


@router.get(
    "/incomplete",
    dependencies=[Depends(reading)],
    response_model=None,
    **asks("佐证材料不全的项目，按单位"),
)
def incomplete(crm: Program, query: Annotated[PapersQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "gates/incomplete", query)
    wanted = PapersFilter(asked.milestone, asked.unit, asked.town, asked.chain)
    with crm.reader.asking() as connection:
        when = turn.clocks(connection)
        found = incomplete_leads(connection, when, wanted)
    if query.format != "json":
        content = incomplete_file(found, query.format)
        return attachment(content, f"佐证材料不全_{when.as_of}", query.format)
    page, last = cut(found.items, turn.after(PapersKey), query.limit)
    return {
        "as_of": when.as_of.isoformat(),
        "known_at": timestamp(when.known_at),
        **incomplete_counts(found),
        "items": [incomplete_item(item) for item in page],
        "next_cursor": turn.next_cursor(when, last),
    }
