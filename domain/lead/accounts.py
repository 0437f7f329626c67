"""Which events make up a lead's part of a figure? (数字溯源; plan clauses 21–23, 40, 41)

Works from a lead's events alone, apart from the read tables: what it finds has to add up to the
figure the tables gave. Amounts are integers of 元 or 美元.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.calendar import period_of
from domain.event import Recorded
from domain.lead import events as e
from domain.lead import facts
from domain.lead.counts import Count
from domain.lead.facts import Fact, behind
from domain.lead.folding import fold
from domain.lead.history import LeadHistory, in_force, known_by
from domain.lead.state import LeadState
from domain.lead.supervision import counts
from domain.lead.taking_over import as_one_on
from domain.rulebook import Rulebook
from domain.vocabulary import AgreementKind, FundsSource, Relation

COUNTED_AS_PROJECT = (Relation.NEW, Relation.RELOCATION)
COUNTED_IN_AMOUNT = (*COUNTED_AS_PROJECT, Relation.EXPANSION)
OUTSIDE_COUNTY = (FundsSource.OUT_COUNTY, FundsSource.OUT_CITY, FundsSource.OUT_PROVINCE)

Events = Sequence[Recorded[e.LeadEvent]]


@dataclass(frozen=True, slots=True)
class Window:
    """1 January to D' of a year, the same days of the year before, and D itself."""

    first: date
    last: date
    first_before: date
    last_before: date
    as_of: date


@dataclass(frozen=True, slots=True)
class Part:
    """One lead's part of a figure: values by name, and the events they rest on."""

    values: dict[str, int]
    events: list[Recorded[e.LeadEvent]]


