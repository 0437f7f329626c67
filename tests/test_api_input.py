"""What is refused, and how clearly: bad fields, bad bodies, unknown addresses, slips."""

from typing import Any
from uuid import uuid4

import pytest

from tests.serving import Client, Server, assert_problem, events_of

DAY = "2023-02-01"


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("signing", {"kind": "contract"}, "agreed_total_wan"),
        ("signing", {"kind": "contract", "agreed_total_wan": -1}, "agreed_total_wan"),
        ("signing", {"kind": "contract", "agreed_total_wan": 0}, "agreed_total_wan"),
        ("signing", {"kind": "contract", "agreed_total_wan": "12,000"}, "agreed_total_wan"),
        ("signing", {"kind": "contract", "agreed_total_wan": 0.00001}, "agreed_total_wan"),
        ("signing", {"kind": "contract", "agreed_total_wan": "1e999999999"}, "agreed_total_wan"),
        ("signing", {"kind": "contract", "agreed_total_wan": True}, "agreed_total_wan"),
        ("signing", {"kind": "contract", "agreed_total_wan": "NaN"}, "agreed_total_wan"),
        ("signing", {"kind": "contract", "agreed_total_wan": "Infinity"}, "agreed_total_wan"),
        ("signing", {"kind": "contract", "agreed_total_wan": 10**40}, "agreed_total_wan"),
        ("signing", {"kind": "gentlemen", "agreed_total_wan": 1}, "kind"),
        (
            "signing",
            {"kind": "contract", "agreed_total_wan": 1, "fixed_part_wan": 2},
            "fixed_part_wan",
        ),
        (
            "signing",
            {"kind": "contract", "agreed_total_wan": 1, "outside_share": 1.01},
            "outside_share",
        ),
        (
            "signing",
            {
                "kind": "contract",
                "agreed_total_wan": 1,
                "start_due": "2024-01-02",
                "completion_due": "2024-01-01",
            },
            "completion_due",
        ),
        ("signing", {"kind": "contract", "agreed_total_wan": 1, "colour": "red"}, "colour"),
        ("start", {"occurred_on": "2999-01-01"}, "occurred_on"),
        ("start", {"occurred_on": "2023-02-30"}, "occurred_on"),
        ("start", {"occurred_on": "20230203"}, "occurred_on"),
        ("start", {"occurred_on": 20230203}, "occurred_on"),
        ("start", {"basis": "prayer"}, "basis"),
        ("funds", {"source": "local"}, "amount_wan"),
        ("funds", {"source": "local", "amount_wan": 1, "amount_wan_usd": 1}, "amount_wan"),
        ("funds", {"source": "local", "amount_wan": 0}, "amount_wan"),
        ("investment-returns", {"period": "2023-13", "ytd_wan": 1}, "period"),
        ("investment-returns", {"period": "2023-03", "ytd_wan": 1, "occurred_on": DAY}, "period"),
        ("amendment", {"ground": "无内容"}, "agreed_total_wan"),
        ("exit", {"ground": "   "}, "ground"),
        ("exit", {}, "ground"),
        ("contacts", {"mode": "call", "summary": "\u0000"}, "summary"),
        (
            "contacts",
            {"mode": "call", "summary": "电话", "occurred_on": DAY, "next_due": "2023-01-31"},
            "next_due",
        ),
        ("contacts", {"mode": "call", "summary": "长" * 5000}, "summary"),
        ("company-registration", {"company_name": "甲", "uscc": "916109210000000000"}, "uscc"),
        ("responsibility", {}, "leader"),
        ("production", {"trial": "yes"}, "trial"),
        ("void", {"event_id": "not-a-uuid", "ground": "x"}, "event_id"),
        ("start", {"evidence": [{"kind": "照片"}]}, "evidence.0.name"),
        (
            "start",
            {"evidence": [{"kind": "照片", "name": "a", "sha256": "zz"}]},
            "evidence.0.sha256",
        ),
    ],
)  # fmt: skip
def test_bad_input_names_its_field_and_records_nothing(
    office: Client, action: str, body: dict[str, Any], field: str
) -> None:
    lead = office.register()
    problem = assert_problem(office.post(f"/leads/{lead}/{action}", body), 422, "invalid_input")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert events_of(office, lead) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"mode": "call", "summary": NaN}',
        b"\xff\xfe",
        b'{"kind":"contract","agreed_total_wan":' + b"9" * 6000 + b"}",
        b"[" * 5000,
        b'{"mode":"call","summary":"\\ud800"}',
    ],
)
def test_what_is_not_json_is_refused_clearly(office: Client, raw: bytes) -> None:
    lead = office.register()
    for action in ("contacts", "signing"):
        answer = office.http.post(
            f"/leads/{lead}/{action}", content=raw, headers={"Content-Type": "application/json"}
        )
        assert_problem(answer, 422, "invalid_input")
    assert events_of(office, lead) == 1


