"""Which leads may be the same project entered twice? (疑似重复登记、重复统计)

Domain section 12, "Anomaly list": the same USCC, or the investor and a similar title. Compared
are only leads that share a key (a code, a name, the beginning of a name), and of a crowded key
only its neighbours, so the cost grows with the leads, not with their pairs.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, or_, select

from domain.likeness import alike_percent, company_head, company_key, title_key
from domain.rulebook import Rulebook
from domain.vocabulary import Word
from projections.clocks import Clocks, valid
from projections.tables import lead_identity

_CANDIDATES = 200  # of one key, the newest
_CROWDED = 60  # leads under one key; below that all are compared with all
_NEIGHBOURS = 8  # of one lead under a crowded key, in order of name

PairKey = tuple[int, int]
"""The codes of both leads, the later one's first, as the numbers they sort by."""


class Likeness(Word):
    """Why two leads may be one, the strongest reason."""

    SAME_USCC = "same_uscc", "统一社会信用代码相同"
    SAME_INVESTOR = "same_investor", "投资方相同且项目名称相近"
    LIKE_INVESTOR = "like_investor", "投资方与项目名称均相近"


@dataclass(frozen=True, slots=True)
class Identity:
    """A lead as it is told from others; `lead_id` None for one not yet registered."""

    title: str
    investor: str
    usccs: frozenset[str] = frozenset()
    parent_lead_id: UUID | None = None
    lead_id: UUID | None = None
    code: str = ""
    code_order: int = 0
    recruiting_unit: str = ""
    registered_on: date | None = None
    title_key: str = ""
    investor_key: str = ""

    @classmethod
    def stated(
        cls, title: str, investor: str, uscc: str | None, parent_lead_id: UUID | None
    ) -> "Identity":
        """What somebody is about to register."""
        return cls(
            title,
            investor,
            frozenset({uscc}) if uscc else frozenset(),
            parent_lead_id,
            title_key=title_key(title),
            investor_key=company_key(investor),
        )


@dataclass(frozen=True, slots=True)
class Likely:
    """A lead that may be the same, and why."""

    lead: Identity
    why: Likeness
    title_percent: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two leads that may be one; `later` has the higher code."""

    earlier: Identity
    later: Identity
    why: Likeness
    title_percent: int

    @property
    def key(self) -> PairKey:
        """Newest first."""
        return -self.later.code_order, -self.earlier.code_order


def likely_duplicates(
    connection: Connection, clocks: Clocks, rules: Rulebook, of: Identity, limit: int = 10
) -> list[Likely]:
    """Active leads that may be the same as `of`, the likeliest first."""
    candidates: dict[UUID, Identity] = {}
    for condition in _sharing(of):
        for lead in _active(connection, clocks, condition, _CANDIDATES):
            assert lead.lead_id is not None
            candidates[lead.lead_id] = lead
    found = [
        Likely(lead, why, percent)
        for lead in candidates.values()
        for why, percent in _judged(of, lead, rules)
    ]
    order = list(Likeness)
    found.sort(key=lambda f: (order.index(f.why), -f.title_percent, f.lead.code_order))
    return found[:limit]


def duplicate_pairs(connection: Connection, clocks: Clocks, rules: Rulebook) -> list[Pair]:
    """All pairs of active leads that may be one, newest first."""
    leads = list(_active(connection, clocks))
    pairs = {}
    seen: set[tuple[UUID | None, UUID | None]] = set()  # they may share more than one key
    for one, other in _neighbours(leads):
        earlier, later = sorted((one, other), key=lambda lead: lead.code_order)
        ids = earlier.lead_id, later.lead_id
        if ids in seen:
            continue
        seen.add(ids)
        for why, percent in _judged(earlier, later, rules):
            pair = Pair(earlier, later, why, percent)
            pairs[pair.key] = pair
    return [pairs[key] for key in sorted(pairs)]


def _judged(one: Identity, other: Identity, rules: Rulebook) -> Iterator[tuple[Likeness, int]]:
    """Why two leads may be one, and how alike their titles are; nothing when they are not."""
    if one.lead_id == other.lead_id or _related(one, other):
        return
    percent = alike_percent(one.title_key, other.title_key)
    if one.usccs & other.usccs:
        yield Likeness.SAME_USCC, percent
    elif percent < rules.alike_titles_percent:
        return
    elif one.investor_key == other.investor_key:
        yield Likeness.SAME_INVESTOR, percent
    elif alike_percent(one.investor_key, other.investor_key) >= rules.alike_investors_percent:
        yield Likeness.LIKE_INVESTOR, percent


def _related(one: Identity, other: Identity) -> bool:
    """增资扩产 and 分期 are the same investor by their nature, and say so."""
    if one.parent_lead_id is not None and one.parent_lead_id in (
        other.lead_id,
        other.parent_lead_id,
    ):
        return True
    return other.parent_lead_id is not None and other.parent_lead_id == one.lead_id


def _sharing(of: Identity) -> list[ColumnElement[bool]]:
    """The keys under which the same lead would be found, each under an index."""
    columns = lead_identity.c
    conditions = [
        columns.investor_key == of.investor_key,
        columns.investor_head == company_head(of.investor_key),
        columns.title_key == of.title_key,
    ]
    if of.usccs:
        codes = sorted(of.usccs)
        conditions.append(or_(columns.investor_uscc.in_(codes), columns.company_uscc.in_(codes)))
    return conditions


def _neighbours(leads: Sequence[Identity]) -> Iterator[tuple[Identity, Identity]]:
    """Leads that share a key; under a crowded one, each with the next few in order of name."""
    crowds: dict[tuple[str, str], list[Identity]] = defaultdict(list)
    for lead in leads:
        for code in lead.usccs:
            crowds["code", code].append(lead)
        crowds["head", company_head(lead.investor_key)].append(lead)
        crowds["title", lead.title_key].append(lead)
    for (what, _), crowd in crowds.items():
        crowd.sort(key=lambda lead: (lead.investor_key, lead.title_key, lead.code_order))
        reach = len(crowd) if len(crowd) < _CROWDED else _NEIGHBOURS
        for nth, lead in enumerate(crowd):
            for other in crowd[nth + 1 : nth + 1 + reach]:
                if what != "head" or _may_be_alike(lead.investor_key, other.investor_key):
                    yield lead, other


def _may_be_alike(one: str, other: str) -> bool:
    """A cheap bound: names alike by `alike_percent` share most of their characters."""
    if one == other:
        return True
    shared = len(set(one) & set(other))
    return 2 * shared >= max(len(set(one)), len(set(other)))


def _active(
    connection: Connection,
    clocks: Clocks,
    condition: ColumnElement[bool] | None = None,
    limit: int | None = None,
) -> Iterable[Identity]:
    columns = lead_identity.c
    query = (
        select(lead_identity)
        .where(valid(lead_identity, clocks), columns.active)
        .order_by(columns.code_order.desc())
        .limit(limit)
    )
    if condition is not None:
        query = query.where(condition)
    return map(identity_of, connection.execute(query))


def identity_of(row: Any) -> Identity:
    """A row of `lead_identity`."""
    return Identity(
        title=row.title,
        investor=row.investor,
        usccs=frozenset({row.investor_uscc, row.company_uscc} - {None}),
        parent_lead_id=row.parent_lead_id,
        lead_id=row.lead_id,
        code=row.code,
        code_order=row.code_order,
        recruiting_unit=row.recruiting_unit,
        registered_on=row.registered_on,
        title_key=row.title_key,
        investor_key=row.investor_key,
    )
