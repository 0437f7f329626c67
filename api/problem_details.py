"""Errors as RFC 9457 problem+json: a stable English `code`, a Chinese `detail`."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from crm.access.guessing import WAIT, TooManyAttempts
from crm.access.journal import AccessAct
from crm.access.signing_in import SignInRefused
from crm.commands import KeyReused, VersionMismatch
from crm.people import Forbidden
from crm.store.log_table import StoreUnavailable, StreamMoved
from domain.errors import BadInput, NotFound, Refused
from projections.projection import Unfoldable
from projections.reader import NotYetVisible, ProjectionStopped, TablesBuilding

log = structlog.get_logger()


class FieldError(BaseModel):
    """One field that cannot be taken as it stands."""

    field: str
    message: str


class Problem(BaseModel):
    """A refusal. Nothing was recorded."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldError] | None = None


class Unauthenticated(Exception):
    """No token, or one nobody has (HTTP 401)."""


def problem(
    status: int,
    code: str,
    detail: str,
    errors: Sequence[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The response for a refusal."""
    body: dict[str, Any] = {
        "type": f"urn:crm:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = [{"field": field, "message": message} for field, message in errors]
    return JSONResponse(
        body, status, headers=dict(headers or {}), media_type="application/problem+json"
    )


def install(app: FastAPI) -> None:
    """Map every refusal of the program to its status."""

    @app.exception_handler(Refused)
    def _refused(_: Request, error: Refused) -> JSONResponse:
        return problem(409, error.code, error.detail)

    @app.exception_handler(BadInput)
    def _bad_input(_: Request, error: BadInput) -> JSONResponse:
        return problem(422, error.code, error.message, [(error.field, error.message)])

    @app.exception_handler(RequestValidationError)
    def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        found = [(_field(item), _message(item)) for item in error.errors()]
        detail = "；".join(f"{field}：{message}" for field, message in found)
        return problem(422, "invalid_input", f"输入有误：{detail}", found)

    @app.exception_handler(NotFound)
    def _not_found(_: Request, error: NotFound) -> JSONResponse:
        return problem(404, error.code, error.detail)

    @app.exception_handler(Forbidden)
    def _forbidden(request: Request, error: Forbidden) -> JSONResponse:
        tried = f"{request.method} {request.url.path}：{error.detail}"
        address = request.client.host if request.client else None
        journal = request.app.state.crm.access.journal
        journal.note(AccessAct.REFUSED, request.state.caller.name, tried, address)
        return problem(403, error.code, error.detail)

    @app.exception_handler(SignInRefused)
    def _not_signed_in(_: Request, error: SignInRefused) -> JSONResponse:
        return problem(401, "sign_in_refused", error.detail, headers={"WWW-Authenticate": "Bearer"})

    @app.exception_handler(TooManyAttempts)
    def _too_many(_: Request, error: TooManyAttempts) -> JSONResponse:
        return problem(429, "too_many_attempts", error.detail, headers={"Retry-After": str(WAIT)})

    @app.exception_handler(Unauthenticated)
    def _unauthenticated(_: Request, __: Unauthenticated) -> JSONResponse:
        return problem(
            401, "unauthenticated", "请提供有效的访问令牌", headers={"WWW-Authenticate": "Bearer"}
        )

    @app.exception_handler(VersionMismatch)
    def _moved_on(_: Request, error: VersionMismatch) -> JSONResponse:
        return problem(412, error.code, error.detail)

    @app.exception_handler(KeyReused)
    def _key_reused(_: Request, error: KeyReused) -> JSONResponse:
        return problem(422, error.code, error.detail, [("Idempotency-Key", error.detail)])

    @app.exception_handler(NotYetVisible)
    def _not_yet(_: Request, __: NotYetVisible) -> JSONResponse:
        return problem(504, "not_yet_visible", "等待 5 秒后仍未读到指定位置的记录，请稍后再试")

    @app.exception_handler(ProjectionStopped)
    @app.exception_handler(TablesBuilding)
    def _no_tables(_: Request, error: ProjectionStopped | TablesBuilding) -> JSONResponse:
        return problem(503, error.code, error.detail, headers={"Retry-After": "5"})

    @app.exception_handler(Unfoldable)
    def _unreadable(_: Request, error: Unfoldable) -> JSONResponse:
        log.error("event cannot be read", position=error.position, error=str(error))
        detail = f"第 {error.position} 条记录无法读取（可能由更新的程序写入），请联系管理员"
        return problem(503, "event_unreadable", detail)

    @app.exception_handler(OperationalError)
    @app.exception_handler(StoreUnavailable)
    @app.exception_handler(StreamMoved)
    def _unavailable(_: Request, error: Exception) -> JSONResponse:
        log.error("store unavailable", error=repr(error))
        return problem(
            503,
            "store_unavailable",
            "数据库暂时无法使用，请稍后再试；重复提交请使用同一 Idempotency-Key",
            headers={"Retry-After": "1"},
        )

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        code, detail = _HTTP.get(error.status_code, ("http_error", str(error.detail)))
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(sorted(_methods(app, request)))
        return problem(error.status_code, code, detail, headers=headers)

    @app.exception_handler(Exception)
    def _unforeseen(_: Request, error: Exception) -> JSONResponse:
        log.error("unforeseen error", error=repr(error))  # the server logs the traceback
        return problem(500, "internal_error", "系统内部错误，已记入日志；请联系管理员")


def _methods(app: FastAPI, request: Request) -> set[str]:
    """Every method of an address: its routes are one for each."""
    return {
        method.upper()
        for template, methods in app.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), request.url.path)
        for method in methods
    }


_HTTP = {
    400: ("bad_request", "请求格式不正确"),
    404: ("not_found", "没有这个地址"),
    405: ("method_not_allowed", "该地址不支持这种请求方法"),
    408: ("too_slow", "请求内容传得太慢，请检查网络后再试"),
    413: ("body_too_large", "请求内容过大"),
}

_MESSAGES = {
    "missing": "必填",
    "extra_forbidden": "未知字段",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "string_too_long": "文字过长",
    "string_pattern_mismatch": "含有不允许的字符或格式不对",
    "string_unicode": "含有无法识别的字符",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "uuid_parsing": "编号格式不正确",
    "uuid_type": "编号格式不正确",
    "json_invalid": "不是有效的 JSON",
    "model_attributes_type": "应为 JSON 对象",
    "model_type": "应为 JSON 对象",
    "dict_type": "应为 JSON 对象",
    "tuple_type": "应为列表",
    "too_long": "项数过多",
}


TWICE = "同一字段写了两次："
"""How a message about a JSON object begins that has a key twice."""

_CODE = re.compile(r"(ZS|WT)\d{4}-\d{4,}")
_WORD = re.compile(r"<\w+\.\w+: '?(.*?)'?>")  # how pydantic names a word of ours
_FOUND_BY = {
    "problem_id": "GET /problems",
    "bulletin_id": "GET /bulletins",
    "event_id": "GET /leads/{lead_id}/history",
    "notice_id": "GET /notices",
    "campaign_id": "GET /campaigns",
    "ledger_id": "GET /ledgers",
}


def _field(item: dict[str, Any]) -> str:
    """Where in the request: without the leading "body" or "query"."""
    location: Sequence[Any] = item["loc"]
    if item["type"] == "json_invalid":
        return "body"
    return ".".join(str(part) for part in location[1:]) or str(location[0])


def _instead_of_a_code(field: str, code: str) -> str:
    """A code that people read stands where an id is asked for."""
    if (found_by := _FOUND_BY.get(field)) is not None:
        return f"应填 {field}（UUID），不是编号；{found_by} 可查到"
    return f"应填 lead_id（UUID），不是项目编号；GET /leads?q={code} 可查到"


def _plain(word: str) -> str:
    """A word as it is written in a request, however pydantic puts it."""
    return _WORD.sub(r"\1", word).strip("'")


def _message(item: dict[str, Any]) -> str:
    kind, context = item["type"], item.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in ("enum", "literal_error"):
        words = context["expected"].replace(" or ", ", ").split(", ")
        return f"只能取：{'、'.join(map(_plain, words))}"
    if kind in ("greater_than_equal", "greater_than"):
        return f"不能小于 {context.get('ge', context.get('gt'))}"
    if kind in ("less_than_equal", "less_than"):
        return f"不能大于 {context.get('le', context.get('lt'))}"
    if kind == "json_invalid" and str(context.get("error", "")).startswith(TWICE):
        return str(context["error"])
    if kind == "too_short":
        least = context["min_length"]
        return "不能为空" if least == 1 else f"应有 {least} 项"
    if kind == "uuid_parsing" and _CODE.fullmatch(code := str(item["input"])):
        return _instead_of_a_code(str(item["loc"][-1]), code)
    return _MESSAGES.get(kind, "格式不正确")
