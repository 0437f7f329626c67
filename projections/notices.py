"""Which notices are open, and are they answered in time? (督办通知, 回复率; plan clauses 36, 76)"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.lead.state import LeadState, Notice
from domain.money import ratio_text
from projections.lead_states import LeadOnDay


class NoticeState(StrEnum):
    """Of a notice on a day."""

    OPEN = "open"
    ANSWERED = "answered"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class IssuedNotice:
    """A notice and the lead it went to."""

    notice_id: UUID
    lead_id: UUID
    lead: LeadState
    notice: Notice
    state: NoticeState

    @property
    def key(self) -> tuple[int, str, str]:
        """Newest first; by code of the lead within a day."""
        return -self.notice.issued_on.toordinal(), self.lead.code, str(self.notice_id)


@dataclass(frozen=True, slots=True)
class Notices:
    """`reply_rate`: answered by their due day, of those due by D; 4 places, None without any."""

    items: list[IssuedNotice]
    in_time: int
    due: int

    @property
    def reply_rate(self) -> str | None:
        return ratio_text(self.in_time, self.due)


def notices(leads: Iterable[LeadOnDay], day: date) -> Notices:
    """The notices issued by `day`, newest first."""
    found = [
        IssuedNotice(notice_id, lead.lead_id, lead.state, notice, _state(notice, day))
        for lead in leads
        for notice_id, notice in lead.state.notices.items()
    ]
    due = [one.notice for one in found if one.notice.due <= day]
    in_time = sum(n.answered_on is not None and n.answered_on <= n.due for n in due)
    found.sort(key=lambda one: one.key)
    return Notices(found, in_time, len(due))


def _state(notice: Notice, day: date) -> NoticeState:
    if notice.answered_on is not None:
        return NoticeState.ANSWERED
    return NoticeState.OVERDUE if notice.due < day else NoticeState.OPEN
