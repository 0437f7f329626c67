"""How is a decision told? `given(past…).when(event).refused("code")`.

Every given event goes through `decide` too: a test that starts from an impossible past would
prove nothing. Event ids count from 1 (the registration), so that a void can name its target.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from domain.errors import BadInput, NotFound, Refused
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.decisions import decide
from domain.lead.standing import Lead
from domain.lead.state import LeadState

TODAY = date(2024, 12, 31)
LEAD = UUID(int=0xABC)
_FIRST = datetime(2024, 1, 2, 1, 0, tzinfo=UTC)


def nth(number: int) -> UUID:
    """The id of the nth event of a told history, the registration being the first."""
    return UUID(int=number)


@dataclass(frozen=True)
class Past:
    """A lead's told history."""

    lead: Lead
    history: tuple[Recorded[e.LeadEvent], ...] = ()

    def when(self, event: e.LeadEvent, today: date = TODAY) -> "Outcome":
        try:
            decide(self.lead, event, today)
        except (Refused, BadInput, NotFound) as error:
            return Outcome(self, error)
        number = self.lead.version + 1
        moment = _FIRST + timedelta(minutes=number)
        item = Recorded(LEAD, number, number, nth(number), moment, "test", event)
        return Outcome(Past(self.lead.after(item), (*self.history, item)), None)

    @property
    def state(self) -> LeadState:
        return self.lead.standing()


@dataclass(frozen=True)
class Outcome:
    """What came of it; `past` is the history afterwards."""

    past: Past
    error: Refused | BadInput | NotFound | None

    def accepted(self) -> Past:
        assert self.error is None, f"refused: {self.error}"
        return self.past

    def refused(self, code: str, *mentions: str) -> None:
        assert isinstance(self.error, Refused | NotFound), f"not refused: {self.error!r}"
        assert self.error.code == code, self.error
        for text in mentions:
            assert text in self.error.detail, self.error.detail

    def bad_input(self, field: str) -> None:
        assert isinstance(self.error, BadInput), f"no bad input: {self.error!r}"
        assert self.error.field == field, self.error


def given(*events: e.LeadEvent) -> Past:
    past = Past(Lead(LEAD))
    for event in events:
        past = past.when(event).accepted()
    return past
