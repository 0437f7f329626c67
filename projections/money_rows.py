"""One lead's money: monthly investment returns (固投月报) and funds in place (到位资金) as rows."""

from bisect import insort
from datetime import date
from uuid import UUID

from domain.calendar import FOREVER
from domain.event import Recorded
from domain.lead import events as e
from projections.bitemporal import BitemporalRows, Changes, Row
from projections.projection import stream_projection
from projections.tables import MONEY, fai_report, funds_arrival

_Return = tuple[date, int, int, UUID]
"""Business day, version, year to date in 元, event."""


class LeadMoney:
    """The returns and funds of one lead, as known after each of its events."""

    def __init__(self, lead_id: UUID) -> None:
        self._reports = BitemporalRows(fai_report, lead_id)
        self._funds = BitemporalRows(funds_arrival, lead_id)
        self._returns: dict[str, list[_Return]] = {}  # by period, in business order
        self._period_of: dict[UUID, str] = {}
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
        elif isinstance(event, e.FixedAssetInvestmentReported):
            self._period_of[recorded.event_id] = event.period
            stated = (event.occurred_on, recorded.version, event.ytd_yuan, recorded.event_id)
            insort(self._returns.setdefault(event.period, []), stated)
            self._show(position)

    def take(self, position: int) -> Changes:
        changes = self._reports.take(position)
        changes.add(self._funds.take(position))
        return changes

    def _take_out(self, event_id: UUID, position: int) -> None:
        if event_id == self._registration:  # the lead was a mistake: nothing of it counts
            self._returns.clear()
            self._funds.exactly({}, position)
        elif event_id in self._period_of:
            period = self._period_of[event_id]
            self._returns[period] = [r for r in self._returns[period] if r[3] != event_id]
        else:
            self._funds.now(event_id, None, position)
            return
        self._show(position)

    def _show(self, position: int) -> None:
        """Each return is valid from its day until one of the same period replaces it."""
        rows: dict[tuple[str, date], Row] = {}
        for period, stated in self._returns.items():
            by_day = {day: ytd for day, _, ytd, _ in stated}  # the last of a day stands
            days = [*by_day, FOREVER]
            for nth, (day, ytd) in enumerate(by_day.items()):
                rows[period, day] = {
                    "period": period,
                    "valid_from": day,
                    "valid_to": days[nth + 1],
                    "ytd_yuan": ytd,
                }
        self._reports.exactly(rows, position)


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
