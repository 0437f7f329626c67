"""人员、令牌与权限记录: who may come in, with what, and what was done about it."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field, SecretStr, model_validator

from api.described import asks, records_elsewhere
from api.doors import CheckedRoute, Known, Program, Strict
from api.fields import Body, Name
from api.paging import Limit
from crm.access.accounts import Account
from crm.access.journal import AccessAct, AccessRecord, Sought
from crm.access.keys import TOKEN_LASTS, Key
from crm.people import Act, Role
from crm.presentation import Shown
from domain.calendar import instant, timestamp
from domain.errors import Refused

router = APIRouter(tags=["人员与权限"], route_class=CheckedRoute)

Person = Annotated[str, Path(description="姓名（登记的人员）")]
KeyId = Annotated[str, Path(max_length=12, description="令牌或会话的编号（key_id）")]
Password = Annotated[SecretStr, Field(max_length=200, description="密码，至少10个字符")]


def _writes(summary: str, *codes: str, act: Act = Act.SET_ACCESS, status: int = 200) -> Any:
    without = (412,) if codes else (409, 412)
    described = records_elsewhere(summary, *codes, act=act, without=without, status=status)
    return {**described, "response_model": None}


# --- people -------------------------------------------------------------------------------------


class PersonIn(Body):
    """登记人员; a password only for whoever logs in to the pages."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "李晓梅", "role": "recorder", "unit": "城关镇"}}
    )

    name: Name
    role: Role
    unit: Name | None = None
    password: Password | None = None


