"""Where in a workbook is the ledger, which column is what, and which lines are projects?

A ledger sheet has a title line, a line of 填报单位, 填报时间 and 单位, a header of one or two rows
with merged cells, lines of projects between subtotals, a total, and signatures.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from crm.ledger import LedgerError, cells
from crm.ledger.columns import (
    TELLING,
    Column,
    FindHeader,
    Merged,
    cell_at,
    find_header,
    find_likely_header,
)
from crm.ledger.files import Line, RawSheet, open_file
from crm.ledger.headers import WORKED_OUT, Field
from crm.ledger.mapping import NOTHING, Said, applied, shape_of
from crm.ledger.margin import compact, filed_by, filing_day, sheet_scale

# One cell merged over several lines says the same of each, except for these: one name is one
# project, and nobody wrote down how one amount is divided between two.
_ONE_PROJECT = {Field.TITLE, Field.AMOUNT, Field.FUNDS}

_TOTAL = re.compile(r"(?:本页|本月|本表)?(?:小计|合计|总计|共计|累计)(?:$|[(:\d共])")
_SIGNATURE = re.compile(
    r"(?:填表|填报|制表|审核|复核|审批|负责|经办)人?(?:签字|签章)?:|(?:单位|主要)负责人|"
    r"(?:分管|主管|主要)领导|(?:单位)?\(?盖章"
)
_NOTE = re.compile(r"(?:注|备注|说明|填表说明|填报说明)\d?:")
_SAY_ANYTHING = {None, Field.PROGRESS, Field.REMARK}
_SECTION = re.compile(r"\(?[一二三四五六七八九十]+[、).]")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line, `values` by column, merged cells filled downward.

    `shared`: the columns whose name or amount is merged over several lines; `unresolved`: those
    with a formula the file has no result of.
    """

    number: int
    values: Line
    shared: frozenset[int]
    unresolved: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """A ledger sheet. `scale` is the sheet's 元 per unit; `filed_on` its 填报时间,
    `filed_by` its 填报单位 and 填报人, if written.

    `said` is what somebody has said of the columns of ledgers of its `shape`.
    """

    sheet: str
    columns: tuple[Column, ...]
    rows: tuple[SheetRow, ...]
    scale: int | None
    filed_on: date | None
    filed_by: str | None
    notes: tuple[str, ...]
    shape: str = ""
    said: Said = NOTHING

    @property
    def ours(self) -> bool:
        """Whether this program wrote it."""
        return self.column(Field.KEY) is not None

    @property
    def not_understood(self) -> list[str]:
        """Headers of columns that are kept as text only."""
        worked_out = WORKED_OUT if self.ours else ()
        unknown = (column.header for column in self.columns if column.field is None)
        return [header for header in unknown if header not in worked_out]

    def column(self, field: Field) -> Column | None:
        return next((column for column in self.columns if column.field is field), None)


SaidOf = Callable[[str], Said]
"""Shape -> what somebody has said of its columns."""


def nothing_said(_: str) -> Said:
    return NOTHING


def read_workbook(
    path: Path, today: date, said_of: SaidOf = nothing_said
) -> tuple[list[Table], list[str]]:
    """The ledger tables of a workbook, and a word on each sheet left out.

    Raises `LedgerError` when the file cannot be read (`open_file`) or holds no ledger.
    """
    sheets = list(open_file(path))
    notes = [f"工作表“{sheet.name}”是隐藏的，未读取" for sheet in sheets if sheet.hidden]
    shown = [sheet for sheet in sheets if not sheet.hidden]
    found = [read_sheet(sheet, today, said_of) for sheet in shown]
    if not any(found):
        found = [read_sheet(sheet, today, said_of, find_likely_header) for sheet in shown]
        notes += [f"工作表“{t.sheet}”多数表头不认识，请先指定各列是什么" for t in found if t]
    tables = [table for table in found if table is not None]
    notes += [
        f"工作表“{sheet.name}”不是项目台账，未读取"
        for sheet, table in zip(shown, found, strict=True)
        if table is None
    ]
    if not tables:
        raise LedgerError(
            f"没有找到项目台账（表头须有项目名称、投资方、协议金额等列）：{path.name}"
        )
    return tables, notes


def read_sheet(
    sheet: RawSheet, today: date, said_of: SaidOf = nothing_said, find: FindHeader = find_header
) -> Table | None:
    """The ledger table of one sheet, None when it is not a ledger."""
    lines = sheet.lines
    merged = Merged(sheet.merged)
    header = find(lines, merged)
    if header is None:
        return None
    top, first, columns, doubled = header
    shape = shape_of(columns)
    said = said_of(shape)
    columns = applied(columns, said)
    if said.kind and all(column.field is not Field.KIND for column in columns):
        doubled = [*doubled, f"没有协议类别一列，已签约的按“{said.kind.label}”登记"]
    rows, footer, notes = _project_rows(lines, top, first, columns, merged)
    rows = _with_unresolved(rows, sheet.unresolved)
    filed_on, filed_note = filing_day([*lines[:top], *footer], today)
    return Table(
        sheet=sheet.name,
        columns=columns,
        rows=tuple(rows),
        scale=sheet_scale(lines[:top]),
        filed_on=filed_on,
        filed_by=filed_by([*lines[:top], *footer]),
        notes=(*filed_note, *(() if said.columns else doubled), *notes),
        shape=shape,
        said=said,
    )


