"""Which monthly returns came, came late, are missing, or repeat last month's? (月报完整率)

Domain section 12, F21 (missing red, identical to last month yellow), and section 2, T3; the plan,
clause 63 (已开工项目每月统计核查进度).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.calendar import add_months, first_day, month_end, period_beside
from domain.codes import code_order
from domain.lead.state import LeadState
from domain.money import ratio_text
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import ReturnMark, ReturnState, Stage
from projections.lead_states import LeadOnDay

STAGES = frozenset({Stage.STARTED, Stage.COMPLETED, Stage.PRODUCING, Stage.EXITED})
"""Where leads that may owe a return stand on D: the states this question needs."""


@dataclass(frozen=True, slots=True)
class MonthlyReturn:
    """What a project under construction owes for a month: a progress report and a 固投月报."""

    lead_id: UUID
    state: LeadState
    progress: ReturnState
    progress_on: date | None
    investment: ReturnState
    investment_on: date | None
    identical: bool  # to the month before: `repeats_month_before`
    checked: bool  # on site, within the month

    @property
    def key(self) -> tuple[int]:
        """Its place in the list."""
        return (code_order(self.state.code),)

    @property
    def both(self) -> tuple[ReturnState, ReturnState]:
        return self.progress, self.investment

    @property
    def mark(self) -> ReturnMark | None:
        """Red before yellow; None when there is nothing to remark."""
        if ReturnState.MISSING in self.both:
            return ReturnMark.RED
        return ReturnMark.YELLOW if self.identical else None


@dataclass(frozen=True, slots=True)
class Returns:
    """The returns of some projects for one month, by code.

    Progress and investment count one return each. `completeness`: on time ÷ due by D;
    `checked_share`: projects checked on site in the month ÷ projects.
    """

    period: str
    due_on: date
    items: list[MonthlyReturn]

    def count(self, state: ReturnState) -> int:
        return sum(item.both.count(state) for item in self.items)

    @property
    def due(self) -> int:
        return 2 * len(self.items) - self.count(ReturnState.NOT_YET_DUE)

    @property
    def completeness(self) -> str | None:
        return ratio_text(self.count(ReturnState.ON_TIME), self.due)

    @property
    def checked(self) -> int:
        return sum(item.checked for item in self.items)

    @property
    def checked_share(self) -> str | None:
        return ratio_text(self.checked, len(self.items))

    def by_unit(self) -> dict[str, "Returns"]:
        parts: dict[str, list[MonthlyReturn]] = defaultdict(list)
        for item in self.items:
            parts[item.state.recruiting_unit].append(item)
        return {
            unit: Returns(self.period, self.due_on, items) for unit, items in sorted(parts.items())
        }


def monthly_returns(
    leads: Iterable[LeadOnDay], period: str, day: date, rules: Rulebook = DEFAULT_RULES
) -> Returns:
    """The returns for `period` (YYYY-MM), as things stand on `day`.

    What came on time is judged by the business day of the first return of the period: a
    correction later on is not late. Nothing is owed for a month that has not begun.
    """
    first = first_day(period)
    last = month_end(first.year, first.month)
    due_on = add_months(first, 1) + timedelta(days=rules.return_due_day - 1)
    items = []
    for lead in leads:
        state = lead.state
        if first > day or not _owes(state, first, last):
            continue
        progress_on, investment_on = state.progress_on(period), state.returned_on.get(period)
        items.append(
            MonthlyReturn(
                lead.lead_id,
                state,
                _judged(progress_on, due_on, day),
                progress_on,
                _judged(investment_on, due_on, day),
                investment_on,
                repeats_month_before(state, period),
                any(first <= check.on <= last for check in state.checks),
            )
        )
    return Returns(period, due_on, items)


def repeats_month_before(state: LeadState, period: str) -> bool:
    """Whether the period's report or year-to-date figure is that of the month before.

    A report repeats when text and percent are the same, a figure within one year only.
    """
    before = period_beside(period, -1)
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


def _owes(state: LeadState, first: date, last: date) -> bool:
    """Under construction in the month: started by its end, not producing or gone when it began.

    The month in which a project goes on in other leads is theirs to report, those before it are
    not; so nothing is owed twice.
    """
    if state.started_on is None or max(state.started_on, state.split_on or date.min) > last:
        return False
    if state.passed_on and state.exited_on is not None and state.exited_on <= last:
        return False
    gone = min(filter(None, (state.produced_on, state.exited_on)), default=None)
    return gone is None or gone > first


def _judged(came_on: date | None, due_on: date, day: date) -> ReturnState:
    if came_on is not None:
        return ReturnState.ON_TIME if came_on <= due_on else ReturnState.LATE
    return ReturnState.NOT_YET_DUE if day <= due_on else ReturnState.MISSING
