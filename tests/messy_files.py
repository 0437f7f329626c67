"""How is a made-up ledger kept as a file? As a workbook of today, an old one, or as text."""

import csv
import io
from datetime import date
from pathlib import Path

import xlsxwriter
import xlwt

from tests.messy_ledgers import Cell, Made


def as_xlsx(made: Made, path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet("填表说明").write_column(
            0, 0, ["一、项目名称须与合同一致", "二、单位：万元"]
        )
        sheet = book.add_worksheet("台账")
        inside = covered(made)
        for top, left, bottom, right in made.merged:
            value = made.cells.get((top, left), "")
            sheet.merge_range(top, left, bottom, right, value, style if isdate(value) else None)
        for (row, at), cell in made.cells.items():
            if (row, at) not in inside:
                sheet.write(row, at, cell, style if isdate(cell) else None)
        old = book.add_worksheet("旧")
        old.write_row(0, 0, ["项目名称", "投资方", "招引单位", "协议类别", "协议金额"])
        old.hide()


def as_xls(made: Made, path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    plain = xlwt.Style.default_style
    book.add_sheet("统计").write(0, 0, "单位")
    sheet = book.add_sheet("台账")
    inside = covered(made)
    for top, left, bottom, right in made.merged:
        value = made.cells.get((top, left), "")
        sheet.write_merge(top, bottom, left, right, value, style if isdate(value) else plain)
    for (row, at), cell in made.cells.items():
        if (row, at) not in inside:
            sheet.write(row, at, cell, style if isdate(cell) else plain)
    hidden = book.add_sheet("旧")
    hidden.visibility = 1
    book.save(str(path))


def as_csv(made: Made, path: Path, encoding: str) -> None:
    width = max(at for _, at in made.cells) + 1
    lines = [
        [said(made.cells.get((row, at), "")) for at in range(width)] for row in range(made.row)
    ]
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    path.write_bytes(text.getvalue().encode(encoding))


def said(cell: Cell) -> str:
    return f"{cell:%Y/%m/%d}" if isdate(cell) else str(cell)


def isdate(cell: Cell) -> bool:
    return isinstance(cell, date)


def covered(made: Made) -> set[tuple[int, int]]:
    return {
        (row, at)
        for top, left, bottom, right in made.merged
        for row in range(top, bottom + 1)
        for at in range(left, right + 1)
    }


def save(made: Made, folder: Path, kind: str) -> Path:
    path = folder / f"台账{kind}"
    match kind.split("."):
        case [_, "xlsx"]:
            as_xlsx(made, path)
        case [_, "xls"]:
            as_xls(made, path)
        case [_, encoding, _]:
            as_csv(made, path, encoding)
    return path
