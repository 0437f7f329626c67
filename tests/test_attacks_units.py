"""A recorder reaches for what is another unit's: leads, problems, chains, ledgers, people's data.

The routes are those the API describes, so a new one is tried as soon as it is there.
"""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook

from crm.people import Act, Caller, Role
from tests.asking_all import Write, writes
from tests.ledgers import PLAIN, write
from tests.sending import send, sent
from tests.serving import Client, Server, assert_problem

NAME, PHONE = "欧阳敏华", "13909157766"
# Of nobody's unit, or written by hand into the name of one.
OWN = {"PUT /me/password", "POST /me/sign-out", "POST /sessions", "POST /ledgers"}
LEDGERS = "/ledgers/{ledger_id}"


@pytest.fixture(scope="module")
def theirs(shared_server: Server) -> dict[str, str]:
    """What unit B has: a signed and started lead with a problem, a notice, a chain, a campaign."""
    office, admin = shared_server.client("manager"), shared_server.client("admin")
    person = {"name": NAME, "title": "总经理", "phone": PHONE}
    lead = office.register(
        title="水库养殖项目", recruiting_unit="县水利局", contact_persons=[person]
    )
    office.record(
        lead, "signing", kind="agreement", agreed_total_wan=8000, occurred_on="2023-02-01"
    )
    notice = office.record(
        lead, "notices", level="blue", due="2023-04-01", text="请报进度", occurred_on="2023-03-01"
    )
    problem = office.post("/problems", {"lead_id": lead, "class": "land", "text": "无地"}).json()
    described = {"lead_unit": "县水利局", "occurred_on": "2023-01-10"}
    assert admin.put("/chains/水产", described).status_code == 201
    firm = office.post("/chains/水产/enterprises", {"name": "某水产", "class": "other"})
    if firm.status_code != 201:  # the words for a class are its description's
        firm = office.post(
            "/chains/水产/enterprises", {"name": "某水产", "class": "hidden_champion"}
        )
    return {
        "lead_id": lead,
        "notice_id": notice["events"][0]["event_id"],
        "problem_id": problem["problem_id"],
        "name": "水产",
        "enterprise_id": firm.json()["events"][0]["event_id"],
        "campaign_id": str(uuid4()),
        "entry_id": str(uuid4()),
        "ledger_id": str(uuid4()),
        "key_id": "0" * 12,
        "year": "2023",
    }


def test_a_recorder_writes_nothing_of_another_units(
    shared_server: Server, theirs: dict[str, str]
) -> None:
    clerk = shared_server.client("recorder", "经开区")
    head = shared_server.crm.store.head()
    refused: dict[str, str] = {}
    for one in writes(shared_server.base):
        what = f"{one.method} {one.path}"
        if what in OWN or one.path.startswith(LEDGERS):
            continue
        more = {"lead_id": theirs["lead_id"]} if "lead_id" in (one.example or {}) else {}
        answer = one.sent(clerk, theirs, **more)
        code = "unit_not_allowed" if one.right == "write" else "role_not_allowed"
        assert (answer.status_code, answer.json().get("code")) == (403, code), (what, answer.text)
        told = assert_problem(answer, 403, code)
        assert not any(word in answer.text for word in (NAME, PHONE, "县水利局")), told
        refused[what] = code
    assert shared_server.crm.store.head() == head
    assert list(refused.values()).count("unit_not_allowed") >= 35


def test_the_same_writes_are_taken_from_its_own_unit(
    shared_server: Server, theirs: dict[str, str]
) -> None:
    """What keeps a stranger out is the unit, and nothing that keeps everybody out."""
    owner = shared_server.client("recorder", "县水利局")
    for action, body in (
        ("contacts", {"mode": "call", "summary": "问进度"}),
        (f"notices/{theirs['notice_id']}/answer", {"text": "已报"}),
        ("start", {"occurred_on": "2023-05-01"}),
    ):
        owner.record(theirs["lead_id"], action, **body)
    said = owner.post(f"/problems/{theirs['problem_id']}/action", {"text": "已报"})
    assert said.status_code == 201, said.text
    found = f"/chains/水产/enterprises/{theirs['enterprise_id']}/contact"
    assert owner.post(found, {"mode": "call", "summary": "问"}).status_code == 201


def test_a_recorder_does_not_register_into_another_unit(shared_server: Server) -> None:
    clerk = shared_server.client("recorder", "经开区")
    lead = clerk.register(recruiting_unit="经开区")
    head = shared_server.crm.store.head()
    for unit in ("县水利局", " 县水利局", "经开区，县水利局", "经开区\u200b", "経開区", "%", "*"):
        body = {"title": "x", "investor": {"name": "y"}, "recruiting_unit": unit}
        assert_problem(clerk.post("/leads", body), 403, "unit_not_allowed")
    assert shared_server.crm.store.head() == head
    clerk.record(lead, "responsibility", unit="县水利局")  # whoever answers for it: still its own
    clerk.record(lead, "contacts", mode="call", summary="问")


