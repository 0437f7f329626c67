"""数据疑点: what does not fit together, with the figures and the events behind it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.answers import paged
from api.asking import PagedWhere
from api.described import asks
from api.doors import CheckedRoute, Program
from api.paging import Page
from crm.questions.doubts import ask_anomalies
from domain.vocabulary import AnomalyKind, Severity
from projections.anomalies import AnomalyKey

router = APIRouter(tags=["疑点与退出"], route_class=CheckedRoute)


class AnomaliesQuery(PagedWhere):
    """Which of them to list; the counts are of all in unit, town and chain, of the leader."""

    kind: Annotated[AnomalyKind | None, Field(description="疑点类型")] = None
    severity: Annotated[Severity | None, Field(description="程度")] = None
    leader: Annotated[str | None, Field(description="包抓领导")] = None


@router.get(
    "/anomalies",
    response_model=None,
    **asks("数据疑点：互相矛盾或异常的记录，附每条疑点背后的记录"),
)
def show(crm: Program, query: Annotated[AnomaliesQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "anomalies", query)
    found = ask_anomalies(
        crm,
        turn,
        asked.where,
        asked.kind,
        asked.severity,
        asked.leader,
        with_events=query.format == "json",
    )
    return paged(turn, query, found, AnomalyKey)
