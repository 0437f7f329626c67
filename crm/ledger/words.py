"""Which words of a ledger's line does the log have? Progress, remarks, columns without a field.

What has no event of its own was kept as 表头：内容 in a note, so that is where it is looked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from crm.ledger.headers import Field
from crm.ledger.rows import LedgerRow
from domain.lead import events as e
from domain.lead.standing import Lead
from domain.lead.state import LeadState


@dataclass(slots=True)
class ToldProgress:
    """The newest 月度进展 and whether a ledger brought it; by month, those no ledger brought."""

    latest: str | None = None
    by_ledger: bool = False
    by_others: dict[str, str] = field(default_factory=dict)


def of(row: LedgerRow) -> Iterator[tuple[str, str]]:
    """(column, text) of what the line says beyond the fields of events."""
    for what, text in ((Field.PROGRESS, row.progress), (Field.REMARK, row.remark)):
        if text:
            yield row.header(what), text
    yield from row.extras


def has(lead: Lead, text: str) -> bool:
    """Whether an entry in force says it: in a note, as progress, or as the ground of an exit."""
    return any(_says(recorded.event, text) for recorded in lead.in_force())


def progress_of(lead: Lead) -> ToldProgress:
    told = ToldProgress()
    newest = ""
    for recorded in lead.in_force():
        event = recorded.event
        if not isinstance(event, e.MonthlyProgressReported):
            continue
        if event.period >= newest:
            newest = event.period
            told.latest, told.by_ledger = event.text, bool(event.sources)
        if event.sources:
            told.by_others.pop(event.period, None)
        else:
            told.by_others[event.period] = event.text
    return told


def new_contacts(row: LedgerRow, state: LeadState) -> Iterator[Field]:
    """The columns of people's data that say something the lead's 联系人 do not."""
    names = {p.name.text for p in state.contact_persons}
    numbers = {p.phone.text for p in state.contact_persons if p.phone}
    if row.contact and row.contact not in names:
        yield Field.CONTACT
    if row.phone and row.phone not in numbers:
        yield Field.PHONE


def _says(event: e.LeadEvent, text: str) -> bool:
    if isinstance(event, e.MonthlyProgressReported) and event.text == text:
        return True
    if isinstance(event, e.LeadExited) and event.ground == text:
        return True
    return event.note is not None and f"：{text}；" in f"{event.note}；"
