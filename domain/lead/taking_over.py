"""到位资金, 固投月报 and 项目公司 of a lead that is split or merged go on with the project.

Of a split lead they go to its first part, of an absorbed one to whoever survives the merge, so
neither day moves F4, F9 or F11. Returns are year to date: those of merged leads are added period by
period, each lead's latest of the year standing in for the months it did not report.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from domain.event import Recorded
from domain.lead import events as e
from domain.lead.state import LeadState

Events = Sequence[Recorded[e.LeadEvent]]
YearToDate = Mapping[str, int]
"""Period (YYYY-MM) -> year to date in 元."""


def money_of(state: LeadState) -> e.MoneyTakenOver:
    """What a lead hands on."""
    return e.MoneyTakenOver(
        funds=tuple(e.FundsTakenOver(*each) for each in sorted(state.funds_yuan.items())),
        funds_usd=state.funds_usd,
        first_funds_on=state.first_funds_on,
        unproven_funds=state.unproven_funds,
        returns=tuple(
            e.ReturnTakenOver(period, ytd, state.returned_on[period])
            for period, ytd in sorted(state.returns.items())
        ),
        company=_company_of(state),
    )


def taken_by_part(own: YearToDate, taken: YearToDate) -> dict[str, int]:
    """The returns of a part: what was entered on it of days before the split is the later word."""
    return {**taken, **own}


def added_up(own: YearToDate, absorbed: Iterable[YearToDate]) -> dict[str, int]:
    """The returns of merged leads: of each period what all had by then reached in its year."""
    series = [own, *absorbed]
    periods = {period for each in series for period in each}
    return {period: sum(_reached(each, period) for each in series) for period in sorted(periods)}


def by_period(money: e.MoneyTakenOver) -> dict[str, int]:
    """Its returns, as a state has them."""
    return {each.period: each.ytd_yuan for each in money.returns}


def taken_by(event: e.LeadEvent) -> list[e.MoneyTakenOver]:
    """The money a lead takes over by an event, be it none; empty when it takes over nothing."""
    if isinstance(event, e.LeadSplitFrom):
        found = [event.money]
    elif isinstance(event, e.LeadMerged):
        found = [one.money for one in event.absorbed]
    else:
        return []
    return [money for money in found if money is not None]


def as_one_on(ordered: Events, day: date) -> Events:
    """The events before the first takeover after `day`: of what the lead was on that day.

    A split or merge moves no figure of a year that was over, whenever that is asked; what is
    reported after it is of another project.
    """
    for nth, recorded in enumerate(ordered):
        if recorded.event.occurred_on > day and taken_by(recorded.event):
            return ordered[:nth]
    return ordered


def _company_of(state: LeadState) -> e.CompanyTakenOver | None:
    if state.company_name is None or state.company_registered_on is None:
        return None
    return e.CompanyTakenOver(
        state.company_name,
        state.company_uscc,
        state.registered_capital_yuan,
        state.company_registered_on,
    )


def _reached(returns: YearToDate, period: str) -> int:
    earlier = [other for other in returns if period[:4] == other[:4] and other <= period]
    return returns[max(earlier)] if earlier else 0
