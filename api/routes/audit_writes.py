"""For auditors: what somebody has written in a window; every entry made after its day."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field

from api.answers import answered
from api.asking import PagedFile
from api.described import asks
from api.doors import CheckedRoute, Program
from api.paging import Page
from crm.people import Act
from crm.questions.auditing import ask_writes, window
from domain.subjects import Subject
from projections.writes import Wanted, WriteKey

router = APIRouter(
    prefix="/audit",
    tags=["审计"],
    route_class=CheckedRoute,
)

_INSTANT = "（日期，或带时区的时刻 2023-06-30T18:00:00+08:00；含）"


class WritesQuery(PagedFile):
    """Whose entries, recorded when, on what."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    by: Annotated[
        str | None, Field(max_length=200, description="录入人（令牌的名称），默认所有人")
    ] = None
    key: Annotated[
        str | None, Field(max_length=12, description="令牌或会话的编号（key_id，见 /access/keys）")
    ] = None
    first: Annotated[
        str | None, Field(alias="from", max_length=40, description=f"录入时刻起{_INSTANT}")
    ] = None
    last: Annotated[
        str | None, Field(alias="to", max_length=40, description=f"录入时刻止{_INSTANT}")
    ] = None
    subject: Annotated[Subject | None, Field(description="只看一类对象的记录")] = None

    def wanted(self, late: int | None = None) -> Wanted:
        return Wanted(self.by, self.key, *window(self.first, self.last), self.subject, late)


class BackDatedQuery(WritesQuery):
    """Which of them, by how late they are."""

    days: Annotated[
        int | None,
        Field(ge=0, le=36500, description="时差超过多少天；默认业务日期早于录入日期的全部记录"),
    ] = None


@router.get(
    "/writes",
    response_model=None,
    **asks("某人（或所有人）在一段时间内录入的全部记录，不论对象，最近的在前", act=Act.AUDIT),
)
def by_person(crm: Program, query: Annotated[WritesQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "audit/writes", query)
    return _answer(crm, turn, query, asked.wanted(), "录入明细")


@router.get(
    "/late",
    response_model=None,
    **asks("全部补录（业务日期早于录入日期）的记录，注明时差，不论对象，最近的在前", act=Act.AUDIT),
)
def back_dated(
    crm: Program, query: Annotated[BackDatedQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "audit/late", query)
    return _answer(crm, turn, query, asked.wanted(asked.days or 0), "补录明细")


def _answer(
    crm: Program, turn: Page, query: PagedFile, wanted: Wanted, name: str
) -> dict[str, Any] | Response:
    limit = query.limit if query.format == "json" else None
    answer = ask_writes(crm, turn, wanted, limit, turn.after(WriteKey), name)
    if query.format == "json":
        return {**answer.shown, "next_cursor": turn.next_cursor(answer.when, answer.last)}
    return answered(answer, query.format)
