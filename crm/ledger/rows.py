"""What does one line of a ledger say, and what is wrong with it?

A line with a fault is refused whole: a half-read project would be counted wrongly and nobody
would look again. Every fault names the column as the sheet calls it.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import TypeVar

from crm.ledger import cells
from crm.ledger.cells import CellError
from crm.ledger.files import Cell
from crm.ledger.headers import CODE, WORKED_OUT, Field
from crm.ledger.keys import RowKey, read_key
from crm.ledger.line import Fault, LedgerRow
from crm.ledger.sheet import SheetRow, Table
from crm.uscc import valid_uscc
from domain.event import LONGEST_NAME
from domain.money import wan_text
from domain.vocabulary import AgreementKind

T = TypeVar("T")

_KINDS: dict[AgreementKind, str] = {
    AgreementKind.LETTER_OF_INTENT: "意向书 意向 意向协议 投资意向书 合作意向书 备忘录",
    AgreementKind.FRAMEWORK: (
        "框架协议 框架 框架合作协议 合作框架协议 战略协议 战略合作协议 战略合作框架协议 "
        "投资框架协议"
    ),
    AgreementKind.AGREEMENT: "协议 投资协议 正式协议 协议项目 合作协议 项目协议 招商协议",
    AgreementKind.CONTRACT: "合同 投资合同 正式合同 合同项目 项目合同 招商合同 合作合同",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}

_ORDER = (Field.SIGNED, Field.STARTED, Field.COMPLETED, Field.PRODUCED)

_GONE = "解约|解除(?:协议|合同)|终止|清退|退出|撤资"
_EXIT = re.compile(_GONE)
_CERTAIN = re.compile(rf"已(?:经|正式|协商|依法)*(?:于[^已]*)?(?:{_GONE})")
# 拟解约 and 未退出 are no exit; whoever reads the preview decides.
_NO_EXIT = re.compile(
    rf"(?:[未拟将若如无则]|不(?!足)|建议|计划|可能|申请|准备|考虑|是否|否则).{{0,2}}(?:{_GONE})"
    rf"|(?:{_GONE})(?:风险|机制|条款|申请|意向)"
)
_CLAUSE = re.compile(r"[,;。]")

# Beyond these an amount is more likely in another unit than its column says. Source: 总投资超
# 100 亿元的项目须核实 (domain document, anomaly list).
_MOST_YUAN, _LEAST_YUAN = 10_000_000_000, 100_000
_IMPOSSIBLE_YUAN = 100_000_000_000  # ten times the county's target of a year

_NEW = {"新项目", "新增项目", "新增", "新"}
_NUMBERS = (CODE, "编号")  # beside 序号: a code of ours there is the line's key

BUILT_FIRST = "先建后签"
"""In a remark: the start was before the signing, or without it, and the remark says why."""

# Excel has already replaced the end of a longer number by zeros.
_EXACT_BELOW = 10**15


class _Line:
    """Reads the cells of one line and gathers its faults."""

    def __init__(self, table: Table, row: SheetRow, today: date) -> None:
        self._row, self._table, self._today = row, table, today
        self.headers = {c.field: c.header for c in table.columns if c.field is not None}
        self.faults: list[Fault] = []
        self.doubts: list[str] = []
        self.vague: set[Field] = set()

    def refuse(self, code: str, what: Field, reason: str, *, relative: bool = False) -> None:
        self.faults.append(Fault(code, self.headers.get(what, what.value), reason, relative))

    def refuse_unresolved(self) -> None:
        """A formula the file has no result of says nothing that could be read."""
        for column in self._table.columns:
            what = column.field
            if what not in (None, Field.SERIAL) and column.index in self._row.unresolved:
                self.refuse(
                    "formula", what, "是公式，文件里没有它的结果，请用表格软件打开、保存后再导入"
                )

    def faulty(self, what: Field) -> bool:
        return any(f.column == self.headers.get(what, what.value) for f in self.faults)

    def said(self, what: Field) -> str | None:
        return cells.said(self._cell(what))

    def text(self, what: Field) -> str | None:
        return cells.text(self._cell(what))

    def required(self, code: str, what: Field) -> str | None:
        found = self.said(what)
        if found is None:
            missing = "" if what in self.headers else "（台账没有这一列）"
            self.refuse(code, what, f"{what.value}为空{missing}")
        elif self.shared(what):
            self.refuse(code, what, f"{what.value}合并了多行，请每个项目只占一行")
        elif len(found) > LONGEST_NAME:
            self.refuse(code, what, f"{what.value}超过{LONGEST_NAME}字")
        return found

    def shared(self, what: Field) -> bool:
        column = self._table.column(what)
        return column is not None and column.index in self._row.shared

    def amount(self, what: Field) -> int | None:
        column = self._table.column(what)
        scale = (column.scale if column else None) or self._table.scale
        found = self._read("amount", what, lambda cell: cells.amount_yuan(cell, scale))
        if found and self.shared(what):
            self.refuse("amount", what, f"{what.value}合并了多行，不知道各项目是多少")
        elif found and found > _IMPOSSIBLE_YUAN:
            wrong = f"“{self.text(what)}”读作{wan_text(found)}万元，超过1000亿元，请核对金额单位"
            self.refuse("amount", what, wrong)
        elif found and not _LEAST_YUAN <= found <= _MOST_YUAN:
            how = "不足10万元" if found < _LEAST_YUAN else "超过100亿元"
            self.doubts.append(
                f"{self.headers[what]}“{cells.text(self._cell(what))}”读作{wan_text(found)}万元，"
                f"{how}，请核对金额单位"
            )
        return found

    def dollars(self) -> int | None:
        column = self._table.column(Field.FUNDS_USD)
        scale = column.scale if column else None
        return self._read("amount", Field.FUNDS_USD, lambda cell: cells.amount_usd(cell, scale))

    def day(self, what: Field) -> date | None:
        found = self._read("date", what, cells.day)
        if found is None or not cells.says_month_only(cell := self._cell(what)):
            return self.not_after_today(what, found)
        # Of this month the last day has not come.
        if found > self._today >= found.replace(day=1):
            found = self._today
        self.vague.add(what)
        self.doubts.append(f"{self.headers[what]}“{cells.text(cell)}”只写到月，按{found}登记")
        return self.not_after_today(what, found)

    def not_after_today(self, what: Field, day: date | None) -> date | None:
        if day is not None and day > self._today:
            self.refuse("date", what, f"{day}晚于今天（{self._today}）")
            return None
        return day

    def uscc(self) -> str | None:
        cell = self._cell(Field.USCC)
        if isinstance(cell, float) and cell >= _EXACT_BELOW:
            self.refuse("uscc", Field.USCC, "代码存成了数字，末几位已丢失，请改为文本格式重新填写")
            return None
        shown = self.said(Field.USCC)
        if shown is None:
            return None
        code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", shown)).upper()
        if valid_uscc(code):
            return code
        wrong = "校验码不对" if len(code) == 18 else f"应为18位，现为{len(code)}位"
        self.refuse("uscc", Field.USCC, f"“{shown}”不是有效的统一社会信用代码（{wrong}）")
        return None

    def kind(self) -> AgreementKind | None:
        shown = self.said(Field.KIND)
        if shown is None:
            return None
        kind = _KIND_OF.get(re.sub(r"\s|书$", "", shown)) or _KIND_OF.get(shown)
        if kind is None:
            self.refuse("kind", Field.KIND, f"“{shown}”不是意向书、框架协议、协议或合同")
        return kind

    def key(self) -> RowKey | None:
        """Which lead, where the line says so: in 系统编号, or by a code in 序号 or 编号."""
        keyed = (self._table.column(Field.KEY), self._table.column(Field.SERIAL))
        numbers = [c for c in self._table.columns if c.field is None and c.header in _NUMBERS]
        for column in (*keyed, *numbers):
            if column and (key := read_key(cells.text(self._row.values[column.index]) or "")):
                return key
        if (wrong := self.text(Field.KEY)) and not self.said_new():
            self.refuse("key", Field.KEY, f"“{wrong}”不是系统编号（如 ZS2023-0001）")
        return None

    def said_new(self) -> bool:
        """Whether somebody has decided that the line is a project of its own."""
        return self.text(Field.KEY) in _NEW

    def extras(self) -> tuple[tuple[str, str], ...]:
        worked_out = WORKED_OUT if self._table.ours else ()
        return tuple(
            (column.header, shown)
            for column in self._table.columns
            if column.field is None
            and column.header not in worked_out
            and (shown := cells.text(self._row.values[column.index]))
            and not (column.header in _NUMBERS and read_key(shown))
        )

    def _cell(self, what: Field) -> Cell:
        column = self._table.column(what)
        return "" if column is None else self._row.values[column.index]

    def _read(self, code: str, what: Field, read: Callable[[Cell], T | None]) -> T | None:
        try:
            return read(self._cell(what))
        except CellError as error:
            self.refuse(code, what, str(error))
            return None


def read_row(table: Table, sheet_row: SheetRow, today: date) -> LedgerRow:
    """Read one line, with all its faults."""
    line = _Line(table, sheet_row, today)
    line.refuse_unresolved()
    filed_on = table.filed_on or today
    title = line.required("name", Field.TITLE)
    investor = line.required("investor", Field.INVESTOR)
    unit = line.required("unit", Field.UNIT)
    kind = line.kind()
    if Field.KIND not in line.headers and line.said(Field.SIGNED):
        kind = table.said.kind
    amount = line.amount(Field.AMOUNT)
    days = {what: line.day(what) for what in _ORDER}
    funds, dollars = line.amount(Field.FUNDS) or 0, line.dollars() or 0
    remark, progress = line.text(Field.REMARK), line.text(Field.PROGRESS)
    built_first = BUILT_FIRST in (remark or "")
    _check_milestones(line, days, built_first=built_first)
    if days[Field.SIGNED] is not None or line.faulty(Field.SIGNED):
        started = days[Field.STARTED] is not None and not built_first
        _check_signing(line, kind, amount, started=started)
    exited_on, doubts = _exit(line, remark, filed_on)
    if progress and _EXIT.search(progress):
        doubts.append(f"{line.headers[Field.PROGRESS]}“{progress}”提到退出，未按退出登记")
    latest = max((day for day in days.values() if day), default=None)
    if exited_on and latest and exited_on < latest:
        reason = f"退出日期{exited_on}早于已登记的{latest}"
        line.refuse("order", Field.REMARK, reason, relative=True)
    dated_by_filing = funds or dollars or exited_on == filed_on or days[Field.SIGNED] is None
    if dated_by_filing and filed_on > today:
        line.faults.append(Fault("date", "填报时间", f"填报时间{filed_on}晚于今天（{today}）"))
    key = line.key()
    return LedgerRow(
        sheet=table.sheet,
        row=sheet_row.number,
        filed_on=filed_on,
        dated=table.filed_on is not None,
        filed_by=table.filed_by,
        key=key.code if key else None,
        key_position=key.position if key else None,
        said_new=line.said_new(),
        title=title,
        investor=investor,
        uscc=line.uscc(),
        chain=line.said(Field.CHAIN),
        unit=unit,
        town=line.said(Field.TOWN),
        kind=kind,
        agreed_total_yuan=amount,
        signed_on=days[Field.SIGNED],
        started_on=days[Field.STARTED],
        completed_on=days[Field.COMPLETED],
        produced_on=days[Field.PRODUCED],
        funds_yuan=funds,
        funds_usd=dollars,
        exited_on=exited_on,
        leader=line.said(Field.LEADER),
        responsible_unit=line.said(Field.RESPONSIBLE_UNIT),
        person=line.said(Field.PERSON),
        contact=line.said(Field.CONTACT),
        phone=line.said(Field.PHONE),
        progress=progress,
        remark=remark,
        extras=line.extras(),
        vague=frozenset(line.vague),
        headers=line.headers,
        faults=tuple(line.faults),
        doubts=(*line.doubts, *doubts),
    )


def says_exit(remark: str) -> bool:
    """Whether a remark speaks of a project's end at all, for certain or not."""
    return _EXIT.search(remark) is not None


