"""The questions a bulletin asks, each once, at its own clocks, and how it quotes their answers.

Every question here is one of a route of the API, asked through `crm.questions` as the API asks it;
so what is quoted can be asked again from outside (`Source`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from crm.application import CRM
from crm.bulletins.document import Column, Figure, Kind, Source, Table
from crm.explained.figure import Asked
from crm.presentation import Shown
from crm.questions.accounting import ask_explain
from crm.questions.chains import ask_campaigns, ask_chains
from crm.questions.colours import ask_changes, ask_colours, ask_responsibility
from crm.questions.doubts import ask_anomalies, ask_exits
from crm.questions.figures import ask_funnel, ask_growth, ask_rates
from crm.questions.outlook import ask_forecast, ask_pipeline
from crm.questions.owed import (
    ask_follow_ups,
    ask_notices,
    ask_permits,
    ask_returns,
    ask_service_visits,
)
from crm.questions.seasons import ask_best, ask_interviews, ask_ranking, ask_showing
from crm.questions.standing import ask_list, ask_problem_summary, ask_problems, ask_target
from domain.vocabulary import AnomalyKind, UnitGroup
from projections.clocks import Clocks
from projections.lead_states import EVERYWHERE
from projections.problem_list import ProblemFilter
from projections.rates import Cohort
from projections.reader import NotYetVisible, clocks
from projections.stage_lists import ListFilter


@dataclass(frozen=True, slots=True)
class Moment:
    """What was known when: K, and the place in the log that it stands for."""

    known_at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class _When:
    """D at a pinned moment."""

    as_of: date
    moment: Moment

    def clocks(self, connection: Connection) -> Clocks:
        """Raises `NotYetVisible` where the tables have not come to that place in the log."""
        moment = self.moment
        found = clocks(connection, self.as_of, moment.known_at, moment.position)
        if found.position < moment.position:
            raise NotYetVisible
        return found


@dataclass(frozen=True, slots=True)
class Quoted:
    """An answer, and where in the bulletin's sources it stands."""

    shown: Shown
    source: int

    def at(self, path: str) -> Any:
        """What stands at a path, dots between its names. Raises `KeyError`."""
        return found_at(self.shown, tuple(path.split(".")))

    def figure(self, path: str, kind: Kind = Kind.COUNT, metric: str | None = None) -> Figure:
        """One value, as it stands there."""
        names = tuple(path.split("."))
        return Figure(found_at(self.shown, names), kind, self.source, names, metric)

    def table(
        self,
        key: str,
        title: str,
        columns: tuple[Column, ...],
        empty: str,
        *,
        items: str = "items",
        by: str = "code",
        keep: Callable[[Mapping[str, Any]], bool] = lambda _: True,
        printed: int | None = None,
        row_kinds: dict[str, Kind] | None = None,
    ) -> Table:
        """The items that are to be kept, a row each. Of a mapping, `by` is "name"."""
        found = self.at(items)
        named = (
            [{"name": name, **item} for name, item in found.items()]
            if isinstance(found, Mapping)
            else found
        )
        rows = tuple(
            {column.key: found_at(item, tuple(column.key.split("."))) for column in columns}
            for item in named
            if keep(item)
        )
        return Table(
            key,
            title,
            columns,
            rows,
            empty,
            self.source,
            tuple(items.split(".")),
            by,
            printed,
            row_kinds,
        )


def found_at(answer: Any, path: tuple[str, ...]) -> Any:
    """The value at a path of names and, in lists, of numbers; None past a None, or a list's end."""
    for name in path:
        if answer is None:
            return None
        if isinstance(answer, list):
            answer = answer[int(name)] if int(name) < len(answer) else None
        else:
            answer = answer[name]
    return answer


