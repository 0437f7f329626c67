"""How far is the year's target? (年度目标完成情况: 90 projects, 11 billion yuan, 40 % built)

Source: the plan, clauses 11, 12, 21–24, 41; domain section 12, F1–F4; contract,
"GET /targets/{year}". D' is the earlier of D and 31 December of the year. All figures are net:
leads exited at D' are out, shown beside as `gross` and `exited`. Thresholds, the time progress and
which leads count go by the rules in force on D (`domain.rulebook`).
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    and_,
    case,
    cast,
    extract,
    func,
    select,
)

from domain.calendar import add_months, period_of
from domain.money import wan_text
from domain.rulebook import Rulebook
from domain.target import in_force_on
from domain.vocabulary import AgreementKind, FundsSource, Stage
from projections.clocks import Clocks, known, valid
from projections.counted import (
    COUNTED_IN_AMOUNT,
    counted,
    counted_parts,
    is_built,
    with_year_before,
)
from projections.metric import Figure, Metric, Progress, amount_metric, count_metric, ratio_metric
from projections.rules import rules_in_force
from projections.tables import annual_target, fai_report, funds_arrival, lead_step

OUTSIDE_COUNTY = (
    FundsSource.OUT_COUNTY.value,
    FundsSource.OUT_CITY.value,
    FundsSource.OUT_PROVINCE.value,
)
NOT_STATED = "未注明"


@dataclass(frozen=True, slots=True)
class Share:
    """A unit's, town's or chain's part of the two main figures."""

    projects: Metric
    agreed_total_wan: Metric


@dataclass(frozen=True, slots=True)
class TargetTable:
    year: int
    clocks: Clocks
    time_progress: str
    metrics: dict[str, Metric]
    by_unit: dict[str, Share]
    by_town: dict[str, Share]
    by_chain: dict[str, Share]
    by_month: dict[str, dict[str, Figure]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """The target in force; nothing set reads as None throughout."""

    values: dict[str, Any] = field(default_factory=dict)
    by_unit: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)


@dataclass(slots=True)
class _Tally:
    """Counts, and amounts in 元, of some part of the leads."""

    projects_gross: int = 0
    projects_exited: int = 0
    agreed_yuan: int = 0
    agreed_exited_yuan: int = 0
    big: int = 0
    contracts_yuan: int = 0

    def add(self, row: Any) -> None:
        self.projects_gross += row.projects_gross
        self.projects_exited += row.projects_exited
        self.agreed_yuan += row.agreed
        self.agreed_exited_yuan += row.agreed_exited
        self.big += row.big
        self.contracts_yuan += row.contracts


def target_table(
    connection: Connection, year: int, clocks: Clocks, rules: Rulebook | None = None
) -> TargetTable:
    """The table of `year` as it stood on D, known at K; by other `rules` for a recount."""
    rules = rules or rules_in_force(connection, clocks)
    plan = _plan(connection, year, clocks)
    first, last = year_to_date(year, clocks.as_of)
    progress = _progress(first, last, rules)

    rows = _cube(connection, first, last, clocks, rules) if last >= first else []
    whole = _Tally()
    parts: dict[str, defaultdict[str, _Tally]] = {
        name: defaultdict(_Tally) for name in ("recruiting_unit", "host_town", "chain")
    }
    month_projects: dict[str, int] = defaultdict(int)
    for row in rows:
        whole.add(row)
        for name, tallies in parts.items():
            tallies[getattr(row, name) or NOT_STATED].add(row)
        if row.month is not None:
            month_projects[f"{year}-{row.month:02d}"] += row.projects_gross - row.projects_exited

    return TargetTable(
        year=year,
        clocks=clocks,
        time_progress=progress.text,
        metrics={
            **_main(plan.values.get("projects"), plan.values.get("agreed"), whole, progress),
            "fai_ratio": ratio_metric(
                plan.values.get("fai_ratio"),
                _fai_yuan(connection, first, last, clocks, rules),
                whole.contracts_yuan,
                progress,
            ),
            "big_projects": count_metric(plan.values.get("big_projects"), whole.big, progress),
            "built_projects": count_metric(
                plan.values.get("built_projects"),
                _built(connection, first, last, clocks, rules),
                progress,
            ),
            **_growth(connection, plan, first, last, clocks, progress),
        },
        by_unit=_shares(parts["recruiting_unit"], progress, plan.by_unit),
        by_town=_shares(parts["host_town"], progress),
        by_chain=_shares(parts["chain"], progress),
        by_month=_months(connection, first, last, clocks, rules, month_projects),
    )


