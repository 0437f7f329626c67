"""三色: which projects are red, and why; who is responsible."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.asking import AskingWhere, at, states
from api.described import asks
from api.doors import CheckedRoute, Program, reading
from api.fields import AsOf
from crm.colour_presentation import change_line, colour_counts, coloured_line
from domain.errors import BadInput
from domain.vocabulary import Colour, Stage
from projections.colours import COLOURED, changes, coloured, leader_coverage
from projections.lead_states import leads_on
from projections.rule_rows import rules_in_force

router = APIRouter(tags=["三色与包抓"], route_class=CheckedRoute, dependencies=[Depends(reading)])


class ColoursQuery(AskingWhere):
    """Which of the coloured leads to list; the counts are of all in unit, town and chain."""

    colour: Colour | None = None
    stage: Stage | None = None
    leader: Annotated[str | None, Field(description="包抓领导")] = None


@router.get("/colours", **asks("三色：各色个数，每个项目的颜色和理由"))
def show(crm: Program, query: Annotated[ColoursQuery, Query()]) -> dict[str, Any]:
    with states(crm, query) as (connection, when, rules):
        found = coloured(
            leads_on(connection, when, query.where, stages=COLOURED), when.as_of, rules
        )
    listed = [
        one
        for one in found
        if query.colour in (None, one.judgement.colour)
        and query.stage in (None, one.state.stage)
        and query.leader in (None, one.state.leader)
    ]
    return {
        **at(when),
        **colour_counts(found),
        "count": len(listed),
        "items": [coloured_line(one) for one in listed],
        "next_cursor": None,
    }


class ChangesQuery(AskingWhere):
    """The earlier of the two days; the later is D."""

    since: Annotated[AsOf, Field(description="与哪一天相比")]


@router.get("/colours/changes", **asks("两个日期之间变色的项目"))
def show_changes(crm: Program, query: Annotated[ChangesQuery, Query()]) -> dict[str, Any]:
    with states(crm, query) as (connection, when, rules):
        if query.since > when.as_of:
            raise BadInput("since", "相比的日期不能晚于业务日期")
        leads = list(leads_on(connection, when, query.where))
        now = coloured(leads, when.as_of, rules)
        before = when.on(query.since)
        then = coloured(
            leads_on(connection, before, query.where),
            query.since,
            rules_in_force(connection, before),
        )
        found = changes(then, now, {lead.lead_id: lead.state for lead in leads})
    return {
        **at(when),
        "since": query.since.isoformat(),
        "count": len(found),
        "items": [change_line(change) for change in found],
        "next_cursor": None,
    }


@router.get("/responsibility", **asks("责任包抓：各领导包抓的项目，未落实包抓的项目"))
def show_responsibility(crm: Program, query: Annotated[AskingWhere, Query()]) -> dict[str, Any]:
    live = frozenset({Stage.SIGNED, Stage.STARTED, Stage.COMPLETED})
    with states(crm, query) as (connection, when, rules):
        leads = list(leads_on(connection, when, query.where, stages=live))
    led, of, rate = leader_coverage(leads)
    by_leader: dict[str, list[dict[str, Any]]] = {}
    for one in coloured(leads, when.as_of, rules):
        by_leader.setdefault(one.state.leader or "", []).append(coloured_line(one))
    without = by_leader.pop("", [])
    return {
        **at(when),
        "led": led,
        "live": of,
        "coverage": rate,
        "leaders": [
            {"leader": leader, "count": len(lines), "items": lines}
            for leader, lines in sorted(by_leader.items())
        ],
        "without_leader": without,
    }
