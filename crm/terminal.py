"""A sheet as text for a terminal: its brief columns, long cells folded to the width there is."""

from decimal import Decimal
from typing import Any

from crm.export import Sheet
from crm.presentation import Shown
from crm.tables import aligned, fitted, folded

_NOTHING = "（没有符合条件的内容）"


def sheet_text(sheet: Sheet, shown: Shown, width: int) -> str:
    """The sheet under its name, the day and what it says; no line wider than `width` columns."""
    count = f"：{shown['count']} 个" if "count" in shown else ""
    head = f"{sheet.name}（截至 {shown['as_of']}）{count}"
    said = [line for text in (head, *sheet.said) for line in folded(text, width)]
    if not sheet.rows:
        return "\n".join([*said, _NOTHING])
    headers = list(sheet.brief or sheet.headers)
    rows = [[_cell(row.get(header)) for header in headers] for row in sheet.rows]
    return "\n".join([*said, *aligned(fitted([headers, *rows], width))])


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "—"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
