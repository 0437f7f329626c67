"""Which leads are there? (项目检索) Filters and full text on title, investor and code.

Contract, "GET /leads". Order: code descending, so the newest registrations come first.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from projections.clocks import Clocks, valid
from projections.paging import cursor_parts, cursor_text
from projections.tables import lead, lead_step

_KEY = (int, int)  # year and number of the code


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Each given part must match; `q` is any part of title, investor or code."""

    stage: str | None = None
    town: str | None = None
    unit: str | None = None
    chain: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`count` is of all matches; items are rows of `lead_step`."""

    clocks: Clocks
    count: int
    items: list[Any]
    next_cursor: str | None


def search_leads(
    connection: Connection,
    clocks: Clocks,
    wanted: SearchFilter,
    limit: int,
    cursor: str | None = None,
) -> SearchPage:
    """A page of the leads known at K that had begun by D."""
    columns = lead_step.c
    condition = and_(valid(lead_step, clocks), *_conditions(wanted))
    count = connection.execute(select(func.count()).where(condition)).scalar_one()
    query = (
        select(lead_step, lead.c.year, lead.c.number)
        .join(lead, lead.c.lead_id == columns.lead_id)
        .where(condition)
        .order_by(lead.c.year.desc(), lead.c.number.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        _, (year, number) = cursor_parts(cursor, _KEY)
        query = query.where(
            or_(lead.c.year < year, and_(lead.c.year == year, lead.c.number < number))
        )
    rows = connection.execute(query).all()
    page = rows[:limit]
    next_cursor = None
    if len(rows) > limit:
        next_cursor = cursor_text(clocks.position, (page[-1].year, page[-1].number))
    return SearchPage(clocks, count, list(page), next_cursor)


def pinned_position(cursor: str | None) -> int | None:
    """The log position the cursor's first page was read at."""
    return None if cursor is None else cursor_parts(cursor, _KEY)[0]


def _conditions(wanted: SearchFilter) -> list[ColumnElement[bool]]:
    columns = lead_step.c
    conditions: list[ColumnElement[bool]] = []
    for name, column in (
        ("stage", columns.stage),
        ("town", columns.host_town),
        ("unit", columns.recruiting_unit),
        ("chain", columns.chain),
    ):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(column == value)
    searched = (columns.title, columns.investor, columns.code)
    words = (wanted.q or "").split()
    found = [or_(*(c.icontains(word, autoescape=True) for c in searched)) for word in words]
    return [*conditions, *found]
