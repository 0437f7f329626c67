"""A workbook's first sheet: what the bulletin is, what it says, and where each figure is from."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from crm.bulletins.document import Document, Figure, Source, digest, stored
from crm.bulletins.writing.heading import Heading
from crm.bulletins.writing.words import day_in_words, in_words, sentence
from crm.printing.table import Table
from crm.tables import display_width

_WIDTHS = (16, 72, 18, 46, 34)
_LINE = 15.0
_HIGHEST = 405.0
_LONGEST = 32_000


def front_sheet(
    book: Any, page: Any, document: Document, heading: Heading, tables: Sequence[tuple[str, Table]]
) -> None:
    """Writes 说明 into an empty sheet; `tables` are the others, by their names."""
    base = {"font_name": "宋体", "font_size": 10.5, "valign": "top", "text_wrap": True, "border": 1}
    plain = book.add_format(base)
    bold = book.add_format({**base, "bold": True, "bg_color": "#F2F2F2"})
    title = book.add_format({"font_name": "黑体", "font_size": 18, "align": "center"})
    page.merge_range(0, 0, 0, len(_WIDTHS) - 1, "", title)
    page.write_string(0, 0, document.title, title)
    page.set_row(0, 34)
    row = 2
    for name, value in _about(document, heading):
        page.write_string(row, 0, name, bold)
        page.merge_range(row, 1, row, 3, "", plain)
        page.write_string(row, 1, value, plain)
        row += 1
    row += 1
    for nth, header in enumerate(("部分", "文字", "数字", "出处", "位置")):
        page.write_string(row, nth, header, bold)
    row += 1
    for cells in _sentences(document):
        for nth, text in enumerate(cells):
            page.write_string(row, nth, text[:_LONGEST], plain)
        page.set_row(row, _height(cells))
        row += 1
    row += 1
    for nth, header in enumerate(("工作表", "标题", "行数")):
        page.write_string(row, nth, header, bold)
    for name, table in tables:
        row += 1
        link = "'" + name.replace("'", "''") + "'"
        page.write_url(row, 0, f"internal:{link}!A1", plain, name)
        page.write_string(row, 1, table.title, plain)
        page.write_number(row, 2, len(table.rows), plain)
        page.set_row(row, _height((name, table.title)))
    for nth, width in enumerate(_WIDTHS):
        page.set_column(nth, nth, width)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_footer("&C第 &P 页 共 &N 页")


def _about(document: Document, heading: Heading) -> Iterator[tuple[str, str]]:
    known = document.known_at.astimezone(ZoneInfo("Asia/Shanghai"))
    yield "发文机关", heading.issuer
    yield "期号", heading.number or "—"
    yield "状态", "草稿" if heading.draft else "已发布"
    yield "成文日期", day_in_words(heading.published_on) if heading.published_on else "—"
    if heading.replaces:
        yield "更正", f"代替《{heading.replaces}》"
        if heading.ground:
            yield "更正理由", heading.ground
    yield "名称", document.label
    yield "时段", f"{day_in_words(document.start)}至{day_in_words(document.end)}"
    yield "数据截至", day_in_words(document.as_of)
    yield "录入时刻", f"{known:%Y-%m-%d %H:%M:%S}（北京时间）"
    yield "记录位置", f"第{document.position}位"
    yield "规则校验值", document.rules
    yield "数据校验值", digest(stored(document))
    if heading.log_root:
        yield f"前{heading.log_size}条记录的校验值", heading.log_root


def _sentences(document: Document) -> Iterator[tuple[str, str, str, str, str]]:
    """Each sentence on a line of its own, its figures on the lines below."""
    for section in document.sections:
        for paragraph in section.paragraphs:
            yield section.title, sentence(paragraph), "", "", ""
            for figure in paragraph.figures:
                source = _source(document.sources, figure)
                yield "", "", in_words(figure.value, figure.kind), source, "/".join(figure.path)


def _source(sources: Sequence[Source], figure: Figure) -> str:
    if not 0 <= figure.source < len(sources):
        return "—"
    source = sources[figure.source]
    asked = urlencode(source.asked, quote_via=quote, safe="，、：") if source.asked else ""
    route = f"/api/v1/{source.route.removeprefix('/')}"
    return f"{route}?{asked}" if asked else route


def _height(cells: Sequence[str]) -> float:
    """Points: not every program makes a row of folded text higher by itself."""
    lines = max(
        -(-display_width(text) // (int(width) - 2))
        for text, width in zip(cells, _WIDTHS, strict=False)
    )
    return min(_HIGHEST, max(lines, 1) * _LINE + 3)
