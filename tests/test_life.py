"""A whole life over HTTP, and the traps that broke other CRMs."""

import random
from typing import Any

import pytest

from tests.serving import Client, Server

LISTS = (
    "signed-not-started",
    "started-not-completed",
    "completed-not-producing",
    "producing",
    "exited",
    "framework",
)


def lists_holding(client: Client, lead_id: str, as_of: str) -> list[str]:
    """The lists a lead is in on a day."""
    return [
        name
        for name in LISTS
        if any(
            item["lead_id"] == lead_id
            for item in client.get(f"/lists/{name}", as_of=as_of, limit=1000).json()["items"]
        )
    ]


def event_id(written: dict[str, Any]) -> str:
    return str(written["events"][0]["event_id"])


def test_a_whole_life_then_the_void_of_the_start_and_its_chain_of_refusals(
    shared_server: Server,
) -> None:
    office = shared_server.client("manager")
    lead = office.register(occurred_on="2023-01-05")
    office.record(
        lead,
        "contacts",
        mode="visit_in",
        summary="考察",
        persons=["王总"],
        occurred_on="2023-01-10",
    )
    office.record(lead, "assessment", result="viable", occurred_on="2023-01-12")
    office.record(lead, "due-diligence", result="pass", occurred_on="2023-01-20")
    office.record(lead, "contract-review", opinion="agree", occurred_on="2023-01-25")
    office.record(
        lead,
        "signing",
        kind="agreement",
        agreed_total_wan="12000.5",
        fixed_part_wan=9000,
        start_due="2023-05-31",
        occurred_on="2023-02-01",
    )
    office.record(lead, "agreement-upgrade", kind="contract", occurred_on="2023-02-20")
    office.record(
        lead,
        "company-registration",
        company_name="汉阴秦巴茶业有限公司",
        uscc="91610921TCDKQQ0NEN",
        occurred_on="2023-03-01",
    )
    start = office.record(lead, "start", occurred_on="2023-04-10")
    office.record(lead, "suspension", cause="汛期", occurred_on="2023-07-01")
    office.record(lead, "resumption", occurred_on="2023-07-15")
    office.record(lead, "funds", amount_wan="2400", source="out_province", occurred_on="2023-08-01")
    office.record(
        lead, "investment-returns", period="2023-08", ytd_wan=3000, occurred_on="2023-09-05"
    )
    office.record(
        lead, "amendment", agreed_total_wan=15000, ground="增资", occurred_on="2023-09-10"
    )
    office.record(lead, "production", trial=True, occurred_on="2023-10-01")
    completion = office.record(lead, "completion", occurred_on="2023-11-01")
    production = office.record(lead, "production", occurred_on="2023-12-01")

    days = {
        "2023-01-31": [],
        "2023-02-01": ["signed-not-started"],
        "2023-04-09": ["signed-not-started"],
        "2023-04-10": ["started-not-completed"],
        "2023-10-15": ["started-not-completed"],
        "2023-11-01": ["completed-not-producing"],
        "2023-12-01": ["producing"],
    }
    assert {day: lists_holding(office, lead, day) for day in days} == days
    shown = office.get(f"/leads/{lead}", as_of="2023-07-05").json()
    assert (shown["stage"], shown["suspended"], shown["kind"]) == ("started", True, "contract")
    assert shown["agreed_total_wan"] == "12000.5"
    assert office.get(f"/leads/{lead}", as_of="2023-12-31").json()["agreed_total_wan"] == "15000"

    refusal = office.post(
        f"/leads/{lead}/void", {"event_id": event_id(start), "ground": "录错项目"}
    )
    assert refusal.json()["code"] == "event_depended_on"
    assert "竣工" in refusal.json()["detail"]
    for dependent in (completion, production):
        if dependent is completion:
            code = office.refused(lead, "void", event_id=event_id(dependent), ground="录错")
            assert code == "event_depended_on"
    office.record(lead, "void", event_id=event_id(production), ground="录错")
    office.record(lead, "void", event_id=event_id(completion), ground="录错")
    trial = next(
        item
        for item in office.get(f"/leads/{lead}/history").json()["items"]
        if item["label"] == "试生产"
    )
    assert office.refused(lead, "void", event_id=event_id(start), ground="录错") == (
        "event_depended_on"
    )
    office.record(lead, "void", event_id=trial["event_id"], ground="录错")
    office.record(lead, "void", event_id=event_id(start), ground="录错项目")
    assert office.refused(lead, "void", event_id=event_id(start), ground="再作废") == (
        "already_voided"
    )

    # Voiding the start moves the lead back to L1 for every day after it.
    for day in ("2023-04-10", "2023-11-15", "2024-06-01"):
        assert lists_holding(office, lead, day) == ["signed-not-started"]
    assert office.refused(lead, "completion", occurred_on="2023-11-01") == "milestone_missing"

    history = office.get(f"/leads/{lead}/history").json()["items"]
    assert [item["version"] for item in history] == list(range(1, len(history) + 1))
    voided = next(item for item in history if item["event_id"] == event_id(start))
    void = next(item for item in history if item["event_id"] == voided["voided_by"])
    assert (void["type"], void["data"]["ground"]) == ("EventVoided", "录错项目")


