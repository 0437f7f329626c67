"""Which leads are there? (项目检索) Filters and full text on title, investor and code.

Contract, "GET /leads". Order: code descending, so the newest registrations come first.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from domain.unit.known import spellings
from domain.vocabulary import Colour
from projections.clocks import Clocks, valid
from projections.colours import colours_of
from projections.rule_rows import rules_in_force
from projections.tables import lead_step

LeadKey = tuple[int]
"""The code, as the number it sorts by."""


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Each given part must match; `q` is any part of title, investor or code."""

    stage: str | None = None
    town: str | None = None
    unit: str | None = None
    chain: str | None = None
    q: str | None = None
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`count` is of all matches; items are rows of `lead_step`, `colours` those of the items.

    `last` is the key to go on after; None when the matches end here.
    """

    clocks: Clocks
    count: int
    items: list[Any]
    colours: dict[UUID, Colour]
    last: LeadKey | None


def search_leads(
    connection: Connection,
    clocks: Clocks,
    wanted: SearchFilter,
    limit: int,
    after: LeadKey | None = None,
) -> SearchPage:
    """A page of the leads known at K that had begun by D, beginning after a key."""
    columns = lead_step.c
    rules = rules_in_force(connection, clocks)
    condition = and_(valid(lead_step, clocks), *_conditions(wanted))
    query = select(lead_step).where(condition).order_by(columns.code_order.desc())
    if wanted.colour is None:
        count = connection.execute(select(func.count()).where(condition)).scalar_one()
        if after is not None:
            query = query.where(columns.code_order < after[0])
        rows = list(connection.execute(query.limit(limit + 1)))
        colours = colours_of(connection, clocks, [row.lead_id for row in rows], rules)
    else:  # colours are judged, not stored: all matches are judged, and then cut
        every = connection.execute(query).all()
        colours = colours_of(connection, clocks, [row.lead_id for row in every], rules)
        matches = [row for row in every if colours.get(row.lead_id) is wanted.colour]
        count = len(matches)
        rows = [row for row in matches if after is None or row.code_order < after[0]]
    page = rows[:limit]
    last = (page[-1].code_order,) if len(rows) > limit else None
    return SearchPage(clocks, count, page, colours, last)


def _conditions(wanted: SearchFilter) -> list[ColumnElement[bool]]:
    columns = lead_step.c
    conditions: list[ColumnElement[bool]] = []
    for name, column in (
        ("stage", columns.stage),
        ("town", columns.host_town),
        ("chain", columns.chain),
    ):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(column == value)
    if wanted.unit is not None:
        conditions.append(columns.recruiting_unit.in_(spellings(wanted.unit)))
    searched = (columns.title, columns.investor, columns.code)
    words = (wanted.q or "").split()
    found = [or_(*(c.icontains(word, autoescape=True) for c in searched)) for word in words]
    return [*conditions, *found]
