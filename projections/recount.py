"""What would the year look like by another rule? (重新计算: both sides, and who differs)

A changed counting rule applied to the past, beside the figures in force and without touching
them: nothing is recorded, and what was published stays. Domain section 0, decision 3.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, case, select

from domain.errors import BadInput
from domain.rulebook import Rulebook, contradiction
from domain.rules import read_values
from projections.clocks import Clocks, valid
from projections.count_keys import shared_counts
from projections.counted import counted_parts, is_built, with_year_before
from projections.explained import window_of
from projections.rule_rows import rules_in_force
from projections.tables import lead_step
from projections.target_tracking import TargetTable, target_table


@dataclass(frozen=True, slots=True)
class Parts:
    """What one lead adds to the year's figures: counts, and amounts in 元."""

    projects_gross: int = 0
    projects_exited: int = 0
    agreed: int = 0
    agreed_exited: int = 0
    big: int = 0
    contracts: int = 0
    built: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A lead that counts otherwise by the other rules."""

    lead_id: UUID
    code: str
    title: str
    investor: str
    recruiting_unit: str
    stage: str
    in_force: Parts
    recounted: Parts


@dataclass(frozen=True, slots=True)
class Recount:
    """Both sides. `differences` are in the order of their codes."""

    changed: tuple[str, ...]
    rules: Rulebook
    other_rules: Rulebook
    in_force: TargetTable
    recounted: TargetTable
    differences: list[Difference]


def recount(
    connection: Connection, year: int, clocks: Clocks, changes: Mapping[str, object]
) -> Recount:
    """The year's table by the rules in force, and with `changes` (public name: as written).

    Raises `BadInput`.
    """
    values = {rule.name: value for rule, value in read_values(changes)}
    rules = rules_in_force(connection, clocks)
    other = replace(rules, **values)
    if (fault := contradiction(other)) is not None:
        raise BadInput("rules", fault)
    return Recount(
        tuple(values),
        rules,
        other,
        target_table(connection, year, clocks, rules),
        target_table(connection, year, clocks, other),
        _differences(connection, year, clocks, rules, other),
    )


def _differences(
    connection: Connection, year: int, clocks: Clocks, rules: Rulebook, other: Rulebook
) -> list[Difference]:
    window = window_of(year, clocks.as_of)
    if window is None:
        return []
    ours, theirs = (_parts(connection, window, clocks, side) for side in (rules, other))
    differing = {lead_id for lead_id, parts in ours.items() if parts != theirs[lead_id]}
    n = lead_step.c
    query = (
        select(n.lead_id, n.code, n.title, n.investor, n.recruiting_unit, n.stage)
        .where(valid(lead_step, clocks.on(window[1])))
        .order_by(n.code_order)
    )
    return [
        Difference(*row, ours[row.lead_id], theirs[row.lead_id])
        for row in connection.execute(query)
        if row.lead_id in differing  # there may be more than a query takes parameters
    ]


def _parts(
    connection: Connection, window: tuple[date, date], clocks: Clocks, rules: Rulebook
) -> dict[UUID, Parts]:
    """Each lead's parts; one without a step in the year adds nothing by any rules."""
    first, last = window
    now, before = lead_step.alias("now"), lead_step.alias("before")
    shared = shared_counts(first, clocks.on(last), rules)
    parts = {
        **counted_parts(now, before, shared, first, rules),
        "built": case((is_built(now, first, clocks.on(last), rules), 1), else_=0),
    }
    query = (
        select(now.c.lead_id, *(parts[part.name].label(part.name) for part in fields(Parts)))
        .select_from(with_year_before(now, before, shared, first, clocks))
        .where(valid(now, clocks.on(last)), now.c.valid_from >= first)
    )
    return {row[0]: Parts(*row[1:]) for row in connection.execute(query)}
