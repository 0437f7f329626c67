"""Which leads, and which problems, may have a part in a figure? Candidates, asked of the tables.

As `projections.explained` for the target's figures: the parts themselves come from the events.
"""

from collections.abc import Set
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

from domain.vocabulary import Stage
from projections.clocks import Clocks, valid
from projections.tables import lead_step, problem_step, target_enterprise

Between = tuple[str, date, date]
"""A milestone's column of `lead_step`, and the days, both included, it has to lie between."""


def leads_standing(
    connection: Connection,
    clocks: Clocks,
    stages: Set[Stage] | None = None,
    between: Between | None = None,
) -> list[UUID]:
    """Leads that had begun by D, as known at K, in order of code; or only some of them."""
    n = lead_step.c
    query = select(n.lead_id).where(valid(lead_step, clocks)).order_by(n.code_order)
    if stages is not None:
        query = query.where(n.stage.in_([stage.value for stage in stages]))
    if between is not None:
        column, first, last = between
        query = query.where(n[column].between(first, last))
    return list(connection.execute(query).scalars())


def problems_raised(connection: Connection, clocks: Clocks) -> list[UUID]:
    """Problems raised by D, as known at K, in order of code."""
    q = problem_step.c
    query = select(q.problem_id).where(valid(problem_step, clocks)).order_by(q.code_order)
    return list(connection.execute(query).scalars())


def chains_with_enterprises(connection: Connection) -> list[str]:
    """Chains on whose list an enterprise has ever stood."""
    query = select(target_enterprise.c.chain).distinct().order_by(target_enterprise.c.chain)
    return list(connection.execute(query).scalars())
