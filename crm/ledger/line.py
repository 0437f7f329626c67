"""What one line of a ledger says, and what is wrong with it (`crm.ledger.rows` reads it)."""

from dataclasses import dataclass, field
from datetime import date

from crm.ledger.headers import Field
from domain.vocabulary import AgreementKind


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line is refused: stable `code`, the column as in the sheet, the reason for staff.

    `relative`: every cell could be read, they do not go together. Of a lead that is known, the
    log may know better (先建后签), so there it is the comparison that judges.
    """

    code: str
    column: str
    reason: str
    relative: bool = False


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One project line as read. With `faults` the other values are what could still be read.

    `filed_on` is the day of what the line does not date, `dated` whether the sheet states it;
    `filed_by` who filled the sheet in. `key` is the lead's code where the line carries it, and
    `key_position` the place in the log up to which the line was written out; `said_new` that
    somebody has written there that it is a project of its own. `repeats` is the line above of the
    same name and investor. `vague` are days the
    line states less exactly than they were read. `extras` are (header, value) of columns the
    program has no place for; `doubts` are words for the preview, no reason to refuse.
    """

    sheet: str
    row: int
    filed_on: date
    dated: bool = False
    filed_by: str | None = None
    key: str | None = None
    key_position: int | None = None
    said_new: bool = False
    repeats: str | None = None
    title: str | None = None
    investor: str | None = None
    uscc: str | None = None
    chain: str | None = None
    unit: str | None = None
    town: str | None = None
    kind: AgreementKind | None = None
    agreed_total_yuan: int | None = None
    signed_on: date | None = None
    started_on: date | None = None
    completed_on: date | None = None
    produced_on: date | None = None
    funds_yuan: int = 0
    funds_usd: int = 0
    exited_on: date | None = None
    leader: str | None = None
    responsible_unit: str | None = None
    person: str | None = None
    contact: str | None = None
    phone: str | None = None
    progress: str | None = None
    remark: str | None = None
    extras: tuple[tuple[str, str], ...] = ()
    vague: frozenset[Field] = frozenset()
    headers: dict[Field, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def begun_on(self) -> date:
        """The first day the line knows of; without any, the day it was filed."""
        return min((day for day in (self.signed_on, self.started_on) if day), default=self.filed_on)

    def header(self, what: Field) -> str:
        """What the sheet calls a column; its usual name where the sheet has none."""
        return self.headers.get(what, what.value)
