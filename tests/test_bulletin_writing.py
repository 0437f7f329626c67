"""What does a bulletin look like in words, on the page, in a chart, before any file is made?"""

import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.bulletins.document import Chart, ChartKind, Column, Kind, Paragraph, Section, Table, Value
from crm.bulletins.writing.blocks import Grid, Picture, Said, chinese, content, origin
from crm.bulletins.writing.charts import chart_png, chart_svg
from crm.bulletins.writing.drawing import Drawing
from crm.bulletins.writing.paper import ACROSS, ACROSS_WIDE, Measured, fitted
from crm.bulletins.writing.words import in_words, printed, sentence
from tests.written import (
    SENT,
    figure,
    list_table,
    month_table,
    nothing_table,
    unit_table,
    whole,
    written,
)

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("value", "kind", "table", "said"),
    [
        (None, Kind.WAN, "—", "—"),
        ("", Kind.TEXT, "—", "—"),
        ("NaN", Kind.WAN, "—", "—"),
        ("1234567.5000", Kind.WAN, "1,234,567.5", "1,234,567.5万元"),
        ("120000", Kind.WAN, "120,000", "12亿元"),
        ("-125000.5", Kind.WAN, "-125,000.5", "-125,000.5万元"),
        ("9999.9999", Kind.WAN, "9,999.9999", "9,999.9999万元"),
        ("12345", Kind.WAN, "12,345", "1.2345亿元"),
        (12345, Kind.COUNT, "12,345", "12,345"),
        ("0.4125", Kind.SHARE, "41.3%", "41.3%"),
        ("0.41249999", Kind.SHARE, "41.2%", "41.2%"),
        ("-0.0001", Kind.SHARE, "0.0%", "0.0%"),
        ("12", Kind.SHARE, "1,200.0%", "1,200.0%"),
        ("-3.455", Kind.POINTS, "-3.46", "-3.46"),
        ("7.50", Kind.POINTS, "7.5", "7.5"),
        ("2023-06-30", Kind.DAY, "2023-06-30", "2023年6月30日"),
        (True, Kind.FLAG, "是", "是"),
        (False, Kind.FLAG, "否", "否"),
        ("yellow", Kind.COLOUR, "黄", "黄"),
        ("无法认定", Kind.WAN, "无法认定", "无法认定"),
        ("20.94", Kind.GAP, "+20.94", "超时序进度20.94个百分点"),
        ("-29.81", Kind.GAP, "-29.81", "欠时序进度29.81个百分点"),
        ("0.00", Kind.GAP, "0.00", "与时序进度持平"),
        (None, Kind.GAP, "—", "无法与时序进度比较"),
        ("0.1210", Kind.GROWTH, "+12.1%", "增长12.1%"),
        ("-0.0300", Kind.GROWTH, "-3.0%", "下降3.0%"),
        ("0.0000", Kind.GROWTH, "0.0%", "持平"),
        (None, Kind.GROWTH, "—", "无法比较"),
    ],
)  # fmt: skip
def test_a_value_in_a_table_and_in_a_sentence(value, kind, table, said):
    assert printed(value, kind) == table
    assert in_words(value, kind) == said


def test_a_code_is_printed_by_its_label():
    assert printed("L1", Kind.TEXT, {"L1": "签约未开工"}) == "签约未开工"
    assert printed(True, Kind.FLAG, {"true": "停工"}) == "停工"


@given(st.decimals(-(10**12), 10**12, places=4, allow_nan=False))
def test_an_amount_is_printed_exactly(amount):
    assert Decimal(printed(str(amount), Kind.WAN).replace(",", "")) == amount
    said = in_words(str(amount), Kind.WAN)
    found = re.fullmatch(r"(-?[\d,.]+)(亿元|万元)", said)
    assert found is not None
    number, unit = found.groups()
    assert Decimal(number.replace(",", "")) * (10_000 if unit == "亿元" else 1) == amount


def test_a_unit_behind_an_amount_is_said_once():
    amounts = (figure("125000", Kind.WAN), figure(3, Kind.COUNT), figure(None, Kind.WAN))
    text = "{0}万元，{0}万美元，{0}，{1}万元，{2}万元"
    assert sentence(Paragraph(text, amounts)) == "12.5亿元，12.5亿美元，12.5亿元，3万元，—"


