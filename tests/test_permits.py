"""Which permits are obtained, and which are due?"""

import random
from datetime import date

import pytest

from domain.lead import events as e
from domain.vocabulary import (
    PermitItem,
    PermitState,
    Stage,
)
from projections.permits import permits, target_on
from tests.histories import UNITS, random_log
from tests.naive import naive_facts
from tests.states import folded, leads, naive_ratio
from tests.told import (
    PRODUCING,
    REGISTERED,
    SIGNED,
    exited,
    on,
    shelved,
    signed,
)

REQUIRED, OBTAINED, NONE = (
    PermitState.REQUIRED,
    PermitState.OBTAINED,
    PermitState.NOT_APPLICABLE,
)


def permit(day: date, item: PermitItem, state: PermitState, due: date | None = None) -> e.LeadEvent:
    return e.PermitStated(occurred_on=day, item=item, state=state, due=due)


# --- permits --------------------------------------------------------------------------------


def test_permits_by_hand() -> None:
    told = (
        (
            *SIGNED,
            permit(on(3, 2), PermitItem.LAND, REQUIRED, due=on(6, 30)),
            permit(on(3, 2), PermitItem.EIA, REQUIRED),
            permit(on(5, 2), PermitItem.EIA, OBTAINED),
        ),
        (*SIGNED, permit(on(3, 2), PermitItem.LAND, OBTAINED), permit(on(4), PermitItem.EIA, NONE)),
        (*SIGNED, permit(on(3, 2), PermitItem.EIA, NONE)),
        (*SIGNED, permit(on(3, 2), PermitItem.LAND, REQUIRED), exited(on(4))),
        SIGNED,  # nobody has said what it needs
        PRODUCING,
        (REGISTERED, permit(on(2), PermitItem.FILING, REQUIRED), shelved(on(4))),
    )
    found = permits(leads(*told), on(7, 2))
    whole = found.whole
    assert (whole.item_rate, whole.project_rate) == ("0.6667", "0.5000")
    assert (whole.required, whole.obtained, whole.open, whole.overdue) == (3, 2, 1, 1)
    assert (whole.projects, whole.done, whole.not_applicable) == (2, 1, 2)
    assert [(o.item, o.overdue_days) for o in found.open] == [(PermitItem.LAND, 2)]
    assert found.by_item[PermitItem.EIA].item_rate == "1.0000"
    assert found.by_item[PermitItem.ENERGY].item_rate is None
    assert found.by_unit["招商服务中心"] == whole
    assert ([i.int for i in found.done], [i.int for i in found.unstated]) == ([2], [5])
    assert found.gap_pp == "-33.33"
    assert permits(leads(*told), on(6, 30)).open[0].overdue_days == 0
    assert permits([], on(7)).whole.item_rate is None
    assert permits([], on(7)).gap_pp is None


def test_permits_of_a_year_s_signings() -> None:
    old = (REGISTERED, signed(on(12, 31, 2022)), permit(on(3), PermitItem.LAND, REQUIRED))
    new = (*SIGNED, permit(on(3, 2), PermitItem.LAND, OBTAINED))
    county = leads(old, new, (REGISTERED, permit(on(2), PermitItem.LAND, OBTAINED)))
    assert permits(county, on(7)).whole.item_rate == "0.6667"
    assert permits(county, on(7), signed_in=2023).whole.item_rate == "1.0000"
    assert permits(county, on(7), signed_in=2022).whole.item_rate == "0.0000"


def test_the_quarter_s_target() -> None:
    """Clause 55: 一季度80%、二季度100%."""
    days = (on(1), on(3, 31), on(4, 1), on(12, 31))
    assert [target_on(day) for day in days] == [80, 80, 100, 100]
    told = (*SIGNED, permit(on(3, 2), PermitItem.LAND, OBTAINED))
    assert permits(leads(told), on(3, 31)).gap_pp == "20.00"


@pytest.mark.parametrize("seed", range(3))
def test_permits_equal_the_naive_ones(seed: int) -> None:
    rng = random.Random(90 + seed)
    log = random_log(rng, leads=15, steps=900)
    items = 0
    for _ in range(40):
        day, position = rng.choice(log).event.occurred_on, rng.randint(len(log) // 3, len(log))
        year = rng.choice((None, 2022, 2023))
        found = permits(folded(log, day, position), day, year)
        latest = {}
        for lead_id, f in naive_facts(log, day, position).items():
            gone = f.stage in (Stage.EXITED, Stage.SHELVED, Stage.LOST)
            if gone or (year and (f.signed_on is None or f.signed_on.year != year)):
                continue
            for ev in f.events:
                if isinstance(ev, e.PermitStated):
                    latest[lead_id, ev.item] = (f.registration.recruiting_unit, ev)
        for unit in (None, *UNITS):
            said = [(i, ev) for (i, _), (u, ev) in latest.items() if unit in (None, u)]
            needed = [(i, ev) for i, ev in said if ev.state is not NONE]
            open_ones = [(i, ev) for i, ev in needed if ev.state is REQUIRED]
            projects = {i for i, _ in needed}
            tally = found.by_unit.get(unit) if unit else found.whole
            if tally is None:
                assert not said
                continue
            done = projects - {i for i, _ in open_ones}
            assert tally.item_rate == naive_ratio(len(needed) - len(open_ones), len(needed))
            assert tally.project_rate == naive_ratio(len(done), len(projects))
            late = [ev for _, ev in open_ones if ev.due is not None and ev.due < day]
            assert (tally.open, tally.overdue) == (len(open_ones), len(late))
        assert {(o.lead_id, o.item) for o in found.open} == {
            key for key, (_, ev) in latest.items() if ev.state is REQUIRED
        }
        items += len(latest)
    assert items > 10
