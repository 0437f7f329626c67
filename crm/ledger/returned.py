"""The lines that were refused, as a ledger of their own with the reason beside each (退回的行)

To be corrected and sent in again: the header words are the sheet's own, so it is read as the ledger
it came from.
"""

from datetime import date, datetime
from io import BytesIO
from typing import Any

from crm.ledger import cells
from crm.ledger.columns import Column
from crm.ledger.files import Cell
from crm.ledger.headers import YUAN_PER_UNIT, understand
from crm.ledger.importing import Ledger
from crm.ledger.sheet import Table
from crm.tables import display_width

REASON = "退回原因"
_WIDEST = 60
_UNIT_OF = {yuan: name for name, yuan in YUAN_PER_UNIT.items()}


def refused_file(ledger: Ledger) -> bytes:
    """An .xlsx with a sheet for each of the ledger's that has refused lines."""
    import xlsxwriter

    out = BytesIO()
    # What staff and investors typed stays text, also when it begins with "=".
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "bg_color": "#D9E1F2", "text_wrap": True})
        red = book.add_format({"font_color": "#C00000", "text_wrap": True})
        wrong = book.add_format({"bg_color": "#FFC7CE"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for table in ledger.tables:
            refused = {row.row: row for row in ledger.refused if row.sheet == table.sheet}
            lines = [line for line in table.rows if line.number in refused]
            if not lines:
                continue
            page = book.add_worksheet(table.sheet[:31])
            headers = [*(_with_unit(column) for column in table.columns), REASON]
            page.write(0, 0, f"{ledger.file} 退回的行，改正后可再次上传", bold)
            page.write(1, 0, _margin(table))
            page.write_row(2, 0, headers, bold)
            page.freeze_panes(3, 0)
            widths = [display_width(header) for header in headers]
            for place, line in enumerate(lines, 3):
                row = refused[line.number]
                faulty = {fault.column for fault in row.faults}
                for column in table.columns:
                    value = line.values[column.index]
                    style = wrong if column.header in faulty else None
                    _write(page, place, column.index, value, style, day)
                    shown = cells.text(value) or ""
                    widths[column.index] = max(widths[column.index], display_width(shown))
                reasons = "；".join(f"{fault.column}：{fault.reason}" for fault in row.faults)
                page.write_string(place, len(table.columns), f"第{line.number}行  {reasons}", red)
            widths[-1] = _WIDEST
            for index, width in enumerate(widths):
                page.set_column(index, index, min(width, _WIDEST) + 2)
        if not book.worksheets():
            book.add_worksheet("退回的行").write(0, 0, "没有退回的行", bold)
    return out.getvalue()


def _margin(table: Table) -> str:
    """What the lines above the table said: the day it was filed, the unit of its money."""
    said = [] if table.filed_on is None else [f"填报时间:{table.filed_on}"]
    if table.scale is not None:
        said.append(f"单位:{_UNIT_OF[table.scale]}")
    return "  ".join(said)


def _with_unit(column: Column) -> str:
    """The header, with the unit that stood in a line of its own."""
    if column.scale not in _UNIT_OF or understand([column.header]).scale is not None:
        return column.header
    return f"{column.header}({_UNIT_OF[column.scale]})"


def _write(page: Any, row: int, column: int, value: Cell, style: Any, day: Any) -> None:
    if value == "":
        if style is not None:
            page.write_blank(row, column, None, style)
    elif isinstance(value, datetime | date):
        page.write_datetime(row, column, value, day)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, style)
    else:
        page.write_string(row, column, str(value), style)