def test_a_sentence_without_its_figure_is_refused():
    with pytest.raises(ValueError, match="figure 1"):
        sentence(Paragraph("{1}", (figure(1, Kind.COUNT),)))


def test_headings_are_numbered_in_chinese():
    assert [chinese(n) for n in (1, 9, 10, 11, 20, 21)] == [
        "一",
        "九",
        "十",
        "十一",
        "二十",
        "二十一",
    ]


def test_the_line_at_the_end_says_what_the_figures_were_made_from():
    line = origin(written(), SENT)
    assert "截至2023年6月30日" in line
    assert "2023-07-03 09:02:03" in line
    assert "第12345位" in line
    assert "规则abababababab，" in line
    assert "cdcdcdcdcdcdcdcd。" in line


# --- the page ---------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 40)), min_size=1, max_size=40))
def test_a_table_fits_its_pages(columns):
    measured = [Measured(least, least + more) for least, more in columns]
    parts = fitted(measured)
    assert sorted({nth for part in parts for nth in part.columns}) == list(range(len(columns)))
    for part in parts:
        across = ACROSS_WIDE if part.wide else ACROSS
        assert abs(sum(part.widths) - across) < 0.5
        assert part.size >= 8
        assert len(parts) == 1 or part.columns[0] == 0


def test_an_ordinary_table_is_upright_and_fourteen_columns_are_one_table():
    assert [p.wide for p in _grids(unit_table())] == [False]
    assert len(_grids(list_table("甲", 30, 14))) == 1


def test_a_table_too_wide_for_paper_goes_on_in_a_second_one_with_the_same_first_column():
    first, second = _grids(list_table("甲", 30, 24))
    assert second.heads[0].text == "编号"
    assert second.caption.endswith("（续1）")
    assert first.rows[5][0] == second.rows[5][0] == "ZS2023-0005"


def _grids(table):
    standing = whole(written(Section("a", "甲", tables=(table,))))
    return [block for block in standing if isinstance(block, Grid)]


def test_what_is_not_printed_is_said():
    (grid,) = _grids(list_table("甲", 40, printed=15))
    assert len(grid.rows) == 15
    assert grid.note == "（仅列前15项，共40项，全部见电子表格附件）"
    (grid,) = _grids(list_table("甲", 15, printed=15))
    assert grid.note is None


def test_an_empty_table_is_a_sentence_and_has_no_chart():
    table = replace(month_table(), rows=())
    chart = Chart("c", "图", ChartKind.LINES, "months", "month", ("now",))
    standing = whole(written(Section("a", "甲", tables=(table,), charts=(chart,))))
    assert [block.text for block in standing if isinstance(block, Said)] == ["一、甲", "没有签约。"]
    assert len(standing) == 2


def test_a_chart_stands_behind_its_table_and_never_without_it():
    chart = Chart("c", "图", ChartKind.LINES, "months", "month", ("now",))
    tables = (month_table(), unit_table())
    standing = whole(written(Section("a", "甲", tables=tables, charts=(chart,))))
    assert [type(block) for block in standing] == [Said, Grid, Picture, Grid]
    with pytest.raises(ValueError, match="without their table"):
        whole(written(Section("a", "甲", tables=(unit_table(),), charts=(chart,))))


def test_what_is_too_wide_stands_behind_and_the_body_says_where():
    narrow, wide = unit_table(), list_table("甲", 3, 14)
    said = content(
        written(Section("a", "甲", tables=(narrow, wide, wide)), Section("c", "丙", tables=(wide,)))
    )
    assert [type(block) for block in said.body] == [Said, Grid, Said, Said, Said]
    lines = [block.text for block in said.body if isinstance(block, Said)]
    assert lines == [
        "一、甲",
        f"（{wide.title}3项，见附表1；{wide.title}3项，见附表2）",
        "二、丙",
        f"（{wide.title}3项，见附表3）",
    ]
    assert [grid.caption[:3] for grid in said.appended] == ["附表1", "附表2", "附表3"]


# --- charts -----------------------------------------------------------------------------------


def _chart(kind=ChartKind.BARS, series=("target", "actual")):
    return Chart("c", "完成情况", kind, "units", "name", series)


