"""认定、督办; 退出、恢复、作废: what the centre decides about a lead."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.lead.events.base import LeadEvent
from domain.vocabulary import (
    Colour,
    NoticeLevel,
    RecognitionDecision,
    RecognitionScope,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionDecided(LeadEvent):
    """认定: a milestone, or the funds, recognised, refused, or the recognition revoked."""

    scope: RecognitionScope
    decision: RecognitionDecision
    ground: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourOverridden(LeadEvent):
    """三色人工调整, up to and including `until`."""

    colour: Colour
    until: date
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeIssued(LeadEvent):
    """督办通知; its answer names it by its own event id."""

    level: NoticeLevel
    due: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAnswered(LeadEvent):
    """督办回复."""

    notice_id: UUID
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadExited(LeadEvent):
    """退出 (解约、清退)."""

    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateLinked(LeadEvent):
    """重复登记: this lead is the same as `of_lead_id`, and exits in its favour."""

    of_lead_id: UUID
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadReinstated(LeadEvent):
    """恢复 of an exited lead."""

    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventVoided(LeadEvent):
    """作废: takes `event_id` out of force for every day; it stays in the history, marked."""

    event_id: UUID
    ground: str
