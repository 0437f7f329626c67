"""Which problems are open, whose are they, and how many are closed out in time? (问题清单, 销号率)

Domain section 12, F18; contract, "GET /problems"; plan clauses 27, 64.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from domain.money import ratio_text
from domain.unit.known import spellings
from domain.vocabulary import NOT_STATED, ProblemClass, ProblemState
from projections.among import among
from projections.clocks import Clocks, valid
from projections.tables import lead_step, problem_step

ProblemKey = tuple[int]
"""The code, as the number it sorts by."""


@dataclass(frozen=True, slots=True)
class ProblemFilter:
    """`unit` is the one responsible or, while none is, the lead's recruiting unit."""

    state: ProblemState | None = None
    lead_id: UUID | None = None
    unit: str | None = None
    overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """`count` is of all matches; items are rows of problem, lead code, title and its unit."""

    clocks: Clocks
    count: int
    items: list[Any]
    last: ProblemKey | None


def problem_list(
    connection: Connection,
    clocks: Clocks,
    wanted: ProblemFilter = ProblemFilter(),
    limit: int | None = None,
    after: ProblemKey | None = None,
) -> ProblemPage:
    """A page of the problems raised by D, in order of code, newest first."""
    q = problem_step.c
    query = _asked(clocks, wanted)
    count = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    query = query.order_by(q.code_order.desc())
    if after is not None:
        query = query.where(q.code_order < after[0])
    rows = connection.execute(query if limit is None else query.limit(limit + 1)).all()
    page = rows if limit is None else rows[:limit]
    last = (page[-1].code_order,) if len(rows) > len(page) else None
    return ProblemPage(clocks, count, list(page), last)


def open_problems(
    connection: Connection, clocks: Clocks, lead_ids: Sequence[UUID]
) -> dict[UUID, int]:
    """How many problems of each lead are not closed; leads without any are left out.

    Leads that were not named may be in it too.
    """
    q = problem_step.c
    query = (
        select(q.lead_id, func.count())
        .where(valid(problem_step, clocks), q.state != ProblemState.CLOSED.value)
        .where(among(q.lead_id, lead_ids))
        .group_by(q.lead_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


@dataclass(frozen=True, slots=True)
class Tally:
    """F18 of some part of the problems; rates with 4 places, None without any."""

    raised: int
    open: int
    claimed: int
    closed: int
    overdue: int
    due: int
    closed_in_time: int

    @property
    def close_out_rate(self) -> str | None:
        """销号率: closed by D, of those raised by D. One that was reopened is open."""
        return ratio_text(self.closed, self.raised)

    @property
    def in_time_rate(self) -> str | None:
        """按期销号率: closed by its due day, of those due by D."""
        return ratio_text(self.closed_in_time, self.due)


@dataclass(frozen=True, slots=True)
class ProblemSummary:
    """F18, and how many were raised and closed since a day."""

    whole: Tally
    by_class: dict[ProblemClass, Tally]
    by_unit: dict[str, Tally]
    raised_since: int
    closed_since: int


def problem_summary(
    connection: Connection, clocks: Clocks, since: date, wanted: ProblemFilter = ProblemFilter()
) -> ProblemSummary:
    """F18 on D, over the problems that match."""
    rows = connection.execute(_asked(clocks, wanted)).all()
    by_unit: dict[str, list[Any]] = {}
    for row in rows:
        by_unit.setdefault(row.unit or row.recruiting_unit or NOT_STATED, []).append(row)
    return ProblemSummary(
        whole=tally(rows, clocks.as_of),
        by_class={
            kind: tally([row for row in rows if row.category == kind.value], clocks.as_of)
            for kind in ProblemClass
            if any(row.category == kind.value for row in rows)
        },
        by_unit={unit: tally(found, clocks.as_of) for unit, found in sorted(by_unit.items())},
        raised_since=sum(row.raised_on >= since for row in rows),
        closed_since=sum(row.closed_on is not None and row.closed_on >= since for row in rows),
    )


def _asked(clocks: Clocks, wanted: ProblemFilter) -> Any:
    q, n = problem_step.c, lead_step.c
    conditions: list[ColumnElement[bool]] = [valid(problem_step, clocks)]
    if wanted.state is not None:
        conditions.append(q.state == wanted.state.value)
    if wanted.lead_id is not None:
        conditions.append(q.lead_id == wanted.lead_id)
    if wanted.unit is not None:
        unit = func.coalesce(q.unit, n.recruiting_unit)
        conditions.append(unit.in_(spellings(wanted.unit)))
    if wanted.overdue is not None:
        late = and_(q.state != ProblemState.CLOSED.value, q.due < clocks.as_of)
        in_time = or_(q.state == ProblemState.CLOSED.value, q.due.is_(None), q.due >= clocks.as_of)
        conditions.append(late if wanted.overdue else in_time)
    lead = and_(n.lead_id == q.lead_id, valid(lead_step, clocks))
    return (
        select(
            problem_step,
            n.code.label("lead_code"),
            n.title.label("lead_title"),
            n.recruiting_unit,
        )
        .select_from(problem_step.outerjoin(lead_step, lead))
        .where(*conditions)
    )


def tally(rows: Sequence[Any], day: date) -> Tally:
    """F18 on `day` of some problems, as they stand then."""
    states = [row.state for row in rows]
    due = [row for row in rows if row.due is not None and row.due <= day]
    return Tally(
        raised=len(rows),
        open=states.count(ProblemState.OPEN.value),
        claimed=states.count(ProblemState.CLAIMED.value),
        closed=states.count(ProblemState.CLOSED.value),
        overdue=sum(
            row.state != ProblemState.CLOSED.value and row.due is not None and row.due < day
            for row in rows
        ),
        due=len(due),
        closed_in_time=sum(row.closed_on is not None and row.closed_on <= row.due for row in due),
    )
