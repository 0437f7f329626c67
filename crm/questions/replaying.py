"""A lead replayed: what changed between two moments, who knew what when, its history."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from crm.application import CRM
from crm.export import Sheet
from crm.presentation import Shown
from crm.questions.answer import Answer, When
from crm.replaying.comparing import compared, compared_sheet
from crm.replaying.history import history_page
from crm.replaying.history_files import history_sheet
from crm.replaying.knowing import knowledge, knowledge_sheet, require_field
from crm.replaying.moments import Moment, moment_of
from domain.errors import BadInput
from projections.clocks import Clocks


@dataclass(frozen=True, slots=True)
class Than:
    """The moment another is compared with; what it leaves out is as at the other one.

    `known_at` and `all_known`: K as it was asked, where one that is still to come is all there is.
    """

    version: int | None = None
    as_of: date | None = None
    known_at: datetime | None = None
    all_known: bool = False

    def of(self, when: When, version: int | None) -> tuple[When, int | None]:
        """Its clocks and its version, beside those of the other. Raises `BadInput`."""
        stated = self.known_at is not None or self.all_known
        if self.version is None and self.as_of is None and not stated:
            raise BadInput(
                "than_as_of", "请写明与哪一时刻比较：than_version、than_as_of 或 than_known_at"
            )
        if self.version is not None and stated:
            raise BadInput("than_version", "than_version 与 than_known_at 只能用一个")
        day = self.as_of or when.as_of
        if self.version is not None:
            return When(day), self.version
        if stated:
            return When(day, self.known_at), None
        return When(day, when.known_at), version


def ask_diff(
    crm: CRM, lead_id: UUID, when: When, version: int | None = None, than: Than = Than()
) -> Answer:
    """What of a lead differs between two moments, and why.

    Raises `NotFound`; `BadInput` where a moment is not named, or named twice.
    """
    then = moment_of(crm, lead_id, *than.of(when, version))
    now = moment_of(crm, lead_id, when, version)
    shown = compared(then, now)
    return _of_lead(now, shown, f"{shown['code']}前后对照", compared_sheet)


def ask_knowledge(crm: CRM, lead_id: UUID, when: When, field: str) -> Answer:
    """What was said of one field on D, as it was learnt up to K.

    Raises `NotFound`; `BadInput` for a field there is not.
    """
    moment = moment_of(crm, lead_id, when)
    shown = knowledge(moment, require_field(field))
    return _of_lead(moment, shown, "何时知情", knowledge_sheet)


def ask_history(crm: CRM, lead_id: UUID, when: When, version: int | None = None) -> Answer:
    """The lead's records known at K of days up to D, and what they add up to. Raises `NotFound`."""
    moment = moment_of(crm, lead_id, when, version)
    shown = history_page(crm, moment)
    return _of_lead(moment, shown, f"{shown['code']}项目记录", history_sheet)


def _of_lead(moment: Moment, shown: Shown, name: str, layout: Callable[[Shown], Sheet]) -> Answer:
    position = moment.known[-1].position if moment.known else 0
    clocks = Clocks(moment.as_of, moment.known_at, position)
    return Answer(clocks, shown, name, layout)
