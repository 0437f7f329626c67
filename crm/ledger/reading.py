"""What does a ledger say, line by line, before it is held against the log?"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from crm.ledger.line import LedgerRow
from crm.ledger.recording import judged
from crm.ledger.rows import read_row
from crm.ledger.sheet import SaidOf, Table, nothing_said, read_workbook
from crm.ledger.values import Value, plain
from domain.event import LEDGER, Evidence
from domain.likeness import company_key, title_key


@dataclass(frozen=True, slots=True)
class Ledger:
    """A workbook as read on the day `today`. `notes` tell what was left out or assumed."""

    file: str
    today: date
    rows: tuple[LedgerRow, ...]
    notes: tuple[str, ...]
    sheets: int = 1
    sha256: str = ""
    tables: tuple[Table, ...] = ()

    @property
    def accepted(self) -> tuple[LedgerRow, ...]:
        return tuple(row for row in self.rows if not row.faults)

    @property
    def refused(self) -> tuple[LedgerRow, ...]:
        return tuple(row for row in self.rows if row.faults)

    def source(self, row: LedgerRow) -> str:
        """Where a lead came from and who wrote it down, as its registration's note says."""
        by = f"（{row.filed_by}）" if row.filed_by else ""
        return f"台账：{self._line(row)}{by}"

    def evidence(self, row: LedgerRow) -> Evidence:
        """The source of every entry a line is recorded by."""
        return Evidence(LEDGER, self._line(row), sha256=self.sha256 or None)

    def _line(self, row: LedgerRow) -> str:
        sheet = f" {row.sheet}" if self.sheets > 1 else ""
        return f"{self.file}{sheet} 第{row.row}行"


def preview(path: Path, today: date, said_of: SaidOf = nothing_said) -> Ledger:
    """Read a ledger and judge each line; records nothing.

    `said_of`: what somebody has said of the columns of ledgers of a shape.

    Raises `LedgerError` when the file as a whole is no ledger.
    """
    tables, notes = read_workbook(path, today, said_of)
    sha256 = digest_of(path)
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
        path.name,
        today,
        tuple(_compared(rows)),
        tuple(notes),
        len(tables),
        sha256,
        tuple(tables),
    )


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, by which the entries of its import are found again."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _compared(rows: list[LedgerRow]) -> list[LedgerRow]:
    """Lines that name a project of a line above say so, unless their 信用代码 tell them apart."""
    by_name: dict[tuple[str, str], list[LedgerRow]] = defaultdict(list)
    by_signing: dict[tuple[Value, date, int], LedgerRow] = {}
    compared = []
    for row in rows:
        above = by_name[title_key(row.title or ""), company_key(row.investor or "")]
        same = next((one for one in above if not _told_apart(one, row)), None)
        if same is not None:
            sheet = "" if same.sheet == row.sheet else f"工作表“{same.sheet}”"
            row = replace(row, repeats=f"{sheet}第{same.row}行")
        elif row.signed_on and row.agreed_total_yuan:
            signed = row.investor, row.signed_on, row.agreed_total_yuan
            akin = by_signing.setdefault((plain(signed[0]), *signed[1:]), row)
            if akin is not row and not _told_apart(akin, row):
                doubt = f"投资方、签约时间、协议金额都与第{akin.row}行相同，请核对是否同一项目"
                row = replace(row, doubts=(*row.doubts, doubt))
        above.append(row)
        compared.append(row)
    return compared


def _told_apart(one: LedgerRow, other: LedgerRow) -> bool:
    return bool(one.uscc and other.uscc and one.uscc != other.uscc) or (
        bool(one.key and other.key) and one.key != other.key
    )
