"""The same day some months later, in a query (月数期限), as `domain.calendar.add_months` has it.

PostgreSQL's own interval arithmetic falls back to the month's last day too; SQLite is given the
Python function when it connects.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, cast
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from domain import calendar

_NAME = "crm_add_months"


class _MonthsLater(FunctionElement[date]):
    type = Date()
    inherit_cache = True


def months_later(day: ColumnElement[Any], months: int) -> ColumnElement[date]:
    """`months` calendar months after a day of a row; null where there is none."""
    return _MonthsLater(day, cast(months, Integer))


@compiles(_MonthsLater, "postgresql")
def _on_postgresql(term: _MonthsLater, compiler: SQLCompiler, **more: Any) -> str:
    day, months = (compiler.process(part, **more) for part in term.clauses)
    return f"CAST({day} + make_interval(months => {months}) AS DATE)"


@compiles(_MonthsLater, "sqlite")
def _on_sqlite(term: _MonthsLater, compiler: SQLCompiler, **more: Any) -> str:
    return f"{_NAME}({compiler.process(term.clauses, **more)})"


def teach_sqlite(connection: Any) -> None:
    """Make the function known to a new connection of Python's `sqlite3`."""
    connection.create_function(_NAME, 2, _add_months, deterministic=True)


def _add_months(day: str | None, months: int) -> str | None:
    if day is None:
        return None
    return calendar.add_months(date.fromisoformat(day), months).isoformat()
