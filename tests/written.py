"""Bulletins made up by hand, with what makes files break: long names, wide tables, nothing."""

import io
import random
from datetime import UTC, date, datetime
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from crm.bulletins.document import (
    Chart,
    ChartKind,
    Column,
    Document,
    Figure,
    Kind,
    Paragraph,
    Section,
    Source,
    Table,
    Value,
)
from crm.bulletins.writing.blocks import Block, content
from crm.bulletins.writing.heading import Heading, Status

UNITS = (
    "经济技术开发区管理委员会", "城关镇", "涧池镇", "蒲溪镇", "平梁镇", "双乳镇", "铁佛寺镇",
    "漩涡镇", "汉阳镇", "双河口镇", "观音河镇", "工业和信息化局", "农业农村局",
)  # fmt: skip
NAMES = (
    "年产10万吨富硒饮用水生产线建设项目",
    "=1+1新能源汽车零部件及锂电池回收利用一体化综合产业基地建设项目（二期）",
    "㐂乐康养小镇",
    "-毛绒玩具文创产业园 <甲> & {乙} {{ 标题 }}",
    "HanyinInternationalInvestmentHoldingsLimitedCompanyOfShaanxiProvince",
)
DRAFT = Heading("汉阴县招商服务中心")
SENT = Heading(
    "汉阴县招商服务中心", "第12期", Status.PUBLISHED, date(2023, 7, 5), "2023年5月月调度", "cd" * 32
)


def figure(value: Value, kind: Kind) -> Figure:
    return Figure(value, kind, 0, ("metrics", "projects"))


def unit_table(count: int = 13, **also: Any) -> Table:
    """A unit a row, groups in the header, a figure missing here and there."""
    drawn = random.Random(1)
    rows: list[dict[str, Value]] = [
        {
            "name": UNITS[nth % len(UNITS)] + (str(nth) if nth >= len(UNITS) else ""),
            "target": drawn.randint(1, 20),
            "actual": None if nth % 7 == 3 else drawn.randint(0, 20),
            "wan": f"{drawn.randint(1000, 1_200_000)}.{drawn.choice(['5', '25', '0000'])}",
            "share": f"0.{drawn.randint(1000, 9999)}" if nth % 5 else None,
            "gap": f"{drawn.randint(-3000, 2000) / 100}",
        }
        for nth in range(count)
    ]
    columns = (
        Column("name", "责任单位"),
        Column("target", "目标(个)", Kind.COUNT, "招引项目"),
        Column("actual", "完成(个)", Kind.COUNT, "招引项目"),
        Column("wan", "协议资金(万元)", Kind.WAN, "资金"),
        Column("share", "完成率", Kind.SHARE, "资金"),
        Column("gap", "超欠(百分点)", Kind.POINTS),
    )
    return Table(
        "units", "各单位目标任务完成情况", columns, tuple(rows), "没有单位。", 0, ("items",), **also
    )


def list_table(key: str, count: int, columns: int = 10, **also: Any) -> Table:
    """A project a row; beyond ten columns, scores."""
    drawn = random.Random(2)
    heads = [
        Column("code", "编号"),
        Column("title", "项目名称"),
        Column("investor", "投资方"),
        Column("unit", "招引单位"),
        Column("wan", "协议金额(万元)", Kind.WAN),
        Column("day", "签约时间", Kind.DAY, "进度"),
        Column("due", "应完成日期", Kind.DAY, "进度"),
        Column("days", "在列天数", Kind.COUNT, "进度"),
        Column("colour", "颜色", Kind.COLOUR),
        Column("stopped", "停工", Kind.FLAG),
        *(Column(f"x{n}", f"第{n}项得分", Kind.POINTS, "得分") for n in range(columns - 10)),
    ]
    rows: list[dict[str, Value]] = [
        {
            "code": f"ZS2023-{nth:04d}",
            "title": drawn.choice(NAMES),
            "investor": drawn.choice(NAMES),
            "unit": drawn.choice(UNITS),
            "wan": str(drawn.randint(500, 250_000)),
            "day": f"2023-0{drawn.randint(1, 6)}-1{drawn.randint(0, 9)}",
            "due": None if nth % 4 == 0 else "2023-12-31",
            "days": drawn.randint(1, 700),
            "colour": drawn.choice(["red", "yellow", "green"]),
            "stopped": drawn.random() < 0.3,
            **{f"x{n}": f"{drawn.randint(-100, 10_000) / 100}" for n in range(columns - 10)},
        }
        for nth in range(count)
    ]
    return Table(
        key,
        f"项目清单{key}",
        tuple(heads),
        tuple(rows),
        "没有项目。",
        0,
        ("items",),
        "code",
        **also,
    )


