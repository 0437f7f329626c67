"""What every event carries, and the envelope it is recorded in.

An event says what happened: its business date, the papers behind it, a note, and its own
fields. The envelope (`Recorded`) says who entered it and when: the two clocks never mix.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

LONGEST_NAME = 200
"""Characters of a name or title: a longer one is a paste into the wrong field."""


LEDGER = "台账"
"""The kind of evidence that names a ledger's line: where an entry came from."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """佐证材料: a paper or photo kept elsewhere, named here (domain section 1.4)."""

    kind: str
    name: str
    sha256: str | None = None
    taken_on: date | None = None
    place: str | None = None

    @property
    def proves(self) -> bool:
        """A ledger says where an entry came from; it is no paper behind what it says."""
        return self.kind != LEDGER


@dataclass(frozen=True, slots=True)
class Personal:
    """A piece of personal data (name or phone of a contact person).

    `scheme` says how `text` is to be read. Today it is always "clear"; sealing a person's data
    under a key of their own changes the two values, never the shape of a stored event.
    """

    text: str
    scheme: str = "clear"

    def __repr__(self) -> str:  # keep names and phones out of logs and tracebacks
        return f"Personal(<{self.scheme}>)"


@dataclass(frozen=True, slots=True)
class ContactPerson:
    """联系人. `person_id` is what a later key, mask or erasure of this person refers to."""

    person_id: UUID
    name: Personal
    title: str | None = None
    phone: Personal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on a business day (`occurred_on`, Asia/Shanghai)."""

    occurred_on: date
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None

    @property
    def proofs(self) -> tuple[Evidence, ...]:
        """The evidence that proves something."""
        return tuple(item for item in self.evidence if item.proves)

    @property
    def sources(self) -> tuple[Evidence, ...]:
        """The ledger lines it was read from."""
        return tuple(item for item in self.evidence if not item.proves)


E = TypeVar("E", bound=Event, covariant=True)


@dataclass(frozen=True, slots=True)
class Recorded(Generic[E]):
    """An event as it stands in the log.

    `version` counts from 1 in its stream; `position` is its place in the whole log, from 1.
    `previous` is room for the hash of the event before it in the stream; None while the log
    is not chained. `recorded_with` names the token or session it came with; None from the
    program itself, or of before that was kept.
    """

    stream_id: UUID
    version: int
    position: int
    event_id: UUID
    recorded_at: datetime
    recorded_by: str
    event: E
    previous: str | None = None
    recorded_with: str | None = None
