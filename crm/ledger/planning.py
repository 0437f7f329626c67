"""What would importing a ledger record, line by line, on the log as it stands? Records nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from uuid import UUID

import msgspec

from crm.application import CRM
from crm.commands import Written
from crm.ledger.comparing import Comparison, Difference, compare
from crm.ledger.headers import KEY, Field
from crm.ledger.line import Fault, LedgerRow
from crm.ledger.matching import Match, match
from crm.ledger.past import code_of, was_taken_back
from crm.ledger.reading import Ledger
from crm.ledger.recording import following, registration, sourced
from crm.ledger.values import said, standing_of
from crm.people import Caller, Forbidden
from domain.lead import events as e
from domain.lead.standing import Lead, lead_from

_TELLING = (Field.SIGNED, Field.AMOUNT)
HOW_TO_DECIDE = (
    "以台账为准的，先在系统中作废有误的记录，再导入一次；以系统为准的，把台账该格改成系统中的内容。"
    f"分不清是哪个项目的，在“{KEY}”列填其编号，确为另一个项目的填“新项目”，再导入一次。"
)
"""What staff do about a line in conflict, whichever it is."""

Progress = Callable[[int, int], None]
"""Told how many lines are done, and of how many."""


def no_progress(_: int, __: int) -> None:
    """Nobody is watching."""


class Outcome(StrEnum):
    """What a line comes to."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Planned:
    """A line, and what importing it would record: `registration` opens a lead, `comparison` is
    with the lead it is about. `unclear` is why nobody can say which lead that is."""

    row: LedgerRow
    registration: e.LeadRegistered | None = None
    following: tuple[e.LeadEvent, ...] = ()
    comparison: Comparison | None = None
    unclear: Difference | None = None

    @property
    def outcome(self) -> Outcome:
        """A line with a conflict is one, whatever else of it can be recorded."""
        if self.row.faults:
            return Outcome.REFUSED
        if self.conflicts:
            return Outcome.CONFLICT
        if self.registration is not None:
            return Outcome.NEW
        return Outcome.CHANGED if self.events else Outcome.UNCHANGED

    @property
    def events(self) -> tuple[e.LeadEvent, ...]:
        """All events it would record, in recording order."""
        if self.row.faults:
            return ()
        if self.registration is not None:
            return self.registration, *self.following
        return self.comparison.events if self.comparison else ()

    @property
    def conflicts(self) -> tuple[Difference, ...]:
        if self.unclear is not None:
            return (self.unclear,)
        return self.comparison.conflicts if self.comparison else ()

    @property
    def code(self) -> str | None:
        """Of the lead it is about; None for a new one."""
        return self.comparison.code if self.comparison else None


@dataclass(frozen=True, slots=True)
class Plan:
    """All lines of a ledger, in order."""

    ledger: Ledger
    lines: tuple[Planned, ...]

    def of(self, outcome: Outcome) -> list[Planned]:
        return [line for line in self.lines if line.outcome is outcome]


def plan(crm: CRM, ledger: Ledger, by: Caller, progress: Progress = no_progress) -> Plan:
    """Match every line with its lead and compare them; judge the new ones.

    `by` is who would import it. Raises as `projections.reader.Reader.asking`.
    """
    planner = Planner(crm, ledger, by)
    with crm.reader.asking("identities") as connection:
        matches = match(connection, ledger.rows, planner.differs)
    lines = []
    for done, (row, found) in enumerate(zip(ledger.rows, matches, strict=True), start=1):
        lines.append(planner.line(row, found))
        progress(done, len(ledger.rows))
    return Plan(ledger, tuple(lines))


