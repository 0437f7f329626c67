"""Where is a table's header, and which columns stand under it?

Headers have one to three rows. Clerks merge cells for the words that cover several columns or
rows, or leave the other cells empty; both are read.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from crm.ledger import cells
from crm.ledger.files import Area, Cell, Line
from crm.ledger.headers import Field, Heading, is_header_word, is_unit, plain, understand

# A header stands within the first lines, and is at most this deep.
_HEADER_WITHIN = 30
_HEADER_DEPTH = 3
_LIKELY = 2  # known words that make a line a header for want of a better one
# What stands in the title and the 填报单位 line, also where its words have cells of their own.
_NO_GROUP = re.compile(r"[:：0-9]|台账|附件|清单$|(?<!代)表$")
_MARGIN_WORD = re.compile(
    r"(?:填报|填表|制表|报送|统计|金额|计量)?(?:单位|时间|日期)|(?:填报|填表|制表)人"
)
# A sheet is a ledger when it has a project name and two of these.
TELLING = {Field.INVESTOR, Field.UNIT, Field.KIND, Field.AMOUNT, Field.SIGNED}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where, its header as in the sheet, what it is (None: kept as text)."""

    index: int
    header: str
    field: Field | None
    scale: int | None


class Merged:
    """The merged areas of a sheet. A kind of file that does not tell them (ods, csv) has none."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._areas = areas
        self._origin = {
            (row, column): (top, left)
            for (top, left), (bottom, right) in self._areas
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }
        # Areas over several lines; in each, the value belongs to the left column.
        self._tall = {
            (row, left): top
            for (top, left), (bottom, _) in self._areas
            if bottom > top
            for row in range(top, bottom + 1)
        }

    def value(self, lines: Sequence[Line], row: int, column: int) -> Cell:
        """The cell, or that of the area it lies in."""
        origin = self._origin.get((row, column), (row, column))
        return cell_at(lines, *origin)

    def deepest(self, top: int) -> int:
        """How many rows the areas that begin in row `top` reach down."""
        return max((b - t + 1 for (t, _), (b, _) in self._areas if t == top), default=1)

    def wide(self, row: int) -> bool:
        """Whether the row has an area over several columns."""
        return any(t <= row <= b and left < right for (t, left), (b, right) in self._areas)

    def above(self, row: int, column: int) -> int | None:
        """The line that holds the value of a cell merged over several lines."""
        return self._tall.get((row, column))


def cell_at(lines: Sequence[Line], row: int, column: int) -> Cell:
    return lines[row][column] if row < len(lines) and column < len(lines[row]) else ""


Header = tuple[int, int, tuple[Column, ...], list[str]]
"""The header's first line, the line below it, the columns, and a word on double columns."""
FindHeader = Callable[[Sequence[Line], Merged], Header | None]


def find_header(lines: Sequence[Line], merged: Merged) -> Header | None:
    """None when the sheet has no ledger's header.

    One whose column of names has a word of its own is a header too: somebody has to say which
    column it is.
    """
    nameless = None
    for top, first, found in _candidates(lines, merged):
        known = {heading.field for _, heading in found}
        if len(known & TELLING) < 2:
            continue
        if Field.TITLE in known:
            return top, first, *_columns(found)
        if nameless is None and len(known & TELLING) >= 3:
            nameless = top, first, found
    return None if nameless is None else (*nameless[:2], *_columns(nameless[2]))


def find_likely_header(lines: Sequence[Line], merged: Merged) -> Header | None:
    """Of a sheet most of whose header words nobody knows: the line of columns with most that are.

    Somebody has to say what the columns are; None when not even two are known.
    """

    def known(candidate: tuple[int, int, list[tuple[str, Heading]]]) -> int:
        return len({heading.field for _, heading in candidate[2]} - {None})

    best = max(_candidates(lines, merged), key=known, default=None)
    if best is None or known(best) < _LIKELY or len(best[2]) < _HEADER_DEPTH + 1:
        return None
    return *best[:2], *_columns(best[2])


