"""What is to be reached in a year, as of D known at K? (年度目标与分解)

The whole county's figures and how they are split by unit, town, chain and quarter. A chain's
share is what the year's target says; where that says nothing of it, what the chain's own
description says (plan clauses 24, 44).
"""

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from domain.chain.known import year_target_on
from domain.in_force import in_force_on
from projections.clocks import Clocks, known
from projections.tables import annual_target, chain_description

Aims = tuple[int | None, int | None]
"""Projects, and agreed amount in 元."""
NO_AIMS: Aims = (None, None)


@dataclass(frozen=True, slots=True)
class Plan:
    """The target in force; nothing set reads as None throughout. Amounts in 元.

    `by_quarter` counts from 1 January to the end of quarter 1 to 4.
    """

    values: dict[str, Any] = field(default_factory=dict)
    by_unit: dict[str, Aims] = field(default_factory=dict)
    by_town: dict[str, Aims] = field(default_factory=dict)
    by_chain: dict[str, Aims] = field(default_factory=dict)
    by_quarter: dict[int, Aims] = field(default_factory=dict)


def plan_of(connection: Connection, year: int, clocks: Clocks) -> Plan:
    """The target of a year in force on D, of those known at K."""
    columns = annual_target.c
    query = (
        select(annual_target)
        .where(columns.year == year, columns.known_from <= clocks.position)
        .order_by(columns.known_from)
    )
    rows = connection.execute(query).all()
    row = in_force_on([(row.valid_from, row) for row in rows], clocks.as_of)
    described = _chain_aims(connection, year, clocks)
    if row is None:
        return Plan(by_chain=described)
    return Plan(
        {
            "projects": row.projects,
            "agreed": row.agreed_total_yuan,
            "fai_ratio": _decimal(row.fai_ratio),
            "big_projects": row.big_projects,
            "built_projects": row.built_projects,
            "domestic_growth": _decimal(row.domestic_growth),
            "foreign_growth": _decimal(row.foreign_growth),
        },
        by_unit=_aims(row.by_unit),
        by_town=_aims(row.by_town),
        by_chain={**described, **_aims(row.by_chain)},
        by_quarter=dict(sorted(_aims(row.by_quarter).items())),
    )


def _chain_aims(connection: Connection, year: int, clocks: Clocks) -> dict[str, Aims]:
    """What the chains' own descriptions say of the year."""
    columns = chain_description.c
    query = (
        select(columns.chain, columns.described_on, columns.targets)
        .where(known(chain_description, clocks))
        .order_by(columns.known_from)
    )
    said: dict[str, list[tuple[date, Aims | None]]] = {}
    for chain, described_on, targets in connection.execute(query):
        aims = _aims(targets).get(year)
        said.setdefault(chain, []).append((described_on, aims))
    found = {chain: year_target_on(targets, clocks.as_of) for chain, targets in said.items()}
    return {chain: aims for chain, aims in found.items() if aims is not None}


def _aims(text: str) -> dict[Any, Aims]:
    return {name: (projects, yuan) for name, projects, yuan in json.loads(text)}


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
