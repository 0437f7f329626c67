"""Do the problem list and F18 equal the fold of each problem's diary, on random histories?"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from domain.event import Recorded
from domain.problem import events as p
from domain.problem.state import problem_at
from projections.problem_list import ProblemFilter, ProblemKey, problem_list, problem_summary
from projections.reader import clocks
from projections.rebuild import rebuild
from tests.problem_histories import (
    random_problems,
)
from tests.read_tables import tables_of
from tests.states import naive_ratio
from tests.tables import EVERYTHING


def naive_f18(log: Sequence[Recorded[Any]], day: date, known: int) -> tuple[Any, ...]:
    """(raised, open, closed, rate, in-time rate), read off each problem's diary day by day."""
    by_problem: dict[UUID, list[Recorded[Any]]] = {}
    for item in log:
        if item.position <= known:
            by_problem.setdefault(item.stream_id, []).append(item)
    raised = still = done = due_by = in_time = 0
    for items in by_problem.values():
        opening = items[0].event
        if opening.occurred_on > day:
            continue
        raised += 1
        due, closed_on = opening.due, None
        later = [i for i in items[1:] if i.event.occurred_on <= day]
        for item in sorted(later, key=lambda i: (i.event.occurred_on, i.version)):
            event = item.event
            if isinstance(event, p.ProblemAssigned) and event.due:
                due = event.due
            elif isinstance(event, p.ProblemClosed):
                closed_on = closed_on or event.occurred_on  # entered late, the earlier one counts
            elif isinstance(event, p.ProblemReopened):
                closed_on = None
        done += closed_on is not None
        still += closed_on is None
        if due is not None and due <= day:
            due_by += 1
            in_time += closed_on is not None and closed_on <= due
    return raised, still, done, naive_ratio(done, raised), naive_ratio(in_time, due_by)


@pytest.mark.parametrize("seed", range(3))
def test_lists_and_f18_equal_fold_and_naive(crm: CRM, seed: int) -> None:
    rng = random.Random(60 + seed)
    log = random_problems(rng, problems=25, steps=400)
    done = 0
    while done < len(log):
        piece = rng.choice((1, 3, 20))
        crm.store.append(log[done : done + piece])
        crm.projector.catch_up()
        done += piece
    streams = {item.stream_id for item in log}
    rates = set()
    for _ in range(30):
        day = date(2023, 1, 1) + timedelta(days=rng.randint(0, 380))
        known = rng.choice((len(log), rng.randint(1, len(log))))
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, crm.clock(), known)
            page = problem_list(connection, when)
            found = problem_summary(connection, when, date(2023, 1, 1)).whole
            assert pages(connection, when, 4) == [row.problem_id for row in page.items]
        folded = {
            stream: problem_at(
                [i for i in log if i.stream_id == stream and i.position <= known], day
            )
            for stream in streams
        }
        listed = {row.problem_id: (row.state, row.due, row.unit) for row in page.items}
        assert listed == {
            stream: (problem.state.value, problem.due, problem.unit)
            for stream, problem in folded.items()
            if problem is not None
        }
        raised, still, shut, rate, in_time = naive_f18(log, day, known)
        assert (found.raised, found.open + found.claimed, found.closed) == (raised, still, shut)
        assert (found.close_out_rate, found.in_time_rate) == (rate, in_time)
        rates.add(rate)
    assert len(rates) > 5
    followed = tables_of(crm)
    rebuild(crm.projector, ["problems"])
    assert tables_of(crm) == followed


def pages(connection: Any, when: Any, limit: int) -> list[UUID]:
    found: list[UUID] = []
    after: ProblemKey | None = None
    while True:
        page = problem_list(connection, when, ProblemFilter(), limit, after)
        found += [row.problem_id for row in page.items]
        after = page.last
        if after is None:
            return found
