"""Recording a ledger: a line without a lead opens one, a line of a known lead adds what changed.

All of a line's events or none. Every command has a key made of the file's hash, the line and the
version of its lead, so that an import broken off in the middle is simply run again, and the same
ledger twice records nothing the second time.
"""

from dataclasses import dataclass, replace

from crm.application import CRM
from crm.commands import Condition, VersionMismatch, Written
from crm.ledger.line import Fault, LedgerRow
from crm.ledger.planning import Outcome, Plan, Planned, Planner, Progress, no_progress, plan
from crm.ledger.reading import Ledger, preview
from crm.people import Caller, Forbidden
from domain.errors import BadInput, Refused

__all__ = [
    "ImportReport",
    "Imported",
    "Ledger",
    "import_ledger",
    "plan",
    "preview",
    "record",
]

_ATTEMPTS = 5
_FINGERPRINT = "ledger"


@dataclass(frozen=True, slots=True)
class Imported:
    """A line and what became of it; `written` None when nothing was recorded."""

    line: Planned
    written: Written | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, in the order of the lines."""

    ledger: Ledger
    lines: tuple[Imported, ...]

    @property
    def left(self) -> Plan:
        """The lines as recording left them: what goes back is told from them."""
        return Plan(self.ledger, tuple(done.line for done in self.lines))

    @property
    def recorded(self) -> list[tuple[LedgerRow, Written]]:
        """Lines that opened a lead."""
        return [
            (done.line.row, done.written)
            for done in self.lines
            if done.written and done.line.registration
        ]

    @property
    def updated(self) -> list[tuple[Planned, Written]]:
        """Lines that changed a known lead."""
        return [
            (done.line, done.written)
            for done in self.lines
            if done.written and done.line.comparison
        ]

    @property
    def already(self) -> tuple[LedgerRow, ...]:
        """Lines that say what the log says."""
        return tuple(line.row for line in self._of(Outcome.UNCHANGED))

    @property
    def refused(self) -> tuple[LedgerRow, ...]:
        return tuple(line.row for line in self._of(Outcome.REFUSED))

    @property
    def conflicts(self) -> list[Planned]:
        """Lines with something for a person to decide; what else they say may be recorded."""
        return self._of(Outcome.CONFLICT)

    def _of(self, outcome: Outcome) -> list[Planned]:
        return [done.line for done in self.lines if done.line.outcome is outcome]


def import_ledger(
    crm: CRM, ledger: Ledger, by: Caller, progress: Progress = no_progress
) -> ImportReport:
    """Record what each line says that the log does not; refused lines and conflicts are listed."""
    return record(crm, plan(crm, ledger, by), by, progress)


def record(crm: CRM, planned: Plan, by: Caller, progress: Progress = no_progress) -> ImportReport:
    """Record a plan. A lead that others have changed since is compared again."""
    recorder = _Recorder(crm, Planner(crm, planned.ledger, by), by)
    lines = []
    for done, line in enumerate(planned.lines, start=1):
        lines.append(recorder.record(line))
        progress(done, len(planned.lines))
    return ImportReport(planned.ledger, tuple(lines))


class _Recorder:
    def __init__(self, crm: CRM, planner: Planner, by: Caller) -> None:
        self._crm, self._planner, self._by = crm, planner, by

    def record(self, line: Planned) -> Imported:
        if not line.events:
            return Imported(line)
        try:
            return self._open(line) if line.registration else self._update(line)
        except (Refused, BadInput, Forbidden) as error:
            fault = Fault(error.code, "整行", error.detail)
            return Imported(replace(line, row=replace(line.row, faults=(fault,))))

    def _open(self, line: Planned) -> Imported:
        assert line.registration is not None
        key, opened = self._planner.opening_key(line.row)
        if opened is not None:  # by an import that ran beside this one
            return Imported(replace(line, registration=None, following=()))
        written = self._crm.register(
            line.registration,
            *line.following,
            by=self._by,
            condition=Condition(key=key, fingerprint=_FINGERPRINT),
        )
        return Imported(line, written)

    def _update(self, line: Planned) -> Imported:
        for _ in range(_ATTEMPTS):
            if line.comparison is None or not line.events:
                break
            lead_id, version = line.comparison.lead_id, line.comparison.version
            condition = Condition(
                if_match=version,
                key=self._planner.key(line.row, version),
                fingerprint=_FINGERPRINT,
            )
            try:
                written = self._crm.record(lead_id, *line.events, by=self._by, condition=condition)
            except VersionMismatch:
                line = self._planner.afresh(line)
            else:
                return Imported(line, written)
        return Imported(line)
