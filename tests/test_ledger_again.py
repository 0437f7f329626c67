"""The same ledger again, a newer one, an old copy: what is recorded, what waits for a person?"""

import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from crm.ledger import returning
from crm.ledger.files import open_file
from crm.ledger.importing import ImportReport, import_ledger, plan, preview, record
from crm.ledger.planning import Outcome, Plan, Planned
from crm.ledger.reading import digest_of
from crm.ledger.report import render_plan, render_report, render_taken_back
from crm.ledger.taking_back import take_back
from crm.people import SYSTEM, Caller, Role
from crm.wiring import build
from domain.errors import BadInput, NotFound
from domain.event import LEDGER, Evidence
from domain.lead import events as e
from domain.vocabulary import AgreementKind, FundsSource, ResponsibilityRole
from projections.lead_states import leads_on
from projections.reader import clocks
from tests.databases import sqlite_settings
from tests.ledgers import HEADER, PLAIN, USCC, sample, write
from tests.serving import run_crm

OTHER_USCC = "91610921TCDKQQ0NEN"
HEAD_2024 = ("汉阴县招商引资项目台账", "填报单位:县招商服务中心  填报时间:2024年3月31日  单位:万元")
FILED, LATER = date(2023, 12, 31), date(2024, 3, 31)
STAFF = Caller("staff", Role.MANAGER)


def bring_in(crm: CRM, path: Path, by: Caller = SYSTEM) -> ImportReport:
    return import_ledger(crm, preview(path, crm.today()), by)


def planned(crm: CRM, path: Path) -> Plan:
    return plan(crm, preview(path, crm.today()), SYSTEM)


def only(crm: CRM, path: Path) -> Planned:
    [line] = planned(crm, path).lines
    return line


def lead_of(report: ImportReport) -> UUID:
    [(_, written)] = report.recorded
    return written.lead_id


def codes(line: Planned) -> list[str]:
    return [one.code for one in line.conflicts]


def newer(tmp_path: Path, rows: Sequence[dict[str, Any]], name: str = "b.xlsx") -> Path:
    return write(tmp_path / name, rows, head=HEAD_2024)


def states(crm: CRM) -> dict[str, Any]:
    """Every lead as the read tables have it today."""
    with crm.reader.asking(*EVERYTHING) as connection:
        found = leads_on(connection, clocks(connection, crm.today()))
        return {lead.state.code: lead.state for lead in found}


FULL = {
    **PLAIN,
    "统一社会信用代码": USCC,
    "所属产业链": "富硒食品",
    "落户镇": "城关镇",
    "包抓领导": "周某",
    "责任单位": "经开区",
    "责任人": "李某",
    "联系电话": "13838205642",
    "开工时间": "2023-04-01",
    "到位资金(万元)": 1000,
    "进展情况": "设备安装",
    "备注": "重点项目",
}


# --- the same again -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["台账样例一.xlsx", "台账样例二.xlsx"])
def test_the_same_ledger_twice_records_nothing_the_second_time(crm: CRM, name: str) -> None:
    path = sample(name)
    first = bring_in(crm, path)
    head = crm.store.head()
    again = planned(crm, path)
    assert [line.row.row for line in again.of(Outcome.UNCHANGED)] == [
        row.row for row, _ in first.recorded
    ]
    assert [line.row for line in again.of(Outcome.REFUSED)] == list(first.refused)
    second = bring_in(crm, path)
    assert len(second.already) == len(first.recorded)
    assert [*second.recorded, *second.updated, *second.conflicts] == []
    assert crm.store.head() == head


def test_every_entry_names_its_line_as_its_source_and_proves_nothing(
    crm: CRM, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", [FULL])
    lead_id = lead_of(bring_in(crm, path))
    source = Evidence(LEDGER, "a.xlsx 第4行", sha256=digest_of(path))
    history = crm.history(lead_id)
    assert [recorded.event.evidence for recorded in history] == [(source,)] * len(history)
    assert {recorded.recorded_by for recorded in history} == {"crm"}
    registered = history[0].event
    assert (registered.note or "").startswith("台账：a.xlsx 第4行（填报单位：县招商服务中心）；")
    state = states(crm)["ZS2023-0001"]
    assert state.papers == ()
    assert state.unproven_funds == 1


def test_an_unsigned_line_a_month_alone_and_an_exit_without_a_day_stay_the_same(
    crm: CRM, tmp_path: Path
) -> None:
    rows = [
        {**PLAIN, "签约时间": None},
        {**PLAIN, "项目名称": "乙", "签约时间": "2023年3月"},
        {**PLAIN, "项目名称": "丙", "备注": "已解约"},
    ]
    bring_in(crm, write(tmp_path / "a.xlsx", rows))
    again = planned(crm, newer(tmp_path, rows))
    assert [line.outcome for line in again.lines] == [Outcome.UNCHANGED] * 3
    exact = planned(crm, newer(tmp_path, [{**rows[1], "签约时间": "2023-03-31"}]))
    assert exact.lines[0].outcome is Outcome.UNCHANGED


def test_columns_a_ledger_does_not_have_are_not_compared(crm: CRM, tmp_path: Path) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [FULL]))
    header = list(PLAIN)
    path = write(tmp_path / "b.xlsx", [PLAIN], header=header, head=HEAD_2024)
    assert only(crm, path).outcome is Outcome.UNCHANGED