class Planner:
    """Judges the lines of one ledger, each beside the lead it is about."""

    def __init__(self, crm: CRM, ledger: Ledger, by: Caller) -> None:
        self._crm, self._ledger, self._by = crm, ledger, by
        self._opener = crm.persons.opener()
        self._compared: dict[tuple[str, int, UUID], Comparison] = {}
        # An investor may have many leads, and be named in many lines.
        self._standing = cache(lambda lead_id: standing_of(self._load(lead_id)))

    def differs(self, row: LedgerRow, lead_id: UUID) -> bool:
        return not self._compare(row, lead_id).unchanged

    def line(self, row: LedgerRow, found: Match) -> Planned:
        if found.unclear is not None:
            return self._unclear(row, found, "unclear")
        if found.lead_id is not None:
            return self.beside(row, self._compare(row, found.lead_id))
        return self._new(row, found)

    def afresh(self, line: Planned) -> Planned:
        """The same line beside its lead as it stands by now."""
        assert line.comparison is not None
        lead_id = line.comparison.lead_id
        self._compared.pop((line.row.sheet, line.row.row, lead_id), None)
        return self.beside(line.row, self._compare(line.row, lead_id))

    def beside(self, row: LedgerRow, comparison: Comparison) -> Planned:
        """What does not go together in the line is judged by what the log has of its lead."""
        if all(fault.relative for fault in row.faults):
            row = replace(row, faults=())
        if row.key is None and not row.faults and (columns := _contradicted(row, comparison)):
            reason = f"{'、'.join(columns)}都不符，可能是另一个同名项目，整行未录入"
            why = Difference("contradicts", columns[0], row.title or "", comparison.code, reason)
            conflicts = (why, *comparison.conflicts)
            comparison = replace(comparison, events=(), changes=(), conflicts=conflicts)
        if comparison.events and not row.faults:
            row = self._permitted(row, comparison.unit)
        return Planned(row, comparison=comparison)

    def key(self, row: LedgerRow, version: int) -> str:
        """Of the command that records a line: one file's line, on one version of its lead."""
        said = (self._ledger.sha256, row.sheet, row.row, content(row), version)
        return f"ledger:{hashlib.sha256(repr(said).encode()).hexdigest()}"

    def opening_key(self, row: LedgerRow) -> tuple[str, UUID | None]:
        """As `key`, of a line that opens a lead; and the lead it has opened already, if that is
        still there."""
        nth = 0
        while True:
            key = self.key(row, -nth)
            answered = self._crm.store.answered(self._by.name, key)
            if answered is None:
                return key, None
            opened = msgspec.json.decode(answered[1], type=Written).lead_id
            if not self._load(opened).voided:
                return key, opened
            nth += 1

    def _new(self, row: LedgerRow, found: Match) -> Planned:
        if row.faults or (row := self._permitted(row, row.unit)).faults:
            return Planned(row)
        for voided in map(self._load, found.voided):
            if not was_taken_back(voided):
                reason = (
                    f"系统中的同一项目（{code_of(voided)}）登记已被作废，如确为新项目请单独登记"
                )
                return self._unclear(row, Match(unclear=reason), "lead_voided")
        _, opened = self.opening_key(row)
        if opened is not None:  # by this very line, and no longer under its name
            return self.beside(row, self._compare(row, opened))
        if not row.said_new and (why := self._already(row, found)):
            return self._unclear(row, Match(unclear=why), "likely_known")
        first, *rest = sourced(
            [registration(row, self._ledger.source(row)), *following(row)],
            self._ledger.evidence(row),
        )
        assert isinstance(first, e.LeadRegistered)
        return Planned(row, registration=first, following=tuple(rest))

    def _already(self, row: LedgerRow, found: Match) -> str | None:
        """Why a line is likely to be a project that is known, under this name or another."""
        if row.repeats:
            return f"项目名称、投资方与{row.repeats}相同或只是写法不同，疑似重复填报"
        if found.likely:
            return f"系统中已有同名同投资方的项目（{'、'.join(found.likely)}），疑似重复"
        if row.signed_on is None or not row.agreed_total_yuan:
            return None
        for known in map(self._standing, found.akin):
            if all(known.agrees(row, what, said(row).get(what)) for what in _TELLING):
                state = known.state
                return (
                    f"与系统中的“{state.title}”（{state.code}，{state.investor}）"
                    "签约时间、协议金额都相同，疑似同一项目改了名称或投资方"
                )
        return None

    def _permitted(self, row: LedgerRow, unit: str | None) -> LedgerRow:
        """Refused here as it would be when it is recorded."""
        try:
            self._by.permit_unit(unit)
        except Forbidden as error:
            return replace(row, faults=(Fault(error.code, "整行", error.detail),))
        return row

    def _unclear(self, row: LedgerRow, found: Match, code: str) -> Planned:
        said = row.key or row.title or ""
        reason = found.unclear or ""
        return Planned(row, unclear=Difference(code, row.header(found.column), said, "", reason))

    def _compare(self, row: LedgerRow, lead_id: UUID) -> Comparison:
        where = row.sheet, row.row, lead_id
        if where not in self._compared:
            self._compared[where] = compare(
                row,
                self._load(lead_id),
                self._ledger.evidence(row),
                self._ledger.today,
                self._opener,
            )
        return self._compared[where]

    def _load(self, lead_id: UUID) -> Lead:
        return lead_from(lead_id, self._crm.history(lead_id))


def _contradicted(row: LedgerRow, comparison: Comparison) -> list[str]:
    """The columns in which a line matched by its name contradicts the log, if more than one of
    those that tell projects apart."""
    telling = {row.header(what) for what in (*_TELLING, Field.STARTED, Field.COMPLETED)}
    columns = [one.column for one in comparison.conflicts if one.column in telling]
    return columns if len(columns) > 1 else []


def content(row: LedgerRow) -> str:
    """A digest of what a line says, wherever it stands and whenever it was filed."""
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
