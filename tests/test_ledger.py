"""Is a county's ledger read as a careful clerk reads it, and refused where a clerk would ask?"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from crm.ledger import LedgerError
from crm.ledger.importing import Ledger, preview
from crm.ledger.planning import Plan, Planned
from crm.ledger.recording import following, registration
from crm.ledger.report import render_plan
from domain.lead import events as e
from domain.money import wan_text
from domain.vocabulary import AgreementKind, FundsSource
from tests.ledgers import HEADER, PLAIN, TODAY, USCC, only_row, sample, write

# --- the samples ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["台账样例一.xlsx", "台账样例二.xlsx"])
def test_samples_are_read_as_the_clerk_did(name: str) -> None:
    path = sample(name)
    expected = json.loads(path.with_name(name + ".json").read_text(encoding="utf-8"))
    ledger = preview(path, TODAY)
    assert [row.row for row in ledger.rows] == [item["row"] for item in expected]
    assert {row.row: {fault.code for fault in row.faults} for row in ledger.refused} == {
        item["row"]: {item["problem"]} for item in expected if item["problem"]
    }
    read = {row.row: row for row in ledger.accepted}
    for item in expected:
        if item["problem"]:
            continue
        row = read[item["row"]]
        assert {
            "title": row.title,
            "investor": row.investor,
            "uscc": row.uscc,
            "chain": row.chain,
            "unit": row.unit,
            "town": row.town,
            "kind": row.kind,
            "agreed_total_wan": wan_text(row.agreed_total_yuan),
            "funds_wan": wan_text(row.funds_yuan),
            "signed_on": row.signed_on and str(row.signed_on),
            "started_on": row.started_on and str(row.started_on),
            "completed_on": row.completed_on and str(row.completed_on),
            "produced_on": row.produced_on and str(row.produced_on),
            "exited": str(row.exited_on) if row.exited_on else False,
            "problem": None,
            "row": row.row,
        } == {
            **item,
            "agreed_total_wan": str(item["agreed_total_wan"]),
            "funds_wan": str(item["funds_wan"]),
        }


@pytest.mark.parametrize("name", ["台账样例一.xlsx", "台账样例二.xlsx"])
def test_samples_keep_people_progress_and_remarks(name: str) -> None:
    for row in preview(sample(name), TODAY).accepted:
        assert row.leader
        assert row.responsible_unit
        assert row.person
        assert row.phone is not None
        assert len(row.phone) == 11
        assert row.phone.isdigit()
        note = registration(row, "台账").note or ""
        for text in (row.progress, row.remark):
            assert text is None or text in note


# --- workbooks made by hand ------------------------------------------------------------------


def previewed(ledger: Ledger) -> str:
    """What staff read before an import into an empty log."""
    lines = [Planned(row, registration=registration(row, "")) for row in ledger.rows]
    return render_plan(Plan(ledger, tuple(lines)))


def faults(row: Any) -> list[tuple[str, str]]:
    return [(fault.code, fault.column) for fault in row.faults]


def test_columns_are_found_by_header_not_by_place(tmp_path: Path) -> None:
    line: dict[str, Any] = {
        "备注": "",
        "签约日期": 45000,
        "计划总投资(亿元)": "1.2",
        "业主单位": "甲公司",
        "项目名称": "茶叶项目",
        "合同类型": "投资协议",
        "引进单位": "县经贸局",
        "计划开工时间": "2025-01-01",
        "电话": 13838205642,
        "责任人": "王某",
        "用地(亩)": 30.5,
    }
    header = list(line)
    row = preview(write(tmp_path / "a.xlsx", [line], header=header), TODAY).rows[0]
    assert not row.faults
    assert (row.title, row.investor, row.unit) == ("茶叶项目", "甲公司", "县经贸局")
    assert row.kind is AgreementKind.AGREEMENT
    assert row.agreed_total_yuan == 120_000_000
    assert (row.signed_on, row.started_on) == (date(2023, 3, 15), None)
    assert row.phone == "13838205642"
    note = registration(row, "台账：a.xlsx 第4行").note
    assert note == "台账：a.xlsx 第4行；计划开工时间：2025-01-01；用地(亩)：30.5"


def test_two_row_header_merged_chain_subtotals_and_signatures(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("封面").write(0, 0, "目录")
        sheet = book.add_worksheet("项目")
        sheet.merge_range(0, 0, 0, 7, "2023年台账")
        sheet.merge_range(1, 0, 1, 7, "填报时间：2023.12.31　　单位：亿元")
        for column, text in ((0, "项目名称"), (1, "产业链"), (4, "招引单位"), (5, "协议类别")):
            sheet.merge_range(2, column, 3, column, text)
        sheet.merge_range(2, 2, 2, 3, "投资方")
        sheet.write_row(3, 2, ["企业名称", "信用代码"])
        sheet.merge_range(2, 6, 2, 7, "签约情况")
        sheet.write_row(3, 6, ["合同金额", "签约时间"])
        lines = [["甲", "A公司", USCC], ["乙", "B公司", ""]]
        sheet.merge_range(4, 1, 5, 1, "新材料")
        for at, (title, investor, code) in enumerate(lines, 4):
            sheet.write(at, 0, title)
            sheet.write_row(at, 2, [investor, code, "经开区", "合同", "０．５", "2023年3月1日"])
        sheet.write(6, 0, "小 计")
        sheet.write(6, 6, 1)
        sheet.write(7, 0, "丙")
        sheet.write_row(7, 2, ["C公司", "", "经开区", "协议", "6,000万元", "2023/3/1"])
        sheet.write(8, 0, "合计：3个")
        sheet.write(10, 0, "填表人：某某")
        sheet.write(11, 0, "（本表一式两份）")
    ledger = preview(path, TODAY)
    assert [(r.row, r.chain, r.agreed_total_yuan) for r in ledger.accepted] == [
        (5, "新材料", 50_000_000),
        (6, "新材料", 50_000_000),
        (8, None, 60_000_000),
    ]
    assert ledger.rows[0].uscc == USCC
    assert not ledger.refused
    assert any("封面" in note for note in ledger.notes)


def test_a_header_nobody_merged_and_two_ledger_sheets(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("一季度")
        sheet.write_row(
            0, 0, ["填报日期：", "", date(2023, 6, 30)], book.add_format({"num_format": 14})
        )
        sheet.write_row(
            1, 0, ["项目名称", "投资方", "", "进度", "", "总投资", "招引单位", "合同类别"]
        )
        sheet.write_row(2, 1, ["名称", "信用代码", "签约时间", "开工时间"])
        sheet.write_row(3, 0, ["一、新材料"])
        sheet.write_row(4, 0, ["甲", "A", "", "2023-1-1", "2023.2.3", "1.5亿", "经开区", "合同书"])
        sheet = book.add_worksheet("二季度")
        sheet.write_row(0, 3, ["计划", "", "实际"])
        words = ["项目名称", "业主单位", "招引单位", "签约日期", "开工时间", "签约日期", "开工时间"]
        sheet.write_row(1, 0, [*words, "合同类型", "合同总投资（亿元）", "总投资(万元)"])
        days = ["2022-1-1", "2022-1-2", "2023-1-1", "2023-1-2"]
        sheet.write_row(2, 0, ["乙", "B", "经开区", *days, "合同", 3, 1])
        book.add_worksheet("旧").hide()
    ledger = preview(path, TODAY)
    first, second = ledger.rows
    assert not ledger.refused
    assert (first.sheet, first.row, first.filed_on) == ("一季度", 5, date(2023, 6, 30))
    assert (first.investor, first.agreed_total_yuan) == ("A", 150_000_000)
    assert (first.signed_on, first.started_on) == (date(2023, 1, 1), date(2023, 2, 3))
    assert (second.signed_on, second.started_on) == (date(2023, 1, 1), date(2023, 1, 2))
    assert second.agreed_total_yuan == 300_000_000
    assert ledger.source(second) == "台账：two.xlsx 二季度 第3行"
    text = previewed(ledger)
    assert "总投资(万元)”只作文字保留" in text
    assert "“旧”是隐藏的" in text
    assert "二季度 第3行  乙" in text


def test_an_amount_merged_over_two_projects_is_nobodys(tmp_path: Path) -> None:
    path = tmp_path / "shared.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(
            0, 0, ["项目名称", "投资方", "招引单位", "协议类别", "协议金额(万元)", "签约时间"]
        )
        for at in (1, 2):
            sheet.write_row(at, 0, [f"项目{at}", "公司", "经开区", "合同"])
            sheet.write(at, 5, "2023-01-01")
        sheet.merge_range(1, 4, 2, 4, 800)
    ledger = preview(path, TODAY)
    assert [faults(row) for row in ledger.rows] == [[("amount", "协议金额(万元)")]] * 2
    assert any("填报时间" in note for note in ledger.notes)


def test_header_repeated_for_print_and_column_numbers_are_no_projects(tmp_path: Path) -> None:
    numbers = {word: nth for nth, word in enumerate(HEADER, 1)}
    again = dict(zip(HEADER, HEADER, strict=True))
    path = write(tmp_path / "a.xlsx", [numbers, PLAIN, {"序号": 7}, again, PLAIN])
    assert [row.row for row in preview(path, TODAY).rows] == [5, 8]


@pytest.mark.parametrize(
    ("cell", "code", "column"),
    [
        ({"协议金额": "待定"}, "amount", "协议金额"),
        ({"协议金额": "约5000"}, "amount", "协议金额"),
        ({"协议金额": "3000-5000"}, "amount", "协议金额"),
        ({"协议金额": "1,2000"}, "amount", "协议金额"),
        ({"协议金额": "1亿2000"}, "amount", "协议金额"),
        ({"协议金额": "500万美元"}, "amount", "协议金额"),
        ({"协议金额": "-5"}, "amount", "协议金额"),
        ({"协议金额": "0.00001"}, "amount", "协议金额"),
        ({"协议金额": "50000亿元亿"}, "amount", "协议金额"),
        ({"协议金额": 10**12}, "amount", "协议金额"),
        ({"协议金额": 0}, "amount", "协议金额"),
        ({"协议金额": None}, "amount", "协议金额"),
        ({"协议金额": True}, "amount", "协议金额"),
        ({"到位资金(万元)": "部分"}, "amount", "到位资金(万元)"),
        ({"签约时间": "2月30日"}, "date", "签约时间"),
        ({"签约时间": "2023-02-30"}, "date", "签约时间"),
        ({"签约时间": "2023年13月"}, "date", "签约时间"),
        ({"签约时间": "23年3月5日"}, "date", "签约时间"),
        ({"签约时间": "23.3.5"}, "date", "签约时间"),
        ({"协议金额": "一亿二"}, "amount", "协议金额"),
        ({"协议金额": "一二三"}, "amount", "协议金额"),
        ({"协议金额": "五千万美元"}, "amount", "协议金额"),
        ({"签约时间": 2023}, "date", "签约时间"),
        ({"签约时间": 2023.1}, "date", "签约时间"),
        ({"签约时间": "近期"}, "date", "签约时间"),
        ({"签约时间": "2024-05-02"}, "date", "签约时间"),
        ({"签约时间": None, "开工时间": "2023-05-01"}, "date", "签约时间"),
        ({"竣工时间": "2023-05-01"}, "date", "开工时间"),
        ({"开工时间": "2023-02-01"}, "order", "开工时间"),
        ({"开工时间": "2023-06-01", "竣工时间": "2023-05-01"}, "order", "竣工时间"),
        ({"统一社会信用代码": USCC[:-1] + "K"}, "uscc", "统一社会信用代码"),
        ({"统一社会信用代码": 911100006000373410}, "uscc", "统一社会信用代码"),
        ({"统一社会信用代码": "12345"}, "uscc", "统一社会信用代码"),
        ({"项目名称": " "}, "name", "项目名称"),
        ({"企业名称": None}, "investor", "企业名称"),
        ({"招引单位": "/"}, "unit", "招引单位"),
        ({"协议类别": "租赁"}, "kind", "协议类别"),
        ({"协议类别": None}, "kind", "协议类别"),
        ({"协议类别": "框架协议", "开工时间": "2023-05-01"}, "kind", "协议类别"),
        ({"备注": "已解约(2023年2月30日)"}, "date", "备注"),
        ({"备注": "已解约(5月3日)"}, "date", "备注"),
        ({"备注": "已解约(2023-01-01)"}, "order", "备注"),
    ],
)
def test_a_bad_cell_refuses_its_row_with_a_reason(
    tmp_path: Path, cell: dict[str, Any], code: str, column: str
) -> None:
    good = {**PLAIN, "项目名称": "另一个"}
    ledger = preview(write(tmp_path / "台账.xlsx", [{**PLAIN, **cell}, good]), TODAY)
    assert [row.row for row in ledger.refused] == [4]
    assert faults(ledger.refused[0]) == [(code, column)]
    reason = ledger.refused[0].faults[0].reason
    assert any("\u4e00" <= character <= "\u9fff" for character in reason)
    assert f"第4行  {column}：{reason}" in previewed(ledger)
    assert [row.row for row in ledger.accepted] == [5]


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("五千万元", 50_000_000),
        ("壹亿贰仟万元整", 120_000_000),
        ("二十亿", 2_000_000_000),
        ("人民币叁佰万圆整", 3_000_000),
        ("五千", 50_000_000),  # in a column of 万元
        ("两千三百", 23_000_000),
        ("一亿二千万", 120_000_000),
        ("１２，０００", 120_000_000),
        ("１．５亿元", 150_000_000),
    ],
)
def test_amounts_in_numerals_and_full_width(tmp_path: Path, written: str, yuan: int) -> None:
    row = only_row(tmp_path, 协议金额=written)
    assert (row.agreed_total_yuan, row.faults) == (yuan, ())


@pytest.mark.parametrize("written", ["2023年5月", "2023-05", "2023.5", "２０２３年５月份"])
def test_a_month_alone_is_its_last_day_with_a_warning(tmp_path: Path, written: str) -> None:
    row = only_row(tmp_path, 签约时间=written)
    assert (row.signed_on, row.faults) == (date(2023, 5, 31), ())
    assert f"“{written}”只写到月，按2023-05-31登记" in row.doubts[0]


def test_this_month_alone_is_today(tmp_path: Path) -> None:
    assert only_row(tmp_path, 签约时间="2024年5月").signed_on == TODAY
    assert faults(only_row(tmp_path, 签约时间="2024年6月")) == [("date", "签约时间")]


def test_foreign_money_only_in_a_column_that_says_so(tmp_path: Path) -> None:
    header = [*HEADER, "实际利用外资(万美元)"]
    path = write(
        tmp_path / "台账.xlsx",
        [
            {**PLAIN, "实际利用外资(万美元)": 120.5},
            {**PLAIN, "项目名称": "乙", "实际利用外资(万美元)": "80万美元"},
            {**PLAIN, "项目名称": "丙", "实际利用外资(万美元)": "80万元"},
        ],
        header=header,
    )
    first, second, third = preview(path, TODAY).rows
    assert (first.funds_usd, second.funds_usd) == (1_205_000, 800_000)
    assert faults(third) == [("amount", "实际利用外资(万美元)")]
    [arrived] = [ev for ev in following(first) if isinstance(ev, e.FundsArrived)]
    assert (arrived.amount_usd, arrived.amount_yuan) == (1_205_000, None)
    assert arrived.source is FundsSource.FOREIGN


def test_every_fault_of_a_row_is_told(tmp_path: Path) -> None:
    row = only_row(
        tmp_path, 项目名称=None, 协议金额="待定", 开工时间="2月30日", 竣工时间="2023-09-01"
    )
    assert faults(row) == [("name", "项目名称"), ("amount", "协议金额"), ("date", "开工时间")]


def test_blank_marks_and_formula_noise(tmp_path: Path) -> None:
    row = only_row(
        tmp_path, 协议金额=0.1 + 0.2, 开工时间="未开工", 竣工时间="—", 统一社会信用代码="无"
    )
    assert not row.faults
    assert (row.agreed_total_yuan, row.started_on, row.uscc) == (3000, None, None)


def test_a_sheet_without_any_unit_is_not_guessed(tmp_path: Path) -> None:
    lines = [PLAIN, {**PLAIN, "协议金额": "2亿元"}]
    ledger = preview(write(tmp_path / "a.xlsx", lines, head=["台账"]), TODAY)
    assert [faults(row) for row in ledger.rows] == [[("amount", "协议金额")], []]


@pytest.mark.parametrize(
    ("head", "filed_on"),
    [
        ("填报时间：2023年 6月 30日", date(2023, 6, 30)),
        ("截至2023-06-30 单位：万元", date(2023, 6, 30)),
        ("制表日期:45107", date(2023, 6, 30)),
        ("填报时间：2023年6月", date(2023, 6, 30)),
        ("填报时间：2024年5月", TODAY),
        ("无", TODAY),
    ],
)
def test_filing_day(tmp_path: Path, head: str, filed_on: date) -> None:
    ledger = preview(write(tmp_path / "a.xlsx", [PLAIN], head=[head, "单位:万元"]), TODAY)
    assert ledger.rows[0].filed_on == filed_on


def test_funds_filed_in_the_future_are_refused(tmp_path: Path) -> None:
    lines = [PLAIN, {**PLAIN, "到位资金(万元)": 5}]
    path = write(tmp_path / "a.xlsx", lines, head=["填报时间:2024年6月30日 单位:万元"])
    assert [faults(row) for row in preview(path, TODAY).rows] == [[], [("date", "填报时间")]]


# --- files that are no ledger ---------------------------------------------------------------


def test_files_that_are_no_ledger(tmp_path: Path) -> None:
    text = tmp_path / "text.xlsx"
    text.write_text("项目名称,投资方")
    empty = write(tmp_path / "empty.xlsx", [], header=["编号", "问题", "责任单位"])
    for path in (tmp_path / "none.xlsx", tmp_path, text, empty):
        with pytest.raises(LedgerError) as refusal:
            preview(path, TODAY)
        assert path.name in str(refusal.value)
        assert "\n" not in str(refusal.value)
