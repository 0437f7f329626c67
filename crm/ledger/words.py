"""Which words of a ledger's line does the log have? Progress, remarks, columns without a field.

What has no event of its own was kept as 表头：内容 in a note, so that is where it is looked for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crm.ledger.headers import Field
from crm.ledger.line import LedgerRow
from crm.persons.sealing import NAME_SHOWN, PHONE_SHOWN, Opened, both_ways
from domain.lead import events as e
from domain.lead.folding import fold
from domain.lead.standing import Lead
from domain.lead.state import LeadState
from domain.vocabulary import Stage

_MONTH = re.compile(r"(\d{4}-\d{2})[：:](.+)", re.DOTALL)
_GONE = re.compile(r"已(?:解约|退出|终止|解除协议|清退)[（(][^）)]*[）)]")
_BUILT_FIRST = "先建后签"
_STANDING = ("停工", "试生产", "部分投产", Stage.SHELVED.label, Stage.LOST.label)


@dataclass(slots=True)
class ToldProgress:
    """The newest 月度进展 and whether a ledger brought it; by month, those no ledger brought."""

    latest: str | None = None
    by_ledger: bool = False
    by_others: dict[str, str] = field(default_factory=dict)


def month_of(progress: str) -> tuple[str | None, str]:
    """The month a cell of 进展情况 begins with, as our own ledgers write it (2023-12：…)."""
    found = _MONTH.fullmatch(progress)
    return (found[1], found[2].strip()) if found else (None, progress)


def ground_of_start(row: LedgerRow) -> str | None:
    """Why it was started before it was signed, where the remark says that it was."""
    return row.remark if row.remark and _BUILT_FIRST in row.remark else None


def new(row: LedgerRow, lead: Lead) -> Iterator[tuple[str, str]]:
    """(column, text) of what the line says beyond the fields of events, and no entry says."""
    if row.progress and not has(lead, row.progress) and not has(lead, month_of(row.progress)[1]):
        yield row.header(Field.PROGRESS), row.progress
    if row.remark and not has(lead, row.remark):
        state = fold(lead.in_force())
        parts = [part.strip() for part in row.remark.split("；")]
        fresh = [part for part in parts if not has(lead, part) and not _derived(part, row, state)]
        if fresh:
            yield row.header(Field.REMARK), "；".join(fresh)
    for header, text in row.extras:
        if not has(lead, text):
            yield header, text


def _derived(part: str, row: LedgerRow, state: LeadState) -> bool:
    """What our own ledgers put into 备注 to show how a lead stands, or the exit just read there."""
    if not part or part in _STANDING or part == state.exit_ground:
        return True
    if part.startswith(_BUILT_FIRST):
        ground = state.start_ground
        return part in (_BUILT_FIRST, f"{_BUILT_FIRST}：{ground}", ground)
    return row.exited_on is not None and bool(_GONE.fullmatch(part))


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


def new_contacts(row: LedgerRow, persons: Sequence[Opened]) -> Iterator[Field]:
    """The columns of people's data that say something the lead's 联系人 do not."""
    names = {text for person in persons for text in both_ways(person.name, NAME_SHOWN)}
    numbers = {text for person in persons for text in both_ways(person.phone, PHONE_SHOWN)}
    if row.contact and row.contact not in names:
        yield Field.CONTACT
    if row.phone and row.phone not in numbers:
        yield Field.PHONE


def _says(event: e.LeadEvent, text: str) -> bool:
    if isinstance(event, e.MonthlyProgressReported) and event.text == text:
        return True
    if isinstance(event, e.LeadExited | e.ConstructionStarted) and event.ground == text:
        return True
    said = f"；{event.note}；"
    return event.note is not None and (f"：{text}；" in said or f"；{text}；" in said)