def year_to_date(year: int, as_of: date) -> tuple[date, date]:
    """1 January and D'; D' lies before it while the year has not begun."""
    return date(year, 1, 1), min(as_of, date(year, 12, 31))


def _progress(first: date, last: date, rules: Rulebook) -> Progress:
    if rules.time_progress == "day":
        days = (date(first.year, 12, 31) - first).days + 1
        return Progress(max(0, (last - first).days + 1), days)
    return Progress(last.month if last >= first else 0)


# --- what the tables hold ---------------------------------------------------------------------


def _plan(connection: Connection, year: int, clocks: Clocks) -> _Plan:
    """The target in force on D, of those known at K."""
    columns = annual_target.c
    query = (
        select(annual_target)
        .where(columns.year == year, columns.known_from <= clocks.position)
        .order_by(columns.known_from)
    )
    rows = connection.execute(query).all()
    row = in_force_on([(row.valid_from, row) for row in rows], clocks.as_of)
    if row is None:
        return _Plan()
    return _Plan(
        {
            "projects": row.projects,
            "agreed": row.agreed_total_yuan,
            "fai_ratio": _decimal(row.fai_ratio),
            "big_projects": row.big_projects,
            "built_projects": row.built_projects,
            "domestic_growth": _decimal(row.domestic_growth),
            "foreign_growth": _decimal(row.foreign_growth),
        },
        {unit: (projects, agreed) for unit, projects, agreed in json.loads(row.by_unit)},
    )


def _cube(
    connection: Connection, first: date, last: date, clocks: Clocks, rules: Rulebook
) -> Iterable[Any]:
    """Tallies by unit, town, chain and month of signing (None for earlier years' leads)."""
    now, before = lead_step.alias("now"), lead_step.alias("before")
    n = now.c
    month = case((n.signed_on >= first, _month(n.signed_on)), else_=None).label("month")
    dimensions = (n.recruiting_unit, n.host_town, n.chain, month)
    parts = counted_parts(now, before, first, rules)
    query = (
        select(*dimensions, *(_sum(part).label(name) for name, part in parts.items()))
        .select_from(with_year_before(now, before, first, clocks))
        # A step that began before the year counted the same on 31 December: it adds nothing, and
        # a lead signed this year has had a step this year.
        .where(valid(now, clocks.on(last)), n.signed_on.is_not(None), n.valid_from >= first)
        .group_by(*dimensions)
    )
    return connection.execute(query).all()


def _fai_yuan(
    connection: Connection, first: date, last: date, clocks: Clocks, rules: Rulebook
) -> int:
    """Σ year-to-date of each contract lead's latest period up to the month of D'.

    A return counts from its own business day on: December's, sent in January, is in the year's
    figure for every D from then on.
    """
    if last < first:
        return 0
    r, n = fai_report.c, lead_step.c
    latest = (
        select(r.lead_id, func.max(r.period).label("period"))
        .where(valid(fai_report, clocks), r.period >= period_of(first), r.period <= period_of(last))
        .group_by(r.lead_id)
        .subquery()
    )
    query = (
        select(func.coalesce(func.sum(r.ytd_yuan), 0))
        .select_from(
            fai_report.join(
                latest, and_(latest.c.lead_id == r.lead_id, latest.c.period == r.period)
            ).join(lead_step, n.lead_id == r.lead_id)
        )
        .where(
            valid(fai_report, clocks),
            valid(lead_step, clocks.on(last)),
            counted(lead_step, rules),
            n.signed_on >= first,
            n.stage != Stage.EXITED.value,
            n.kind == AgreementKind.CONTRACT.value,
        )
    )
    return int(connection.execute(query).scalar_one())


def _built(connection: Connection, first: date, last: date, clocks: Clocks, rules: Rulebook) -> int:
    if last < first:
        return 0
    query = select(func.count()).where(
        valid(lead_step, clocks.on(last)), is_built(lead_step, first, rules)
    )
    return connection.execute(query).scalar_one()