def test_two_equal_lines_stay_two_leads(crm: CRM, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [PLAIN, PLAIN])
    assert len(bring_in(crm, path).recorded) == 2
    again = planned(crm, path)
    assert [line.code for line in again.lines] == ["ZS2023-0001", "ZS2023-0002"]
    assert all(line.outcome is Outcome.UNCHANGED for line in again.lines)
    # One of them moves on: the other is told by being the same.
    moved = planned(crm, newer(tmp_path, [{**PLAIN, "开工时间": "2023-07-01"}, PLAIN]))
    assert [line.outcome for line in moved.lines] == [Outcome.CHANGED, Outcome.UNCHANGED]
    assert {line.code for line in moved.lines} == {"ZS2023-0001", "ZS2023-0002"}
    # Both do: nobody can say which is which.
    both = [{**PLAIN, "开工时间": "2023-07-01"}, {**PLAIN, "开工时间": "2023-08-01"}]
    unclear = planned(crm, newer(tmp_path, both, "c.xlsx"))
    assert [codes(line) for line in unclear.lines] == [["unclear"], ["unclear"]]
    assert "ZS2023-0001、ZS2023-0002" in render_plan(unclear)


# --- a newer ledger -------------------------------------------------------------------------

Change = tuple[dict[str, Any], list[e.LeadEvent]]


def assigned(role: ResponsibilityRole, holder: str) -> e.ResponsibilityAssigned:
    changes = (e.ResponsibilityChange(role, holder),)
    return e.ResponsibilityAssigned(occurred_on=LATER, changes=changes)


CHANGES: dict[str, Change] = {
    "completed": (
        {"竣工时间": "2024-01-05"},
        [e.ConstructionCompleted(occurred_on=date(2024, 1, 5))],
    ),
    "completed and producing": (
        {"竣工时间": "2024-01-05", "投产时间": "2024-02-06"},
        [
            e.ConstructionCompleted(occurred_on=date(2024, 1, 5)),
            e.ProductionStarted(occurred_on=date(2024, 2, 6)),
        ],
    ),
    "amended": (
        {"协议金额": 8000},
        [
            e.AgreementAmended(
                occurred_on=LATER, agreed_total_yuan=80_000_000, ground="台账填报的协议金额有变更"
            )
        ],
    ),
    "more funds": (
        {"到位资金(万元)": 1500},
        [
            e.FundsArrived(
                occurred_on=LATER,
                source=FundsSource.UNSPECIFIED,
                amount_yuan=5_000_000,
                note="台账累计1500万元，系统中原有1000万元，按差额登记",
            )
        ],
    ),
    "leader": ({"包抓领导": "吴某"}, [assigned(ResponsibilityRole.LEADER, "吴某")]),
    "town": ({"落户镇": "涧池镇"}, [assigned(ResponsibilityRole.HOST_TOWN, "涧池镇")]),
    "leader, chain and person": (
        {"包抓领导": "吴某", "所属产业链": "新材料", "责任人": "王某"},
        [
            e.ResponsibilityAssigned(
                occurred_on=LATER,
                changes=(
                    e.ResponsibilityChange(ResponsibilityRole.CHAIN, "新材料"),
                    e.ResponsibilityChange(ResponsibilityRole.LEADER, "吴某"),
                    e.ResponsibilityChange(ResponsibilityRole.PERSON, "王某"),
                ),
            )
        ],
    ),
    "investor": (
        {"企业名称": "新公司", "统一社会信用代码": OTHER_USCC},
        [
            e.InvestorChanged(
                occurred_on=LATER,
                investor=e.Investor("新公司", OTHER_USCC),
                ground="台账填报的企业名称为“新公司”",
            )
        ],
    ),
    "renamed": (
        {"项目名称": "富硒茶深加工项目"},
        [
            e.LeadRenamed(
                occurred_on=LATER,
                title="富硒茶深加工项目",
                ground="台账填报的项目名称为“富硒茶深加工项目”",
            )
        ],
    ),
    "exited": (
        {"备注": "已解约(2024年2月1日)", "包抓领导": "吴某"},
        [
            e.ResponsibilityAssigned(
                occurred_on=date(2024, 2, 1),
                changes=(e.ResponsibilityChange(ResponsibilityRole.LEADER, "吴某"),),
            ),
            e.LeadExited(occurred_on=date(2024, 2, 1), ground="已解约(2024年2月1日)"),
        ],
    ),
    "progress": (
        {"进展情况": "主体封顶"},
        [e.MonthlyProgressReported(occurred_on=LATER, period="2024-03", text="主体封顶")],
    ),
    "a remark beside a change": (
        {"竣工时间": "2024-01-05", "备注": "市级重点"},
        [e.ConstructionCompleted(occurred_on=date(2024, 1, 5), note="备注：市级重点")],
    ),
}


