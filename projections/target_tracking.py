"""How far is the year's target? (年度目标完成情况: 90 projects, 11 billion yuan, 40 % built)

Source: the plan, clauses 11, 12, 21–24, 41; domain section 12, F1–F4; contract,
"GET /targets/{year}". D' is the earlier of D and 31 December of the year. All figures are net:
leads exited at D' are out, shown beside as `gross` and `exited`. So is the part whose signing is
recognised (认定; domain section 0, decision 3), and what merges have taken out (`adjustments`).

A project is a count key: of the parts of a split lead one stands for all (`count_keys`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
)

from domain.calendar import month_end, period_of, year_before
from domain.money import wan_text
from domain.rulebook import Rulebook
from domain.vocabulary import NOT_STATED, AgreementKind, FundsSource, Relation, Stage
from projections.clocks import Clocks, known, valid
from projections.count_keys import shared_counts
from projections.metric import Figure, Metric, Progress, amount_metric, count_metric, ratio_metric
from projections.rule_rows import rules_in_force
from projections.tables import PASSED_ON_BY_MERGE, fai_report, funds_arrival, lead_step
from projections.target_plan import Aims, Plan, plan_of

COUNTED_AS_PROJECT = (Relation.NEW.value, Relation.RELOCATION.value)
COUNTED_IN_AMOUNT = (*COUNTED_AS_PROJECT, Relation.EXPANSION.value)
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
    first, last = date(year, 1, 1), min(clocks.as_of, date(year, 12, 31))
    progress = Progress(last.month if last >= first else 0)

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
                _fai_yuan(connection, first, last, clocks),
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
        by_town=_shares(parts["host_town"], progress, plan.by_town),
        by_chain=_shares(parts["chain"], progress, plan.by_chain),
        by_quarter={
            str(quarter): _quarter(connection, first, last, quarter, aims, clocks, rules)
            for quarter, aims in plan.by_quarter.items()
        },
        by_month=_months(connection, first, last, clocks, month_projects),
    )


# --- what the tables hold ---------------------------------------------------------------------


def _cube(
    connection: Connection, first: date, last: date, clocks: Clocks, rules: Rulebook
) -> Iterable[Any]:
    """Tallies by unit, town, chain and month of signing (None for earlier years' leads)."""
    now, before = lead_step.alias("now"), lead_step.alias("before")
    n = now.c
    shared = shared_counts(first, clocks.on(last))
    fresh = n.signed_on >= first
    stays = n.stage != Stage.EXITED.value
    stands = and_(
        n.relation.in_(COUNTED_AS_PROJECT), func.coalesce(shared.c.stands, literal(1)) == 1
    )
    project = and_(stands, n.counted_on >= first, n.passed_on.is_(None))
    merged = and_(
        stands,
        or_(
            and_(n.counted_on >= first, n.passed_on == PASSED_ON_BY_MERGE),
            and_(n.counted_on < first, n.counted_on_before_merge >= first),
        ),
    )
    project_yuan = func.coalesce(shared.c.yuan, n.agreed_yuan)
    amount = n.relation.in_(COUNTED_IN_AMOUNT)
    month = case((n.counted_on >= first, _month(n.counted_on)), else_=None).label("month")
    contract = n.kind == AgreementKind.CONTRACT.value
    dimensions = (n.recruiting_unit, n.host_town, n.chain, month)
    added = n.counted_yuan - func.coalesce(before.c.counted_yuan, 0)
    year_end = clocks.on(date(first.year - 1, 12, 31))
    query = (
        select(
            *dimensions,
            _sum_if(project, 1).label("projects_gross"),
            _sum_if(and_(project, ~stays), 1).label("projects_exited"),
            # A lead first signed this year had counted nothing on 31 December.
            _sum_if(and_(amount, stays), added).label("agreed"),
            _sum_if(and_(amount, fresh, ~stays), n.counted_yuan).label("agreed_exited"),
            _sum_if(and_(project, stays, n.recognised), 1).label("projects_recognised"),
            _sum_if(and_(amount, stays, n.recognised), added).label("agreed_recognised"),
            _sum_if(merged, 1).label("projects_merged"),
            _sum_if(
                and_(project, stays, n.industrial, project_yuan >= rules.big_project_yuan), 1
            ).label("big"),
            _sum_if(and_(fresh, stays, contract), n.agreed_yuan).label("contracts"),
        )
        .select_from(
            now.outerjoin(
                before, and_(before.c.lead_id == n.lead_id, valid(before, year_end))
            ).outerjoin(shared, shared.c.lead_id == n.lead_id)
        )
        # A step that began before the year counted the same on 31 December: it adds nothing, and
        # a lead signed this year has had a step this year.
        .where(valid(now, clocks.on(last)), n.signed_on.is_not(None), n.valid_from >= first)
        .group_by(*dimensions)
    )
    return connection.execute(query).all()


def _fai_yuan(connection: Connection, first: date, last: date, clocks: Clocks) -> int:
    """Σ year-to-date of each contract lead's latest period up to the month of D'.

    A return counts from its own business day on: December's, sent in January, is in the year's
    figure for every D from then on.
    """
    if last < first:
        return 0
    r, n = fai_report.c, lead_step.c
    latest_first = func.row_number().over(partition_by=r.lead_id, order_by=r.period.desc())
    returns = (
        select(r.lead_id, r.ytd_yuan, latest_first.label("nth"))
        .where(valid(fai_report, clocks), r.period >= period_of(first), r.period <= period_of(last))
        .subquery()
    )
    query = (
        select(func.coalesce(func.sum(returns.c.ytd_yuan), 0))
        .select_from(returns.join(lead_step, n.lead_id == returns.c.lead_id))
        .where(
            returns.c.nth == 1,
            valid(lead_step, clocks.on(last)),
            n.signed_on >= first,
            n.stage != Stage.EXITED.value,
            n.kind == AgreementKind.CONTRACT.value,
        )
    )
    return int(connection.execute(query).scalar_one())


def _built(connection: Connection, first: date, last: date, clocks: Clocks, rules: Rulebook) -> int:
    if last < first:
        return 0
    n = lead_step.c
    project = func.coalesce(n.count_key, n.lead_id)
    query = select(func.count(project.distinct())).where(
        valid(lead_step, clocks.on(last)),
        n.completed_on >= first,
        n.industrial,
        n.agreed_yuan >= rules.built_project_yuan,
        n.stage != Stage.EXITED.value,
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
    quarter: int,
    aims: Aims,
    clocks: Clocks,
    rules: Rulebook,
) -> Share:
    """What was reached from 1 January to the quarter's end, or to D' before it, of what is asked.

    The time progress is that of the months up to the quarter's end.
    """
    months = 3 * quarter
    end = min(last, month_end(first.year, months))
    begun = last >= first
    tally = _Tally()
    for row in _cube(connection, first, end, clocks, rules) if begun else []:
        tally.add(row)
    return Share(**_main(*aims, tally, Progress(end.month if begun else 0, of=months)))


def _months(
    connection: Connection, first: date, last: date, clocks: Clocks, projects: dict[str, int]
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
        name: Share(
            **_main(*plans.get(name, (None, None)), tallies.get(name) or _Tally(), progress)
        )
        for name in sorted({*tallies, *plans})
    }


def _sum_if(condition: Any, value: Any) -> Any:
    # PostgreSQL widens sums to numeric; 64 bits hold them (`domain.money.LARGEST_UNITS`).
    return cast(func.coalesce(func.sum(case((condition, value), else_=0)), 0), BigInteger)


def _month(day: Any) -> Any:
    return cast(extract("month", day), Integer)
