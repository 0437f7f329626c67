"""The contract's conventions over real HTTP: roles, conditions, answers given again, docs."""

import json
from uuid import uuid4

from api.app import create_app
from tests.serving import Client, Server, assert_problem, events_of

DAY = "2023-02-01"


# --- who may do what ------------------------------------------------------------------------------


def test_no_or_an_unknown_token_is_401(shared_server: Server) -> None:
    for token in (None, "nobody's"):
        client = Client(shared_server.base, token)
        answer = client.get("/leads")
        assert_problem(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert_problem(client.post("/leads", {}), 401, "unauthenticated")
        client.close()


def test_roles(shared_server: Server, office: Client) -> None:
    lead = office.register(recruiting_unit="经开区")
    funds = {"amount_wan": 1, "source": "local", "occurred_on": DAY}
    allowed: dict[str, dict[str, int]] = {
        "viewer": {"read": 200, "write": 403, "void": 403, "replay": 403, "target": 403},
        "recorder": {"read": 200, "write": 201, "void": 403, "replay": 403, "target": 403},
        "manager": {"read": 200, "write": 201, "void": 201, "replay": 200, "target": 403},
        "auditor": {"read": 200, "write": 403, "void": 403, "replay": 200, "target": 403},
        "admin": {"read": 200, "write": 403, "void": 403, "replay": 200, "target": 201},
    }
    for role, expected in allowed.items():
        client = shared_server.client(role, unit="经开区" if role == "recorder" else None)
        target = office.record(lead, "funds", **funds)["events"][0]["event_id"]
        found = {
            "read": client.get(f"/leads/{lead}").status_code,
            "write": client.post(f"/leads/{lead}/funds", funds).status_code,
            "void": client.post(
                f"/leads/{lead}/void", {"event_id": target, "ground": "误录"}
            ).status_code,
            "replay": client.get(f"/audit/leads/{lead}/replay").status_code,
            "target": client.put("/targets/2020", {"projects": 1}).status_code,
        }
        assert found == expected, role


def test_a_recorder_writes_for_its_own_unit_only(shared_server: Server, office: Client) -> None:
    recorder = shared_server.client("recorder", unit="经开区")
    other = office.register(recruiting_unit="县经贸局")
    before = events_of(office, other)
    answer = recorder.post(f"/leads/{other}/contacts", {"mode": "call", "summary": "电话"})
    assert_problem(answer, 403, "unit_not_allowed")
    body = {"title": "甲", "investor": {"name": "乙"}, "recruiting_unit": "县经贸局"}
    assert_problem(recorder.post("/leads", body), 403, "unit_not_allowed")
    assert events_of(office, other) == before
    own = recorder.register(recruiting_unit="经开区")
    recorder.record(own, "contacts", mode="call", summary="电话", occurred_on=DAY)
    history = office.get(f"/leads/{own}/history").json()["items"]
    assert {item["recorded_by"] for item in history} == {history[0]["recorded_by"]}
    assert history[0]["recorded_by"].startswith("recorder-")


def test_health_and_docs_need_no_token_and_no_internet(shared_server: Server) -> None:
    nobody = Client(shared_server.base, None)
    root = nobody.http
    for path in ("/health/live", "/health/ready", "/docs", "/openapi.json"):
        assert root.get(f"{shared_server.base}{path}").status_code == 200
    page = root.get(f"{shared_server.base}/docs").text
    assert "http://" not in page
    assert "https://" not in page
    nobody.close()


# --- bad input ------------------------------------------------------------------------------------


def test_a_void_of_an_event_the_lead_does_not_have(office: Client) -> None:
    lead, other = office.register(), office.register()
    foreign = office.get(f"/leads/{other}/history").json()["items"][0]["event_id"]
    for event_id in (str(uuid4()), foreign):
        answer = office.post(f"/leads/{lead}/void", {"event_id": event_id, "ground": "误录"})
        assert_problem(answer, 404, "event_not_found")


def test_a_voided_registration_takes_the_lead_out_of_every_view_but_its_history(
    office: Client,
) -> None:
    lead = office.register(title="登记错了的项目")
    opening = office.get(f"/leads/{lead}/history").json()["items"][0]["event_id"]
    office.record(lead, "void", event_id=opening, ground="重复登记")
    assert_problem(office.get(f"/leads/{lead}"), 404, "lead_not_found")
    assert office.get("/leads", q="登记错了的项目").json()["items"] == []
    assert office.refused(lead, "contacts", mode="call", summary="电话") == "lead_voided"
    assert events_of(office, lead) == 2


def test_an_expansion_needs_a_parent_that_exists(office: Client) -> None:
    body = {
        "title": "二期",
        "investor": {"name": "企业"},
        "recruiting_unit": "经开区",
        "relation": "expansion",
    }
    for parent in ({}, {"parent_lead_id": str(uuid4())}):
        problem = assert_problem(office.post("/leads", {**body, **parent}), 422, "invalid_input")
        assert problem["errors"][0]["field"] == "parent_lead_id"
    parent_id = office.register()
    assert office.post("/leads", {**body, "parent_lead_id": parent_id}).status_code == 201


# --- conditions -----------------------------------------------------------------------------------


def test_if_match(office: Client) -> None:
    lead = office.register()
    contact = {"mode": "call", "summary": "电话"}
    answer = office.post(f"/leads/{lead}/contacts", contact, If_Match='"1"')
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"2"')
    assert_problem(
        office.post(f"/leads/{lead}/contacts", contact, If_Match='"1"'), 412, "version_mismatch"
    )
    assert_problem(
        office.post(f"/leads/{lead}/contacts", contact, If_Match="newest"), 422, "invalid_input"
    )
    assert office.get(f"/leads/{lead}").headers["ETag"] == '"2"'


def test_an_idempotency_key_answers_again_and_records_nothing(
    shared_server: Server, office: Client
) -> None:
    body = {"title": "甲", "investor": {"name": "乙"}, "recruiting_unit": "经开区"}
    first = office.post("/leads", body, Idempotency_Key="k1")
    again = office.post("/leads", body, Idempotency_Key="k1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert first.headers["ETag"] == again.headers["ETag"]
    answer = office.post("/leads", {**body, "title": "丙"}, Idempotency_Key="k1")
    assert_problem(answer, 422, "idempotency_key_reused")

    lead = first.json()["lead_id"]
    contact = {"mode": "call", "summary": "电话"}
    one = office.post(f"/leads/{lead}/contacts", contact, Idempotency_Key="k2", If_Match='"1"')
    two = office.post(f"/leads/{lead}/contacts", contact, Idempotency_Key="k2", If_Match='"1"')
    assert one.json() == two.json()
    # Another caller's key is another key; a refused write leaves the key free.
    other = shared_server.client("manager")
    assert other.post(f"/leads/{lead}/contacts", contact, Idempotency_Key="k2").status_code == 201
    assert office.post(f"/leads/{lead}/start", {}, Idempotency_Key="k3").status_code == 409
    assert office.post(f"/leads/{lead}/contacts", contact, Idempotency_Key="k3").status_code == 201
    assert_problem(
        office.post(f"/leads/{lead}/contacts", contact, Idempotency_Key="k" * 129),
        422,
        "invalid_input",
    )
    assert events_of(office, lead) == 4


def test_at_least_waits_then_says_so(office: Client) -> None:
    lead = office.register()
    position = office.record(lead, "contacts", mode="call", summary="电话")["position"]
    assert office.get("/leads", at_least=position).status_code == 200
    assert_problem(office.get("/leads", at_least=position + 10**6), 504, "not_yet_visible")


# --- documentation --------------------------------------------------------------------------------


BESIDE_THE_LOG = tuple(
    f"/api/v1/{noun}" for noun in ("ledgers", "sessions", "me", "people", "access", "persons")
)


def test_openapi_is_in_chinese_with_examples_and_every_error() -> None:
    app = create_app()
    document = json.loads(json.dumps(app.openapi()))
    assert json.loads(json.dumps(app.openapi())) == document
    assert "Problem" in document["components"]["schemas"]
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    assert len(operations) > 25
    for path, method, operation in operations:
        where = f"{method} {path}"
        assert any("\u4e00" <= c <= "\u9fff" for c in operation["summary"]), where
        if path.startswith("/health"):
            continue
        expected = {"401", "422"}
        if path != "/api/v1/sessions":  # who logs in has no role yet
            expected |= {"403"}
        beside_the_log = path.startswith(BESIDE_THE_LOG)
        if method == "post" and not beside_the_log:
            expected |= {"201", "404", "409", "412"}
        assert expected <= operation["responses"].keys(), where
        if method in ("post", "put") and not (beside_the_log and method == "post"):
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            schema = document["components"]["schemas"][reference.rsplit("/", 1)[1]]
            assert schema.get("example"), where
            assert schema["additionalProperties"] is False, where
        for status, response in operation["responses"].items():
            if status.startswith(("4", "5")):
                assert list(response["content"]) == ["application/problem+json"], (where, status)


def test_a_keyed_registration_is_answered_again_though_its_parent_is_gone(
    shared_server: Server,
) -> None:
    office = shared_server.client("manager")
    parent = office.register()
    body = {
        "title": "二期",
        "investor": {"name": "企业"},
        "recruiting_unit": "经开区",
        "relation": "expansion",
        "parent_lead_id": parent,
        "occurred_on": "2023-02-01",
    }
    first = office.post("/leads", body, Idempotency_Key="second-phase")
    opening = office.get(f"/leads/{parent}/history").json()["items"][0]["event_id"]
    office.record(parent, "void", event_id=opening, ground="录错", occurred_on="2023-03-01")
    again = office.post("/leads", body, Idempotency_Key="second-phase")
    assert (again.status_code, again.json()) == (201, first.json())
    assert office.post("/leads", body).status_code == 422


def test_other_systems_can_read_every_kind_of_event(shared_server: Server) -> None:
    """A campaign names its people plainly, a lead as persons of their own."""
    office = shared_server.client("manager")
    campaign = {
        "kind": "team",
        "name": "赴苏州招商",
        "unit": "经开区",
        "persons": ["张三", "李四"],
        "from_on": "2023-03-06",
        "occurred_on": "2023-03-06",
    }
    answer = office.post("/campaigns", campaign)
    assert answer.status_code == 201, answer.text
    place = answer.json()["position"]
    [item] = office.get("/events", after=place - 1, limit=1).json()["items"]
    assert item["data"]["persons"] == ["张三", "李四"]
