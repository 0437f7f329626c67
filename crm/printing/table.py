"""What is a printed table: its columns and their header, its rows, its totals, its choices."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

from crm.presentation import Shown

Row = dict[str, Any]
"""A row by the keys of its columns; None or absent is an empty cell."""


class Kind(Enum):
    """How a column's values are written: what they are in Excel, and how they look."""

    SERIAL = "serial"
    """The row's number, given by the writer."""
    TEXT = "text"
    DAY = "day"
    WAN = "wan"
    """An amount in 万 (元 or 美元), as `Decimal`."""
    COUNT = "count"
    SHARE = "share"
    """A ratio, shown in percent."""
    POINTS = "points"
    COLOUR = "colour"
    """红、黄、绿、灰: the cell is filled with it."""


class Ratio(Decimal):
    """A ratio in a column of other figures: shown in percent."""


@dataclass(frozen=True, slots=True)
class OfTotals:
    """A total worked out from two other columns' totals: their quotient or their difference."""

    left: str
    sign: Literal["/", "-"]
    right: str

    def of(self, left: Decimal, right: Decimal) -> Decimal | None:
        """None of a zero denominator."""
        if self.sign == "-":
            return left - right
        return left / right if right else None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `group` is the header word above, over all neighbours of the same group.

    `total`: True sums it up. `choices` names a list of `Table.choices`: a text column is filled
    from it; a listed word is asked for (`strict`) or only offered. `locked`: in a table to be
    filled in, nobody types there. `widest` is in characters (a Chinese one takes two).
    """

    key: str
    header: str
    kind: Kind = Kind.TEXT
    group: str | None = None
    total: bool | OfTotals = False
    choices: str | None = None
    strict: bool = False
    widest: int = 30
    hidden: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. `unit` is 填报单位 (None: left to be written in), `money` the unit of amounts.

    `subtotals` names the column whose values get a 小计 each; the rows come sorted by it.
    `counted` is a column every row has and no total: its filled cells are the count of rows.
    `standing` narrows a second total to rows whose column (first) is not the value (second).
    `blanks` are rows to fill in; a `returned` table is to be filled in: what staff may not change
    is protected. A `checked` one has its cells validated.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    day: date
    counted: str | None
    unit: str | None = None
    money: str = "万元"
    subtotals: str | None = None
    standing: tuple[str, str] | None = None
    choices: dict[str, Sequence[str]] = field(default_factory=dict)
    blanks: int = 0
    checked: bool = False
    returned: bool = False
    said: str | None = None

    @property
    def shown(self) -> list[int]:
        """The columns that are printed."""
        return [nth for nth, column in enumerate(self.columns) if not column.hidden]

    def index(self, key: str) -> int:
        """Where a column stands."""
        return next(nth for nth, column in enumerate(self.columns) if column.key == key)

    def of(self, row: Row, column: Column) -> Any:
        """The value of a cell; a blank text is no value."""
        value = row.get(column.key)
        return None if value == "" else value

    def says(self, rows: Sequence[Row], key: str) -> bool:
        """Whether a column has any value in these rows."""
        return any(row.get(key) is not None for row in rows)

    def says_both(self, rows: Sequence[Row], one: str, other: str) -> bool:
        """Whether no row has a figure in one of two columns and nothing in the other."""
        alone = [row for row in rows if None in (row.get(one), row.get(other))]
        return self.says(rows, one) and not any(row.get(one) or row.get(other) for row in alone)

    def summed(self, rows: Sequence[Row], key: str) -> Decimal:
        """What a total of a column shows before Excel works it out."""
        return sum((Decimal(row[key]) for row in rows if row.get(key) is not None), Decimal(0))


def said_by(shown: Shown) -> str:
    """K, to the second: what a printed table was made from."""
    return f"录入时刻：{shown['known_at'][:19].replace('T', ' ')}"
