"""How is a revision of the rules told? On a day, by the public names of the rules."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from crm.people import Caller, Role
from domain.event import Recorded
from domain.rulebook import DEFAULT_RULES
from domain.rules import RULES_STREAM, RulesRevised, revision

TODAY = date(2024, 6, 3)


ADMIN = Caller("管理员", Role.ADMIN)


def revised(since: date, by: date = TODAY, **changes: Any) -> RulesRevised:
    return revision(changes, since, "县政府办通知", occurred_on=by)


def on_record(*revisions: tuple[date, RulesRevised]) -> list[Recorded[RulesRevised]]:
    """Revisions as recorded at noon of a day, in order; positions count from 1."""
    return [
        Recorded(RULES_STREAM, n, n, UUID(int=n), _noon(day), "管理员", event)
        for n, (day, event) in enumerate(revisions, 1)
    ]


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def naive_value(history: Sequence[Recorded[RulesRevised]], name: str, day: date, known: int) -> Any:
    """The last word on a rule: by the day it holds from, then by when it was recorded."""
    candidates = [
        (r.event.effective_from, r.position, change.value)
        for r in history
        for change in r.event.changes
        if r.position <= known and r.event.effective_from <= day and change.name == name
    ]
    return max(candidates, key=lambda c: c[:2])[2] if candidates else getattr(DEFAULT_RULES, name)


_NAMES = (
    "start_within_months",
    "completion_within_months",
    "production_within_months",
    "framework_conversion_months",
    "big_project_wan",
    "built_project_wan",
)


def random_revisions(rng: random.Random, count: int) -> list[RulesRevised]:
    found = []
    for _ in range(count):
        since = date(2022, 1, 1) + timedelta(days=rng.randrange(1100))
        names = rng.sample(_NAMES, rng.randint(1, 3))
        values: dict[str, Any] = {
            name: rng.choice((5000, 12000, 50000)) if name.endswith("_wan") else rng.randint(1, 24)
            for name in names
        }
        found.append(revised(since, **values))
    return found