class PlaceIn(Body):
    """调整角色、单位，或停用."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"role": "manager", "unit": None, "disabled": False}}
    )

    role: Role
    unit: Name | None = None
    disabled: Annotated[bool, Field(description="true 为停用：其令牌和会话立即失效")] = False


class PasswordIn(Body):
    """设置密码."""

    model_config = ConfigDict(json_schema_extra={"example": {"password": "秦巴茶香-2026-春"}})

    password: Password


@router.get("/people", **asks("登记的人员", act=Act.SEE_ACCESS))
def people(crm: Program, _: Annotated[Strict, Query()]) -> dict[str, Any]:
    items = [account_shown(account) for account in crm.access.accounts.all()]
    return {"items": items, "next_cursor": None}


@router.post("/people", **_writes("登记人员（管理员）", "name_taken", status=201))
def admit(crm: Program, by: Known, body: PersonIn) -> dict[str, Any]:
    accounts = crm.access.accounts
    if body.password is not None:
        accounts.refuse_weak(body.name, body.password.get_secret_value())
    account = accounts.admit(body.name, body.role, body.unit, by.name)
    if body.password is not None:
        accounts.set_password(account.name, body.password.get_secret_value(), by.name)
    return account_shown(accounts.get(account.name))


@router.put("/people/{name}", **_writes("调整人员的角色、单位，或停用（管理员）", "own_access"))
def place(crm: Program, by: Known, name: Person, body: PlaceIn) -> dict[str, Any]:
    accounts = crm.access.accounts
    if name == by.name:
        raise Refused("own_access", "不能调整自己的角色或停用自己，请由另一位管理员办理")
    placed = accounts.place(name, body.role, body.unit, by.name)
    return account_shown(accounts.disable(name, by.name) if body.disabled else placed)


@router.put("/people/{name}/password", **_writes("设置人员的登录密码（管理员）"))
def set_password(crm: Program, by: Known, name: Person, body: PasswordIn) -> dict[str, Any]:
    crm.access.accounts.set_password(name, body.password.get_secret_value(), by.name)
    return account_shown(crm.access.accounts.get(name))


# --- tokens and sessions ------------------------------------------------------------------------


class TokenIn(Body):
    """发放令牌."""

    model_config = ConfigDict(json_schema_extra={"example": {"days": 365}})

    days: Annotated[int, Field(strict=True, ge=1, le=3650, description="有效天数")] = (
        TOKEN_LASTS.days
    )


class KeysQuery(Strict):
    """Whose."""

    name: Annotated[str | None, Field(max_length=200, description="只看一个人的")] = None


@router.post(
    "/people/{name}/tokens",
    **_writes("发放令牌（管理员）；令牌只在此时显示一次", "person_disabled", status=201),
)
def issue(crm: Program, by: Known, name: Person, body: TokenIn) -> dict[str, Any]:
    account = crm.access.accounts.get(name)
    lasts = timedelta(days=body.days)
    issued = crm.access.token(account.name, account.role, account.unit, by.name, lasts)
    return {
        "token": issued.secret,
        "key_id": issued.key_id,
        "name": account.name,
        "expires_at": timestamp(issued.expires_at),
    }


@router.get("/access/keys", **asks("发放过的令牌和会话，最近的在前", act=Act.SEE_ACCESS))
def keys(crm: Program, query: Annotated[KeysQuery, Query()]) -> dict[str, Any]:
    now = crm.clock()
    found = crm.access.keys.listed(query.name)
    items = [{**key_shown(key), "valid": key.valid(now)} for key in found]
    return {"items": items, "next_cursor": None}


@router.post("/access/keys/{key_id}/revocation", **_writes("吊销令牌或会话，立即生效（管理员）"))
def revoke(crm: Program, by: Known, key_id: KeyId) -> dict[str, Any]:
    return key_shown(crm.access.keys.revoke(key_id, by.name))


# --- what was done ------------------------------------------------------------------------------


class RecordsQuery(Strict):
    """Which records of access."""

    act: Annotated[
        AccessAct | None,
        Field(description="、".join(f"{act.value} {act.label}" for act in AccessAct)),
    ] = None
    name: Annotated[str | None, Field(max_length=200, description="只看一个人的")] = None
    since: Annotated[str | None, Field(description="从此时刻起（RFC 3339，含时区）")] = None
    until: Annotated[
        str | None, Field(description="到此时刻止（RFC 3339，含时区；只写日期表示当天结束）")
    ] = None
    limit: Limit = 100
    cursor: Annotated[int | None, Field(ge=0, le=2**62, description="上一页给出的 next_cursor")] = (
        None
    )

    @model_validator(mode="after")
    def _no_nul(self) -> "RecordsQuery":
        if self.name is not None and "\x00" in self.name:
            raise ValueError("不能含有空字符")
        return self


@router.get(
    "/access/records",
    **asks("权限记录：登录、令牌、被拒的操作、查看联系人信息，最近的在前", act=Act.SEE_ACCESS),
)
def recorded(crm: Program, query: Annotated[RecordsQuery, Query()]) -> dict[str, Any]:
    sought = Sought(
        query.act,
        query.name,
        None if query.since is None else instant(query.since),
        None if query.until is None else instant(query.until),
    )
    found = crm.access.journal.latest(query.limit + 1, query.cursor, sought)
    page = found[: query.limit]
    return {
        "items": [record_shown(record) for record in page],
        "next_cursor": str(page[-1].number) if len(found) > len(page) else None,
    }


# --- as clients read them -----------------------------------------------------------------------


def account_shown(account: Account) -> Shown:
    return {
        "name": account.name,
        "role": account.role.value,
        "role_label": account.role.label,
        "unit": account.unit,
        "admitted_at": timestamp(account.admitted_at),
        "admitted_by": account.admitted_by,
        "disabled_at": timestamp(account.disabled_at) if account.disabled_at else None,
        "has_password": account.has_password,
        "locked_until": timestamp(account.locked_until) if account.locked_until else None,
    }


def key_shown(key: Key) -> Shown:
    return {
        "key_id": key.key_id,
        "kind": key.kind.value,
        "kind_label": key.kind.label,
        "name": key.name,
        "issued_at": timestamp(key.issued_at),
        "issued_by": key.issued_by,
        "expires_at": timestamp(key.expires_at),
        "last_used_at": timestamp(key.last_used_at) if key.last_used_at else None,
        "revoked_at": timestamp(key.revoked_at) if key.revoked_at else None,
        "revoked_by": key.revoked_by,
    }


def record_shown(record: AccessRecord) -> Shown:
    return {
        "number": record.number,
        "at": timestamp(record.at),
        "act": record.act.value,
        "label": record.act.label,
        "name": record.name,
        "address": record.address,
        "detail": record.detail,
    }
