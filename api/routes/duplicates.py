"""疑似重复登记、首报首谈: which leads may be one, and who registered an investor first."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field

from api.answers import paged
from api.asking import PagedFile
from api.described import asks, records
from api.doors import CheckedRoute, Program, ToLead, WrittenOut
from api.fields import Name, Record, Text, Uscc
from api.paging import Page, Paged
from crm.duplicates_presentation import registered_shown
from crm.people import Act
from crm.presentation import both_clocks
from crm.questions.doubts import ask_duplicates
from domain.lead.events import DuplicateLinked
from projections.duplicates import PairKey
from projections.first_contact import Entry, first_registration_of, registrations_of

router = APIRouter(tags=["重复与首报"], route_class=CheckedRoute)


class PairQuery(PagedFile):
    """All pairs, or those of a unit (on either side)."""

    unit: Annotated[str | None, Field(description="招引单位（任一方）")] = None


@router.get(
    "/leads/duplicates",
    response_model=None,
    **asks("疑似重复登记的项目，成对列出"),
)
def duplicates(crm: Program, query: Annotated[PairQuery, Query()]) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, "leads/duplicates", query)
    return paged(turn, query, ask_duplicates(crm, turn, asked.unit), PairKey)


class LinkIn(Record):
    """重复登记合并: this lead exits in favour of another."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "of_lead_id": "0f8fad5b-d9cb-469f-a165-70867728950e",
                "ground": "两单位登记的是同一项目，由首报单位保留",
            }
        }
    )

    of_lead_id: Annotated[UUID, Field(description="所保留的项目")]
    ground: Text


@router.post(
    "/leads/{lead_id}/duplicate-link",
    **records(
        "并入另一项目（管理人员）：本项目退出，不再计入清单和目标",
        "kept_lead_exited",
        act=Act.SUPERVISE,
    ),
)
def link_duplicate(to: ToLead, body: LinkIn) -> WrittenOut:
    return to.record(
        DuplicateLinked(**body.common(to.today), of_lead_id=body.of_lead_id, ground=body.ground)
    )


class InvestorQuery(Paged):
    """Which investor: by name, and by code where it is known."""

    name: Annotated[Name, Field(description="投资方名称；有 cursor 时可不写")]
    uscc: Annotated[Uscc | None, Field(description="统一社会信用代码")] = None


@router.get(
    "/investors/first",
    **asks("首报首谈：该投资方由谁首先登记（按录入先后）"),
)
def first_contact(crm: Program, query: Annotated[InvestorQuery, Query()]) -> dict[str, Any]:
    turn, asked = Page.asked(crm, "investors/first", query)
    with crm.reader.asking("clock", "identities", "entries") as connection:
        when = turn.clocks(connection)
        first = first_registration_of(connection, when, asked.name, asked.uscc)
        found = registrations_of(
            connection, when, asked.name, asked.uscc,
            limit=query.limit + 1, after=turn.after(Entry),
        )  # fmt: skip
    page = found[: query.limit]
    return {
        **both_clocks(when),
        "name": asked.name,
        "first": registered_shown(first),
        "items": [registered_shown(registered) for registered in page],
        "next_cursor": turn.next_cursor(when, page[-1].key if len(found) > len(page) else None),
    }
