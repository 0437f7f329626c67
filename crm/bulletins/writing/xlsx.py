"""Writes a bulletin as a workbook: what it says and from where, then every table whole."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from io import BytesIO
from typing import Any

from crm.bulletins.document import Column, Document, Kind, Section, Table, Value
from crm.bulletins.writing.blocks import frame
from crm.bulletins.writing.drawing import Drawing
from crm.bulletins.writing.heading import Heading
from crm.bulletins.writing.words import NUMBERS, RATIOS, as_day, as_number, printed
from crm.bulletins.writing.xlsx_charts import chart_height, place_chart
from crm.bulletins.writing.xlsx_front import front_sheet
from crm.printing import table as printing
from crm.printing.looks import widths
from crm.printing.workbook import FIRST_ROW, write_sheets
from crm.tables import display_width

_SERIAL = printing.Column("serial", "序号", printing.Kind.SERIAL)
_KINDS = {
    Kind.DAY: printing.Kind.DAY,
    Kind.COUNT: printing.Kind.COUNT,
    Kind.WAN: printing.Kind.WAN,
    Kind.SHARE: printing.Kind.SHARE,
    Kind.POINTS: printing.Kind.POINTS,
    Kind.GAP: printing.Kind.POINTS,
    Kind.GROWTH: printing.Kind.SHARE,
    Kind.OF_ROW: printing.Kind.WAN,
    Kind.COLOUR: printing.Kind.COLOUR,
}
_FRONT = "说明"
_LONGEST_NAME = 31
_LOWEST_ROW = 20  # pixels: charts below one another do not overlap
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", ""))


def xlsx_file(document: Document, heading: Heading) -> bytes:
    """The whole bulletin as an .xlsx file, every table with all its rows. Raises `ValueError` of a
    chart whose table its section does not have."""
    import xlsxwriter

    tables = [(section, table) for section in document.sections for table in section.tables]
    names = sheet_names([table.title for _, table in tables])
    sheets = [
        replace(sheet_of(table, name, document), unit=heading.issuer)
        for (_, table), name in zip(tables, names, strict=True)
    ]
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties(
            {
                "title": document.title,
                "author": heading.issuer,
                # of the content, not the hour of writing: the same bulletin gives the same file
                "created": datetime.combine(heading.published_on or document.as_of, time()),
            }
        )
        front = book.add_worksheet(_FRONT)
        pages = write_sheets(book, sheets)
        mark = frame(heading)["mark"]
        for page in (front, *pages):
            if mark:
                page.set_header(f"&R&14{mark}")
        front_sheet(book, front, document, heading, list(zip(names, sheets, strict=True)))
        for (section, table), name, sheet, page in zip(tables, names, sheets, pages, strict=True):
            _widen(page, sheet)
            _charts(book, page, section, table, name, sheet)
    return out.getvalue()


def _widen(page: Any, sheet: printing.Table) -> None:
    """A table of a few narrow columns is made as wide as the line above it needs."""
    if len(sheet.columns) > 9:  # wide enough, and the widths of a long list take seconds
        return
    found = widths(sheet)
    line = f"填报单位：{sheet.unit}        填报时间：2023年12月31日        单位：{sheet.money}"
    if (short := display_width(line) * 1.15 + 4 - sum(found)) > 0:
        for nth, width in enumerate(found):
            page.set_column(nth, nth, width + short * width / sum(found))


def sheet_names(titles: Sequence[str]) -> list[str]:
    """A name for each sheet: short, told apart, without the signs a workbook does not allow."""
    taken = {_FRONT}
    found = []
    for title in titles:
        plain = "".join(c for c in title.translate(_NOT_IN_NAMES) if c.isprintable()).strip()
        name = _cut(plain or "表", _LONGEST_NAME)
        nth = 1
        while name.casefold() in taken:
            nth += 1
            name = _cut(plain or "表", _LONGEST_NAME - len(f"（{nth}）")) + f"（{nth}）"
        taken.add(name.casefold())
        found.append(name)
    return found


def _cut(text: str, longest: int) -> str:
    """At most so many UTF-16 units, which is how workbooks count."""
    while len(text.encode("utf-16-le")) // 2 > longest:
        text = text[:-1]
    return text


def sheet_of(table: Table, name: str, document: Document) -> printing.Table:
    """A table as offices print them, all rows; a table without rows says so in its title line."""
    cells = {c.key: [_cell(row, c, table) for row in table.rows] for c in table.columns}
    columns = [_column(column, cells[column.key]) for column in table.columns]
    if all(column.header != _SERIAL.header for column in table.columns):
        columns = [_SERIAL, *columns]
    elif len(columns) == 1:
        columns = [*columns, printing.Column("", "备注")]
    rows = [{key: cells[key][nth] for key in cells} for nth in range(len(table.rows))]
    return printing.Table(
        name=name,
        title=table.title if table.rows else f"{table.title}（{table.empty.rstrip('。')}）",
        columns=columns,
        rows=rows,
        day=document.as_of,
        counted=None,
        money="见表头",
    )


def _column(column: Column, cells: Sequence[Any]) -> printing.Column:
    """A column all of whose values are what its kind says; else they are written as words."""
    kind = _KINDS.get(column.kind, printing.Kind.TEXT)
    if column.labels is not None or not all(_fits(cell, kind) for cell in cells):
        kind = printing.Kind.TEXT
    return printing.Column(column.key, column.header, kind, group=column.group, widest=40)


def _fits(value: Any, kind: printing.Kind) -> bool:
    if value is None or kind in (printing.Kind.TEXT, printing.Kind.COLOUR):
        return True
    return not isinstance(value, str)


def _cell(row: dict[str, Value], column: Column, table: Table) -> Any:
    """What the workbook's writer takes: a number, a day, or a text; None of nothing."""
    value, kind = row.get(column.key), table.kind_of(row, column)
    if value is None or value == "":
        return (column.labels or {}).get("")
    if column.labels is not None:
        return printed(value, kind, column.labels)
    if kind is Kind.DAY:
        return as_day(value) or str(value)
    if kind in NUMBERS and (number := as_number(value)) is not None:
        # In a column of figures of several kinds a ratio is shown in percent by itself.
        of_several = column.kind is Kind.OF_ROW and kind in RATIOS
        return printing.Ratio(number) if of_several else number
    return printed(value, kind)


def _charts(
    book: Any, page: Any, section: Section, table: Table, name: str, sheet: printing.Table
) -> None:
    """The table's charts, one below another on its right."""
    right = len(sheet.columns) + 1
    shift = len(sheet.columns) - len(table.columns) if sheet.columns[0] is _SERIAL else 0
    below = 0
    for chart, drawing in _drawings(section, table):
        for panel in drawing.panels:
            place_chart(
                book,
                page,
                drawing,
                panel,
                name,
                over=shift + [column.key for column in table.columns].index(chart),
                shift=shift,
                rows=(FIRST_ROW, FIRST_ROW + len(drawing.names) - 1),
                at=(1 + below, right),
            )
            below += chart_height(drawing, panel) // _LOWEST_ROW + 2


def _drawings(section: Section, table: Table) -> Iterator[tuple[str, Drawing]]:
    for chart in section.charts:
        if chart.table == table.key:
            yield chart.over, Drawing.of(chart, table)
