"""All the parts of a ledger that were sent round, taken back with one report (收回分发的台账)

What came and what it changed, whose part is missing, which projects a part has lost or two parts
have both, and what a person has to decide.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crm.application import CRM
from crm.ledger import LedgerError
from crm.ledger.full import find
from crm.ledger.headers import KEY
from crm.ledger.importing import ImportReport, preview, record
from crm.ledger.planning import Outcome, Plan, Progress, no_progress, plan
from crm.ledger.splitting import SplitBy
from crm.people import Caller
from crm.questions.answer import When

_KINDS = (".xlsx", ".xls", ".ods", ".csv")


@dataclass(frozen=True, slots=True)
class Part:
    """One file that came back; `reason` is why it could not be read, `report` None when it was
    only looked at."""

    path: Path
    plan: Plan | None = None
    report: ImportReport | None = None
    reason: str = ""

    @property
    def left(self) -> Plan | None:
        """What was planned, as recording left it where it was recorded."""
        return self.plan if self.report is None else self.report.left

    def count(self, outcome: Outcome) -> int:
        """How many of its lines were, before it was recorded."""
        return len(self.plan.of(outcome)) if self.plan else 0


@dataclass(frozen=True, slots=True)
class Collected:
    """`passed_over`: names of what lies there and is no ledger; `missing`: owner -> codes of its
    leads, none of which came; `lost`: owner -> codes missing from a part that came; `twice`: code
    -> the files that all have it."""

    passed_over: Sequence[str]
    parts: Sequence[Part]
    missing: dict[str, list[str]]
    lost: dict[str, list[str]]
    twice: dict[str, list[str]]

    @property
    def refused(self) -> int:
        """How many lines were not recorded, for a fault of their own."""
        return sum(len(part.report.refused) for part in self.parts if part.report)

    @property
    def unreadable(self) -> int:
        """How many files could not be read."""
        return sum(part.plan is None for part in self.parts)


def collect(
    crm: CRM,
    folder: Path,
    by: Caller,
    split_by: SplitBy = SplitBy.UNIT,
    *,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Collected:
    """Take in every ledger of a folder, in order of name. A file that cannot be read is listed.

    Raises `LedgerError` when the folder has no ledger.
    """
    if not folder.is_dir():
        raise LedgerError(f"没有这个目录：{folder}")
    there = sorted(path for path in folder.iterdir() if not path.name.startswith(("~$", ".")))
    paths = [path for path in there if path.suffix.lower() in _KINDS]
    if not paths:
        raise LedgerError(f"目录中没有台账文件：{folder}")
    sent_out = find(crm, When(crm.today())).leads  # before anything is taken in
    parts = []
    for nth, path in enumerate(paths, 1):
        parts.append(_taken(crm, path, by, dry_run=dry_run))
        progress(nth, len(paths))
    found: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        for line in part.plan.lines if part.plan else ():
            if line.code is not None:
                found[line.code].append(part.path.name)
    owned: dict[str, list[str]] = defaultdict(list)
    for lead in sent_out:
        owner = split_by.owner(lead)
        if owner is not None:
            owned[owner].append(lead.state.code)
    missing, lost = {}, {}
    for owner, codes in sorted(owned.items()):
        absent = [code for code in codes if code not in found]
        if len(absent) == len(codes):
            missing[owner] = codes
        elif absent:
            lost[owner] = absent
    twice = {code: names for code, names in sorted(found.items()) if len(set(names)) > 1}
    passed_over = [path.name for path in there if path not in paths]
    return Collected(passed_over, parts, missing, lost, twice)


def _taken(crm: CRM, path: Path, by: Caller, *, dry_run: bool) -> Part:
    try:
        ledger = preview(path, crm.today(), crm.mappings.of)
    except LedgerError as error:
        return Part(path, reason=str(error))
    if all(row.key_position is None for row in ledger.rows):
        reason = f"没有一行带着分发时的{KEY}，不是分发出去的台账；确要录入的请单独导入"
        return Part(path, reason=reason)
    planned = plan(crm, ledger, by)
    return Part(path, planned, None if dry_run else record(crm, planned, by))
