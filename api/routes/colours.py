"""三色: which projects are red, and why; who is responsible."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.asking import AskingWhere, Format, PagedWhere, at, states
from api.described import asks
from api.doors import CheckedRoute, Program, reading
from api.fields import AsOf
from api.files import attachment
from api.paging import Page
from api.slices import cut
from crm.colour_presentation import (
    change_file,
    change_line,
    colour_counts,
    colour_file,
    coloured_line,
)
from domain.errors import BadInput
from domain.lead.colour import COLOURED
from domain.vocabulary import Colour, Stage
from projections.colours import LIVE, changes, coloured, leader_coverage
from projections.lead_states import leads_on
from projections.rule_rows import rules_in_force

router = APIRouter(tags=["三色与包抓"], route_class=CheckedRoute, dependencies=[Depends(reading)])

Leader = Annotated[str | None, Field(description="包抓领导")]


class ColoursQuery(PagedWhere):
    """Which of the coloured leads to list; the counts are of all in unit, town and chain."""

    colour: Colour | None = None
    stage: Stage | None = None
    leader: Leader = None


@router.get(
    "/colours", response_model=None, **asks("三色：各色个数，每个项目的颜色、理由和超期天数")
)
def show(crm: Program, query: Annotated[ColoursQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "colours", query)
    with crm.reader.asking("clock", "states", "rules") as connection:
        when = turn.clocks(connection)
        rules = rules_in_force(connection, when)
        leads = leads_on(connection, when, asked.where, stages=COLOURED)
        found = coloured(leads, when.as_of, rules)
    listed = [
        one
        for one in found
        if asked.colour in (None, one.judgement.colour)
        and asked.stage in (None, one.state.stage)
        and asked.leader in (None, one.state.leader)
    ]
    if query.format != "json":
        lines = [coloured_line(one, when.as_of, rules) for one in listed]
        content = colour_file(lines, "三色", query.format)
        return attachment(content, f"三色_{when.as_of}", query.format)
    page, last = cut(listed, turn.after(tuple[int, str]), query.limit)
    return {
        **at(when),
        **colour_counts(found),
        "count": len(listed),
        "items": [coloured_line(one, when.as_of, rules) for one in page],
        "next_cursor": turn.next_cursor(when, last),
    }


class ChangesQuery(PagedWhere):
    """The earlier of the two days; the later is D. Unit, town and chain are those of D."""

    since: Annotated[AsOf, Field(description="与哪一天相比")]


@router.get("/colours/changes", response_model=None, **asks("两个日期之间变色的项目"))
def show_changes(
    crm: Program, query: Annotated[ChangesQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "colours/changes", query)
    with crm.reader.asking("clock", "states", "rules") as connection:
        when = turn.clocks(connection)
        if asked.since > when.as_of:
            raise BadInput("since", "相比的日期不能晚于业务日期")
        before = when.on(asked.since)
        leads = list(leads_on(connection, when, asked.where))
        now = coloured(leads, when.as_of, rules_in_force(connection, when))
        # Wherever they were then: one that has moved to another town has not changed colour by it.
        then = coloured(
            leads_on(connection, before, stages=COLOURED),
            asked.since,
            rules_in_force(connection, before),
        )
    found = changes(then, now, {lead.lead_id: lead.state for lead in leads})
    if query.format != "json":
        content = change_file([change_line(change) for change in found], query.format)
        return attachment(content, f"变色项目_{asked.since}_{when.as_of}", query.format)
    page, last = cut(found, turn.after(tuple[str]), query.limit)
    return {
        **at(when),
        "since": asked.since.isoformat(),
        "count": len(found),
        "items": [change_line(change) for change in page],
        "next_cursor": turn.next_cursor(when, last),
    }


class ResponsibilityQuery(AskingWhere):
    """The coverage is of all live projects in unit, town and chain; the table may be one leader's.

    Not in pages: a county has some dozens of leaders.
    """

    leader: Leader = None
    format: Format = "json"


@router.get(
    "/responsibility",
    response_model=None,
    **asks("责任包抓：各领导包抓的项目，未落实包抓的项目"),
)
def show_responsibility(
    crm: Program, query: Annotated[ResponsibilityQuery, Query()]
) -> dict[str, Any] | Response:
    with states(crm, query) as (connection, when, rules):
        leads = list(leads_on(connection, when, query.where, stages=LIVE))
    led, of, rate = leader_coverage(leads)
    by_leader: dict[str, list[dict[str, Any]]] = {}
    for one in coloured(leads, when.as_of, rules):
        if query.leader in (None, one.state.leader):
            line = coloured_line(one, when.as_of, rules)
            by_leader.setdefault(one.state.leader or "", []).append(line)
    without = by_leader.pop("", [])
    if query.format != "json":
        lines = [line for leader in sorted(by_leader) for line in by_leader[leader]]
        content = colour_file([*lines, *without], "责任包抓", query.format)
        return attachment(content, f"责任包抓_{when.as_of}", query.format)
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
