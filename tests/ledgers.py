"""How is a county's ledger made for a test? By hand, a dict a row; or it is one of the samples."""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from crm.ledger.importing import preview
from crm.ledger.rows import LedgerRow

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
