"""登录、本人: who I am, logging in and out, my own password and sessions."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict, Field, SecretStr

from api.described import asks, errors, records_elsewhere
from api.doors import CheckedRoute, Known, OpenRoute, Program, Strict, address_of
from api.fields import Body, Name
from api.routes.access import Password, key_shown
from crm.access.signing_in import SignInRefused
from crm.people import Act
from domain.calendar import timestamp

router = APIRouter(tags=["登录与本人"], route_class=CheckedRoute)
entrance = APIRouter(tags=["登录与本人"], route_class=OpenRoute)


class SignInIn(Body):
    """登录."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "李晓梅", "password": "秦巴茶香-2026-春"}}
    )

    name: Name
    password: Annotated[SecretStr, Field(max_length=200)]


class OwnPasswordIn(Body):
    """修改本人密码."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"old_password": "秦巴茶香-2026-春", "password": "汉江水清-2026-夏"}
        }
    )

    old_password: Annotated[SecretStr, Field(max_length=200)]
    password: Password


@entrance.post(
    "/sessions",
    status_code=201,
    summary="用姓名和密码登录，得到12小时有效的会话令牌",
    responses=errors(401, 408, 413, 422, 429, 503),
    response_model=None,
)
def sign_in(request: Request, crm: Program, body: SignInIn) -> dict[str, Any]:
    password = body.password.get_secret_value()
    issued = crm.access.signing_in.sign_in(body.name, password, address_of(request))
    return {
        "token": issued.secret,
        "key_id": issued.key_id,
        "expires_at": timestamp(issued.expires_at),
    }


@router.get("/me", **asks("我是谁，可以做什么"))
def me(crm: Program, by: Known, _: Annotated[Strict, Query()]) -> dict[str, Any]:
    return {
        "name": by.name,
        "role": by.role.value,
        "role_label": by.role.label,
        "unit": by.unit,
        "acts": by.acts,
        "key": key_shown(crm.access.keys.get(by.key)) if by.key else None,
    }


@router.post(
    "/me/sign-out",
    response_model=None,
    **records_elsewhere(
        "退出登录：本次使用的令牌或会话立即失效", act=Act.READ, without=(409, 412), status=200
    ),
)
def sign_out(crm: Program, by: Known) -> dict[str, Any]:
    assert by.key is not None, "who comes by the web has one"
    return key_shown(crm.access.keys.revoke(by.key, by.name))


@router.put(
    "/me/password",
    response_model=None,
    **records_elsewhere(
        "修改本人密码，其他会话随之退出", act=Act.READ, without=(404, 409, 412), status=200
    ),
)
def change_password(
    request: Request, crm: Program, by: Known, body: OwnPasswordIn
) -> dict[str, Any]:
    old = body.old_password.get_secret_value()
    if not crm.access.signing_in.right(by.name, old, address_of(request)):
        raise SignInRefused
    crm.access.accounts.set_password(by.name, body.password.get_secret_value(), by.name)
    return {"name": by.name}
