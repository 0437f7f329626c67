"""What stands on the paper, in order, all in words: the same for .docx and .pdf."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from crm.bulletins.document import Chart, Column, Document, Kind, Section, Table, digest, stored
from crm.bulletins.writing.drawing import Drawing
from crm.bulletins.writing.heading import Heading
from crm.bulletins.writing.paper import Fitted, fitted, measured
from crm.bulletins.writing.words import NUMBERS, day_in_words, printed, sentence

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_DIGITS = "零一二三四五六七八九"


class Role(StrEnum):
    """What a line of text is."""

    HEADING = "heading"
    BODY = "body"
    NOTE = "note"


class Align(StrEnum):
    """Where the words of a column stand."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Said:
    """A line or paragraph of text."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """A cell of a header: `row` 0 or 1, from which column over how many rows and columns."""

    text: str
    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table fitted to the page: `widths` and `size` in points; `wide` is on a page across."""

    caption: str
    heads: tuple[Head, ...]
    header_rows: int
    rows: tuple[tuple[str, ...], ...]
    aligns: tuple[Align, ...]
    widths: tuple[float, ...]
    size: float
    wide: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart below its caption's number; `said` tells what it shows to who cannot see it."""

    caption: str
    chart: Chart
    table: Table
    said: str


Block = Said | Grid | Picture


@dataclass(frozen=True, slots=True)
class Content:
    """What is read first, and the tables that follow behind it on pages laid across (附表)."""

    body: list[Block]
    appended: list[Grid]


def content(document: Document) -> Content:
    """The body in order: of each section its heading, its paragraphs, its tables each with the
    charts drawn of it; a table too wide for it stands behind, and the body says where. So leaders
    read a few full pages. Raises `ValueError` of a chart whose table the section does not have."""
    numbering = _Numbering()
    return Content(list(numbering.document(document)), numbering.appended)


def frame(heading: Heading) -> dict[str, str]:
    """What stands above and below the content, by its place; an empty text is not printed."""
    day = heading.published_on
    return {
        "issuer": heading.issuer,
        "number": heading.number or "",
        "replaces": _corrects(heading),
        "day": day_in_words(day) if day else "",
        "mark": "草稿" if heading.draft else "",
    }


def _corrects(heading: Heading) -> str:
    if not heading.replaces:
        return ""
    why = f"，更正理由：{heading.ground}" if heading.ground else ""
    return f"（更正件，代替《{heading.replaces}》{why}）"


def origin(document: Document, heading: Heading) -> str:
    """The line at the end: what the figures were made from, so that they can be asked again."""
    known = document.known_at.astimezone(_SHANGHAI)
    parts = [
        f"数据截至{day_in_words(document.as_of)}",
        f"录入时刻{known:%Y-%m-%d %H:%M:%S}（北京时间）",
        f"记录第{document.position}位",
        f"规则{document.rules[:12]}",
        f"数据校验值{digest(stored(document))[:16]}",
    ]
    if heading.log_root:
        parts.append(f"前{heading.log_size}条记录的校验值{heading.log_root}")
    return "，".join(parts) + "。"


