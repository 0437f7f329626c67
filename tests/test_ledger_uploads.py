"""A ledger is sent in over HTTP, looked at, set right, recorded, and what is wrong comes back."""

from datetime import timedelta
from pathlib import Path

import pytest

from crm.ledger.files import MOST_BYTES
from crm.ledger.importing import preview
from crm.ledger.mapping import NOTHING, Said
from crm.ledger.planning import Plan
from crm.ledger.remembered import Key, RememberedPlan
from crm.people import Caller, Role
from tests.ledgers import HEADER, PLAIN, TODAY, sample, write
from tests.sending import recorded, send, sent
from tests.serving import Client, Server, assert_problem


@pytest.fixture
def office(server: Server) -> Client:
    return server.client("manager")


def test_a_ledger_from_its_preview_to_its_leads(office: Client) -> None:
    path = sample("台账样例一.xlsx")
    shown = sent(office, path, limit=3)
    told = preview(path, TODAY)
    counts = shown["counts"]
    assert (counts["rows"], counts["refused"]) == (len(told.rows), len(told.refused))
    assert counts["new"] == len(told.accepted)
    assert (len(shown["rows"]), shown["count"]) == (3, len(told.rows))
    [sheet] = shown["sheets"]
    columns = {column["header"]: column["field"] for column in sheet["columns"]}
    assert columns["项目名称"] == "title"
    assert office.get("/leads").json()["count"] == 0  # nothing is recorded by looking
    wrong = office.get(f"/ledgers/{shown['ledger_id']}", outcome="refused").json()["rows"]
    assert len(wrong) == len(told.refused)
    assert all(row["faults"][0]["reason"] for row in wrong)
    done = recorded(office, shown["ledger_id"])
    assert (done["state"], done["report"]["recorded"]) == ("recorded", len(told.accepted))
    assert done["done"] == done["total"] == len(told.rows)
    assert office.get("/leads").json()["count"] == len(told.accepted)
    assert_problem(
        office.post(f"/ledgers/{shown['ledger_id']}/confirmation", {}), 409, "ledger_recorded"
    )
    once_more = sent(office, path)
    assert (once_more["counts"]["events"], once_more["counts"]["new"]) == (0, 0)
    again = recorded(office, once_more["ledger_id"])
    assert (again["report"]["recorded"], again["report"]["already"]) == (0, len(told.accepted))
    back = office.post(f"/ledgers/{shown['ledger_id']}/taking-back", {}).json()
    assert (len(back["kept"]), office.get("/leads").json()["count"]) == (0, 0)


def test_a_newer_ledger_records_what_changed(office: Client, tmp_path: Path) -> None:
    first = [PLAIN, {**PLAIN, "项目名称": "乙"}]
    recorded(office, sent(office, write(tmp_path / "三月.xlsx", first))["ledger_id"])
    later = [
        {**PLAIN, "开工时间": "2023-06-01"},
        {**PLAIN, "项目名称": "乙", "签约时间": "2023-03-09"},
    ]
    shown = sent(office, write(tmp_path / "六月.xlsx", later))
    assert [row["outcome"] for row in shown["rows"]] == ["changed", "conflict"]
    assert [event["label"] for event in shown["rows"][0]["events"]] == ["开工"]
    [conflict] = shown["rows"][1]["conflicts"]
    assert (conflict["column"], conflict["log"]) == ("签约时间", "2023-03-01")
    done = recorded(office, shown["ledger_id"])["report"]
    assert (done["recorded"], done["updated"], len(done["conflicts"])) == (0, 1, 1)


