"""The six lists (签约未开工项目清单 and the rest) as they go out: a ledger of one stage each."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from crm.ledger.choices import CHAIN, KIND, TOWN, UNIT, Choices
from crm.ledger.headers import (
    CODE,
    COLOUR,
    DUE,
    EXITED,
    FLAGS,
    IN_LIST,
    KEY,
    OPEN_ISSUES,
    OVERDUE,
)
from crm.ledger.keys import RowKey
from crm.presentation import COLOUR_LABELS, KIND_LABELS, Shown
from crm.printing.table import Column, Kind, Row, Table, said_by

_AGREEMENT, _COURSE, _TERM, _STATE, _LED = "协议", "项目进度", "期限", "情况", "责任包抓"
_COLUMNS = (
    Column("serial", "序号", Kind.SERIAL),
    Column("title", "项目名称", widest=28),
    Column("investor", "投资方", widest=28),
    Column("recruiting_unit", "招引单位", choices=UNIT, widest=14),
    Column("host_town", "落户镇", choices=TOWN, widest=10),
    Column("chain", "所属产业链", choices=CHAIN, widest=12),
    Column("kind", "协议类别", group=_AGREEMENT, choices=KIND, strict=True),
    Column("agreed_total_wan", "协议金额(万元)", Kind.WAN, group=_AGREEMENT, total=True),
    Column("signed_on", "签约时间", Kind.DAY, group=_COURSE),
    Column("started_on", "开工时间", Kind.DAY, group=_COURSE),
    Column("completed_on", "竣工时间", Kind.DAY, group=_COURSE),
    Column("produced_on", "投产时间", Kind.DAY, group=_COURSE),
    Column("exited_on", EXITED, Kind.DAY, group=_COURSE, locked=True),
    Column("days_in_list", IN_LIST, Kind.COUNT, group=_TERM, locked=True),
    Column("due_on", DUE, Kind.DAY, group=_TERM, locked=True),
    Column("overdue_days", OVERDUE, Kind.COUNT, group=_TERM, locked=True),
    Column("colour", COLOUR, Kind.COLOUR, group=_STATE, locked=True),
    Column("flags", FLAGS, group=_STATE, widest=10, locked=True),
    Column("open_issues", OPEN_ISSUES, Kind.COUNT, group=_STATE, total=True, locked=True),
    Column("leader", "包抓领导", group=_LED, widest=14),
    Column("unit", "责任单位", group=_LED, widest=14),
    Column("person", "责任人", group=_LED, widest=8),
    Column("code", CODE, locked=True),
    Column(KEY, KEY, hidden=True, locked=True),
)
_FLAGS = {"suspended": "停工", "trial": "试生产", "partial": "部分投产"}
_DAYS = ("signed_on", "started_on", "completed_on", "produced_on", "exited_on")
# Where a project stands in a list it has not come to what follows: nobody prints empty columns but
# that of the next step, for whoever fills it in.
_WITHOUT = {
    "framework": {*_DAYS},
    "signed-not-started": {*_DAYS[2:]},
    "started-not-completed": {*_DAYS[3:]},
    "completed-not-producing": {*_DAYS[4:]},
    "producing": {"exited_on", "due_on", "overdue_days", "colour"},
    "exited": {"due_on", "overdue_days", "colour"},
}


def list_table(shown: Shown, position: int, words: Choices) -> Table:
    """A stage list as `crm.presentation.list_page` gives it, whole; known up to `position`.

    A copy with cells changed comes in again as any ledger does: its words are those that
    `crm.ledger.headers` understands, and each row has its hidden key.
    """
    label = shown["label"]
    return Table(
        name=label,
        title=f"{label}项目清单",
        columns=[c for c in _COLUMNS if c.key not in _WITHOUT[shown["name"]]],
        rows=[_row(item, position) for item in shown["items"]],
        day=date.fromisoformat(shown["as_of"]),
        counted="investor",
        said=said_by(shown),
        choices=words,
        checked=True,
    )


def _row(item: Shown, position: int) -> Row:
    row: Row = {key: _READ.get(key, _same)(value) for key, value in item.items()}
    row["flags"] = "、".join(word for flag, word in _FLAGS.items() if item[flag])
    row[KEY] = str(RowKey(item["code"], position))
    return row


def _same(value: Any) -> Any:
    return value


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


_READ: dict[str, Callable[[Any], Any]] = {
    "agreed_total_wan": lambda value: None if value is None else Decimal(value),
    "kind": KIND_LABELS.get,
    "colour": COLOUR_LABELS.get,
    # Nothing to say is shown as nothing, so that what is late stands out.
    "overdue_days": lambda value: value or None,
    "open_issues": lambda value: value or None,
    **dict.fromkeys((*_DAYS, "due_on"), _day),
}
