"""The lines that go back to whoever sent the ledger: all their cells, and the reason beside them.

A table of its own, to be corrected and sent in again: its header says what the sheet's header and
margin said together (units, 填报时间), in words `crm.ledger.headers` reads as the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.ledger.columns import Column
from crm.ledger.files import Cell
from crm.ledger.headers import KEY, PER_DOLLARS, REASON, YUAN_PER_UNIT, Field, understand
from crm.ledger.planning import HOW_TO_DECIDE, Planned
from crm.ledger.reading import Ledger
from crm.ledger.sheet import Table

_MONEY = (Field.AMOUNT, Field.FUNDS)
_UNIT_OF = {per: unit for unit, per in YUAN_PER_UNIT.items()}
_DOLLARS = {per: f"{unit or ''}美元" for unit, per in PER_DOLLARS.items()}


@dataclass(frozen=True, slots=True)
class ReturnedSheet:
    """Lines of one sheet: `head` above the header, each line's cells under it."""

    sheet: str
    head: tuple[str, ...]
    header: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]


def returned(ledger: Ledger, lines: Iterable[Planned]) -> list[ReturnedSheet]:
    """The lines refused or in conflict, by sheet, in their order; sheets without any are left out.

    A column for the key is put beside them where there is none: a person says there which project
    a line is about.

    A reason names its column. Cells are as read (text that begins with = is text); merged ones are
    filled downward.
    """
    reasons = {(line.row.sheet, line.row.row): reason for line in lines if (reason := _why(line))}
    sheets = []
    for table in ledger.tables:
        keyed = () if table.ours else (KEY,)
        ours = {REASON} if table.ours else set()  # of the time before
        columns = [column for column in table.columns if column.header not in ours]
        header = (*(_header(table, column) for column in columns), *keyed, REASON)
        taken = [
            (*(row.values[column.index] for column in columns), *("" for _ in keyed), why)
            for row in table.rows
            if (why := reasons.get((table.sheet, row.number)))
        ]
        if taken:
            head = (HOW_TO_DECIDE, *([f"填报时间：{table.filed_on}"] if table.filed_on else []))
            sheets.append(ReturnedSheet(table.sheet, head, header, tuple(taken)))
    return sheets


def _why(line: Planned) -> str:
    if line.row.faults:
        return "；".join(f"{fault.column}：{fault.reason}" for fault in line.row.faults)
    return "；".join(
        f"{one.column}：{one.reason}" + (f"（系统中为{one.log}）" if one.log else "")
        for one in line.conflicts
    )


def _header(table: Table, column: Column) -> str:
    header, field = column.header, column.field
    if field is None:
        # 计划 over 开工时间 is gone from the flat header: it must not be read as the start itself.
        return header if understand([header]).field is None else f"参考：{header}"
    word = header if understand([header]).field is field else field.value
    if field is Field.FUNDS_USD:
        return f"{field.value}（{_DOLLARS[column.scale]}）" if column.scale else field.value
    scale = column.scale or table.scale
    if field not in _MONEY or scale is None or understand([word]).scale == scale:
        return word
    return f"{field.value}（{_UNIT_OF[scale]}）"
