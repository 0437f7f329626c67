"""The two clocks of every question: business day D (`as_of`) and moment of knowledge K.

K is held as a place in the log: the longest prefix of the log recorded by K.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, FromClause, and_


@dataclass(frozen=True, slots=True)
class Clocks:
    """`position` is that of the last event known at `known_at`."""

    as_of: date
    known_at: datetime
    position: int

    def on(self, day: date) -> "Clocks":
        """The same knowledge, asked of another business day."""
        return replace(self, as_of=day)


def known(table: FromClause, clocks: Clocks) -> ColumnElement[bool]:
    """Rows of a bitemporal table as known at K."""
    columns = table.c
    return and_(columns.known_from <= clocks.position, columns.known_to > clocks.position)


def valid(table: FromClause, clocks: Clocks) -> ColumnElement[bool]:
    """Rows of a bitemporal table that hold on D, as known at K."""
    columns = table.c
    return and_(
        known(table, clocks), columns.valid_from <= clocks.as_of, columns.valid_to > clocks.as_of
    )
