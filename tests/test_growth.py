"""Growth over the year before: as recorded then, and as corrected now. (F5, contract 6)"""

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from crm.application import CRM
from domain.event import Recorded
from domain.lead import events as e
from domain.vocabulary import Relation
from projections.growth import growth
from projections.reader import clocks
from tests.histories import random_log
from tests.naive import a_year_before, naive_facts
from tests.read_tables import fill
from tests.states import Log, naive_ratio
from tests.tables import EVERYTHING
from tests.told import (
    REGISTERED,
    YI,
    exited,
    on,
    signed,
    started,
)


def entered(at: datetime, *events: e.LeadEvent) -> list[Recorded[Any]]:
    """A new lead whose events are all recorded at one moment; positions are set later."""
    lead = uuid4()
    return [
        Recorded(lead, version, 0, uuid4(), at, "test", event)
        for version, event in enumerate(events, 1)
    ]


def stored(crm: CRM, *entries: list[Recorded[Any]]) -> list[UUID]:
    """Positions in the order given; the leads' ids."""
    log = [recorded for entry in entries for recorded in entry]
    for nth, recorded in enumerate(log):
        if isinstance(recorded.event, e.LeadRegistered):
            code = f"ZS{recorded.event.occurred_on.year}-{nth + 1:04d}"
            recorded = replace(recorded, event=replace(recorded.event, code=code))
        log[nth] = replace(recorded, position=nth + 1)
    crm.store.append(log)
    return [entry[0].stream_id for entry in entries]


def project(day: date, total: int, **terms: Any) -> tuple[e.LeadEvent, ...]:
    registered = replace(REGISTERED, occurred_on=day, **terms)
    return (registered, signed(day, total=total), started(day))


def noon(month: int, day: int, year: int) -> datetime:
    return datetime(year, month, day, 4, tzinfo=UTC)


def test_growth_by_hand_as_recorded_then_and_as_corrected_now(sqlite: CRM) -> None:
    parent = uuid4()
    ids = stored(
        sqlite,
        entered(noon(3, 1, 2022), *project(on(3, 1, 2022), YI)),
        entered(noon(8, 1, 2022), *project(on(4, 1, 2022), 3 * YI)),  # entered too late to count
        entered(noon(8, 2, 2022), *project(on(7, 1, 2022), YI)),  # past the window
        entered(noon(5, 1, 2023), *project(on(1, 1), 2 * YI)),
        entered(noon(5, 2, 2023), *project(on(5, 2), 4 * YI)),
        entered(noon(5, 3, 2023), *project(on(5, 3), YI), exited(on(5, 3))),
        entered(
            noon(5, 4, 2023),
            *project(on(5, 4), YI, relation=Relation.PHASE_IN_SCOPE, parent_lead_id=parent),
        ),
        entered(noon(5, 5, 2023), replace(REGISTERED, occurred_on=on(5, 5)), signed(on(5, 5))),
    )
    with sqlite.reader.asking(*EVERYTHING) as connection:
        found = growth(connection, 2023, clocks(connection, on(6, 30), sqlite.clock()))
        past = growth(connection, 2022, clocks(connection, on(6, 30), sqlite.clock()))
        early = growth(connection, 2024, clocks(connection, on(6, 30), sqlite.clock()))
    assert found.current.starts == [ids[3], ids[4]]
    assert (found.then.starts, found.corrected.starts) == ([ids[0]], [ids[0], ids[1]])
    starts, amount = found.figures["starts"], found.figures["start_yuan"]
    assert (starts.growth_then, starts.growth_corrected) == ("1.0000", "0.0000")
    assert (amount.growth_then, amount.growth_corrected) == ("5.0000", "0.5000")
    assert found.figures["signings"].current == 3
    assert past.current.last == on(12, 31, 2022)  # a past year is asked whole
    assert (past.figures["starts"].current, past.figures["starts"].growth_corrected) == (3, None)
    assert early.figures["starts"].current == 0


@pytest.mark.parametrize("seed", range(2))
def test_growth_equals_the_naive_one(sqlite: CRM, seed: int) -> None:
    rng = random.Random(60 + seed)
    log = random_log(rng, leads=20, steps=600)
    fill(sqlite, log, rng)
    for _ in range(25):
        day, year = rng.choice(log).event.occurred_on, rng.choice((2023, 2024))
        position = rng.choice((len(log), rng.randint(1, len(log))))
        with sqlite.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, sqlite.clock(), position)
            found = growth(connection, year, when).figures
        last = min(day, date(year, 12, 31))
        before = a_year_before(last)
        evening = datetime(before.year, before.month, before.day, 16, tzinfo=UTC)
        then = min(position, sum(r.recorded_at < evening for r in log))
        current = naive_starts(log, year, last, position)
        recorded_then = naive_starts(log, year - 1, before, then)
        corrected = naive_starts(log, year - 1, before, position)
        for name, nth in (("starts", 0), ("start_yuan", 1)):
            figure = found[name]
            assert figure.current == current[nth]
            assert (figure.then, figure.corrected) == (recorded_then[nth], corrected[nth])
            assert figure.growth_then == naive_ratio(
                current[nth] - recorded_then[nth], recorded_then[nth]
            )


def naive_starts(log: Log, year: int, last: date, known: int) -> tuple[int, int]:
    """(projects started in the year by `last`, their agreed 元)."""
    begun = {
        lead_id: f
        for lead_id, f in naive_facts(log, last, known).items()
        if f.started_on is not None
        and f.started_on.year == year
        and f.exited_on is None
        and f.registration.relation is not Relation.PHASE_IN_SCOPE
    }
    projects = {f.count(lead_id).key for lead_id, f in begun.items()}
    return len(projects), sum(f.amount or 0 for f in begun.values())
