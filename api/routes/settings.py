"""规则: every threshold, its value on a day and where it comes from; revised by an admin."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field

from api.described import asks, records_elsewhere
from api.doors import Asking, CheckedRoute, Program, ToProgram, WrittenOut
from api.fields import Day, Name, Record, Text
from api.paging import Page, Paged
from api.slices import cut_by
from crm.people import Act
from crm.presentation import both_clocks, event_shown
from crm.rule_presentation import rules_page
from domain.rules import revision
from projections.reader import clocks
from projections.rule_rows import settings_in_force

router = APIRouter(prefix="/settings/rules", tags=["规则"], route_class=CheckedRoute)


@router.get("", **asks("各项规则：现值、默认值、依据、自何时起、何人修改"))
def show(crm: Program, query: Annotated[Asking, Query()], response: Response) -> dict[str, Any]:
    moment = query.moment(crm)
    response.headers["ETag"] = f'"{len(crm.rule_revisions())}"'
    with crm.reader.asking("clock", "rules") as connection:
        when = clocks(connection, query.day(crm), moment)
        return rules_page(settings_in_force(connection, when), when)


@router.get("/history", **asks("规则调整记录，按录入顺序"))
def history(crm: Program, query: Annotated[Paged, Query()]) -> dict[str, Any]:
    turn, _ = Page.asked(crm, "rules", query)
    with crm.reader.asking("clock", "rules") as connection:
        when = turn.clocks(connection)
    known = [
        recorded
        for recorded in crm.rule_revisions()
        if recorded.position <= when.position and recorded.event.occurred_on <= when.as_of
    ]
    page, last = cut_by(
        lambda recorded: (recorded.version,), known, turn.after(tuple[int]), query.limit
    )
    return {
        **both_clocks(when),
        "count": len(known),
        "items": [event_shown(recorded) for recorded in page],
        "next_cursor": turn.next_cursor(when, last),
    }


class RulesIn(Record):
    """规则调整: in effect for questions about `effective_from` and later days."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "changes": {"start_within_months": 9, "big_project_wan": 30000},
                "effective_from": "2023-07-01",
                "ground": "县委专题会议纪要〔2023〕12号",
            }
        }
    )

    changes: Annotated[
        dict[Name, Any],
        Field(min_length=1, max_length=100, description="规则名称：新值；金额以万元计"),
    ]
    effective_from: Annotated[
        Day | None, Field(description="生效日期，默认今天，可以是将来的日期")
    ] = None
    ground: Annotated[Text, Field(description="调整依据")]


@router.put(
    "",
    **records_elsewhere(
        "调整规则（管理员）", "rules_in_use", "rules_contradict", without=(404,), act=Act.SET_RULES
    ),
)
def revise(to: ToProgram, body: RulesIn) -> WrittenOut:
    revised = revision(
        body.changes, body.effective_from or to.today, body.ground, **body.common(to.today)
    )
    return to.answer(to.crm.revise_rules(revised, by=to.caller, condition=to.condition))
