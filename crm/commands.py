"""What the program can be asked to record, by whom, on what condition, and what it answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from crm.people import Caller
from domain.event import Event, Recorded
from domain.lead import events as e
from domain.lead.splitting import Steps
from domain.lead.standing import Lead


@dataclass(frozen=True, slots=True)
class Written:
    """What a write answers with (contract, "Conventions"). `position` is the last event's.

    `lead_id` is the stream written to, also where that is a problem's or a target's; of several,
    the one the command was addressed to. `opened` are the leads that a split registered.
    """

    lead_id: UUID
    version: int
    position: int
    events: tuple[tuple[UUID, str], ...]
    code: str | None = None
    opened: tuple[tuple[UUID, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What a caller may attach to a write: `If-Match` and `Idempotency-Key`.

    `fingerprint` identifies the request's method, address and body.
    """

    if_match: int | None = None
    key: str | None = None
    fingerprint: str = ""


UNCONDITIONAL = Condition()


class VersionMismatch(Exception):
    """`If-Match` names another version than the lead has (HTTP 412)."""

    def __init__(self, current: int) -> None:
        super().__init__(str(current))
        self.code = "version_mismatch"
        self.detail = f"记录已被他人更新（当前版本 {current}），请刷新后再试"


class KeyReused(Exception):
    """The same `Idempotency-Key` came with another body (HTTP 422)."""

    code = "idempotency_key_reused"
    detail = "同一 Idempotency-Key 已用于内容不同的请求"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Who wants it, and on what condition."""

    by: Caller
    condition: Condition = UNCONDITIONAL


@dataclass(frozen=True, slots=True)
class OnLead(Command):
    """Record events on a lead: all of them or none."""

    lead_id: UUID
    events: Sequence[e.LeadEvent]


Plan = Callable[[Sequence[Lead], Sequence[tuple[UUID, str]]], Steps]
"""What comes of a command on leads as they stand, and on new ones (id and code): pure, may refuse.

It has to record something on every lead it looks at: that is what makes its looking safe.
"""


@dataclass(frozen=True, slots=True)
class Together(Command):
    """Record events on several leads: on all of them or on none.

    `If-Match` names the first one's version. `opens` leads are registered under codes of `year`.
    """

    lead_ids: Sequence[UUID]
    plan: Plan
    opens: int = 0
    year: int = 0


@dataclass(frozen=True, slots=True)
class Registering(Command):
    """Register a lead under the next code of its year, with what else is known of it."""

    registration: e.LeadRegistered
    following: Sequence[e.LeadEvent] = ()


@dataclass(frozen=True, slots=True)
class Opening(Command):
    """Open a stream under the next code of its kind and year, with what `begin` makes of it."""

    kind: str
    year: int
    begin: Callable[[str], Sequence[Event]]


Decide = Callable[[Sequence[Recorded[Any]], date], Sequence[Event]]
"""What comes of a command on a stream as it was recorded so far, today: pure, may refuse."""


@dataclass(frozen=True, slots=True)
class OnStream(Command):
    """Record what `decide` makes of a stream's history: a target, a problem, a chain …"""

    stream_id: UUID
    decide: Decide
