"""The lines that go back, as an .xlsx: to be corrected and sent in again (退回的行)."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

from crm.ledger import cells
from crm.ledger.files import Cell
from crm.ledger.planning import Plan
from crm.ledger.returning import ReturnedSheet, returned
from crm.tables import display_width

_WIDEST = 60


def returned_file(plan: Plan) -> bytes:
    """A sheet for each of the ledger's that has lines refused or in conflict, each with its why."""
    import xlsxwriter

    out = BytesIO()
    # What staff and investors typed stays text, also when it begins with "=".
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheets = returned(plan.ledger, plan.lines)
        for nth, sheet in enumerate(sheets, 1):
            _write_sheet(book, f"退回{nth}" if len(sheets) > 1 else "退回", sheet, plan.ledger.file)
        if not sheets:
            book.add_worksheet("退回").write(0, 0, f"{plan.ledger.file} 没有退回的行")
    return out.getvalue()


def _write_sheet(book: Any, name: str, sheet: ReturnedSheet, file: str) -> None:
    heading = book.add_format({"bold": True, "bg_color": "#D9E1F2", "text_wrap": True})
    reason = book.add_format({"font_color": "#C00000", "text_wrap": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    page = book.add_worksheet(name)
    page.write(0, 0, f"{file} 退回的行，改正后可再次上传", book.add_format({"bold": True}))
    for nth, text in enumerate(sheet.head, 1):
        page.write_string(nth, 0, text)
    top = 1 + len(sheet.head)
    page.write_row(top, 0, sheet.header, heading)
    page.freeze_panes(top + 1, 0)
    widths = [display_width(header) for header in sheet.header]
    for row, line in enumerate(sheet.lines, top + 1):
        for column, value in enumerate(line):
            last = column == len(line) - 1
            _write(page, row, column, value, reason if last else None, day)
            widths[column] = max(widths[column], display_width(cells.text(value) or ""))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(width, _WIDEST) + 2)


def _write(page: Any, row: int, column: int, value: Cell, style: Any, day: Any) -> None:
    if value == "":
        return
    if isinstance(value, datetime | date):
        page.write_datetime(row, column, value, day)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, style)
    else:
        page.write_string(row, column, str(value), style)