@pytest.mark.parametrize("kind", list(ChartKind))
def test_a_chart_is_drawn_the_same_again(kind):
    table = unit_table(6)
    svg = chart_svg(_chart(kind), table)
    assert svg == chart_svg(_chart(kind), table)
    assert b"<text" not in svg
    assert b"<image" not in svg


def test_a_chart_of_too_many_names_says_that_it_shows_the_first():
    one = Drawing.of(_chart(series=("actual",)), unit_table(60))
    assert (one.title, len(one.names)) == ("完成情况（前25位）", 25)
    assert Drawing.of(_chart(series=("actual",)), unit_table(25)).title == "完成情况"
    # Where bars stand close there is room for fewer.
    two = Drawing.of(_chart(), unit_table(60))
    three = Drawing.of(_chart(series=("wan", "share", "gap")), unit_table(60))
    assert 25 > len(two.names) > len(three.names) >= 3
    section = Section("a", "甲", tables=(unit_table(60),), charts=(_chart(),))
    (drawn,) = [block for block in whole(written(section)) if isinstance(block, Picture)]
    assert drawn.caption == f"图1　完成情况（前{len(two.names)}位）"


def test_series_of_different_units_are_not_drawn_on_one_scale():
    drawing = Drawing.of(_chart(series=("wan", "share", "target")), unit_table())
    assert [panel.unit for panel in drawing.panels] == ["万元", "%", "个"]
    assert (
        drawing.panels[1].series[0].values[1] == Decimal(str(unit_table().rows[1]["share"])) * 100
    )


def _of_rows():
    columns = (Column("name", "指标"), Column("now", "本年", Kind.OF_ROW))
    values = {"a": "120000", "b": "0.5", "c": None}
    rows: list[dict[str, Value]] = [{"name": name, "now": now} for name, now in values.items()]
    kinds = {"a": Kind.WAN, "b": Kind.GROWTH, "c": Kind.COUNT}
    return Table("t", "表", columns, tuple(rows), "没有。", 0, ("items",), row_kinds=kinds)


def test_figures_of_different_kinds_are_printed_each_by_its_own():
    (grid,) = _grids(_of_rows())
    assert [row[1] for row in grid.rows] == ["120,000", "+50.0%", "—"]


def test_figures_of_different_kinds_are_not_drawn_on_one_scale():
    with pytest.raises(ValueError, match="different kinds"):
        Drawing.of(Chart("c", "图", ChartKind.BARS, "t", "name", ("now",)), _of_rows())


def test_growth_is_drawn_in_percent():
    table = replace(_of_rows(), row_kinds=dict.fromkeys("abc", Kind.GROWTH))
    (panel,) = Drawing.of(Chart("c", "图", ChartKind.BARS, "t", "name", ("now",)), table).panels
    assert (panel.unit, panel.series[0].values[1]) == ("%", Decimal(50))


def test_a_missing_figure_is_a_gap_and_a_series_of_none_is_no_series():
    drawing = Drawing.of(_chart(), unit_table())
    assert drawing.panels[0].series[1].values[3] is None
    table = nothing_table()
    assert not Drawing.of(Chart("c", "图", ChartKind.BARS, "n", "text", ("wan",)), table).panels


def test_a_character_the_face_does_not_have_is_no_failure():
    table = unit_table(3)
    table = replace(table, rows=tuple({**row, "name": "😀㐂$x_1^2$"} for row in table.rows))
    assert chart_png(_chart(), table)


def test_nothing_heavy_is_loaded_before_a_file_is_made():
    code = (
        "import sys, crm.bulletins.writing.files; "
        "print(sorted({n.partition('.')[0] for n in sys.modules}"
        " & {'matplotlib', 'docx', 'docxtpl', 'jinja2', 'lxml', 'typst', 'fontTools', 'numpy',"
        " 'pandas', 'xlsxwriter'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_column_says_its_unit():
    from crm.bulletins.writing.words import unit_of

    assert unit_of(Column("a", "到位资金（万美元）", Kind.WAN)) == "万美元"
    assert unit_of(Column("a", "到位资金", Kind.WAN)) == "万元"
    assert unit_of(Column("a", "项目(个)", Kind.SHARE)) == "%"