@pytest.mark.parametrize("name", list(CHANGES))
def test_a_newer_ledger_records_what_changed_and_nothing_else(
    crm: CRM, tmp_path: Path, name: str
) -> None:
    cells, events = CHANGES[name]
    header = [*HEADER, "系统编号"]
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [FULL])))
    before = len(crm.history(lead_id))
    row = {**FULL, "系统编号": "ZS2023-0001", **cells}
    path = write(tmp_path / "b.xlsx", [row], header=header, head=HEAD_2024)
    source = Evidence(LEDGER, "b.xlsx 第4行", sha256=digest_of(path))
    line = only(crm, path)
    assert line.outcome is Outcome.CHANGED
    report = bring_in(crm, path)
    assert len(report.updated) == 1
    recorded = [r.event for r in crm.history(lead_id)[before:]]
    assert [event.evidence for event in recorded] == [(source,)] * len(events)
    assert recorded == list(line.events)
    for event, expected in zip(recorded, events, strict=True):
        assert type(event) is type(expected)
        told = {f: getattr(event, f) for f in event.__dataclass_fields__ if f != "evidence"}
        assert told == {f: getattr(expected, f) for f in told}
    assert bring_in(crm, path).already
    assert len(crm.history(lead_id)) == before + len(events)


def test_a_lead_signs_rises_and_gets_its_code(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [{**PLAIN, "签约时间": None}])))
    framework = {**PLAIN, "协议类别": "框架协议", "签约时间": "2024-01-10"}
    bring_in(crm, newer(tmp_path, [framework]))
    higher = {**framework, "协议类别": "合同", "签约时间": "2024-02-20", "协议金额": 6000}
    bring_in(crm, newer(tmp_path, [{**higher, "统一社会信用代码": USCC}], "c.xlsx"))
    state = crm.lead(lead_id).standing()
    events = [r.event for r in crm.history(lead_id)]
    assert [type(event) for event in events] == [
        e.LeadRegistered,
        e.AgreementSigned,
        e.InvestorChanged,
        e.AgreementUpgraded,
    ]
    assert (state.kind, state.signed_on) == (AgreementKind.CONTRACT, date(2024, 2, 20))
    assert state.agreed_total_yuan == 60_000_000
    # A ledger that keeps the day of the first text is as right.
    same = {**higher, "统一社会信用代码": USCC, "签约时间": "2024-01-10"}
    assert only(crm, newer(tmp_path, [same], "d.xlsx")).outcome is Outcome.UNCHANGED


def test_words_alone_are_listed_and_people_are_not_named(crm: CRM, tmp_path: Path) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [FULL]))
    row = {**FULL, "备注": "市级重点", "联系电话": "13838205643"}
    line = only(crm, newer(tmp_path, [row]))
    assert line.outcome is Outcome.UNCHANGED
    assert line.comparison is not None
    assert [one.column for one in line.comparison.unrecorded] == ["备注", "联系电话"]
    text = render_plan(planned(crm, newer(tmp_path, [row])))
    assert "市级重点" in text
    assert "13838205643" not in text


# --- what a person decides ------------------------------------------------------------------

CONFLICTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "another day": ({"开工时间": "2023-04-02"}, "date_differs", "开工时间"),
    "another signing": ({"签约时间": "2023-03-02"}, "date_differs", "签约时间"),
    "emptied": ({"包抓领导": None}, "emptied", "包抓领导"),
    "emptied start": ({"开工时间": None}, "emptied", "开工时间"),
    "funds fell": ({"到位资金(万元)": 900}, "funds_fell", "到位资金(万元)"),
    "funds emptied": ({"到位资金(万元)": None}, "emptied", "到位资金(万元)"),
    "kind fell": ({"协议类别": "协议"}, "kind_fell", "协议类别"),
    "amount fell": ({"协议金额": 4000}, "amount_fell", "协议金额"),
    "another code": ({"统一社会信用代码": OTHER_USCC}, "uscc_differs", "统一社会信用代码"),
    "another unit": ({"招引单位": "县发改局"}, "unit_fixed", "招引单位"),
    "refused by the domain": ({"竣工时间": "2023-03-15"}, "milestone_order", "竣工时间"),
    "without what it stands on": (
        {"开工时间": "2023-05-01", "投产时间": "2023-06-01"},
        "milestone_missing",
        "投产时间",
    ),
}


@pytest.mark.parametrize("name", list(CONFLICTS))
def test_what_contradicts_the_log_is_listed_and_not_applied(
    crm: CRM, tmp_path: Path, name: str
) -> None:
    cells, code, column = CONFLICTS[name]
    bring_in(crm, write(tmp_path / "a.xlsx", [FULL]))
    head = crm.store.head()
    path = newer(tmp_path, [{**FULL, **cells}])
    line = only(crm, path)
    assert line.outcome is Outcome.CONFLICT
    assert (code, column) in [(one.code, one.column) for one in line.conflicts]
    report = bring_in(crm, path)
    assert crm.store.head() == head
    assert len(report.conflicts) == 1
    told = next(one for one in line.conflicts if one.code == code)
    assert f"{column}：{told.log}→{told.ledger}（{told.reason}）" in render_report(report)
    assert any("\u4e00" <= character <= "\u9fff" for character in told.reason)


def test_a_conflict_holds_back_its_own_cell_alone(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [FULL])))
    cells = {"协议金额": 4000, "竣工时间": "2024-01-05"}
    line = only(crm, newer(tmp_path, [{**FULL, **cells}]))
    assert line.outcome is Outcome.CONFLICT
    assert codes(line) == ["amount_fell"]
    bring_in(crm, newer(tmp_path, [{**FULL, **cells}]))
    state = crm.lead(lead_id).standing()
    assert (state.completed_on, state.agreed_total_yuan) == (date(2024, 1, 5), 50_000_000)


