"""For auditors: a lead's state rebuilt from its events alone."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.asking import OneLeadQuery
from api.described import asks
from api.doors import CheckedRoute, LeadId, Program, auditing
from crm.questions.leads import ask_lead

router = APIRouter(prefix="/audit", tags=["审计"], route_class=CheckedRoute)


@router.get(
    "/leads/{lead_id}/replay",
    dependencies=[Depends(auditing)],
    **asks("由记录重放项目状态", 404),
)
def replay(
    crm: Program, lead_id: LeadId, query: Annotated[OneLeadQuery, Query()]
) -> dict[str, Any]:
    return ask_lead(crm, lead_id, query.when(crm), query.version).shown
