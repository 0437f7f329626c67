"""规则: every threshold, its value on a day and where it comes from; revised by an admin."""

from dataclasses import fields
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict, Field, StrictInt

from api.asking import at
from api.described import asks, records
from api.doors import Asking, CheckedRoute, Program, ToProgram, WrittenOut, reading
from api.fields import Day, Record, Text
from crm.presentation import event_shown
from domain.rulebook import DEFAULT_RULES, RULES, Rulebook, RuleChange, RulesRevised
from projections.reader import clocks
from projections.rule_rows import rules_in_force

router = APIRouter(prefix="/settings/rules", tags=["规则"], route_class=CheckedRoute)


@router.get("", dependencies=[Depends(reading)], **asks("各项规则：现值、默认值、依据"))
def show(crm: Program, query: Annotated[Asking, Query()]) -> dict[str, Any]:
    moment = query.moment(crm)
    with crm.reader.asking("clock", "rules") as connection:
        when = clocks(connection, query.day(crm), moment)
        rules = rules_in_force(connection, when)
    revisions = crm.rule_revisions()
    latest = {
        change.name: recorded
        for recorded in sorted(revisions, key=lambda r: r.event.effective_from)
        if recorded.position <= when.position and recorded.event.effective_from <= when.as_of
        for change in recorded.event.changes
    }
    return {
        **at(when),
        "items": [
            {
                "name": of.name,
                "label": RULES[of.name].label,
                "value": getattr(rules, of.name),
                "default": getattr(DEFAULT_RULES, of.name),
                "unit": RULES[of.name].unit,
                "source": RULES[of.name].source,
                "lowest": RULES[of.name].lowest,
                "highest": RULES[of.name].highest,
                "effective_from": latest[of.name].event.effective_from.isoformat()
                if of.name in latest
                else None,
                "set_by": str(latest[of.name].event_id) if of.name in latest else None,
            }
            for of in fields(Rulebook)
        ],
        "next_cursor": None,
    }


@router.get("/history", dependencies=[Depends(reading)], **asks("规则调整记录"))
def history(crm: Program) -> dict[str, Any]:
    return {
        "items": [event_shown(recorded) for recorded in crm.rule_revisions()],
        "next_cursor": None,
    }


class RulesIn(Record):
    """规则调整: in effect for questions about `effective_from` and later days."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "changes": {"start_within_months": 9},
                "effective_from": "2023-07-01",
                "ground": "县委专题会议纪要〔2023〕12号",
            }
        }
    )

    changes: Annotated[dict[str, StrictInt], Field(min_length=1, max_length=100)]
    effective_from: Annotated[Day | None, Field(description="生效日期，默认今天")] = None
    ground: Text


_revise = records("调整规则（管理员）")
del _revise["responses"][404], _revise["responses"][409]


@router.put("", **_revise)
def revise(to: ToProgram, body: RulesIn) -> WrittenOut:
    revision = RulesRevised(
        **body.common(to.today),
        effective_from=body.effective_from or to.today,
        changes=tuple(RuleChange(name, value) for name, value in body.changes.items()),
        ground=body.ground,
    )
    return to.answer(to.crm.revise_rules(revision, by=to.caller, condition=to.condition))
