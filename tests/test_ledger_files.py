"""Every kind of file a ledger comes in, and every file made to do harm."""

import csv
import io
import json
import struct
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt

from crm.ledger import LedgerError
from crm.ledger.files import MOST_BYTES, open_file
from crm.ledger.importing import Ledger, preview
from domain.money import wan_text
from tests.ledgers import TODAY, sample

SAMPLES = ("台账样例一.xlsx", "台账样例二.xlsx")

# --- the samples in every kind of file ----------------------------------------------------------


def as_csv(path: Path, out: Path, encoding: str) -> Path:
    """The first sheet as Excel saves it: the values only, nothing merged."""
    [sheet, *_] = open_file(path)
    lines = filled(sheet)
    text = io.StringIO()
    csv.writer(text).writerows([[shown(cell) for cell in line] for line in lines])
    out.write_bytes(text.getvalue().encode(encoding))
    return out


def filled(sheet: Any) -> list[list[Any]]:
    """Cells merged downward filled, as a clerk does before saving as text."""
    lines = [list(line) for line in sheet.lines]
    for (top, left), (bottom, right) in sheet.merged:
        if left == right:
            for row in range(top, bottom + 1):
                lines[row][left] = lines[top][left]
    return lines


def shown(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return str(cell)


def as_xls(path: Path, out: Path) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for sheet in open_file(path):
        page = book.add_sheet(sheet.name)
        inside = {
            (row, column)
            for (top, left), (bottom, right) in sheet.merged
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }
        for (top, left), (bottom, right) in sheet.merged:
            page.write_merge(top, bottom, left, right, sheet.lines[top][left])
        for row, line in enumerate(sheet.lines):
            for column, cell in enumerate(line):
                if (row, column) in inside or cell == "":
                    continue
                page.write(
                    row, column, cell, day if isinstance(cell, date) else xlwt.Style.default_style
                )
    book.save(str(out))
    return out


SYNONYMS = {
    "项目名称": "招商项目名称",
    "企业名称": "业主单位",
    "协议金额": "计划总投资",
    "招引单位": "引进单位",
    "落户镇": "项目落户地",
    "签约时间": "签订日期",
    "开工时间": "实际开工日期",
    "竣工时间": "完工时间",
    "投产时间": "正式投产时间",
    "包抓领导": "包联领导",
}


def shuffled(path: Path, out: Path) -> Path:
    """Columns turned round, header words swapped for others of the same meaning."""
    book = xlsxwriter.Workbook(str(out))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = open_file(path)[0]
    page = book.add_worksheet(sheet.name)
    width = max(len(line) for line in sheet.lines)
    # The title and unit lines stay; groups of a two-row header stay together, in turned order.
    place = {column: width - 1 - column for column in range(width)}
    merged_wide = [a for a in sheet.merged if a[0][1] != a[1][1] and a[1][0] - a[0][0] == 0]
    for (_, left), (_, right) in merged_wide:
        if (left, right) != (0, width - 1):
            for nth, column in enumerate(range(left, right + 1)):
                place[column] = width - 1 - right + nth
    inside = set()
    for (top, left), (bottom, right) in sheet.merged:
        cell = renamed(sheet.lines[top][left])
        first, last = sorted((place[left], place[right]))
        page.merge_range(top, first, bottom, last, cell, day if isinstance(cell, date) else None)
        inside |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
    for row, line in enumerate(sheet.lines):
        for column, cell in enumerate(line):
            if (row, column) in inside or cell == "":
                continue
            written = renamed(cell)
            if isinstance(written, date):
                page.write_datetime(row, place[column], written, day)
            else:
                page.write(row, place[column], written)
    book.close()
    return out


def renamed(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    for word, other in SYNONYMS.items():
        if cell.startswith(word):
            return other + cell[len(word) :]
    return cell


def read_as(ledger: Ledger) -> list[dict[str, Any]]:
    """What was read, in the samples' own words."""
    return [
        {
            "row": row.row,
            "problem": next((fault.code for fault in row.faults), None),
            **(
                {}
                if row.faults
                else {
                    "title": row.title,
                    "investor": row.investor,
                    "uscc": row.uscc,
                    "chain": row.chain,
                    "unit": row.unit,
                    "town": row.town,
                    "kind": row.kind.value if row.kind else None,
                    "agreed_total_wan": wan_text(row.agreed_total_yuan),
                    "signed_on": day_text(row.signed_on),
                    "started_on": day_text(row.started_on),
                    "completed_on": day_text(row.completed_on),
                    "produced_on": day_text(row.produced_on),
                    "funds_wan": wan_text(row.funds_yuan),
                    "exited": day_text(row.exited_on) or False,
                }
            ),
        }
        for row in ledger.rows
    ]


def day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def clerks(path: Path) -> list[dict[str, Any]]:
    """What the careful clerk read."""
    told = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
    return [
        {"row": item["row"], "problem": item["problem"]}
        if item["problem"]
        else {
            **item,
            "agreed_total_wan": f"{item['agreed_total_wan']:g}",
            "funds_wan": f"{item['funds_wan']:g}",
        }
        for item in told
    ]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("kind", ["gb18030.csv", "utf-8-sig.csv", "utf-16.csv", "xls", "shuffled"])
def test_the_samples_in_every_kind_of_file(tmp_path: Path, name: str, kind: str) -> None:
    path = sample(name)
    stem = path.stem
    match kind:
        case "xls":
            made = as_xls(path, tmp_path / f"{stem}.xls")
        case "shuffled":
            made = shuffled(path, tmp_path / f"{stem}.xlsx")
        case _:
            made = as_csv(path, tmp_path / f"{stem}.csv", kind.removesuffix(".csv"))
    assert read_as(preview(made, TODAY)) == clerks(path)


# --- an .ods, as LibreOffice writes it ------------------------------------------------------------


def ods(out: Path, rows: Sequence[Sequence[str | float]], repeat: int = 1) -> Path:
    def cell(value: str | float) -> str:
        if isinstance(value, str):
            return (
                f'<table:table-cell office:value-type="string"><text:p>{value}</text:p>'
                "</table:table-cell>"
            )
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    body = "".join(
        f'<table:table-row table:number-rows-repeated="{repeat}">'
        + "".join(cell(value) for value in row)
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}>'
        f'<office:body><office:spreadsheet><table:table table:name="台账">{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        archive.writestr(
            "META-INF/manifest.xml",
            f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{manifest}"/>',
        )
    return out


HEADER = ["项目名称", "投资方", "招引单位", "协议类别", "协议金额(万元)", "签约时间"]
ROW: list[str | float] = ["茶叶加工", "某公司", "经开区", "合同", 1000.0, "2023-03-01"]


def test_an_ods_file(tmp_path: Path) -> None:
    [row] = preview(ods(tmp_path / "台账.ods", [HEADER, ROW]), TODAY).accepted
    assert (row.title, row.agreed_total_yuan, row.signed_on) == (
        "茶叶加工",
        10_000_000,
        date(2023, 3, 1),
    )


# --- files made to do harm --------------------------------------------------------------------


def refused(path: Path) -> str:
    with pytest.raises(LedgerError) as found:
        preview(path, TODAY)
    message = str(found.value)
    assert path.name in message
    assert "\n" not in message
    return message


def book(out: Path, extra: dict[str, bytes] | None = None, sheet: str | None = None) -> Path:
    """A small ledger, with parts added or its sheet's XML replaced."""
    made = out.with_name("made.xlsx")
    with xlsxwriter.Workbook(str(made)) as workbook:
        page = workbook.add_worksheet("台账")
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ROW)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if sheet is not None and name == "xl/worksheets/sheet1.xml":
                content = sheet.encode()
            target.writestr(name, content)
        for name, content in (extra or {}).items():
            target.writestr(name, content)
    return out


SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
    '2006/main"><sheetData>{rows}</sheetData></worksheet>'
)


def test_a_file_that_unpacks_to_more_than_a_ledger(tmp_path: Path) -> None:
    bomb = book(tmp_path / "炸弹.xlsx", {"xl/media/image1.bin": bytes(500 * 1024 * 1024)})
    assert bomb.stat().st_size < MOST_BYTES
    assert "展开后" in refused(bomb)


def test_one_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    assert "过大" in refused(book(tmp_path / "远.xlsx", sheet=SHEET.format(rows=rows)))
    wide = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'
    tall = wide + '<row r="900"><c r="A900"><v>1</v></c></row>'
    assert "过大" in refused(book(tmp_path / "宽.xlsx", sheet=SHEET.format(rows=tall)))


def test_merged_areas_reach_no_further_than_the_sheet(tmp_path: Path) -> None:
    """A few bytes may claim a million merged cells; only those the sheet has are looked at."""
    cells = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in (1, 2, 3))
    areas = (
        '</sheetData><mergeCells><mergeCell ref="A2:B{0}"/><mergeCell ref="B9:D{0}"/></mergeCells>'
    )
    sheet = SHEET.format(rows=cells).replace("</sheetData>", areas.format(1_048_576))
    [opened] = open_file(book(tmp_path / "合并.xlsx", sheet=sheet))
    assert opened.merged == [((1, 0), (2, 0))]


