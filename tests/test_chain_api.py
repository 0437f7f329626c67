"""Chains, enterprises, campaigns and split targets over real HTTP, with figures worked by hand."""

from typing import Any
from uuid import uuid4

from tests.serving import Client, Server, assert_problem

YEAR_END = "2023-12-31"


def listed(client: Client, chain: str, name: str, **fields: Any) -> str:
    body = {"name": name, "class": "unicorn", "occurred_on": "2023-02-01", **fields}
    answer = client.post(f"/chains/{chain}/enterprises", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["enterprise_id"])


def test_a_chain_from_its_description_to_its_sheet(server: Server) -> None:
    office, admin = server.client("manager"), server.client("admin")
    empty = office.get("/chains", as_of=YEAR_END).json()
    assert [item["chain"] for item in empty["items"]] == [
        "新材料", "富硒食品", "生态旅游", "产业链四", "产业链五", "产业链六",
    ]  # fmt: skip
    chain = {
        "chief": "县长",
        "lead_unit": "经开区",
        "leader_enterprise": "某碳基公司",
        "targets": {"2023": {"projects": 4, "agreed_total_wan": 20_000}},
        "occurred_on": "2023-01-10",
    }
    answer = admin.put("/chains/新材料", chain)
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    unicorn = listed(office, "新材料", "甲公司")
    listed(office, "新材料", "乙公司", **{"class": "leader"})
    third = listed(office, "新材料", "丙公司")
    path = f"/chains/新材料/enterprises/{unicorn}"
    visit = {"mode": "visit_out", "summary": "拜访总部", "occurred_on": "2023-03-06"}
    assert office.post(f"{path}/contact", visit).status_code == 201

    # Two signed in the year (one expansion besides), one of them started; one in negotiation.
    signing = {"kind": "contract", "occurred_on": "2023-04-10"}
    first = office.register(chain="新材料", chain_role="extend", occurred_on="2023-01-05")
    office.record(first, "signing", agreed_total_wan=4000, **signing)
    office.record(first, "start", occurred_on="2023-05-01")
    office.record(first, "funds", amount_wan=300, source="out_province", occurred_on="2023-05-02")
    old = office.register(chain="新材料", chain_role="extend", occurred_on="2022-11-05")
    office.record(old, "signing", agreed_total_wan=5000, **signing)
    more = office.register(
        chain="新材料", relation="expansion", parent_lead_id=first, occurred_on="2023-03-01"
    )
    office.record(
        more, "signing", kind="agreement", agreed_total_wan=1000, occurred_on="2023-06-02"
    )
    office.register(chain="新材料", occurred_on="2023-07-01")
    gone = office.register(chain="新材料", occurred_on="2023-01-05")
    office.record(gone, "signing", agreed_total_wan=9000, **signing)
    before_exit = office.get("/chains", as_of=YEAR_END).json()
    office.record(gone, "exit", ground="解约", occurred_on="2023-09-01")
    answer = office.post(f"{path}/lead", {"lead_id": first, "occurred_on": "2023-03-20"})
    assert answer.status_code == 201

    shown = office.get("/chains/新材料", as_of=YEAR_END).json()
    assert {key: shown[key] for key in ("chief", "lead_unit", "leads", "enterprises")} == {
        "chief": "县长",
        "lead_unit": "经开区",
        "leads": 5,
        "enterprises": 3,
    }
    assert shown["targets"] == {"2023": {"projects": 4, "agreed_total_wan": "20000"}}
    sheet = office.get("/chains/新材料/sheet", as_of=YEAR_END).json()
    counts = ("planned", "negotiating", "signed", "started", "produced")
    assert [sheet[name] for name in counts] == [3, 1, 2, 1, 0]
    assert (sheet["agreed_total_wan"], sheet["funds_wan"]) == ("10000", "300")
    assert (sheet["projects_completion"], sheet["agreed_completion"]) == ("0.5000", "0.5000")
    assert (sheet["planned_target"], sheet["count"], len(sheet["items"])) == (10, 5, 5)
    behind = office.get("/chains/新材料/sheet", as_of=YEAR_END, counted_in="signed", limit=1).json()
    rest = office.get(
        "/chains/新材料/sheet", counted_in="signed", limit=1, cursor=behind["next_cursor"]
    ).json()
    ids = [page["items"][0]["lead_id"] for page in (behind, rest)]
    assert (set(ids), rest["next_cursor"]) == ({first, old}, None)

    # Before the exit it counted, and as known before it was entered it still does.
    august = office.get("/chains/新材料/sheet", as_of="2023-08-31").json()
    assert (august["signed"], august["agreed_total_wan"]) == (3, "19000")
    known = {"as_of": YEAR_END, "known_at": before_exit["known_at"]}
    assert office.get("/chains", **known).json()["items"] == before_exit["items"]
    assert before_exit["items"][0]["signed"] == 3
    pages = office.get("/chains", limit=4, as_of=YEAR_END).json()
    rest = office.get("/chains", limit=4, cursor=pages["next_cursor"]).json()
    assert [item["chain"] for item in (*pages["items"], *rest["items"])] == [
        item["chain"] for item in empty["items"]
    ]
    assert rest["next_cursor"] is None
    roles = {part["key"]: part["projects"] for part in shown["by_role"]}
    assert roles == {"establish": 0, "extend": 2, "complement": 0, "strengthen": 0, "未注明": 0}
    structure = office.get("/structure", as_of=YEAR_END, year=2023).json()
    assert [(p["key"], p["projects"], p["agreed_total_wan"]) for p in structure["by_size"]] == [
        ("<0.5", 1, "4000"),
        ("0.5-1", 1, "5000"),
        ("1-5", 0, "0"),
        (">=5", 0, "0"),
    ]
    assert structure["by_size"][0]["agreed_share"] == "0.4444"
    classes = {p["key"]: (p["projects"], p["agreed_total_wan"]) for p in structure["by_class"]}
    assert (classes["unicorn"], classes["leader"]) == ((1, "4000"), (0, "0"))

    on_list = office.get("/chains/新材料/enterprises", as_of=YEAR_END).json()
    assert (on_list["listed"], on_list["contacted"], on_list["contacted_ratio"]) == (3, 1, "0.3333")
    assert (on_list["with_lead"], on_list["by_class"]["leader"]["contacted"]) == (1, 0)
    pages = office.get("/chains/新材料/enterprises", limit=1, **{"class": "unicorn"}).json()
    more_pages = office.get(
        "/chains/新材料/enterprises", limit=1, cursor=pages["next_cursor"]
    ).json()
    names = [page["items"][0]["name"] for page in (pages, more_pages)]
    assert (names, more_pages["count"], more_pages["next_cursor"]) == (
        ["丙公司", "甲公司"],
        2,
        None,
    )
    removal = {"ground": "无投资意向", "occurred_on": "2023-10-01"}
    assert office.post(f"/chains/新材料/enterprises/{third}/removal", removal).status_code == 201
    assert office.get("/chains/新材料/enterprises", as_of="2023-09-30").json()["listed"] == 3
    assert office.get("/chains/新材料/enterprises", as_of=YEAR_END).json()["listed"] == 2
    assert office.get("/chains/新材料/enterprises", removed=True).json()["count"] == 1

    # The year's target has the last word on a chain's share, here and in the target table.
    assert office.get("/targets/2023", as_of=YEAR_END).json()["by_chain"]["新材料"]["projects"][
        "target"
    ] == 4  # fmt: skip
    admin.put("/targets/2023", {"projects": 9, "by_chain": {"新材料": {"projects": 8}}})
    line = office.get("/chains/sheet", as_of=YEAR_END).json()
    assert line["items"][0]["target_projects"] == 8
    assert line["items"][0]["projects_completion"] == "0.2500"
    assert (line["total"]["signed"], line["total"]["target_projects"]) == (2, 9)

    rows = office.csv("/chains/sheet", as_of=YEAR_END)
    assert list(rows[0])[:5] == ["产业链", "链长", "牵头单位", "链主企业", "目标企业"]
    assert (rows[0]["产业链"], rows[0]["签约"], rows[-1]["产业链"]) == ("新材料", "2", "合计")
    table = office.sheet("/chains/新材料/sheet", as_of=YEAR_END)
    column = table[0].index("签约")
    assert sum(row[column] for row in table[1:-1]) == table[-1][column] == 2
    assert table[-1][0] == "合计"


