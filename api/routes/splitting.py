"""拆分、合并、核准单独计数."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.described import records
from api.doors import CheckedRoute, ToLead, WrittenOut
from api.fields import Body, GroundIn, InvestorIn, Name, Wan
from crm.people import Act
from domain.lead import events as e
from domain.lead.splitting import MOST_PARTS, Part, Wanted

router = APIRouter(prefix="/leads/{lead_id}", tags=["拆分与合并"], route_class=CheckedRoute)


class PartIn(Body):
    """拆分出的一个项目；未填的沿用原项目."""

    title: Name
    agreed_total_wan: Wan
    fixed_part_wan: Wan | None = None
    foreign_part_wan_usd: Wan | None = None
    investor: InvestorIn | None = None
    recruiting_unit: Name | None = None
    host_town: Name | None = None
    chain: Name | None = None
    started: Annotated[
        bool, Field(description="原项目已达到的开工、竣工、投产节点是否也是该部分的")
    ] = True

    def part(self) -> Part:
        return Part(
            title=self.title,
            agreed_total_yuan=self.agreed_total_wan,
            fixed_part_yuan=self.fixed_part_wan,
            foreign_part_usd=self.foreign_part_wan_usd,
            investor=self.investor.investor() if self.investor else None,
            recruiting_unit=self.recruiting_unit,
            host_town=self.host_town,
            chain=self.chain,
            started=self.started,
        )


class _Shared(GroundIn):
    def wanted(self, to: ToLead) -> Wanted:
        return Wanted(ground=self.ground, **self.common(to.today))


class SplitIn(_Shared):
    """拆分：各部分协议金额之和等于原项目."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "ground": "分两个主体建设",
                "parts": [
                    {"title": "一期厂房项目", "agreed_total_wan": 6000},
                    {"title": "冷链仓储项目", "agreed_total_wan": 4000, "host_town": "涧池镇"},
                ],
            }
        }
    )

    parts: Annotated[tuple[PartIn, ...], Field(min_length=1, max_length=MOST_PARTS)]


class OpenedOut(BaseModel):
    """A lead that a split registered."""

    lead_id: UUID
    code: str


class SplitOut(WrittenOut):
    """The answer to a split: the new leads too, in the order of the parts."""

    leads: list[OpenedOut]


@router.post(
    "/split",
    **records("拆分为几个项目", "split_amounts", "not_signed", "later_records", act=Act.SUPERVISE),
)
def split(to: ToLead, body: SplitIn) -> SplitOut:
    doing = to.writing
    written = doing.crm.split(
        to.lead_id,
        body.wanted(to),
        [part.part() for part in body.parts],
        by=doing.caller,
        condition=doing.condition,
    )
    opened = [OpenedOut(lead_id=lead_id, code=code) for lead_id, code in written.opened]
    return SplitOut(**doing.answer(written).model_dump(), leads=opened)


class MergeIn(_Shared):
    """合并：把所列项目并入本项目."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "lead_ids": ["7c9e6679-7425-40de-944b-e07fc1f90ae7"],
                "ground": "同一投资方合并建设",
            }
        }
    )

    lead_ids: Annotated[
        tuple[UUID, ...],
        Field(min_length=1, max_length=MOST_PARTS - 1, description="并入本项目的其他项目"),
    ]
    agreed_total_wan: Annotated[
        Wan | None, Field(description="合并后的协议金额，默认各项目之和，不能更大")
    ] = None


@router.post(
    "/merge",
    **records(
        "并入其他项目",
        "merge_amounts",
        "merge_relation",
        "not_signed",
        "later_records",
        act=Act.SUPERVISE,
    ),
)
def merge(to: ToLead, body: MergeIn) -> WrittenOut:
    doing = to.writing
    written = doing.crm.merge(
        to.lead_id,
        body.wanted(to),
        body.lead_ids,
        body.agreed_total_wan,
        by=doing.caller,
        condition=doing.condition,
    )
    return doing.answer(written)


@router.post("/count-approval", **records("核准单独计数", "count_key_own", act=Act.SUPERVISE))
def approve_count(to: ToLead, body: GroundIn) -> WrittenOut:
    return to.record(e.CountApproved(**body.common(to.today), ground=body.ground))
