"""数据疑点、退出建议 and 督办通知."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api.asking import AskingWhere, at, states
from api.described import asks
from api.doors import CheckedRoute, Program, reading
from crm.anomaly_presentation import anomaly_counts, anomaly_line, proposal_line
from crm.questions.owed import ask_notices
from domain.vocabulary import AnomalyKind, NoticeLevel
from projections.anomalies import anomalies
from projections.exit_proposals import ExitStep, exit_proposals
from projections.lead_states import leads_on
from projections.notices import NoticeState

router = APIRouter(tags=["疑点与退出"], route_class=CheckedRoute, dependencies=[Depends(reading)])


class AnomaliesQuery(AskingWhere):
    """Which of them to list; the counts are of all in unit, town and chain."""

    kind: AnomalyKind | None = None


@router.get("/anomalies", **asks("数据疑点：互相矛盾或异常的记录"))
def show(crm: Program, query: Annotated[AnomaliesQuery, Query()]) -> dict[str, Any]:
    with states(crm, query) as (connection, when, rules):
        # Doubles are looked for in the whole county, and shown with the lead asked for.
        everything = anomalies(leads_on(connection, when), when.as_of, rules)
    found = [one for one in everything if query.where.takes(one.state)]
    listed = [one for one in found if query.kind in (None, one.kind)]
    return {
        **at(when),
        **anomaly_counts(found),
        "count": len(listed),
        "items": [anomaly_line(one) for one in listed],
        "next_cursor": None,
    }


class ProposalsQuery(AskingWhere):
    """Which step is next."""

    step: ExitStep | None = None


@router.get("/exits/proposals", **asks("退出建议：长期未开工、未履约的项目和下一步"))
def proposals(crm: Program, query: Annotated[ProposalsQuery, Query()]) -> dict[str, Any]:
    with states(crm, query) as (connection, when, rules):
        found = exit_proposals(leads_on(connection, when, query.where), when.as_of, rules)
    listed = [one for one in found if query.step in (None, one.step)]
    return {
        **at(when),
        "count": len(listed),
        "items": [proposal_line(one) for one in listed],
        "next_cursor": None,
    }


class NoticesQuery(AskingWhere):
    """Which of them to list; the reply rate is of all in unit, town and chain."""

    state: NoticeState | None = None
    level: NoticeLevel | None = None
    lead_id: UUID | None = None


@router.get("/notices", **asks("督办通知和回复率"))
def show_notices(crm: Program, query: Annotated[NoticesQuery, Query()]) -> dict[str, Any]:
    where, when = query.where, query.when(crm)
    return ask_notices(crm, when, where, query.state, query.level, query.lead_id).whole().shown
