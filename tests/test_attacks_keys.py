"""Who gets in without a key of their own? Guessed and bent tokens, cookies, other sites' forms."""

import base64
import json
import secrets
from collections.abc import Iterator

import httpx2
import pytest

from crm.access.journal import Sought
from tests.asking_all import writes
from tests.raw_http import asked, request
from tests.serving import Server, assert_problem, events_of

READ = "/api/v1/leads"
FORM_KINDS = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")


@pytest.fixture
def token(server: Server) -> str:
    return str(server.client("manager").http.headers["Authorization"]).removeprefix("Bearer ")


def bent(token: str) -> Iterator[str]:
    """What is nearly the token, or nearly no token."""
    yield from (token[:-1], token[1:], token[:16], token + "x", token + token, token[::-1])
    yield from (token.upper(), token.lower(), token.swapcase())
    yield from (
        f"{token}'",
        f"' OR '1'='1' -- {token}",
        f"{token}' --",
        "' OR 1=1 --",
        "%",
        "_" * 43,
    )
    yield from (token + "%00", token.replace(token[0], "%" + format(ord(token[0]), "x"), 1))
    yield from ("null", "undefined", "None", "true", "0", "admin", "crm", "[]", "{}", "*", "..")
    yield from (base64.b64encode(token.encode()).decode(), f'"{token}"', f"Bearer {token}")
    yield from (f"{token},{token}", f"{token} {token}", f"\x01{token}", "é" * 20, "x" * 8000)


def test_no_bent_token_lets_anybody_in(server: Server, token: str) -> None:
    assert asked(server.base, request("GET", READ, token=token)).status == 200
    for guess in dict.fromkeys(bent(token)):
        answer = asked(server.base, request("GET", READ, token=guess))
        assert answer.status in (400, 401, 429), (guess, answer)
        assert token.encode() not in answer.received
    # Whoever comes with the token itself is never kept out by those who guess.
    assert asked(server.base, request("GET", READ, token=token)).status == 200


def test_random_tokens_are_soon_no_longer_looked_up(server: Server, token: str) -> None:
    guesser, owner = server.showing(secrets.token_urlsafe(32)), server.showing(token)
    said = [guesser.get("/leads").status_code for _ in range(40)]
    assert said[:30] == [401] * 30
    assert set(said[30:]) == {429}
    refused = guesser.get("/leads")
    assert_problem(refused, 429, "too_many_attempts")
    assert refused.headers["Retry-After"] == "60"
    assert owner.get("/leads").status_code == 200
    records = server.crm.access.journal.latest(100, None, Sought())
    assert sum(one.act == "unknown_token" for one in records) == 30  # a flood fills no book


def test_the_token_counts_in_its_one_place_only(server: Server, token: str) -> None:
    basic = base64.b64encode(f"{token}:{token}".encode()).decode()
    elsewhere: list[list[tuple[str, str]]] = [
        [("Authorization", token)],
        [("Authorization", f"Basic {basic}")],
        [("Authorization", f"Token {token}")],
        [("Authorization", f"Digest {token}")],
        [("Authorization", f"Bearer{token}")],
        [("Authorization", f"Bearer\t{token}")],
        [("X-Authorization", f"Bearer {token}")],
        [("Proxy-Authorization", f"Bearer {token}")],
        [("X-Forwarded-Authorization", f"Bearer {token}")],
        [("X-Api-Key", token)],
        [("Cookie", f"token={token}; session={token}; Authorization=Bearer {token}")],
        # Two of them: which one a proxy has looked at, nobody knows.
        [("Authorization", f"Bearer {token}"), ("Authorization", "Bearer x")],
        [("Authorization", "Bearer x"), ("Authorization", f"Bearer {token}")],
        [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")],
    ]
    for headers in elsewhere:
        answer = asked(server.base, request("GET", READ, *headers))
        assert answer.status == 401, (headers, answer)
    for query in (f"?token={token}", f"?access_token={token}", f"?authorization=Bearer%20{token}"):
        assert asked(server.base, request("GET", READ + query)).status == 401
    forms = ("Bearer", "bearer", "BEARER")  # RFC 9110: the scheme's case is nothing
    said = [
        asked(server.base, request("GET", READ, ("Authorization", f"{form} {token}"))).status
        for form in forms
    ]
    assert said == [200, 200, 200]


# --- other sites --------------------------------------------------------------------------------


def test_a_cookie_alone_never_authenticates_a_write(server: Server, token: str) -> None:
    """A browser sends cookies along with another site's form; so the API takes none."""
    session = httpx2.Client(base_url=f"{server.base}/api/v1")
    session.cookies.update({"token": token, "session": token, "Authorization": f"Bearer {token}"})
    head = server.crm.store.head()
    for one in writes(server.base):
        if one.path == "/sessions":
            continue
        path = one.filled(_Anything())
        assert_problem(
            session.request(one.method, path, json=one.example or {}), 401, "unauthenticated"
        )
    answer = session.post("/sessions", json={"name": "甲", "password": "不知道的密码"})
    assert "set-cookie" not in answer.headers
    assert server.crm.store.head() == head
    session.close()


class _Anything(dict[str, str]):
    """A year for whatever a path wants named: never looked at."""

    def __missing__(self, name: str) -> str:
        return "2023"


def test_what_a_form_of_another_site_can_send_is_refused(server: Server) -> None:
    """Even with the token: these three kinds are all a page sends without asking first."""
    office = server.client("manager")
    lead = office.register()
    there = {"lead_id": lead}
    tried = 0
    for one in writes(server.base):
        if one.right != "write" or not one.path.startswith("/leads"):
            continue
        body = json.dumps(one.example).encode()
        for kind in FORM_KINDS:
            answer = office.http.request(
                one.method,
                one.filled(_Anything(there)) if "notice_id" in one.path else one.filled(there),
                content=body,
                headers={"Content-Type": kind},
            )
            told = assert_problem(answer, 422, "invalid_input")
            assert told["errors"][0]["field"] == "Content-Type"
            tried += 1
    assert tried > 80
    assert events_of(office, lead) == 1


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "*"])
def test_no_other_site_is_given_anything(shared_server: Server, origin: str) -> None:
    office = shared_server.client("manager")
    asking = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    stranger = shared_server.showing(None)
    answers = [
        office.http.get("/leads", headers={"Origin": origin}),
        stranger.http.get("/leads", headers={"Origin": origin}),
        office.http.post("/leads", json={}, headers={"Origin": origin}),
        stranger.http.options("/leads", headers=asking),
        office.http.options("/leads", headers=asking),
        stranger.http.options("/sessions", headers=asking),
        stranger.http.options("/events/stream", headers=asking),
    ]
    assert [one.status_code for one in answers] == [200, 401, 422, 405, 405, 405, 405]
    for answer in answers:
        given = [name for name in answer.headers if name.startswith("access-control-")]
        assert given == [], given