class Questions:
    """Asks at one pair of clocks; another D only where it is said. Each question once."""

    def __init__(self, crm: CRM, as_of: date, moment: Moment) -> None:
        self.as_of = as_of
        self.moment = moment
        self.sources: list[Source] = []
        self._crm = crm
        self._answers: dict[tuple[str, tuple[tuple[str, str], ...]], Quoted] = {}

    # --- where things stand ------------------------------------------------------------------

    def target(self, year: int) -> Quoted:
        return self._ask(f"/targets/{year}", lambda w: ask_target(self._crm, w, year).shown)

    def stage_list(
        self, name: str, on: date | None = None, *, overdue: bool | None = None
    ) -> Quoted:
        wanted = ListFilter(overdue=overdue)
        return self._ask(
            f"/lists/{name}",
            lambda w: ask_list(self._crm, w, name, wanted).shown,
            on=on,
            overdue=overdue,
        )

    def problems(self, *, overdue: bool | None = None) -> Quoted:
        wanted = ProblemFilter(overdue=overdue)
        return self._ask(
            "/problems", lambda w: ask_problems(self._crm, w, wanted).shown, overdue=overdue
        )

    def problem_summary(self, since: date) -> Quoted:
        return self._ask(
            "/problems/summary",
            lambda w: ask_problem_summary(self._crm, w, None, since).shown,
            since=since,
        )

    # --- colours and what is owed ------------------------------------------------------------

    def colours(self) -> Quoted:
        return self._ask("/colours", lambda w: ask_colours(self._crm, w, EVERYWHERE).whole().shown)

    def colour_changes(self, since: date) -> Quoted:
        return self._ask(
            "/colours/changes",
            lambda w: ask_changes(self._crm, w, EVERYWHERE, since).whole().shown,
            since=since,
        )

    def responsibility(self) -> Quoted:
        return self._ask(
            "/responsibility", lambda w: ask_responsibility(self._crm, w, EVERYWHERE).shown
        )

    def returns(self, month: str) -> Quoted:
        return self._ask(
            "/returns",
            lambda w: ask_returns(self._crm, w, EVERYWHERE, month).whole().shown,
            period=month,
        )

    def notices(self) -> Quoted:
        return self._ask("/notices", lambda w: ask_notices(self._crm, w, EVERYWHERE).whole().shown)

    def permits(self, year: int) -> Quoted:
        return self._ask(
            "/permits",
            lambda w: ask_permits(self._crm, w, EVERYWHERE, year).whole().shown,
            year=year,
        )

    def follow_ups(self, since: date) -> Quoted:
        return self._ask(
            "/follow-ups/due",
            lambda w: ask_follow_ups(self._crm, w, EVERYWHERE, since).whole().shown,
            since=since,
        )

    def service_visits(self, since: date) -> Quoted:
        return self._ask(
            "/service-visits/due",
            lambda w: ask_service_visits(self._crm, w, EVERYWHERE, since).whole().shown,
            since=since,
        )

    def anomalies(self) -> Quoted:
        return self._ask(
            "/anomalies", lambda w: ask_anomalies(self._crm, w, EVERYWHERE).whole().shown
        )

    def late_edits(self) -> Quoted:
        """The doubts that are records themselves: entered after the books were closed."""
        late = AnomalyKind.LATE_EDIT
        return self._ask(
            "/anomalies",
            lambda w: ask_anomalies(self._crm, w, EVERYWHERE, late, with_events=True).whole().shown,
            kind=late.value,
            events=True,
        )

    def exits(self) -> Quoted:
        return self._ask(
            "/exits/proposals", lambda w: ask_exits(self._crm, w, EVERYWHERE).whole().shown
        )

    # --- figures ----------------------------------------------------------------------------

    def rates(self, year: int, cohort: Cohort = Cohort.YEAR) -> Quoted:
        return self._ask(
            "/rates",
            lambda w: ask_rates(self._crm, w, EVERYWHERE, year, cohort).shown,
            year=year,
            cohort=cohort.value,
        )

    def funnel(self, year: int) -> Quoted:
        return self._ask(
            "/funnel", lambda w: ask_funnel(self._crm, w, EVERYWHERE, year).shown, year=year
        )

    def growth(self, year: int) -> Quoted:
        return self._ask(
            "/growth", lambda w: ask_growth(self._crm, w, EVERYWHERE, year).shown, year=year
        )

    def pipeline(self, year: int) -> Quoted:
        return self._ask(
            "/pipeline", lambda w: ask_pipeline(self._crm, w, EVERYWHERE, year).shown, year=year
        )

    def forecast(self, year: int) -> Quoted:
        return self._ask("/forecast", lambda w: ask_forecast(self._crm, w, year).shown, year=year)

    def chain_sheet(self, year: int) -> Quoted:
        return self._ask("/chains/sheet", lambda w: ask_chains(self._crm, w, year).shown, year=year)

    def campaigns(self, year: int) -> Quoted:
        return self._ask(
            "/campaigns/results", lambda w: ask_campaigns(self._crm, w, year).shown, year=year
        )

    # --- the season -------------------------------------------------------------------------

    def ranking(self, period: str, group: UnitGroup) -> Quoted:
        return self._ask(
            "/rankings",
            lambda w: ask_ranking(self._crm, w, period, group).shown,
            period=period,
            group=group.value,
        )

    def best(self, period: str) -> Quoted:
        return self._ask(
            "/rankings/top", lambda w: ask_best(self._crm, w, period).shown, period=period
        )

    def interviews(self, period: str) -> Quoted:
        return self._ask(
            "/rankings/interviews",
            lambda w: ask_interviews(self._crm, w, period).shown,
            period=period,
        )

    def showing(self, year: int) -> Quoted:
        return self._ask(
            "/rankings/table", lambda w: ask_showing(self._crm, w, year).shown, year=year
        )

    # --- what is behind ---------------------------------------------------------------------

    def explain(self, metric: str, on: date, **asked: Any) -> Quoted:
        return self._ask(
            "/explain",
            lambda w: ask_explain(self._crm, w, metric, Asked(**asked)).shown,
            on=on,
            metric=metric,
            **asked,
        )

    def quote(self, route: str, ask: Callable[[], Shown]) -> Quoted:
        """Any other answer at the same clocks."""
        return self._ask(route, lambda _: ask())

    def _ask(
        self, route: str, ask: Callable[[_When], Shown], *, on: date | None = None, **asked: Any
    ) -> Quoted:
        day = on or self.as_of
        said = {name: _said(value) for name, value in asked.items() if value is not None}
        said["as_of"] = day.isoformat()
        key = route, tuple(sorted(said.items()))
        if key not in self._answers:
            shown = ask(_When(day, self.moment))
            self._answers[key] = Quoted(shown, len(self.sources))
            self.sources.append(Source(route, said))
        return self._answers[key]


def _said(value: Any) -> str:
    """As it is said in a query string."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def pinned(crm: CRM, as_of: date, known_at: datetime | None) -> Moment:
    """The moment a bulletin is made at: as asked, else now; it holds whatever is recorded since."""
    with crm.reader.asking("clock") as connection:
        found = clocks(connection, as_of, known_at)
    return Moment(found.known_at, found.position)
