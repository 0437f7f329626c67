"""How does a cell look: number format, colour, how wide its column and how high its row?

Widths are counted in characters of which a Chinese one takes two: what xlsxwriter fits by itself
is too narrow for Chinese.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from crm.printing.table import Column, Kind, Ratio, Row, Table
from crm.tables import display_width

_FILLS = {"红": "#FF7C80", "黄": "#FFEB84", "绿": "#A9D08E", "灰": "#D9D9D9"}
_WHOLE, _EXACT, _PERCENT = "#,##0", "#,##0.00##", "0.00%"
_FORMATS = {
    Kind.SERIAL: "0",
    Kind.TEXT: "@",
    Kind.COLOUR: "@",
    Kind.DAY: "yyyy-mm-dd",
    Kind.COUNT: _WHOLE,
    Kind.SHARE: _PERCENT,
    Kind.POINTS: "0.00",
    Kind.WAN: _EXACT,
}
_LEAST_WIDTH = {Kind.DAY: 10, Kind.WAN: 8, Kind.SERIAL: 5, Kind.TEXT: 6}
_LINE, _HIGHEST = 13.0, 409.0  # points: a line of a cell, the highest row there is
_LONGEST_AS_TEXT = 255  # of a cell in the format "text": a longer one shows as #####


def looks(table: Table, column: Column, value: Any = None) -> dict[str, Any]:
    """The format of a cell, as xlsxwriter's properties."""
    found: dict[str, Any] = {"border": 1, "num_format": _FORMATS[column.kind]}
    if column.kind in (Kind.DAY, Kind.SERIAL, Kind.COLOUR):
        found["align"] = "center"
    if isinstance(value, Ratio):
        found["num_format"] = _PERCENT
    elif column.kind is Kind.WAN and value is not None and value == int(value):
        found["num_format"] = _WHOLE
    if column.kind is Kind.COLOUR and value and (fill := _FILLS.get(value[0])):
        found["bg_color"] = fill
    if isinstance(value, str) and len(value) > _LONGEST_AS_TEXT:
        del found["num_format"]
    if table.returned and not column.locked:
        found["locked"] = False
    return found


def widths(table: Table) -> list[float]:
    """Of each column: as wide as its widest cell, within reason; longer texts are folded."""
    found = []
    for column in table.columns:
        texts = [_text(column, table.of(row, column)) for row in table.rows]
        if column.total is True:
            texts += [_text(column, table.summed(table.rows, column.key))]
        widest = max(map(display_width, texts), default=0)
        # A header is folded once; beside its words stands the button of the filter.
        header = -(-display_width(column.header) // 2) + 2
        least = max(header, _LEAST_WIDTH.get(column.kind, 0))
        found.append(max(least, min(widest, column.widest)) + 1.0)
    return found


def row_height(table: Table, row: Row, widths: Sequence[float]) -> float | None:
    """Points, of a row with folded texts: not every program makes it higher by itself."""
    lines = max(_lines(table.columns[nth], table, row, widths[nth]) for nth in table.shown)
    return min(lines * _LINE + 3, _HIGHEST) if lines > 1 else None


def _lines(column: Column, table: Table, row: Row, width: float) -> int:
    """On how many lines a text is folded."""
    texts = _text(column, table.of(row, column)).split("\n")
    across = int(width) - 1
    # A folded line may end half a Chinese character early.
    return sum(
        1 if long <= across else -(-long // (across - 1)) for long in map(display_width, texts)
    )


def _text(column: Column, value: Any) -> str:
    """A value as the cell shows it."""
    if value is None:
        return ""
    if column.kind is Kind.WAN and not isinstance(value, Ratio):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.4f}".rstrip("0")
    if isinstance(value, Decimal):
        return f"{float(value):.2%}"
    return str(value)
