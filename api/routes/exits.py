"""退出建议 and 督办通知: stalled leads by the exit rules, and the notices between."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.asking import AskingWhere, PagedWhere, at, states
from api.described import asks
from api.doors import CheckedRoute, Program, reading
from api.listing import Listing
from api.paging import Page
from crm.exit_presentation import PROPOSAL_COLUMNS, notice_line, proposal_counts, proposal_line
from domain.lead.exit_rules import ExitRule, ExitStep
from domain.vocabulary import NoticeLevel
from projections.lead_states import leads_on
from projections.notices import NoticeState, notices
from projections.rule_rows import rules_in_force
from projections.stalled import STAGES, ProposalKey, StalledLead, exit_proposals

router = APIRouter(tags=["疑点与退出"], route_class=CheckedRoute, dependencies=[Depends(reading)])

_PROPOSALS: Listing[StalledLead] = Listing(
    "exits/proposals", "退出建议", ProposalKey, proposal_line, PROPOSAL_COLUMNS
)


class ProposalsQuery(PagedWhere):
    """Which of them to list; the counts are of all in unit, town and chain."""

    rule: Annotated[ExitRule | None, Field(description="退出依据")] = None
    step: Annotated[ExitStep | None, Field(description="下一步")] = None


@router.get(
    "/exits/proposals",
    response_model=None,
    **asks("退出（归档）建议：长期停滞的项目、依据、限期通知情况和下一步"),
)
def proposals(crm: Program, query: Annotated[ProposalsQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, _PROPOSALS.of, query)
    with crm.reader.asking("clock", "states", "rules") as connection:
        when = turn.clocks(connection)
        rules = rules_in_force(connection, when)
        found = exit_proposals(
            leads_on(connection, when, asked.where, stages=STAGES), when.as_of, rules
        )
    listed = [
        stalled
        for stalled in found
        if asked.rule in (None, stalled.proposal.rule)
        and asked.step in (None, stalled.proposal.step)
    ]
    shown = {**proposal_counts(found), "count": len(listed)}
    return _PROPOSALS.answer(turn, query, when, shown, listed)


class NoticesQuery(AskingWhere):
    """Which of them to list; the reply rate is of all in unit, town and chain."""

    state: NoticeState | None = None
    level: NoticeLevel | None = None
    lead_id: UUID | None = None


@router.get("/notices", **asks("督办通知和回复率"))
def show_notices(crm: Program, query: Annotated[NoticesQuery, Query()]) -> dict[str, Any]:
    with states(crm, query) as (connection, when, _):
        found = notices(leads_on(connection, when, query.where), when.as_of)
    listed = [
        one
        for one in found.items
        if query.state in (None, one.state)
        and query.level in (None, one.notice.level)
        and query.lead_id in (None, one.lead_id)
    ]
    return {
        **at(when),
        "reply_rate": found.reply_rate,
        "count": len(listed),
        "items": [notice_line(one) for one in listed],
        "next_cursor": None,
    }