@dataclass(frozen=True, slots=True)
class Account:
    """One lead, cut at a pair of clocks, to be asked for its parts.

    `ordered` are its events in force and known at K, in business order, of every day.
    """

    ordered: Events
    window: Window
    rules: Rulebook
    at_end: LeadState  # on D'
    count: Count | None = None  # of a project that several leads are

    def on(self, day: date) -> LeadState:
        """The lead on a day; the registration counts whatever its date."""
        return fold(self.by(day))

    def by(self, day: date) -> list[Recorded[e.LeadEvent]]:
        return _by(self.ordered, day)

    def fresh(self) -> bool:
        """First countable signing in the year."""
        signed_on = self.at_end.signed_on
        return signed_on is not None and signed_on >= self.window.first

    def counts(self) -> bool:
        """Whether it is in the year's figures: when signed, or by the rules when recognised."""
        return counts(self.at_end, self.rules)

    def _behind(self, day: date, *wanted: Fact) -> list[Recorded[e.LeadEvent]]:
        """With the decision that makes a signing count, where the rules ask for one."""
        asked = () if self.rules.count_basis == "signed" else (facts.recognition,)
        return behind(self.by(day), (*asked, *wanted))

    # --- parts of the target's figures ------------------------------------------------------

    def projects(self) -> Part | None:
        """F1: 1 when counted; when exited, in gross only; when a merge took it out, in neither.

        Of the leads that are one project, one has the part of all.
        """
        state, first = self.at_end, self.window.first
        if state.relation not in COUNTED_AS_PROJECT or state.counted_on is None:
            return None
        if not self.counts() or (self.count is not None and not self.count.stands):
            return None
        events = self._behind(self.window.last, facts.signing, facts.exit_)
        before_merge = state.counted_on_before_merge
        moved = before_merge is not None and state.counted_on < first <= before_merge
        if moved or (state.counted_on >= first and state.merged_into is not None):
            return Part({"actual": 0, "gross": 0, "adjustments": -1}, events)
        if state.counted_on < first or state.passed_on:
            return None
        return Part({"actual": int(state.exited_on is None), "gross": 1}, events)

    def agreed(self) -> Part | None:
        """F2: the amount of the year's signing, or what the year added to an earlier one."""
        state = self.at_end
        if state.signed_on is None or state.relation not in COUNTED_IN_AMOUNT:
            return None
        if state.passed_on or not self.counts():
            return None
        stays, now = state.exited_on is None, state.booked_yuan
        if self.fresh():
            wanted = (facts.signing, facts.amount, facts.exit_)
            events = self._behind(self.window.last, *wanted)
            return Part({"actual": now if stays else 0, "gross": now}, events)
        before_day = date(self.window.first.year - 1, 12, 31)
        delta = now - self.on(before_day).booked_yuan
        if not stays or delta == 0:
            return None
        events = [
            *self._behind(before_day, facts.amount),
            *self._behind(self.window.last, facts.amount),
        ]
        return Part({"actual": delta, "gross": delta}, _once(events))

    def fai(self) -> Part | None:
        """F4: year to date of the latest return, and the contracted investment."""
        state = self.at_end
        if not self.counts() or not self.fresh() or state.exited_on is not None:
            return None
        if state.kind is not AgreementKind.CONTRACT:
            return None
        # A return counts from its own business day on, so it is looked for by D, not by D'; but
        # of the project that the lead was on D'.
        first, last = period_of(self.window.first), period_of(self.window.last)
        told = as_one_on(self.by(self.window.as_of), self.window.last)
        returns = fold(told).returns
        latest = max((period for period in returns if first <= period <= last), default=None)
        events = [
            *self._behind(self.window.last, facts.text, facts.amount),
            *facts.year_to_date(first, last)(told),
        ]
        return Part(
            {
                "numerator": 0 if latest is None else returns[latest],
                "denominator": state.agreed_total_yuan or 0,
            },
            events,
        )

    def big(self) -> Part | None:
        """招引5亿元以上产业项目."""
        state, part = self.at_end, self.projects()
        if part is None or not part.values["actual"] or not state.industrial:
            return None
        yuan = self.count.yuan if self.count is not None else state.agreed_total_yuan or 0
        if yuan < self.rules.big_project_yuan:
            return None
        events = self._behind(self.window.last, facts.signing, facts.amount)
        return Part({"actual": 1}, events)

    def built(self) -> Part | None:
        """建成5000万元以上产业项目."""
        state = self.at_end
        if state.completed_on is None or state.completed_on < self.window.first:
            return None
        if not self.counts():
            return None
        if state.exited_on is not None or not state.industrial:
            return None
        if (state.agreed_total_yuan or 0) < self.rules.built_project_yuan:
            return None
        events = self._behind(self.window.last, facts.completion, facts.amount)
        return Part({"actual": 1}, events)

    def domestic(self) -> Part | None:
        """F15: domestic funds from outside the county, this window and the one a year before."""
        return self._funds(
            lambda funds: (funds.amount_yuan or 0) if funds.source in OUTSIDE_COUNTY else 0
        )

    def foreign(self) -> Part | None:
        """F15: foreign funds in 美元."""
        return self._funds(
            lambda funds: (funds.amount_usd or 0) if funds.source is FundsSource.FOREIGN else 0
        )

    def _funds(self, counted: Callable[[e.FundsArrived], int]) -> Part | None:
        window, events = self.window, []
        values = {"this_window": 0, "window_before": 0}
        for recorded in self.ordered:
            event = recorded.event
            if not isinstance(event, e.FundsArrived) or not counted(event):
                continue
            if window.first <= event.occurred_on <= window.last:
                values["this_window"] += counted(event)
            elif window.first_before <= event.occurred_on <= window.last_before:
                values["window_before"] += counted(event)
            else:
                continue
            events.append(recorded)
        return Part(values, events) if events else None


def open_account(
    history: LeadHistory, position: int, window: Window, rules: Rulebook
) -> Account | None:
    """A lead's account as known up to a place in the log; None when it is taken back."""
    ordered = in_force(known_by(history, position))
    if not ordered or not isinstance(ordered[0].event, e.LeadRegistered):
        return None
    return Account(ordered, window, rules, fold(_by(ordered, window.last)))


def _by(ordered: Events, day: date) -> list[Recorded[e.LeadEvent]]:
    opening, *rest = ordered
    return [opening, *(r for r in rest if r.event.occurred_on <= day)]


METRICS: dict[str, Callable[[Account], Part | None]] = {
    "projects": Account.projects,
    "agreed_total_wan": Account.agreed,
    "fai_ratio": Account.fai,
    "big_projects": Account.big,
    "built_projects": Account.built,
    "domestic_growth": Account.domestic,
    "foreign_growth": Account.foreign,
}
"""Each figure of a target table, and how a lead's part of it is found."""


def _once(events: Iterable[Recorded[e.LeadEvent]]) -> list[Recorded[e.LeadEvent]]:
    """Each event once, in business order as met."""
    return list({recorded.event_id: recorded for recorded in events}.values())