def test_amounts_are_exact_as_number_or_text(office: Client) -> None:
    lead = office.register()
    raw = b'{"kind":"contract","agreed_total_wan":123456789.1234,"occurred_on":"2023-02-01"}'
    answer = office.http.post(
        f"/leads/{lead}/signing", content=raw, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 201
    assert office.get(f"/leads/{lead}").json()["agreed_total_wan"] == "123456789.1234"


def test_unknown_addresses_leads_lists_and_parameters(office: Client) -> None:
    assert_problem(office.get(f"/leads/{uuid4()}"), 404, "lead_not_found")
    assert_problem(office.post(f"/leads/{uuid4()}/start", {}), 404, "lead_not_found")
    assert_problem(office.get("/lists/nonsense"), 404, "list_not_found")
    assert_problem(office.get("/nonsense"), 404, "not_found")
    answer = office.http.delete("/leads")
    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, POST"
    assert_problem(office.get("/targets/2023", as_of="0001-06-30"), 422, "invalid_input")
    for path in ("/leads", "/lists/exited", "/targets/2023"):
        assert_problem(office.get(path, as_off=DAY), 422, "invalid_input")
        assert_problem(office.get(path, as_of="yesterday"), 422, "invalid_input")
        assert_problem(office.get(path, known_at="2023-01-01T00:00:00"), 422, "invalid_input")
    assert_problem(office.get("/leads", cursor="garbage"), 422, "invalid_input")
    assert_problem(office.get("/lists/exited", cursor="WzEsMiwzLDRd"), 422, "invalid_input")
    assert_problem(office.get("/leads", limit=1001), 422, "invalid_input")
    assert_problem(office.get("/leads/not-a-uuid"), 422, "invalid_input")


# --- pages, search, files -------------------------------------------------------------------------


def test_who_asks_is_settled_before_the_body_is_read(shared_server: Server) -> None:
    stranger = Client(shared_server.base, None)
    answer = stranger.http.post("/leads", content=b"{", headers={"Content-Type": "text/plain"})
    assert_problem(answer, 401, "unauthenticated")
    stranger.close()


def test_a_body_that_does_not_say_it_is_json_is_told_so(office: Client) -> None:
    for kind in ("application/x-www-form-urlencoded", "text/plain"):
        answer = office.http.post("/leads", content=b"{}", headers={"Content-Type": kind})
        body = assert_problem(answer, 422, "invalid_input")
        assert body["errors"][0]["field"] == "Content-Type"
    large = b'{"title":"' + b"x" * 1_100_000 + b'"}'
    answer = office.http.post("/leads", content=large, headers={"Content-Type": "application/json"})
    assert_problem(answer, 413, "body_too_large")


def test_business_dates_and_targets_that_can_only_be_slips(server: Server) -> None:
    office, admin = server.client("manager"), server.client("admin")
    lead = office.register()
    slip = office.post(f"/leads/{lead}/start", {"occurred_on": "0203-05-01", "ground": "先建"})
    assert_problem(slip, 422, "invalid_input")
    money = {"amount_wan": "1_000", "source": "local", "occurred_on": DAY}
    assert_problem(office.post(f"/leads/{lead}/funds", money), 422, "invalid_input")
    wrong: list[dict[str, Any]] = [{}, {"note": "改"}, {"fai_ratio": 40}, {"fai_ratio": "-1"}]
    for target in wrong:
        assert_problem(admin.put("/targets/2023", target), 422, "invalid_input")
    for odd in ("１２", " 5 ", "1e2", "+7", "Infinity", ""):
        assert_problem(
            office.post(f"/leads/{lead}/funds", {**money, "amount_wan": odd}), 422, "invalid_input"
        )
    assert admin.get("/targets/2023").headers["ETag"] == '"0"'
    assert admin.put("/targets/2023", {"projects": 90}).headers["ETag"] == '"1"'
    assert admin.get("/targets/2023").headers["ETag"] == '"1"'


# --- documentation --------------------------------------------------------------------------------


def test_text_that_no_database_takes_is_refused(shared_server: Server) -> None:
    office = shared_server.client("viewer")
    assert_problem(office.get("/leads", q="a\x00b"), 422, "invalid_input")


@pytest.mark.parametrize(
    ("action", "body", "field", "said"),
    [
        ("plan", {"monthly_fai_wan": []}, "monthly_fai_wan", "应填 12 个月的累计数"),
        ("plan", {"monthly_fai_wan": [1] * 11}, "monthly_fai_wan", "应填 12 个月的累计数"),
        ("plan", {"monthly_fai_wan": [1] * 13}, "monthly_fai_wan", "应填 12 个月的累计数"),
        ("split", {"parts": [], "ground": "分"}, "parts", "不能为空"),
        (
            "duplicate-link",
            {"of_lead_id": "ZS2023-0001", "ground": "同"},
            "of_lead_id",
            "应填 lead_id（UUID），不是项目编号；GET /leads?q=ZS2023-0001 可查到",
        ),
        ("duplicate-link", {"of_lead_id": "1", "ground": "同"}, "of_lead_id", "编号格式不正确"),
        (
            "void",
            {"event_id": "ZS2023-0001", "ground": "错"},
            "event_id",
            "应填 event_id（UUID），不是编号；GET /leads/{lead_id}/history 可查到",
        ),
        (
            "colour-override",
            {"colour": "绿", "until": "2023-12-31", "ground": "已核实"},
            "colour",
            "只能取：green、yellow、red",
        ),
    ],
)
def test_a_message_says_what_to_write_instead(
    office: Client, action: str, body: dict[str, Any], field: str, said: str
) -> None:
    lead = office.register(occurred_on="2023-01-05")
    told = assert_problem(office.post(f"/leads/{lead}/{action}", body), 422, "invalid_input")
    assert {"field": field, "message": said} in told["errors"]


def test_a_code_in_an_address_is_told_from_a_lead_id(office: Client) -> None:
    told = assert_problem(office.get("/leads/ZS2023-0001"), 422, "invalid_input")
    assert "GET /leads?q=ZS2023-0001" in told["detail"]


def test_what_is_said_twice_is_refused(office: Client) -> None:
    """Nobody can say which of the two is meant."""
    for path, name in (("/leads", "unit"), ("/lists/exited", "limit"), ("/events", "after")):
        answer = office.http.get(f"{path}?{name}=1&{name}=2")
        told = assert_problem(answer, 422, "invalid_input")
        assert told["errors"] == [{"field": name, "message": "只能写一次"}]
    lead = office.register(occurred_on="2023-01-05")
    for body in (
        '{"ground": "a", "ground": "b"}',
        '{"ground": "a", "evidence": [{"kind": "照片", "name": "a", "name": "a"}]}',
    ):
        answer = office.http.post(
            f"/leads/{lead}/exit",
            content=body.encode(),
            headers={"Content-Type": "application/json"},
        )
        told = assert_problem(answer, 422, "invalid_input")
        assert told["detail"].startswith("输入有误：body：同一字段写了两次：")
    assert events_of(office, lead) == 1


def test_a_new_project_has_no_parent(office: Client) -> None:
    lead = office.register(occurred_on="2023-01-05")
    body = {
        "title": "二期", "investor": {"name": "某公司"}, "recruiting_unit": "经开区",
        "parent_lead_id": lead, "occurred_on": "2023-02-01",
    }  # fmt: skip
    for relation in ({}, {"relation": "new"}):
        told = assert_problem(office.post("/leads", body | relation), 422, "invalid_input")
        assert [error["field"] for error in told["errors"]] == ["parent_lead_id"]
    assert office.post("/leads", body | {"relation": "expansion"}).status_code == 201
