"""What makes up a score of the season's ranking, and the showing table? (F22; 四比, 晾晒表)

Of one unit: its indicators' actuals, and their targets where leads make them up, each lead's part
being the measure of that lead alone (`projections.indicators`). What inspections add and take off
is recorded of the unit, not of leads. The year's share of the target (F1, F2) is as `years` has it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

from crm.explained.figure import (
    Asked,
    Figure,
    Inquiry,
    Line,
    OfStates,
    Prepared,
    Source,
    UnitLine,
    Values,
)
from crm.explained.years import basis, brought_by, in_year
from crm.ranking_presentation import score_shown, signing_line
from domain.calendar import month_end, year_until
from domain.errors import BadInput
from domain.lead import events as e
from domain.lead import facts as f
from domain.lead.facts import Fact, behind
from domain.lead.folding import fold
from domain.lead.state import LeadState
from domain.unit.events import InspectionRecorded
from domain.unit.known import in_force, unit_name, unit_stream
from domain.vocabulary import Indicator, ResponsibilityRole, UnitGroup
from projections.explained_leads import leads_standing
from projections.indicators import Credit, Window, credit_of, measures
from projections.lead_states import LeadOnDay, leads_on
from projections.rankings import SEASON_READS, season, season_of
from projections.scoring import Measure, Score
from projections.signing_table import SigningLine, signing_table
from projections.target_plan import NO_AIMS
from projections.unit_entries import groups_on, units_of

_RANKING = Source("/rankings", SEASON_READS, ("period",), (), ("unit", "town"))
_SHOWING = Source("/rankings/table", SEASON_READS, ("year",), (), ("unit", "town"))

_HOST = f.held(ResponsibilityRole.HOST_TOWN)


# --- whose figure it is ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The unit asked for, and the inquiry moved to the day that is looked at.

    `at` asks for all leads: `takes` says which are credited to the unit.
    """

    unit: str
    group: UnitGroup
    credit: Credit
    at: Inquiry

    def takes(self, state: LeadState) -> bool:
        return self.credit(state.recruiting_unit, state.host_town) == self.unit

    @property
    def credited(self) -> list[Fact]:
        """What says that a lead is credited to it, beside the registration."""
        by_host = self.group is UnitGroup.TOWNS and self.at.rules.towns_by_host
        return [_HOST] if by_host else []


def _ranked(q: Inquiry, at: Inquiry) -> _Ranked:
    """Raises `BadInput` for who is not ranked on that day, or is no town (or is one)."""
    field, name = ("unit", q.asked.unit) if q.asked.unit is not None else ("town", q.asked.town)
    unit = unit_name(name or "")
    group = groups_on(at.connection, at.clocks).get(unit)
    if group is None:
        raise BadInput(field, f"“{name}”在 {at.day} 不是参评单位")
    if (group is UnitGroup.TOWNS) != (field == "town"):
        raise BadInput(field, f"“{name}”属于{group.label}组；镇用 town，部门和园区用 unit")
    return _Ranked(unit, group, credit_of(group, at.rules), at)


# --- the season's ranking -------------------------------------------------------------------


def _in_season(q: Inquiry) -> tuple[_Ranked, Window]:
    period = season_of(q.asked.period or "", q.day, q.rules)
    day = min(period.end, q.day)
    at = replace(q, clocks=q.clocks.on(day), asked=Asked())
    return _ranked(q, at), Window(period.start, day, q.rules)


def _score(q: Inquiry) -> Score | None:
    """None when the unit takes no part in the season."""
    ranked, _ = _in_season(q)
    period = season_of(q.asked.period or "", q.day, q.rules)
    found = season(q.connection, period, q.clocks, q.rules).ranking(ranked.group)
    return next((score for score in found.scores if score.unit == ranked.unit), None)


def _part_shown(indicator: Indicator, q: Inquiry) -> Any:
    score = _score(q)
    if score is None:
        return None
    parts = score_shown(score, detail=False)["parts"]
    return next(part for part in parts if part["indicator"] == indicator.value)


IndicatorFacts = Callable[[Window], list[Fact]]


def _months(kind: type[e.LeadEvent], window: Window) -> list[Fact]:
    return [fact for period in window.months for fact in f.of_period(kind, period)]


def _visited(window: Window) -> Fact:
    last = month_end(window.day.year, window.day.month)
    return f.within(e.ServiceVisitLogged, window.first.replace(day=1), last)


def _followed(window: Window) -> list[Fact]:
    return [
        f.signing if window.rules.follow_up_all_signed else f.production,
        f.within(e.FollowUpVisitLogged, window.first, window.day),
    ]


_OF_LEADS: dict[Indicator, IndicatorFacts] = {
    Indicator.RESERVE: lambda _: [f.registration],
    Indicator.START: lambda _: [f.signing, f.agreed_day("start_due"), f.start],
    Indicator.PRODUCTION: lambda _: [
        f.signing,
        f.agreed_day("production_due"),
        f.completion,
        f.production,
    ],
    Indicator.SERVICE_VISITS: lambda window: [
        f.spells_of(ResponsibilityRole.SERVICE_OFFICER),
        _visited(window),
        f.exit_,
    ],
    Indicator.FOLLOW_UPS: _followed,
    Indicator.RETURNS: lambda window: [
        f.start,
        f.production,
        f.exit_,
        *_months(e.MonthlyProgressReported, window),
        *_months(e.FixedAssetInvestmentReported, window),
    ],
}
"""What decides a lead's part of an indicator that is measured on the leads as they stand."""


