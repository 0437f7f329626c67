"""What kinds of oddity are there, and how much does each weigh? (异常数据, 防数据造假)

Domain section 4 ("Entry checks") and section 12 ("Anomaly list"); contract, "GET /anomalies".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from domain.lead.events import LeadEvent
from domain.vocabulary import AnomalyKind


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One kind on one lead. `since` is the business day it dates from.

    `figures` holds integers of 元 (`_yuan`) or 美元 (`_usd`), days and words. The events behind it
    are those of `events` kinds (of `periods` only, where given), or exactly `event_ids`.
    """

    kind: AnomalyKind
    since: date
    figures: dict[str, Any] = field(default_factory=dict)
    events: frozenset[type[LeadEvent]] = frozenset()
    periods: frozenset[str] | None = None
    event_ids: tuple[UUID, ...] = ()


Found = Iterator[Anomaly]