def test_contact_persons_of_others_are_masked_wherever_they_are_read(
    shared_server: Server, theirs: dict[str, str], tmp_path: Path
) -> None:
    lead, owner = theirs["lead_id"], shared_server.client("recorder", "县水利局")
    paths = [
        f"/leads/{lead}", f"/leads/{lead}/history", f"/audit/leads/{lead}/replay",
        "/leads?limit=1000", "/events?limit=1000", "/leads?q=" + NAME, "/leads?q=" + PHONE,
        "/leads/duplicates", "/entries/late", "/anomalies",
        "/explain?metric=projects&year=2023",
    ]  # fmt: skip
    assert PHONE in owner.get(f"/leads/{lead}").text
    for role, unit in (
        ("viewer", None),
        ("recorder", "经开区"),
        ("auditor", None),
        ("admin", None),
    ):
        client = shared_server.client(role, unit)
        for path in paths:
            answer = client.http.get(path)
            assert answer.status_code in (200, 403), (path, answer.text)
            assert NAME not in answer.text, (role, path)
            assert PHONE not in answer.text, (role, path)
        book = client.get("/ledgers/export", persons=True)
        if not Caller("-", Role(role)).may(Act.SEE_PERSONS):
            assert_problem(book, 403, "role_not_allowed")
            continue
        (tmp_path / "台账.xlsx").write_bytes(book.content)
        rows = CalamineWorkbook.from_path(tmp_path / "台账.xlsx").get_sheet_by_index(0).to_python()
        assert any("县水利局" in map(str, row) for row in rows)
        assert not any(text in str(rows) for text in (NAME, PHONE)), role


def test_a_recorder_does_nothing_with_a_ledger_of_somebody_elses(
    shared_server: Server, tmp_path: Path
) -> None:
    owner = shared_server.client("recorder", "经开区")
    other = shared_server.client("recorder", "经开区")  # of the same unit even
    row = {**PLAIN, "项目名称": "别人的台账", "责任人": NAME, "联系电话": PHONE}
    ledger = sent(owner, write(tmp_path / "台账.xlsx", [row]))["ledger_id"]
    head = shared_server.crm.store.head()
    tried = [one for one in writes(shared_server.base) if one.path.startswith(LEDGERS)]
    tried += [Write("GET", f"{LEDGERS}{more}", "write", None) for more in ("", "/refused")]
    assert len(tried) == 6
    for one in tried:
        code = "not_your_ledger" if one.right == "write" else "role_not_allowed"
        answer = one.sent(other, {"ledger_id": ledger})
        assert_problem(answer, 403, code)
        assert not any(word in answer.text for word in ("别人的台账", NAME, PHONE))
    listed = other.get("/ledgers").text  # that it was sent is no secret; what it says is
    assert ledger in listed
    assert not any(word in listed for word in ("别人的台账", NAME, PHONE))
    assert owner.get(f"/ledgers/{ledger}").json()["state"] == "previewed"
    assert shared_server.crm.store.head() == head


def test_a_row_of_another_units_is_not_recorded_by_a_ledger(
    shared_server: Server, theirs: dict[str, str], tmp_path: Path
) -> None:
    clerk = shared_server.client("recorder", "经开区")
    shown = clerk.get(f"/leads/{theirs['lead_id']}").json()
    mine = {
        **PLAIN, "项目名称": shown["title"], "企业名称": shown["investor"],
        "招引单位": "县水利局", "协议金额": 8000, "签约时间": "2023-02-01",
        "到位资金(万元)": 300,
    }  # fmt: skip
    before = shared_server.crm.store.head()
    preview = sent(clerk, write(tmp_path / "夹带.xlsx", [mine]))
    assert preview["counts"]["refused"] == 1, str(preview["rows"])
    assert [f["code"] for f in preview["rows"][0]["faults"]] == ["unit_not_allowed"]
    clerk.post(f"/ledgers/{preview['ledger_id']}/confirmation", {})
    assert shared_server.crm.store.head() == before


def test_nobody_forges_who_recorded_or_when(shared_server: Server, theirs: dict[str, str]) -> None:
    """Fields the server sets are not a client's to send, on no write there is."""
    office, admin = shared_server.client("manager"), shared_server.client("admin")
    head = shared_server.crm.store.head()
    tried = 0
    for one in writes(shared_server.base):
        if one.example is None or one.path == "/sessions":
            continue
        for forged in ("recorded_by", "recorded_at", "position", "version", "event_id_", "role_"):
            client: Client = admin if one.right in ("set_target", "set_rules", "set_access",
                                                    "erase_person") else office  # fmt: skip
            answer = one.sent(client, theirs, **{forged: "x"})
            told: dict[str, Any] = assert_problem(answer, 422, "invalid_input")
            assert forged in {error["field"] for error in told["errors"]}, (one, told)
            tried += 1
    assert tried > 300
    assert shared_server.crm.store.head() == head


def test_a_viewer_sends_nothing(shared_server: Server, tmp_path: Path) -> None:
    assert_problem(
        send(shared_server.client("viewer"), write(tmp_path / "台账.xlsx", [PLAIN])),
        403, "role_not_allowed",
    )  # fmt: skip
