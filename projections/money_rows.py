"""One lead's money: monthly investment returns (固投月报) and funds in place (到位资金) as rows."""

from bisect import insort
from datetime import date
from uuid import UUID

from domain.calendar import FOREVER
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.taking_over import added_up, by_period, taken_by, taken_by_part
from projections.bitemporal import BitemporalRows, Changes, Row
from projections.projection import stream_projection
from projections.tables import MONEY, fai_report, funds_arrival

_Turn = tuple[date, int, UUID, e.LeadEvent]
"""Business day, version, event: a return, or what takes over the returns of another lead."""


class LeadMoney:
    """The returns and funds of one lead, as known after each of its events."""

    def __init__(self, lead_id: UUID) -> None:
        self._reports = BitemporalRows(fai_report, lead_id)
        self._funds = BitemporalRows(funds_arrival, lead_id)
        self._turns: list[_Turn] = []  # in business order
        self._registration: UUID | None = None
        self._voided: set[UUID] = set()

    def learn(self, recorded: Recorded[e.LeadEvent]) -> None:
        event, position = recorded.event, recorded.position
        if isinstance(event, e.EventVoided):
            self._voided.add(event.event_id)
            self._take_out(event.event_id, position)
        elif isinstance(event, e.LeadRegistered):
            self._registration = recorded.event_id
        elif self._registration in self._voided or recorded.event_id in self._voided:
            return
        elif isinstance(event, e.FundsArrived):
            self._funds.now(recorded.event_id, _arrival(recorded.event_id, event), position)
        elif isinstance(event, e.FixedAssetInvestmentReported) or taken_by(event):
            insort(self._turns, (event.occurred_on, recorded.version, recorded.event_id, event))
            self._show(position)

    def take(self, position: int) -> Changes:
        changes = self._reports.take(position)
        changes.add(self._funds.take(position))
        return changes

    def _take_out(self, event_id: UUID, position: int) -> None:
        if event_id == self._registration:  # the lead was a mistake: nothing of it counts
            self._turns.clear()
            self._funds.exactly({}, position)
        elif any(event_id == turn[2] for turn in self._turns):
            self._turns = [turn for turn in self._turns if turn[2] != event_id]
        else:
            self._funds.now(event_id, None, position)
            return
        self._show(position)

    def _show(self, position: int) -> None:
        """Each return is valid from its day until one of the same period replaces it.

        A takeover begins a new stretch of D' with rows of its own (`taking_over.as_one_on`).
        """
        rows: dict[tuple[str, date, date], Row] = {}
        begins, stated = date.min, _Stated()
        for day, _, _, event in self._turns:
            if isinstance(event, e.FixedAssetInvestmentReported):
                stated.say(event.period, day, event.ytd_yuan)
                continue
            rows |= stated.rows(begins, day)
            begins, stated = day, stated.after(event, day)
        rows |= stated.rows(begins, FOREVER)
        self._reports.exactly(rows, position)


class _Stated:
    """The year to date of each period by the day it was stated, the last word of a day."""

    def __init__(self) -> None:
        self._by_period: dict[str, dict[date, int]] = {}

    def say(self, period: str, day: date, ytd: int) -> None:
        self._by_period.setdefault(period, {})[day] = ytd

    def after(self, event: e.LeadEvent, day: date) -> "_Stated":
        """Once the returns of other leads are taken over; nothing is asked of days before that."""
        own = {period: by_day[max(by_day)] for period, by_day in self._by_period.items()}
        taken = [by_period(money) for money in taken_by(event)]
        merged = isinstance(event, e.LeadMerged)
        after = _Stated()
        for period, ytd in (added_up(own, taken) if merged else taken_by_part(own, *taken)).items():
            after.say(period, day, ytd)
        return after

    def rows(self, begins: date, ends: date) -> dict[tuple[str, date, date], Row]:
        """As they hold for D' of `begins` and later, before `ends`."""
        rows: dict[tuple[str, date, date], Row] = {}
        for period, by_day in self._by_period.items() if begins < ends else ():
            days = [*by_day, FOREVER]
            for nth, (day, ytd) in enumerate(by_day.items()):
                rows[period, begins, day] = {
                    "period": period,
                    "as_one_from": begins,
                    "as_one_to": ends,
                    "valid_from": day,
                    "valid_to": days[nth + 1],
                    "ytd_yuan": ytd,
                }
        return rows


MONEY_ROWS = stream_projection(
    "money", "到位资金与固投", MONEY, (fai_report, funds_arrival), e.LeadEvent, LeadMoney
)


def _arrival(event_id: UUID, funds: e.FundsArrived) -> Row:
    return {
        "event_id": event_id,
        "arrived_on": funds.occurred_on,
        "source": funds.source.value,
        "amount_yuan": funds.amount_yuan or 0,
        "amount_usd": funds.amount_usd or 0,
    }
