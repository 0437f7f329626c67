"""What does one sample lead's desk have to enter? A diary of events, by business day."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from crm.demo.cast import LAST_DAY, Fate, Part
from crm.demo.names import Identity
from domain.lead import events as e
from domain.vocabulary import ResponsibilityRole

FINISHED = frozenset({Fate.COMPLETED, Fate.PRODUCING})
BUILDING = FINISHED | {Fate.STARTED, Fate.EXITED, Fate.REINSTATED}
SIGNING = BUILDING | {Fate.SIGNED}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something a clerk will enter. `turning` entries are entered in the order they happened.

    `report` marks a month's return: entered in the first days of the next month.
    """

    event: e.LeadEvent
    turning: bool = False
    report: bool = False


@dataclass(slots=True)
class Diary:
    """One lead's part, who it is, and what happens to it until `end`."""

    part: Part
    rng: Random
    who: Identity
    registration: e.LeadRegistered
    fixed: int = 0  # 固定资产投资 of the agreement, 元
    end: date = LAST_DAY
    entries: list[Entry] = field(default_factory=list)

    def roles(self, day: date, roles: dict[ResponsibilityRole, str]) -> None:
        changes = tuple(e.ResponsibilityChange(role, who) for role, who in roles.items())
        self.add(e.ResponsibilityAssigned(occurred_on=day, changes=changes))

    def add(self, event: e.LeadEvent, *, turning: bool = False, report: bool = False) -> None:
        """Keep what happens within the story; after an exit only the way back."""
        last = LAST_DAY if isinstance(event, e.LeadExited | e.LeadReinstated) else self.end
        if event.occurred_on <= last:
            self.entries.append(Entry(event, turning, report))
