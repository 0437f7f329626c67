"""Rankings, inspections, interviews, the showing table, pipeline and forecast over real HTTP."""

from typing import Any

import pytest

from tests.serving import Client, Server, assert_problem

MIDYEAR = "2023-06-30"
Q2 = {"period": "2023-Q2", "as_of": MIDYEAR}


@pytest.fixture
def office(server: Server) -> Client:
    return server.client("manager")


def county(server: Server, office: Client) -> None:
    """城关镇 does what was asked (2 of 4, one started), 平梁镇 less, 双乳镇 nothing of 4."""
    target = {
        "projects": 12,
        "agreed_total_wan": 120_000,
        "by_town": {
            name: {"projects": 4, "agreed_total_wan": 40_000}
            for name in ("城关镇", "平梁镇", "双乳镇")
        },
        "occurred_on": "2023-01-03",
    }
    assert server.client("admin").put("/targets/2023", target).status_code == 201
    for town, amount, start in (
        ("城关镇", 12_000, "2023-05-10"),
        ("城关镇", 8_000, None),
        ("平梁镇", 11_000, None),
    ):
        lead = office.register(host_town=town, occurred_on="2023-04-01")
        office.record(
            lead,
            "signing",
            kind="contract",
            agreed_total_wan=amount,
            start_due="2023-06-01",
            occurred_on="2023-04-10",
        )
        if start:
            office.record(lead, "start", occurred_on=start)


def ranked(client: Client, **query: Any) -> dict[str, Any]:
    answer = client.get("/rankings", **{**Q2, "group": "towns", **query})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_season_ranks_the_towns_and_shows_every_part(server: Server, office: Client) -> None:
    county(server, office)
    shown = ranked(office)
    assert [(i["rank"], i["unit"]) for i in shown["items"]] == [
        (1, "城关镇"),
        (2, "平梁镇"),
        (3, "双乳镇"),
    ]
    assert shown["awarded"] == ["城关镇", "平梁镇", "双乳镇"]
    best = shown["items"][0]
    parts = {part["indicator"]: part for part in best["parts"]}
    # 新增线索 2 is the most of its group: full marks. 时序 is half the year: 2 of 2 signed, 2 of 2
    # 亿元; 1 of 2 started. Visits: due for none before a month has passed, or as the part says.
    assert (parts["reserve"]["actual"], parts["reserve"]["s"]) == (2, "1.0000")
    assert (parts["signed_projects"]["actual"], parts["signed_projects"]["target"]) == (2, 2)
    assert (parts["signed_amount"]["actual"], parts["signed_amount"]["target"]) == (
        "20000",
        "20000",
    )
    assert (parts["start"]["actual"], parts["start"]["target"], parts["start"]["s"]) == (
        1,
        2,
        "0.5000",
    )
    assert parts["production"]["left_out"] is not None
    counted = [part for part in best["parts"] if part["points"] is not None]
    assert sum(float(part["scaled_weight"]) for part in counted) == pytest.approx(100, abs=0.05)
    points = sum(float(part["points"]) for part in counted)
    assert float(best["score"]) == pytest.approx(points, abs=0.05)
    assert best["completion"]["both"] == "0.5000"
    assert best["completion"]["gap_pp"] == "0.00"
    last = shown["items"][-1]
    assert last["completion"]["gap_pp"] == "-50.00"
    detail = ranked(office, detail=True)["items"][0]["parts"][0]
    assert len(detail["leads"]["actual"]) == 2


