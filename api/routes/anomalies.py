"""数据疑点: what does not fit together, with the figures and the events behind it."""

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.asking import PagedWhere
from api.described import asks
from api.doors import CheckedRoute, Program, reading
from api.listing import Listing
from api.paging import Page
from crm.anomaly_presentation import ANOMALY_COLUMNS, anomaly_counts, anomaly_line, events_behind
from crm.presentation import Shown
from domain.lead.anomaly import AnomalyKind, Severity
from projections.anomalies import AnomalyKey, OddLead, odd_leads
from projections.rule_rows import rules_in_force

router = APIRouter(tags=["疑点与退出"], route_class=CheckedRoute, dependencies=[Depends(reading)])

_ANOMALIES: Listing[OddLead] = Listing(
    "anomalies", "数据疑点", AnomalyKey, anomaly_line, ANOMALY_COLUMNS
)


class AnomaliesQuery(PagedWhere):
    """Which of them to list; the counts are of all in unit, town and chain, of the leader."""

    kind: AnomalyKind | None = None
    severity: Annotated[Severity | None, Field(description="程度")] = None
    leader: Annotated[str | None, Field(description="包抓领导")] = None


@router.get(
    "/anomalies",
    response_model=None,
    **asks("数据疑点：互相矛盾或异常的记录，附每条疑点背后的记录"),
)
def show(crm: Program, query: Annotated[AnomaliesQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, _ANOMALIES.of, query)
    with crm.reader.asking("clock", "states", "identities", "entries", "rules") as connection:
        when = turn.clocks(connection)
        rules = rules_in_force(connection, when)
        everything = odd_leads(connection, when, rules, asked.where)
    found = [odd for odd in everything if asked.leader in (None, odd.state.leader)]
    listed = [
        odd
        for odd in found
        if asked.kind in (None, odd.anomaly.kind)
        and asked.severity in (None, odd.anomaly.kind.severity)
    ]
    history = cache(crm.history)  # a lead with one anomaly often has more

    def with_events(odd: OddLead) -> Shown:
        events = events_behind(history(odd.lead_id), when, odd.anomaly)
        return {**anomaly_line(odd), "events": events}

    shown = {**anomaly_counts(found), "count": len(listed)}
    return _ANOMALIES.answer(turn, query, when, shown, listed, with_events)
