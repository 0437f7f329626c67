"""Does a ledger, a list, the target print: layout, totals as formulas, cells that are checked?"""

import io
import re
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from crm.ledger.full import Found
from crm.ledger.headers import KEY
from crm.presentation import day_text
from crm.printing.table import Column, Kind, OfTotals, Table
from crm.printing.workbook import workbook
from projections.clocks import Clocks
from projections.stage_lists import STAGE_LISTS
from tests.serving import Client
from tests.workbooks import MAIN, formulas, letter, lines, part, sheet_xml

DAY = date(2023, 12, 31)


def clocks(day: date = DAY) -> Clocks:
    return Clocks(day, datetime(2025, 1, 1, tzinfo=UTC), 1)


# --- how it prints and works in Excel -----------------------------------------------------------


def test_the_layout_of_the_ledger(viewer: Client, sample_found: Found) -> None:
    content = viewer.get("/ledgers/export", as_of="2023-12-31").content
    table = lines(content)
    assert table[0][0] == "招商项目台账"
    assert re.match(r"填报单位：.*填报时间：2023年12月31日 +单位：万元 +录入时刻：20", table[1][0])
    assert table[2][:3] == ["序号", "项目名称", "投资方"]
    assert table[3][2:4] == ["企业名称", "统一社会信用代码"]
    assert table[3][8:13] == ["万元", "签约时间", "开工时间", "竣工时间", "投产时间"]
    assert "责任人" not in table[2]
    assert "联系电话" not in table[2]
    first, last = table[4], table[4 + len(sample_found.leads)]
    assert first[0] == 1.0
    assert isinstance(first[9], date)
    assert last[:2] == ["合计", f"共{len(sample_found.leads)}个"]
    standing = [x.state for x in sample_found.leads if x.state.exited_on is None]
    assert table[5 + len(sample_found.leads)][1] == f"不含已退出 共{len(standing)}个"
    amounts = [(s.agreed_total_yuan if s.kind else s.estimated_yuan) or 0 for s in standing]
    assert table[5 + len(sample_found.leads)][8] == sum(amounts) / 10_000
    assert any("填表人：" in str(cell) and "审核人：" in str(cell) for cell in table[-1])

    page = sheet_xml(content)
    pane = page.find(f".//{MAIN}pane")
    assert pane is not None
    assert pane.attrib.items() >= {"xSplit": "2", "ySplit": "4", "state": "frozen"}.items()
    setup = page.find(f"{MAIN}pageSetup")
    assert setup is not None
    assert setup.attrib.items() >= {"paperSize": "8", "orientation": "landscape"}.items()
    assert setup.get("fitToHeight") == "0"
    assert page.find(f"{MAIN}sheetPr/{MAIN}pageSetUpPr") is not None
    footer = page.findtext(f"{MAIN}headerFooter/{MAIN}oddFooter")
    assert footer == "&C第 &P 页 共 &N 页"
    columns = page.findall(f"{MAIN}cols/{MAIN}col")
    key = len(table[2])
    assert table[2][key - 1] == KEY
    assert columns[-1].get("max") == str(key)
    assert columns[-1].get("hidden") == "1"
    keys = [str(row[key - 1]).partition("@")[0] for row in table[4:-5]]
    assert keys[:3] == [lead.state.code for lead in sample_found.leads[:3]]
    # Rows are sorted with their keys, so the filter reaches over the hidden column.
    filtered = page.find(f"{MAIN}autoFilter")
    assert filtered is not None
    assert filtered.get("ref") == f"A4:{letter(key)}{4 + len(sample_found.leads)}"
    names = part(content, "xl/workbook.xml").findall(f".//{MAIN}definedName")
    [repeated] = [x.text or "" for x in names if x.get("name") == "_xlnm.Print_Titles"]
    assert repeated.replace("'", "") == "招商项目台账!$3:$4"
    assert page.find(f"{MAIN}sheetProtection") is None


def test_totals_are_formulas_with_their_results(viewer: Client) -> None:
    content = viewer.get("/ledgers/export", as_of="2023-12-31", subtotals="chain").content
    table, made = lines(content), formulas(sheet_xml(content))
    subtotals = [nth for nth, row in enumerate(table) if row[0] == "小计"]
    total = next(nth for nth, row in enumerate(table) if row[0] == "合计")
    assert len(subtotals) == len({row[4] for row in table[4:total] if row[0] != "小计"})
    begin = 4
    for nth in subtotals:
        formula, result = made[f"I{nth + 1}"]
        assert formula == f"SUBTOTAL(109,I{begin + 1}:I{nth})"
        rows = table[begin:nth]
        assert len({row[4] for row in rows}) == 1, "one chain"
        assert float(result) == table[nth][8] == sum(row[8] or 0 for row in rows)
        assert table[nth][1] == f"{rows[0][4]} 共{len(rows)}个"
        begin = nth + 1
    formula, result = made[f"I{total + 1}"]
    assert formula == f"SUBTOTAL(109,I5:I{total})"
    assert float(result) == sum(table[nth][8] for nth in subtotals)
    assert made[f"B{total + 1}"][0] == f'"共"&SUBTOTAL(103,C5:C{total})&"个"'
    assert made[f"I{total + 2}"][0].startswith(f'SUMIFS(I5:I{total},C5:C{total},"?*"')


