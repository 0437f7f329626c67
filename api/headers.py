"""What does every answer tell the browser it must not do?

Pure ASGI: an answer that is streamed stays a stream. It stands outside of everything, so that a
500 has these headers as well.
"""

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers then send our own forms with the Origin "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_BY_HTTPS = "max-age=31536000"  # a year; without subdomains, which may be others'
_DOCS = "/docs"
_DOCS_FILES = "/static-offline-docs"
_PAGES = "/pages"
_NOTHING = "default-src 'none'; frame-ancestors 'none'"
_OUR_PAGES = (
    "default-src 'self'; style-src 'self'; frame-ancestors 'none'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'"
)
# The page of the docs is the library's: it styles its elements as it goes, and asks our API.
_THE_DOCS = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; form-action 'none'; "
    "base-uri 'none'"
)
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


class SecureHeaders:
    """Adds them to whatever `app` answers, where it has not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        docs = _within(path, _DOCS)
        begun: Message | None = None

        async def adding(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), scope["scheme"], path)
                if docs:  # its policy names the scripts that stand in it
                    begun = message
                    return
            elif begun is not None:
                policy = _THE_DOCS.format(scripts=_scripts(message.get("body", b"")))
                MutableHeaders(scope=begun)["Content-Security-Policy"] = policy
                started, begun = begun, None
                await send(started)
            await send(message)

        await self._app(scope, receive, adding)


def _add(headers: MutableHeaders, scheme: str, path: str) -> None:
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    policy = _OUR_PAGES if _within(path, _PAGES) else _NOTHING
    headers.setdefault("Content-Security-Policy", policy)
    if not _within(path, _DOCS_FILES):
        headers.setdefault("Cache-Control", "no-store")
    if scheme == "https":
        headers.setdefault("Strict-Transport-Security", _BY_HTTPS)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _scripts(page: bytes) -> str:
    """The scripts that stand in a page, by their hashes: no other one runs there."""
    digests = (hashlib.sha256(script).digest() for script in _INLINE.findall(page))
    return "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