def _with_unresolved(rows: Sequence[SheetRow], cells_: Iterable[tuple[int, int]]) -> list[SheetRow]:
    """Totals lose nothing by a formula without a result; a project would."""
    by_row: dict[int, set[int]] = defaultdict(set)
    for row, column in cells_:
        by_row[row + 1].add(column)
    return [
        replace(row, unresolved=frozenset(by_row[row.number])) if row.number in by_row else row
        for row in rows
    ]


def _project_rows(
    lines: Sequence[Line], top: int, first: int, columns: Sequence[Column], merged: Merged
) -> tuple[list[SheetRow], list[Line], list[str]]:
    """The project lines, the lines of signatures, and what was left out."""
    rows: list[SheetRow] = []
    footer: list[Line] = []
    notes: list[str] = []
    totals: list[str] = []
    title = next((column.index for column in columns if column.field is Field.TITLE), None)
    serial = next((column.index for column in columns if column.field is Field.SERIAL), None)
    head = [_filled(line) for line in lines[:first]]
    for row in range(first, len(lines)):
        line = lines[row]
        filled = _filled(line)
        number = str(row + 1)
        tight = {index: compact(shown) for index, shown in filled.items()}
        first_said = _first_said(filled, columns)
        opening = tight.get(first_said, "")
        if not filled or _is_head_again(filled, head, top):
            continue
        if _is_total(tight, first_said, title):
            totals.append(number)
        elif _is_signature(tight, opening) or (footer and len(filled) == 1):
            footer.append(line)
        elif len(filled) == 1 and (_SECTION.match(opening) or serial in filled):
            notes.append(f"第{number}行“{opening}”不是项目，跳过")
        else:
            rows.append(_filled_down(lines, row, columns, merged))
    if totals:
        notes.append(f"第{'、'.join(totals)}行是小计或合计，跳过")
    return rows, footer, notes


def _filled_down(
    lines: Sequence[Line], row: int, columns: Sequence[Column], merged: Merged
) -> SheetRow:
    values = [cell_at(lines, row, column.index) for column in columns]
    shared: set[int] = set()
    for column in columns:
        top = merged.above(row, column.index)
        if top is None:
            continue
        values[column.index] = cell_at(lines, top, column.index)
        if column.field in _ONE_PROJECT:
            shared.add(column.index)
    return SheetRow(row + 1, values, frozenset(shared))


def _filled(line: Line) -> dict[int, str]:
    return {index: shown for index, cell in enumerate(line) if (shown := cells.text(cell))}


def _is_head_again(filled: dict[int, str], head: Sequence[dict[int, str]], top: int) -> bool:
    """A line of the head repeated for print, or the line that numbers the columns 1, 2, 3 …"""
    texts = list(filled.values())
    if filled in head or (len(texts) > 2 and _are_header_words(texts, head[top:])):
        return True
    numbers = [compact(shown).strip("()") for shown in texts]
    return len(numbers) > 2 and numbers == [str(nth) for nth in range(1, len(numbers) + 1)]


def _are_header_words(texts: Sequence[str], header: Sequence[dict[int, str]]) -> bool:
    return set(texts) <= {shown for line in header for shown in line.values()}


def _first_said(filled: dict[int, str], columns: Sequence[Column]) -> int:
    """Where a line begins. A project's may begin with a column of free text, and 备注：延期 there
    is no more a signature than 合计3栋 is a total."""
    fields = {column.field for column in columns if column.index in filled}
    if len(fields & {Field.TITLE, *TELLING}) >= 3:
        free = {column.index for column in columns if column.field in _SAY_ANYTHING}
        return min(filled.keys() - free)
    return min(filled, default=0)


def _is_signature(tight: dict[int, str], opening: str) -> bool:
    """A line of signatures or a note begins with one; or a signature is left open: 审核人："""
    return bool(_SIGNATURE.match(opening) or _NOTE.match(opening)) or any(
        shown.endswith(":") and _SIGNATURE.match(shown) for shown in tight.values()
    )


def _is_total(tight: dict[int, str], first_said: int, title: int | None) -> bool:
    """A total begins its line or stands for the name; where columns are turned, it is a cell."""
    places = [first_said, *([] if title is None else [title])]
    first = [tight.get(index, "") for index in places]
    return any(_TOTAL.match(shown) for shown in first) or any(
        _TOTAL.fullmatch(shown) for shown in tight.values()
    )
