"""The same day some months later, in a query (月数期限), as `domain.calendar.add_months` has it.

31 August + 6 months is the last day of February. PostgreSQL's own interval arithmetic says so;
SQLite's runs over into March, so the earlier of its answer and the month's last day is taken.
(A Python function on the connection would say the same, six times slower.)
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, cast
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


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
    day, months = (compiler.process(part, **more) for part in term.clauses)
    last = f"date({day}, 'start of month', ({months} + 1) || ' months', '-1 day')"
    return f"min(date({day}, {months} || ' months'), {last})"
