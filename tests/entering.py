"""How is an event entered late, or by somebody, in a test? Straight into the store."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from crm.application import CRM
from domain.event import Recorded
from domain.lead import events as e
from tests.given import nth
from tests.told import REGISTERED


def enter(crm: CRM, lead: int, event: e.LeadEvent, recorded_on: date, by: str = "甲") -> None:
    """An event entered at noon of a day, Shanghai."""
    version = len(crm.store.stream(UUID(int=lead))) + 1
    position = crm.store.head() + 1
    at = datetime(recorded_on.year, recorded_on.month, recorded_on.day, 4, tzinfo=UTC)
    at += timedelta(seconds=position)
    crm.store.append([Recorded(UUID(int=lead), version, position, nth(position), at, by, event)])


def register(crm: CRM, lead: int, unit: str, recorded_on: date, **how: Any) -> None:
    registration = replace(REGISTERED, code=f"ZS2023-{lead:04d}", recruiting_unit=unit)
    enter(crm, lead, registration, recorded_on, **how)
