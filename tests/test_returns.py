"""Which monthly returns came, late or not at all, and which say the same as the month before?"""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

from domain.calendar import add_months
from domain.lead import events as e
from domain.vocabulary import (
    ReturnMark,
    ReturnState,
    SiteFinding,
)
from projections.returns import monthly_returns
from tests.histories import random_log
from tests.naive import naive_facts
from tests.naive_money import naive_money
from tests.states import Log, folded, leads
from tests.told import (
    COMPLETED,
    SIGNED,
    STARTED,
    YI,
    exited,
    on,
    produced,
    reported,
    returned,
)

# --- returns --------------------------------------------------------------------------------


def test_returns_of_a_month_by_hand() -> None:
    checked = e.SiteChecked(occurred_on=on(5, 31), found=SiteFinding.WORKING)
    county = leads(
        (*STARTED, reported(on(6, 5), "2023-05"), returned(on(6, 6), "2023-05", YI // 10), checked),
        STARTED,
        SIGNED,
        (*STARTED, exited(on(4, 30))),
        (*COMPLETED, produced(on(6, 1))),
        (*COMPLETED[:-1], e.ConstructionCompleted(occurred_on=on(4, 2)), produced(on(5, 1))),
    )
    early = monthly_returns(county, "2023-05", on(6, 5))
    assert early.due_on == on(6, 5)
    assert early.items[1].both == (ReturnState.NOT_YET_DUE, ReturnState.NOT_YET_DUE)
    assert (early.due, early.items[1].mark) == (2, None)
    found = monthly_returns(county, "2023-05", on(6, 6))
    assert [item.lead_id.int for item in found.items] == [1, 2, 5]
    assert found.items[0].both == (ReturnState.ON_TIME, ReturnState.LATE)
    assert found.items[1].both == (ReturnState.MISSING, ReturnState.MISSING)
    assert [item.mark for item in found.items] == [None, ReturnMark.RED, ReturnMark.RED]
    assert (found.completeness, found.checked_share) == ("0.1667", "0.3333")
    assert found.by_unit()["招商服务中心"].count(ReturnState.MISSING) == 4
    nothing = monthly_returns([], "2023-05", on(6, 6))
    assert (nothing.completeness, nothing.checked_share) == (None, None)
    assert not monthly_returns(county, "2023-07", on(6, 30)).items  # not begun


def test_returns_that_repeat_the_month_before() -> None:
    same_text = (*STARTED, reported(on(6, 1), "2023-05"), reported(on(7, 1), "2023-06"))
    same_sum = (*STARTED, returned(on(6, 1), "2023-05", 7), returned(on(7, 1), "2023-06", 7))
    new_year = (
        *STARTED,
        returned(on(12, 31), "2023-12", 7),
        returned(on(2, 1, 2024), "2024-01", 7),
    )
    for told, period, identical in (
        (same_text, "2023-06", True),
        (same_sum, "2023-06", True),
        (same_sum, "2023-05", False),
        (new_year, "2024-01", False),
    ):
        [item] = monthly_returns(leads(told), period, on(3, 1, 2024)).items
        assert item.identical is identical, (told[-1], period)
    both = (*same_text, returned(on(7, 1), "2023-06", 7))
    [item] = monthly_returns(leads(both), "2023-06", on(7, 6)).items
    assert item.mark is ReturnMark.YELLOW


def test_a_corrected_report_is_not_late() -> None:
    told = (*STARTED, reported(on(6, 2), "2023-05"), reported(on(6, 20), "2023-05", "更正"))
    [item] = monthly_returns(leads(told), "2023-05", on(7, 1)).items
    assert (item.progress, item.progress_on) == (ReturnState.ON_TIME, on(6, 2))


# --- permits --------------------------------------------------------------------------------


def test_returns_equal_the_naive_ones() -> None:
    seen: Counter[str] = Counter()
    for seed in range(90, 96):
        rng = random.Random(seed)
        log = random_log(rng, leads=20, steps=700)
        told: list[Any] = [r.event for r in log if isinstance(r.event, e.MonthlyProgressReported)]
        told += [r.event for r in log if isinstance(r.event, e.FixedAssetInvestmentReported)]
        for _ in range(25):
            event = rng.choice(told)
            month = date.fromisoformat(f"{event.period}-01")
            day = max(month, event.occurred_on + timedelta(days=rng.randint(-5, 60)))
            position = rng.choice((log[-1].position, rng.randint(1, len(log))))
            found = monthly_returns(folded(log, day, position), f"{month:%Y-%m}", day)
            items = found.items
            shown = {item.lead_id: (*item.both, item.identical, item.checked) for item in items}
            assert shown == naive_returns(log, month, day, position)
            seen.update(state.value for item in items for state in item.both)
    assert {"on_time", "late", "missing"} <= seen.keys(), seen


def naive_returns(log: Log, month: date, day: date, known: int) -> dict[Any, Any]:
    """Lead -> (report, figure, like the month before, checked on site)."""
    after = add_months(month, 1)
    period, before = f"{month:%Y-%m}", f"{add_months(month, -1):%Y-%m}"
    due_on = after.replace(day=5)
    expected = {}
    leads = naive_facts(log, day, known)
    for lead_id, f in leads.items():
        began = f.started_on
        gone = min(d for d in (f.produced_on, f.exited_on, date.max) if d is not None)
        if month > day or began is None or began >= after or gone <= month:
            continue
        # Each month is owed once: that of a split or merge by whoever goes on with the project.
        if (f.first(e.LeadSplitFrom) or month) >= after or (f.passed_on and gone < after):
            continue
        reports = [ev for ev in f.events if isinstance(ev, e.MonthlyProgressReported)]
        texts = {ev.period: (ev.text, ev.percent) for ev in reports}
        money = naive_money(leads, lead_id)
        sums = money.returns
        same_text = period in texts and texts[period] == texts.get(before)
        same_sum = month.month > 1 and period in sums and sums[period] == sums.get(before)
        checks = [ev.occurred_on for ev in f.events if isinstance(ev, e.SiteChecked)]
        expected[lead_id] = (
            *(
                naive_return_state(came, due_on, day)
                for came in (
                    [ev.occurred_on for ev in reports if ev.period == period],
                    [money.came[period]] if period in money.came else [],
                )
            ),
            same_text or same_sum,
            any(month <= check < after for check in checks),
        )
    return expected


def naive_return_state(came: list[date], due_on: date, day: date) -> ReturnState:
    if came:
        return ReturnState.ON_TIME if min(came) <= due_on else ReturnState.LATE
    return ReturnState.MISSING if day > due_on else ReturnState.NOT_YET_DUE
