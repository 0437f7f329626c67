"""Anomalies, gates, exits, entries and doubles over real HTTP, wrong input included."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.serving import Client, Server, assert_problem


def unit_of(office: Client, unit: str) -> dict[str, Any]:
    """A project of a unit of its own, with plenty wrong with it."""
    lead = office.register(recruiting_unit=unit, title=f"{unit}硅靶材生产", investor={"name": unit})
    office.record(lead, "signing", kind="contract", agreed_total_wan=1000, occurred_on="2023-02-01")
    office.record(lead, "funds", amount_wan=1500, source="local", occurred_on="2023-03-01")
    return {"lead": lead, "unit": unit}


def test_the_anomaly_list_gives_figures_events_counts_and_files(office: Client) -> None:
    made = unit_of(office, "异常甲局")
    shown = office.get("/anomalies", unit="异常甲局", as_of="2023-04-30").json()
    assert (shown["as_of"], shown["count"]) == ("2023-04-30", len(shown["items"]))
    assert shown["known_at"]
    assert shown["by_unit"] == {"异常甲局": shown["count"]}
    by_kind = {item["kind"]: item for item in shown["items"]}
    assert by_kind.keys() == {"no_gates", "funds_over_agreed", "no_sponsor", "late_edit"}
    over = by_kind["funds_over_agreed"]
    assert (over["kind_label"], over["severity_label"]) == ("到位资金超过协议金额", "关注")
    assert over["figures"]["funds_wan"] == "1500"
    assert "到位资金（万元）：1500" in over["detail"]
    history = office.get(f"/leads/{made['lead']}/history").json()["items"]
    ids = {item["type"]: item["event_id"] for item in history}
    assert [e["event_id"] for e in over["events"]] == [ids["AgreementSigned"], ids["FundsArrived"]]
    late = by_kind["late_edit"]
    assert len(late["events"]) == late["figures"]["entries"] == 2
    counted = {kind for kind, entry in shown["by_kind"].items() if entry["count"]}
    assert counted == by_kind.keys()
    assert shown["by_severity"]["high"] == {"label": "严重", "count": 1}

    first = office.get("/anomalies", unit="异常甲局", as_of="2023-04-30", limit=3).json()
    rest = office.get("/anomalies", cursor=first["next_cursor"]).json()
    assert first["items"] + rest["items"] == shown["items"]
    assert rest["next_cursor"] is None
    one = office.get("/anomalies", unit="异常甲局", severity="high").json()
    assert [item["kind"] for item in one["items"]] == ["no_gates"]
    (row,) = office.csv("/anomalies", unit="异常甲局", kind="funds_over_agreed")
    assert (row["疑点类型"], row["招引单位"]) == ("到位资金超过协议金额", "异常甲局")
    for path in ("/anomalies", "/gates/incomplete", "/exits/proposals", "/entries/late"):
        answer = office.get(path, format="xlsx")
        assert answer.status_code == 200, path
        assert answer.content[:2] == b"PK"


def test_missing_papers_with_the_lead_and_by_unit(office: Client) -> None:
    made = unit_of(office, "材料乙局")
    fields = office.get(f"/leads/{made['lead']}").json()["incomplete_fields"]
    assert [(f["milestone"], f["label"]) for f in fields] == [
        ("signing", "签约"),
        ("funds", "资金到位"),
    ]
    assert {"code": "licence", "label": "签约方营业执照"} in fields[0]["missing"]
    page = office.get("/gates/incomplete", unit="材料乙局", milestone="funds").json()
    assert (page["count"], page["by_unit"]) == (1, {"材料乙局": 1})
    assert [f["milestone"] for f in page["items"][0]["incomplete_fields"]] == ["funds"]
    assert (
        office.get("/gates/incomplete", unit="材料乙局", as_of="2023-01-31").json()["items"] == []
    )


def test_exit_proposals_and_the_notice_between(office: Client) -> None:
    made = unit_of(office, "停滞丙局")

    def proposals(day: str, **more: Any) -> list[tuple[str, str]]:
        page = office.get("/exits/proposals", unit="停滞丙局", as_of=day, **more).json()
        return [(item["rule"], item["step"]) for item in page["items"]]

    assert proposals("2024-02-01") == [("without_company", "notify")]
    assert proposals("2024-02-02") == [
        ("start_overdue", "notify"),
        ("without_company", "notify"),
    ]
    notice = {"level": "red", "due": "2024-03-31", "text": "限期开工", "occurred_on": "2024-02-10"}
    office.record(made["lead"], "notices", **notice)
    assert proposals("2024-03-31", rule="start_overdue") == [("start_overdue", "wait")]
    page = office.get("/exits/proposals", unit="停滞丙局", as_of="2024-04-01", step="exit")
    item = page.json()["items"][0]
    assert (item["notice"]["due"], item["next_due"], item["days_past"]) == (
        "2024-03-31",
        "2024-04-01",
        59,
    )
    assert page.json()["by_step"]["exit"] == {"label": "建议退出", "count": 2}


def test_delays_of_entering_and_each_late_entry(office: Client) -> None:
    made = unit_of(office, "迟录丁局")
    shown = office.get("/entries/delay", by="unit", unit="迟录丁局").json()
    group = shown["items"][0]
    assert (group["name"], group["entries"], group["late"], group["late_share"]) == (
        "迟录丁局",
        3,
        3,
        "1.0000",
    )
    assert group["leads"] == [made["lead"]]
    nothing = office.get("/entries/delay", **{"from": "2020-01-01", "to": "2020-12-31"}).json()
    assert (nothing["from"], nothing["items"], nothing["rushes"]) == ("2020-01-01", [], [])
    content = office.get("/entries/delay", by="person", format="csv").content
    assert "录入人" in content.decode("utf-8-sig").splitlines()[0]
    first = office.get("/entries/late", unit="迟录丁局", limit=2, **{"from": "2023-01-01"}).json()
    rest = office.get("/entries/late", cursor=first["next_cursor"]).json()
    types = [item["type"] for item in first["items"] + rest["items"]]
    assert types == ["FundsArrived", "AgreementSigned", "LeadRegistered"]
    assert office.get("/entries/late", unit="迟录丁局", days=36500).json()["count"] == 0


def test_registering_warns_of_doubles_and_names_the_first(
    shared_server: Server, office: Client
) -> None:
    body = {
        "title": "年产2000吨碳基新材料项目",
        "investor": {"name": "溧阳天目新材料有限公司", "uscc": "91610921TCDKQQ0NEN"},
        "recruiting_unit": "首报戊局",
        "occurred_on": "2023-03-01",
    }
    first = office.post("/leads", body, Idempotency_Key="first").json()
    assert (first["possible_duplicates"], first["first_registered_by"]) == ([], None)
    again = {
        **body,
        "title": "碳基新材料建设项目",
        "investor": {"name": "溧阳市天目新材料有限责任公司"},
        "recruiting_unit": "后报己局",
        "occurred_on": "2023-01-01",
    }
    second = office.post("/leads", again, Idempotency_Key="second").json()
    (double,) = second["possible_duplicates"]
    assert (double["lead_id"], double["reason"]) == (first["lead_id"], "same_investor")
    assert second["first_registered_by"]["recruiting_unit"] == "首报戊局"
    assert office.post("/leads", body, Idempotency_Key="first").json() == first
    assert office.post("/leads", again, Idempotency_Key="second").json() == second

    assert office.get(f"/leads/{first['lead_id']}").json()["first_registered_by"]["own"] is True
    shown = office.get(f"/leads/{second['lead_id']}").json()["first_registered_by"]
    assert (shown["own"], shown["code"]) == (False, first["code"])
    asked = office.get("/investors/first", name="溧阳天目新材料").json()
    assert asked["first"]["lead_id"] == first["lead_id"]
    assert [item["code"] for item in asked["items"]] == [first["code"], second["code"]]
    pairs = office.get("/leads/duplicates", unit="后报己局").json()
    assert [(p["earlier"]["code"], p["later"]["code"]) for p in pairs["items"]] == [
        tuple(sorted((first["code"], second["code"])))
    ]
    assert office.get("/leads/duplicates", format="csv").status_code == 200

    link = {"of_lead_id": first["lead_id"], "ground": "同一项目，由首报单位保留"}
    path = f"/leads/{second['lead_id']}/duplicate-link"
    clerk = shared_server.client("recorder", unit="后报己局")
    assert_problem(clerk.post(path, link), 403, "role_not_allowed")
    for of_lead in (second["lead_id"], str(uuid4())):
        answer = office.post(path, {**link, "of_lead_id": of_lead})
        assert assert_problem(answer, 422, "invalid_input")["errors"][0]["field"] == "of_lead_id"
    office.record(second["lead_id"], "duplicate-link", **link, occurred_on="2023-05-01")
    left = office.get(f"/leads/{second['lead_id']}").json()
    assert (left["stage"], left["duplicate_of"]) == ("exited", first["lead_id"])
    assert office.get("/leads/duplicates", unit="后报己局").json()["items"] == []
    before = office.get("/leads/duplicates", unit="后报己局", as_of="2023-04-30").json()
    assert before["count"] == 1
    back = {"of_lead_id": second["lead_id"], "ground": "互指"}
    answer = office.post(f"/leads/{first['lead_id']}/duplicate-link", back)
    assert_problem(answer, 409, "kept_lead_exited")


def test_a_link_asked_again_is_answered_as_before_whatever_became_of_the_kept_lead(
    office: Client,
) -> None:
    kept, double = office.register(title="并入甲项目"), office.register(title="并入乙项目")
    path = f"/leads/{double}/duplicate-link"
    link = {"of_lead_id": kept, "ground": "同一项目"}
    first = office.post(path, link, Idempotency_Key="link")
    assert first.status_code == 201
    office.record(kept, "exit", ground="投资方撤回")
    again = office.post(path, link, Idempotency_Key="link")
    assert (again.status_code, again.json()) == (201, first.json())


def test_a_double_leaves_the_count_and_says_by_which_event(office: Client) -> None:
    kept, double = (unit_of(office, unit)["lead"] for unit in ("计数庚局", "计数辛局"))
    office.record(
        double, "duplicate-link", of_lead_id=kept, ground="同一项目", occurred_on="2023-05-01"
    )
    asked = {"metric": "projects", "year": 2023, "as_of": "2023-06-30"}
    explained = office.get("/explain", unit="计数辛局", **asked).json()
    (lead,) = explained["leads"]
    assert [event["type"] for event in lead["events"]] == ["AgreementSigned", "DuplicateLinked"]
    assert explained["sums"] == {"actual": 0, "gross": 1}


def test_the_rules_in_force_on_the_day_judge(server: Server) -> None:
    office, admin = server.client("manager"), server.client("admin")
    unit_of(office, "规则壬局")
    changes = {"exit_after_months": 1, "late_entry_days": 365, "huge_amount_wan": 0}
    known_before = office.get("/lists/exited").json()["known_at"]
    body = {"changes": changes, "effective_from": "2023-10-01", "ground": "纪要"}
    assert admin.put("/settings/rules", body).status_code == 201

    def asked(day: str, **more: str) -> tuple[int, int, int]:
        """Overdue starts, late entries, huge amounts."""
        clocks = {"as_of": day, **more}
        overdue = office.get("/exits/proposals", rule="start_overdue", **clocks).json()
        late = office.get("/entries/delay", **clocks).json()["items"][-1]
        huge = office.get("/anomalies", kind="huge_amount", **clocks).json()
        return overdue["count"], late["late"], huge["count"]

    # Due on 1 August: a month after it, from 1 October on. Entered years later all the same.
    assert asked("2023-09-30") == (0, 3, 0)
    assert asked("2023-10-01") == (1, 3, 1)
    assert asked("2023-10-01", known_at=known_before) == (0, 3, 0)


@pytest.mark.parametrize("path", ["/exits/proposals", "/gates/incomplete", "/leads/duplicates"])
def test_pages_neither_skip_nor_repeat(office: Client, path: str) -> None:
    for number in range(3):
        lead = office.register(
            recruiting_unit="翻页癸局",
            title="翻页项目",
            investor={"name": "翻页公司"},
            occurred_on="2021-01-04",
        )
        kind = "contract" if number else "framework"
        office.record(
            lead, "signing", kind=kind, agreed_total_wan=number + 1, occurred_on="2021-01-05"
        )
    asked = {"unit": "翻页癸局", "as_of": "2023-12-31"}
    whole = office.get(path, **asked).json()
    assert whole["count"] == len(whole["items"]) > 2
    pages = office.pages(path, alone=True, limit=1, **asked)
    assert [item for page in pages for item in page["items"]] == whole["items"]
    assert len(office.csv(path, **asked)) >= whole["count"]


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/anomalies", {"kind": "nonsense"}),
        ("/anomalies", {"severity": "severe"}),
        ("/anomalies", {"as_off": "2023-01-01"}),
        ("/gates/incomplete", {"milestone": "wedding"}),
        ("/exits/proposals", {"rule": "none"}),
        ("/exits/proposals", {"cursor": "garbage"}),
        ("/entries/delay", {"by": "weather"}),
        ("/entries/delay", {"from": "2023-02-30"}),
        ("/entries/delay", {"from": "2023-02-02", "to": "2023-02-01"}),
        ("/entries/late", {"days": -1}),
        ("/leads/duplicates", {"known_at": "2023-01-01T00:00:00"}),
        ("/investors/first", {}),
        ("/investors/first", {"name": "甲", "uscc": "1234"}),
    ],
)
def test_wrong_questions_are_told_so(office: Client, path: str, wrong: dict[str, Any]) -> None:
    assert_problem(office.get(path, **wrong), 422, "invalid_input")


def test_a_moment_still_to_come_is_now(office: Client) -> None:
    """What will be known then nobody can say yet: the moment an answer names stays true."""
    lead = unit_of(office, "将来局")["lead"]
    for path in ("/leads", "/lists/signed-not-started", "/targets/2023", f"/leads/{lead}/history",
                 f"/audit/leads/{lead}/replay"):  # fmt: skip
        asked = office.get(path, known_at="2099-01-01").json()["known_at"]
        assert datetime.fromisoformat(asked) <= datetime.now(UTC)
    before = office.get("/leads", unit="将来局", known_at="2099-01-01").json()
    unit_of(office, "将来局")
    again = office.get("/leads", unit="将来局", known_at=before["known_at"]).json()
    assert again == before
    assert office.get("/leads", unit="将来局", known_at="2099-01-01").json()["count"] == 2