def test_a_slip_is_taken_back_and_stays_in_the_history(office: Client) -> None:
    chain = "毛绒玩具"
    assert office.put(f"/chains/{chain}", {"chief": "副县长"}).status_code == 201
    wrong = listed(office, chain, "录错的公司")
    void = {"event_id": wrong, "ground": "名称录错"}
    contact = {"mode": "call", "occurred_on": "2023-03-01"}
    answer = office.post(f"/chains/{chain}/enterprises/{wrong}/contact", contact)
    assert_problem(office.post(f"/chains/{chain}/void", void), 409, "event_depended_on")
    office.post(
        f"/chains/{chain}/void", {**void, "event_id": answer.json()["events"][0]["event_id"]}
    )
    assert office.post(f"/chains/{chain}/void", void).status_code == 201
    assert_problem(office.post(f"/chains/{chain}/void", void), 409, "already_voided")
    assert office.get(f"/chains/{chain}/enterprises").json()["listed"] == 0
    history = office.get(f"/chains/{chain}/history").json()["items"]
    assert [item["label"] for item in history] == [
        "产业链设置", "列入目标企业", "对接目标企业", "产业链记录作废", "产业链记录作废",
    ]  # fmt: skip
    assert history[1]["voided_by"] == history[4]["event_id"]
    assert office.get("/chains/新材料/history").json()["items"] == []


