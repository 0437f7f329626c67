"""How late is what happens entered, by whom, and in a rush before a cut-off? (突击上报、补录)

Domain sections 1.2 (not recognised: 突击上报) and 12. Delay is the days from the business day to
that of recording, both in Shanghai. K cuts what was recorded, D what had happened.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from domain.calendar import month_end, months_of, period_of
from domain.money import ratio_text
from domain.rulebook import Rulebook
from domain.subjects import Subject
from domain.unit.known import spellings
from domain.vocabulary import Word
from projections.among import among
from projections.clocks import Clocks, valid
from projections.durations import p90
from projections.log_clock import instant_of
from projections.tables import lead_identity, log_entry

WHOLE = "全县"


class Grouping(Word):
    """Whose delays are put together."""

    PERSON = "person", "录入人"
    UNIT = "unit", "招引单位"
    MONTH = "month", "录入月份"


@dataclass(frozen=True, slots=True)
class Window:
    """Days of recording, both included; None: open."""

    first: date | None = None
    last: date | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """One group's delays in days (halves possible); `late` are those above the rulebook's days.

    The 90th percentile is linear between neighbours (`statistics.quantiles`, inclusive).
    """

    name: str
    entries: int
    median_days: float
    p90_days: float
    longest_days: int
    late: int
    late_share: str | None
    leads: list[UUID]


@dataclass(frozen=True, slots=True)
class Rush:
    """The days before a month's end that took far more entries than usual.

    `usual` is what as many days take on average over the rest of the window, with 2 decimals.
    """

    name: str
    first: date
    last: date
    quarter_end: bool
    entries: int
    usual: str
    leads: list[UUID]


@dataclass(frozen=True, slots=True)
class LateEntry:
    """A back-dated entry; `voided` when it has been taken out of force by K.

    `code` and `title` are the lead's; None where it is not known by D.
    """

    lead_id: UUID
    code: str | None
    title: str | None
    event_id: UUID
    position: int
    type: str
    occurred_on: date
    recorded_at: datetime
    recorded_by: str
    unit: str
    delay_days: int
    voided: bool

    @property
    def key(self) -> tuple[int]:
        """Newest first."""
        return (-self.position,)


def delays(
    connection: Connection,
    clocks: Clocks,
    rules: Rulebook,
    by: Grouping,
    window: Window = Window(),
) -> tuple[list[Delay], list[Rush]]:
    """Each group's delays (the whole county's last), and the rushes of each and of the whole."""
    groups = _grouped(_entries(connection, clocks, window), by)
    found = [_delay(name, entries, rules) for name, entries in groups.items()]
    rushes = [
        rush
        for name, entries in groups.items()
        if by is not Grouping.MONTH or name == WHOLE
        for rush in _rushes(name, entries, window, rules)
    ]
    return found, rushes


def late_entries(
    connection: Connection,
    clocks: Clocks,
    rules: Rulebook,
    window: Window = Window(),
    days: int | None = None,
) -> list[LateEntry]:
    """Entries made more than `days` after their business day (default: the rulebook's)."""
    least = rules.late_entry_days if days is None else days
    entries = _entries(connection, clocks, window, least)
    named = _names(connection, clocks, [row.lead_id for row in entries])
    return [
        LateEntry(
            row.lead_id,
            named.get(row.lead_id, _UNNAMED)[0],
            named.get(row.lead_id, _UNNAMED)[1],
            row.event_id,
            row.known_from,
            row.type,
            row.occurred_on,
            instant_of(row.recorded_at),
            row.recorded_by,
            row.unit,
            row.delay_days,
            voided=row.known_to <= clocks.position,
        )
        for row in reversed(entries)
    ]


_UNNAMED = (None, None)


def _names(
    connection: Connection, clocks: Clocks, lead_ids: Sequence[UUID]
) -> dict[UUID, tuple[str, str]]:
    """Code and title of each lead by D."""
    columns = lead_identity.c
    query = select(columns.lead_id, columns.code, columns.title).where(
        valid(lead_identity, clocks), among(columns.lead_id, lead_ids)
    )
    return {lead_id: (code, title) for lead_id, code, title in connection.execute(query)}


_Entry = Row[Any]  # of log_entry
Entries = Sequence[_Entry]


def _entries(connection: Connection, clocks: Clocks, window: Window, above: int = -1) -> Entries:
    """Entries on leads, made by K, of days up to D; voided later or not: they were made."""
    entry = log_entry.c
    query = (
        select(log_entry)
        .where(entry.known_from <= clocks.position, entry.occurred_on <= clocks.as_of)
        .where(entry.subject == Subject.LEAD.value, entry.delay_days > above)
        .order_by(entry.known_from)
    )
    if window.first is not None:
        query = query.where(entry.recorded_on >= window.first)
    if window.last is not None:
        query = query.where(entry.recorded_on <= window.last)
    if window.unit is not None:
        query = query.where(entry.unit.in_(spellings(window.unit)))
    return connection.execute(query).all()


def _grouped(entries: Entries, by: Grouping) -> dict[str, Entries]:
    names: dict[Grouping, Callable[[_Entry], str]] = {
        Grouping.PERSON: lambda row: str(row.recorded_by),
        Grouping.UNIT: lambda row: str(row.unit),
        Grouping.MONTH: lambda row: period_of(row.recorded_on),
    }
    groups: dict[str, list[_Entry]] = defaultdict(list)
    for row in entries:
        groups[names[by](row)].append(row)
    whole = {WHOLE: entries} if entries else {}
    return {**{name: groups[name] for name in sorted(groups)}, **whole}


def _delay(name: str, entries: Entries, rules: Rulebook) -> Delay:
    days = [row.delay_days for row in entries]
    late = [row for row in entries if row.delay_days > rules.late_entry_days]
    return Delay(
        name=name,
        entries=len(days),
        median_days=median(days),
        p90_days=p90(days),
        longest_days=max(days),
        late=len(late),
        late_share=ratio_text(len(late), len(days)),
        leads=_leads(late),
    )


def _rushes(name: str, entries: Entries, window: Window, rules: Rulebook) -> Iterable[Rush]:
    """Month ends whose last days took `rush_times` what is usual on the other days.

    The window runs from its first day (or that of the first entry) to its last; the days of other
    month ends are left out of what is usual.
    """
    by_day: dict[date, list[_Entry]] = defaultdict(list)
    for row in entries:
        by_day[row.recorded_on].append(row)
    first, last = window.first or min(by_day), window.last or max(by_day)
    ends = [month_end(month.year, month.month) for month in months_of(first, last)]
    ends = [end for end in ends if end <= last]
    rushing = {day for end in ends for day in _days_to(end, rules.rush_days) if day >= first}
    others = sum(len(rows) for day, rows in by_day.items() if day not in rushing)
    other_days = (last - first).days + 1 - len(rushing)
    for end in ends:
        days = [day for day in _days_to(end, rules.rush_days) if day >= first]
        there = [row for day in days for row in by_day.get(day, ())]
        # Compared as whole numbers: there / days >= times * others / other_days.
        more = len(there) * other_days >= rules.rush_times * others * len(days)
        if other_days > 0 and more and len(there) >= rules.rush_entries_at_least:
            yield Rush(
                name=name,
                first=days[0],
                last=end,
                quarter_end=end.month % 3 == 0,
                entries=len(there),
                usual=ratio_text(others * len(days), other_days, 2) or "0.00",
                leads=_leads(there),
            )


def _leads(entries: Entries) -> list[UUID]:
    """Each lead once, in the order of entry."""
    return list(dict.fromkeys(row.lead_id for row in entries))


def _days_to(end: date, days: int) -> list[date]:
    return [end - timedelta(days=back) for back in reversed(range(days))]
