"""What does a chart show? Its names and figures, series of one unit together."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from crm.bulletins.document import Chart, ChartKind, Column, Kind, Table, Value
from crm.bulletins.writing.words import RATIOS, as_number, printed, unit_of
from crm.tables import display_width

MOST = 25
"""Names over the axis; with more of them nobody reads any."""
TALLEST, AROUND, LINE, BETWEEN = 7.2, 0.8, 0.15, 0.08
"""Inches: a drawing, what is above and below its bars, a bar or line of a name, between names."""
FOLDED = 24
"""Half characters of a name on one line."""
_MANY, _LONG_NAME = 12, 8  # names; half characters of one
_ALONG = 84  # half characters across a drawing
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Series:
    """A column's figures: `values` as they are measured on the axis (a share in percent)."""

    label: str
    values: tuple[Decimal | None, ...]
    words: tuple[str, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Panel:
    """Series of one unit over one axis; `share` when they are ratios, measured in percent."""

    unit: str
    share: bool
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart with its figures; the first rows only when there are too many: the title says so."""

    title: str
    kind: ChartKind
    names: tuple[str, ...]
    panels: tuple[Panel, ...]

    @property
    def lying(self) -> bool:
        """Bars with many names, or long ones, lie: their names are read from above to below."""
        if self.kind is ChartKind.LINES:
            return False
        series = max((len(panel.series) for panel in self.panels), default=1)
        beside = 1 if self.kind is ChartKind.STACKED else series
        words = [w for panel in self.panels for one in panel.series for w in one.words]
        figures = len(self.names) * beside * (max(map(len, words), default=0) + 1)
        longest = max(map(display_width, self.names))
        turned = len(self.names) * (longest + 1) > _ALONG
        many = len(self.names) > _MANY or turned or figures > _ALONG
        return many or longest > _LONG_NAME

    def _room(self) -> int:
        """How many names have room for their bars' figures, in type that can be read."""
        if not self.lying:
            return MOST
        beside = 1
        if self.kind is not ChartKind.STACKED:
            beside = max(len(panel.series) for panel in self.panels)
        below = 1 if len(self.panels) <= 2 else len(self.panels)
        left = TALLEST / below - AROUND
        for nth, name in enumerate(self.names):
            lines = max(beside, 2 if display_width(name) > FOLDED else 1)
            left -= lines * LINE * 0.85 + BETWEEN
            if left < 0:
                return max(_FEWEST, nth)
        return MOST

    @classmethod
    def of(cls, chart: Chart, table: Table) -> "Drawing":
        """Series without any figure are left out. Raises `ValueError` of a column the table does
        not have."""
        drawing = cls._first(chart, table, MOST)
        room = drawing._room() if drawing.panels else MOST
        return drawing if room >= len(drawing.names) else cls._first(chart, table, room)

    @classmethod
    def _first(cls, chart: Chart, table: Table, most: int) -> "Drawing":
        rows = table.rows[:most]
        places = {column.key: nth for nth, column in enumerate(table.columns)}
        if lost := [key for key in (chart.over, *chart.series) if key not in places]:
            raise ValueError(f"chart {chart.key} names columns its table does not have: {lost}")
        over = table.columns[places[chart.over]]
        found: list[tuple[tuple[str, bool], Series]] = []
        for key in chart.series:
            column = _of_one_kind(table.columns[places[key]], table)
            values = tuple(_measure(row.get(key), column.kind) for row in rows)
            words = tuple(printed(row.get(key), column.kind) for row in rows)
            # A shade nobody sees in a stack, but in its legend, is left out with the empty ones.
            if any(
                value or (value == 0 and chart.kind is not ChartKind.STACKED) for value in values
            ):
                label = _label(column, table)
                share = column.kind in RATIOS
                found.append(((unit_of(column), share), Series(label, values, words, places[key])))
        if not any(any(series.values) for _, series in found):
            found = []  # bars of nothing
        units = list(dict.fromkeys(unit for unit, _ in found))
        found.sort(key=lambda one: units.index(one[0]))
        return cls(
            title=chart.title + (f"（前{most}位）" if len(table.rows) > most else ""),
            kind=chart.kind,
            names=tuple(printed(row.get(chart.over), over.kind, over.labels) for row in rows),
            panels=tuple(
                Panel(unit, share, tuple(series for _, series in members))
                for (unit, share), members in groupby(found, key=lambda one: one[0])
            ),
        )


def _measure(value: Value, kind: Kind) -> Decimal | None:
    number = as_number(value)
    return number * 100 if number is not None and kind in RATIOS else number


def _of_one_kind(column: Column, table: Table) -> Column:
    """A column of figures of different kinds has no scale; one whose rows agree has theirs."""
    kinds = {table.kind_of(row, column) for row in table.rows}
    if len(kinds) > 1:
        raise ValueError(f"column {column.key} holds figures of different kinds: no chart of it")
    return replace(column, kind=kinds.pop()) if kinds else column


def _label(column: Column, table: Table) -> str:
    """The header without the unit that stands at the axis; the word above it goes before it where
    the header alone says little (完成) or two columns have the same."""
    header = _bare(column)
    twice = [_bare(other) for other in table.columns].count(header) > 1
    if column.group and (len(header) < 3 or twice):
        return f"{_IN_BRACKETS.sub('', column.group)}{header}"
    return header


def _bare(column: Column) -> str:
    unit = unit_of(column)
    header = column.header
    for left, right in ("()", "（）"):
        header = header.removesuffix(f"{left}{unit}{right}")
    return header


_IN_BRACKETS = re.compile(r"[（(][^（(）)]+[）)]$")
