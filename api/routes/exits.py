"""退出建议 and 督办通知: stalled leads by the exit rules, and the notices between."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.answers import paged
from api.asking import OnlyLead, PagedWhere
from api.described import asks
from api.doors import CheckedRoute, Program
from api.paging import Page
from crm.questions.doubts import ask_exits
from crm.questions.owed import ask_notices
from domain.vocabulary import ExitRule, ExitStep, NoticeLevel
from projections.notices import NoticeState
from projections.stalled import ProposalKey

router = APIRouter(tags=["疑点与退出"], route_class=CheckedRoute)


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
    turn, asked = Page.asked(crm, "exits/proposals", query)
    found = ask_exits(crm, turn, asked.where, asked.rule, asked.step)
    return paged(turn, query, found, ProposalKey)


class NoticesQuery(PagedWhere):
    """Which of them to list; the reply rate is of all in unit, town and chain."""

    state: Annotated[NoticeState | None, Field(description="回复情况")] = None
    level: Annotated[NoticeLevel | None, Field(description="督办等级")] = None
    lead_id: OnlyLead = None


@router.get("/notices", response_model=None, **asks("督办通知和回复率"))
def show_notices(
    crm: Program, query: Annotated[NoticesQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "notices", query)
    found = ask_notices(crm, turn, asked.where, asked.state, asked.level, asked.lead_id)
    return paged(turn, query, found, tuple[int, str, str])
