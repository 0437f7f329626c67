"""What has changed on a lead, by a ledger's line, and what is for a person to decide?

Every cell is compared with the log as it stands, never with an earlier ledger. A cell that says
something new becomes an event, judged by the domain after the ones before it. A cell that
contradicts the log, or is refused by the domain, becomes a `Difference` in `conflicts` and holds
back that cell's event alone: what stands on it is then refused by the domain as well, and the rest
of the line is recorded, all of it or none. Nothing is ever overwritten.

Business dates: what the ledger states, else its 填报时间.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID, uuid4

from crm.ledger import words
from crm.ledger.headers import Field
from crm.ledger.line import LedgerRow
from crm.ledger.past import Past, past_of
from crm.ledger.values import Standing, Value, said, shown, standing_of
from crm.persons.persons import Opener
from domain.calendar import end_of_day
from domain.errors import BadInput, Refused
from domain.event import Evidence, Recorded
from domain.lead import events as e
from domain.lead.decisions import decide
from domain.lead.standing import Lead
from domain.vocabulary import AgreementKind, FundsSource, ResponsibilityRole


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that differs from the log: stable `code`, the column as in the sheet, both values."""

    code: str
    column: str
    ledger: str
    log: str
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A line beside its lead at a version. `changes` are the cells that `events` come of.

    `old` are cells the log has moved on from (系统中已更新), `unrecorded` new words that no event
    of the line could take along.
    """

    lead_id: UUID
    version: int
    code: str
    unit: str  # 招引单位
    events: tuple[e.LeadEvent, ...] = ()
    changes: tuple[Difference, ...] = ()
    conflicts: tuple[Difference, ...] = ()
    old: tuple[Difference, ...] = ()
    unrecorded: tuple[Difference, ...] = ()

    @property
    def unchanged(self) -> bool:
        return not (self.events or self.conflicts or self.old)


def compare(
    row: LedgerRow, lead: Lead, source: Evidence, today: date, opener: Opener
) -> Comparison:
    """What the line `source` names would record on the lead: nothing is recorded here.

    `opener` opens its contact persons.
    """
    comparing = _Comparing(row, lead, lead, standing_of(lead), source, today, opener)
    comparing.everything()
    return Comparison(
        lead.lead_id,
        lead.version,
        comparing.now.state.code,
        comparing.now.state.recruiting_unit,
        tuple(comparing.events),
        tuple(comparing.changes),
        tuple(comparing.conflicts),
        tuple(comparing.old),
        tuple(comparing.unrecorded),
    )


_ROLES = {
    Field.TOWN: ResponsibilityRole.HOST_TOWN,
    Field.CHAIN: ResponsibilityRole.CHAIN,
    Field.LEADER: ResponsibilityRole.LEADER,
    Field.RESPONSIBLE_UNIT: ResponsibilityRole.UNIT,
    Field.PERSON: ResponsibilityRole.PERSON,
}
_MILESTONES: dict[Field, type[e.LeadEvent]] = {
    Field.STARTED: e.ConstructionStarted,
    Field.COMPLETED: e.ConstructionCompleted,
    Field.PRODUCED: e.ProductionStarted,
}
_MONEY = {Field.FUNDS: FundsSource.UNSPECIFIED, Field.FUNDS_USD: FundsSource.FOREIGN}


@dataclass(slots=True)
class _Comparing:
    row: LedgerRow
    lead: Lead
    ahead: Lead  # with what has been accepted of the line so far
    now: Standing
    source: Evidence
    today: date
    opener: Opener
    events: list[e.LeadEvent] = field(default_factory=list)
    changes: list[Difference] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)
    old: list[Difference] = field(default_factory=list)
    unrecorded: list[Difference] = field(default_factory=list)
    told_past: Past | None = None

    @property
    def past(self) -> Past:
        if self.told_past is None:
            self.told_past = past_of(self.lead, self.row)
        return self.told_past

    @property
    def day(self) -> date:
        """Of what the line does not date: before it was given up, if it has been since."""
        gone = None if self.now.state.exited_on else self.row.exited_on
        return min(self.row.filed_on, gone or self.row.filed_on)

    # --- cells ------------------------------------------------------------------------------

    def everything(self) -> None:
        """Every cell that differs, in the order in which its events stand on each other."""
        differing = self._differing()
        self._names(differing)
        self._roles(differing)
        self._agreement(differing)
        for what, event in _MILESTONES.items():
            if what in differing:
                self._milestone(what, differing[what], event)
        for what, source in _MONEY.items():
            if what in differing:
                self._money(what, _whole(differing[what]), source)
        self._progress()
        if Field.REMARK in differing:
            self._exit(differing[Field.REMARK])
        self._remaining_words()

    def _differing(self) -> dict[Field, Value]:
        """The cells that say something new; old copies and what went back are set aside."""
        differing: dict[Field, Value] = {}
        for what, value in said(self.row).items():
            if self.now.agrees(self.row, what, value):
                continue
            if self.past.is_old(self.row, what, value, self.source.sha256 or ""):
                self._set_aside(what, value, "系统中已更新，台账此格是旧的")
            elif what is Field.REMARK and not value:
                ground = self.now.state.exit_ground or ""
                self._conflict(what, value, "exit_missing", f"系统中已退出（{ground}），台账未注明")
            elif not value:
                self._conflict(what, value, "emptied", "系统中已有记录，台账此格为空")
            elif self.past.went_back(self.row, what, value):
                self._conflict(what, value, "went_back", "台账改回了以前的内容")
            else:
                differing[what] = value
        return differing

    def _names(self, differing: dict[Field, Value]) -> None:
        if title := differing.get(Field.TITLE):
            ground = f"台账填报的项目名称为“{title}”"
            renamed = e.LeadRenamed(occurred_on=self.day, title=str(title), ground=ground)
            self._offer(Field.TITLE, title, renamed)
        investor, code = differing.get(Field.INVESTOR), differing.get(Field.USCC)
        if investor:
            kept = self.row.uscc if Field.USCC in self.row.headers else None
            if self._investor(Field.INVESTOR, investor, str(investor), kept, "企业名称"):
                # Another investor's code that is not known yet: no code has been taken away.
                column = self.row.header(Field.USCC)
                self.conflicts = [c for c in self.conflicts if c.column != column]
        elif code and not self.now.usccs:
            name = self.now.state.investor
            self._investor(Field.USCC, code, name, str(code), "统一社会信用代码")
        elif code:
            self._conflict(Field.USCC, code, "uscc_differs", "信用代码与系统中的不同")
        if unit := differing.get(Field.UNIT):
            self._conflict(Field.UNIT, unit, "unit_fixed", "招引单位按登记计算，不能由台账变更")

    def _investor(self, what: Field, value: Value, name: str, uscc: str | None, named: str) -> bool:
        changed = e.InvestorChanged(
            occurred_on=self.day,
            investor=e.Investor(name, uscc),
            ground=f"台账填报的{named}为“{value}”",
        )
        return self._offer(what, value, changed)

    def _roles(self, differing: dict[Field, Value]) -> None:
        """Judged one by one, recorded as one assignment."""
        first = len(self.events)
        for what, role in _ROLES.items():
            if holder := differing.get(what):
                changes = (e.ResponsibilityChange(role, str(holder)),)
                event = e.ResponsibilityAssigned(occurred_on=self.day, changes=changes)
                self._offer(what, holder, event)
        parts = [ev for ev in self.events[first:] if isinstance(ev, e.ResponsibilityAssigned)]
        if len(parts) > 1:
            together = tuple(change for part in parts for change in part.changes)
            self.events[first:] = [replace(parts[0], changes=together)]

    def _agreement(self, differing: dict[Field, Value]) -> None:
        """签约, 升格 and 补充协议: what a text's day, kind and amount say together."""
        row, state = self.row, self.now.state
        day, kind = differing.get(Field.SIGNED), differing.get(Field.KIND)
        amount = differing.get(Field.AMOUNT)
        if state.kind is None:
            if day and row.kind and row.agreed_total_yuan and row.signed_on:
                signing = e.AgreementSigned(
                    occurred_on=row.signed_on,
                    kind=row.kind,
                    agreed_total_yuan=row.agreed_total_yuan,
                )
                self._offer(Field.SIGNED, day, signing)
            elif day:
                self._conflict(
                    Field.SIGNED, day, "not_signed", "签约须同时填写协议类别和大于零的协议金额"
                )
            elif amount:
                self._leave(Field.AMOUNT, amount, "签约前的预计投资登记后不变，以签约时为准")
            return
        upgraded = isinstance(kind, AgreementKind) and kind.rank > state.kind.rank
        if amount and _whole(amount) < (state.agreed_total_yuan or 0):
            self._conflict(Field.AMOUNT, amount, "amount_fell", "协议金额比系统中的少")
            amount = None
        if isinstance(kind, AgreementKind) and upgraded:
            later = isinstance(day, date) and all(day > text for text in self.now.texts)
            upgrade = e.AgreementUpgraded(
                occurred_on=day if later and isinstance(day, date) else self.day,
                kind=kind,
                agreed_total_yuan=row.agreed_total_yuan if amount else None,
            )
            if self._offer(Field.KIND, kind, upgrade):
                if amount:
                    self._change(Field.AMOUNT, amount, "随升格变更")
                amount, day = None, None if later else day
        elif kind:
            self._conflict(Field.KIND, kind, "kind_fell", "协议类别比系统中的低")
        if day:
            self._conflict(Field.SIGNED, day, "date_differs", "签约时间与系统中的不同")
        if amount:
            amendment = e.AgreementAmended(
                occurred_on=self.day,
                agreed_total_yuan=_whole(amount),
                ground="台账填报的协议金额有变更",
            )
            self._offer(Field.AMOUNT, amount, amendment)

    def _milestone(self, what: Field, value: Value, event: type[e.LeadEvent]) -> None:
        if self.now.values[what]:
            self._conflict(what, value, "date_differs", f"{what.value}与系统中的不同")
        elif isinstance(value, date) and what is Field.STARTED:
            ground = words.ground_of_start(self.row)
            self._offer(what, value, e.ConstructionStarted(occurred_on=value, ground=ground))
        elif isinstance(value, date):
            self._offer(what, value, event(occurred_on=value))

    def _money(self, what: Field, total: int, source: FundsSource) -> None:
        had = _whole(self.now.values[what])
        if total < had:
            self._conflict(what, total, "funds_fell", f"{what.value}比系统中的少")
            return
        foreign = what is Field.FUNDS_USD
        arrived = e.FundsArrived(
            occurred_on=self.day,
            source=source,
            amount_yuan=None if foreign else total - had,
            amount_usd=total - had if foreign else None,
            note=f"台账累计{shown(what, total)}，系统中原有{shown(what, had)}，按差额登记",
        )
        self._offer(what, total, arrived)

    def _exit(self, value: Value) -> None:
        if self.now.state.exited_on:
            self._conflict(Field.REMARK, value, "date_differs", "退出日期与系统中的不同")
        elif isinstance(value, date):
            event = e.LeadExited(occurred_on=value, ground=self.row.remark or "")
            self._offer(Field.REMARK, value, event)

    # --- words ------------------------------------------------------------------------------

    def _progress(self) -> None:
        """进展情况 is the 月度进展 of the month it names, else of the filing's, where it is stated.

        It replaces no report of that month that came from elsewhere.
        """
        if self.row.progress is None:
            return
        named, text = words.month_of(self.row.progress)
        period = named or (f"{self.row.filed_on:%Y-%m}" if self.row.dated else None)
        told = words.progress_of(self.lead)
        if told.latest == text:
            return
        if words.has(self.lead, text) or words.has(self.lead, self.row.progress):
            if told.latest is None:
                return
            if not told.by_ledger or self.source.sha256 in self.past.files:
                self._set_aside(Field.PROGRESS, text, "系统中已更新，台账此格是旧的", told.latest)
                return
        if period is None:
            return  # goes along as a note
        other = told.by_others.get(period)
        if other is not None:
            reason = f"系统中{period}已有月度进展"
            self._conflict(Field.PROGRESS, text, "progress_differs", reason, other)
            return
        report = e.MonthlyProgressReported(occurred_on=self.day, period=period, text=text)
        self._offer(Field.PROGRESS, text, report)

    def _remaining_words(self) -> None:
        """Words no field takes: a note of the line's first event, or listed as not recorded."""
        left = [
            (column, text)
            for column, text in words.new(self.row, self.ahead)
            if not self._told(column)
        ]
        if left and self.events:
            first = self.events[0]
            notes = [first.note, *(f"{column}：{text}" for column, text in left)]
            self.events[0] = replace(first, note="；".join(note for note in notes if note))
            self.changes += [Difference("note", c, t, "", "作为说明一并录入") for c, t in left]
        else:
            reason = "备注变化，没有其他变更可以附上，未录入"
            self.unrecorded += [Difference("note", c, t, "", reason) for c, t in left]
        persons = map(self.opener, self.now.state.contact_persons)
        for what in words.new_contacts(self.row, [one for one in persons if one is not None]):
            reason = "联系人登记后不由台账变更，未录入"
            self.unrecorded.append(
                Difference("contact", self.row.header(what), "（略）", "（略）", reason)
            )

    def _told(self, column: str) -> bool:
        lists: Sequence[list[Difference]] = (self.changes, self.conflicts, self.old)
        progress = self.row.header(Field.PROGRESS)
        return column == progress and any(d.column == column for ds in lists for d in ds)

    # --- outcomes ---------------------------------------------------------------------------

    def _offer(self, what: Field, value: Value, event: e.LeadEvent) -> bool:
        """Take an event of the line, if the domain does and the log then says what the line says.

        An entry dated after the ledger outweighs it: the cell is old then.
        """
        event = replace(event, evidence=(self.source,))
        try:
            decide(self.ahead, event, self.today)
        except (Refused, BadInput) as error:
            self._conflict(what, value, error.code, error.detail)
            return False
        moment, version = end_of_day(self.today), self.ahead.version + 1
        after = self.ahead.after(
            Recorded(self.lead.lead_id, version, 0, uuid4(), moment, "", event)
        )
        if what in self.now.values and not standing_of(after).agrees(self.row, what, value):
            self._set_aside(what, value, f"系统中有晚于{event.occurred_on}的记录")
            return False
        self.ahead = after
        self.events.append(event)
        self._change(what, value, "")
        return True

    def _difference(
        self, code: str, what: Field, value: Value, reason: str, log: str | None
    ) -> Difference:
        if log is None:
            log = shown(what, self.now.values[what]) if what in self.now.values else "（空）"
        return Difference(code, self.row.header(what), shown(what, value), log, reason)

    def _change(self, what: Field, value: Value, reason: str) -> None:
        self.changes.append(self._difference("changed", what, value, reason, None))

    def _conflict(
        self, what: Field, value: Value, code: str, reason: str, log: str | None = None
    ) -> None:
        self.conflicts.append(self._difference(code, what, value, reason, log))

    def _set_aside(self, what: Field, value: Value, reason: str, log: str | None = None) -> None:
        self.old.append(self._difference("moved_on", what, value, reason, log))

    def _leave(self, what: Field, value: Value, reason: str) -> None:
        self.unrecorded.append(self._difference("unrecorded", what, value, reason, None))


def _whole(value: Value) -> int:
    return value if isinstance(value, int) else 0
