"""退出建议: stalled leads by the exit rules, and the step each has reached."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.described import asks
from api.doors import CheckedRoute, Program, reading
from api.files import attachment
from api.paging import Page
from api.part import PartOf
from api.slices import cut
from crm.exits_presentation import proposal_counts, proposal_file, proposal_item
from domain.calendar import timestamp
from domain.lead.exit_rules import ExitRule, ExitStep
from projections.stalled import ProposalFilter, ProposalKey, exit_proposals

router = APIRouter(prefix="/exits", tags=["异常与退出"], route_class=CheckedRoute)


class ProposalQuery(PartOf):
    """Filters of the list."""

    rule: Annotated[ExitRule | None, Field(description="退出依据")] = None
    step: Annotated[ExitStep | None, Field(description="当前步骤")] = None


@router.get(
    "/proposals",
    dependencies=[Depends(reading)],
    response_model=None,
    **asks("停滞项目的退出（归档）建议：依据、限期通知情况、下一步期限"),
)
def proposals(crm: Program, query: Annotated[ProposalQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "exits/proposals", query)
    wanted = ProposalFilter(asked.rule, asked.step, asked.unit, asked.town, asked.chain)
    with crm.reader.asking() as connection:
        when = turn.clocks(connection)
        found = exit_proposals(connection, when, wanted)
    if query.format != "json":
        content = proposal_file(found, when.as_of, query.format)
        return attachment(content, f"退出建议_{when.as_of}", query.format)
    page, last = cut(found.items, turn.after(ProposalKey), query.limit)
    return {
        "as_of": when.as_of.isoformat(),
        "known_at": timestamp(when.known_at),
        **proposal_counts(found),
        "items": [proposal_item(item, when.as_of) for item in page],
        "next_cursor": turn.next_cursor(when, last),
    }
