"""What makes up the chain sheet and the structure of the year's signings? (clauses 2, 3, 33, 42–45)

A lead's part is how it counts in the year (`domain.lead.year_part`), from its events.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from crm.chain_pages import sheet_row, structure_page
from crm.explained.figure import Figure, Inquiry, Line, Source
from domain.calendar import year_until
from domain.chain import events as c
from domain.chain.known import chain_stream
from domain.chain.known import in_force as entries_in_force
from domain.event import Recorded
from domain.lead import events as e
from domain.lead import facts as f
from domain.lead.counts import shared_counts
from domain.lead.facts import Events, Fact, behind
from domain.lead.folding import fold
from domain.lead.history import events_at
from domain.lead.state import LeadState
from domain.lead.supervision import counts
from domain.lead.year_part import YearPart, year_part
from domain.vocabulary import NOT_STATED, ResponsibilityRole
from projections.chain_sheet import ChainSheet, SheetRow, chain_sheet
from projections.explained_leads import chains_with_enterprises, leads_standing
from projections.structure import band_of, structure

_TABLES = ("clock", "leads", "money", "targets", "chains", "rules")
_SHEET = Source("/chains/sheet", _TABLES, ("year",), ("chain",))
_STRUCTURE = Source("/structure", _TABLES, optional=("year", "chain"))


@dataclass(frozen=True, slots=True)
class InYear:
    """One lead in a year: its events by D', its state then, and how it counts."""

    lead_id: UUID
    events: Events
    state: LeadState
    before: Events  # by the day before the year
    part: YearPart


def in_year(q: Inquiry) -> Iterator[InYear]:
    """Every lead on D', of the chain asked for; none before the year has begun."""
    first, last = date(q.year, 1, 1), year_until(q.year, q.day)
    if last < first:
        return
    position = q.clocks.position
    opened: list[tuple[UUID, Events, Events, LeadState]] = []
    for lead_id in leads_standing(q.connection, q.clocks.on(last)):
        stream = q.store.stream(lead_id)
        events = events_at(stream, last, position)
        if not events:
            continue
        before = events_at(stream, date(q.year - 1, 12, 31), position)
        opened.append((lead_id, events, before, fold(events)))
    shared = shared_counts(
        [(lead_id, state) for lead_id, _, _, state in opened],
        first,
        lambda s: counts(s, q.rules),
    )
    for lead_id, in_force, earlier, state in opened:
        if q.asked.chain in (None, state.chain):
            count = shared.get(lead_id)
            part = year_part(state, fold(earlier), first, last, q.rules, count)
            yield InYear(lead_id, in_force, state, earlier, part)


def basis(q: Inquiry) -> list[Fact]:
    return [] if q.rules.count_basis == "signed" else [f.recognition]


# --- the chain sheet ------------------------------------------------------------------------

_CHAIN = f.held(ResponsibilityRole.CHAIN)
_SheetFacts = Callable[[InYear, Inquiry], list[Fact]]


def _sheet(shown_as: str, label: str, field: str, facts: _SheetFacts) -> Figure:
    """A column of the sheet; of one chain when it is named, else the total."""
    money = field.endswith(("_yuan", "_usd"))

    def shown(q: Inquiry) -> Any:
        sheet = chain_sheet(q.connection, q.year, q.clocks)
        of = q.asked.chain
        row = sheet.total if of is None else _row_of(sheet, of)
        return None if row is None else sheet_row(row)[shown_as]

    def lines(q: Inquiry) -> Iterator[Line]:
        for lead in in_year(q):
            value = getattr(lead.part, field)
            if value:
                decisive = behind(lead.events, [*facts(lead, q), _CHAIN])
                yield Line(
                    lead.lead_id, lead.state, {"amount" if money else "count": value}, decisive
                )

    return Figure(f"chain_{shown_as}", f"一链一清单：{label}", _SHEET, shown, lines, money)


def _row_of(sheet: ChainSheet, name: str) -> SheetRow | None:
    return next((row for row in sheet.rows if row.chain is not None and row.name == name), None)


def brought_by(lead: InYear, q: Inquiry) -> list[Fact]:
    """What set the amount now, and before the year."""
    return [f.signing, f.amount, lambda _: f.amount(lead.before), *basis(q)]


def _funds(unit: str) -> _SheetFacts:
    def facts(lead: InYear, q: Inquiry) -> list[Fact]:
        first, last = date(q.year, 1, 1), year_until(q.year, q.day)
        return [
            f.every(
                e.FundsArrived,
                where=lambda event: (
                    first <= event.occurred_on <= last and getattr(event, unit) is not None
                ),
            )
        ]

    return facts


