"""How routes describe themselves in OpenAPI: Chinese summaries and every error, with examples."""

from typing import Any

from fastapi import Response

from api.problem_details import Problem
from crm.bulletins.files import MEDIA_TYPES as BULLETIN_TYPES
from crm.export import MEDIA_TYPES
from crm.people import Act

_TITLES = {
    400: ("bad_request", "请求格式不正确"),
    401: ("unauthenticated", "请提供有效的访问令牌"),
    403: ("role_not_allowed", "当前角色（viewer）无权进行此操作"),
    404: ("lead_not_found", "没有这个项目"),
    408: ("too_slow", "请求内容传得太慢，请检查网络后再试"),
    412: ("version_mismatch", "记录已被他人更新（当前版本 4），请刷新后再试"),
    413: ("body_too_large", "请求内容过大"),
    422: ("invalid_input", "输入有误：agreed_total_wan：金额不能为负数"),
    429: ("too_many_attempts", "尝试过于频繁，请 60 秒后再试"),
    503: ("store_unavailable", "数据库暂时无法使用，请稍后再试"),
    504: ("not_yet_visible", "等待 5 秒后仍未读到指定位置的记录，请稍后再试"),
}
_PHRASES = {
    400: "请求格式不正确",
    401: "没有令牌或令牌无效",
    403: "角色或单位不允许",
    404: "没有这个项目或记录",
    408: "请求内容传得太慢",
    409: "违反业务规则，code 说明哪一条",
    412: "If-Match 的版本已过期",
    413: "请求内容过大",
    422: "输入有误，errors 逐项说明",
    429: "无效的尝试过多",
    503: "暂时不可用，未录入",
    504: "等待 at_least 超时",
}


_FORMS: dict[str, str] = {
    "json": "application/json",
    "html": "text/html",
    **{str(form): kind for form, kind in (*MEDIA_TYPES.items(), *BULLETIN_TYPES.items())},
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
_REFERENCE = "#/components/schemas/{model}"
_PROBLEM = {"$ref": _REFERENCE.format(model="Problem")}


def with_problem_schema(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with the schema that every error refers to.

    FastAPI adds a response's model as application/json; ours are problem+json only, so the
    schema is added by hand.
    """
    schema = Problem.model_json_schema(ref_template=_REFERENCE)
    schemas = document["components"]["schemas"]
    schemas |= schema.pop("$defs", {})
    schemas["Problem"] = schema
    _name_forms(document)
    return document


def _name_forms(document: dict[str, Any]) -> None:
    """A question that may be answered in several forms (`format`) names the type of each."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "format":
                    content = operation["responses"]["200"]["content"]
                    for form in parameter["schema"]["enum"]:
                        content.setdefault(_FORMS[form], _FILE if form != "json" else {})


def _error(status: int, code: str, detail: str) -> dict[str, Any]:
    example = {
        "type": f"urn:crm:problem:{code}",
        "title": "",
        "status": status,
        "code": code,
        "detail": detail,
    }
    return {
        "description": _PHRASES[status],
        "content": {"application/problem+json": {"schema": _PROBLEM, "example": example}},
    }


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these statuses."""
    return {status: _error(status, *_TITLES[status]) for status in statuses}


RIGHT = "x-right"
"""Where a route's description names the act that a caller's role must allow."""


def asks(summary: str, *more: int, act: Act = Act.READ, only: str | None = None) -> dict[str, Any]:
    """Arguments of a query route.

    `act`: what the caller's role must allow. `only`: the type of an answer that is never JSON.
    """
    described: dict[str, Any] = {
        "summary": summary,
        "responses": errors(401, 403, *more, 422, 429, 503, 504),
        "openapi_extra": {RIGHT: act.value},
    }
    if only is not None:
        described["response_class"] = Response  # names no type of its own
        described["responses"][200] = {"description": "文件", "content": {only: _FILE}}
    return described


def records(summary: str, *codes: str, act: Act = Act.WRITE) -> dict[str, Any]:
    """Arguments of a write on a lead that may be refused (409) with one of `codes`."""
    return records_elsewhere(summary, *codes, "lead_exited", "lead_voided", act=act)


def records_elsewhere(
    summary: str,
    *codes: str,
    act: Act = Act.WRITE,
    without: tuple[int, ...] = (),
    more: tuple[int, ...] = (),
    status: int = 201,
) -> dict[str, Any]:
    """Arguments of a write on anything else: a chain, a campaign …; the same without a lead's.

    `act`: what the caller's role must allow. `without`: errors that this one never answers with.
    `more`: errors that others never answer with.
    """
    responses = errors(401, 403, 404, 408, 412, 413, 422, 429, 503, *more)
    responses[409] = {
        "description": f"{_PHRASES[409]}：{'、'.join(codes)}",
        "content": {
            "application/problem+json": {
                "schema": _PROBLEM,
                "examples": {
                    code: {"value": {"status": 409, "code": code, "detail": "（中文说明）"}}
                    for code in codes
                },
            }
        },
    }
    told = {code: said for code, said in responses.items() if code not in without}
    return {
        "summary": summary,
        "status_code": status,
        "responses": told,
        "openapi_extra": {RIGHT: act.value},
    }
