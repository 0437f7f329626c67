"""A sheet as text for a terminal: its brief columns, long cells folded to the width there is."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from crm.export import Sheet
from crm.presentation import Shown
from crm.tables import aligned, display_width

_GAP = 2  # between columns, as `aligned` sets them
_NARROWEST = 6
_HEADER = 8
_WORD = re.compile(r"[!-~]+|.")
_LONGEST_WORD = 12  # that a column is kept wide enough for: days and codes
_MOST_LINES = 3  # of a cell; files hold it whole
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


def fitted(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """The rows (first the headers) with the widest columns narrowed until a line fits.

    A row takes as many lines as its longest cell needs, below the headers three at most.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(map(display_width, column)) for column in columns]
    least = [max(_NARROWEST, *map(_longest_word, column)) for column in columns]
    room = width - _GAP * (len(widths) - 1)
    if sum(widths) > room:  # headers before what stands below them
        widths = [
            max(min(its, _HEADER), *map(display_width, column[1:]))
            for its, column in zip(widths, columns, strict=True)
        ]
    while sum(widths) > room:
        wide = [n for n, its in enumerate(widths) if its > least[n]]
        if not wide:
            break
        widths[max(wide, key=widths.__getitem__)] -= 1
    lines: list[list[str]] = []
    for number, row in enumerate(rows):
        most = _MOST_LINES if number else None
        cells = [folded(cell, size, most) for cell, size in zip(row, widths, strict=True)]
        depth = max(map(len, cells))
        padded = [cell + [""] * (depth - len(cell)) for cell in cells]
        lines += [list(line) for line in zip(*padded, strict=True)]
    return lines


def folded(text: str, width: int, most: int | None = None) -> list[str]:
    """A text in lines of `width` columns; past the `most`-th line it is cut, and ends in “…”.

    Numbers, days and Latin words stay whole where a line has room for them.
    """
    lines = [""]
    for word in _WORD.findall(" ".join(text.split())):
        parts = [word] if display_width(word) <= width else list(word)
        for part in parts:
            if display_width(lines[-1] + part) <= width:
                lines[-1] += part
            elif len(lines) == most:
                while display_width(lines[-1]) + 1 > width:
                    lines[-1] = lines[-1][:-1]
                lines[-1] += "…"
                return lines
            else:
                lines.append(part.lstrip())
    return lines


def _longest_word(text: str) -> int:
    return min(_LONGEST_WORD, max(map(display_width, _WORD.findall(text)), default=0))


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "—"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
