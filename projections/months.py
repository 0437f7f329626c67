"""Calendar months in SQL, as `domain.calendar.add_months` counts them, on both databases."""

from datetime import date
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from domain.calendar import add_months as add_calendar_months


class add_months(FunctionElement[date]):  # noqa: N801  # reads like the function it is
    """`add_months(day, months)`: the same day of a later month, or that month's last."""

    type = Date()
    inherit_cache = True
    name = "add_months"


@compiles(add_months, "postgresql")
def _in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    day, months = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST({day} + make_interval(months => {months}) AS DATE)"


@compiles(add_months)
def _elsewhere(element: Any, compiler: Any, **options: Any) -> str:
    return f"add_months({compiler.process(element.clauses, **options)})"


def add_months_to_text(day: str | None, months: int) -> str | None:
    """What SQLite calls: its dates are text."""
    if day is None:
        return None
    return add_calendar_months(date.fromisoformat(day), months).isoformat()