# --- the structure of the signings ----------------------------------------------------------

Classes = dict[UUID, dict[str, list[Recorded[Any]]]]
"""Lead -> class of the enterprise it came of -> the entries that say so."""


def _classes(q: Inquiry) -> Classes:
    """From the chains' own entries, by D', known at K."""
    last = year_until(q.year, q.day)
    found: Classes = {}
    for name in chains_with_enterprises(q.connection):
        stream = q.store.stream(chain_stream(name))
        entries = entries_in_force(r for r in stream if r.position <= q.clocks.position)
        listed: dict[UUID, Recorded[Any]] = {
            r.event_id: r for r in entries if isinstance(r.event, c.TargetEnterpriseListed)
        }
        for recorded in entries:
            brought = recorded.event
            if not isinstance(brought, c.TargetEnterpriseBroughtLead):
                continue
            listing = listed.get(brought.enterprise_id)
            if listing is not None and brought.occurred_on <= last:
                of_lead = found.setdefault(brought.lead_id, {})
                of_lead.setdefault(listing.event.enterprise_class.value, []).extend(
                    (listing, recorded)
                )
    return found


@dataclass(frozen=True, slots=True)
class _Split:
    """A way to split the signings: the keys a lead falls under, and what decides that."""

    label: str
    keys: Callable[[InYear, Inquiry, Classes], list[str]]
    facts: list[Fact]


_SPLITS = {
    "by_size": _Split("按体量", lambda lead, q, _: [band_of(lead.part.signed_yuan, q.rules)], []),
    "by_role": _Split(
        "按建链延链补链强链",
        lambda lead, *_: [lead.state.chain_role or NOT_STATED],
        [f.registration],
    ),
    "by_chain": _Split(
        "按产业链", lambda lead, *_: [lead.state.chain or NOT_STATED], [f.registration, _CHAIN]
    ),
    "by_class": _Split(
        "按目标企业类别", lambda lead, _, classes: sorted(classes.get(lead.lead_id, {})), []
    ),
}


def _structure(name: str | None, *, money: bool) -> Figure:
    """The signings, whole or split in some way: how many, or how much."""
    split = _SPLITS[name] if name else None
    what = "协议资金（万元）" if money else "项目（个）"

    def shown(q: Inquiry) -> Any:
        page = structure_page(structure(q.connection, q.year, q.clocks, q.asked.chain))
        if name is None:
            return page["agreed_total_wan" if money else "projects"]
        return page[name]

    def lines(q: Inquiry) -> Iterator[Line]:
        classes = _classes(q) if name == "by_class" else {}
        for lead in in_year(q):
            if not lead.part.signed:
                continue
            keys = split.keys(lead, q, classes) if split else ["amount" if money else "count"]
            value = lead.part.signed_yuan if money else 1
            facts = [f.signing, f.amount, *basis(q), *(split.facts if split else [])]
            of_lead = classes.get(lead.lead_id, {})
            entries = {r.event_id: r for told in of_lead.values() for r in told}
            if keys and value:
                decisive = [*behind(lead.events, facts), *entries.values()]
                yield Line(lead.lead_id, lead.state, dict.fromkeys(keys, value), decisive)

    of = f"structure_{name}" if name else "structure"
    return Figure(
        f"{of}_agreed_total_wan" if money else of if name else f"{of}_projects",
        f"项目结构{split.label if split else ''}：{what}",
        _STRUCTURE,
        shown,
        lines,
        money,
    )


FIGURES = [
    _sheet("leads", "项目总数（个）", "leads", lambda *_: [f.registration]),
    _sheet("planned", "谋划项目（个）", "planned", lambda *_: [f.registration]),
    _sheet(
        "negotiating",
        "在谈（个）",
        "negotiating",
        lambda *_: [f.registration, f.first_text, f.text],
    ),
    _sheet("signed", "签约（个）", "signed", lambda _, q: [f.signing, *basis(q)]),
    _sheet("started", "开工（个）", "started", lambda *_: [f.start]),
    _sheet("produced", "投产（个）", "produced", lambda *_: [f.production]),
    _sheet("agreed_total_wan", "协议资金（万元）", "year_yuan", brought_by),
    _sheet("funds_wan", "到位资金（万元）", "funds_yuan", _funds("amount_yuan")),
    _sheet("funds_wan_usd", "到位外资（万美元）", "funds_usd", _funds("amount_usd")),
    *(_structure(name, money=money) for name in (None, *_SPLITS) for money in (False, True)),
]