def test_an_exited_lead_that_comes_back_is_for_a_person(crm: CRM, tmp_path: Path) -> None:
    gone = {**FULL, "备注": "已解约(2023年11月1日)"}
    bring_in(crm, write(tmp_path / "a.xlsx", [gone]))
    back = only(crm, newer(tmp_path, [{**FULL, "包抓领导": "吴某"}]))
    assert codes(back) == ["exit_missing", "lead_exited"]
    other = only(crm, newer(tmp_path, [{**FULL, "备注": "已解约(2023年11月5日)"}]))
    assert codes(other) == ["date_differs"]


def test_what_a_ledger_replaced_and_a_later_one_says_again_has_gone_back(
    crm: CRM, tmp_path: Path
) -> None:
    first = write(tmp_path / "a.xlsx", [FULL])
    bring_in(crm, first)
    bring_in(crm, newer(tmp_path, [{**FULL, "包抓领导": "吴某"}]))
    other = write(tmp_path / "c.xlsx", [{**FULL, "进展情况": "停滞"}], head=HEAD_2024)
    assert codes(only(crm, other)) == ["went_back"]
    # The first file itself is an old copy.
    old = only(crm, first)
    assert (old.outcome, old.events) == (Outcome.UNCHANGED, ())
    assert old.comparison is not None
    assert [one.code for one in old.comparison.old] == ["moved_on"]


def test_the_log_may_know_what_does_not_go_together_in_a_line(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [PLAIN])))
    start = e.ConstructionStarted(occurred_on=date(2023, 2, 1), ground="先建后签")
    crm.record(lead_id, start, by=STAFF)
    row = {**PLAIN, "开工时间": "2023-02-01"}
    assert only(crm, newer(tmp_path, [row])).outcome is Outcome.UNCHANGED
    done = only(crm, newer(tmp_path, [{**row, "竣工时间": "2024-02-01"}], "c.xlsx"))
    assert (done.outcome, [type(ev) for ev in done.events]) == (
        Outcome.CHANGED,
        [e.ConstructionCompleted],
    )


# --- old copies -----------------------------------------------------------------------------


def staff_moves_on(crm: CRM, lead_id: UUID) -> None:
    crm.record(
        lead_id,
        e.ResponsibilityAssigned(
            occurred_on=date(2024, 1, 10),
            changes=(e.ResponsibilityChange(ResponsibilityRole.LEADER, "吴某"),),
        ),
        e.ConstructionCompleted(occurred_on=date(2024, 1, 11)),
        e.FundsArrived(
            occurred_on=date(2024, 1, 12), source=FundsSource.UNSPECIFIED, amount_yuan=10_000
        ),
        by=STAFF,
    )


def test_a_cell_that_others_have_moved_on_from_is_an_old_copy(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [FULL])))
    staff_moves_on(crm, lead_id)
    head = crm.store.head()
    line = only(crm, newer(tmp_path, [{**FULL, "备注": "市级重点"}]))
    assert line.comparison is not None
    assert [one.column for one in line.comparison.old] == [
        "包抓领导",
        "竣工时间",
        "到位资金(万元)",
    ]
    assert not line.events
    assert not line.conflicts
    bring_in(crm, newer(tmp_path, [FULL]))
    assert crm.store.head() == head
    # Another change in the line does not carry the old cells along.
    bring_in(crm, newer(tmp_path, [{**FULL, "落户镇": "涧池镇"}], "c.xlsx"))
    again = only(crm, newer(tmp_path, [{**FULL, "落户镇": "涧池镇"}], "d.xlsx"))
    assert again.comparison is not None
    assert len(again.comparison.old) == 3
    assert crm.lead(lead_id).whole_on(crm.today()).leader == "吴某"


def test_what_a_person_has_voided_is_not_recorded_again(crm: CRM, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [FULL])
    lead_id = lead_of(bring_in(crm, path))
    started = next(r for r in crm.history(lead_id) if isinstance(r.event, e.ConstructionStarted))
    void = e.EventVoided(occurred_on=crm.today(), event_id=started.event_id, ground="未开工")
    crm.record(lead_id, void, by=STAFF)
    for file in (path, newer(tmp_path, [FULL])):
        line = only(crm, file)
        assert line.comparison is not None
        assert [one.column for one in line.comparison.old] == ["开工时间"]
        assert not line.events


def test_a_lead_a_person_has_voided_is_not_opened_again(crm: CRM, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [PLAIN])
    lead_id = lead_of(bring_in(crm, path))
    for recorded in reversed(crm.history(lead_id)):
        void = e.EventVoided(occurred_on=crm.today(), event_id=recorded.event_id, ground="误录")
        crm.record(lead_id, void, by=STAFF)
    for file in (path, newer(tmp_path, [PLAIN])):
        line = only(crm, file)
        assert codes(line) == ["lead_voided"]
        assert "ZS2023-0001" in line.conflicts[0].reason
        assert not line.events


def test_a_key_with_the_logs_place_tells_an_edit_from_an_old_copy(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [FULL])))
    sent_out = crm.store.head()
    staff_moves_on(crm, lead_id)
    fresh = crm.store.head()
    header = [*HEADER, "系统编号"]

    def returned(position: int, **cells: Any) -> Planned:
        row = {**FULL, "系统编号": f"ZS2023-0001@{position}", **cells}
        path = write(tmp_path / "r.xlsx", [row], header=header, head=HEAD_2024)
        return only(crm, path)

    old = returned(sent_out, 落户镇="涧池镇")
    assert old.comparison is not None
    assert len(old.comparison.old) == 3
    assert [type(event) for event in old.events] == [e.ResponsibilityAssigned]
    # Sent out with the new leader and returned with the one before: somebody meant it.
    meant = returned(fresh, 竣工时间="2024-01-11", **{"到位资金(万元)": 1001})
    assert not meant.conflicts
    assert [type(event) for event in meant.events] == [e.ResponsibilityAssigned]