def test_inspections_move_a_rank_and_are_taken_back(server: Server, office: Client) -> None:
    county(server, office)
    before = {i["unit"]: i["score"] for i in ranked(office)["items"]}
    found = {"unit": "城关镇", "points": "-0.5", "ground": "迟报", "occurred_on": "2023-06-15"}
    answer = office.post("/inspections", found)
    assert answer.status_code == 201, answer.text
    after = ranked(office)["items"]
    mine = next(item for item in after if item["unit"] == "城关镇")
    assert float(mine["score"]) == pytest.approx(float(before["城关镇"]) - 0.5)
    assert (mine["deduction"], mine["adjustments"][0]["ground"]) == ("0.50", "迟报")
    # Not seen the day before, nor in the quarter after.
    assert ranked(office, as_of="2023-06-14")["items"][0]["adjustments"] == []
    listed = office.get("/inspections", as_of=MIDYEAR).json()
    assert (listed["count"], listed["items"][0]["points"]) == (1, "-0.50")
    entry = listed["items"][0]["inspection_id"]
    void = {"unit": "城关镇", "ground": "录错单位"}
    assert office.post(f"/inspections/{entry}/void", void).status_code == 201
    assert_problem(office.post(f"/inspections/{entry}/void", void), 409, "already_voided")
    again = next(item for item in ranked(office)["items"] if item["unit"] == "城关镇")
    assert again["score"] == before["城关镇"]
    assert office.get("/inspections", as_of=MIDYEAR).json()["count"] == 0


@pytest.mark.parametrize(
    "wrong",
    [{"points": 0}, {"points": "0.001"}, {"points": 101}, {"unit": "没有的镇"}, {"ground": " "}],
)
def test_an_inspection_that_cannot_be_is_refused(
    shared_server: Server, wrong: dict[str, Any]
) -> None:
    office = shared_server.client()
    found = {"unit": "城关镇", "points": "2", "ground": "示范", "occurred_on": "2023-06-15"}
    answer = office.post("/inspections", {**found, **wrong})
    assert answer.status_code == 422, answer.text
    assert office.get("/inspections", as_of=MIDYEAR).json()["count"] == 0


def test_an_interview_takes_both_conditions(server: Server, office: Client) -> None:
    """双乳镇 is last and 50 points behind; 平梁镇 is neither; 城关镇 is first."""
    county(server, office)
    listed = office.get("/rankings/interviews", **Q2).json()["items"]
    assert [(i["unit"], i["to_interview"]) for i in listed] == [("双乳镇", True)]
    held = {
        "period": "2023-Q2",
        "interviewer": "县长",
        "interviewee": "镇长",
        "text": "限期一个月赶上时序进度",
        "occurred_on": "2023-07-05",
    }
    answer = office.post("/interviews", {**held, "unit": "城关镇"})
    problem = assert_problem(answer, 409, "interview_conditions")
    assert "排名第1" in problem["detail"]
    assert office.post("/interviews", {**held, "unit": "双乳镇"}).status_code == 201
    answer = office.post("/interviews", {**held, "unit": "双乳镇"})
    assert_problem(answer, 409, "already_interviewed")
    shown = office.get("/interviews", as_of="2023-07-05").json()
    assert [i["unit"] for i in shown["items"]] == ["双乳镇"]
    assert office.get("/interviews", as_of="2023-07-04").json()["count"] == 0


def test_recorders_and_readers_neither_inspect_nor_interview(shared_server: Server) -> None:
    found = {"unit": "城关镇", "points": "2", "ground": "示范", "occurred_on": "2023-06-15"}
    for role in ("recorder", "viewer"):
        client = shared_server.client(role, unit="经开区" if role == "recorder" else None)
        assert_problem(client.post("/inspections", found), 403, "role_not_allowed")
        group = {"unit": "县司法局", "group": "departments"}
        assert_problem(client.put("/settings/units", group), 403, "role_not_allowed")


def test_a_unit_is_placed_in_a_group_and_ranked_there(server: Server, office: Client) -> None:
    admin = server.client("admin")
    lead = office.register(recruiting_unit="县司法局", occurred_on="2023-04-01")
    assert ranked(office, group="departments")["not_grouped"] == ["县司法局"]
    placed = {"unit": "县司法局", "group": "departments", "occurred_on": "2023-04-02"}
    assert admin.put("/settings/units", placed).status_code == 201
    shown = ranked(office, group="departments", detail=True)
    assert shown["not_grouped"] == []
    assert [i["unit"] for i in shown["items"]] == ["县司法局"]
    assert shown["items"][0]["parts"][0]["leads"]["actual"] == [lead]
    groups = office.get("/settings/units", as_of="2023-04-01").json()["items"]
    assert "县司法局" not in [item["unit"] for item in groups]


