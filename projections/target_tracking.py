"""How far is the year's target? (年度目标完成情况: 90 projects, 11 billion yuan, 40 % built)

Source: the plan, clauses 11, 12, 21–24, 41; domain section 12, F1–F4; contract,
"GET /targets/{year}". D' is the earlier of D and 31 December of the year. All figures are net:
leads exited at D' are out, shown beside as `gross` and `exited`. So is the part whose signing is
recognised (认定; domain section 0, decision 3), and what merges have taken out (`adjustments`).
Thresholds, the time progress and which leads count go by the rules in force on D
(`domain.rulebook`). Of the parts of a split lead one stands for all (`projections.count_keys`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
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

from domain.calendar import month_end, period_of, year_before, year_until
from domain.money import wan_text
from domain.rulebook import Rulebook
from domain.unit.known import shown_as
from domain.vocabulary import NOT_STATED, AgreementKind, FundsSource, Stage
from projections.clocks import Clocks, known, valid
from projections.count_keys import shared_counts
from projections.counted import (
    COUNTED_IN_AMOUNT,
    counted,
    counted_parts,
    is_built,
    with_year_before,
)
from projections.metric import (
    Figure,
    Metric,
    Progress,
    amount_metric,
    count_metric,
    progress_by,
    ratio_metric,
)
from projections.rule_rows import rules_in_force
from projections.tables import fai_report, funds_arrival, lead_step
from projections.target_plan import NO_AIMS, Aims, Plan, plan_of

OUTSIDE_COUNTY = (
    FundsSource.OUT_COUNTY.value,
    FundsSource.OUT_CITY.value,
    FundsSource.OUT_PROVINCE.value,
)


@dataclass(frozen=True, slots=True)
class Share:
    """A unit's, town's or chain's part of the two main figures, or what a quarter's end asks."""

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
    by_quarter: dict[str, Share]
    by_month: dict[str, dict[str, Figure]]


@dataclass(slots=True)
class _Tally:
    """Counts, and amounts in 元, of some part of the leads."""

    projects_gross: int = 0
    projects_exited: int = 0
    agreed_yuan: int = 0
    agreed_exited_yuan: int = 0
    projects_recognised: int = 0
    projects_adjusted: int = 0
    agreed_recognised_yuan: int = 0
    big: int = 0
    contracts_yuan: int = 0

    def add(self, row: Any) -> None:
        self.projects_gross += row.projects_gross
        self.projects_exited += row.projects_exited
        self.agreed_yuan += row.agreed
        self.agreed_exited_yuan += row.agreed_exited
        self.projects_recognised += row.projects_recognised
        self.projects_adjusted -= row.projects_merged
        self.agreed_recognised_yuan += row.agreed_recognised
        self.big += row.big
        self.contracts_yuan += row.contracts


def target_table(
    connection: Connection, year: int, clocks: Clocks, rules: Rulebook | None = None
) -> TargetTable:
    """The table of `year` as it stood on D, known at K; by the rules in force, or by others."""
    rules = rules or rules_in_force(connection, clocks)
    plan = plan_of(connection, year, clocks)
    first, last = date(year, 1, 1), year_until(year, clocks.as_of)
    progress = progress_by(last, date(year, 12, 31), rules)

    rows = _cube(connection, first, last, clocks, rules) if last >= first else []
    units = shown_as({*(row.recruiting_unit for row in rows), *plan.by_unit})
    whole = _Tally()
    parts: dict[str, defaultdict[str, _Tally]] = {
        name: defaultdict(_Tally) for name in ("recruiting_unit", "host_town", "chain")
    }
    month_projects: dict[str, int] = defaultdict(int)
    for row in rows:
        whole.add(row)
        for name, tallies in parts.items():
            part = getattr(row, name) or NOT_STATED
            tallies[units.get(part, part) if name == "recruiting_unit" else part].add(row)
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
        by_unit=_shares(
            parts["recruiting_unit"],
            progress,
            {units[unit]: aims for unit, aims in plan.by_unit.items()},
        ),
        by_town=_shares(parts["host_town"], progress, plan.by_town),
        by_chain=_shares(parts["chain"], progress, plan.by_chain),
        by_quarter={
            str(quarter): _quarter(connection, first, last, whole, quarter, aims, clocks, rules)
            for quarter, aims in plan.by_quarter.items()
        },
        by_month=_months(connection, first, last, clocks, rules, month_projects),
    )


# --- what the tables hold ---------------------------------------------------------------------


def _cube(
    connection: Connection, first: date, last: date, clocks: Clocks, rules: Rulebook
) -> Iterable[Any]:
    """Tallies by unit, town, chain and month of signing (None for earlier years' leads)."""
    now, before = lead_step.alias("now"), lead_step.alias("before")
    n = now.c
    shared = shared_counts(first, clocks.on(last), rules)
    month = case((n.counted_on >= first, _month(n.counted_on)), else_=None).label("month")
    dimensions = (n.recruiting_unit, n.host_town, n.chain, month)
    parts = counted_parts(now, before, shared, first, rules)
    query = (
        select(*dimensions, *(_sum(part).label(name) for name, part in parts.items()))
        .select_from(with_year_before(now, before, shared, first, clocks))
        # A step that began before the year counted the same on 31 December: it adds nothing, and
        # a lead signed this year has had a step this year.
        .where(valid(now, clocks.on(last)), n.signed_on.is_not(None), n.valid_from >= first)
        .group_by(*dimensions)
    )
    return connection.execute(query).all()


def _fai_yuan(
    connection: Connection, first: date, last: date, clocks: Clocks, rules: Rulebook
) -> int:
    """Σ year-to-date of each contract lead's latest period up to the month of D', of the project
    that it was on D'.

    A return counts from its own business day on: December's, sent in January, is in the year's
    figure for every D from then on.
    """
    if last < first:
        return 0
    r, n = fai_report.c, lead_step.c
    latest_first = func.row_number().over(partition_by=r.lead_id, order_by=r.period.desc())
    returns = (
        select(r.lead_id, r.ytd_yuan, latest_first.label("nth"))
        .where(
            valid(fai_report, clocks),
            r.as_one_from <= last,
            r.as_one_to > last,
            r.period >= period_of(first),
            r.period <= period_of(last),
        )
        .subquery()
    )
    query = (
        select(func.coalesce(func.sum(returns.c.ytd_yuan), 0))
        .select_from(returns.join(lead_step, n.lead_id == returns.c.lead_id))
        .where(
            returns.c.nth == 1,
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
    when = clocks.on(last)
    query = select(func.count()).where(
        valid(lead_step, when), is_built(lead_step, first, when, rules)
    )
    return connection.execute(query).scalar_one()


def _growth(
    connection: Connection,
    plan: Plan,
    first: date,
    last: date,
    clocks: Clocks,
    progress: Progress,
) -> dict[str, Metric]:
    """F15: funds in place, 1 January to D' ÷ the same window a year before − 1."""
    this_year = _funds(connection, first, last, clocks)
    before_that = _funds(connection, year_before(first), year_before(last), clocks)
    names = ("domestic_growth", "foreign_growth")
    return {
        name: ratio_metric(plan.values.get(name), now - before, before, progress)
        for name, now, before in zip(names, this_year, before_that, strict=True)
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


def _quarter(
    connection: Connection,
    first: date,
    last: date,
    whole: _Tally,
    quarter: int,
    aims: Aims,
    clocks: Clocks,
    rules: Rulebook,
) -> Share:
    """What was reached from 1 January to the quarter's end, or to D' before it, of what is asked.

    `whole` is what was reached by D'. The time progress is that of the time up to the quarter's
    end.
    """
    quarter_end = month_end(first.year, 3 * quarter)
    end = min(last, quarter_end)
    tally = whole
    if end < last:
        tally = _Tally()
        for row in _cube(connection, first, end, clocks, rules):
            tally.add(row)
    return Share(**_main(*aims, tally, progress_by(end, quarter_end, rules)))


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
    s = step.c
    # What a part took over from a lead signed this year was brought when that was signed.
    taken_over = and_(s.split_on == s.valid_from, s.signed_on >= first)
    month = _month(case((taken_over, s.signed_on), else_=s.valid_from)).label("month")
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
        "projects": count_metric(
            projects,
            net,
            progress,
            tally.projects_exited,
            tally.projects_recognised,
            tally.projects_adjusted,
        ),
        "agreed_total_wan": amount_metric(
            agreed_yuan,
            tally.agreed_yuan,
            progress,
            tally.agreed_exited_yuan,
            tally.agreed_recognised_yuan,
        ),
    }


def _shares(
    tallies: dict[str, _Tally],
    progress: Progress,
    plans: dict[str, Aims],
) -> dict[str, Share]:
    return {
        name: Share(**_main(*plans.get(name, NO_AIMS), tallies.get(name) or _Tally(), progress))
        for name in sorted({*tallies, *plans})
    }


def _sum_if(condition: Any, value: Any) -> ColumnElement[int]:
    return _sum(case((condition, value), else_=0))


def _sum(value: Any) -> ColumnElement[int]:
    # PostgreSQL widens sums to numeric; 64 bits hold them (`domain.money.LARGEST_UNITS`).
    return cast(func.coalesce(func.sum(value), 0), BigInteger)


def _month(day: Any) -> Any:
    return cast(extract("month", day), Integer)
