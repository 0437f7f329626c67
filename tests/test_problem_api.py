"""Problems over real HTTP: raised, answered, listed, filed."""

from typing import Any
from uuid import UUID

from tests.serving import Server


def test_problems_over_http(shared_server: Server) -> None:
    office = shared_server.client("manager")
    clerk = shared_server.client("recorder", "问题单位")
    other = shared_server.client("recorder", "自然资源局")
    lead = office.register(recruiting_unit="问题单位")
    office.record(lead, "signing", kind="contract", agreed_total_wan=10, occurred_on="2023-02-01")
    body = {"lead_id": lead, "class": "land", "text": "用地未落实", "due": "2023-03-31"}
    raised = clerk.post("/problems", {**body, "occurred_on": "2023-03-01"}, Idempotency_Key="k1")
    assert raised.status_code == 201, raised.text
    answer = raised.json()
    assert (answer["lead_id"], answer["version"]) == (lead, 1)
    again = clerk.post("/problems", {**body, "occurred_on": "2023-03-01"}, Idempotency_Key="k1")
    assert again.json() == answer
    assert other.post("/problems", body).json()["code"] == "unit_not_allowed"
    assert office.post("/problems", {**body, "class": "weather"}).status_code == 422
    problem = answer["problem_id"]

    def act(client: Any, what: str, **given: Any) -> Any:
        return client.post(f"/problems/{problem}/{what}", given)

    assert act(other, "action", text="x", occurred_on="2023-03-05").status_code == 403
    assert act(clerk, "assignment", unit="自然资源局", occurred_on="2023-03-02").status_code == 201
    assert act(other, "action", text="已报市局", occurred_on="2023-03-05").status_code == 201
    assert act(other, "claim", occurred_on="2023-04-02").status_code == 201
    assert act(clerk, "closing", confirmer="某某", occurred_on="2023-04-03").status_code == 403
    stale = office.post(f"/problems/{problem}/closing", {"confirmer": "中心"}, If_Match='"2"')
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")

    asked = {"unit": "自然资源局", "as_of": "2023-04-02"}
    listed = office.get("/problems", overdue=True, **asked).json()
    assert (listed["count"], listed["items"][0]["overdue_days"]) == (1, 2)
    assert listed["items"][0]["state_label"] == "已申请销号"
    item = office.get("/lists/signed-not-started", unit="问题单位", as_of="2023-04-02").json()
    assert item["items"][0]["open_issues"] == 1
    assert act(office, "closing", confirmer="中心", occurred_on="2023-04-03").status_code == 201
    assert act(office, "claim", occurred_on="2023-04-04").json()["code"] == "problem_state"
    found = office.get("/problems/summary", unit="自然资源局", as_of="2023-04-30").json()
    assert (found["close_out_rate"], found["in_time_rate"]) == ("1.0000", "0.0000")
    item = office.get("/lists/signed-not-started", unit="问题单位", as_of="2023-04-30").json()
    assert item["items"][0]["open_issues"] == 0
    whole = office.get(f"/problems/{problem}").json()
    labels = [event["label"] for event in whole["history"]]
    assert labels == ["提出问题", "问题交办", "落实情况", "申请销号", "销号"]
    assert office.get(f"/problems/{problem}", as_of="2023-02-01").status_code == 404
    assert office.get(f"/problems/{lead}").json()["code"] == "problem_not_found"


def test_a_problem_is_listed_for_all_to_see_by_managers_alone(shared_server: Server) -> None:
    """挂牌督办 (plan clause 76): on the list from its day on, and in the problem's history."""
    office = shared_server.client("manager")
    clerk = shared_server.client("recorder", "挂牌单位")
    lead = office.register(recruiting_unit="挂牌单位")
    body = {"lead_id": lead, "class": "land", "text": "用地未落实", "occurred_on": "2023-03-01"}
    problem = office.post("/problems", body).json()["problem_id"]
    step = {"level": "listed", "ground": "逾期一个月未解决", "occurred_on": "2023-05-01"}
    assert clerk.post(f"/problems/{problem}/escalation", step).status_code == 403
    answer = office.post(f"/problems/{problem}/escalation", step)
    assert (answer.status_code, answer.json()["version"]) == (201, 2)
    for day, level in (("2023-04-30", None), ("2023-05-01", "挂牌督办")):
        [item] = office.get("/problems", unit="挂牌单位", as_of=day).json()["items"]
        assert item["level_label"] == level
    history = office.get(f"/problems/{problem}").json()["history"]
    assert [event["type"] for event in history] == ["ProblemRaised", "ProblemEscalated"]


def test_a_problem_is_of_a_lead_that_stands(shared_server: Server) -> None:
    office = shared_server.client("manager")
    body = {"lead_id": str(UUID(int=7)), "class": "land", "text": "用地未落实"}
    unknown = office.post("/problems", body)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "lead_not_found")
    lead = office.register()
    registration = office.get(f"/leads/{lead}/history").json()["items"][0]["event_id"]
    office.record(lead, "void", event_id=registration, ground="重复登记")
    voided = office.post("/problems", {**body, "lead_id": lead})
    assert (voided.status_code, voided.json()["code"]) == (409, "lead_voided")
    assert office.get("/problems", lead_id=lead).json()["count"] == 0


def test_a_lead_says_how_many_are_open_at_both_clocks(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register(recruiting_unit="两个时钟单位")
    body = {"lead_id": lead, "class": "permits", "text": "环评未批"}
    first = office.post("/problems", {**body, "occurred_on": "2023-03-01"}).json()
    assert office.get(f"/leads/{lead}").json()["open_issues"] == 1
    office.post("/problems", {**body, "occurred_on": "2023-05-01"})
    closing = {"confirmer": "中心", "text": "已批", "occurred_on": "2023-06-01"}
    assert office.post(f"/problems/{first['problem_id']}/closing", closing).status_code == 201

    def open_issues(**asked: Any) -> int:
        return int(office.get(f"/leads/{lead}", **asked).json()["open_issues"])

    days = ("2023-02-28", "2023-03-01", "2023-05-01", "2023-06-01")
    assert [open_issues(as_of=day) for day in days] == [0, 1, 2, 1]
    only_first = office.get(f"/problems/{first['problem_id']}").json()["history"][0]["recorded_at"]
    assert open_issues(as_of="2023-06-01", known_at=only_first) == 1
    assert open_issues(as_of="2023-06-01", version=1) == 0  # the lead had just been registered


def test_the_whole_list_as_a_file(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register(recruiting_unit="文件单位", title="文件项目")
    for nth, text in enumerate(("=cmd()", "水压不足")):
        body = {"lead_id": lead, "class": "utilities", "text": text, "due": "2023-03-31"}
        answer = office.post("/problems", {**body, "occurred_on": f"2023-03-0{nth + 1}"})
        assert answer.status_code == 201
    asked = {"unit": "文件单位", "as_of": "2023-04-10"}
    rows = office.csv("/problems", limit=1, **asked)
    assert [row["问题描述"] for row in rows] == ["水压不足", "'=cmd()"]
    shown = {(row["项目名称"], row["问题类别"], row["状态"], row["逾期天数"]) for row in rows}
    assert shown == {("文件项目", "水电路气", "待解决", "10")}
    table = office.sheet("/problems", **asked)
    assert table[0][0] == "编号"
    assert [row[6] for row in table[1:]] == ["水压不足", "=cmd()"]
    assert office.get("/problems", format="pdf").status_code == 422
    assert office.get("/problems", state="asleep").status_code == 422