def test_cells_are_checked_as_they_are_typed(viewer: Client) -> None:
    content = viewer.get("/ledgers/export", as_of="2023-12-31").content
    rules = {
        rule.get("sqref", ""): rule for rule in sheet_xml(content).iter(f"{MAIN}dataValidation")
    }
    by_column = {re.sub(r"\d.*", "", where): rule for where, rule in rules.items()}
    assert {name for name, rule in by_column.items() if rule.get("type") == "list"} == set("EFGH")
    assert {n for n, rule in by_column.items() if rule.get("type") == "date"} == set("JKLM")
    assert {n for n, rule in by_column.items() if rule.get("type") == "decimal"} == set("INO")
    assert by_column["H"].get("errorStyle") is None, "a kind of agreement is one of the four"
    assert by_column["E"].get("errorStyle") == "warning", "chains are added"
    hidden = CalamineWorkbook.from_filelike(io.BytesIO(content))
    choices = hidden.get_sheet_by_name("选项").to_python()
    assert {row[0] for row in choices} >= {"协议类别", "意向书", "框架协议", "协议", "合同"}
    state = part(content, "xl/workbook.xml").findall(f".//{MAIN}sheet")[1].get("state")
    assert state == "hidden"


def test_widths_and_heights_fit_chinese_text() -> None:
    table = Table(
        name="表",
        title="表",
        columns=[
            Column("n", "序号", Kind.SERIAL),
            Column("t", "名称", widest=20),
            Column("d", "日", Kind.DAY),
        ],
        rows=[{"t": "十个汉字占二十格的名", "d": DAY}, {"t": "字" * 25, "d": None}],
        day=DAY,
        counted="t",
    )
    page = sheet_xml(workbook([table]))
    width = {c.get("min"): float(c.get("width", 0)) for c in page.findall(f"{MAIN}cols/{MAIN}col")}
    assert width["2"] >= 20
    assert width["3"] >= 11
    heights = [row.get("ht") for row in page.iter(f"{MAIN}row")]
    assert heights[4] is None
    assert float(heights[5] or 0) >= 3 * 13


def test_totals_of_totals() -> None:
    table = Table(
        name="表",
        title="表",
        columns=[
            Column("t", "名称"),
            Column("u", "备注"),
            Column("a", "甲", Kind.COUNT, total=True),
            Column("b", "乙", Kind.COUNT, total=True),
            Column("q", "率", Kind.SHARE, total=OfTotals("a", "/", "b")),
            Column("r", "差", Kind.COUNT, total=OfTotals("b", "-", "a")),
        ],
        rows=[{"t": "一", "a": 1, "b": 2}, {"t": "二", "a": 0, "b": None}],
        day=DAY,
        counted="t",
    )
    made = formulas(sheet_xml(workbook([table])))
    assert made["E7"] == ('IF(D7=0,"",C7/D7)', "0.5")
    assert made["F7"] == ("D7-C7", "1.0")


# --- the lists and the target -------------------------------------------------------------------


@pytest.mark.parametrize("name", STAGE_LISTS)
def test_a_list_prints(viewer: Client, name: str) -> None:
    shown = viewer.get(f"/lists/{name}", as_of="2023-12-31", limit=1000).json()
    content = viewer.get(f"/lists/{name}", as_of="2023-12-31", format="xlsx").content
    table = lines(content)
    assert table[0][0] == f"{shown['label']}项目清单"
    headers = [low or top for top, low in zip(table[2], table[3], strict=True)]
    rows = [dict(zip(headers, row, strict=True)) for row in table[4 : 4 + shown["count"]]]
    assert [row["项目编号"] for row in rows] == [item["code"] for item in shown["items"]]
    assert [row["协议金额(万元)"] for row in rows] == [
        float(item["agreed_total_wan"]) for item in shown["items"]
    ]
    for row, item in zip(rows, shown["items"], strict=True):
        for header, key in (("签约时间", "signed_on"), ("应完成日期", "due_on")):
            if header in row:
                assert (day_text(row[header]) if row[header] else None) == item[key]
    total = table[4 + shown["count"]]
    assert total[:2] == ["合计", f"共{shown['count']}个"]
    assert total[headers.index("协议金额(万元)")] == float(shown["total_agreed_wan"])
    fills = part(content, "xl/styles.xml").findall(f".//{MAIN}fill//{MAIN}fgColor")
    coloured = {item["colour"] for item in shown["items"]} - {None}
    assert ("FFFF7C80" in {fill.get("rgb") for fill in fills}) == ("red" in coloured)


def test_the_target_prints(viewer: Client) -> None:
    shown = viewer.get("/targets/2023", as_of="2023-12-31").json()
    content = viewer.get("/targets/2023", as_of="2023-12-31", format="xlsx").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["全县", "分单位", "分镇", "分产业链", "至各季度末", "分月"]
    whole = lines(content)
    assert whole[0][0] == "2023年招商引资目标任务完成情况"
    assert "时序进度：100.00%" in whole[1][0]
    projects = shown["metrics"]["projects"]
    assert whole[4][1:5] == [
        "招引项目（个）",
        90.0,
        projects["actual"],
        float(projects["completion"]),
    ]
    units = lines(content, 1)
    rows = [row for row in units[4:] if isinstance(row[0], float)]
    assert [row[1] for row in rows] == list(shown["by_unit"])
    total = units[4 + len(rows)]
    assert total[3] == projects["actual"] == sum(row[3] for row in rows)
    assert total[4] == pytest.approx(total[3] / total[2])
    assert formulas(sheet_xml(content, 2))[f"D{5 + len(rows)}"][0].startswith("SUBTOTAL(109,D5:")
    assert len([row for row in lines(content, 5) if str(row[1]).startswith("2023-")]) == 12
