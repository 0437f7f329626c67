"""Which chains are there, who leads them, what is asked of them? (产业链、链长、牵头单位、链主)

Plan clauses 16, 42, 44; domain section 0, decision 8.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from domain.chain.known import PLACEHOLDERS, chains_listed, description_on, year_target_on
from projections.clocks import Clocks, known, valid
from projections.tables import chain_description, lead_step, target_enterprise
from projections.target_plan import Aims


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain on D, known at K. `described_on` is None while nobody had described it by then.

    `targets` has what the chain's own descriptions ask of each year: projects, and amount in 元.
    """

    name: str
    placeholder: bool
    described_on: date | None = None
    chief: str | None = None
    lead_unit: str | None = None
    leader_enterprise: str | None = None
    targets: dict[int, Aims] = field(default_factory=dict)


def chains_on(connection: Connection, clocks: Clocks, also: Collection[str] = ()) -> list[Chain]:
    """Every chain described or named on a lead or target enterprise on D, and the plan's own.

    `also` are shown besides: those of leads that have changed chains since.
    """
    columns = chain_description.c
    query = (
        select(chain_description)
        .where(known(chain_description, clocks))
        .order_by(columns.known_from)
    )
    described: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        described.setdefault(row.chain, []).append(row)
    begun = {
        name
        for name, rows in described.items()
        if any(row.described_on <= clocks.as_of for row in rows)
    }
    return [
        _chain(name, described.get(name, []), clocks.as_of)
        for name in chains_listed(begun, {*_named(connection, clocks), *also})
    ]


def chain_on(connection: Connection, name: str, clocks: Clocks) -> Chain | None:
    """One chain; None when it is not among `chains_on`."""
    return next((chain for chain in chains_on(connection, clocks) if chain.name == name), None)


def _named(connection: Connection, clocks: Clocks) -> set[str]:
    step, enterprise = lead_step.c, target_enterprise.c
    on_leads = select(step.chain).where(valid(lead_step, clocks), step.chain.is_not(None))
    on_enterprises = select(enterprise.chain).where(
        known(target_enterprise, clocks), enterprise.listed_on <= clocks.as_of
    )
    return {row[0] for row in connection.execute(on_leads.union(on_enterprises))}


def _chain(name: str, rows: list[Any], as_of: date) -> Chain:
    """A chain from its descriptions in recording order."""
    row = description_on([(row.described_on, row) for row in rows], as_of)
    targets = _year_targets(rows, as_of)
    if row is None:
        return Chain(name, name in PLACEHOLDERS, targets=targets)
    return Chain(
        name,
        False,
        row.described_on,
        row.chief,
        row.lead_unit,
        row.leader_enterprise,
        targets,
    )


def _year_targets(rows: list[Any], as_of: date) -> dict[int, Aims]:
    said: list[tuple[date, dict[int, Aims]]] = [
        (row.described_on, {year: (projects, yuan) for year, projects, yuan in targets})
        for row in rows
        for targets in [json.loads(row.targets)]
    ]
    found = {
        year: year_target_on([(day, targets.get(year)) for day, targets in said], as_of)
        for year in sorted({year for _, targets in said for year in targets})
    }
    return {year: aims for year, aims in found.items() if aims is not None}