def test_a_history_recorded_in_any_order_gives_the_same_lists_for_every_day(
    server: Server,
) -> None:
    office = server.client("manager")
    life: list[tuple[str, dict[str, Any]]] = [
        ("contacts", {"mode": "call", "summary": "电话", "occurred_on": "2022-12-20"}),
        ("signing", {"kind": "framework", "agreed_total_wan": 8000, "occurred_on": "2023-01-10"}),
        ("agreement-upgrade", {"kind": "agreement", "occurred_on": "2023-02-10"}),
        ("agreement-upgrade", {"kind": "contract", "occurred_on": "2023-03-10"}),
        ("amendment", {"start_due": "2023-06-30", "ground": "延期", "occurred_on": "2023-03-20"}),
        ("start", {"occurred_on": "2023-04-01"}),
        ("suspension", {"occurred_on": "2023-05-01"}),
        ("resumption", {"occurred_on": "2023-05-20"}),
        ("suspension", {"occurred_on": "2023-06-01"}),
        ("resumption", {"occurred_on": "2023-06-20"}),
        ("exit", {"ground": "解约", "occurred_on": "2023-07-01"}),
        ("reinstatement", {"ground": "恢复", "occurred_on": "2023-08-01"}),
        ("amendment", {"agreed_total_wan": 20000, "ground": "增资", "occurred_on": "2023-08-15"}),
        ("completion", {"occurred_on": "2023-09-01"}),
        ("production", {"partial": True, "occurred_on": "2023-09-10"}),
        ("production", {"occurred_on": "2023-10-01"}),
    ]  # fmt: skip
    rng = random.Random(20231123)
    leads = []
    for _ in range(6):
        lead = office.register(occurred_on="2022-12-01")
        leads.append(lead)
        waiting = life if not leads[:-1] else rng.sample(life, len(life))
        while waiting:  # what stands on something not yet entered is refused: enter it later
            left = [
                step
                for step in waiting
                if office.post(f"/leads/{lead}/{step[0]}", step[1]).status_code != 201
            ]
            assert len(left) < len(waiting), left
            waiting = left

    def picture(lead: str, day: str) -> dict[str, Any]:
        shown = office.get(f"/leads/{lead}", as_of=day).json()
        own = {
            "lead_id", "code", "version", "known_at", "count_key",
            "contact_persons", "first_registered_by",
        }  # fmt: skip
        return {name: value for name, value in shown.items() if name not in own}

    days = sorted({str(step[1]["occurred_on"]) for step in life} | {"2022-12-01", "2024-01-01"})
    for day in days:
        pictures = [picture(lead, day) for lead in leads]
        assert all(shown == pictures[0] for shown in pictures), day
        places = [lists_holding(office, lead, day) for lead in leads]
        assert all(place == places[0] for place in places), day


