"""Delays by hand and against a naive twin; rushes before a month's end to the entry."""

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from domain.lead import events as e
from domain.rulebook import DEFAULT_RULES
from projections.late_entries import WHOLE, Delay, Grouping, Rush, Window, delays, late_entries
from projections.reader import clocks
from tests.entering import enter, register
from tests.given import nth
from tests.histories import random_log
from tests.naive_anomalies import varied
from tests.read_tables import DAYS, fill
from tests.tables import EVERYTHING
from tests.told import contact, on, signed

LATER = on(12, 31)


def asked(
    crm: CRM, by: Grouping, day: date = LATER, position: int | None = None, **window: Any
) -> tuple[dict[str, Delay], list[Rush]]:
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, day, crm.clock(), position)
        found, rushes = delays(connection, when, DEFAULT_RULES, by, Window(**window))
    return {delay.name: delay for delay in found}, rushes


def test_delays_by_hand(crm: CRM) -> None:
    register(crm, 1, "经开区", on(1))  # of 1 January: 0 days
    enter(crm, 1, contact(on(1, 10)), on(1, 12), by="乙")  # 2
    enter(crm, 1, signed(on(2)), on(2, 11), by="乙")  # 10: late
    register(crm, 2, "发改局", on(1, 8))  # 7: not yet late
    enter(crm, 2, contact(on(3, 1)), on(3, 9))  # 8: late

    by_unit, _ = asked(crm, Grouping.UNIT)
    assert list(by_unit) == ["发改局", "经开区", WHOLE]
    zone = by_unit["经开区"]
    assert (zone.entries, zone.median_days, zone.longest_days, zone.late) == (3, 2, 10, 1)
    assert zone.p90_days == pytest.approx(8.4)  # between the 2nd (2) and the 3rd (10): 2 + 0.8 * 8
    assert zone.late_share == "0.3333"
    assert zone.leads == [UUID(int=1)]
    assert by_unit["发改局"].median_days == 7.5
    assert (by_unit[WHOLE].entries, by_unit[WHOLE].late_share) == (5, "0.4000")

    by_person, _ = asked(crm, Grouping.PERSON)
    assert {name: d.entries for name, d in by_person.items()} == {"乙": 2, "甲": 3, WHOLE: 5}
    by_month, _ = asked(crm, Grouping.MONTH)
    assert {name: d.entries for name, d in by_month.items()} == {
        "2023-01": 3,
        "2023-02": 1,
        "2023-03": 1,
        WHOLE: 5,
    }
    february, _ = asked(crm, Grouping.UNIT, first=on(2), last=on(2, 28))
    assert list(february) == ["经开区", WHOLE]
    assert february[WHOLE].p90_days == 10  # of a single entry, its own
    assert asked(crm, Grouping.UNIT, first=on(6)) == ({}, [])
    # D cuts business days, K what was entered.
    assert asked(crm, Grouping.UNIT, on(1, 31))[0][WHOLE].entries == 3
    assert asked(crm, Grouping.UNIT, position=2)[0][WHOLE].entries == 2


def test_a_voided_entry_was_entered_all_the_same(sqlite: CRM) -> None:
    register(sqlite, 1, "经开区", on(1))
    enter(sqlite, 1, signed(on(1, 5)), on(3, 1))
    void = e.EventVoided(occurred_on=on(3, 2), event_id=nth(2), ground="录错")
    enter(sqlite, 1, void, on(3, 2))
    with sqlite.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, LATER, sqlite.clock())
        (entry,) = late_entries(connection, when, DEFAULT_RULES)
        assert (entry.event_id, entry.delay_days, entry.voided) == (nth(2), 55, True)
        earlier = clocks(connection, LATER, sqlite.clock(), 2)
        assert [late.voided for late in late_entries(connection, earlier, DEFAULT_RULES)] == [False]
        assert [late.type for late in late_entries(connection, when, DEFAULT_RULES, days=0)] == [
            "AgreementSigned"
        ]


def test_a_rush_before_the_end_of_a_quarter(sqlite: CRM) -> None:
    """March 2023: one entry on each of the 28 other days, nine on the last three."""
    register(sqlite, 1, "经开区", on(3, 1))
    for day in range(2, 29):
        enter(sqlite, 1, contact(on(3, day)), on(3, day))
    for number in range(9):
        rushed = on(3, 29 + number % 3)
        enter(sqlite, 1, contact(rushed), rushed)
    _, rushes = asked(sqlite, Grouping.UNIT, first=on(3), last=on(3, 31))
    assert [rush.name for rush in rushes] == ["经开区", WHOLE]
    rush = rushes[0]
    assert (rush.first, rush.last, rush.quarter_end) == (on(3, 29), on(3, 31), True)
    assert (rush.entries, rush.usual, rush.leads) == (9, "3.00", [UUID(int=1)])
    assert asked(sqlite, Grouping.UNIT, first=on(3), last=on(3, 30))[1] == []  # no end in it
    one_less = sqlite.store.head() - 1
    assert asked(sqlite, Grouping.UNIT, position=one_less, first=on(3), last=on(3, 31))[1] == []


def test_few_entries_are_no_rush(sqlite: CRM) -> None:
    register(sqlite, 1, "经开区", on(2, 1))
    for _ in range(4):
        enter(sqlite, 1, contact(on(2, 28)), on(2, 28))
    assert asked(sqlite, Grouping.UNIT, first=on(2), last=on(2, 28))[1] == []
    enter(sqlite, 1, contact(on(2, 27)), on(2, 28))
    (rush, _) = asked(sqlite, Grouping.UNIT, first=on(2), last=on(2, 28))[1]
    assert (rush.entries, rush.quarter_end, rush.first) == (5, False, on(2, 26))


@pytest.mark.parametrize("seed", range(3))
def test_delays_equal_the_naive_twin(sqlite: CRM, seed: int) -> None:
    rng = random.Random(seed)
    log = varied(random_log(rng, leads=10, steps=350), rng)
    fill(sqlite, log, rng)
    units = {
        r.stream_id: r.event.recruiting_unit for r in log if isinstance(r.event, e.LeadRegistered)
    }
    for _ in range(12):
        day, known = rng.choice(DAYS), rng.randint(0, log[-1].position)
        first, last = sorted((rng.choice(DAYS), rng.choice(DAYS)))
        by = rng.choice(list(Grouping))
        naive: dict[str, list[int]] = defaultdict(list)
        for r in log:
            entered = (r.recorded_at + timedelta(hours=8)).date()
            if r.position <= known and r.event.occurred_on <= day and first <= entered <= last:
                group = {
                    Grouping.PERSON: r.recorded_by,
                    Grouping.UNIT: units[r.stream_id],
                    Grouping.MONTH: entered.isoformat()[:7],
                }[by]
                naive[group].append((entered - r.event.occurred_on).days)
                naive[WHOLE].append((entered - r.event.occurred_on).days)
        found, rushes = asked(sqlite, by, day, known, first=first, last=last)
        assert {
            name: (d.entries, d.median_days, d.longest_days, d.late) for name, d in found.items()
        } == {
            name: (len(v), _middle(v), max(v), sum(x > 7 for x in v)) for name, v in naive.items()
        }
        for rush in rushes:
            assert (rush.last + timedelta(days=1)).day == 1
            assert rush.entries >= 5
            assert rush.entries >= 3 * float(rush.usual) - 0.02


def _middle(values: list[int]) -> float:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2
