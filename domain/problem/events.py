"""What can happen to a problem (contract, "POST /problems"; glossary: IssueList, CloseOut)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.event import Event
from domain.vocabulary import EscalationLevel, ProblemClass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemEvent(Event):
    """Any event of a problem's stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRaised(ProblemEvent):
    """提出问题."""

    code: str
    lead_id: UUID
    category: ProblemClass
    text: str
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemAssigned(ProblemEvent):
    """交办: what is named replaces what stood before."""

    leader: str | None = None
    unit: str | None = None
    person: str | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemActionRecorded(ProblemEvent):
    """落实情况."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemResolutionClaimed(ProblemEvent):
    """申请销号."""

    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemClosed(ProblemEvent):
    """销号, confirmed by somebody."""

    confirmer: str
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemReopened(ProblemEvent):
    """重新打开: it counts as open again."""

    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemEscalated(ProblemEvent):
    """提级督办."""

    level: EscalationLevel
    ground: str | None = None
