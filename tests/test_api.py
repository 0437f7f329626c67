"""The contract's conventions over real HTTP: roles, conditions, errors, pages, files, docs."""

import base64
import json
from typing import Any
from uuid import uuid4

import pytest

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


# --- pages, search, files -------------------------------------------------------------------------


def test_search_and_its_pages(server: Server) -> None:
    office = server.client("manager")
    for nth in range(7):
        office.register(
            title=f"茶叶项目{nth}",
            investor={"name": "汉水公司" if nth % 2 else "秦巴公司"},
            host_town="城关镇" if nth < 3 else None,
        )
    codes = [item["code"] for page in office.pages("/leads", limit=3) for item in page["items"]]
    assert codes == [f"ZS2023-{n:04d}" for n in range(7, 0, -1)]
    assert office.get("/leads", q="汉水").json()["count"] == 3
    assert office.get("/leads", q="项目6 秦巴").json()["count"] == 1
    assert office.get("/leads", q="zs2023-0003").json()["items"][0]["title"] == "茶叶项目2"
    assert office.get("/leads", q="%").json()["count"] == 0
    assert office.get("/leads", town="城关镇", stage="lead").json()["count"] == 3
    assert office.get("/leads", as_of="2022-12-31").json()["count"] == 0


def test_a_cursor_belongs_to_its_question(server: Server) -> None:
    office = server.client("manager")
    leads = [office.register(recruiting_unit=unit) for unit in ("经开区", "经开区", "发改局")]
    for lead in leads:
        office.record(
            lead, "signing", kind="contract", agreed_total_wan=1, occurred_on="2023-02-01"
        )
    asked = {"as_of": "2023-06-30", "unit": "经开区", "limit": 1}
    first = office.get("/lists/signed-not-started", **asked).json()
    cursor = first["next_cursor"]
    office.register(recruiting_unit="经开区")

    second = office.get("/lists/signed-not-started", **asked, cursor=cursor).json()
    alone = office.get("/lists/signed-not-started", limit=1, cursor=cursor).json()
    assert alone == second  # what a request leaves out, its cursor says
    assert [i["lead_id"] for i in (*first["items"], *second["items"])] == leads[:2]
    assert (second["known_at"], second["as_of"]) == (first["known_at"], first["as_of"])

    for name, other in (
        ("exited", {}),
        ("signed-not-started", {"as_of": "2023-07-01"}),
        ("signed-not-started", {"unit": "发改局"}),
        ("signed-not-started", {"town": "城关镇"}),
        ("signed-not-started", {"known_at": "2022-01-01T00:00:00Z"}),
    ):
        answer = office.get(f"/lists/{name}", **{**asked, **other}, cursor=cursor)
        assert_problem(answer, 422, "invalid_input")
    forged = base64.urlsafe_b64encode(
        json.dumps(["leads", {}, "2023-01-01", "2023-01-01T00:00:00Z", 1, [10**30, 2]]).encode()
    )
    assert_problem(office.get("/leads", cursor=forged.decode()), 422, "invalid_input")


def test_a_filtered_search_goes_on_page_by_page(server: Server) -> None:
    office = server.client("manager")
    for nth in range(5):
        office.register(title=f"项目{nth}", recruiting_unit="经开区" if nth % 2 else "发改局")
    first = office.get("/leads", stage="lead", unit="发改局", limit=2).json()
    second = office.get("/leads", cursor=first["next_cursor"], limit=2).json()
    titles = [item["title"] for item in (*first["items"], *second["items"])]
    assert titles == ["项目4", "项目2", "项目0"]
    assert second["next_cursor"] is None
    path, amount = "/lists/signed-not-started", {"min_wan": "1.5", "limit": 1}
    for lead in office.get("/leads").json()["items"]:
        office.record(
            lead["lead_id"], "signing", kind="contract", agreed_total_wan=2, occurred_on=DAY
        )
    page = office.get(path, **amount).json()
    assert office.get(path, **amount, cursor=page["next_cursor"]).json()["count"] == 5
    forged = ["leads", {"stage": "nonsense"}, "2023-01-01", "0001-01-01T00:00:00+14:00", 1, [1]]
    text = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode()
    assert_problem(office.get("/leads", cursor=text), 422, "invalid_input")


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


def test_list_filters_and_files(server: Server) -> None:
    office = server.client("manager")
    for nth, amount in enumerate((100, 50_000, 70_000)):
        lead = office.register(
            title="=cmd()" if nth == 0 else f"项目{nth}",
            recruiting_unit="经开区" if nth else "县经贸局",
            host_town="城关镇",
            chain="新材料",
        )
        office.record(
            lead,
            "signing",
            kind="contract",
            agreed_total_wan=amount,
            occurred_on=f"2023-0{nth + 1}-01",
        )
    path = "/lists/signed-not-started"
    assert office.get(path, unit="经开区", as_of="2023-08-15").json()["count"] == 2
    assert office.get(path, min_wan=50_000).json()["total_agreed_wan"] == "120000"
    late = office.get(path, overdue=True, as_of="2023-08-15").json()["items"]
    assert [(item["overdue_days"], item["due_on"]) for item in late] == [
        (45, "2023-07-01"),
        (14, "2023-08-01"),
    ]
    assert office.get(path, overdue=False, as_of="2023-08-15").json()["count"] == 1

    rows = office.csv(path, as_of="2023-08-15")
    assert rows[0]["项目名称"] == "'=cmd()"
    assert [row["超期天数"] for row in rows] == ["45", "14", "0"]
    table = office.sheet(path, as_of="2023-08-15")
    assert table[0][0] == "签约未开工项目清单"
    assert table[2][:3] == ["序号", "项目名称", "投资方"]
    assert table[4][1] == "=cmd()"
    assert [row[7] for row in table[4:8]] == [100.0, 50000.0, 70000.0, 120100.0]
    assert [row["协议金额（万元）"] for row in rows] == ["100", "50000", "70000"]
    shown = office.get("/targets/2023").json()
    lines = {(row["范围"], row["指标"]): row for row in office.csv("/targets/2023")}
    assert lines["全县", "招引项目（个）"]["完成（净）"] == "3"
    assert lines["全县", "时序进度"]["完成（净）"] == "1.0000"
    assert lines["月份：2023-02", "招引项目（个）"]["完成（净）"] == "1"
    assert {row["截至"] for row in lines.values()} == {shown["as_of"]}
    assert office.get("/targets/2023", format="xlsx").status_code == 200


