"""What every event of a lead's stream is, and the words several of them share."""

from dataclasses import dataclass

from domain.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadEvent(Event):
    """Any event of a lead's stream."""


@dataclass(frozen=True, slots=True)
class Investor:
    """投资方 and, when known, its 统一社会信用代码."""

    name: str
    uscc: str | None = None
