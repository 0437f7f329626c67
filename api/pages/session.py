"""Who is looking at a page: a session in a cookie, and forms that only our own pages send.

The cookie lets nobody into the API, which takes bearer tokens alone: there is nothing that another
site could make a browser do there. Forms of the pages carry a value that only the page and the
cookie know (double submit), and are refused when the browser says that another site sent them.
"""

import hmac
import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request, Response

from api.doors import Program, address_of
from crm.access.keys import SESSION_LASTS, Issued
from crm.people import Caller

_SESSION = "crm_session"
_FORM = "crm_form"


class NotLoggedIn(Exception):
    """No session, or one that has ended: the page to log in comes first."""


class ForeignForm(Exception):
    """A form that no page of ours has sent (CSRF)."""


def form_value(request: Request) -> str:
    """What the forms of this page carry: the cookie's, or a new one."""
    return request.cookies.get(_FORM) or secrets.token_urlsafe(24)


def keep_form_value(request: Request, response: Response, value: str) -> None:
    _set(request, response, _FORM, value, None)


def begin(request: Request, response: Response, issued: Issued) -> None:
    """The browser shows this session from now on."""
    _set(request, response, _SESSION, issued.secret, int(SESSION_LASTS.total_seconds()))


def end(request: Request, response: Response) -> None:
    _set(request, response, _SESSION, "", 0)


def visitor(request: Request, crm: Program) -> Caller | None:
    """Who has logged in; None for nobody. Raises `TooManyAttempts`."""
    secret = request.cookies.get(_SESSION, "")
    return crm.access.caller(secret, address_of(request)) if secret else None


def logged_in(caller: Annotated[Caller | None, Depends(visitor)]) -> Caller:
    """Raises `NotLoggedIn`."""
    if caller is None:
        raise NotLoggedIn
    return caller


def own_form(request: Request, form: Annotated[str, Form(max_length=100)] = "") -> None:
    """Raises `ForeignForm` unless a page of ours has sent the form."""
    kept = request.cookies.get(_FORM, "")
    origin = request.headers.get("Origin")
    elsewhere = origin is not None and urlsplit(origin).netloc != request.headers.get("Host")
    by_browser = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
    if not kept or not hmac.compare_digest(kept, form) or elsewhere or by_browser:
        raise ForeignForm


Visitor = Annotated[Caller | None, Depends(visitor)]
LoggedIn = Annotated[Caller, Depends(logged_in)]


def _set(request: Request, response: Response, name: str, value: str, age: int | None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=age,
        path="/pages",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
