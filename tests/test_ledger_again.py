"""The same ledger again, or a newer one: what is recorded, and how are lines matched?"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crm.application import CRM
from crm.ledger.importing import import_ledger, preview
from crm.ledger.planning import Outcome
from crm.ledger.reading import digest_of
from crm.ledger.recording import following, registration
from crm.ledger.report import render_plan
from crm.people import SYSTEM
from domain.event import LEDGER, Evidence
from domain.lead import events as e
from domain.vocabulary import AgreementKind, FundsSource, ResponsibilityRole
from tests.ledgers import (
    FULL,
    HEAD_2024,
    HEADER,
    LATER,
    OTHER_USCC,
    PLAIN,
    STAFF,
    USCC,
    bring_in,
    codes,
    lead_of,
    newer,
    only,
    planned,
    sample,
    states,
    write,
)
from tests.serving import run_crm

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
    [(row, _)] = bring_in(crm, path).recorded
    crm.register(registration(row, "另一个同名项目"), *following(row), by=STAFF)
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
    without_code = only(crm, newer(tmp_path, [company]))
    assert codes(without_code) == ["likely_known"]
    assert "ZS2023-0001" in without_code.conflicts[0].reason


# --- random edits ---------------------------------------------------------------------------


def test_codes_tell_twins_apart_and_no_lead_is_given_twice(crm: CRM, tmp_path: Path) -> None:
    twins = [{**PLAIN, "统一社会信用代码": code} for code in (OTHER_USCC, USCC)]
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