def test_who_may_write_on_a_chain(shared_server: Server, office: Client) -> None:
    office.put("/chains/富硒食品", {"lead_unit": "县农业农村局"})
    body = {"name": "某茶业公司", "class": "champion"}
    path = "/chains/富硒食品/enterprises"
    own = shared_server.client("recorder", unit="县农业农村局")
    other = shared_server.client("recorder", unit="经开区")
    viewer = shared_server.client("viewer")
    assert_problem(other.post(path, body), 403, "unit_not_allowed")
    assert_problem(viewer.post(path, body), 403, "role_not_allowed")
    assert_problem(own.put("/chains/富硒食品", {"chief": "我"}), 403, "role_not_allowed")
    answer = own.post(path, body)
    assert answer.status_code == 201
    void = {"event_id": answer.json()["enterprise_id"], "ground": "录错"}
    assert_problem(own.post("/chains/富硒食品/void", void), 403, "role_not_allowed")
    campaign = {"name": "节会", "kind": "festival", "unit": "经开区", "from_on": "2023-09-20"}
    assert_problem(own.post("/campaigns", campaign), 403, "unit_not_allowed")
    assert other.post("/campaigns", campaign).status_code == 201
    assert viewer.get("/chains").status_code == 200


def test_wrong_input_on_chains(office: Client) -> None:
    enterprise = listed(office, "生态旅游", "某文旅公司")
    path = "/chains/生态旅游/enterprises"
    again = {"name": "某文旅公司", "class": "unicorn"}
    assert_problem(office.post(path, again), 409, "enterprise_listed")
    assert_problem(office.post("/chains/没有的链/enterprises", again), 404, "chain_not_found")
    for path_ in ("/chains/没有的链", "/chains/没有的链/sheet", "/chains/没有的链/enterprises"):
        assert_problem(office.get(path_), 404, "chain_not_found")
    assert_problem(office.get("/chains/没有的链/history"), 404, "chain_not_found")
    contact = {"mode": "call"}
    assert_problem(office.post(f"{path}/{uuid4()}/contact", contact), 404, "enterprise_not_found")
    for lead in (str(uuid4()), enterprise):
        problem = assert_problem(
            office.post(f"{path}/{enterprise}/lead", {"lead_id": lead}), 422, "invalid_input"
        )
        assert problem["errors"][0]["field"] == "lead_id"
    wrong: list[dict[str, Any]] = [
        {"targets": {"1066": {"projects": 1}}},
        {"targets": {"2023": {"projects": -1}}},
        {"targets": {"2023": {"agreed_total_wan": "1,000"}}},
        {"targets": {"next": {}}},
        {"chief": ""},
        {"colour": "red"},
    ]
    for body in wrong:
        assert_problem(office.put("/chains/生态旅游", body), 422, "invalid_input")
    for body in ({"name": "甲"}, {"name": "甲", "class": "giant"}, {"class": "unicorn"}):
        assert_problem(office.post(path, body), 422, "invalid_input")
    assert_problem(office.get("/chains/生态旅游/sheet", counted_in="all"), 422, "invalid_input")
    assert_problem(office.get("/chains", year=1066), 422, "invalid_input")
    assert_problem(office.get(path, cursor="garbage"), 422, "invalid_input")


