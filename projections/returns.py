"""Which monthly returns came, came late, are missing, or repeat last month's? (月报完整率)

Domain section 12, F21 (missing red, identical to last month yellow), and section 2, T3; plan
clause 63 (checked share).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from domain.calendar import add_months, month_end
from domain.lead.state import LeadState
from domain.money import ratio_text
from domain.rulebook import DEFAULT_RULES, Rulebook
from projections.lead_states import LeadOnDay


class ReturnState(StrEnum):
    """Of one project's returns for one month."""

    ON_TIME = "on_time"
    LATE = "late"
    NOT_YET_DUE = "not_yet_due"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class MonthlyReturn:
    """What a project under construction owes for a month: a progress report and a 固投月报.

    `identical` when text and percent, or the year-to-date figure, repeat the month before.
    """

    lead_id: UUID
    state: LeadState
    progress: ReturnState
    investment: ReturnState
    identical: bool
    checked: bool


@dataclass(frozen=True, slots=True)
class Returns:
    """`completeness`: on-time returns ÷ returns due (progress and investment each count one)."""

    period: str
    due_on: date
    items: list[MonthlyReturn]
    completeness: str | None
    checked_share: str | None


def monthly_returns(
    leads: Iterable[LeadOnDay], period: str, day: date, rules: Rulebook = DEFAULT_RULES
) -> Returns:
    """The returns for `period` (YYYY-MM), as things stand on `day`."""
    year, month = int(period[:4]), int(period[5:])
    first, last = date(year, month, 1), month_end(year, month)
    due_on = add_months(first, 1) + timedelta(days=rules.return_due_day - 1)
    items = [
        MonthlyReturn(
            lead.lead_id,
            lead.state,
            _judged(lead.state.progress_on(period), due_on, day),
            _judged(lead.state.returned_on.get(period), due_on, day),
            repeats_month_before(lead.state, period),
            any(first <= check.on <= last for check in lead.state.checks),
        )
        for lead in leads
        if _owes(lead.state, first, last)
    ]
    states = [state for item in items for state in (item.progress, item.investment)]
    due = [state for state in states if state is not ReturnState.NOT_YET_DUE]
    return Returns(
        period,
        due_on,
        items,
        ratio_text(due.count(ReturnState.ON_TIME), len(due)),
        ratio_text(sum(item.checked for item in items), len(items)),
    )


def _owes(state: LeadState, first: date, last: date) -> bool:
    """Under construction in the month: started by its end, neither producing nor gone before it."""
    if state.started_on is None or state.started_on > last:
        return False
    gone = min(filter(None, (state.produced_on, state.exited_on)), default=None)
    return gone is None or gone >= first


def _judged(came_on: date | None, due_on: date, day: date) -> ReturnState:
    if came_on is not None:
        return ReturnState.ON_TIME if came_on <= due_on else ReturnState.LATE
    return ReturnState.NOT_YET_DUE if day <= due_on else ReturnState.MISSING


def repeats_month_before(state: LeadState, period: str) -> bool:
    """Whether the period's report or year-to-date figure is that of the month before."""
    before = _month_before(period)
    now, then = state.progress.get(period), state.progress.get(before)
    if (
        now is not None
        and then is not None
        and (now.text, now.percent) == (then.text, then.percent)
    ):
        return True
    return (
        period[5:] != "01"  # a year's figures begin anew
        and period in state.returns
        and state.returns[period] == state.returns.get(before)
    )


def _month_before(period: str) -> str:
    day = add_months(date(int(period[:4]), int(period[5:]), 1), -1)
    return f"{day.year:04d}-{day.month:02d}"
