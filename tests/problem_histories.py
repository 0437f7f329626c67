"""What becomes of problems? Random, legal histories of several."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.errors import BadInput, Refused
from domain.event import Recorded
from domain.problem import events as p
from domain.problem.decisions import decide
from domain.vocabulary import ProblemClass

History = list[Recorded[p.ProblemEvent]]


def recorded(stream: UUID, version: int, position: int, event: p.ProblemEvent) -> Recorded[Any]:
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=position)
    return Recorded(stream, version, position, UUID(int=position), at, "test", event)


def assigned(day: date, **fields: Any) -> p.ProblemEvent:
    return p.ProblemAssigned(occurred_on=day, **fields)


def acted(day: date) -> p.ProblemEvent:
    return p.ProblemActionRecorded(occurred_on=day, text="已报市局")


def claimed(day: date) -> p.ProblemEvent:
    return p.ProblemResolutionClaimed(occurred_on=day)


def closed(day: date, text: str | None = None) -> p.ProblemEvent:
    return p.ProblemClosed(occurred_on=day, confirmer="招商服务中心", text=text)


def reopened(day: date) -> p.ProblemEvent:
    return p.ProblemReopened(occurred_on=day, ground="指标被调减")


def random_problems(rng: random.Random, problems: int, steps: int) -> list[Recorded[Any]]:
    log: list[Recorded[Any]] = []
    histories: dict[UUID, History] = {}
    for _ in range(steps):
        position = len(log) + 1
        day = date(2023, 1, 1) + timedelta(days=rng.randint(0, 364))
        if len(histories) < problems and rng.random() < 0.3:
            number = len(histories) + 1
            stream = UUID(int=1000 + number)
            event: p.ProblemEvent = p.ProblemRaised(
                occurred_on=day,
                code=f"WT2023-{number:04d}",
                lead_id=UUID(int=rng.randint(1, 3)),
                category=rng.choice(list(ProblemClass)),
                text="问题",
                due=day + timedelta(days=rng.randint(0, 90)) if rng.random() < 0.7 else None,
            )
            histories[stream] = []
        elif histories:
            stream = rng.choice(list(histories))
            event = rng.choice(
                (
                    assigned(day, unit=rng.choice(("甲局", "乙局")), due=day),
                    acted(day),
                    claimed(day),
                    closed(day, "已解决"),
                    closed(day, "已解决"),
                    reopened(day),
                )
            )
        else:
            continue
        try:
            decide(histories[stream], event)
        except (Refused, BadInput):
            continue
        item = recorded(stream, len(histories[stream]) + 1, position, event)
        histories[stream].append(item)
        log.append(item)
    return log
