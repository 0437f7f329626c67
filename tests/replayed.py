"""A lead at a moment as a test makes it: cut from a random log or a told one."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from crm.questions.answer import When
from crm.replaying.moments import Moment, known_part
from domain.event import Recorded
from domain.rules import RulesRevised
from tests.histories import random_log
from tests.naive_anomalies import varied
from tests.read_tables import DAYS

Log = Sequence[Recorded[Any]]
Revisions = Sequence[Recorded[RulesRevised]]
NEVER = timedelta(days=400)


def histories(seed: int, leads: int = 4, steps: int = 160) -> list[list[Recorded[Any]]]:
    """The leads of a random log, each with its own events."""
    rng = random.Random(seed)
    by_lead = defaultdict(list)
    for recorded in varied(random_log(rng, leads, steps), rng):
        by_lead[recorded.stream_id].append(recorded)
    return list(by_lead.values())


def moment(
    history: Log, day: date, known_at: datetime | None = None, revisions: Revisions = ()
) -> Moment:
    """As `crm.replaying.moments.moment_of` has it of a stored lead."""
    known, _ = known_part(history, When(day, known_at), None)
    at = known_at or history[-1].recorded_at
    told = [r for r in revisions if r.recorded_at <= at]
    return Moment(history[0].stream_id, day, at, known, told)


def random_moment(rng: random.Random, history: Log, revisions: Revisions = ()) -> Moment:
    """Any day, knowing any part of it; a day or moment before it all is among them."""
    recorded = rng.choice([r.recorded_at for r in history])
    known_at = recorded if rng.random() < 0.9 else history[0].recorded_at - NEVER
    used = [r.event.occurred_on for r in history]
    day = rng.choice((rng.choice(used), rng.choice(DAYS)))
    return moment(history, day, known_at, revisions)
