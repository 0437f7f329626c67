"""The campaigns (招商活动): enter them, see which were held and what came of them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field

from api.described import asks, records_elsewhere
from api.doors import Asking, CheckedRoute, Program, ToProgram, WrittenOut
from api.fields import Day, GroundIn, Name, Record, Year, YearOfDay
from api.paging import Page, Paged
from crm.campaign_pages import campaign_item
from crm.campaigns import hold_campaign, void_campaign_entry
from crm.people import Act
from crm.presentation import both_clocks
from crm.questions.chains import ask_campaign, ask_campaigns
from domain.campaign import CampaignHeld, CampaignVoided
from domain.vocabulary import CampaignKind
from projections.campaigns import (
    CampaignFilter,
    CampaignKey,
    campaigns,
)

router = APIRouter(prefix="/campaigns", tags=["招商活动"], route_class=CheckedRoute)

CampaignId = Annotated[UUID, Path(description="招商活动编号（campaign_id）")]


class CampaignOut(WrittenOut):
    """The answer to a campaign's entry: its id too, for leads to name."""

    campaign_id: UUID


class CampaignIn(Record):
    """招商活动; its business date is the first day unless another one is given."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "赴苏州小分队招商",
                "kind": "team",
                "unit": "县招商服务中心",
                "from_on": "2023-04-03",
                "to_on": "2023-04-07",
                "place": "江苏苏州",
                "persons": ["王晓燕", "陈志强"],
                "partner": "溧阳",
            }
        }
    )

    name: Name
    kind: Annotated[CampaignKind, Field(description="小分队、节会、亲情招商、驻点、其他")]
    unit: Annotated[Name, Field(description="组织单位")]
    from_on: Annotated[Day, Field(description="开始日期")]
    to_on: Annotated[Day | None, Field(description="结束日期；驻点等仍在进行的可不填")] = None
    place: Name | None = None
    persons: Annotated[tuple[Name, ...], Field(max_length=100, description="参加人员")] = ()
    partner: Annotated[Name | None, Field(description="协作方")] = None


@router.post("", **records_elsewhere("录入招商活动", "campaign_known"))
def hold(to: ToProgram, body: CampaignIn) -> CampaignOut:
    campaign = CampaignHeld(
        **body.common(body.from_on),
        name=body.name,
        kind=body.kind,
        unit=body.unit,
        from_on=body.from_on,
        to_on=body.to_on,
        place=body.place,
        persons=body.persons,
        partner=body.partner,
    )
    written = hold_campaign(to.crm, campaign, by=to.caller, condition=to.condition)
    to.response.headers["Location"] = f"/api/v1/campaigns/{written.lead_id}"
    return CampaignOut(**to.answer(written).model_dump(), campaign_id=written.lead_id)


@router.post(
    "/{campaign_id}/void", **records_elsewhere("作废招商活动", "already_voided", act=Act.VOID)
)
def void(to: ToProgram, campaign_id: CampaignId, body: GroundIn) -> WrittenOut:
    entry = CampaignVoided(**body.common(to.today), ground=body.ground)
    return to.answer(
        void_campaign_entry(to.crm, campaign_id, entry, by=to.caller, condition=to.condition)
    )


class CampaignQuery(Paged):
    """Filters of the campaigns."""

    kind: Annotated[CampaignKind | None, Field(description="活动类型")] = None
    unit: Annotated[str | None, Field(description="组织单位")] = None
    year: Annotated[Year | None, Field(description="开始日期所在年度")] = None


@router.get("", **asks("招商活动"))
def show_all(crm: Program, query: Annotated[CampaignQuery, Query()]) -> dict[str, Any]:
    turn, asked = Page.asked(crm, "campaigns", query)
    wanted = CampaignFilter(asked.kind, asked.unit, asked.year)
    with crm.reader.asking("clock", "campaigns") as connection:
        when = turn.clocks(connection)
        page = campaigns(connection, when, wanted, query.limit, turn.after(CampaignKey))
    return {
        **both_clocks(when),
        "count": page.count,
        "items": [campaign_item(item) for item in page.items],
        "next_cursor": turn.next_cursor(when, page.last),
    }


class ResultsQuery(Asking):
    """The two clocks and the year."""

    year: YearOfDay = None


@router.get(
    "/results",
    **asks("招商活动成效：按活动、招商方式、协作方、引荐人统计线索、签约和协议金额"),
)
def results(crm: Program, query: Annotated[ResultsQuery, Query()]) -> dict[str, Any]:
    return ask_campaigns(crm, query.when(crm), query.year).shown


@router.get("/{campaign_id}", **asks("查看一次招商活动", 404))
def show(
    crm: Program, campaign_id: CampaignId, query: Annotated[Asking, Query()]
) -> dict[str, Any]:
    return ask_campaign(crm, query.when(crm), campaign_id)
