"""登录、首页、退出: the pages behind which the others will stand."""

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Form, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from api.doors import Program, address_of
from api.pages.session import (
    ForeignForm,
    LoggedIn,
    NotLoggedIn,
    Visitor,
    begin,
    end,
    form_value,
    keep_form_value,
    own_form,
)
from crm.access.guessing import TooManyAttempts
from crm.access.journal import AccessAct
from crm.access.keys import Key
from crm.access.signing_in import SignInRefused
from crm.people import Act, Caller, Forbidden
from crm.questions.answer import When
from crm.questions.replaying import ask_history
from crm.replaying.history_files import page_file
from domain.errors import NotFound

router = APIRouter(prefix="/pages", include_in_schema=False)
_HERE = Path(__file__).parent
_LONGEST = 200


@router.get("/login")
def login(request: Request, caller: Visitor) -> Response:
    if caller is not None:
        return RedirectResponse("/pages", 303)
    return login_page(request)


@router.post("/login", dependencies=[Depends(own_form)])
def log_in(
    request: Request,
    crm: Program,
    name: Annotated[str, Form(max_length=_LONGEST)] = "",
    password: Annotated[str, Form(max_length=_LONGEST)] = "",
) -> Response:
    try:
        issued = crm.access.signing_in.sign_in(name, password, address_of(request))
    except (SignInRefused, TooManyAttempts) as error:
        status = 429 if isinstance(error, TooManyAttempts) else 401
        return login_page(request, status, error.detail)
    response = RedirectResponse("/pages", 303)
    begin(request, response, issued)
    return response


@router.post("/logout", dependencies=[Depends(own_form)])
def log_out(request: Request, crm: Program, caller: LoggedIn) -> Response:
    assert caller.key is not None, "a session has one"
    crm.access.keys.revoke(caller.key, caller.name)
    response = RedirectResponse("/pages/login", 303)
    end(request, response)
    return response


@router.get("")
def home(request: Request, crm: Program, caller: LoggedIn) -> Response:
    return _home(request, crm, caller)


@router.post("/sessions/{key_id}/end", dependencies=[Depends(own_form)])
def end_session(request: Request, crm: Program, caller: LoggedIn, key_id: str) -> Response:
    """Another session of one's own, as on a machine one has left."""
    if crm.access.keys.get(key_id).name != caller.name:
        raise NotFound("key_not_found", "没有这个会话")
    crm.access.keys.revoke(key_id, caller.name)
    return RedirectResponse("/pages", 303)


@router.get("/history")
def history(request: Request, crm: Program, caller: LoggedIn, lead: str = "") -> Response:
    """A lead's history to print, for whoever may audit."""
    try:
        caller.permit(Act.AUDIT)
        answer = ask_history(crm, crm.lead_id(lead), When(crm.today(), None), None)
    except Forbidden as error:
        tried = f"{request.url.path}：{error.detail}"
        crm.access.journal.note(AccessAct.REFUSED, caller.name, tried, address_of(request))
        return _home(request, crm, caller, 403, error.detail)
    except NotFound as error:
        return _home(request, crm, caller, 404, error.detail)
    content = page_file(answer.shown, "html", crm.office)
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return HTMLResponse(content, headers={"Content-Security-Policy": policy})


@router.get("/style.css")
def style() -> Response:
    return FileResponse(_HERE / "style.css", media_type="text/css; charset=utf-8")


def install(app: FastAPI) -> None:
    """The pages, and what people see who are not logged in or whose form is not ours."""
    app.include_router(router)

    @app.exception_handler(NotLoggedIn)
    def _log_in_first(_: Request, __: NotLoggedIn) -> Response:
        return RedirectResponse("/pages/login", 303)

    @app.exception_handler(ForeignForm)
    def _not_ours(request: Request, _: ForeignForm) -> Response:
        return login_page(request, 403, "页面已过期，请重新填写")


def login_page(request: Request, status: int = 200, said: str | None = None) -> Response:
    """By name and password, or by the provider where there is one."""
    provider = request.app.state.crm.access.provider
    return page(request, "login.html", status, said=said, provider=provider is not None)


def page(request: Request, name: str, status: int = 200, **context: Any) -> Response:
    """A page of ours, with what its forms must carry."""
    value = form_value(request)
    response = HTMLResponse(template(name).render(form=value, **context), status)
    keep_form_value(request, response, value)
    return response


def template(name: str) -> Template:
    return _templates().get_template(name)


def _home(
    request: Request, crm: Program, caller: Caller, status: int = 200, said: str | None = None
) -> Response:
    now = crm.clock()
    keys = [key for key in crm.access.keys.listed(caller.name) if key.valid(now)]
    return page(
        request,
        "home.html",
        status,
        said=said,
        caller=caller,
        keys=[_shown(key) for key in keys],
        audits=caller.may(Act.AUDIT),
    )


def _shown(key: Key) -> dict[str, Any]:
    return {
        "id": key.key_id,
        "kind": key.kind.label,
        "issued": f"{key.issued_at:%Y-%m-%d %H:%M}",
        "used": f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "—",
        "until": f"{key.expires_at:%Y-%m-%d %H:%M}",
        "ends": key.kind.value == "session",
    }


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
