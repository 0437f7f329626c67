"""Of what kind are the year's signings? (项目体量、建链延链补链强链、产业链、目标企业类别)

Plan clause 3 (项目体量偏小、结构不优): size bands and share by chain; clause 2: by
建链、延链、补链、强链; clause 33: by the class of the target enterprise they came of.
What is split is always the same: the projects signed in the year (F1, net) and their effective
amounts at D'.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, select

from domain.calendar import year_until
from domain.money import ratio_text
from domain.rulebook import Rulebook
from domain.vocabulary import NOT_STATED, ChainRole, EnterpriseClass
from projections.clocks import Clocks, known
from projections.rule_rows import rules_in_force
from projections.tables import enterprise_fact, target_enterprise
from projections.year_leads import year_leads

_YI = 100_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the signings: how many, how much in 元, and their shares of the whole."""

    key: str
    label: str
    projects: int
    agreed_yuan: int
    projects_share: str | None
    agreed_share: str | None


@dataclass(frozen=True, slots=True)
class Structure:
    """`by_class` holds only signings that came of a target enterprise, so it adds up to less.

    (A lead that came of enterprises of two classes is in both.)
    """

    year: int
    clocks: Clocks
    chain: str | None
    projects: int
    agreed_yuan: int
    by_size: list[Part]
    by_role: list[Part]
    by_chain: list[Part]
    by_class: list[Part]


def structure(
    connection: Connection,
    year: int,
    clocks: Clocks,
    chain: str | None = None,
) -> Structure:
    """The year's signings by size, role, chain and class; of one chain when it is named."""
    rules = rules_in_force(connection, clocks)
    leads = year_leads(year, clocks, rules)
    query = select(leads.c.lead_id, leads.c.chain, leads.c.chain_role, leads.c.signed_yuan).where(
        leads.c.signed == 1
    )
    if chain is not None:
        query = query.where(leads.c.chain == chain)
    rows = connection.execute(query).all()
    whole = len(rows), sum(row.signed_yuan for row in rows)
    classes = _classes(connection, clocks, year)

    def parts(names: Iterable[tuple[str, str]], keyed: list[tuple[str, int]]) -> list[Part]:
        return [_part(key, label, [y for k, y in keyed if k == key], whole) for key, label in names]

    bands = _bands(rules.size_bands_yuan)
    chains = sorted({row.chain or NOT_STATED for row in rows})
    roles = [*((role.value, role.label) for role in ChainRole), (NOT_STATED, NOT_STATED)]
    return Structure(
        year,
        clocks,
        chain,
        *whole,
        by_size=parts(bands, [(band_of(row.signed_yuan, rules), row.signed_yuan) for row in rows]),
        by_role=parts(roles, [(row.chain_role or NOT_STATED, row.signed_yuan) for row in rows]),
        by_chain=parts(
            [(name, name) for name in chains],
            [(row.chain or NOT_STATED, row.signed_yuan) for row in rows],
        ),
        by_class=parts(
            [(c.value, c.label) for c in EnterpriseClass],
            [(name, row.signed_yuan) for row in rows for name in classes.get(row.lead_id, ())],
        ),
    )


def _classes(connection: Connection, clocks: Clocks, year: int) -> dict[Any, set[str]]:
    """Lead -> the classes of the target enterprises it came of, by D'."""
    f, e = enterprise_fact.c, target_enterprise.c
    query = (
        select(f.lead_id, e.enterprise_class)
        .join_from(enterprise_fact, target_enterprise, e.enterprise_id == f.enterprise_id)
        .where(
            known(enterprise_fact, clocks),
            known(target_enterprise, clocks),
            f.lead_id.is_not(None),
            f.happened_on <= year_until(year, clocks.as_of),
        )
    )
    found: dict[Any, set[str]] = {}
    for lead_id, name in connection.execute(query):
        found.setdefault(lead_id, set()).add(name)
    return found


@lru_cache  # asked for every lead
def _bands(edges_yuan: tuple[int, ...]) -> list[tuple[str, str]]:
    """Key and label of each size band, the smallest first; edges in 亿元."""
    edges = [ratio_text(yuan, _YI, 2) or "" for yuan in edges_yuan]
    edges = [edge.rstrip("0").rstrip(".") for edge in edges]
    between = [(f"{low}-{high}", f"{low}—{high}亿元") for low, high in pairwise(edges)]
    return [
        (f"<{edges[0]}", f"{edges[0]}亿元以下"),
        *between,
        (f">={edges[-1]}", f"{edges[-1]}亿元以上"),
    ]


def band_of(yuan: int, rules: Rulebook) -> str:
    """The key of an amount's band: an edge belongs to the band above it."""
    edges = rules.size_bands_yuan
    return _bands(edges)[bisect_right(edges, yuan)][0]


def _part(key: str, label: str, amounts: list[int], whole: tuple[int, int]) -> Part:
    count, total = len(amounts), sum(amounts)
    return Part(key, label, count, total, ratio_text(count, whole[0]), ratio_text(total, whole[1]))