def test_campaigns_and_what_came_of_them(server: Server) -> None:
    office = server.client("manager")
    body = {
        "name": "赴苏州小分队招商",
        "kind": "team",
        "unit": "经开区",
        "from_on": "2023-04-03",
        "to_on": "2023-04-07",
        "persons": ["陈志强"],
        "partner": "溧阳",
    }
    answer = office.post("/campaigns", body)
    assert answer.status_code == 201
    campaign = answer.json()["campaign_id"]
    assert_problem(office.post("/campaigns", body), 409, "campaign_known")
    stationed = {"name": "溧阳驻点", "kind": "stationed", "unit": "经开区", "from_on": "2023-01-09"}
    office.post("/campaigns", stationed)
    signing = {"kind": "contract", "agreed_total_wan": 500, "occurred_on": "2023-06-01"}
    lead = office.register(
        campaign_id=campaign, channel="小分队招商", partner="溧阳", occurred_on="2023-04-06"
    )
    office.record(lead, "signing", **signing)
    office.register(campaign_id=campaign, channel="小分队招商", occurred_on="2023-04-20")
    assert office.get(f"/leads/{lead}").json()["campaign_id"] == campaign

    results = office.get("/campaigns/results", year=2023, as_of=YEAR_END).json()
    came = {item["name"]: (item["leads"], item["signings"]) for item in results["by_campaign"]}
    assert came == {"赴苏州小分队招商": (2, 1), "溧阳驻点": (0, 0)}
    assert results["by_channel"] == {
        "小分队招商": {"leads": 2, "signings": 1, "agreed_total_wan": "500"}
    }
    assert results["by_partner"]["溧阳"]["leads"] == 1
    assert results["by_partner"]["未注明"]["leads"] == 1
    assert results["by_kind"]["team"]["agreed_total_wan"] == "500"
    before = office.get("/campaigns/results", year=2023, as_of="2023-05-31").json()
    assert before["by_channel"]["小分队招商"]["signings"] == 0
    shown = office.get(f"/campaigns/{campaign}", as_of=YEAR_END).json()
    assert (shown["kind_label"], shown["persons"]) == ("小分队招商", ["陈志强"])
    assert shown["outcome"] == {"leads": 2, "signings": 1, "agreed_total_wan": "500"}
    assert [item["lead_id"] for item in shown["leads"]][-1] == lead
    first = office.get("/campaigns", limit=1, year=2023).json()
    second = office.get("/campaigns", limit=1, cursor=first["next_cursor"]).json()
    assert [p["items"][0]["name"] for p in (first, second)] == ["赴苏州小分队招商", "溧阳驻点"]
    assert (first["count"], second["next_cursor"]) == (2, None)
    assert office.get("/campaigns", kind="stationed").json()["count"] == 1
    assert_problem(
        office.get(f"/campaigns/{campaign}", as_of="2023-04-02"), 404, "campaign_not_found"
    )

    voided = office.post(f"/campaigns/{campaign}/void", {"ground": "重复录入"})
    assert voided.status_code == 201
    assert_problem(
        office.post(f"/campaigns/{campaign}/void", {"ground": "再次"}), 409, "already_voided"
    )
    assert office.get("/campaigns").json()["count"] == 1
    assert_problem(office.get(f"/campaigns/{campaign}"), 404, "campaign_not_found")
    lead_body = {"title": "甲", "investor": {"name": "乙"}, "recruiting_unit": "经开区"}
    for unknown in (campaign, str(uuid4()), lead):
        problem = assert_problem(
            office.post("/leads", {**lead_body, "campaign_id": unknown}), 422, "invalid_input"
        )
        assert problem["errors"][0]["field"] == "campaign_id"
    assert_problem(office.get(f"/campaigns/{lead}"), 404, "campaign_not_found")
    for wrong in (
        {**body, "name": "倒置", "to_on": "2023-04-01"},
        {**body, "name": "未来", "from_on": "2999-01-01", "to_on": None},
        {**body, "name": "早", "occurred_on": "2023-04-01"},
        {**body, "kind": "party"},
        {"name": "缺"},
    ):
        assert_problem(office.post("/campaigns", wrong), 422, "invalid_input")


