"""What does a ledger say, line by line, before it is held against the log?"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path

from crm.ledger.line import LedgerRow
from crm.ledger.recording import judged
from crm.ledger.rows import read_row
from crm.ledger.sheet import SaidOf, Table, nothing_said, read_workbook
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
    """Lines that name a project of a line above say so, unless their 信用代码 tell them apart; of
    those that share investor, day and amount it is asked about."""
    above = _Above()
    compared = []
    for row in rows:
        name = title_key(row.title or ""), company_key(row.investor or "")
        signing = name[1], row.signed_on, row.agreed_total_yuan
        if (same := above.of(name, row)) is not None:
            row = replace(row, repeats=_where(same, row))
        elif row.signed_on and row.agreed_total_yuan and (akin := above.of(signing, row)):
            where = _where(akin, row)
            doubt = f"投资方、签约时间、协议金额都与{where}相同，请核对是否同一项目"
            row = replace(row, doubts=(*row.doubts, doubt))
        above.add(name, row)
        above.add(signing, row)
        compared.append(row)
    return compared


class _Above:
    """The first line of each kind that 信用代码 and key do not tell from a later one."""

    def __init__(self) -> None:
        self._first: dict[object, LedgerRow] = {}

    def add(self, alike: object, row: LedgerRow) -> None:
        for uscc, key in product({row.uscc, _ANY}, {row.key, _ANY}):
            self._first.setdefault((alike, uscc, key), row)

    def of(self, alike: object, row: LedgerRow) -> LedgerRow | None:
        """One whose code and key are the same, or not stated by one of the two."""
        usccs, keys = ((own, None) if own else (_ANY,) for own in (row.uscc, row.key))
        found = (self._first.get((alike, uscc, key)) for uscc, key in product(usccs, keys))
        return next((one for one in found if one is not None), None)


_ANY = "*"


def _where(other: LedgerRow, row: LedgerRow) -> str:
    return f"{'' if other.sheet == row.sheet else f'工作表“{other.sheet}”'}第{other.row}行"