def _candidates(
    lines: Sequence[Line], merged: Merged
) -> Iterator[tuple[int, int, list[tuple[str, Heading]]]]:
    """Each of the first lines as if it were a header's lowest or only one."""
    for row in range(min(len(lines), _HEADER_WITHIN)):
        top = row - 1 if row and _is_group_line(lines, row - 1, merged) else row
        first = row + min(_depth(lines, row, merged), _HEADER_DEPTH)
        yield top, first, _headings(lines, top, first, merged)


def _texts(line: Line) -> dict[int, str]:
    return {index: shown for index, cell in enumerate(line) if (shown := cells.text(cell))}


def _is_group_line(lines: Sequence[Line], row: int, merged: Merged) -> bool:
    """A line of words over groups of columns (计划, 实际), not the title or 填报单位 line."""
    filled, below = _texts(lines[row]), _texts(lines[row + 1])
    within = min(filled, default=0) > min(below, default=0) and merged.wide(row)
    return (len(filled) > 1 or within) and not any(
        _MARGIN_WORD.fullmatch(plain(shown)) or _NO_GROUP.search(plain(shown))
        for shown in filled.values()
    )


def _depth(lines: Sequence[Line], top: int, merged: Merged) -> int:
    depth = _depth_of_words(lines, top, merged)
    below = _texts(lines[top + depth]) if top + depth < len(lines) else {}
    return depth + (bool(below) and all(is_unit(shown) for shown in below.values()))


def _depth_of_words(lines: Sequence[Line], top: int, merged: Merged) -> int:
    depth = merged.deepest(top)
    if depth > 1 or top + 1 >= len(lines):
        return depth
    # Not merged: under a row of header words, one without a project name that says mostly header
    # words belongs to the header.
    here, below = _texts(lines[top]), _texts(lines[top + 1])
    title = next((i for i, shown in here.items() if understand([shown]).field is Field.TITLE), None)
    words = sum(is_header_word(shown) for shown in below.values())
    if title is None or words * 2 < len(below) or not below:
        return 1
    # Filled downward where merges were taken apart, the name's own word stands there again.
    return 2 if below.get(title, here[title]) == here[title] else 1


def _headings(
    lines: Sequence[Line], top: int, first: int, merged: Merged
) -> list[tuple[str, Heading]]:
    """Header text and meaning of each column."""
    found: list[tuple[str, Heading]] = []
    group = [""] * (first - top)
    for index in range(len(lines[top])):
        parts: list[str] = []
        for row in range(top, first):
            shown = cells.text(merged.value(lines, row, index)) or ""
            below = any(cells.text(cell_at(lines, under, index)) for under in range(row + 1, first))
            if shown:  # what stood over the columns before ends here
                group[row - top :] = [""] * (first - row)
            elif below and not merged.wide(row):
                shown = group[row - top]  # nobody merged the word over the group
            group[row - top] = shown
            if shown and shown not in parts:
                parts.append(shown)
        named = [part for part in parts if not is_unit(part)] or parts
        found.append((named[-1] if named else f"第{index + 1}列", understand(parts)))
    return found


def _columns(found: Sequence[tuple[str, Heading]]) -> tuple[tuple[Column, ...], list[str]]:
    """Each field given to the column with the best word for it; the other one is kept as text."""
    best: dict[Field, int] = {}
    for index, (_, heading) in enumerate(found):
        if heading.field is not None:
            holder = best.setdefault(heading.field, index)
            if heading.rank < found[holder][1].rank:
                best[heading.field] = index
    columns: list[Column] = []
    doubled: list[str] = []
    for index, (header, heading) in enumerate(found):
        field = heading.field
        if field is not None and best[field] != index:
            used = f"第{best[field] + 1}列“{found[best[field]][0]}”"
            doubled.append(f"{field.value}取自{used}，第{index + 1}列“{header}”只作文字保留")
            field = None
        columns.append(Column(index, header, field, heading.scale))
    return tuple(columns), doubled
