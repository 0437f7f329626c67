"""What does a chart show? Its names and figures, series of one unit together."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from crm.bulletins.document import Chart, ChartKind, Column, Kind, Table, Value
from crm.bulletins.writing.words import as_number, printed, unit_of
from crm.tables import display_width

MOST = 25
"""Names over the axis; with more of them nobody reads any."""
_MANY, _LONG_NAME = 8, 8  # names; half characters of one


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
        return self.kind is not ChartKind.LINES and (
            len(self.names) > _MANY or max(map(display_width, self.names)) > _LONG_NAME
        )

    @classmethod
    def of(cls, chart: Chart, table: Table) -> "Drawing":
        """Series without any figure are left out. Raises `ValueError` of a column the table does
        not have."""
        rows = table.rows[:MOST]
        places = {column.key: nth for nth, column in enumerate(table.columns)}
        if lost := [key for key in (chart.over, *chart.series) if key not in places]:
            raise ValueError(f"chart {chart.key} names columns its table does not have: {lost}")
        over = table.columns[places[chart.over]]
        found: list[tuple[tuple[str, bool], Series]] = []
        for key in chart.series:
            column = table.columns[places[key]]
            values = tuple(_measure(row.get(key), column.kind) for row in rows)
            words = tuple(printed(row.get(key), column.kind) for row in rows)
            if any(value is not None for value in values):
                label = _label(column, table)
                share = column.kind in (Kind.SHARE, Kind.GROWTH)
                found.append(((unit_of(column), share), Series(label, values, words, places[key])))
        units = list(dict.fromkeys(unit for unit, _ in found))
        found.sort(key=lambda one: units.index(one[0]))
        return cls(
            title=chart.title + (f"（前{MOST}位）" if len(table.rows) > MOST else ""),
            kind=chart.kind,
            names=tuple(printed(row.get(chart.over), over.kind, over.labels) for row in rows),
            panels=tuple(
                Panel(unit, share, tuple(series for _, series in members))
                for (unit, share), members in groupby(found, key=lambda one: one[0])
            ),
        )


def _measure(value: Value, kind: Kind) -> Decimal | None:
    number = as_number(value)
    return number * 100 if number is not None and kind is Kind.SHARE else number


def _label(column: Column, table: Table) -> str:
    """The header without the unit that stands at the axis; the word above it goes before it where
    the header alone says little (完成) or two columns have the same."""
    header = _bare(column)
    twice = [_bare(other) for other in table.columns].count(header) > 1
    return f"{column.group}{header}" if column.group and (len(header) < 3 or twice) else header


def _bare(column: Column) -> str:
    unit = unit_of(column)
    header = column.header
    for left, right in ("()", "（）"):
        header = header.removesuffix(f"{left}{unit}{right}")
    return header