def _indicator(indicator: Indicator) -> Figure:
    def prepare(q: Inquiry) -> tuple[OfStates, Inquiry]:
        ranked, window = _in_season(q)

        def values(lead: LeadOnDay, at: Inquiry) -> Values:
            measure = measures([lead], [], NO_AIMS, window, at.rules)[indicator]
            return _both(measure)

        def facts(*_: Any) -> list[Fact]:
            return [*_OF_LEADS[indicator](window), *ranked.credited]

        return OfStates(values, facts, takes=ranked.takes), ranked.at

    return _ranking_figure(indicator, Prepared(prepare))


def _both(measure: Measure) -> Values:
    """Actual and, where leads make it up, target: counts of leads, months or returns."""
    values = {"actual": int(measure.actual)}
    return values if measure.target is None else {**values, "target": int(measure.target)}


def _of_the_year(indicator: Indicator, field: str) -> Figure:
    """Against the year's target, which no leads make up: their part is the actual."""
    money = field.endswith("_yuan")

    def lines(q: Inquiry) -> Iterator[Line]:
        ranked, _ = _in_season(q)
        for lead in in_year(ranked.at):
            value = getattr(lead.part, field)
            if not value or not ranked.takes(lead.state):
                continue
            decisive = brought_by(lead, ranked.at) if money else [f.signing, *basis(ranked.at)]
            events = behind(lead.events, [*decisive, *ranked.credited])
            yield Line(lead.lead_id, lead.state, {"actual": value}, events)

    return _ranking_figure(indicator, lines, money=money)


def _ranking_figure(
    indicator: Indicator, lines: Callable[[Inquiry], Iterator[Line]], *, money: bool = False
) -> Figure:
    return Figure(
        f"ranking_{indicator.value}",
        f"评比：{indicator.label}",
        _RANKING,
        lambda q: _part_shown(indicator, q),
        lines,
        money,
    )


def _inspected(name: str, label: str, sign: int) -> Figure:
    """督查加分 or 减分: of the unit's inspections in the season."""

    def shown(q: Inquiry) -> Any:
        score = _score(q)
        return None if score is None else score_shown(score, detail=False)[name]

    def units(q: Inquiry) -> Iterator[UnitLine]:
        ranked, window = _in_season(q)
        known = (
            r for r in q.store.stream(unit_stream(ranked.unit)) if r.position <= q.clocks.position
        )
        for recorded in in_force(known):
            event = recorded.event
            if not isinstance(event, InspectionRecorded) or not window.takes(event.occurred_on):
                continue
            points = sign * Fraction(event.points)
            if points > 0:
                yield UnitLine(ranked.unit, {"points": points}, [recorded])

    return Figure(f"ranking_{name}", label, _RANKING, shown, lambda _: iter(()), units=units)


# --- the showing table ----------------------------------------------------------------------


def _in_table(q: Inquiry) -> _Ranked:
    day = year_until(q.year, q.day)
    return _ranked(q, replace(q, clocks=q.clocks.on(day), asked=Asked(q.year)))


def _row(leads: Iterable[LeadOnDay], ranked: _Ranked) -> SigningLine:
    """The unit's line of the table that some leads make up."""
    at = ranked.at
    units = units_of(groups_on(at.connection, at.clocks), ranked.group)
    found = signing_table(leads, at.year, units, ranked.group, at.rules)
    return next(line for line in found if line.unit == ranked.unit)


Columns = Mapping[str, Sequence[UUID]]


def _column(name: str, label: str, columns: Callable[[SigningLine], Columns]) -> Figure:
    """A column of the table: `columns` are the leads under each value it is made of."""
    started = name in ("started_one", "start_rate")

    def shown(q: Inquiry) -> Any:
        ranked = _in_table(q)
        row = _row(leads_on(q.connection, ranked.at.clocks), ranked)
        return signing_line(row, detail=False)[name]

    def lines(q: Inquiry) -> Iterator[Line]:
        ranked = _in_table(q)
        facts = [f.signing, f.amount, *([f.start] if started else []), *ranked.credited]
        events = {
            lead_id: found
            for lead_id in leads_standing(q.connection, ranked.at.clocks)
            if (found := ranked.at.events(lead_id))
        }
        # In the list as a whole: leads that share a count are one project.
        states = {lead_id: fold(found) for lead_id, found in events.items()}
        leads = (LeadOnDay(lead_id, state) for lead_id, state in states.items())
        of = columns(_row(leads, ranked))
        for lead_id, state in states.items():
            values = {value: int(lead_id in counted) for value, counted in of.items()}
            if any(values.values()):
                yield Line(lead_id, state, values, behind(events[lead_id], facts))

    return Figure(f"showing_{name}", f"晾晒表：{label}", _SHOWING, shown, lines)


FIGURES = [
    *(_indicator(indicator) for indicator in _OF_LEADS),
    _of_the_year(Indicator.SIGNED_PROJECTS, "signed"),
    _of_the_year(Indicator.SIGNED_AMOUNT, "year_yuan"),
    _inspected("bonus", "评比：督查加分", 1),
    _inspected("deduction", "评比：督查减分", -1),
    _column("signed_one", "新签约（个）", lambda row: {"count": row.signed[0]}),
    _column("signed_two", "其中第二档以上（个）", lambda row: {"count": row.signed[1]}),
    _column("signed_three", "其中第三档以上（个）", lambda row: {"count": row.signed[2]}),
    _column("started_one", "新签约已开工（个）", lambda row: {"count": row.started}),
    _column(
        "start_rate",
        "开工率",
        lambda row: {"numerator": row.started, "denominator": row.signed[0]},
    ),
]
