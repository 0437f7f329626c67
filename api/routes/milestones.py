"""开工、停工、复工、竣工、投产."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from api.described import records
from api.doors import CheckedRoute, ToLead, WrittenOut
from api.fields import Record, Text
from domain.lead import events as e
from domain.vocabulary import StartBasis

router = APIRouter(prefix="/leads/{lead_id}", tags=["建设与投产"], route_class=CheckedRoute)

Flag = Annotated[bool, Field(strict=True)]


class StartIn(Record):
    """开工."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "basis": "civil",
                "occurred_on": "2023-07-18",
                "evidence": [
                    {
                        "kind": "现场照片",
                        "name": "桩基施工.jpg",
                        "taken_on": "2023-07-18",
                        "place": "月河工业园",
                    }
                ],
            }
        }
    )

    basis: StartBasis = StartBasis.CIVIL
    ground: Text | None = None


@router.post("/start", **records("开工", "start_before_signing", "already_started"))
def start_construction(to: ToLead, body: StartIn) -> WrittenOut:
    return to.record(
        e.ConstructionStarted(**body.common(to.today), basis=body.basis, ground=body.ground)
    )


class CauseIn(Record):
    """停工或复工的原因."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"cause": "汛期停工", "occurred_on": "2023-08-01"}}
    )

    cause: Text | None = None


@router.post("/suspension", **records("停工", "suspension_state"))
def suspend_construction(to: ToLead, body: CauseIn) -> WrittenOut:
    return to.record(e.ConstructionSuspended(**body.common(to.today), cause=body.cause))


@router.post("/resumption", **records("复工", "suspension_state"))
def resume_construction(to: ToLead, body: CauseIn) -> WrittenOut:
    return to.record(e.ConstructionResumed(**body.common(to.today), cause=body.cause))


class CompletionIn(Record):
    """竣工."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"acceptance": "联合验收合格", "occurred_on": "2024-03-29"}}
    )

    acceptance: Text | None = None


@router.post(
    "/completion", **records("竣工", "milestone_missing", "milestone_order", "already_completed")
)
def complete_construction(to: ToLead, body: CompletionIn) -> WrittenOut:
    return to.record(e.ConstructionCompleted(**body.common(to.today), acceptance=body.acceptance))


class ProductionIn(Record):
    """投产; 试生产或部分投产请注明."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"trial": False, "occurred_on": "2024-05-20"}}
    )

    trial: Flag = False
    partial: Flag = False


@router.post(
    "/production", **records("投产", "milestone_missing", "milestone_order", "already_produced")
)
def start_production(to: ToLead, body: ProductionIn) -> WrittenOut:
    return to.record(
        e.ProductionStarted(**body.common(to.today), trial=body.trial, partial=body.partial)
    )
