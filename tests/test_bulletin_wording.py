"""What a bulletin says where there is little or nothing to say, and on its first page."""

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from crm.application import CRM
from crm.bulletins.document import Chart, ChartKind, Column, Document, Kind, Section, Table
from crm.bulletins.files import draft_file
from crm.bulletins.making import make, wanted
from crm.bulletins.parts import known, listed, say
from crm.bulletins.writing.blocks import Said, content
from crm.bulletins.writing.drawing import Drawing
from crm.bulletins.writing.text import text_of
from crm.bulletins.writing.words import printed, sentence
from crm.settings import Settings
from crm.wiring import build
from domain.periods import PeriodKind
from tests.serving import Server
from tests.written import figure, month_table, written

DAYS = (date(2023, 1, 3), date(2023, 4, 20), date(2023, 12, 30))
NOT_SAID = re.compile(
    r"—|[A-Za-z]{2,}|协议金额0万元|、0万元|无法(与时序进度)?比较|\{\d|[，；、][，；、。]"
)


# --- clauses ------------------------------------------------------------------------------------


def test_a_clause_without_its_figure_is_left_out() -> None:
    said = known(
        ("，应报{}份、未报{}份", figure(8, Kind.COUNT), figure(0, Kind.COUNT)),
        ("，完整率{}", figure(None, Kind.SHARE)),
        ("；核查率{}", figure("0.5", Kind.SHARE)),
    )
    assert sentence(said) == "应报8份、未报0份；核查率50.0%。"
    assert [one.value for one in said.figures] == [8, 0, "0.5"]


def test_the_first_clause_that_is_left_begins_the_sentence() -> None:
    said = known(
        ("办结率{}", figure(None, Kind.SHARE)),
        ("，待办{}项", figure(2, Kind.COUNT)),
        "，无逾期",
        opening="本年",
    )
    assert sentence(said) == "本年待办2项，无逾期。"


def test_many_names_are_cut_and_counted() -> None:
    assert listed(["甲", "乙"], 2) == "甲、乙"
    assert listed(["甲", "乙", "丙"], 2, "家") == "甲、乙等3家"


def test_a_label_may_say_what_nothing_means() -> None:
    assert printed(None, Kind.COLOUR, {"": "未判色"}) == "未判色"
    assert printed(None, Kind.COLOUR) == "—"


def test_bars_of_nothing_are_not_drawn() -> None:
    table = month_table()
    nothing = replace(table, rows=tuple({**row, "now": 0} for row in table.rows))
    chart = Chart("c", "图", ChartKind.BARS, "months", "month", ("now",))
    assert Drawing.of(chart, table).panels
    assert not Drawing.of(chart, nothing).panels


# --- whole bulletins ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_no_sentence_has_a_hole(story: Server, kind: PeriodKind) -> None:
    for day in DAYS:
        check(make(story.crm, wanted(story.crm, kind, day)))


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_an_empty_store_has_bulletins_too(empty: CRM, kind: PeriodKind) -> None:
    document = make(empty, wanted(empty, kind, date(2023, 5, 4)))
    check(document)
    assert "年度目标尚未下达" in sentence(document.sections[0].paragraphs[0])


def check(document: Document) -> None:
    """Every line reads as a sentence does, and no heading stands over nothing."""
    body = content(document).body
    lines = [block for block in body if isinstance(block, Said)]
    for line in lines:
        text = re.sub(r"《.*?》", "", line.text)
        assert not NOT_SAID.search(text), (document.title, line.text)
    for above, below in zip(body, [*body[1:], None], strict=True):
        heading = isinstance(above, Said) and above.role == "heading"
        empty = below is None or (isinstance(below, Said) and below.role == "heading")
        assert not (heading and empty), (document.title, above)


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_the_first_page_says_what_leaders_ask(story: Server, kind: PeriodKind) -> None:
    document = make(story.crm, wanted(story.crm, kind, date(2023, 11, 20)))
    content = draft_file(story.crm.office, document, "pdf")
    text = re.sub(r"\s", "", PdfReader(io.BytesIO(content)).pages[0].extract_text())
    asked = ["时序进度", "超期", "月报未报", "红色项目", "包抓领导：", "责任单位："]
    for words in (*asked, "与上期末相比", "颜色转差", "新提出问题"):
        assert words in text, (words, text)


def test_who_answers_for_red_is_counted_from_the_red(story: Server) -> None:
    document = make(story.crm, wanted(story.crm, PeriodKind.MONTHLY, date(2023, 11, 20)))
    (red,) = (t for s in document.sections for t in s.tables if t.key == "red")
    text = next(t for p in document.sections[0].paragraphs if "红色" in (t := sentence(p)))
    named = re.search(r"责任单位：([^\d]+)(\d+)个", text)
    assert named
    unit, count = named.groups()
    assert sum(row["unit"] == unit for row in red.rows) == int(count)
    assert f"红色项目{len(red.rows)}个" in text


def test_turned_colours_and_projects_that_came_and_went_are_all_the_changes(story: Server) -> None:
    document = make(story.crm, wanted(story.crm, PeriodKind.ANNUAL, date(2023, 11, 20)))
    (section,) = (s for s in document.sections if s.key == "colours")
    changed = section.paragraphs[0].figures[-1].value
    moved = [t for t in section.tables if t.key.removeprefix("colours_") in WAYS]
    assert len(moved) == len(WAYS)
    assert sum(len(table.rows) for table in moved) == changed


WAYS = ("worse", "better", "new", "gone")


@pytest.fixture
def empty(tmp_path: Path) -> CRM:
    return build(Settings(data_dir=tmp_path))


def test_a_name_that_looks_like_a_figure_stays_a_name() -> None:
    assert sentence(say(f"前三名：{listed(['{0}镇', '乙镇'])}。")) == "前三名：｛0｝镇、乙镇。"


def test_what_a_section_has_nothing_of_is_said_once_in_text() -> None:
    none = "没有超期的。"
    tables = tuple(Table(key, key, (Column("a", "甲"),), (), none, 0, ("items",)) for key in "xy")
    document = written(Section("s", "逾期节点", tables=tables))
    assert text_of(document, "通报", 80).count(none) == 1


def test_a_reason_in_text_is_not_cut() -> None:
    reason = "签约后超过6个月未开工，现已超期123天；" * 12
    table = Table(
        "t", "红色项目", (Column("a", "项目"), Column("b", "原因")), ({"a": "甲", "b": reason},),
        "没有。", 0, ("items",),
    )  # fmt: skip
    shown = text_of(written(Section("s", "三色", tables=(table,))), "通报", 60)
    assert "…" not in shown
    assert shown.count("123天") == 12


def test_a_unit_is_printed_in_one_spelling() -> None:
    assert printed("县农业农村局", Kind.UNIT) == printed("农业农村局", Kind.UNIT) == "农业农村局"
    assert printed("县某某公司", Kind.UNIT) == "县某某公司"
