"""How is a county's ledger made for a test? By hand, a dict a row; or it is one of the samples."""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter

from crm.application import CRM
from crm.ledger.importing import ImportReport, import_ledger, plan, preview
from crm.ledger.line import LedgerRow
from crm.ledger.planning import Plan, Planned
from crm.people import SYSTEM, Caller, Role
from projections.lead_states import leads_on
from projections.reader import clocks
from tests.tables import EVERYTHING

SAMPLES = Path(__file__).resolve().parent.parent.parent / "shared" / "ledgers"
TODAY = date(2024, 5, 1)
USCC = "91110000600037341L"  # the worked example of python-stdnum


def sample(name: str) -> Path:
    path = SAMPLES / name
    if not path.exists():
        reason = f"the sample ledgers are not beside the project: {SAMPLES}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


HEADER = [
    "序号", "项目名称", "企业名称", "统一社会信用代码", "所属产业链", "招引单位", "落户镇",
    "协议类别", "协议金额", "签约时间", "开工时间", "竣工时间", "投产时间", "到位资金(万元)",
    "包抓领导", "责任单位", "责任人", "联系电话", "进展情况", "备注",
]  # fmt: skip
HEAD = ("汉阴县招商引资项目台账", "填报单位:县招商服务中心  填报时间:2023年12月31日  单位:万元")
PLAIN: dict[str, Any] = {
    "项目名称": "富硒茶项目",
    "企业名称": "某公司",
    "招引单位": "经开区",
    "协议类别": "合同",
    "协议金额": 5000,
    "签约时间": "2023-03-01",
}


def write(
    path: Path,
    rows: Sequence[dict[str, Any]],
    *,
    header: Sequence[str] = HEADER,
    head: Sequence[str] = HEAD,
) -> Path:
    """A ledger with a one-row header; a row is a dict by header word."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for at, text in enumerate(head):
            sheet.write(at, 0, text)
        for at, line in enumerate([dict(zip(header, header, strict=True)), *rows], len(head)):
            for word, value in line.items():
                style = day if isinstance(value, date) else None
                sheet.write(at, header.index(word), value, style)
    return path


def only_row(tmp_path: Path, **different: Any) -> LedgerRow:
    """The single row of a ledger that differs from the plain one in some cells."""
    return preview(write(tmp_path / "台账.xlsx", [{**PLAIN, **different}]), TODAY).rows[0]


# --- the same ledger again, or a newer one ----------------------------------------------------

OTHER_USCC = "91610921TCDKQQ0NEN"
HEAD_2024 = ("汉阴县招商引资项目台账", "填报单位:县招商服务中心  填报时间:2024年3月31日  单位:万元")
LATER = date(2024, 3, 31)
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
