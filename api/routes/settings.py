"""The rules of the county: what they are on a day, and their revisions (admin)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import ConfigDict, Field

from api.described import asks, sets
from api.doors import Asking, CheckedRoute, Program, ToProgram, WrittenOut, reading
from api.fields import AsOf, Name, Record, Text
from api.paging import Page, Paged
from crm.presentation import feed_item
from crm.rule_presentation import rules_page
from domain.calendar import timestamp
from domain.rules import revision
from projections.reader import clocks
from projections.rules import settings_in_force

router = APIRouter(prefix="/settings/rules", tags=["规则"], route_class=CheckedRoute)


@router.get("", dependencies=[Depends(reading)], **asks("某日现行的全部规则及其依据"))
def show(crm: Program, query: Annotated[Asking, Query()], response: Response) -> dict[str, Any]:
    moment = query.moment(crm)
    response.headers["ETag"] = f'"{len(crm.rule_revisions())}"'
    with crm.reader.asking() as connection:
        when = clocks(connection, query.day(crm), moment)
        return rules_page(settings_in_force(connection, when), when)


class RulesIn(Record):
    """规则修订: some rules' new values, and the day they hold from."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "changes": {"start_within_months": 9, "big_project_wan": 30000},
                "effective_from": "2024-01-01",
                "ground": "县政府办通知：开工期限调整为9个月",
            }
        }
    )

    changes: Annotated[dict[Name, Any], Field(max_length=100, description="规则名称：新值")]
    effective_from: Annotated[
        AsOf | None, Field(description="生效日期，默认今天，可以是将来的日期")
    ] = None
    ground: Annotated[Text, Field(description="修订依据")]


@router.put("", **sets("修订规则（管理员）", "rules_in_use", "rules_contradict"))
def revise(to: ToProgram, body: RulesIn) -> WrittenOut:
    revised = revision(
        body.changes, body.effective_from or to.today, body.ground, **body.common(to.today)
    )
    return to.answer(to.crm.revise_rules(revised, by=to.caller, condition=to.condition))


@router.get("/history", dependencies=[Depends(reading)], **asks("规则修订记录，按录入顺序"))
def history(crm: Program, query: Annotated[Paged, Query()]) -> dict[str, Any]:
    turn, _ = Page.asked(crm, "rules", query)
    with crm.reader.asking() as connection:
        when = turn.clocks(connection)
    after = turn.after(tuple[int]) or (0,)
    known = [
        recorded
        for recorded in crm.rule_revisions()
        if recorded.position <= when.position and recorded.event.occurred_on <= when.as_of
    ]
    rest = [recorded for recorded in known if recorded.version > after[0]]
    page = rest[: query.limit]
    last = (page[-1].version,) if len(rest) > len(page) else None
    return {
        "as_of": when.as_of.isoformat(),
        "known_at": timestamp(when.known_at),
        "count": len(known),
        "items": [feed_item(recorded) for recorded in page],
        "next_cursor": turn.next_cursor(when, last),
    }
