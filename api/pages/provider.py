"""统一身份认证登录: to the identity provider and back (`crm.access.oidc`)."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.doors import Program, address_of
from api.pages.entrance import login_page, template
from api.pages.session import begin
from crm.access.journal import AccessAct
from crm.access.oidc import Begun, ProviderRefused
from domain.errors import NotFound

router = APIRouter(prefix="/pages/oidc", include_in_schema=False)
_BEGUN = "crm_oidc"
_MINUTES = 10


@router.get("")
def go(request: Request, crm: Program) -> Response:
    if crm.access.provider is None:
        raise NotFound("not_found", "没有启用统一身份认证")
    try:
        begun = crm.access.provider.begin(_back(request))
    except ProviderRefused as error:
        return login_page(request, 502, error.detail)
    response = RedirectResponse(begun.url, 303)
    # Lax, for the browser comes back from another site.
    response.set_cookie(
        _BEGUN,
        f"{begun.state}.{begun.nonce}.{begun.verifier}",
        max_age=_MINUTES * 60,
        path="/pages/oidc",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/back")
def came_back(request: Request, crm: Program) -> Response:
    """A session for whoever the provider names, when that name is on file and not disabled."""
    provider, address = crm.access.provider, address_of(request)
    parts = request.cookies.get(_BEGUN, "").split(".")
    name = None
    try:
        if provider is None or len(parts) != 3:
            raise ProviderRefused
        begun = Begun("", *parts)
        name = provider.finish(begun, str(request.url), _back(request))
        issued = crm.access.signing_in.begin_for(name, address)
    except (ProviderRefused, NotFound) as error:
        crm.access.journal.note(
            AccessAct.SIGN_IN_REFUSED, name, f"统一身份认证：{error.detail}", address
        )
        response = login_page(request, 401, error.detail)
    else:
        # A page of ours goes on to the first: the session's cookie is not sent on a way that
        # another site began.
        response = HTMLResponse(template("in.html").render(said=None))
        begin(request, response, issued)
    response.delete_cookie(_BEGUN, path="/pages/oidc")
    return response


def _back(request: Request) -> str:
    return str(request.url.replace(path="/pages/oidc/back", query=""))
