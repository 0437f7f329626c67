"""Which units, towns and chains do leads name? What a column of choices is filled from."""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, select

from projections.clocks import Clocks, valid
from projections.tables import lead_step


@dataclass(frozen=True, slots=True)
class NamesInUse:
    """Each in order, once; of leads that had begun by D, as known at K."""

    units: list[str]
    towns: list[str]
    chains: list[str]


def names_in_use(connection: Connection, clocks: Clocks) -> NamesInUse:
    """Asks the projection `leads`."""
    columns = lead_step.c
    told = (columns.recruiting_unit, columns.host_town, columns.chain)
    return NamesInUse(*(_distinct(connection, column, clocks) for column in told))


def _distinct(connection: Connection, column: Column[str], clocks: Clocks) -> list[str]:
    query = select(column).distinct().where(valid(lead_step, clocks), column.is_not(None))
    return sorted(name for name in connection.execute(query).scalars() if name)