def test_a_column_nobody_knows_is_said_once(office: Client, tmp_path: Path) -> None:
    header = ["工程" if word == "项目名称" else word for word in HEADER]
    rows = [{**PLAIN, "工程": f"茶厂{n}"} for n in range(2)]
    for row in rows:
        del row["项目名称"]
    path = write(tmp_path / "台账.xlsx", rows, header=header)
    shown = sent(office, path)
    assert "工程" in shown["sheets"][0]["not_understood"]
    assert (shown["counts"]["new"], shown["counts"]["refused"]) == (0, 2)
    url = f"/ledgers/{shown['ledger_id']}/columns"
    set_right = office.put(url, {"sheet": "台账", "columns": {"工程": "title"}})
    assert set_right.status_code == 200, set_right.text
    assert set_right.json()["counts"]["new"] == 2
    for wrong in (
        {"sheet": "台账", "columns": {"没有": "title"}},
        {"sheet": "台账", "columns": {"工程": "nonsense"}},
        {"sheet": "台账", "columns": {"工程": "title", "备注": "title"}},
        {"sheet": "别的", "columns": {"工程": "title"}},
    ):
        assert_problem(office.put(url, wrong), 422, "invalid_input")
    later = write(tmp_path / "下月.xlsx", [{**rows[0], "工程": "新厂"}], header=header)
    [row] = sent(office, later)["rows"]
    assert (row["title"], row["outcome"]) == ("新厂", "new")


def test_what_is_refused_comes_back_to_be_corrected(office: Client, tmp_path: Path) -> None:
    rows = [
        PLAIN,
        {**PLAIN, "项目名称": "+乙", "协议金额": "待定"},
        {**PLAIN, "项目名称": "丙", "签约时间": "2月30日", "到位资金(万元)": 5},
    ]
    shown = sent(office, write(tmp_path / "台账.xlsx", rows))
    answer = office.get(f"/ledgers/{shown['ledger_id']}/refused")
    assert answer.status_code == 200
    back = tmp_path / "退回.xlsx"
    back.write_bytes(answer.content)
    again = preview(back, TODAY)
    assert [row.title for row in again.rows] == ["+乙", "丙"]
    assert [fault.code for row in again.rows for fault in row.faults] == ["amount", "date"]
    assert [row.funds_yuan for row in again.rows] == [0, 50_000]
    assert again.rows[1].filed_on == preview(tmp_path / "台账.xlsx", TODAY).rows[1].filed_on
    why = [column.index for column in again.tables[0].columns if column.header == "原因"]
    assert "不确定" in str(again.tables[0].rows[0].values[why[0]])
    assert [row.extras for row in again.rows] == [(), ()]  # why it went back is nothing it says


def test_dollars_come_back_in_their_unit(office: Client, tmp_path: Path) -> None:
    header = [*HEADER, "实际利用外资(亿美元)"]
    row = {**PLAIN, "签约时间": "2月30日", "实际利用外资(亿美元)": 0.5}
    shown = sent(office, write(tmp_path / "台账.xlsx", [row], header=header))
    back = tmp_path / "退回.xlsx"
    back.write_bytes(office.get(f"/ledgers/{shown['ledger_id']}/refused").content)
    assert [row.funds_usd for row in preview(back, TODAY).rows] == [50_000_000]


def test_a_file_goes_once_nothing_of_it_is_left_to_do(office: Client, tmp_path: Path) -> None:
    whole = sent(office, write(tmp_path / "全.xlsx", [PLAIN]))["ledger_id"]
    wrong = {**PLAIN, "项目名称": "乙", "协议金额": "待定"}
    third = {**PLAIN, "项目名称": "丙", "协议金额": 7000}
    partly = sent(office, write(tmp_path / "缺.xlsx", [third, wrong]))["ledger_id"]
    recorded(office, whole)
    recorded(office, partly)
    assert_problem(office.get(f"/ledgers/{whole}/refused"), 404, "ledger_gone")
    assert_problem(office.put(f"/ledgers/{whole}/columns", {"sheet": "台账", "columns": {}}),
                   409, "ledger_recorded")  # fmt: skip
    assert office.get(f"/ledgers/{partly}/refused").status_code == 200
    assert office.post(f"/ledgers/{partly}/taking-back", {}).status_code == 200
    assert_problem(office.get(f"/ledgers/{partly}/refused"), 404, "ledger_gone")


