"""Whose money is it after a split or a merge, worked out from the leads' own entries?

Independent of what splits and merges state as taken over: money is followed back into the streams
of the leads it was recorded on. Domain section 12 (F4, F9, F11; YTD replaces, is never added).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from domain.lead import events as e
from domain.vocabulary import FundsSource

if TYPE_CHECKING:
    from tests.naive import Facts


@dataclass
class Money:
    """Funds in 元 by source and in 美元, returns by period with the day each first came, and the
    company last registered."""

    yuan: Counter[FundsSource] = field(default_factory=Counter)
    usd: int = 0
    arrived: list[date] = field(default_factory=list)
    returns: dict[str, int] = field(default_factory=dict)
    came: dict[str, date] = field(default_factory=dict)
    company: e.CompanyRegistered | None = None

    @property
    def total(self) -> int:
        return self.yuan.total()

    def latest(self, year: int, month: int = 12) -> int:
        """Year to date of the latest period in a year up to a month."""
        said = [p for p in self.returns if f"{year}-01" <= p <= f"{year}-{month:02d}"]
        return self.returns[max(said)] if said else 0

    def take(self, others: "list[Money]", *, merged: bool) -> None:
        if merged:
            everybody = [dict(self.returns), *(other.returns for other in others)]
            for period in {p for returns in everybody for p in returns}:
                year, month = int(period[:4]), int(period[5:])
                self.returns[period] = sum(
                    Money(returns=returns).latest(year, month) for returns in everybody
                )
        for other in others:
            self.yuan += other.yuan
            self.usd += other.usd
            self.arrived += other.arrived
            self.company = self.company or other.company
            for period, day in other.came.items():
                self.returns.setdefault(period, other.returns[period])
                self.came[period] = min(day, self.came.get(period, day))


def naive_money(
    leads: Mapping[UUID, "Facts"],
    lead_id: UUID,
    until: type[e.LeadEvent] | None = None,
    as_on: date = date.max,
) -> Money:
    """What is a lead's by its events so far; up to its leaving by `until`, if given.

    `as_on`: of what the lead was on that day, before it took anything over later.
    """
    money = Money()
    for ev in leads[lead_id].events:
        if until is not None and isinstance(ev, until):
            break
        if ev.occurred_on > as_on and isinstance(ev, e.LeadSplitFrom | e.LeadMerged):
            break
        match ev:
            case e.FundsArrived():
                money.yuan[ev.source] += ev.amount_yuan or 0
                money.usd += ev.amount_usd or 0
                money.arrived.append(ev.occurred_on)
            case e.CompanyRegistered():
                money.company = ev
            case e.FixedAssetInvestmentReported():
                money.returns[ev.period] = ev.ytd_yuan
                money.came.setdefault(ev.period, ev.occurred_on)
            case e.LeadSplitFrom() if _first_part(leads[ev.lead_id]) == lead_id:
                money.take([naive_money(leads, ev.lead_id, e.LeadSplit)], merged=False)
            case e.LeadMerged():
                others = [one.lead_id for one in ev.absorbed]
                found = [naive_money(leads, other, e.LeadMergedInto) for other in others]
                money.take(found, merged=True)
    return money


def _first_part(parent: "Facts") -> UUID:
    split = next(ev for ev in parent.events if isinstance(ev, e.LeadSplit))
    return split.into[0].lead_id
