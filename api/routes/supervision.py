"""认定 and 督办通知."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import ConfigDict

from api.described import records
from api.doors import CheckedRoute, ToLead, WrittenOut
from api.fields import Day, Record, Text
from crm.people import Act
from domain.lead import events as e
from domain.vocabulary import Colour, NoticeLevel, RecognitionDecision, RecognitionScope

router = APIRouter(prefix="/leads/{lead_id}", tags=["认定与督办"], route_class=CheckedRoute)


class RecognitionIn(Record):
    """认定、不予认定、撤销认定; the latter two say why."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"scope": "start", "decision": "granted", "occurred_on": "2023-08-01"}
        }
    )

    scope: RecognitionScope
    decision: RecognitionDecision
    ground: Text | None = None


@router.post(
    "/recognition",
    **records(
        "认定（管理人员）",
        "milestone_missing",
        "recognition_order",
        "recognition_state",
        "four_eyes",
        act=Act.SUPERVISE,
    ),
)
def decide_recognition(to: ToLead, body: RecognitionIn) -> WrittenOut:
    return to.record(
        e.RecognitionDecided(
            **body.common(to.today), scope=body.scope, decision=body.decision, ground=body.ground
        )
    )


class ColourIn(Record):
    """三色人工调整: for a time, and for a reason."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "colour": "yellow",
                "until": "2023-12-31",
                "ground": "县政府专题会议同意延期",
            }
        }
    )

    colour: Literal[Colour.GREEN, Colour.YELLOW, Colour.RED]
    until: Day
    ground: Text


@router.post(
    "/colour-override", **records("人工调整三色（管理人员）", "no_colour", act=Act.SUPERVISE)
)
def override_colour(to: ToLead, body: ColourIn) -> WrittenOut:
    return to.record(
        e.ColourOverridden(
            **body.common(to.today), colour=body.colour, until=body.until, ground=body.ground
        )
    )


class NoticeIn(Record):
    """督办通知."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "level": "yellow",
                "due": "2023-09-15",
                "text": "已超约定开工时间两个月，请书面说明原因并报开工计划",
                "occurred_on": "2023-09-01",
            }
        }
    )

    level: NoticeLevel
    due: Day
    text: Text


@router.post(
    "/notices",
    **records("发出督办通知（管理人员）；events[0].event_id 即通知编号", act=Act.SUPERVISE),
)
def issue_notice(to: ToLead, body: NoticeIn) -> WrittenOut:
    return to.record(
        e.NoticeIssued(**body.common(to.today), level=body.level, due=body.due, text=body.text)
    )


class AnswerIn(Record):
    """督办回复."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"text": "用地手续已补齐，10 月 8 日开工", "occurred_on": "2023-09-12"}
        }
    )

    text: Text


NoticeId = Annotated[UUID, Path(description="通知编号（发出通知那条记录的 event_id）")]


@router.post(
    "/notices/{notice_id}/answer",
    **records("回复督办通知", "notice_answered", "notice_order"),
)
def answer_notice(to: ToLead, notice_id: NoticeId, body: AnswerIn) -> WrittenOut:
    return to.record(e.NoticeAnswered(**body.common(to.today), notice_id=notice_id, text=body.text))