def test_the_showing_table_and_the_files(server: Server, office: Client) -> None:
    county(server, office)
    table = office.get("/rankings/table", year=2023, as_of=MIDYEAR).json()
    assert [(i["rank"], i["unit"], i["signed_one"], i["start_rate"]) for i in table["items"]][
        :2
    ] == [(1, "城关镇", 1, "1.0000"), (2, "平梁镇", 1, "0.0000")]
    for path, query in (
        ("/rankings", {**Q2, "group": "towns"}),
        ("/rankings/interviews", Q2),
        ("/rankings/table", {"year": 2023, "as_of": MIDYEAR}),
    ):
        text = str(office.sheet(path, **query))
        assert "双乳镇" in text
        assert ("城关镇" in text) == (path != "/rankings/interviews")
        assert office.get(path, **query, format="csv").content.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/rankings", {"period": "2023-W20", "group": "towns"}),
        ("/rankings", {"period": "2023-Q3", "group": "towns", "as_of": MIDYEAR}),
        ("/rankings", {"period": "2023-Q2", "group": "villages"}),
        ("/rankings/top", {"period": "第二季度"}),
        ("/forecast", {"year": 2022, "as_of": MIDYEAR}),
    ],
)
def test_wrong_questions_are_refused(
    shared_server: Server, path: str, query: dict[str, Any]
) -> None:
    assert_problem(shared_server.client().get(path, **query), 422, "invalid_input")


def test_the_pipeline_s_cover_over_http(server: Server, office: Client) -> None:
    """11 past leads, 8 signed; one open with 1 亿元; 12 亿元 asked, 8 there: 1 × 8/11 ÷ 4."""
    target = {"projects": 12, "agreed_total_wan": 120_000, "occurred_on": "2023-01-03"}
    assert server.client("admin").put("/targets/2023", target).status_code == 201
    for nth in range(11):
        lead = office.register(occurred_on="2023-01-05")
        if nth < 8:
            signing = {"kind": "contract", "agreed_total_wan": 10_000}
            office.record(lead, "signing", **signing, occurred_on="2023-02-01")
        else:
            office.record(lead, "loss", ground="落户外县", occurred_on="2023-02-01")
    office.register(occurred_on="2023-03-01", estimated_amount_wan=10_000)
    shown = office.get("/pipeline", year=2023, as_of=MIDYEAR, detail=True).json()
    assert (shown["missing_wan"], shown["cover"], shown["reason"]) == ("40000", "0.1818", None)
    first = shown["stages"][0]
    assert (first["decided"], first["signed"], first["probability"]) == (11, 8, "0.7273")
    assert len(first["leads"]) == 1
    early = office.get("/pipeline", year=2023, as_of="2023-01-31").json()
    assert (early["cover"], early["missing_wan"]) == (None, "120000")


def test_a_forecast_and_how_last_year_s_would_have_done(server: Server, office: Client) -> None:
    """40 leads a year ago, half signed within the year. What was entered since says so; what was
    known on that evening was nothing."""
    for nth in range(80):
        year = 2021 + nth // 40
        lead = office.register(occurred_on=f"{year}-{1 + nth % 12:02}-05")
        if nth % 2:
            signing = {"kind": "contract", "agreed_total_wan": 1000}
            office.record(lead, "signing", **signing, occurred_on=f"{year}-12-01")
    shown = office.get("/forecast", year=2022, as_of="2022-06-30", detail=True).json()
    assert shown["reason"] is None
    projects = shown["projects"]
    low, high = projects["interval_95"]
    assert low <= float(projects["expected"]) <= high
    assert shown["open"] == len(shown["leads"])
    then, since = shown["backtest"]["as_known_then"], shown["backtest"]["as_known_since"]
    assert (then["history"]["leads"], then["projects"]["point"]) == (0, None)
    assert since["history"]["leads"] > 0
    assert since["outcome"]["projects"] == 20
    again = office.get("/forecast", year=2022, as_of="2022-06-30", detail=True).json()
    assert {**again, "known_at": ""} == {**shown, "known_at": ""}
