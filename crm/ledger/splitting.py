"""A ledger for each town or department to fill in: its own leads, and empty rows for new ones.

What names a row and what the program works out is protected; the rest is checked as it is typed.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from crm.application import CRM
from crm.ledger import LedgerError
from crm.ledger.full import NAME, Wanted, find, ledger_table, persons_for
from crm.people import Caller
from crm.printing.workbook import workbook
from crm.questions.answer import Clocked
from domain.unit.known import unit_name
from projections.lead_states import LeadOnDay

_BLANKS = 20  # rows for new projects; more can be put in
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')  # of files, on one system or another


class SplitBy(StrEnum):
    """Whose the files are."""

    UNIT = "unit"
    TOWN = "town"

    def owner(self, lead: LeadOnDay) -> str | None:
        """Who fills in the lead's row: 县发改局 and 发改局 are one."""
        if self is SplitBy.UNIT:
            return unit_name(lead.state.recruiting_unit)
        return lead.state.host_town


@dataclass(frozen=True, slots=True)
class Sent:
    """A file for one unit or town, and how many leads are in it."""

    owner: str
    path: Path
    leads: int


@dataclass(frozen=True, slots=True)
class Split:
    """The files written; `without` are the codes of leads that are nobody's (no town yet)."""

    sent: Sequence[Sent]
    without: Sequence[str]


def split_ledger(
    crm: CRM, when: Clocked, folder: Path, whose: SplitBy, wanted: Wanted, by: Caller
) -> Split:
    """Write a file for each unit or town that has leads.

    Raises `Forbidden` when people's data is wanted that is not for `by`; `LedgerError` when one of
    the files is there already (it may have been filled in by now): then none is written.
    """
    found = find(crm, when, wanted.where, wanted.year)
    by_owner: dict[str, list[LeadOnDay]] = defaultdict(list)
    without: list[str] = []
    for lead in found.leads:
        owner = whose.owner(lead)
        if owner is None:
            without.append(lead.state.code)
        else:
            by_owner[owner].append(lead)
    paths = _paths(folder, sorted(by_owner), str(found.clocks.as_of))
    if there := [path.name for path in paths.values() if path.exists()]:
        raise LedgerError(f"{folder} 中已有 {'、'.join(there)}，未写入；请换一个空目录")
    folder.mkdir(parents=True, exist_ok=True)
    sent = []
    with persons_for(crm, wanted, by) as see:
        for owner, path in paths.items():
            leads = by_owner[owner]
            its = replace(found, leads=leads)
            table = ledger_table(its, wanted, see, filled_by=owner, blanks=_BLANKS, returned=True)
            path.write_bytes(workbook([table]))
            sent.append(Sent(owner, path, len(leads)))
    return Split(sent, without)


def _paths(folder: Path, owners: Sequence[str], day: str) -> dict[str, Path]:
    """A file name for each owner; no two the same, whatever their names are."""
    paths: dict[str, Path] = {}
    taken: set[str] = set()
    for owner in owners:
        plain = stem = _NOT_IN_NAMES.sub("_", owner)[:80]
        nth = 1
        while stem.casefold() in taken:
            nth += 1
            stem = f"{plain}（{nth}）"
        taken.add(stem.casefold())
        paths[owner] = folder / f"{stem}_{NAME}_{day}.xlsx"
    return paths