def chinese(number: int) -> str:
    """一, 二 … 九十九: the number of a heading."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")


class _Numbering:
    """Tables, charts and what is appended are numbered through the whole bulletin."""

    def __init__(self) -> None:
        self._tables = self._charts = self._across = 0
        self._behind: list[str] = []  # of the section under way: which tables stand there
        self.appended: list[Grid] = []

    def document(self, document: Document) -> Iterator[Block]:
        for nth, section in enumerate(document.sections, 1):
            yield Said(Role.HEADING, f"{chinese(nth)}、{section.title}")
            for paragraph in section.paragraphs:
                for line in sentence(paragraph).split("\n"):
                    if line.strip():
                        yield Said(Role.BODY, line.strip())
            yield from self._section(section)

    def _section(self, section: Section) -> Iterator[Block]:
        known = {table.key for table in section.tables}
        if lost := [chart.key for chart in section.charts if chart.table not in known]:
            raise ValueError(f"charts without their table: {lost}")
        self._behind = []
        if none := nothing_of(section):
            yield Said(Role.BODY, none)
        for table in section.tables:
            if _without(table):
                continue
            yield from self._table(table)
            for chart in section.charts:
                # Without a figure there is nothing to draw, of one name nothing to compare.
                if chart.table != table.key:
                    continue
                drawing = Drawing.of(chart, table)
                if drawing.panels and len(drawing.names) > 1:
                    self._charts += 1
                    yield picture(f"图{self._charts}　{drawing.title}", chart, table)
        if self._behind:
            yield Said(Role.NOTE, f"（{'；'.join(self._behind)}）")

    def _table(self, table: Table) -> Iterator[Block]:
        if table.printed is not None and table.printed < 1:
            self._behind.append(f"{table.title}{len(table.rows)}项，见电子表格附件")
            return
        rows = table.rows if table.printed is None else table.rows[: table.printed]
        cells = [
            [printed(row.get(c.key), table.kind_of(row, c), c.labels) for c in table.columns]
            for row in rows
        ]
        note = None
        if len(rows) < len(table.rows):
            note = f"（仅列前{len(rows)}项，共{len(table.rows)}项，全部见电子表格附件）"
        sizes = [
            measured(column.header, [row[nth] for row in cells], folds=_align(column) is Align.LEFT)
            for nth, column in enumerate(table.columns)
        ]
        parts = fitted(sizes)
        if parts[0].wide:
            self._across += 1
            name = f"附表{self._across}"
            self._behind.append(f"{table.title}{len(table.rows)}项，见{name}")
            self.appended += _grids(name, table, cells, parts, note)
        else:
            self._tables += 1
            yield from _grids(f"表{self._tables}", table, cells, parts, note)


def nothing_of(section: Section) -> str:
    """What a section has nothing of, in one go, to be said before its tables; each thing once."""
    return "".join(dict.fromkeys(table.empty for table in section.tables if _without(table)))


def _without(table: Table) -> bool:
    return not table.rows or not table.columns


def _grids(
    name: str,
    table: Table,
    cells: Sequence[Sequence[str]],
    parts: Sequence[Fitted],
    note: str | None,
) -> Iterator[Grid]:
    for nth, part in enumerate(parts):
        columns = [table.columns[c] for c in part.columns]
        heads = tuple(_heads(columns))
        again = f"（续{nth}）" if nth else ""
        yield Grid(
            caption=f"{name}　{table.title}{again}",
            heads=heads,
            header_rows=2 if any(head.row for head in heads) else 1,
            rows=tuple(tuple(row[c] for c in part.columns) for row in cells),
            aligns=tuple(map(_align, columns)),
            widths=part.widths,
            size=part.size,
            wide=part.wide,
            note=note if nth == len(parts) - 1 else None,
        )


def picture(caption: str, chart: Chart, table: Table) -> Picture:
    """A chart with the words that stand for it."""
    headers = {column.key: column.header for column in table.columns}
    series = "、".join(headers.get(key, key) for key in chart.series)
    over = headers.get(chart.over, "")
    said = f"{chart.title}：按{over}列出的{series}，数字见表《{table.title}》。"
    return Picture(caption, chart, table, said)


def _heads(columns: Sequence[Column]) -> Iterator[Head]:
    """The header cells, row by row; one row when no column has a group."""
    deep = 2 if any(column.group for column in columns) else 1
    lower: list[Head] = []
    at = 0
    for group, members in groupby(columns, key=lambda column: column.group):
        block = list(members)
        if group:
            yield Head(group, 0, at, 1, len(block))
            lower += [Head(c.header, 1, at + n, 1, 1) for n, c in enumerate(block)]
        else:
            for n, column in enumerate(block):
                yield Head(column.header, 0, at + n, deep, 1)
        at += len(block)
    yield from lower


def _align(column: Column) -> Align:
    if column.kind in NUMBERS or column.kind is Kind.OF_ROW:
        return Align.RIGHT
    if column.kind in (Kind.DAY, Kind.COLOUR, Kind.FLAG):
        return Align.CENTRE
    return Align.LEFT
