"""How does a table become a worksheet that prints, filters and adds up?

Every text is written as text, whatever it begins with; every formula carries its result, for
readers that do not calculate (our own ledger import among them).
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import groupby
from typing import Any

from crm.printing.looks import looks, row_height, widths
from crm.printing.table import Column, Kind, OfTotals, Row, Table

_TITLE, _MARGIN, _TOP, _LOW, _FIRST = range(5)
"""Rows: title, 填报单位 line, the two header rows, the first row of the table."""
FIRST_ROW = _FIRST
"""Of a sheet, from 0: where the rows of its table begin."""

_A3, _A4 = 8, 9
# Characters across A4 in landscape at full size, between margins of 1.2 cm; below this share of
# it, ten-point type is hard to read, and the table goes on A3.
_ACROSS_A4, _LEGIBLE = 128, 0.72
_MOST_TEXT = 32_767  # characters of a cell
_EARLIEST, _LATEST = date(1990, 1, 1), date(2099, 12, 31)  # what the ledger import reads
_CHOICES_SHEET = "选项"


def workbook(tables: Sequence[Table]) -> bytes:
    """The tables as an .xlsx file, a sheet each."""
    import xlsxwriter  # what a server is started for is rarely a file

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties(
            {
                "title": tables[0].title,
                # not the hour of writing: the same question gives the same file
                "created": datetime.combine(tables[0].day, time()),
            }
        )
        write_sheets(book, tables)
    return out.getvalue()


def write_sheets(book: Any, tables: Sequence[Table]) -> list[Any]:
    """Writes the tables into an open workbook, a sheet each; the sheets, for what stands beside."""
    formats = _formats(book)
    sheets = [(book.add_worksheet(table.name), table) for table in tables]
    choices = _write_choices(book, tables)
    for page, table in sheets:
        _Sheet(page, table, formats, choices).write()
    return [page for page, _ in sheets]


Formats = Callable[..., Any]


def _formats(book: Any) -> Formats:
    """Cell formats by what they say; one object for each kind."""
    made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def cell_format(**says: Any) -> Any:
        key = tuple(sorted(says.items()))
        if key not in made:
            base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
            made[key] = book.add_format({**base, **says})
        return made[key]

    return cell_format


def _write_choices(book: Any, tables: Sequence[Table]) -> dict[str, str]:
    """The lists to choose from, on a hidden sheet: a list inside a cell's rule ends at 255
    characters. Returns the range of each."""
    lists = {name: words for table in tables for name, words in table.choices.items() if words}
    if not lists:
        return {}
    page = book.add_worksheet(_CHOICES_SHEET)
    page.hide()
    ranges = {}
    for column, (name, words) in enumerate(lists.items()):
        page.write_string(0, column, name)
        for row, word in enumerate(words, 1):
            page.write_string(row, column, word)
        letter = _letter(column)
        ranges[name] = f"='{_CHOICES_SHEET}'!${letter}$2:${letter}${len(words) + 1}"
    return ranges


class _Sheet:
    """Writes one table to one worksheet, from top to bottom."""

    def __init__(self, page: Any, table: Table, formats: Formats, choices: dict[str, str]) -> None:
        self._page, self._table, self._format, self._choices = page, table, formats, choices
        self._last = max(table.shown)
        self._widths = widths(table)
        self._end = _FIRST  # the row below what has been written

    def write(self) -> None:
        self._head()
        self._header()
        self._body()
        last = max(self._end - 1, _FIRST)
        self._validate(last)
        # The hidden columns are within: rows that are sorted take their keys along.
        self._page.autofilter(_LOW, 0, last, len(self._table.columns) - 1)
        self._totals(last)
        self._foot()
        for nth, column in enumerate(self._table.columns):
            self._page.set_column(nth, nth, self._widths[nth], None, {"hidden": column.hidden})
        self._paper(sum(self._widths[nth] for nth in self._table.shown))
        if self._table.returned:
            self._protect()

    # --- above the table ------------------------------------------------------------------------

    def _head(self) -> None:
        table = self._table
        title = self._format(font_name="黑体", font_size=18, align="center")
        self._across(_TITLE, table.title, title, height=34)
        parts = [
            f"填报单位：{table.unit or '＿＿＿＿＿＿＿＿'}",
            f"填报时间：{table.day.year}年{table.day.month}月{table.day.day}日",
            f"单位：{table.money}",
            *([table.said] if table.said else []),
        ]
        # Who fills it in on another day writes that day here.
        open_line = self._format(font_size=11, locked=not table.returned)
        self._across(_MARGIN, "        ".join(parts), open_line, height=20)

    def _across(self, row: int, text: str, cell_format: Any, height: float) -> None:
        self._page.set_row(row, height)
        self._page.merge_range(row, 0, row, self._last, "", cell_format)
        self._page.write_string(row, 0, text, cell_format)

    def _header(self) -> None:
        cell_format = self._format(bold=True, align="center", border=1, bg_color="#DDEBF7")
        self._page.set_row(_TOP, 20)
        self._page.set_row(_LOW, 30)
        for group, numbered in groupby(enumerate(self._table.columns), key=lambda c: c[1].group):
            columns = list(numbered)
            first, last = columns[0][0], columns[-1][0]
            for nth, column in columns:
                if group is None:
                    self._page.merge_range(_TOP, nth, _LOW, nth, "", cell_format)
                    self._page.write_string(_TOP, nth, column.header, cell_format)
                else:
                    self._page.write_string(_LOW, nth, column.header, cell_format)
            if group is not None and first < last:
                self._page.merge_range(_TOP, first, _TOP, last, "", cell_format)
            if group is not None:
                self._page.write_string(_TOP, first, group, cell_format)
        # The header stays, and so do the first two columns that name the row.
        names = [nth for nth in self._table.shown if self._table.columns[nth].kind is Kind.TEXT]
        self._page.freeze_panes(_FIRST, names[0] + 1 if names else 0)

    # --- the rows ---------------------------------------------------------------------------------

    def _body(self) -> None:
        table = self._table
        serial = 0
        by = table.subtotals
        for name, rows in groupby(table.rows, key=lambda row: row.get(by) if by else None):
            first, block = self._end, list(rows)
            for row in block:
                serial += 1
                self._row(row, serial)
            if by:
                self._total("小计", block, first, self._end - 1, label=str(name or "未注明"))
        for _ in range(table.blanks if table.rows else max(table.blanks, 1)):
            self._row({}, None)

    def _row(self, row: Row, serial: int | None) -> None:
        if (height := row_height(self._table, row, self._widths)) is not None:
            self._page.set_row(self._end, height)
        for nth, column in enumerate(self._table.columns):
            value = serial if column.kind is Kind.SERIAL else self._table.of(row, column)
            self._cell(self._end, nth, column, value)
        self._end += 1

    def _cell(self, row: int, nth: int, column: Column, value: Any, **also: Any) -> None:
        cell_format = self._format(**{**looks(self._table, column, value), **also})
        if value is None:
            self._page.write_blank(row, nth, None, cell_format)
        elif column.kind is Kind.DAY:
            self._page.write_datetime(row, nth, datetime.combine(value, time()), cell_format)
        elif isinstance(value, Decimal | int):
            self._page.write_number(row, nth, float(value), cell_format)
        else:
            self._page.write_string(row, nth, str(value)[:_MOST_TEXT], cell_format)

    # --- totals -----------------------------------------------------------------------------------

    def _totals(self, last: int) -> None:
        table = self._table
        if table.counted is None:
            return
        self._total("合计", table.rows, _FIRST, last)
        if table.standing is not None:
            key, value = table.standing
            rows = [row for row in table.rows if row.get(key) != value]
            self._total("合计", rows, _FIRST, last, label=f"不含{value}", without=table.standing)

    def _total(
        self,
        word: str,
        rows: Sequence[Row],
        first: int,
        last: int,
        *,
        label: str = "",
        without: tuple[str, str] | None = None,
    ) -> None:
        """A line of totals over rows `first` to `last`, of which `rows` are counted in.

        A total follows the filter; one `without` some rows is of all the others. A column that
        says nothing has none, unless it is still to be filled in.
        """
        table = self._table
        bold = {"bold": True, "bg_color": "#F2F2F2", "locked": True}
        for nth, column in enumerate(table.columns):
            self._cell(self._end, nth, column, None, **bold)
        assert table.counted is not None, "a table with totals counts its rows"
        shown = table.shown
        self._cell(self._end, shown[0], Column("", ""), word, **bold, align="center")
        counted = self._over(table.index(table.counted), first, last, 103, without)
        said = f"{label} " if label else ""
        quoted = said.replace('"', '""')
        count = self._format(**bold, border=1)
        formula = f'="{quoted}共"&{counted}&"个"'
        self._page.write_formula(self._end, shown[1], formula, count, f"{said}共{len(rows)}个")
        for nth, column in enumerate(table.columns):
            value: Decimal | None
            if isinstance(column.total, OfTotals):
                told = table.says_both(rows, column.total.left, column.total.right)
            else:
                told = table.checked or table.says(rows, column.key)
            if not told:
                continue  # no target was set: a total of 0, or what is left of it, would be untrue
            if column.total is True:
                value = table.summed(rows, column.key)
                formula = "=" + self._over(nth, first, last, 109, without)
            elif isinstance(column.total, OfTotals):
                left, right = column.total.left, column.total.right
                value = column.total.of(table.summed(rows, left), table.summed(rows, right))
                first_cell, second_cell = (
                    f"{_letter(table.index(key))}{self._end + 1}" for key in (left, right)
                )
                formula = f"{first_cell}{column.total.sign}{second_cell}"
                if column.total.sign == "/":
                    formula = f'IF({second_cell}=0,"",{formula})'
                formula = f"={formula}"
            else:
                continue
            cell_format = self._format(**{**looks(self._table, column, value), **bold})
            result = "" if value is None else float(value)
            self._page.write_formula(self._end, nth, formula, cell_format, result)
        self._end += 1

    def _over(
        self, nth: int, first: int, last: int, function: int, without: tuple[str, str] | None
    ) -> str:
        """The sum (109) or count (103) of a column's cells."""
        cells = _range(nth, first, last)
        if without is None:
            # SUBTOTAL leaves out what the filter hides, and other subtotals.
            return f"SUBTOTAL({function},{cells})"
        key, value = without
        counted = _range(self._table.index(self._table.counted or ""), first, last)
        rest = f'{counted},"?*",{_range(self._table.index(key), first, last)},"<>{value}"'
        return f"SUMIFS({cells},{rest})" if function == 109 else f"COUNTIFS({rest})"

    # --- below and around -----------------------------------------------------------------------

    def _foot(self) -> None:
        self._end += 1
        signature = "填表人：" + " " * 30 + "审核人：" + " " * 30 + "负责人（签字盖章）："
        open_line = self._format(font_size=11, locked=not self._table.returned)
        self._across(self._end, signature, open_line, height=24)

    def _validate(self, last: int) -> None:
        for nth, column in enumerate(self._table.columns if self._table.checked else ()):
            rule = None if column.locked else self._rule(column)
            if rule is not None:
                self._page.data_validation(_FIRST, nth, last, nth, rule)

    def _rule(self, column: Column) -> dict[str, Any] | None:
        title = f"{column.group or ''} {column.header}".strip()
        if column.choices in self._choices:
            return {
                "validate": "list",
                "source": self._choices[column.choices],
                "error_type": "stop" if column.strict else "warning",
                "error_title": title,
                "error_message": f"请从列表中选择{column.header}"
                + ("" if column.strict else "；列表里没有的，核对无误后可以照填"),
            }
        if column.kind is Kind.DAY:
            return {
                "validate": "date",
                "criteria": "between",
                "minimum": _EARLIEST,
                "maximum": _LATEST,
                "error_title": title,
                "error_message": "请填写日期，如 2023-05-31",
            }
        if column.kind is Kind.WAN:
            return {
                "validate": "decimal",
                "criteria": ">=",
                "value": 0,
                "error_title": title,
                "error_message": "请填写不小于零的数字，不带单位",
            }
        return None

    def _paper(self, width: float) -> None:
        page = self._page
        fits = width * _LEGIBLE <= _ACROSS_A4
        page.set_paper(_A4 if fits else _A3)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.47, right=0.47, top=0.6, bottom=0.7)
        page.center_horizontally()
        page.repeat_rows(_TOP, _LOW)
        page.print_area(_TITLE, 0, self._end, self._last)
        page.set_footer("&C第 &P 页 共 &N 页")

    def _protect(self) -> None:
        self._page.protect(
            "",
            {
                "format_cells": True,
                "format_columns": True,
                "format_rows": True,
                "insert_rows": True,
                "autofilter": True,
            },
        )


def _range(nth: int, first: int, last: int) -> str:
    return f"{_letter(nth)}{first + 1}:{_letter(nth)}{last + 1}"


def _letter(nth: int) -> str:
    """A column's name: 0 → A, 26 → AA."""
    high, low = divmod(nth, 26)
    return (_letter(high - 1) if high else "") + chr(ord("A") + low)
