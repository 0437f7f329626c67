"""Splits, merges and counts approved, over real HTTP."""

from typing import Any
from uuid import uuid4

import pytest

from tests.serving import Client, Server

pytestmark = pytest.mark.storage


# --- over HTTP ----------------------------------------------------------------------------------


def new(office: Client, total: int = 10000, **fields: Any) -> str:
    found = office.register(**fields)
    office.record(
        found, "signing", kind="contract", agreed_total_wan=total, occurred_on="2023-02-01"
    )
    return found


def test_split_approve_merge_and_void_over_http(server: Server) -> None:
    office = server.client("manager")
    first = new(office)
    body = {
        "ground": "分两个主体建设",
        "occurred_on": "2023-06-01",
        "parts": [
            {"title": "一期厂房", "agreed_total_wan": 6000},
            {"title": "冷链仓储", "agreed_total_wan": "4000", "host_town": "涧池镇"},
        ],
    }
    answer = office.post(f"/leads/{first}/split", body, If_Match='"2"', Idempotency_Key="s")
    assert answer.status_code == 201, answer.text
    split = answer.json()
    assert (split["lead_id"], split["version"], answer.headers["ETag"]) == (first, 3, '"3"')
    again = office.post(f"/leads/{first}/split", body, If_Match='"2"', Idempotency_Key="s")
    assert again.json() == split
    one, two = (item["lead_id"] for item in split["leads"])
    assert [item["code"][:6] for item in split["leads"]] == ["ZS2023"] * 2

    def show(lead_id: str) -> dict[str, Any]:
        return dict(office.get(f"/leads/{lead_id}").json())

    parent, part = show(first), show(two)
    assert (parent["stage"], parent["split_into"]) == ("exited", [one, two])
    assert part["count_key"] == parent["count_key"] == first
    assert (part["split_from"], part["signed_on"], part["host_town"]) == (
        first,
        "2023-02-01",
        "涧池镇",
    )
    history = office.get(f"/leads/{first}/history").json()["items"]
    assert history[-1]["label"] == "项目拆分"
    assert [p["agreed_total_wan"] for p in history[-1]["data"]["into"]] == ["6000", "4000"]
    assert history[-1]["data"]["found"]["agreed_total_wan"] == "10000"
    replayed = office.get(f"/audit/leads/{two}/replay").json()
    assert (replayed["split_from"], replayed["signed_on"]) == (first, "2023-02-01")
    year = office.get("/targets/2023").json()["metrics"]
    assert (year["projects"]["actual"], year["projects"]["adjustments"]) == (1, 0)
    assert "adjustments" not in year["agreed_total_wan"]
    sums = office.get("/explain", metric="projects", year=2023).json()["sums"]
    assert sums == {"actual": 1, "gross": 1}

    doubts = office.get("/anomalies", kind="no_sponsor").json()["items"]
    behind = {doubt["lead_id"]: doubt["events"] for doubt in doubts}
    for part_id in (one, two):
        assert [event["type"] for event in behind[part_id]] == ["LeadSplitFrom"]

    assert office.refused(one, "count-approval", ground="立项") == "count_key_own"
    approved = office.record(two, "count-approval", ground="立项", occurred_on="2023-07-01")
    assert approved["events"][0]["type"] == "CountApproved"
    assert show(two)["count_key"] == two
    gone = new(office, 500)
    office.record(two, "merge", lead_ids=[gone], ground="合并建设", occurred_on="2023-08-01")
    assert (show(gone)["merged_into"], show(two)["merged_from"]) == (two, [gone])
    assert show(two)["agreed_total_wan"] == "4500"
    merged = office.get("/explain", metric="projects", year=2023).json()
    assert merged["sums"] == {"actual": 2, "gross": 2, "adjustments": -1}
    listed = office.get("/lists/exited").json()
    assert {item["lead_id"] for item in listed["items"]} == {first, gone}

    void = {"event_id": split["events"][0]["event_id"], "ground": "录错"}
    problem = office.post(f"/leads/{first}/void", void)
    assert (problem.status_code, problem.json()["code"]) == (409, "event_depended_on")
    assert problem.json()["detail"].startswith(split["leads"][1]["code"])
    assert "核准单独计数" in problem.json()["detail"]
    merge_id = office.get(f"/leads/{two}/history").json()["items"][-1]["event_id"]
    office.record(two, "void", event_id=merge_id, ground="录错")
    assert show(gone)["stage"] == "signed"
    assert office.refused(first, "void", **void) == "event_depended_on"
    office.record(two, "void", event_id=approved["events"][0]["event_id"], ground="录错")
    office.record(first, "void", **void)
    assert show(first)["stage"] == "signed"
    assert office.get(f"/leads/{two}").status_code == 404


def test_who_may_and_what_is_refused_over_http(shared_server: Server) -> None:
    office, clerk = shared_server.client("manager"), shared_server.client("recorder", "经开区")
    first = new(office)
    parts = [{"title": "甲", "agreed_total_wan": 1}, {"title": "乙", "agreed_total_wan": 2}]
    body = {"ground": "拆分", "parts": parts, "occurred_on": "2023-06-01"}
    assert clerk.post(f"/leads/{first}/split", body).status_code == 403
    assert clerk.post(f"/leads/{first}/count-approval", {"ground": "立项"}).status_code == 403
    merge = {"ground": "合并", "lead_ids": [first]}
    assert clerk.post(f"/leads/{first}/merge", merge).status_code == 403
    assert office.refused(first, "split", **body) == "split_amounts"
    wrong = office.post(f"/leads/{first}/split", body, If_Match='"1"')
    assert wrong.status_code == 412
    assert office.post(f"/leads/{first}/merge", merge).status_code == 422
    nobody = {**merge, "lead_ids": [str(uuid4())]}
    assert office.post(f"/leads/{first}/merge", nobody).status_code == 404
    assert office.post(f"/leads/{first}/split", {**body, "parts": parts[:1]}).status_code == 422
    unsigned = office.register()
    assert office.refused(first, "merge", **{**merge, "lead_ids": [unsigned]}) == "not_signed"
