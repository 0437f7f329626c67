"""Which leads may have a part in a figure of a year's target? Candidates, asked of the tables.

Whoever explains a figure takes their parts from the events (`domain.lead.accounts`); a lead that
the tables left out would be missing from the sum.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, and_, or_, select

from domain.calendar import year_before, year_until
from projections.clocks import Clocks, known, valid
from projections.tables import funds_arrival, lead_step


def window_of(year: int, as_of: date) -> tuple[date, date] | None:
    """1 January and D' of a year; None before the year has begun."""
    first, last = date(year, 1, 1), year_until(year, as_of)
    return (first, last) if last >= first else None


def candidates(connection: Connection, metric: str, clocks: Clocks, year: int) -> list[UUID]:
    """Leads whose events may make up the figure, in order of code."""
    window = window_of(year, clocks.as_of)
    if window is None:
        return []
    first, last = window
    n = lead_step.c
    standing = valid(lead_step, clocks.on(last))
    if metric in ("domestic_growth", "foreign_growth"):
        f = funds_arrival.c
        arrived = select(f.lead_id).where(
            known(funds_arrival, clocks),
            or_(
                and_(f.arrived_on >= first, f.arrived_on <= last),
                and_(f.arrived_on >= year_before(first), f.arrived_on <= year_before(last)),
            ),
        )
        # Known as of any day: a lead registered later than its funds arrived counts all the same.
        query = select(n.lead_id).where(known(lead_step, clocks), n.lead_id.in_(arrived))
    elif metric == "built_projects":
        query = select(n.lead_id).where(standing, n.completed_on >= first)
    else:
        query = select(n.lead_id).where(standing, n.signed_on.is_not(None), n.valid_from >= first)
    ordered = query.distinct().add_columns(n.code_order).order_by(n.code_order)
    return [row.lead_id for row in connection.execute(ordered)]