def test_targets_by_town_chain_and_quarter(server: Server) -> None:
    office, admin = server.client("manager"), server.client("admin")
    plan = {
        "projects": 4,
        "by_town": {"城关镇": {"projects": 2}},
        "by_chain": {"新材料": {"projects": 4, "agreed_total_wan": 100}},
        "by_quarter": {
            "1": {"projects": 1, "agreed_total_wan": 100},
            "2": {"projects": 2},
            "4": {"projects": 4, "agreed_total_wan": 1000},
        },
        "occurred_on": "2023-01-03",
    }
    assert admin.put("/targets/2023", plan).status_code == 201
    for day in ("2023-03-31", "2023-04-01", "2023-05-10"):
        lead = office.register(host_town="城关镇", chain="新材料")
        office.record(lead, "signing", kind="contract", agreed_total_wan=50, occurred_on=day)
    shown = office.get("/targets/2023", as_of="2023-05-31").json()
    quarters = shown["by_quarter"]
    assert list(quarters) == ["1", "2", "4"]
    # The first quarter's is closed: 1 of 1. In May, 3 of 2, five of the six months gone.
    assert quarters["1"]["projects"]["actual"] == 1
    assert (quarters["1"]["projects"]["completion"], quarters["1"]["projects"]["gap_pp"]) == (
        "1.0000",
        "0.00",
    )
    assert quarters["1"]["agreed_total_wan"]["completion"] == "0.5000"
    assert (quarters["2"]["projects"]["completion"], quarters["2"]["projects"]["gap_pp"]) == (
        "1.5000",
        "66.67",
    )
    assert quarters["2"]["agreed_total_wan"]["completion"] is None
    assert (quarters["4"]["projects"]["actual"], quarters["4"]["projects"]["gap_pp"]) == (
        3,
        "33.33",
    )
    assert shown["by_town"]["城关镇"]["projects"]["completion"] == "1.5000"
    assert shown["by_town"]["城关镇"]["projects"]["remaining"] == -1
    assert shown["by_chain"]["新材料"]["agreed_total_wan"]["completion"] == "1.5000"
    early = office.get("/targets/2023", as_of="2022-12-31").json()["by_quarter"]["1"]
    assert (early["projects"]["target"], early["projects"]["actual"]) == (1, 0)
    scopes = {row["范围"] for row in office.csv("/targets/2023")}
    assert {"镇：城关镇", "产业链：新材料", "至第4季度末"} <= scopes
    for quarters_ in (
        {"5": {"projects": 1}},
        {"1": {"projects": 3}, "2": {"projects": 2}},
        {"1": {"projects": -1}},
    ):
        assert_problem(admin.put("/targets/2023", {"by_quarter": quarters_}), 422, "invalid_input")
