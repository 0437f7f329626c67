"""The same job done with `eventsourcing` as it comes: its aggregates, its transcoder, SQLite."""

import time
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event


class Lead(Aggregate):
    """A lead with two of its events."""

    @event("Registered")
    def __init__(self, title: str, investor: str, unit: str) -> None:
        self.title = title
        self.investor = investor
        self.unit = unit
        self.funds = 0

    @event("FundsArrived")
    def receive(self, occurred_on: str, source: str, amount_yuan: int, note: str) -> None:
        self.funds += amount_yuan


class StockLeads(Application[UUID]):
    """The application of the library's own tutorial."""

    def register(self) -> UUID:
        lead = Lead("硅靶材生产项目", "企业", "经开区")
        self.save(lead)
        return lead.id

    def receive(self, lead_id: UUID, times: int = 1) -> None:
        """Load, change, save: one command."""
        lead: Any = self.repository.get(lead_id)
        for _ in range(times):
            lead.receive("2023-05-01", "local", 10_000, "第一笔到位资金")
        self.save(lead)


def stock(folder: Path) -> StockLeads:
    return StockLeads(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "stock.db"),
        }
    )


def stock_replay(app: StockLeads, streams: int, each: int) -> tuple[int, float]:
    """Events, and the seconds it takes to load every aggregate anew."""
    ids = []
    for _ in range(streams):
        lead_id = app.register()
        app.receive(lead_id, each - 1)
        ids.append(lead_id)
    start = time.perf_counter()
    for lead_id in ids:
        app.repository.get(lead_id)
    return streams * each, time.perf_counter() - start
