"""What did a unit do in a season, and what was asked of it? (四比各项指标)

比谋划看储备, 比招商看投资, 比开工看进度, 比服务看实效: the plan, clause 67; domain section 12, F22.
Every measure is of the leads credited to the unit, as they stand on the day looked at: towns by
where a lead settles (落户地), the others by who recruits it (招引单位; section 0, decision 7).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, or_, select

from domain.calendar import add_months, months_of, period_of
from domain.lead.accounts import COUNTED_AS_PROJECT
from domain.lead.state import LeadState
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.unit.known import unit_name
from domain.vocabulary import Indicator, ReturnState, UnitGroup
from projections.clocks import Clocks
from projections.lead_states import LeadOnDay
from projections.metric import progress_by
from projections.returns import monthly_returns
from projections.scoring import Completion, Measure, Measures
from projections.target_plan import Aims, Plan
from projections.visits import follow_ups, service_visits
from projections.year_leads import year_leads

COMPARISONS = {
    Indicator.RESERVE: "比谋划看储备",
    Indicator.SIGNED_PROJECTS: "比招商看投资",
    Indicator.SIGNED_AMOUNT: "比招商看投资",
    Indicator.START: "比开工看进度",
    Indicator.PRODUCTION: "比开工看进度",
    Indicator.SERVICE_VISITS: "比服务看实效",
    Indicator.FOLLOW_UPS: "比服务看实效",
    Indicator.RETURNS: "比服务看实效",
}
"""四比: which comparison an indicator belongs to."""


@dataclass(frozen=True, slots=True)
class YearShare:
    """One lead's part of the year's two main figures (F1, F2)."""

    lead_id: UUID
    recruiting_unit: str
    host_town: str | None
    projects: int
    yuan: int


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a period that have passed: from its first to `day`."""

    first: date
    day: date
    rules: Rulebook = DEFAULT_RULES

    def takes(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.day

    @property
    def progress(self) -> Fraction:
        """时序进度 of the year by then."""
        come = progress_by(self.day, date(self.day.year, 12, 31), self.rules)
        return Fraction(come.begun, come.of)

    @property
    def months(self) -> list[str]:
        """The calendar months that begin in it: a month counted from the 26th holds one too."""
        begun = [month for month in months_of(self.first, self.day) if month >= self.first]
        return [period_of(month) for month in begun]


Credit = Callable[[str, str | None], str | None]
"""Recruiting unit and host town -> the unit that is credited."""


def credit_of(group: UnitGroup, rules: Rulebook) -> Credit:
    """To whom a lead is credited in a group."""
    if group is UnitGroup.TOWNS and rules.towns_by_host:
        return lambda _, town: unit_name(town) if town else None
    return lambda recruiting, _: unit_name(recruiting)


def aims_of(group: UnitGroup, plan: Plan, rules: Rulebook) -> dict[str, Aims]:
    """What the year's target asks of the units of a group."""
    by_host = group is UnitGroup.TOWNS and rules.towns_by_host
    return {
        unit_name(name): aims for name, aims in (plan.by_town if by_host else plan.by_unit).items()
    }


def year_shares(
    connection: Connection, year: int, clocks: Clocks, rules: Rulebook
) -> list[YearShare]:
    """Every lead's part of a year's F1 and F2, by D."""
    leads = year_leads(year, clocks, rules)
    columns = leads.c
    query: Any = (
        select(
            columns.lead_id,
            columns.recruiting_unit,
            columns.host_town,
            columns.signed,
            columns.year_yuan,
        )
        .where(or_(columns.signed == 1, columns.year_yuan != 0))
        .order_by(columns.code_order)
    )
    return [YearShare(*row) for row in connection.execute(query)]


def completion(shares: Sequence[YearShare], aims: Aims, window: Window) -> Completion:
    """F3 of a unit's leads; a target of 0 asks for nothing."""
    projects, yuan = aims
    return Completion(
        Fraction(sum(s.projects for s in shares), projects) if projects else None,
        Fraction(sum(s.yuan for s in shares), yuan) if yuan else None,
        window.progress,
    )


def measures(
    leads: Sequence[LeadOnDay],
    shares: Sequence[YearShare],
    aims: Aims,
    window: Window,
    rules: Rulebook,
) -> Measures:
    """All indicators of one unit: its leads as they stand on the window's last day."""
    return {
        Indicator.RESERVE: _reserve(leads, window),
        Indicator.SIGNED_PROJECTS: _signed(shares, aims[0], window, lambda s: s.projects),
        Indicator.SIGNED_AMOUNT: _signed(shares, aims[1], window, lambda s: s.yuan),
        Indicator.START: _reached(leads, window, lambda s: _start_due(s, rules), "started_on"),
        Indicator.PRODUCTION: _reached(
            leads, window, lambda s: _production_due(s, rules), "produced_on"
        ),
        Indicator.SERVICE_VISITS: _service_visits(leads, window, rules),
        Indicator.FOLLOW_UPS: _follow_ups(leads, window, rules),
        Indicator.RETURNS: _returns(leads, window, rules),
    }


def _reserve(leads: Iterable[LeadOnDay], window: Window) -> Measure:
    """Leads registered in the period, whatever has become of them; nobody sets a target."""
    new = [
        lead.lead_id
        for lead in leads
        if window.takes(lead.state.registered_on)
        and lead.state.relation in COUNTED_AS_PROJECT
        and lead.state.split_from is None
    ]
    return Measure(Fraction(len(new)), counted=new)


def _signed(
    shares: Iterable[YearShare], aim: int | None, window: Window, part: Callable[[YearShare], int]
) -> Measure:
    """From 1 January, against the year's target as far as the year has come."""
    counted = [share for share in shares if part(share)]
    return Measure(
        Fraction(sum(part(share) for share in counted)),
        (aim or 0) * window.progress,
        [share.lead_id for share in counted],
    )


def _start_due(state: LeadState, rules: Rulebook) -> date | None:
    if state.signed_on is None:
        return None
    return state.start_due or add_months(state.signed_on, rules.start_within_months)


def _production_due(state: LeadState, rules: Rulebook) -> date | None:
    if state.signed_on is None or state.production_due is not None:
        return state.production_due if state.signed_on else None
    if state.completed_on is None:
        return None
    return add_months(state.completed_on, rules.production_within_months)


def _reached(
    leads: Iterable[LeadOnDay],
    window: Window,
    due_on: Callable[[LeadState], date | None],
    milestone: str,
) -> Measure:
    """Of the projects whose day fell into the period, those that have come so far."""
    due = [
        lead for lead in leads if lead.state.exited_on is None and window.takes(due_on(lead.state))
    ]
    done = [lead.lead_id for lead in due if getattr(lead.state, milestone) is not None]
    return Measure(Fraction(len(done)), Fraction(len(due)), done, [lead.lead_id for lead in due])


def _service_visits(leads: Iterable[LeadOnDay], window: Window, rules: Rulebook) -> Measure:
    """F20, in project-months."""
    found = service_visits(leads, window.first, window.day, rules)
    return Measure(
        Fraction(found.visited),
        Fraction(len(found.months)),
        [month.lead_id for month in found.months if month.visited],
        [month.lead_id for month in found.months],
    )


def _follow_ups(leads: Iterable[LeadOnDay], window: Window, rules: Rulebook) -> Measure:
    """F19."""
    found = follow_ups(leads, window.first, window.day, rules)
    return Measure(
        Fraction(len(found.visited)), Fraction(len(found.projects)), found.visited, found.projects
    )


def _returns(leads: Sequence[LeadOnDay], window: Window, rules: Rulebook) -> Measure:
    """F21 over the months of the period whose returns have fallen due."""
    on_time, due = 0, 0
    counted: list[UUID] = []
    of: list[UUID] = []
    for month in window.months:
        found = monthly_returns(leads, month, window.day, rules)
        on_time += found.count(ReturnState.ON_TIME)
        due += found.due
        of += [i.lead_id for i in found.items if set(i.both) != {ReturnState.NOT_YET_DUE}]
        counted += [i.lead_id for i in found.items if ReturnState.ON_TIME in i.both]
    return Measure(Fraction(on_time), Fraction(due), counted, of)
