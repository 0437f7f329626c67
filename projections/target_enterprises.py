"""Which enterprises does a chain court, and what has come of it? (目标企业、已对接、形成线索)

Plan clauses 16, 33, 44: targets contacted ÷ listed, by class. An enterprise is on the list from
the day it was listed to the day it was taken off; what happened up to D counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Subquery, and_, case, func, or_, select

from domain.money import ratio_text
from projections.among import among
from projections.clocks import Clocks, known
from projections.tables import enterprise_fact, target_enterprise

EnterpriseKey = tuple[str, UUID]
"""Name and id: where an enterprise stands in the list."""


@dataclass(frozen=True, slots=True)
class Courted:
    """How many enterprises are on the list, how many of them contacted, of how many a lead came."""

    listed: int = 0
    contacted: int = 0
    with_lead: int = 0

    @property
    def contacted_ratio(self) -> str | None:
        return ratio_text(self.contacted, self.listed)

    @classmethod
    def added(cls, parts: "Iterable[Courted]") -> "Courted":
        figures = [(part.listed, part.contacted, part.with_lead) for part in parts]
        return cls(*(sum(column) for column in zip(*figures, strict=True))) if figures else cls()


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A target enterprise on D. `removed_on` is None while it is on the list."""

    enterprise_id: UUID
    name: str
    enterprise_class: str
    uscc: str | None
    source: str | None
    listed_on: date
    contacts: int
    first_contact_on: date | None
    last_contact_on: date | None
    lead_ids: tuple[UUID, ...]
    removed_on: date | None


@dataclass(frozen=True, slots=True)
class EnterpriseFilter:
    """Each given part must match; those taken off the list only when `removed` is True."""

    enterprise_class: str | None = None
    contacted: bool | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class EnterprisePage:
    """`count` is of all that match, the figures of the chain's whole list on D.

    `last` is the key to go on after; None at the end.
    """

    count: int
    courted: Courted
    by_class: dict[str, Courted]
    items: list[Enterprise]
    last: EnterpriseKey | None


def courted_by_chain(connection: Connection, clocks: Clocks) -> dict[str, Courted]:
    """The figures of each chain that has a list."""
    listed = _enterprises(clocks)
    return _courted(connection, listed, listed.c.chain)


def enterprises(
    connection: Connection,
    chain: str,
    clocks: Clocks,
    wanted: EnterpriseFilter = EnterpriseFilter(),
    limit: int | None = None,
    after: EnterpriseKey | None = None,
) -> EnterprisePage:
    """A page of a chain's target enterprises, by name, beginning after a key."""
    listed = _enterprises(clocks, chain)
    columns = listed.c
    conditions: list[ColumnElement[bool]] = [
        columns.removed_on.is_not(None) if wanted.removed else columns.removed_on.is_(None)
    ]
    if wanted.enterprise_class is not None:
        conditions.append(columns.enterprise_class == wanted.enterprise_class)
    if wanted.contacted is not None:
        conditions.append(columns.contacts > 0 if wanted.contacted else columns.contacts == 0)
    count = connection.execute(
        select(func.count()).select_from(listed).where(*conditions)
    ).scalar_one()
    query = select(listed).where(*conditions).order_by(columns.name, columns.enterprise_id)
    if after is not None:
        name, enterprise_id = after
        query = query.where(
            or_(
                columns.name > name,
                and_(columns.name == name, columns.enterprise_id > enterprise_id),
            )
        )
    rows = connection.execute(query if limit is None else query.limit(limit + 1)).all()
    page = rows if limit is None else rows[:limit]
    by_class = _courted(connection, listed, columns.enterprise_class)
    return EnterprisePage(
        count,
        Courted.added(by_class.values()),
        dict(sorted(by_class.items())),
        _items(connection, page, clocks),
        (page[-1].name, page[-1].enterprise_id) if len(rows) > len(page) else None,
    )


def _enterprises(clocks: Clocks, chain: str | None = None) -> Subquery:
    """Listed by D, each with what happened up to D."""
    e, facts = target_enterprise.c, _facts(clocks)
    query = (
        select(
            e.enterprise_id,
            e.chain,
            e.name,
            e.enterprise_class,
            e.uscc,
            e.source,
            e.listed_on,
            func.coalesce(facts.c.contacts, 0).label("contacts"),
            func.coalesce(facts.c.leads, 0).label("leads"),
            facts.c.first_contact_on,
            facts.c.last_contact_on,
            facts.c.removed_on,
        )
        .select_from(target_enterprise.outerjoin(facts, facts.c.enterprise_id == e.enterprise_id))
        .where(known(target_enterprise, clocks), e.listed_on <= clocks.as_of)
    )
    if chain is not None:
        query = query.where(e.chain == chain)
    return query.subquery("enterprise")


def _facts(clocks: Clocks) -> Subquery:
    f = enterprise_fact.c
    contact_on = case((f.contact, f.happened_on))
    return (
        select(
            f.enterprise_id,
            func.count(contact_on).label("contacts"),
            func.min(contact_on).label("first_contact_on"),
            func.max(contact_on).label("last_contact_on"),
            func.count(f.lead_id).label("leads"),
            func.min(case((f.removal, f.happened_on))).label("removed_on"),
        )
        .where(known(enterprise_fact, clocks), f.happened_on <= clocks.as_of)
        .group_by(f.enterprise_id)
        .subquery("fact")
    )


def _courted(connection: Connection, listed: Subquery, part: Any) -> dict[str, Courted]:
    columns = listed.c
    query = (
        select(
            part,
            func.count(),
            func.count(case((columns.contacts > 0, 1))),
            func.count(case((columns.leads > 0, 1))),
        )
        .where(columns.removed_on.is_(None))
        .group_by(part)
    )
    return {
        name: Courted(listed_, contacted, with_lead)
        for name, listed_, contacted, with_lead in connection.execute(query)
    }


def _items(connection: Connection, rows: Any, clocks: Clocks) -> list[Enterprise]:
    f = enterprise_fact.c
    query = (
        select(f.enterprise_id, f.lead_id)
        .where(
            known(enterprise_fact, clocks),
            f.happened_on <= clocks.as_of,
            f.lead_id.is_not(None),
            among(f.enterprise_id, [row.enterprise_id for row in rows]),
        )
        .order_by(f.happened_on, f.known_from)
    )
    leads: dict[UUID, list[UUID]] = {}
    for enterprise_id, lead_id in connection.execute(query):
        leads.setdefault(enterprise_id, []).append(lead_id)
    return [
        Enterprise(
            row.enterprise_id,
            row.name,
            row.enterprise_class,
            row.uscc,
            row.source,
            row.listed_on,
            row.contacts,
            row.first_contact_on,
            row.last_contact_on,
            tuple(leads.get(row.enterprise_id, ())),
            row.removed_on,
        )
        for row in rows
    ]
