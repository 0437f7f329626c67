"""What has each chain, and which leads make up each of its counts? (一链一清单)

Plan clauses 16, 42–45. Columns as proposed in domain section 2: 产业链|链长|牵头单位|
链主企业|目标企业|谋划项目|在谈|签约|开工|投产|到位资金|年度目标|完成率.
How a lead counts: `projections.year_leads`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from domain.money import ratio_text
from domain.rulebook import Rulebook
from domain.vocabulary import NOT_STATED
from projections.chains import Chain, chains_on
from projections.clocks import Clocks
from projections.lead_search import LeadKey
from projections.rule_rows import rules_in_force
from projections.target_enterprises import Courted, courted_by_chain
from projections.target_plan import NO_AIMS, Aims, plan_of
from projections.year_leads import COUNTS, year_leads

_FIGURES = ("leads", *COUNTS, "year_yuan", "funds_yuan", "funds_usd")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One chain's line. Counts and amounts (元, 美元) as `projections.year_leads` defines them.

    `leads` is every lead on the chain at D'; `aims` is the year's target, `planned_aim` how many
    projects are to be planned. `chain` is None in the
    line of the leads that name no chain, and in the total.
    """

    name: str
    chain: Chain | None
    courted: Courted
    aims: Aims
    planned_aim: int | None
    leads: int
    planned: int
    negotiating: int
    signed: int
    started: int
    produced: int
    year_yuan: int
    funds_yuan: int
    funds_usd: int

    @property
    def projects_completion(self) -> str | None:
        return ratio_text(self.signed, self.aims[0] or 0)

    @property
    def agreed_completion(self) -> str | None:
        return ratio_text(self.year_yuan, self.aims[1] or 0)


@dataclass(frozen=True, slots=True)
class ChainSheet:
    """A year's sheet on D, known at K: a line for each chain, and what they add up to."""

    year: int
    clocks: Clocks
    rows: list[SheetRow]
    total: SheetRow


@dataclass(frozen=True, slots=True)
class SheetLeads:
    """A page of a chain's leads at D', newest first: rows of `year_leads`.

    `count` is of all of them; `last` is the key to go on after, None at the end.
    """

    count: int
    items: list[Any]
    last: LeadKey | None


def chain_sheet(connection: Connection, year: int, clocks: Clocks) -> ChainSheet:
    """Every chain's line, and one of the leads that name no chain when there are any.

    The lines add up to the county's figures, so the total stands beside the county's target.
    """
    plan = plan_of(connection, year, clocks)
    rules = rules_in_force(connection, clocks)
    counted = {row.chain: row for row in _counted(connection, year, clocks, rules)}
    courted = courted_by_chain(connection, clocks)

    rows = [
        SheetRow(
            chain.name,
            chain,
            courted.get(chain.name, Courted()),
            plan.by_chain.get(chain.name, NO_AIMS),
            rules.planned_per_chain,
            **_figures(counted.get(chain.name)),
        )
        for chain in chains_on(connection, clocks, [name for name in counted if name])
    ]
    if None in counted:
        rows.append(SheetRow(NOT_STATED, None, Courted(), NO_AIMS, None, **_figures(counted[None])))
    total = SheetRow(
        "合计",
        None,
        Courted.added(row.courted for row in rows),
        (plan.values.get("projects"), plan.values.get("agreed")),
        None,
        **{key: sum(getattr(row, key) for row in rows) for key in _FIGURES},
    )
    return ChainSheet(year, clocks, rows, total)


def sheet_leads(
    connection: Connection,
    year: int,
    clocks: Clocks,
    chain: str,
    counted_in: str | None = None,
    limit: int | None = None,
    after: LeadKey | None = None,
) -> SheetLeads:
    """The leads behind a chain's counts, or behind one of them (`counted_in`, a name of COUNTS)."""
    leads = year_leads(year, clocks, rules_in_force(connection, clocks))
    wanted = [leads.c.chain == chain]
    if counted_in is not None:
        wanted.append(leads.c[counted_in] == 1)
    count = connection.execute(select(func.count()).select_from(leads).where(*wanted)).scalar_one()
    query = select(leads).where(*wanted).order_by(leads.c.code_order.desc())
    if after is not None:
        query = query.where(leads.c.code_order < after[0])
    rows = connection.execute(query if limit is None else query.limit(limit + 1)).all()
    page = list(rows if limit is None else rows[:limit])
    last = (page[-1].code_order,) if len(rows) > len(page) else None
    return SheetLeads(count, page, last)


def _counted(connection: Connection, year: int, clocks: Clocks, rules: Rulebook) -> Iterable[Any]:
    leads = year_leads(year, clocks, rules)
    sums = [func.sum(leads.c[name]).label(name) for name in _FIGURES[1:]]
    query = select(leads.c.chain, func.count().label("leads"), *sums).group_by(leads.c.chain)
    return connection.execute(query).all()


def _figures(row: Any) -> dict[str, int]:
    return {key: int(getattr(row, key)) if row is not None else 0 for key in _FIGURES}
