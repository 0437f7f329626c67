"""问题清单: raise a problem, act on it, close it out; lists and 销号率."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field

from api.answers import answered
from api.asking import OnlyLead, PagedFile
from api.described import asks, records
from api.doors import Asking, CheckedRoute, Program, ToProgram, Writing, WrittenOut
from api.fields import AsOf, Day, GroundIn, Name, Record, Text
from api.paging import Page
from crm.commands import Written
from crm.people import Act
from crm.problem_presentation import problem_detail
from crm.questions.standing import ask_problem_summary, ask_problems
from domain.calendar import timestamp
from domain.errors import NotFound
from domain.lead.history import known_at
from domain.problem import events as p
from domain.problem.state import problem_at
from domain.vocabulary import EscalationLevel, ProblemClass, ProblemState
from projections.problem_list import ProblemFilter, ProblemKey

router = APIRouter(prefix="/problems", tags=["问题清单"], route_class=CheckedRoute)

ProblemId = Annotated[UUID, Path(description="问题编号（problem_id）")]


class ProblemWrittenOut(WrittenOut):
    """The answer to a write on a problem: `version` is the problem's."""

    problem_id: UUID
    code: str


def _answer(doing: Writing, written: Written, lead_id: UUID, code: str) -> ProblemWrittenOut:
    shown = {**doing.answer(written).model_dump(), "lead_id": lead_id}
    return ProblemWrittenOut(**shown, problem_id=written.lead_id, code=code)


class RaisingIn(Record):
    """提出问题."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "lead_id": "0f8fad5b-d9cb-469f-a165-70867728950e",
                "class": "land",
                "text": "用地指标未落实，无法办理规划许可",
                "due": "2023-09-30",
                "occurred_on": "2023-08-15",
            }
        }
    )

    lead_id: UUID
    category: Annotated[ProblemClass, Field(alias="class")]
    text: Text
    due: Day | None = None


@router.post("", **records("提出问题"))
def raise_problem(to: ToProgram, body: RaisingIn) -> ProblemWrittenOut:
    raised = p.ProblemRaised(
        **body.common(to.today),
        code="",  # given when it is recorded
        lead_id=body.lead_id,
        category=body.category,
        text=body.text,
        due=body.due,
    )
    written = to.crm.raise_problem(raised, by=to.caller, condition=to.condition)
    to.response.headers["Location"] = f"/api/v1/problems/{written.lead_id}"
    return _answer(to, written, body.lead_id, written.code or "")


def _record(to: Writing, problem_id: UUID, event: p.ProblemEvent) -> ProblemWrittenOut:
    written = to.crm.on_problem(problem_id, event, by=to.caller, condition=to.condition)
    standing = to.crm.problem(problem_id)
    return _answer(to, written, standing.lead_id, standing.code)


class AssignmentIn(Record):
    """交办: what is named replaces what stood before."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"unit": "县自然资源局", "leader": "周强", "due": "2023-10-15"}
        }
    )

    leader: Name | None = None
    unit: Name | None = None
    person: Name | None = None
    due: Day | None = None


@router.post("/{problem_id}/assignment", **records("交办问题", "problem_state", "problem_order"))
def assign(to: ToProgram, problem_id: ProblemId, body: AssignmentIn) -> ProblemWrittenOut:
    event = p.ProblemAssigned(
        **body.common(to.today),
        leader=body.leader,
        unit=body.unit,
        person=body.person,
        due=body.due,
    )
    return _record(to, problem_id, event)


class ActionIn(Record):
    """落实情况."""

    model_config = ConfigDict(json_schema_extra={"example": {"text": "已报市局追加指标"}})

    text: Text


@router.post("/{problem_id}/action", **records("录入落实情况", "problem_state", "problem_order"))
def record_action(to: ToProgram, problem_id: ProblemId, body: ActionIn) -> ProblemWrittenOut:
    return _record(to, problem_id, p.ProblemActionRecorded(**body.common(to.today), text=body.text))


class ClaimIn(Record):
    """申请销号."""

    model_config = ConfigDict(json_schema_extra={"example": {"text": "指标已下达"}})

    text: Text | None = None