def nothing_table() -> Table:
    """Rows of which nothing is known."""
    columns = tuple(Column(kind.value, f"栏{kind.value[:1]}", kind) for kind in Kind)
    rows: tuple[dict[str, Value], ...] = ({}, dict.fromkeys((k.value for k in Kind), None))
    return Table("nothing", "没有数字的表", columns, rows, "没有。", 0, ("items",))


def month_table() -> Table:
    rows: list[dict[str, Value]] = [
        {"month": f"{n}月", "now": None if n == 5 else 2 * n + 1, "before": 3 * n - 4}
        for n in range(1, 13)
    ]
    columns = (
        Column("month", "月份"),
        Column("now", "本年(个)", Kind.COUNT),
        Column("before", "上年(个)", Kind.COUNT),
    )
    return Table("months", "逐月签约", columns, tuple(rows), "没有签约。", 0, ("items",))


def written(*sections: Section) -> Document:
    """A document of these sections; of everything there is when none is given."""
    return Document(
        kind="monthly",
        period="2023-06",
        label="2023年6月月调度",
        start=date(2023, 6, 1),
        end=date(2023, 6, 30),
        as_of=date(2023, 6, 30),
        known_at=datetime(2023, 7, 3, 1, 2, 3, 456, tzinfo=UTC),
        position=12345,
        rules="ab" * 32,
        title="2023年6月招商引资工作情况通报",
        sections=sections or everything(),
        sources=(Source("targets/2023", {"as_of": "2023-06-30"}),),
    )


def everything() -> tuple[Section, ...]:
    units = unit_table(9)
    said = Paragraph(
        "截至{0}，签约项目{1}个，协议资金{2}万元，完成目标的{3}，较时序进度{4}个百分点，{5}。",
        (
            figure("2023-06-30", Kind.DAY),
            figure(1046, Kind.COUNT),
            figure("612345", Kind.WAN),
            figure("0.5567", Kind.SHARE),
            figure("-3.25", Kind.POINTS),
            figure(None, Kind.WAN),
        ),
    )
    return (
        Section(
            "all",
            "总体情况",
            (said, Paragraph("各单位要倒排工期、挂图作战。" * 9)),
            (units,),
            (
                Chart("c1", "完成情况", ChartKind.BARS, "units", "name", ("target", "actual")),
                Chart("c2", "资金与完成率", ChartKind.BARS, "units", "name", ("wan", "share")),
                Chart("c3", "目标构成", ChartKind.STACKED, "units", "name", ("target", "actual")),
            ),
        ),
        Section(
            "months",
            "逐月进展",
            tables=(month_table(),),
            charts=(
                Chart("c4", "逐月签约", ChartKind.LINES, "months", "month", ("now", "before")),
            ),
        ),
        Section(
            "lists",
            "项目清单",
            tables=(
                list_table("甲", 40, printed=6),
                list_table("乙", 5, 24),
                list_table("丙", 0),
                nothing_table(),
            ),
        ),
    )


def whole(document: Document) -> list[Block]:
    """All that stands on paper, what is appended too."""
    found = content(document)
    return [*found.body, *found.appended]


def faces_of(content: bytes) -> set[str]:
    """The names of the faces a .pdf's first page is set in."""
    resources = PdfReader(io.BytesIO(content)).pages[0]["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    fonts = resources["/Font"].get_object()
    assert isinstance(fonts, DictionaryObject)
    found = [font.get_object() for font in fonts.values()]
    return {str(font["/BaseFont"]) for font in found if isinstance(font, DictionaryObject)}
