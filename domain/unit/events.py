"""What can happen to a ranked unit, in the past tense (plan clauses 67, 75, 77).

Facts as staff state them: never a score or a rank. A period is named by its key, as 2023-Q2.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.event import Event
from domain.vocabulary import UnitGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEvent(Event):
    """Any event of a unit's stream; `unit` is its name, as leads name it."""

    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitGrouped(UnitEvent):
    """参评分组: the group it is ranked in from that day on; None: in none."""

    group: UnitGroup | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionRecorded(UnitEvent):
    """专项督查加减分: points added (+) or deducted (−), at most two places."""

    points: Decimal
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewHeld(UnitEvent):
    """约谈 of a unit over a period: by whom, with whom, what was said."""

    period: str
    interviewer: str
    interviewee: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEntryVoided(UnitEvent):
    """作废: an entry on the unit was a mistake; it stays in the history."""

    event_id: UUID
    ground: str