def test_an_entry_dated_after_the_ledger_outweighs_it(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [FULL])))
    later = e.ResponsibilityAssigned(
        occurred_on=date(2024, 6, 1),
        changes=(e.ResponsibilityChange(ResponsibilityRole.LEADER, "吴某"),),
    )
    crm.record(lead_id, later, by=STAFF)
    line = only(crm, newer(tmp_path, [{**FULL, "包抓领导": "郑某"}]))
    assert not line.events
    assert line.comparison is not None
    assert [one.reason for one in line.comparison.old] == ["系统中有晚于2024-03-31的记录"]


# --- matching -------------------------------------------------------------------------------


def test_lines_are_matched_by_key_though_they_moved_and_were_renamed(
    crm: CRM, tmp_path: Path
) -> None:
    rows = [{**PLAIN, "项目名称": f"项目{nth}"} for nth in range(3)]
    bring_in(crm, write(tmp_path / "a.xlsx", rows))
    keyed = [{**row, "序号": f"ZS2023-000{nth + 1}"} for nth, row in enumerate(rows)]
    keyed[2]["项目名称"] = "改名项目"
    found = planned(crm, newer(tmp_path, keyed[::-1]))
    assert [line.code for line in found.lines] == ["ZS2023-0003", "ZS2023-0002", "ZS2023-0001"]
    assert [type(event) for line in found.lines for event in line.events] == [e.LeadRenamed]


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (["ZS2023-0009"], "没有编号为ZS2023-0009的项目"),
        (["ZS2023-0001", "ZS2023-0001"], "多行的编号都是ZS2023-0001"),
        (["ZS2023-0002"], "可能是编号错行"),
    ],
)
def test_a_wrong_key_is_for_a_person(
    crm: CRM, tmp_path: Path, keys: list[str], reason: str
) -> None:
    other = {**PLAIN, "项目名称": "乙项目", "企业名称": "乙公司"}
    bring_in(crm, write(tmp_path / "a.xlsx", [PLAIN, other]))
    rows = [{**PLAIN, "系统编号": key} for key in keys]
    path = write(tmp_path / "b.xlsx", rows, header=[*HEADER, "系统编号"], head=HEAD_2024)
    for line in planned(crm, path).lines:
        assert codes(line) == ["unclear"]
        assert reason in line.conflicts[0].reason


def test_a_key_that_is_none_is_refused(crm: CRM, tmp_path: Path) -> None:
    row = {**PLAIN, "系统编号": "第一号"}
    path = write(tmp_path / "b.xlsx", [row], header=[*HEADER, "系统编号"])
    assert [fault.code for fault in only(crm, path).row.faults] == ["key"]


def test_a_lead_is_known_by_its_first_name_and_by_its_companys_code(
    crm: CRM, tmp_path: Path
) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [PLAIN])))
    crm.record(
        lead_id,
        e.LeadRenamed(occurred_on=date(2024, 1, 5), title="新名项目", ground="更名"),
        e.CompanyRegistered(occurred_on=date(2024, 1, 5), company_name="项目公司", uscc=OTHER_USCC),
        by=STAFF,
    )
    by_first_name = only(crm, newer(tmp_path, [PLAIN]))
    assert by_first_name.code == "ZS2023-0001"
    company = {**PLAIN, "项目名称": "新名项目", "企业名称": "项目公司"}
    by_company = only(crm, newer(tmp_path, [{**company, "统一社会信用代码": OTHER_USCC}]))
    assert (by_company.code, by_company.outcome) == ("ZS2023-0001", Outcome.UNCHANGED)
    assert only(crm, newer(tmp_path, [company])).outcome is Outcome.NEW


# --- broken off, and beside others ----------------------------------------------------------


class _Killed(Exception):
    """The power went."""


def stop_after(lines: int) -> Callable[[int, int], None]:
    def progress(done: int, _: int) -> None:
        if done == lines:
            raise _Killed

    return progress


def test_an_import_broken_off_gives_each_entry_once(crm: CRM, tmp_path: Path) -> None:
    rows = [{**FULL, "项目名称": f"项目{nth // 2}"} for nth in range(8)]  # twins
    bring_in(crm, write(tmp_path / "a.xlsx", rows[:2]))
    for row in rows[:2]:
        row["竣工时间"] = "2024-01-05"
    path = newer(tmp_path, rows)
    ledger = preview(path, crm.today())
    kept = [preview(path, crm.today()) for _ in range(2)]
    for lines in (3, 6):
        with pytest.raises(_Killed):
            import_ledger(crm, ledger, SYSTEM, stop_after(lines))
    report = import_ledger(crm, kept[0], SYSTEM)
    assert len(report.recorded) + len(report.already) + len(report.conflicts) == 8
    assert len(states(crm)) == 8
    head = crm.store.head()
    import_ledger(crm, kept[1], SYSTEM)
    assert crm.store.head() == head


