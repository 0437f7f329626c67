"""What is a figure that can be explained, and how is a lead's part of it found? (数字溯源)

A figure of leads is a sum over them, so a lead's part is the figure of that lead alone: its events
are folded to the day and the figure's own function is asked of the one state. Nothing but the
candidates comes from the tables. Amounts are integers of 元 or 美元; what is no integer by nature
(a weighted amount, a point) is an exact fraction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from crm.store.event_store import EventStore
from domain.calendar import add_months, is_period, period_of
from domain.errors import BadInput
from domain.event import Recorded
from domain.lead.facts import Events, Fact, behind
from domain.lead.folding import fold
from domain.lead.history import events_at
from domain.lead.state import LeadState
from domain.rulebook import Rulebook
from domain.vocabulary import Stage
from projections.clocks import Clocks
from projections.explained_leads import Between, leads_standing
from projections.lead_states import LeadOnDay, Where
from projections.rates import Cohort

Values = dict[str, int]
Exact = Mapping[str, Fraction]
WHERE = ("unit", "town", "chain")
ONE = {"count": 1}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked beside the clocks; None where nothing is said.

    As the figure's own route takes it.
    """

    year: int | None = None
    unit: str | None = None
    town: str | None = None
    chain: str | None = None
    cohort: Cohort | None = None
    include_exited: bool | None = None
    since: date | None = None
    period: str | None = None

    def said(self) -> list[str]:
        """Names of the parameters given."""
        return [name for name in self.__slots__ if getattr(self, name) is not None]


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures are shown: the route, the tables it reads, the parameters it takes."""

    route: str
    tables: tuple[str, ...]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = WHERE
    one_of: tuple[str, ...] = ()  # exactly one of these

    def refuse_others(self, asked: Asked) -> None:
        """Raises `BadInput` for a parameter that is missing, or that the route does not take."""
        said = asked.said()
        for name in self.required:
            if name not in said:
                raise BadInput(name, f"该指标须给出 {name}")
        if self.one_of and len({*self.one_of} & {*said}) != 1:
            raise BadInput(self.one_of[0], f"该指标须给出 {'、'.join(self.one_of)} 其中之一")
        for name in said:
            if name not in (*self.required, *self.optional, *self.one_of):
                raise BadInput(name, f"该指标（{self.route}）没有这个参数")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question under way: what is asked, at which clocks and by which rules."""

    store: EventStore
    connection: Connection
    clocks: Clocks
    rules: Rulebook
    asked: Asked = Asked()

    @property
    def day(self) -> date:
        return self.clocks.as_of

    @property
    def year(self) -> int:
        """As asked, else the year of D."""
        return self.asked.year or self.day.year

    @property
    def where(self) -> Where:
        return Where(self.asked.unit, self.asked.town, self.asked.chain)

    @property
    def cohort(self) -> Cohort:
        return self.asked.cohort or Cohort.YEAR

    @property
    def first(self) -> date:
        """The first day of a window that ends on D. Raises `BadInput` when it lies behind it."""
        first = self.asked.since or date(self.day.year, 1, 1)
        if first > self.day:
            raise BadInput("since", "起始日期不能晚于业务日期")
        return first

    @property
    def period(self) -> str:
        """The month as asked, else the one before D's. Raises `BadInput` unless it is one."""
        period = self.asked.period or period_of(add_months(self.day, -1))
        if not is_period(period):
            raise BadInput("period", "月份应写作 YYYY-MM")
        return period

    def at(self, clocks: Clocks) -> "Inquiry":
        """The same, asked at other clocks."""
        return replace(self, clocks=clocks)

    def events(self, lead_id: UUID) -> Events:
        """A lead's events in force on D, known at K, in business order."""
        return events_at(self.store.stream(lead_id), self.day, self.clocks.position)


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem's part of a figure."""

    problem_id: UUID
    code: str
    values: Values
    events: list[Recorded[Any]]


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice's part of a figure."""

    notice_id: UUID
    values: Values
    events: list[Recorded[Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """One lead's part of a figure, and the events it rests on.

    `state` is the lead on the figure's day; None where a problem names a lead not known then.
    """

    lead_id: UUID
    state: LeadState | None
    values: Values
    events: list[Recorded[Any]]
    problems: list[ProblemLine] = field(default_factory=list)
    notices: list[NoticeLine] = field(default_factory=list)
    exact: Exact = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One ranked unit's part of a figure that is not of leads, and the entries it rests on."""

    unit: str
    exact: Exact
    events: list[Recorded[Any]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is called, where it is shown, and how it is followed down.

    `shown` is what the route answers; `lines` are the leads' parts, which add up to it. With
    `money` every value but counts is in 元 or 美元; without, they are counts or days. `units`
    are the parts of what is recorded of ranked units instead.
    """

    name: str
    label: str
    source: Source
    shown: Callable[[Inquiry], Any]
    lines: Callable[[Inquiry], Iterator[Line]]
    money: bool = False
    units: Callable[[Inquiry], Iterator[UnitLine]] | None = None


@dataclass(frozen=True, slots=True)
class OfStates:
    """The lines of a figure of leads as they stand on D.

    `values`: the figure of one lead alone; nothing but zeros: it has no part. `facts`: what of the
    lead decides it. `stages` and `between` say which leads can have a part at all; `takes` whose
    leads they are, where it is not what is asked. `complete` adds what a line shows besides.
    """

    values: Callable[[LeadOnDay, Inquiry], Values]
    facts: Callable[[LeadState, Inquiry], Iterable[Fact]]
    stages: Set[Stage] | None = None
    between: Callable[[Inquiry], Between] | None = None
    takes: Callable[[LeadState], bool] | None = None
    complete: Callable[[Line, Inquiry], Line] = lambda line, _: line

    def __call__(self, inquiry: Inquiry) -> Iterator[Line]:
        between = self.between(inquiry) if self.between else None
        takes = self.takes or inquiry.where.takes
        for lead_id in leads_standing(inquiry.connection, inquiry.clocks, self.stages, between):
            events = inquiry.events(lead_id)
            if not events:
                continue
            state = fold(events)
            if not takes(state):
                continue
            values = self.values(LeadOnDay(lead_id, state), inquiry)
            if any(values.values()):
                decisive = behind(events, self.facts(state, inquiry))
                yield self.complete(Line(lead_id, state, values, decisive), inquiry)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The lines of a figure that looks at another day than D, or needs something worked out first.

    `prepare`: how the lines are found, and the inquiry moved to the day that is looked at.
    """

    prepare: Callable[[Inquiry], tuple[OfStates, Inquiry]]

    def __call__(self, inquiry: Inquiry) -> Iterator[Line]:
        of_states, moved = self.prepare(inquiry)
        yield from of_states(moved)


def added_up(lines: Iterable[Line | ProblemLine]) -> Values:
    """The parts added up: what the figure is made of."""
    sums: Values = {}
    for line in lines:
        for name, value in line.values.items():
            sums[name] = sums.get(name, 0) + value
    return sums


def exactly_added_up(lines: Iterable[Line | UnitLine]) -> dict[str, Fraction]:
    """The same of what is no integer."""
    sums: dict[str, Fraction] = {}
    for line in lines:
        for name, value in line.exact.items():
            sums[name] = sums.get(name, Fraction(0)) + value
    return sums
