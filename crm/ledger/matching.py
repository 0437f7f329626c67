"""Which lead is each line of a ledger about?

By its key (系统编号, or a code in 编号); else by project name and investor, as any entry has named
them; else by project name and a 统一社会信用代码 of the investor or project company. Of several
leads that may be meant, none is guessed: a person decides. Only lines that differ in nothing from a
lead of the name, and the one line left over for the one lead left over, need no decision. A line
that somebody has marked as a project of its own is about no lead but one just like it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select

from crm.ledger.headers import Field
from crm.ledger.line import LedgerRow
from crm.ledger.values import Value, plain
from crm.numbering import stream_of
from domain.likeness import company_key, title_key
from projections.tables import OPEN, lead_identity

# PostgreSQL and SQLite both take this many values in one query.
_TOGETHER = 500


@dataclass(slots=True)
class Known:
    """A lead by all the names its entries have given it."""

    lead_id: UUID
    code: str
    titles: set[Value] = field(default_factory=set)
    names: set[tuple[Value, Value]] = field(default_factory=set)  # (title, investor)
    usccs: set[str] = field(default_factory=set)
    investor_keys: set[str] = field(default_factory=set)
    in_force: bool = False

    def take(self, step: Any) -> None:
        self.in_force = self.in_force or step.known_to == OPEN
        self.titles.add(plain(step.title))
        self.names.add((plain(step.title), plain(step.investor)))
        self.usccs |= {step.investor_uscc, step.company_uscc} - {None}
        self.investor_keys.add(step.investor_key)

    def told_apart(self, row: LedgerRow) -> bool:
        """By 信用代码, where both have one."""
        return bool(row.uscc and self.usccs) and row.uscc not in self.usccs


@dataclass(frozen=True, slots=True)
class Match:
    """`lead_id` of the lead a line is about; with `unclear`, why nobody can say.

    `likely` are the codes of leads of the same or a like name that it was not matched with, `akin`
    leads of its name or its investor that no line is about; `voided` are leads of its name whose
    registration is out of force.
    """

    lead_id: UUID | None = None
    unclear: str | None = None
    column: Field = Field.TITLE
    likely: tuple[str, ...] = ()
    akin: tuple[UUID, ...] = ()
    voided: tuple[UUID, ...] = ()


Differs = Callable[[LedgerRow, UUID], bool]
"""Whether a line differs from a lead in anything."""


def match(connection: Connection, rows: Sequence[LedgerRow], differs: Differs) -> list[Match]:
    """A match for each line, in order. Asks the projection `identities`."""
    known = _Leads(connection, rows)
    matches: dict[int, Match] = {}
    by_key = Counter(row.key for row in rows if row.key)
    for nth, row in enumerate(rows):
        if row.key is not None:
            matches[nth] = known.by_key(row, alone=by_key[row.key] == 1)
    taken = {found.lead_id for found in matches.values() if found.lead_id}
    shared: dict[tuple[UUID, ...], list[int]] = defaultdict(list)
    for nth, row in enumerate(rows):
        if nth in matches:
            continue
        candidates = [lead for lead in known.by_name(row) if lead.lead_id not in taken]
        if row.said_new and candidates:
            matches[nth] = _said_new(row, candidates, differs)
        elif candidates:
            shared[tuple(lead.lead_id for lead in candidates)].append(nth)
        else:
            matches[nth] = Match(likely=known.like(row), voided=known.voided(row))
    for lead_ids in sorted(shared, key=len):
        free = [lead_id for lead_id in lead_ids if lead_id not in taken]
        dealt = _dealt(rows, shared[lead_ids], free, known, differs)
        taken |= {found.lead_id for found in dealt.values() if found.lead_id}
        matches |= dealt
    return [
        found if found.lead_id or found.unclear else replace(found, akin=known.akin(row, taken))
        for row, found in ((row, matches[nth]) for nth, row in enumerate(rows))
    ]


def _said_new(row: LedgerRow, candidates: Sequence[Known], differs: Differs) -> Match:
    """A line marked as a new project, of which there is one of the very name: recorded before, or
    another of the same name. Nobody can tell but whoever marked it."""
    equal = next((lead for lead in candidates if not differs(row, lead.lead_id)), None)
    if equal is not None:
        return Match(equal.lead_id)
    codes = "、".join(lead.code for lead in candidates)
    return Match(
        unclear=f"系统中已有同名同投资方的项目（{codes}）：已录入过的请把“新项目”改为其编号，"
        "确为又一个项目的请在项目名称中加以区分"
    )


def _dealt(
    rows: Sequence[LedgerRow],
    lines: Sequence[int],
    lead_ids: Sequence[UUID],
    known: "_Leads",
    differs: Differs,
) -> dict[int, Match]:
    """Lines of one name over the leads of that name."""
    if len(lines) == len(lead_ids) == 1:
        return {lines[0]: Match(lead_ids[0])}
    dealt: dict[int, Match] = {}
    left = list(lead_ids)
    for nth in lines:
        equal = next((lead_id for lead_id in left if not differs(rows[nth], lead_id)), None)
        if equal is not None:
            dealt[nth] = Match(equal)
            left.remove(equal)
    open_lines = [nth for nth in lines if nth not in dealt]
    if not left:  # one more project of the name
        return dealt | {
            nth: Match(likely=known.like(rows[nth]), voided=known.voided(rows[nth]))
            for nth in open_lines
        }
    codes = [known.of(lead_id).code for lead_id in lead_ids]
    if len(open_lines) == len(left) == 1:
        return dealt | {open_lines[0]: Match(left[0])}
    reason = f"系统中已有同名同投资方的项目（{'、'.join(codes)}），疑似重复，须人工确认是哪一个"
    return dealt | {nth: Match(unclear=reason) for nth in open_lines}


class _Leads:
    """The leads the lines may be about, read by their keys in a few queries."""

    def __init__(self, connection: Connection, rows: Sequence[LedgerRow]) -> None:
        self._of: dict[UUID, Known] = {}
        columns = lead_identity.c
        self._read(connection, columns.lead_id, {stream_of(row.key) for row in rows if row.key})
        unkeyed = [row for row in rows if row.key is None]
        names = {title_key(row.title) for row in rows if row.title}
        self._read(connection, columns.title_key, names)
        investors = {company_key(row.investor) for row in unkeyed if row.investor}
        self._read(connection, columns.investor_key, investors)
        self._by_title: dict[Value, list[Known]] = defaultdict(list)
        self._by_key: dict[str, list[Known]] = defaultdict(list)
        self._by_investor: dict[str, list[Known]] = defaultdict(list)
        for lead in sorted(self._of.values(), key=lambda lead: (len(lead.code), lead.code)):
            for title in lead.titles:
                self._by_title[title].append(lead)
            for key in {title_key(str(title)) for title in lead.titles}:
                self._by_key[key].append(lead)
            for key in lead.investor_keys:
                self._by_investor[key].append(lead)

    def of(self, lead_id: UUID) -> Known:
        return self._of[lead_id]

    def by_key(self, row: LedgerRow, *, alone: bool) -> Match:
        """The lead whose code the line carries, if the line can be about it at all."""
        assert row.key is not None
        what = Field.KEY if Field.KEY in row.headers else Field.SERIAL
        lead = self._of.get(stream_of(row.key))
        if lead is None or not lead.in_force:
            return Match(unclear=f"没有编号为{row.key}的项目，或其登记已作废", column=what)
        if not alone:
            return Match(unclear=f"台账中有多行的编号都是{row.key}", column=what)
        told = {investor for _, investor in lead.names}
        if plain(row.title) not in lead.titles and not (
            plain(row.investor) in told or row.uscc in lead.usccs
        ):
            reason = f"项目名称、投资方都与{row.key}不同，可能是编号错行"
            return Match(unclear=reason, column=what)
        return Match(lead.lead_id)

    def by_name(self, row: LedgerRow) -> list[Known]:
        same_title = [lead for lead in self._by_title.get(plain(row.title), []) if lead.in_force]
        exact = [lead for lead in same_title if _name(row) in lead.names]
        if len(exact) > 1 and row.uscc:
            told_apart = [lead for lead in exact if row.uscc in lead.usccs]
            exact = told_apart if len(told_apart) == 1 else exact
        return exact or [lead for lead in same_title if row.uscc and row.uscc in lead.usccs]

    def voided(self, row: LedgerRow) -> tuple[UUID, ...]:
        same_title = self._by_title.get(plain(row.title), [])
        return tuple(
            lead.lead_id for lead in same_title if not lead.in_force and _name(row) in lead.names
        )

    def like(self, row: LedgerRow) -> tuple[str, ...]:
        """Leads whose names differ in nothing but how they are written."""
        if row.title is None or row.investor is None:
            return ()
        investor = company_key(row.investor)
        likely = self._by_key.get(title_key(row.title), [])
        return tuple(
            lead.code
            for lead in likely
            if lead.in_force and investor in lead.investor_keys and not lead.told_apart(row)
        )

    def akin(self, row: LedgerRow, taken: Set[UUID]) -> tuple[UUID, ...]:
        """Leads of the line's name, or of its investor, beside those that lines are about."""
        of_name = self._by_key.get(title_key(row.title), []) if row.title else []
        of_investor = self._by_investor.get(company_key(row.investor), []) if row.investor else []
        both = {lead.lead_id: lead for lead in (*of_name, *of_investor)}
        return tuple(
            lead_id
            for lead_id, lead in both.items()
            if lead.in_force and lead_id not in taken and not lead.told_apart(row)
        )

    def _read(
        self, connection: Connection, column: ColumnElement[Any], wanted: Iterable[Any]
    ) -> None:
        for some in _sections(wanted):
            for step in connection.execute(select(lead_identity).where(column.in_(some))):
                lead = self._of.setdefault(step.lead_id, Known(step.lead_id, step.code))
                lead.take(step)


def _name(row: LedgerRow) -> tuple[Value, Value]:
    return plain(row.title), plain(row.investor)


def _sections(wanted: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(wanted)
    while some := list(islice(rest, _TOGETHER)):
        yield some