# --- methods, hosts, keys ----------------------------------------------------------------------


def test_a_method_is_what_it_is(shared_server: Server) -> None:
    viewer, office = shared_server.client("viewer"), shared_server.client("manager")
    lead = office.register()
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        disguised = viewer.http.post("/leads", json={}, headers={name: "GET"})
        assert_problem(disguised, 403, "role_not_allowed")
        turned = office.http.get(f"/leads/{lead}", headers={name: "DELETE"})
        assert turned.status_code == 200
        assert turned.json()["lead_id"] == lead
    assert_problem(office.http.get(f"/leads/{lead}?_method=DELETE"), 422, "invalid_input")
    for method in ("DELETE", "PATCH", "PUT", "TRACE", "CONNECT", "HEAD", "PROPFIND", "get", "X"):
        answer = asked(
            shared_server.base, request(method, f"/api/v1/leads/{lead}", ("X-Secret", "abc"))
        )
        assert answer.status in (400, 404, 405), (method, answer)
        assert b"abc" not in answer.received  # nothing is echoed
    assert events_of(office, lead) == 1


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80@crm", "", "a" * 4000, "127.0.0.1\t", "<b>x</b>"]
)
def test_no_answer_repeats_the_host(shared_server: Server, host: str) -> None:
    for path in ("/", "/docs", "/openapi.json", "/api/v1/leads", "/nonsense", "/docs/"):
        sent = request("GET", path, ("X-Forwarded-Host", host or "x")).replace(
            b"Host: crm", f"Host: {host}".encode()
        )
        answer = asked(shared_server.base, sent)
        assert answer.status in (200, 307, 400, 401, 404), answer
        if len(host) > 1 and answer.status != 400:
            body = answer.received.partition(b"\r\n\r\n")[2]
            assert host.encode() not in body
            assert not answer.head.get("location", "").startswith(("//", "http://evil"))


def test_an_idempotency_key_of_another_caller_is_nothing(server: Server) -> None:
    """Who guesses a key learns nothing of what was written under it, and takes nothing away."""
    one, other = server.client("recorder", "经开区"), server.client("recorder", "县水利局")
    body = {
        "title": "甲项目",
        "investor": {"name": "甲公司"},
        "recruiting_unit": "经开区",
        "occurred_on": "2023-01-05",
    }
    first = one.post("/leads", body, Idempotency_Key="2023-001")
    assert first.status_code == 201
    stolen = other.post("/leads", body, Idempotency_Key="2023-001")
    assert_problem(stolen, 403, "unit_not_allowed")
    assert first.json()["lead_id"] not in stolen.text
    own = other.post(
        "/leads", {**body, "recruiting_unit": "县水利局", "title": "乙"}, Idempotency_Key="2023-001"
    )
    assert own.status_code == 201
    assert own.json()["lead_id"] != first.json()["lead_id"]
    again = one.post("/leads", body, Idempotency_Key="2023-001")
    assert again.json() == first.json()
    lead = first.json()["lead_id"]
    third = server.client("recorder", "县水利局")
    replayed = third.post(f"/leads/{lead}/contacts", {"mode": "call", "summary": "问"},
                          Idempotency_Key="2023-001")  # fmt: skip
    assert_problem(replayed, 403, "unit_not_allowed")
    assert_problem(server.client("viewer").post("/leads", body, Idempotency_Key="2023-001"),
                   403, "role_not_allowed")  # fmt: skip
    assert events_of(one, lead) == 1


def test_a_disabled_persons_key_answers_nothing_again(server: Server) -> None:
    admin, clerk = server.client("admin"), server.client("recorder", "经开区")
    body = {"title": "甲", "investor": {"name": "甲"}, "recruiting_unit": "经开区"}
    assert clerk.post("/leads", body, Idempotency_Key="k").status_code == 201
    name = clerk.get("/me").json()["name"]
    placed = {"role": "recorder", "unit": "经开区", "disabled": True}
    assert admin.put(f"/people/{name}", placed).status_code == 200
    assert_problem(clerk.post("/leads", body, Idempotency_Key="k"), 401, "unauthenticated")