def _check_milestones(line: _Line, days: dict[Field, date | None], *, built_first: bool) -> None:
    """签约 ≤ 开工 ≤ 竣工 ≤ 投产, none left out. What could not be read is not judged again."""
    order = _ORDER[1:] if built_first else _ORDER
    for earlier, later in pairwise(order):
        if days[later] is not None and days[earlier] is None and not line.faulty(earlier):
            reason = f"已填{later.value}，但没有{earlier.value}"
            line.refuse("date", earlier, reason, relative=True)
    reached = [(what, day) for what in order if (day := days[what]) is not None]
    for (earlier, before), (later, after) in pairwise(reached):
        if after < before:
            reason = f"{later.value}{after}早于{earlier.value}{before}"
            line.refuse("order", later, reason, relative=True)


def _check_signing(
    line: _Line, kind: AgreementKind | None, amount: int | None, *, started: bool
) -> None:
    if not line.faulty(Field.AMOUNT) and not amount:
        line.refuse("amount", Field.AMOUNT, "已签约的项目须填大于零的协议金额", relative=True)
    if kind is None and not line.faulty(Field.KIND):
        line.refuse("kind", Field.KIND, "已签约的项目须填协议类别", relative=True)
    if kind is not None and not kind.countable and started:
        reason = f"{kind.label}不能直接开工，须先签协议或合同"
        line.refuse("kind", Field.KIND, reason, relative=True)


def _exit(line: _Line, remark: str | None, filed_on: date) -> tuple[date | None, list[str]]:
    """The day a remark says the project was given up, else a word on a remark that may mean it."""
    header = line.headers.get(Field.REMARK, Field.REMARK.value)
    if remark is None or not _EXIT.search(remark):
        return None, []
    clauses = _CLAUSE.split(unicodedata.normalize("NFKC", remark))
    said = next(
        (c for c in clauses if _CERTAIN.search(c) or (_EXIT.search(c) and not _NO_EXIT.search(c))),
        None,
    )
    if said is None:
        return None, [f"{header}“{remark}”提到退出但不肯定，未按退出登记"]
    # The date may be a clause of its own: 2023年12月31日，已解约.
    alone = [c for c in clauses if c is not said and _only_day(c)]
    try:
        day = cells.day_within(said) or cells.day_within("".join(alone))
    except CellError as error:
        line.refuse("date", Field.REMARK, str(error))
        return None, []
    if day is None:
        line.vague.add(Field.REMARK)
    return line.not_after_today(Field.REMARK, day or filed_on), []


def _only_day(clause: str) -> bool:
    try:
        return cells.day(clause.strip("于在 ")) is not None
    except CellError:
        return False
