"""What does a ledger's row become, and what does an import record?"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crm.application import CRM
from crm.ledger.importing import Ledger, import_ledger, preview
from crm.ledger.recording import following, registration
from crm.ledger.report import render_report
from crm.people import SYSTEM
from crm.settings import Settings
from crm.wiring import build
from domain.lead import events as e
from domain.vocabulary import FundsSource
from tests.ledgers import PLAIN, TODAY, only_row, sample, write

# --- what a row becomes ---------------------------------------------------------------------


def test_events_of_a_full_row_in_recording_order(tmp_path: Path) -> None:
    row = only_row(
        tmp_path,
        开工时间=date(2023, 4, 1),
        竣工时间="2023.5.1",
        投产时间="2023年6月1日",
        包抓领导="周某",
        责任人="李某",
        联系电话=13838205642,
        备注="已解约(2023年12月31日)",
        **{"到位资金(万元)": "1,000"},
    )
    first, events = registration(row, "台账：台账.xlsx 第4行"), following(row)
    assert first.occurred_on == date(2023, 3, 1)
    assert first.note == "台账：台账.xlsx 第4行；备注：已解约(2023年12月31日)"
    [person] = first.contact_persons
    assert person.title == "责任人"
    assert person.name.text == "李某"
    assert person.phone is not None
    assert person.phone.text == "13838205642"
    assert [type(event) for event in events] == [
        e.ResponsibilityAssigned,
        e.AgreementSigned,
        e.ConstructionStarted,
        e.ConstructionCompleted,
        e.ProductionStarted,
        e.FundsArrived,
        e.LeadExited,
    ]
    funds, exited = events[-2:]
    assert isinstance(funds, e.FundsArrived)
    assert isinstance(exited, e.LeadExited)
    assert (funds.amount_yuan, funds.source) == (10_000_000, FundsSource.UNSPECIFIED)
    assert funds.occurred_on == exited.occurred_on == date(2023, 12, 31)
    assert exited.ground == "已解约(2023年12月31日)"


def test_funds_of_a_project_given_up_earlier_are_not_lost(tmp_path: Path) -> None:
    row = only_row(tmp_path, 备注="2023年10月8日，双方协商解约", **{"到位资金(万元)": 5})
    assert not row.faults
    assert [event.occurred_on for event in following(row)[-2:]] == [date(2023, 10, 8)] * 2


def test_an_unsigned_row_is_a_lead(tmp_path: Path) -> None:
    row = only_row(tmp_path, 签约时间=None)
    first = registration(row, "台账")
    assert not row.faults
    assert following(row) == []
    assert (first.occurred_on, first.estimated_yuan) == (date(2023, 12, 31), 50_000_000)
    assert first.note == "台账；协议类别：合同"


@pytest.mark.parametrize(
    ("remark", "exited_on"),
    [
        ("已解约", date(2023, 12, 31)),
        ("因企业无力投资，已于2023.8.9终止合同", date(2023, 8, 9)),
        ("2023年5月签约款已付；2023年8月9日解除协议", date(2023, 8, 9)),
        ("拟解约", None),
        ("未退出", None),
        ("逾期不开工则清退", None),
        ("有解约风险", None),
    ],
)
def test_exits_in_the_remarks(tmp_path: Path, remark: str, exited_on: date | None) -> None:
    row = only_row(tmp_path, 备注=remark)
    assert not row.faults
    assert row.exited_on == exited_on
    assert bool(row.doubts) == (exited_on is None)


# --- recording ------------------------------------------------------------------------------


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[CRM]:
    program = build(
        Settings(data_dir=tmp_path / "data"), lambda: datetime(2024, 5, 1, 4, tzinfo=UTC)
    )
    yield program
    program.close()


def rows_of(ledger: Ledger) -> set[int]:
    return {row.row for row in ledger.accepted}


@pytest.mark.parametrize("name", ["台账样例一.xlsx", "台账样例二.xlsx"])
def test_the_import_takes_the_rows_of_the_preview(crm: CRM, name: str) -> None:
    ledger = preview(sample(name), crm.today())
    report = import_ledger(crm, ledger, SYSTEM)
    assert {row.row for row, _ in report.recorded} == rows_of(ledger)
    assert report.refused == ledger.refused
    for row, written in report.recorded:
        state = crm.lead(written.lead_id).standing()
        assert (state.title, state.kind, state.agreed_total_yuan) == (
            row.title,
            row.kind,
            row.agreed_total_yuan,
        )
        assert (state.started_on, state.completed_on, state.produced_on, state.exited_on) == (
            row.started_on,
            row.completed_on,
            row.produced_on,
            row.exited_on,
        )


def test_a_mended_ledger_is_imported_again_without_doubling(crm: CRM, tmp_path: Path) -> None:
    bad, third = ({**PLAIN, "项目名称": name} for name in ("乙", "丙"))
    path = write(tmp_path / "a.xlsx", [PLAIN, {**bad, "协议金额": "待定"}, third])
    report = import_ledger(crm, preview(path, TODAY), SYSTEM)
    assert [len(report.recorded), len(report.already), len(report.refused)] == [2, 0, 1]
    mended = preview(write(tmp_path / "b.xlsx", [{**bad, "协议金额": 9000}, third, PLAIN]), TODAY)
    report = import_ledger(crm, mended, SYSTEM)
    assert [len(report.recorded), len(report.already), len(report.refused)] == [1, 2, 0]
    text = render_report(report)
    assert "已录入1行" in text
    assert "未重复录入2行" in text
    assert "ZS2023-0003" in text
