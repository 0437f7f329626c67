"""三色 and 责任包抓: which projects are red, which changed, who leads which."""

from datetime import date

from crm.application import CRM
from crm.colour_presentation import (
    change_line,
    change_sheet,
    colour_counts,
    colour_sheet,
    coloured_line,
    responsibility_sheet,
)
from crm.presentation import Shown, both_clocks
from crm.questions.answer import Answer, Clocked, Listed, states
from domain.errors import BadInput
from domain.lead.colour import COLOURED
from domain.vocabulary import Colour, Stage
from projections.colours import LIVE, Change, Coloured, changes, coloured, leader_coverage
from projections.lead_states import Where, leads_on
from projections.rule_rows import rules_in_force


def ask_colours(
    crm: CRM,
    when: Clocked,
    where: Where,
    colour: Colour | None = None,
    stage: Stage | None = None,
    leader: str | None = None,
) -> Listed[Coloured]:
    """The coloured leads asked for; the counts are of all in unit, town and chain."""
    with states(crm, when) as (connection, at, rules):
        leads = leads_on(connection, at, where, stages=COLOURED)
        found = coloured(leads, at.as_of, rules)
    listed = [
        one
        for one in found
        if colour in (None, one.judgement.colour)
        and stage in (None, one.state.stage)
        and leader in (None, one.state.leader)
    ]
    head = {**colour_counts(found), "count": len(listed)}

    def show(one: Coloured) -> Shown:
        return coloured_line(one, at.as_of, rules)

    return Listed(at, head, listed, show, "三色", colour_sheet)


def ask_changes(crm: CRM, when: Clocked, where: Where, since: date) -> Listed[Change]:
    """The leads whose colour on D is another than it was."""
    with states(crm, when) as (connection, at, rules):
        if since > at.as_of:
            raise BadInput("since", "相比的日期不能晚于业务日期")
        before = at.on(since)
        leads = list(leads_on(connection, at, where))
        now = coloured(leads, at.as_of, rules)
        # Wherever they were then: one that has moved to another town has not changed colour by it.
        then = coloured(
            leads_on(connection, before, stages=COLOURED), since, rules_in_force(connection, before)
        )
    found = changes(then, now, {lead.lead_id: lead.state for lead in leads})
    head = {"since": since.isoformat(), "count": len(found)}
    return Listed(at, head, found, change_line, f"变色项目_{since}", change_sheet)


def ask_responsibility(crm: CRM, when: Clocked, where: Where, leader: str | None = None) -> Answer:
    """Who leads which live projects. The coverage is of all; the table may be one leader's."""
    with states(crm, when) as (connection, at, rules):
        leads = list(leads_on(connection, at, where, stages=LIVE))
    led, of, rate = leader_coverage(leads)
    by_leader: dict[str, list[Shown]] = {}
    for one in coloured(leads, at.as_of, rules):
        if leader in (None, one.state.leader):
            line = coloured_line(one, at.as_of, rules)
            by_leader.setdefault(one.state.leader or "", []).append(line)
    without = by_leader.pop("", [])
    shown = {
        **both_clocks(at),
        "led": led,
        "live": of,
        "coverage": rate,
        "leaders": [
            {"leader": name, "count": len(lines), "items": lines}
            for name, lines in sorted(by_leader.items())
        ],
        "without_leader": without,
    }
    return Answer(at, shown, "责任包抓", responsibility_sheet)
