"""What would a ledger record, and recording it: one line, one lead, all of its events or none.

The preview asks the same questions as the import (`recording.judged`), so that both take and
refuse the same lines. Only the import knows the store, and so which lines are in it already.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from crm.application import CRM
from crm.commands import Condition, Written
from crm.ledger.recording import following, judged, registration
from crm.ledger.rows import Fault, LedgerRow, read_row
from crm.ledger.sheet import SaidOf, Table, nothing_said, read_workbook
from crm.people import Caller, Forbidden
from domain.errors import BadInput, Refused


@dataclass(frozen=True, slots=True)
class Ledger:
    """A workbook as read on the day `today`. `notes` tell what was left out or assumed."""

    file: str
    today: date
    rows: tuple[LedgerRow, ...]
    notes: tuple[str, ...]
    sheets: int = 1
    tables: tuple[Table, ...] = ()

    @property
    def accepted(self) -> tuple[LedgerRow, ...]:
        return tuple(row for row in self.rows if not row.faults)

    @property
    def refused(self) -> tuple[LedgerRow, ...]:
        return tuple(row for row in self.rows if row.faults)

    def source(self, row: LedgerRow) -> str:
        """Where a lead came from, as its registration's note says."""
        sheet = f" {row.sheet}" if self.sheets > 1 else ""
        return f"台账：{self.file}{sheet} 第{row.row}行"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: lines recorded, lines that were in already, lines refused."""

    ledger: Ledger
    recorded: tuple[tuple[LedgerRow, Written], ...]
    already: tuple[LedgerRow, ...]
    refused: tuple[LedgerRow, ...]


def preview(path: Path, today: date, said_of: SaidOf = nothing_said) -> Ledger:
    """Read a ledger and judge each line; records nothing.

    Raises `LedgerError` when the file as a whole is no ledger.
    """
    tables, notes = read_workbook(path, today, said_of)
    rows: list[LedgerRow] = []
    for table in tables:
        where = f"工作表“{table.sheet}”：" if len(tables) > 1 else ""
        notes += [where + note for note in table.notes]
        if table.filed_on is None:
            notes.append(f"{where}没有填报时间，未注明日期的事项按今天（{today}）登记")
        for sheet_row in table.rows:
            row = read_row(table, sheet_row, today)
            rows.append(row if row.faults else replace(row, faults=judged(row, today)))
    return Ledger(
        path.name, today, tuple(_compared(rows)), tuple(notes), len(tables), tuple(tables)
    )


def _compared(rows: list[LedgerRow]) -> list[LedgerRow]:
    """Lines that name a project of an earlier line say so; both are taken."""
    first: dict[tuple[str | None, str | None], LedgerRow] = {}
    compared = []
    for row in rows:
        earlier = first.setdefault((row.title, row.investor), row)
        if earlier is not row and not row.faults:
            doubt = f"项目名称、投资方与第{earlier.row}行相同，疑似重复"
            row = replace(row, doubts=(*row.doubts, doubt))
        compared.append(row)
    return compared


Progress = Callable[[int, int], None]
"""Lines gone through, of how many."""


def unseen(_: int, __: int) -> None:
    """Progress that nobody watches."""


def import_ledger(
    crm: CRM, ledger: Ledger, by: Caller, progress: Progress = unseen
) -> ImportReport:
    """Record every line without fault.

    A line recorded before, by the same caller and saying the same, is not recorded again: after
    mending the refused lines the whole file is simply imported once more.
    """
    recorded: list[tuple[LedgerRow, Written]] = []
    already: list[LedgerRow] = []
    refused = list(ledger.refused)
    seen: Counter[str] = Counter()
    for nth, row in enumerate(ledger.accepted):
        progress(nth, len(ledger.accepted))
        content = _content(row)
        seen[content] += 1
        key = f"ledger:{content}:{seen[content]}"  # two equal lines of a ledger are two leads
        if crm.store.answered(by.name, key) is not None:
            already.append(row)
            continue
        try:
            written = crm.register(
                registration(row, ledger.source(row)),
                *following(row),
                by=by,
                condition=Condition(key=key, fingerprint="ledger"),
            )
        except (Refused, BadInput, Forbidden) as error:
            refused.append(replace(row, faults=(Fault(error.code, "整行", error.detail),)))
        else:
            twins = crm.reader.codes_of(row.title or "", row.investor or "")
            if others := [code for code in twins if code != written.code]:
                doubt = f"系统中已有同名同投资方的项目（{'、'.join(others)}），疑似重复"
                row = replace(row, doubts=(*row.doubts, doubt))
            recorded.append((row, written))
    order = {id_of(row): nth for nth, row in enumerate(ledger.rows)}
    refused.sort(key=lambda row: order[id_of(row)])
    return ImportReport(ledger, tuple(recorded), tuple(already), tuple(refused))


def id_of(row: LedgerRow) -> tuple[str, int]:
    """What a line is found again by."""
    return row.sheet, row.row


def _content(row: LedgerRow) -> str:
    """A digest of what the line says, wherever it stands and whenever it was filed."""
    says = (
        row.title,
        row.investor,
        row.uscc,
        row.chain,
        row.unit,
        row.town,
        row.kind and row.kind.value,
        row.agreed_total_yuan,
        *(day and day.isoformat() for day in (row.signed_on, row.started_on, row.completed_on)),
        *(day and day.isoformat() for day in (row.produced_on, row.exited_on)),
        row.funds_yuan,
        row.funds_usd,
        row.leader,
        row.responsible_unit,
        row.person,
        row.contact,
        row.phone,
        row.progress,
        row.remark,
        row.extras,
    )
    return hashlib.sha256(repr(says).encode()).hexdigest()