def test_a_lead_created_straight_at_a_late_stage_is_refused(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register()
    assert office.refused(lead, "completion", occurred_on="2023-05-01") == "milestone_missing"
    assert office.refused(lead, "production", occurred_on="2023-05-01") == "milestone_missing"
    assert office.refused(lead, "start", occurred_on="2023-05-01") == "start_before_signing"
    office.record(lead, "start", occurred_on="2023-05-01", ground="先建后签，县政府会议纪要")
    assert lists_holding(office, lead, "2023-05-01") == ["started-not-completed"]


def test_two_moves_on_one_day_and_back_and_forth(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register()
    day = "2023-03-03"
    office.record(lead, "signing", kind="contract", agreed_total_wan=500, occurred_on=day)
    start = office.record(lead, "start", occurred_on=day)
    assert lists_holding(office, lead, day) == ["started-not-completed"]
    office.record(lead, "void", event_id=event_id(start), ground="误录")
    assert lists_holding(office, lead, day) == ["signed-not-started"]
    office.record(lead, "start", occurred_on=day)
    office.record(lead, "completion", occurred_on=day)
    office.record(lead, "production", occurred_on=day)
    assert lists_holding(office, lead, day) == ["producing"]


def test_reopened_after_production(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register()
    office.record(lead, "signing", kind="contract", agreed_total_wan=500, occurred_on="2023-02-01")
    office.record(lead, "start", occurred_on="2023-03-01")
    office.record(lead, "completion", occurred_on="2023-04-01")
    office.record(lead, "production", occurred_on="2023-05-01")
    office.record(lead, "exit", ground="停产退出", occurred_on="2023-06-01")
    assert office.refused(
        lead, "funds", amount_wan=1, source="local", occurred_on="2023-06-02"
    ) == ("lead_exited")
    office.record(lead, "funds", amount_wan=1, source="local", occurred_on="2023-05-31")
    office.record(lead, "reinstatement", ground="复产", occurred_on="2023-07-01")
    assert lists_holding(office, lead, "2023-06-15") == ["exited"]
    assert lists_holding(office, lead, "2023-07-01") == ["producing"]


def test_amounts_of_eleven_billion_yuan_and_beyond_are_exact(server: Server) -> None:
    office, admin = server.client("manager"), server.client("admin")
    admin.put("/targets/2023", {"projects": 1, "agreed_total_wan": 1_100_000})
    for amount in (1_100_000, "1100000.0001", 98765432.1234, "0.0001"):
        lead = office.register()
        office.record(
            lead, "signing", kind="contract", agreed_total_wan=amount, occurred_on="2023-02-01"
        )
    listed = office.get("/lists/signed-not-started").json()
    assert [item["agreed_total_wan"] for item in listed["items"]] == [
        "98765432.1234",
        "1100000.0001",
        "1100000",
        "0.0001",
    ]
    assert listed["total_agreed_wan"] == "100965432.1236"
    metrics = office.get("/targets/2023").json()["metrics"]
    assert metrics["agreed_total_wan"]["actual"] == "100965432.1236"
    # Percentages past 100 are never capped.
    assert metrics["agreed_total_wan"]["completion"] == "91.7868"
    assert metrics["projects"]["completion"] == "4.0000"
    assert metrics["projects"]["gap_pp"] == "300.00"
    assert metrics["projects"]["remaining"] == -3


def test_a_lead_shared_by_two_units_is_counted_once(server: Server) -> None:
    office = server.client("manager")
    lead = office.register(recruiting_unit="经开区", host_town="城关镇", chain="新材料")
    office.record(lead, "responsibility", unit="县经贸局", occurred_on="2023-01-06")
    office.record(lead, "signing", kind="contract", agreed_total_wan=800, occurred_on="2023-02-01")
    shown = office.get("/targets/2023").json()
    for part in ("by_unit", "by_town", "by_chain"):
        shares = shown[part].values()
        assert sum(share["projects"]["actual"] for share in shares) == 1
    assert list(shown["by_unit"]) == ["经开区"]


def test_the_year_by_month_adds_up_to_the_year(server: Server) -> None:
    office = server.client("manager")
    earlier = office.register(occurred_on="2022-05-01")
    office.record(
        earlier, "signing", kind="contract", agreed_total_wan=1000, occurred_on="2022-06-01"
    )
    office.record(
        earlier, "amendment", agreed_total_wan=1700, ground="增资", occurred_on="2023-03-01"
    )
    fresh = office.register()
    office.record(
        fresh, "signing", kind="agreement", agreed_total_wan=300, occurred_on="2023-02-01"
    )
    office.record(fresh, "amendment", agreed_total_wan=250, ground="核减", occurred_on="2023-05-01")
    gone = office.register()
    office.record(gone, "signing", kind="agreement", agreed_total_wan=900, occurred_on="2023-02-02")
    office.record(gone, "exit", ground="解约", occurred_on="2023-06-01")
    shown = office.get("/targets/2023", as_of="2023-12-31").json()
    assert shown["metrics"]["agreed_total_wan"]["actual"] == "950"
    assert shown["metrics"]["agreed_total_wan"]["gross"] == "1850"
    assert shown["metrics"]["projects"] | {} == {
        "target": None, "actual": 1, "completion": None, "gap_pp": None, "remaining": None,
        "gross": 2, "exited": 1, "recognised": 0, "adjustments": 0,
    }  # fmt: skip
    amounts = {month: part["agreed_total_wan"] for month, part in shown["by_month"].items()}
    moved = {month: amount for month, amount in amounts.items() if amount != "0"}
    assert moved == {"2023-02": "300", "2023-03": "700", "2023-05": "-50"}


@pytest.mark.parametrize("day", ["2023-06-30", "2023-12-31"])
def test_what_was_known_then_stays_answerable(server: Server, day: str) -> None:
    office = server.client("manager")
    lead = office.register()
    office.record(lead, "signing", kind="contract", agreed_total_wan=800, occurred_on="2023-02-01")
    before = office.get(f"/leads/{lead}").json()["known_at"]
    office.record(lead, "start", occurred_on="2023-03-01")
    assert lists_holding(office, lead, day) == ["started-not-completed"]
    then = office.get("/lists/signed-not-started", as_of=day, known_at=before).json()
    assert [item["lead_id"] for item in then["items"]] == [lead]
    replay = office.get(f"/audit/leads/{lead}/replay", as_of=day, known_at=before).json()
    assert (replay["stage"], replay["version"]) == ("signed", 2)
    assert office.get(f"/audit/leads/{lead}/replay", version=3).json()["stage"] == "started"
