"""Register a lead, find leads, look at one, read its history."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field

from api.asking import AskingWhere, OneLeadQuery, OnlyColour, OnlyStage
from api.described import asks, records
from api.doors import (
    Asking,
    CheckedRoute,
    LeadId,
    Program,
    RegisteredOut,
    Seer,
    ToProgram,
)
from api.fields import InvestorIn, Name, Persons, Record, Wan
from api.paging import Page, Paged
from crm.doubles import reminder
from crm.lead_presentation import lead_found
from crm.presentation import history_items, revealed
from crm.questions.leads import ask_lead, with_tables
from domain.calendar import timestamp
from domain.lead.events import LeadRegistered
from domain.lead.history import known_at
from domain.vocabulary import ChainRole, Relation
from projections.lead_search import LeadKey, SearchFilter, search_leads

router = APIRouter(prefix="/leads", tags=["项目"], route_class=CheckedRoute)


class Registration(Record):
    """线索登记."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "title": "年产5000吨富硒茶叶精深加工项目",
                "investor": {"name": "安康秦巴茶业有限公司"},
                "recruiting_unit": "县招商服务中心",
                "host_town": "城关镇",
                "chain": "富硒食品",
                "estimated_amount_wan": "12000",
                "occurred_on": "2023-03-01",
            }
        }
    )

    title: Name
    investor: InvestorIn
    recruiting_unit: Name
    host_town: Name | None = None
    chain: Name | None = None
    chain_role: ChainRole | None = None
    industrial: Annotated[bool, Field(strict=True)] = True
    channel: Name | None = None
    partner: Name | None = None
    introducer: Name | None = None
    campaign_id: Annotated[UUID | None, Field(description="所出招商活动")] = None
    relation: Relation = Relation.NEW
    parent_lead_id: UUID | None = None
    estimated_amount_wan: Wan | None = None
    contact_persons: Annotated[Persons, Field(max_length=50)] = ()


@router.post("", **records("登记线索", "already_registered"))
def register(to: ToProgram, body: Registration) -> RegisteredOut:
    registration = LeadRegistered(
        **body.common(to.today),
        code="",  # given when it is recorded
        title=body.title,
        investor=body.investor.investor(),
        recruiting_unit=body.recruiting_unit,
        host_town=body.host_town,
        chain=body.chain,
        chain_role=body.chain_role,
        industrial=body.industrial,
        channel=body.channel,
        partner=body.partner,
        introducer=body.introducer,
        campaign_id=body.campaign_id,
        relation=body.relation,
        parent_lead_id=body.parent_lead_id,
        estimated_yuan=body.estimated_amount_wan,
        contact_persons=tuple(person.person() for person in body.contact_persons),
    )
    written = to.crm.register(registration, by=to.caller, condition=to.condition)
    to.response.headers["Location"] = f"/api/v1/leads/{written.lead_id}"
    return RegisteredOut(
        **to.answer(written).model_dump(),
        code=written.code or "",
        **reminder(to.crm, registration, written),
    )


class LeadQuery(Paged, AskingWhere):
    """Filters of the search."""

    stage: OnlyStage = None
    q: Annotated[
        str | None, Field(max_length=200, description="在项目名称、投资方、编号中查找")
    ] = None
    colour: OnlyColour = None


@router.get("", **asks("检索项目"))
def search(crm: Program, query: Annotated[LeadQuery, Query()]) -> dict[str, Any]:
    turn, asked = Page.asked(crm, "leads", query)
    wanted = SearchFilter(asked.stage, asked.town, asked.unit, asked.chain, asked.q, asked.colour)
    with crm.reader.asking("clock", "leads", "states", "rules") as connection:
        when = turn.clocks(connection)
        page = search_leads(connection, when, wanted, query.limit, turn.after(LeadKey))
    return {
        "as_of": when.as_of.isoformat(),
        "known_at": timestamp(when.known_at),
        "count": page.count,
        "items": [lead_found(row, page.colours.get(row.lead_id)) for row in page.items],
        "next_cursor": turn.next_cursor(when, page.last),
    }


@router.get("/{lead_id}", **asks("查看一个项目", 404))
def show(
    crm: Program,
    by: Seer,
    lead_id: LeadId,
    query: Annotated[OneLeadQuery, Query()],
    response: Response,
) -> dict[str, Any]:
    with by.seeing(f"项目 {lead_id}") as see:
        view = ask_lead(crm, lead_id, query.when(crm), query.version, see)
    response.headers["ETag"] = f'"{view.newest}"'
    return with_tables(crm, lead_id, view)


@router.get("/{lead_id}/history", **asks("项目全部记录", 404))
def history(
    crm: Program, by: Seer, lead_id: LeadId, query: Annotated[Asking, Query()]
) -> dict[str, Any]:
    moment = query.moment(crm)
    known = crm.history(lead_id)
    if moment is not None:
        known = known_at(known, moment)
    day = query.day(crm).isoformat()
    with by.seeing(f"项目 {lead_id} 的全部记录") as see:
        reveal = revealed(crm.lead(lead_id).recruiting_unit, see)
        items = [item for item in history_items(known, reveal) if item["occurred_on"] <= day]
    return {
        "lead_id": str(lead_id),
        "as_of": day,
        "known_at": timestamp(moment or crm.known_at(known)),
        "items": items,
    }