def _growth(
    connection: Connection,
    plan: _Plan,
    first: date,
    last: date,
    clocks: Clocks,
    progress: Progress,
) -> dict[str, Metric]:
    """F15: funds in place, 1 January to D' ÷ the same window a year before − 1."""
    this_year = _funds(connection, first, last, clocks)
    year_before = _funds(connection, _year_before(first), _year_before(last), clocks)
    names = ("domestic_growth", "foreign_growth")
    return {
        name: ratio_metric(plan.values.get(name), now - before, before, progress)
        for name, now, before in zip(names, this_year, year_before, strict=True)
    }


def _funds(connection: Connection, first: date, last: date, clocks: Clocks) -> tuple[int, int]:
    """(domestic from outside the county in 元, foreign in 美元) that arrived in a window."""
    f = funds_arrival.c
    query = select(
        _sum_if(f.source.in_(OUTSIDE_COUNTY), f.amount_yuan),
        _sum_if(f.source == FundsSource.FOREIGN.value, f.amount_usd),
    ).where(known(funds_arrival, clocks), f.arrived_on >= first, f.arrived_on <= last)
    domestic, foreign = connection.execute(query).one()
    return int(domestic), int(foreign)


def _months(
    connection: Connection,
    first: date,
    last: date,
    clocks: Clocks,
    rules: Rulebook,
    projects: dict[str, int],
) -> dict[str, dict[str, Figure]]:
    """Net projects by month of signing, and amounts by the month that brought them.

    Amounts are the changes of each counted lead's effective amount, so they add up to the
    year's figure, amendments of earlier years' agreements included.
    """
    if last < first:
        return {}
    step, now = lead_step.alias("step"), lead_step.alias("now")
    month = _month(step.c.valid_from).label("month")
    query = (
        select(month, func.sum(step.c.counted_yuan - step.c.counted_before_yuan))
        .select_from(step.join(now, now.c.lead_id == step.c.lead_id))
        .where(
            known(step, clocks),
            step.c.valid_from >= first,
            step.c.valid_from <= last,
            valid(now, clocks.on(last)),
            counted(now, rules),
            now.c.signed_on.is_not(None),
            now.c.stage != Stage.EXITED.value,
            now.c.relation.in_(COUNTED_IN_AMOUNT),
        )
        .group_by(month)
    )
    amounts = {row[0]: int(row[1]) for row in connection.execute(query)}
    keys = {m: f"{first.year}-{m:02d}" for m in range(1, last.month + 1)}
    return {
        key: {
            "projects": projects.get(key, 0),
            "agreed_total_wan": wan_text(amounts.get(number, 0)),
        }
        for number, key in keys.items()
    }


# --- how a figure is shown --------------------------------------------------------------------


def _main(
    projects: int | None, agreed_yuan: int | None, tally: _Tally, progress: Progress
) -> dict[str, Metric]:
    net = tally.projects_gross - tally.projects_exited
    return {
        "projects": count_metric(projects, net, progress, tally.projects_exited),
        "agreed_total_wan": amount_metric(
            agreed_yuan, tally.agreed_yuan, progress, tally.agreed_exited_yuan
        ),
    }


def _shares(
    tallies: dict[str, _Tally],
    progress: Progress,
    plans: dict[str, tuple[int | None, int | None]] | None = None,
) -> dict[str, Share]:
    plans = plans or {}
    return {
        name: Share(
            **_main(*plans.get(name, (None, None)), tallies.get(name) or _Tally(), progress)
        )
        for name in sorted({*tallies, *plans})
    }


def _sum_if(condition: Any, value: Any) -> ColumnElement[int]:
    return _sum(case((condition, value), else_=0))


def _sum(value: Any) -> ColumnElement[int]:
    # PostgreSQL widens sums to numeric; 64 bits hold them (`domain.money.LARGEST_UNITS`).
    return cast(func.coalesce(func.sum(value), 0), BigInteger)


def _month(day: Any) -> Any:
    return cast(extract("month", day), Integer)


def _year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes 28 February."""
    return add_months(day, -12)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
