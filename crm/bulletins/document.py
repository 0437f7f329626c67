"""What is a bulletin? Sentences, tables and charts whose every figure says where it comes from.

A figure is quoted from the answer of a route at the bulletin's clocks, never worked out here; so
each can be asked again, and followed down to leads and events (`GET /explain`). A document is a
pure function of (period, as_of, known_at, rules): it holds no time of making and no name of a
maker. Values are as the API gives them (amounts and ratios exact text); how they look in print is
for `crm.bulletins.writing`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

Value = str | int | bool | None


class Kind(StrEnum):
    """What a value is: decides how it is printed."""

    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    WAN = "wan"
    """万元 or 万美元."""
    SHARE = "share"
    """A ratio, printed in percent with one place."""
    POINTS = "points"
    """Percentage points, scores, days with a half: two places at most."""
    GAP = "gap"
    """超/欠进度, in percentage points: a sentence says 超时序进度 or 欠时序进度."""
    GROWTH = "growth"
    """A ratio of growth: a sentence says 增长 or 下降."""
    MOMENT = "moment"
    """An instant with its offset: printed to the second."""
    COLOUR = "colour"
    FLAG = "flag"
    UNIT = "unit"
    """A unit's name, printed in its one spelling."""
    OF_ROW = "of_row"
    """Of a column whose rows are figures of different kinds: see `Table.row_kinds`."""


@dataclass(frozen=True, slots=True)
class Source:
    """A question that was asked: the route below /api/v1, and what was asked beside known_at."""

    route: str
    asked: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of an answer: `sources[source]`, at `path`. `metric` is its name in /explain."""

    value: Value
    kind: Kind
    source: int
    path: tuple[str, ...]
    metric: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more; `{0}`, `{1}` … stand for its figures."""

    text: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is the field's path in an item of the answer, dots between; `labels` print a code.

    `group` is the header word above, over all neighbours of the same group.
    """

    key: str
    header: str
    kind: Kind = Kind.TEXT
    group: str | None = None
    labels: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one answer, or some of them, in its order.

    `items` is where they are in `sources[source]`: a list, whose items `by` tells apart, or a
    mapping, whose names are then the column "name". `rows` hold the values of the columns.
    `printed` rows go to paper (None: all), the rest only to the workbook. `empty` is said
    instead of a table without rows. `row_kinds`, by row name, are for columns of `Kind.OF_ROW`.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Value], ...]
    empty: str
    source: int
    items: tuple[str, ...]
    by: str = "name"
    printed: int | None = None
    row_kinds: dict[str, Kind] | None = None

    def kind_of(self, row: Mapping[str, Value], column: Column) -> Kind:
        """What a cell's value is: of its column, or of its row."""
        if column.kind is not Kind.OF_ROW or self.row_kinds is None:
            return column.kind
        return self.row_kinds[str(row[self.by])]


class ChartKind(StrEnum):
    """How a chart shows its series."""

    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of some columns of a table of the same section, over the words of one of them."""

    key: str
    title: str
    kind: ChartKind
    table: str
    over: str
    series: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading and what stands below it, in order."""

    key: str
    title: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A bulletin's content.

    `rules` is the hash of the rules the county has set, `position` the place in the log that
    `known_at` stands for.
    """

    kind: str
    period: str
    label: str
    start: date
    end: date
    as_of: date
    known_at: datetime
    position: int
    rules: str
    title: str
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]


def stored(document: Document) -> bytes:
    """The one way to write a document down: canonical JSON, UTF-8."""
    return msgspec.json.encode(document, order="deterministic")


def read(content: bytes) -> Document:
    """What was written down. Raises `msgspec.ValidationError`."""
    return msgspec.json.decode(content, type=Document)


def digest(content: bytes | Mapping[str, Any]) -> str:
    """SHA-256 of a stored document, or of anything that is to be told from another."""
    if not isinstance(content, bytes):
        content = msgspec.json.encode(content, order="deterministic")
    return hashlib.sha256(content).hexdigest()


def section_digests(document: Document) -> dict[str, str]:
    """Of each section by itself: what says where two documents differ when one is lost."""
    return {
        section.key: hashlib.sha256(msgspec.json.encode(section, order="deterministic")).hexdigest()
        for section in document.sections
    }