def test_files_that_are_not_taken(office: Client, tmp_path: Path) -> None:
    noise = tmp_path / "台账.xlsx"
    noise.write_bytes(b"not a workbook")
    assert "台账.xlsx" in assert_problem(send(office, noise), 422, "invalid_input")["detail"]
    good = write(tmp_path / "好.xlsx", [PLAIN])
    assert_problem(send(office, good, "台账.pdf"), 422, "invalid_input")
    assert_problem(send(office, good, "../../etc/cron.d/x"), 422, "invalid_input")
    assert send(office, good, "../上级/好.xlsx").status_code == 201
    assert_problem(send(office, good, f"{'长' * 100}.xlsx"), 422, "invalid_input")
    large = tmp_path / "大.xlsx"
    large.write_bytes(bytes(MOST_BYTES + 200_000))
    assert send(office, large).status_code == 413
    assert_problem(office.post("/ledgers", {"file": "x"}), 422, "invalid_input")
    assert office.get("/ledgers").json()["items"][0]["file"] == "好.xlsx"
    assert len(office.get("/ledgers").json()["items"]) == 1


def test_who_may_send_a_ledger(server: Server, tmp_path: Path) -> None:
    path = write(tmp_path / "台账.xlsx", [PLAIN, {**PLAIN, "招引单位": "县水利局"}])
    assert_problem(send(server.client("viewer"), path), 403, "role_not_allowed")
    clerk = server.client("recorder", "经开区")
    done = recorded(clerk, sent(clerk, path)["ledger_id"])
    assert done["report"]["recorded"] == 1  # the other row is another unit's
    assert [row["faults"][0]["code"] for row in done["report"]["refused"]] == ["unit_not_allowed"]


def test_thrown_away(office: Client, tmp_path: Path) -> None:
    ledger = sent(office, write(tmp_path / "台账.xlsx", [PLAIN]))["ledger_id"]
    assert office.http.delete(f"/ledgers/{ledger}").status_code == 200
    assert_problem(office.get(f"/ledgers/{ledger}"), 404, "ledger_not_found")


def test_a_preview_is_of_the_log_as_it_stands_whatever_was_seen_before(
    office: Client, tmp_path: Path
) -> None:
    path = write(tmp_path / "台账.xlsx", [PLAIN])
    first = sent(office, path)
    seen = [office.get(f"/ledgers/{first['ledger_id']}").json() for _ in range(2)]
    assert [page["counts"]["new"] for page in seen] == [1, 1]
    other = sent(office, write(tmp_path / "另一份.xlsx", [PLAIN]))
    assert recorded(office, other["ledger_id"])["report"]["recorded"] == 1
    again = office.get(f"/ledgers/{first['ledger_id']}").json()
    assert (again["counts"]["new"], again["counts"]["unchanged"]) == (0, 1)


def test_a_plan_is_kept_until_anything_it_was_made_of_is_another() -> None:
    key = Key("ab", "台账.xlsx", Caller("甲", Role.MANAGER), 7, TODAY)
    said: dict[str, Said] = {}
    made: list[Plan] = []

    def make() -> Plan:
        made.append(Plan(preview(sample("台账样例一.xlsx"), TODAY), ()))
        return made[-1]

    kept = RememberedPlan()

    def shapes(shape: str) -> Said:
        return said.get(shape, NOTHING)

    first = kept.of(key, shapes, make)
    assert kept.of(key, shapes, make) is first
    for other in (
        key._replace(head=8),
        key._replace(by=Caller("乙", Role.RECORDER, "经开区")),
        key._replace(today=TODAY + timedelta(days=1)),
    ):
        assert kept.of(other, shapes, make) is made[-1]
    assert len(made) == 4
    said[first.ledger.tables[0].shape] = Said({"备注": None})  # as another server may have it
    kept.of(key._replace(today=TODAY + timedelta(days=1)), shapes, make)
    assert len(made) == 5
    kept.forget()
    kept.of(key._replace(today=TODAY + timedelta(days=1)), shapes, make)
    assert len(made) == 6
