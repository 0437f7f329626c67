"""The words a ledger's columns of choices are filled from (下拉选项)."""

from collections.abc import Sequence

from sqlalchemy import Connection

from domain.vocabulary import AgreementKind
from projections.chains import chains_on
from projections.clocks import Clocks
from projections.names_in_use import names_in_use

KIND, CHAIN, UNIT, TOWN = "协议类别", "产业链", "招引单位", "落户镇"

Choices = dict[str, Sequence[str]]
"""By the name of the choice, as `crm.printing.table.Column.choices` has it."""


def choices(connection: Connection, clocks: Clocks) -> Choices:
    """Those of the whole county, whatever part of it is shown. Asks `leads` and `chains`."""
    names = names_in_use(connection, clocks)
    chains = {chain.name for chain in chains_on(connection, clocks) if not chain.placeholder}
    return {
        KIND: [kind.label for kind in AgreementKind],
        CHAIN: sorted(chains | set(names.chains)),
        UNIT: names.units,
        TOWN: names.towns,
    }
