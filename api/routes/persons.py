"""联系人信息: find a person, and erase their name and telephone (个人信息保护法第四十七条)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field

from api.described import asks, records_elsewhere
from api.doors import CheckedRoute, Known, Program, Seer, Strict
from api.fields import Body, Name, Text
from crm.access.journal import AccessAct
from crm.people import Act
from crm.persons.erasing import erase_persons, find_persons

router = APIRouter(prefix="/persons", tags=["联系人信息"], route_class=CheckedRoute)


class PersonQuery(Strict):
    """Whom: by name, by telephone, or by both."""

    name: Annotated[Name | None, Field(description="姓名，须完全一致")] = None
    phone: Annotated[Name | None, Field(description="电话，须完全一致")] = None


class ErasureIn(Body):
    """删除联系人信息."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "person_ids": ["1b4e28ba-2fa1-4d3b-8f0a-6c0f9f1f2c11"],
                "ground": "本人来函要求删除",
            }
        }
    )

    person_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]
    ground: Annotated[Text, Field(description="理由；会长期保存，不要写姓名或电话")]


@router.get("", **asks("查找联系人：每条写有该人的记录", act=Act.ERASE_PERSON))
def search(crm: Program, by: Seer, query: Annotated[PersonQuery, Query()]) -> dict[str, Any]:
    items = [
        {
            "person_id": str(one.person.person_id),
            "lead_id": str(one.lead_id),
            "code": one.code,
            "title": one.title,
            "name": one.person.name,
            "phone": one.person.phone,
            "sealed": one.sealed,
        }
        for one in find_persons(crm, query.name, query.phone)
    ]
    what = f"按姓名或电话查找，{len(items)}条"
    crm.access.journal.note(AccessAct.PERSONS_READ, by.caller.name, what, by.address)
    return {"items": items, "next_cursor": None}


@router.post(
    "/erasure",
    response_model=None,
    **records_elsewhere(
        "删除联系人信息（管理员）：销毁其密钥，不可恢复；上传后保存的台账文件一并清除",
        "already_erased",
        "ledger_recording",
        act=Act.ERASE_PERSON,
        without=(412,),
        status=200,
    ),
)
def erase(crm: Program, by: Known, body: ErasureIn) -> dict[str, Any]:
    erase_persons(crm, body.person_ids, body.ground, by)
    return {"erased": [str(person_id) for person_id in body.person_ids]}