def test_default_deadlines_and_agreed_ones(office: Client) -> None:
    lead = office.register()
    office.record(lead, "signing", kind="contract", agreed_total_wan=1, occurred_on="2022-08-31")

    def due(name: str, day: str) -> Any:
        items = office.get(f"/lists/{name}", as_of=day, limit=1000).json()["items"]
        return next(item["due_on"] for item in items if item["lead_id"] == lead)

    assert due("signed-not-started", "2023-01-01") == "2023-02-28"  # 31 August + 6 months
    office.record(
        lead, "amendment", start_due="2023-04-30", ground="延期", occurred_on="2023-02-01"
    )
    assert due("signed-not-started", "2023-01-31") == "2023-02-28"
    assert due("signed-not-started", "2023-02-01") == "2023-04-30"
    office.record(lead, "start", occurred_on="2023-03-31")
    assert due("started-not-completed", "2023-04-01") == "2024-09-30"
    office.record(lead, "completion", occurred_on="2023-11-30")
    assert due("completed-not-producing", "2023-12-01") == "2024-02-29"


# --- the target -----------------------------------------------------------------------------------


def test_the_target_of_2023_and_its_revision(server: Server) -> None:
    admin = server.client("admin")
    plan = {
        "projects": 90,
        "agreed_total_wan": 1_100_000,
        "fai_ratio": 0.40,
        "big_projects": 8,
        "built_projects": 10,
        "domestic_growth": "0.12",
        "foreign_growth": 0.1,
        "by_unit": {"经开区": {"projects": 30, "agreed_total_wan": 400_000}},
    }
    answer = admin.put("/targets/2023", plan)
    assert answer.status_code == 201
    shown = admin.get("/targets/2023", as_of="2023-06-30").json()
    assert shown["time_progress"] == "0.5000"
    assert shown["metrics"]["projects"] == {
        "target": 90,
        "actual": 0,
        "completion": "0.0000",
        "gap_pp": "-50.00",
        "remaining": 90,
        "gross": 0,
        "exited": 0,
        "recognised": 0,
        "adjustments": 0,
    }
    assert shown["metrics"]["fai_ratio"]["target"] == "0.4000"
    assert shown["metrics"]["fai_ratio"]["actual"] is None
    assert shown["by_unit"]["经开区"]["projects"]["target"] == 30
    known_before = shown["known_at"]

    admin.put("/targets/2023", {**plan, "projects": 95, "occurred_on": "2023-12-01"})
    for day, target in (("2023-11-30", 90), ("2023-12-01", 95), ("2024-03-01", 95)):
        assert (
            admin.get("/targets/2023", as_of=day).json()["metrics"]["projects"]["target"] == target
        )
    admin.put("/targets/2023", {**plan, "projects": 100})  # of a revised target: from today on
    for later, target in (("2023-12-31", 95), (None, 100)):
        asked = {"as_of": later} if later else {}
        found = admin.get("/targets/2023", **asked).json()
        assert found["metrics"]["projects"]["target"] == target
    then = admin.get("/targets/2023", as_of="2023-12-31", known_at=known_before).json()
    assert then["metrics"]["projects"]["target"] == 90
    assert_problem(admin.put("/targets/2023", {"projects": -1}), 422, "invalid_input")
    assert_problem(admin.put("/targets/2023", {"fai_ratio": "much"}), 422, "invalid_input")
    assert_problem(admin.put("/targets/1066", {"projects": 1}), 422, "invalid_input")


def test_fai_counts_by_period_and_reporting_day(server: Server) -> None:
    office = server.client("manager")
    lead = office.register()
    office.record(lead, "signing", kind="contract", agreed_total_wan=1000, occurred_on="2023-02-01")
    office.record(
        lead, "investment-returns", period="2023-06", ytd_wan=100, occurred_on="2023-07-05"
    )
    office.record(
        lead, "investment-returns", period="2023-12", ytd_wan=500, occurred_on="2024-01-05"
    )

    def ratio(day: str) -> Any:
        return office.get("/targets/2023", as_of=day).json()["metrics"]["fai_ratio"]["actual"]

    assert ratio("2023-06-30") == "0.0000"  # June's return came on 5 July
    assert ratio("2023-07-05") == "0.1000"
    assert ratio("2023-12-31") == "0.1000"  # December's came in January …
    assert ratio("2024-01-05") == "0.5000"  # … and is in the year's figure from then on


# --- documentation --------------------------------------------------------------------------------


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
        expected = {"401", "403", "422"}
        of_files = path.startswith("/api/v1/ledgers")
        if method == "post" and not of_files:
            expected |= {"201", "404", "409", "412"}
        assert expected <= operation["responses"].keys(), where
        if method in ("post", "put") and not (of_files and method == "post"):
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


def test_text_that_no_database_takes_is_refused(shared_server: Server) -> None:
    office = shared_server.client("viewer")
    assert_problem(office.get("/leads", q="a\x00b"), 422, "invalid_input")