@router.post("/{problem_id}/claim", **records("申请销号", "problem_state", "problem_order"))
def claim(to: ToProgram, problem_id: ProblemId, body: ClaimIn) -> ProblemWrittenOut:
    return _record(
        to, problem_id, p.ProblemResolutionClaimed(**body.common(to.today), text=body.text)
    )


class ClosingIn(Record):
    """销号; without a claim before it, it says why."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"confirmer": "县招商服务中心", "text": "现场核实"}}
    )

    confirmer: Name
    text: Text | None = None


@router.post(
    "/{problem_id}/closing",
    **records("销号（管理人员）", "problem_state", "problem_order", act=Act.SUPERVISE),
)
def close(to: ToProgram, problem_id: ProblemId, body: ClosingIn) -> ProblemWrittenOut:
    event = p.ProblemClosed(**body.common(to.today), confirmer=body.confirmer, text=body.text)
    return _record(to, problem_id, event)


@router.post(
    "/{problem_id}/reopening",
    **records("重新打开（管理人员）", "problem_state", "problem_order", act=Act.SUPERVISE),
)
def reopen(to: ToProgram, problem_id: ProblemId, body: GroundIn) -> ProblemWrittenOut:
    return _record(to, problem_id, p.ProblemReopened(**body.common(to.today), ground=body.ground))


class EscalationIn(Record):
    """提级督办."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"level": "listed", "ground": "逾期一个月未解决"}}
    )

    level: EscalationLevel
    ground: Text | None = None


@router.post(
    "/{problem_id}/escalation",
    **records("提级督办（管理人员）", "problem_state", "problem_order", act=Act.SUPERVISE),
)
def escalate(to: ToProgram, problem_id: ProblemId, body: EscalationIn) -> ProblemWrittenOut:
    event = p.ProblemEscalated(**body.common(to.today), level=body.level, ground=body.ground)
    return _record(to, problem_id, event)


# --- looking ------------------------------------------------------------------------------------


class ProblemQuery(PagedFile):
    """Filters of the list; a file holds the whole list."""

    state: Annotated[ProblemState | None, Field(description="办理状态")] = None
    lead_id: OnlyLead = None
    unit: Annotated[str | None, Field(description="责任单位；未交办的按招引单位")] = None
    overdue: Annotated[bool | None, Field(description="只看逾期（或未逾期）")] = None

    @property
    def wanted(self) -> ProblemFilter:
        return ProblemFilter(self.state, self.lead_id, self.unit, self.overdue)


@router.get("", response_model=None, **asks("问题清单"))
def search(crm: Program, query: Annotated[ProblemQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "problems", query)
    limit = query.limit if query.format == "json" else None
    answer = ask_problems(crm, turn, asked.wanted, limit, turn.after(ProblemKey))
    if query.format == "json":
        return {**answer.shown, "next_cursor": turn.next_cursor(answer.when, answer.last)}
    return answered(answer, query.format)


class SummaryQuery(Asking):
    """Over which problems, and since when new and closed ones are counted."""

    unit: Annotated[str | None, Field(description="责任单位；未交办的按招引单位")] = None
    since: Annotated[
        AsOf | None, Field(description="新增和销号从哪一天起算，默认业务日期所在年度的 1 月 1 日")
    ] = None


@router.get("/summary", **asks("销号率和按期销号率"))
def summary(crm: Program, query: Annotated[SummaryQuery, Query()]) -> dict[str, Any]:
    return ask_problem_summary(crm, query.when(crm), query.unit, query.since).shown


@router.get("/{problem_id}", **asks("查看一个问题", 404))
def show(crm: Program, problem_id: ProblemId, query: Annotated[Asking, Query()]) -> dict[str, Any]:
    moment = query.moment(crm)
    whole = crm.problem_history(problem_id)
    history = list(whole) if moment is None else known_at(whole, moment)
    day = query.day(crm)
    problem = problem_at(history, day)
    if problem is None:
        raise NotFound("problem_not_found", "按所给的日期和时刻，没有这个问题")
    return {
        **problem_detail(problem_id, problem, history, day),
        "as_of": day.isoformat(),
        "known_at": timestamp(moment or crm.known_at(whole)),
    }
