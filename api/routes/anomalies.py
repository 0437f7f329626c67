"""异常数据: what looks made up or careless, with the figures and events behind it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.described import asks
from api.doors import CheckedRoute, Program, reading
from api.files import attachment
from api.paging import Page
from api.part import PartOf
from api.slices import cut
from crm.anomalies_presentation import anomaly_counts, anomaly_file, anomaly_item, events_behind
from domain.calendar import timestamp
from domain.lead.anomaly import AnomalyKind, Severity
from projections.anomalies import AnomalyFilter, AnomalyKey, anomaly_list

router = APIRouter(prefix="/anomalies", tags=["异常与退出"], route_class=CheckedRoute)


class AnomalyQuery(PartOf):
    """Filters of the list."""

    kind: Annotated[AnomalyKind | None, Field(description="异常类型")] = None
    severity: Annotated[Severity | None, Field(description="程度")] = None
    leader: Annotated[str | None, Field(description="包抓领导")] = None


@router.get(
    "",
    dependencies=[Depends(reading)],
    response_model=None,
    **asks("异常数据清单（数据防假），附每条异常背后的记录"),
)
def anomalies(crm: Program, query: Annotated[AnomalyQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "anomalies", query)
    wanted = AnomalyFilter(
        asked.kind, asked.severity, asked.unit, asked.town, asked.chain, asked.leader
    )
    with crm.reader.asking() as connection:
        when = turn.clocks(connection)
        found = anomaly_list(connection, when, wanted)
    if query.format != "json":
        content = anomaly_file(found, query.format)
        return attachment(content, f"异常数据_{when.as_of}", query.format)
    page, last = cut(found.items, turn.after(AnomalyKey), query.limit)
    items = [
        {
            **anomaly_item(item),
            "events": events_behind(crm.history(item.lead_id), when, item.anomaly),
        }
        for item in page
    ]
    return {
        "as_of": when.as_of.isoformat(),
        "known_at": timestamp(when.known_at),
        **anomaly_counts(found),
        "items": items,
        "next_cursor": turn.next_cursor(when, last),
    }