def test_a_remark_made_to_be_searched_for_ever(tmp_path: Path) -> None:
    remark = "未退出；已" + "于" * 5_000  # doubled with every 于 before
    header = [*HEADER, "备注"]
    path = tmp_path / "备注.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, [*ROW, remark]])
    [row] = preview(path, TODAY).rows
    assert row.exited_on is None


def test_rows_repeated_a_million_times(tmp_path: Path) -> None:
    assert "过大" in refused(ods(tmp_path / "重复.ods", [HEADER, ROW], repeat=1_000_000))


def test_a_file_too_large(tmp_path: Path) -> None:
    path = tmp_path / "大.xlsx"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert "50 MB" in refused(path)


def test_macros_are_not_taken(tmp_path: Path) -> None:
    with_macros = book(tmp_path / "宏.xlsx", {"xl/vbaProject.bin": b"x"})
    assert "宏" in refused(with_macros)
    assert "宏" in refused(with_macros.rename(tmp_path / "宏.xlsm"))
    old = tmp_path / "宏.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT_CUR".encode("utf-16-le"))
    assert "宏" in refused(old)


def test_a_formula_is_its_result_and_without_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "公式.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ROW)
        page.write_formula(1, 4, "=500*2", None, 1000)
    assert preview(path, TODAY).accepted[0].agreed_total_yuan == 10_000_000
    cells = "".join(
        f'<c r="{"ABCDEF"[n]}{line}" t="inlineStr"><is><t>{value}</t></is></c>'
        for line, values in ((1, HEADER),)
        for n, value in enumerate(values)
    )
    values = "".join(
        f'<c r="{"ABCD"[n]}2" t="inlineStr"><is><t>{value}</t></is></c>'
        for n, value in enumerate(ROW[:4])
    )
    for formula in ("<f>500*2</f>", "<f>500*2</f><v></v>", "<f>500*2</f><v/>", '<f t="shared"/>'):
        rows = f'<row r="1">{cells}</row><row r="2">{values}<c r="E2">{formula}</c></row>'
        made = book(tmp_path / "无结果.xlsx", sheet=SHEET.format(rows=rows))
        [row] = preview(made, TODAY).rows
        assert [(fault.code, fault.column) for fault in row.faults] == [("formula", HEADER[4])]


def test_a_file_that_is_not_what_its_name_says(tmp_path: Path) -> None:
    good = book(tmp_path / "台账.xlsx")
    for name in ("台账.xls", "台账.csv", "台账.ods"):
        assert "文件名是" in refused(good.rename(tmp_path / name))
        (tmp_path / name).rename(good)
    web = tmp_path / "网页.xls"
    web.write_text("<html><table><tr><td>项目名称</td></tr></table></html>", encoding="utf-8")
    assert "内容不是表格" in refused(web)
    assert "只能导入" in refused(good.rename(tmp_path / "台账.pdf"))
    noise = tmp_path / "乱.csv"
    noise.write_bytes(bytes(range(256)) * 10)
    refused(noise)
    cut = tmp_path / "断.xlsx"
    cut.write_bytes((tmp_path / "台账.pdf").read_bytes()[:3000])
    assert "损坏" in refused(cut)


def test_entities_are_not_followed(tmp_path: Path) -> None:
    """A billion laughs, and a file of the server named as an entity."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    sheet = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "哈">'
        f'<!ENTITY f SYSTEM "/etc/passwd">{laughs}]>'
        + SHEET.format(rows='<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;&f;</t></is></c></row>')[
            len('<?xml version="1.0"?>') :
        ]
    )
    refused(book(tmp_path / "实体.xlsx", sheet=sheet))


@pytest.mark.parametrize("text", ["=1+1", "=cmd|'/c calc'!A1", "+1", "@SUM(A1)", "-1"])
def test_text_like_a_formula_stays_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "台账.csv"
    row = [text, *[str(value) for value in ROW[1:]]]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, row])
    assert preview(path, TODAY).rows[0].title == text


def test_an_xls_with_a_broken_body(tmp_path: Path) -> None:
    path = tmp_path / "坏.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack("<I", 0xFFFFFFFF) * 500)
    assert "损坏" in refused(path)
