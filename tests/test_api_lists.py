"""Search, lists and the target over real HTTP: pages, filters, files, deadlines, figures."""

import base64
import json
from typing import Any

from tests.serving import Client, Server, assert_problem

DAY = "2023-02-01"


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
    by_unit = office.sheet("/targets/2023", 1)
    heads, total = by_unit[3], next(row for row in by_unit if row[0] == "合计")
    # No unit has been given a target: nothing is left of it, not less than nothing.
    assert [v for head, v in zip(heads, total, strict=True) if head == "剩余"] == ["", ""]
    assert [v for head, v in zip(heads, total, strict=True) if head == "完成"] == [3.0, 120_100.0]


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
