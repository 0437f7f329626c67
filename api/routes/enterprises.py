"""A chain's target enterprises (目标企业): list, contact, remove them; how many are contacted."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field

from api.described import asks, records_elsewhere
from api.doors import CheckedRoute, Program, ToProgram, WrittenOut
from api.fields import GroundIn, Name, Record, Text, Uscc
from api.paging import Page, Paged
from api.routes.chains import Chain
from crm.chain_pages import enterprise_page
from crm.chains import list_enterprise, record_of_enterprise
from crm.presentation import both_clocks
from domain.chain import events as e
from domain.errors import NotFound
from domain.vocabulary import ContactMode, EnterpriseClass
from projections.chains import chain_on
from projections.target_enterprises import EnterpriseFilter, EnterpriseKey, enterprises

router = APIRouter(prefix="/chains/{name}/enterprises", tags=["产业链"], route_class=CheckedRoute)

EnterpriseId = Annotated[UUID, Path(description="目标企业编号（enterprise_id）")]


class EnterpriseOut(WrittenOut):
    """The answer to a listing: the enterprise's id too."""

    enterprise_id: UUID


class EnterpriseIn(Record):
    """列入目标企业."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "某硅材料股份有限公司",
                "class": "hidden_champion",
                "source": "商会推荐",
                "occurred_on": "2023-02-10",
            }
        }
    )

    name: Name
    enterprise_class: Annotated[
        EnterpriseClass,
        Field(alias="class", description="链主、领军、独角兽、隐形冠军、其他"),
    ]
    uscc: Uscc | None = None
    source: Annotated[Name | None, Field(description="来源")] = None


@router.post("", **records_elsewhere("列入目标企业", "enterprise_listed"))
def add(to: ToProgram, name: Chain, body: EnterpriseIn) -> EnterpriseOut:
    listing = e.TargetEnterpriseListed(
        **body.common(to.today),
        chain=name,
        name=body.name,
        enterprise_class=body.enterprise_class,
        uscc=body.uscc,
        source=body.source,
    )
    written = list_enterprise(to.crm, listing, by=to.caller, condition=to.condition)
    answer = to.answer(written)
    return EnterpriseOut(**answer.model_dump(), enterprise_id=answer.events[0].event_id)


class EnterpriseContactIn(Record):
    """对接."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "mode": "visit_out",
                "summary": "拜访企业总部，介绍园区用地和电价",
                "occurred_on": "2023-03-06",
            }
        }
    )

    mode: ContactMode
    summary: Text | None = None


@router.post(
    "/{enterprise_id}/contact", **records_elsewhere("录入对接目标企业", "enterprise_removed")
)
def contact(
    to: ToProgram, name: Chain, enterprise_id: EnterpriseId, body: EnterpriseContactIn
) -> WrittenOut:
    entry = e.TargetEnterpriseContacted(
        **body.common(to.today),
        chain=name,
        enterprise_id=enterprise_id,
        mode=body.mode,
        summary=body.summary,
    )
    return to.answer(record_of_enterprise(to.crm, entry, by=to.caller, condition=to.condition))


class EnterpriseLeadIn(Record):
    """形成线索."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"lead_id": "0f8fad5b-d9cb-469f-a165-70867728950e"}}
    )

    lead_id: UUID


@router.post("/{enterprise_id}/lead", **records_elsewhere("目标企业形成线索", "enterprise_removed"))
def brought_lead(
    to: ToProgram, name: Chain, enterprise_id: EnterpriseId, body: EnterpriseLeadIn
) -> WrittenOut:
    entry = e.TargetEnterpriseBroughtLead(
        **body.common(to.today), chain=name, enterprise_id=enterprise_id, lead_id=body.lead_id
    )
    return to.answer(record_of_enterprise(to.crm, entry, by=to.caller, condition=to.condition))


@router.post(
    "/{enterprise_id}/removal",
    **records_elsewhere("移出目标企业", "enterprise_removed", "before_listing"),
)
def remove(to: ToProgram, name: Chain, enterprise_id: EnterpriseId, body: GroundIn) -> WrittenOut:
    entry = e.TargetEnterpriseRemoved(
        **body.common(to.today), chain=name, enterprise_id=enterprise_id, ground=body.ground
    )
    return to.answer(record_of_enterprise(to.crm, entry, by=to.caller, condition=to.condition))


class EnterpriseQuery(Paged):
    """Which of a chain's target enterprises."""

    # A cursor keeps the filters by name: `class` is no name in Python.
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    enterprise_class: Annotated[
        EnterpriseClass | None, Field(alias="class", description="企业类别")
    ] = None
    contacted: Annotated[bool | None, Field(description="只看已对接（或未对接）的")] = None
    removed: Annotated[bool, Field(description="只看已移出的")] = False


@router.get("", **asks("一条产业链的目标企业", 404))
def show(crm: Program, name: Chain, query: Annotated[EnterpriseQuery, Query()]) -> dict[str, Any]:
    turn, asked = Page.asked(crm, f"chains/{name}/enterprises", query)
    wanted = EnterpriseFilter(asked.enterprise_class, asked.contacted, asked.removed)
    with crm.reader.asking("clock", "leads", "chains") as connection:
        when = turn.clocks(connection)
        if chain_on(connection, name, when) is None:
            raise NotFound("chain_not_found", f"没有名为“{name}”的产业链")
        page = enterprises(connection, name, when, wanted, query.limit, turn.after(EnterpriseKey))
    return {
        "chain": name,
        **both_clocks(when),
        **enterprise_page(page),
        "next_cursor": turn.next_cursor(when, page.last),
    }