def test_a_plan_made_before_others_wrote_is_compared_again(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [FULL])))
    path = newer(tmp_path, [{**FULL, "竣工时间": "2024-01-11", "包抓领导": "郑某"}])
    made = planned(crm, path)
    crm.record(lead_id, e.ConstructionCompleted(occurred_on=date(2024, 1, 11)), by=STAFF)
    record(crm, made, SYSTEM)
    assert sum(isinstance(r.event, e.ConstructionCompleted) for r in crm.history(lead_id)) == 1
    assert crm.lead(lead_id).whole_on(crm.today()).leader == "郑某"


def test_a_recorder_changes_the_leads_of_its_own_unit_only(crm: CRM, tmp_path: Path) -> None:
    rows = [dict(FULL), {**FULL, "项目名称": "乙", "招引单位": "丙局"}]
    bring_in(crm, write(tmp_path / "a.xlsx", rows))
    for row in rows:
        row["竣工时间"] = "2024-01-05"
    recorder = Caller("town", Role.RECORDER, "经开区")
    report = bring_in(crm, newer(tmp_path, rows), recorder)
    assert len(report.updated) == 1
    assert [row.faults[0].code for row in report.refused] == ["unit_not_allowed"]


# --- taking back ----------------------------------------------------------------------------


def test_an_import_taken_back_leaves_everything_as_it_was(crm: CRM, tmp_path: Path) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [FULL, {**FULL, "项目名称": "乙"}]))
    before = states(crm)
    rows = [
        {**FULL, "竣工时间": "2024-01-05", "投产时间": "2024-02-05", "协议金额": 9000},
        {**FULL, "项目名称": "乙", "备注": "已解约", "到位资金(万元)": 2000},
        {**FULL, "项目名称": "丙", "竣工时间": "2024-01-05"},
    ]
    path = newer(tmp_path, rows)
    report = bring_in(crm, path)
    assert (len(report.recorded), len(report.updated)) == (1, 2)
    assert states(crm) != before
    taken = take_back(crm, digest_of(path)[:12].upper(), SYSTEM)
    assert not taken.kept
    assert states(crm) == before
    assert f"已作废{len(taken.voided)}条记录，涉及3个项目；保留0条" in render_taken_back(taken)
    assert not take_back(crm, digest_of(path), SYSTEM).voided
    # Taken back, it has never been: the same file is recorded anew, and taken back anew.
    again = bring_in(crm, path)
    assert (len(again.recorded), len(again.updated)) == (1, 2)
    assert len(take_back(crm, digest_of(path), SYSTEM).voided) == len(taken.voided)
    assert states(crm) == before


def test_what_others_have_built_on_stays_with_the_reason(crm: CRM, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [FULL])
    lead_id = lead_of(bring_in(crm, path))
    completed = e.ConstructionCompleted(occurred_on=date(2024, 1, 5))
    crm.record(lead_id, completed, by=STAFF)
    taken = take_back(crm, digest_of(path), SYSTEM)
    assert [entry.label for entry in taken.voided] == ["资金到位", "责任包抓"]
    assert [entry.label for entry in taken.kept] == ["开工", "签约", "线索登记"]
    assert all("竣工" in entry.reason or "开工" in entry.reason for entry in taken.kept)
    assert taken.kept[0].reason in render_taken_back(taken)


def test_taking_back_what_was_never_imported(crm: CRM, tmp_path: Path) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [PLAIN]))
    with pytest.raises(NotFound):
        take_back(crm, "0" * 64, SYSTEM)
    with pytest.raises(BadInput):
        take_back(crm, "0", SYSTEM)


# --- lines that go back ---------------------------------------------------------------------


def test_lines_refused_and_in_conflict_go_back_with_their_reasons(crm: CRM, tmp_path: Path) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [FULL]))
    rows = [
        {**FULL, "协议金额": 4000},
        {**FULL, "项目名称": "乙", "协议金额": "待定", "备注": "=1+1"},
        {**FULL, "项目名称": "丙"},
    ]
    made = planned(crm, newer(tmp_path, rows))
    [sheet] = returning.returned(made.ledger, made.lines)
    assert [line[sheet.header.index("项目名称")] for line in sheet.lines] == ["富硒茶项目", "乙"]
    reasons = [line[-1] for line in sheet.lines]
    assert reasons[0] == "协议金额：协议金额比系统中的少（系统中为5000万元）"
    assert str(reasons[1]).startswith("协议金额：金额“待定”")
    # Corrected, the returned table is read like the ledger it came from.
    back: list[dict[str, Any]] = [
        dict(zip(sheet.header, line, strict=True)) for line in sheet.lines
    ]
    amount = next(word for word in sheet.header if word.startswith("协议金额"))
    back[1][amount] = 700
    again = preview(
        write(tmp_path / "r.xlsx", back, header=sheet.header, head=sheet.head), crm.today()
    )
    assert [row.agreed_total_yuan for row in again.rows] == [40_000_000, 7_000_000]
    assert again.rows[1].filed_on == LATER
    assert not again.rows[1].faults


# --- random edits ---------------------------------------------------------------------------

Row = dict[str, Any]
Expected = tuple[type[e.LeadEvent], Any]


