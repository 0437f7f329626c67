"""For auditors: a lead rebuilt from its events alone; the whole log held against its seals."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.asking import OneLeadQuery
from api.described import asks
from api.doors import CheckedRoute, LeadId, Program, Strict
from crm.people import Act
from crm.proof.auditing import audit, audited_shown, read_printed
from crm.questions.leads import ask_lead

router = APIRouter(prefix="/audit", tags=["审计"], route_class=CheckedRoute)


@router.get(
    "/leads/{lead_id}/replay",
    **asks("由记录重放项目状态", 404, act=Act.AUDIT),
)
def replay(
    crm: Program, lead_id: LeadId, query: Annotated[OneLeadQuery, Query()]
) -> dict[str, Any]:
    return ask_lead(crm, lead_id, query.when(crm), query.version).shown


class VerifyQuery(Strict):
    """A root as it stands on a bulletin, to hold the log against."""

    root: Annotated[str | None, Field(description="通报上印出的记录校验值（64位十六进制）")] = None
    size: Annotated[int | None, Field(ge=1, description="该校验值所含的记录条数")] = None


@router.get(
    "/verify",
    **asks("查验全部记录：校验链、封存、版本、统计表和通报，指出被改动的记录", act=Act.AUDIT),
)
def verify(crm: Program, query: Annotated[VerifyQuery, Query()]) -> dict[str, Any]:
    return audited_shown(crm, audit(crm, read_printed(query.root, query.size)))
