"""Every kind of answer tells the browser what it must not do, over real HTTP."""

import base64
import hashlib
import re
from collections.abc import Callable
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import update

from crm.access.tables import people
from crm.settings import Settings
from tests.serving import Client, Server, ServerProcess

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
NOTHING = "default-src 'none'; frame-ancestors 'none'"


def broken(server: Server) -> httpx2.Response:
    """An error nobody foresaw: a role that is none stands in the database."""
    client = server.client("viewer")
    name = client.get("/me").json()["name"]
    with server.crm.access.keys._engine.begin() as connection:
        connection.execute(update(people).where(people.c.name == name).values(role="nonsense"))
    answer = client.get("/leads")
    with server.crm.access.keys._engine.begin() as connection:
        connection.execute(update(people).where(people.c.name == name).values(role="viewer"))
    return answer


def streamed(server: Server) -> httpx2.Response:
    with server.client().http.stream("GET", "/events/stream") as answer:
        return answer


def asked(method: str, path: str, **given: str) -> Callable[[Server], httpx2.Response]:
    return lambda server: server.client().http.request(method, path, **given)  # type: ignore[arg-type]


ANSWERS: dict[str, tuple[int, Callable[[Server], httpx2.Response]]] = {
    "question": (200, asked("GET", "/leads")),
    "stranger": (401, lambda server: server.showing(None).get("/leads")),
    "role": (403, lambda server: server.client("viewer").post("/leads", {})),
    "lead": (404, asked("GET", f"/leads/{uuid4()}")),
    "address": (404, asked("GET", "/nonsense")),
    "method": (405, asked("PATCH", "/leads")),
    "input": (422, asked("POST", "/leads", content="{}")),
    "large": (413, asked("POST", "/leads", content="x" * 1_100_000)),
    "csv": (200, asked("GET", "/lists/exited?format=csv")),
    "workbook": (200, asked("GET", "/ledgers/export")),
    "stream": (200, streamed),
    "unforeseen": (500, broken),
    "metrics": (200, asked("GET", "/../../metrics")),
    "alive": (200, asked("GET", "/../../health/live")),
    "description": (200, asked("GET", "/../../openapi.json")),
    "front": (307, asked("GET", "/../../")),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_says_what_a_browser_must_not_do(shared_server: Server, kind: str) -> None:
    status, ask = ANSWERS[kind]
    answer = ask(shared_server)
    assert answer.status_code == status, answer
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert answer.headers["content-security-policy"] == NOTHING
    assert answer.headers["permissions-policy"]
    kept = answer.headers["cache-control"]
    assert kept == ("no-cache" if kind == "stream" else "no-store")
    assert "strict-transport-security" not in answer.headers  # nobody came by https


def test_the_docs_run_the_scripts_they_came_with_and_no_other(shared_server: Server) -> None:
    docs = httpx2.get(f"{shared_server.base}/docs")
    assert {name: docs.headers.get(name) for name in ALWAYS} == ALWAYS
    policy = dict(
        part.strip().split(" ", 1)
        for part in docs.headers["content-security-policy"].split(";")
        if part
    )
    assert (policy["default-src"], policy["frame-ancestors"]) == ("'none'", "'none'")
    assert "unsafe" not in policy["script-src"]
    [script] = re.findall(r"<script>(.*?)</script>", docs.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    named = re.findall(r'(?:src|href)="([^"]+)"', docs.text)
    assert len(named) == 3
    for address in named:
        file = httpx2.get(f"{shared_server.base}{address}")
        assert file.status_code == 200
        assert {name: file.headers.get(name) for name in ALWAYS} == ALWAYS
        assert "no-store" not in file.headers.get("cache-control", "")


def test_a_browser_that_came_by_https_stays_with_it(shared_server: Server) -> None:
    by_https = {"X-Forwarded-Proto": "https"}  # from the proxy on this machine
    answer = httpx2.get(f"{shared_server.base}/health/live", headers=by_https)
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_nobody_is_told_what_serves(settings: Settings, kept: Callable[..., ServerProcess]) -> None:
    server = kept(ServerProcess(settings))
    server.start()
    stranger = Client(server.base, None)
    for answer in (stranger.get("/leads"), httpx2.get(f"{server.base}/docs")):
        assert "server" not in answer.headers
        assert "x-powered-by" not in answer.headers
    stranger.close()