def random_rows(rng: random.Random, count: int) -> list[Row]:
    rows = []
    for nth in range(count):
        signed = date(2023, 1, 1) + timedelta(days=rng.randrange(200))
        row = {**FULL, "项目名称": f"项目{nth}", "企业名称": f"公司{rng.randrange(9)}"}
        row |= {
            "协议金额": rng.randrange(1000, 90_000),
            "协议类别": rng.choice(["意向书", "框架协议", "协议", "合同"]),
            "签约时间": signed,
            "开工时间": None,
            "包抓领导": rng.choice(["周某", "吴某", None]),
            "落户镇": rng.choice(["城关镇", "涧池镇", None]),
            "到位资金(万元)": rng.choice([None, 100, 2500.5]),
            "统一社会信用代码": rng.choice([USCC, None]),
        }
        if row["协议类别"] in ("协议", "合同") and rng.random() < 0.6:
            row["开工时间"] = signed + timedelta(days=rng.randrange(60))
            if rng.random() < 0.5:
                row["竣工时间"] = row["开工时间"] + timedelta(days=rng.randrange(60))
        rows.append(row)
    return rows


def start(row: Row, _: random.Random) -> Expected | None:
    if row["协议类别"] not in ("协议", "合同") or row["开工时间"]:
        return None
    row["开工时间"] = row["签约时间"] + timedelta(days=3)
    return e.ConstructionStarted, row["开工时间"]


def complete(row: Row, _: random.Random) -> Expected | None:
    if not row["开工时间"] or row.get("竣工时间"):
        return None
    row["竣工时间"] = row["开工时间"] + timedelta(days=30)
    return e.ConstructionCompleted, row["竣工时间"]


def produce(row: Row, _: random.Random) -> Expected | None:
    if not row.get("竣工时间") or row.get("投产时间"):
        return None
    row["投产时间"] = row["竣工时间"]
    return e.ProductionStarted, row["投产时间"]


def rise(row: Row, _: random.Random) -> Expected | None:
    if row["协议类别"] != "协议":
        return None
    row["协议类别"] = "合同"
    return e.AgreementUpgraded, AgreementKind.CONTRACT


def amend(row: Row, rng: random.Random) -> Expected:
    row["协议金额"] += rng.randrange(1, 5000)
    return e.AgreementAmended, row["协议金额"] * 10_000


def pay(row: Row, rng: random.Random) -> Expected:
    more = rng.randrange(1, 900)
    row["到位资金(万元)"] = (row["到位资金(万元)"] or 0) + more
    return e.FundsArrived, more * 10_000


def lead_on(row: Row, rng: random.Random) -> Expected:
    row["包抓领导"] = f"郑{rng.randrange(10**6)}"
    return e.ResponsibilityAssigned, row["包抓领导"]


def report(row: Row, rng: random.Random) -> Expected:
    row["进展情况"] = f"完成{rng.randrange(10**6)}"
    return e.MonthlyProgressReported, row["进展情况"]


def give_up(row: Row, _: random.Random) -> Expected:
    row["备注"] = "已解约(2024年3月1日)"
    return e.LeadExited, date(2024, 3, 1)


EDITS: list[Callable[[Row, random.Random], Expected | None]] = [
    start, complete, produce, rise, amend, pay, lead_on, report, give_up,
]  # fmt: skip
TOLD: dict[type[e.LeadEvent], Callable[[Any], Any]] = {
    e.AgreementUpgraded: lambda event: event.kind,
    e.AgreementAmended: lambda event: event.agreed_total_yuan,
    e.FundsArrived: lambda event: event.amount_yuan,
    e.ResponsibilityAssigned: lambda event: event.changes[0].holder,
    e.MonthlyProgressReported: lambda event: event.text,
}


def told(event: e.LeadEvent) -> Expected:
    return type(event), TOLD.get(type(event), lambda ev: ev.occurred_on)(event)


@pytest.mark.parametrize("seed", range(4))
def test_as_many_events_as_edits(crm: CRM, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    rows = random_rows(rng, 60)
    first = bring_in(crm, write(tmp_path / "a.xlsx", rows))
    assert len(first.recorded) == 60
    assert not planned(crm, write(tmp_path / "a2.xlsx", rows)).of(Outcome.CHANGED)
    edits: dict[tuple[str, str], list[Expected]] = {}
    count = 0
    while count < 50:
        row, edit = rng.choice(rows), rng.choice(EDITS)
        done = edits.setdefault((row["项目名称"], row["企业名称"]), [])
        kinds = {kind for kind, _ in done}
        # One edit of a kind on a line; an upgrade takes a new amount along.
        if any(kind in kinds for kind in (e.AgreementAmended, e.AgreementUpgraded)) and edit in (
            amend,
            rise,
        ):
            continue
        before = dict(row)
        expected = edit(row, rng)
        if expected is None:
            continue
        if expected[0] in kinds:
            row.update(before)
            continue
        done.append(expected)
        count += 1
    rng.shuffle(rows)
    path = newer(tmp_path, rows)
    report = bring_in(crm, path)
    assert not report.conflicts
    assert not report.refused
    found = {
        (line.row.title, line.row.investor): sorted(map(told, line.events), key=repr)
        for line, _ in report.updated
    }
    assert found == {
        name: sorted(expected, key=repr) for name, expected in edits.items() if expected
    }
    assert len(bring_in(crm, path).already) == 60


def test_the_sample_with_some_dates_filled_in(crm: CRM, tmp_path: Path) -> None:
    ledger = preview(sample("台账样例一.xlsx"), crm.today())
    bring_in(crm, sample("台账样例一.xlsx"))
    rows: list[Row] = []
    started = 0
    for row in ledger.accepted:
        line = {
            "项目名称": row.title, "企业名称": row.investor, "统一社会信用代码": row.uscc,
            "所属产业链": row.chain, "招引单位": row.unit, "落户镇": row.town,
            "协议类别": row.kind and row.kind.label,
            "协议金额": f"{row.agreed_total_yuan}元" if row.agreed_total_yuan else None,
            "签约时间": row.signed_on, "开工时间": row.started_on, "竣工时间": row.completed_on,
            "投产时间": row.produced_on, "到位资金(万元)": f"{row.funds_yuan}元",
            "包抓领导": row.leader, "责任单位": row.responsible_unit, "责任人": row.person,
            "联系电话": row.phone, "进展情况": row.progress, "备注": row.remark,
        }  # fmt: skip
        fits = row.signed_on and not row.started_on and not row.exited_on
        if fits and row.kind and row.kind.countable and row.signed_on:
            line["开工时间"] = row.signed_on + timedelta(days=1)
            started += 1
        rows.append(line)
    report = bring_in(crm, newer(tmp_path, rows))
    assert started > 5
    assert [type(event) for line, _ in report.updated for event in line.events] == [
        e.ConstructionStarted
    ] * started
    assert len(report.already) == len(rows) - started


def test_codes_tell_twins_apart_and_no_lead_is_given_twice(crm: CRM, tmp_path: Path) -> None:
    twins = [PLAIN, {**PLAIN, "统一社会信用代码": USCC}]
    bring_in(crm, write(tmp_path / "a.xlsx", twins))
    rows = [{**row, "开工时间": "2023-07-01"} for row in twins]
    found = planned(crm, newer(tmp_path, rows))
    assert [line.code for line in found.lines] == ["ZS2023-0001", "ZS2023-0002"]
    assert all(len(line.events) == 1 for line in found.lines)


def test_a_start_before_the_signing_takes_its_ground_from_the_remark(
    crm: CRM, tmp_path: Path
) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [PLAIN])))
    row = {**PLAIN, "开工时间": "2023-02-01"}
    assert codes(only(crm, newer(tmp_path, [row]))) == ["start_before_signing"]
    path = newer(tmp_path, [{**row, "备注": "先建后签：县政府专题会议同意"}], "c.xlsx")
    bring_in(crm, path)
    assert crm.lead(lead_id).standing().start_ground == "先建后签：县政府专题会议同意"
    assert only(crm, path).outcome is Outcome.UNCHANGED


def test_what_cannot_be_read_is_refused_though_the_log_says_nothing_there(
    crm: CRM, tmp_path: Path
) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [FULL]))
    line = only(crm, newer(tmp_path, [{**FULL, "竣工时间": "近期"}]))
    assert (line.outcome, line.events) == (Outcome.REFUSED, ())


def test_progress_is_told(crm: CRM, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    ledger = preview(write(tmp_path / "a.xlsx", [PLAIN, FULL]), crm.today())
    import_ledger(crm, ledger, SYSTEM, lambda done, of: heard.append((done, of)))
    assert heard == [(1, 2), (2, 2)]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_twenty_thousand_lines_are_previewed_in_seconds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = build(sqlite_settings(tmp_path))
    rows = random_rows(random.Random(1), 20_000)
    path = write(tmp_path / "a.xlsx", rows)
    import_ledger(program, preview(path, program.today()), SYSTEM)
    for row in rows[::10]:
        row["协议金额"] += 10
    path = newer(tmp_path, rows)
    with program.reader.asking(*EVERYTHING):
        began = time.perf_counter()  # the read tables have taken in the first import
    open_file(path)
    opened = time.perf_counter()
    ledger = preview(path, program.today())
    read = time.perf_counter()
    found = plan(program, ledger, SYSTEM)
    done = time.perf_counter()
    program.close()
    assert len(found.of(Outcome.CHANGED)) == 2000
    assert len(found.of(Outcome.UNCHANGED)) == 18_000
    with capsys.disabled():
        sys.stdout.write(
            f"\n20 000 lines: opened in {opened - began:.1f} s, read and judged in "
            f"{read - opened:.1f} s, matched and compared in {done - read:.1f} s\n"
        )


# --- the command line -----------------------------------------------------------------------


@pytest.mark.slow
def test_commands_import_again_and_take_back(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [FULL])
    again = newer(tmp_path, [{**FULL, "竣工时间": "2024-01-05", "协议金额": 4000}])
    assert "已录入1行" in run_crm(tmp_path, "import", str(path)).stdout
    assert "未重复录入1行" in run_crm(tmp_path, "ledger", "import", str(path)).stdout
    shown = run_crm(tmp_path, "ledger", "import", str(again), "--dry-run").stdout
    assert "竣工时间：（空）→2024-01-05" in shown
    assert "协议金额：5000万元→4000万元（协议金额比系统中的少）" in shown
    assert "更新1行" in shown
    assert "待人工确认1行" in run_crm(tmp_path, "import", str(again)).stdout
    assert "已作废1条记录" in run_crm(tmp_path, "ledger", "take-back", str(again)).stdout
    assert "已作废5条记录" in run_crm(tmp_path, "ledger", "take-back", digest_of(path)[:10]).stdout
    for wrong in ("没有这个文件.xlsx", "0" * 64):
        refused = run_crm(tmp_path, "ledger", "take-back", wrong)
        assert refused.returncode == 1
        assert refused.stderr.count("\n") == 1
