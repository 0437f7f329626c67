"""Has the log moved on from what a ledger's cell says? (系统中已更新)

Ledgers are sent round for weeks. A cell that still says what the log said before, and that somebody
else's entry has since changed, is an old copy: neither a change nor a contradiction. This is told
from the lead's own events, so nothing is kept beside the log:

- The line's key names the place in the log up to which it was written out (ZS2023-0001@1234): the
  cell is old when it says what the log said there, on the day of the ledger.
- Without that, it is old when it says what the log said once, and the entry that replaced that came
  from no ledger, or when this very file has been imported for the lead before.

What a ledger itself has replaced and a later one says again has gone back: for a person to decide.
An import that was taken back has never been, neither its entries nor their voids.
"""

from dataclasses import dataclass, field
from itertools import groupby

from crm.ledger.headers import Field
from crm.ledger.line import LedgerRow
from crm.ledger.values import FIELDS, Standing, Value, same, standing
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.folding import fold
from domain.lead.history import events_at, in_force
from domain.lead.standing import Lead

_Item = Recorded[e.LeadEvent]


@dataclass(slots=True)
class Past:
    """What the log said of a lead before, field by field. `base`: as the line was written out."""

    base: Standing | None = None
    files: set[str] = field(default_factory=set)  # hashes of the ledgers its entries came from
    _before: dict[Field, list[Value]] = field(default_factory=dict)
    _by_ledger: dict[Field, bool] = field(default_factory=dict)  # who said what stands now

    def is_old(self, row: LedgerRow, what: Field, value: Value, sha256: str) -> bool:
        """Of a cell that differs from the log: the log has moved on from it."""
        if self.base is not None:
            return self.base.agrees(row, what, value)
        if not self._had(row, what, value):
            return False
        return sha256 in self.files or not self._by_ledger.get(what, False)

    def went_back(self, row: LedgerRow, what: Field, value: Value) -> bool:
        """A ledger said so before, another one replaced it, and now it is said again."""
        return self.base is None and self._had(row, what, value)

    def _had(self, row: LedgerRow, what: Field, value: Value) -> bool:
        return any(same(row, what, value, earlier) for earlier in self._before.get(what, ()))


def past_of(lead: Lead, row: LedgerRow) -> Past:
    """Folds the lead as it stood after each command; for the few lines that differ."""
    history = _never_taken_back(sorted(lead.recorded.values(), key=lambda r: r.version))
    past = Past()
    past.files = {item.sha256 for r in history for item in r.event.sources if item.sha256}
    if row.key_position is not None:
        then = events_at(list(lead.recorded.values()), row.filed_on, row.key_position)
        past.base = standing((r.event for r in then), fold(then)) if then else None
    values: dict[Field, Value] | None = None
    imported = False
    known: list[_Item] = []
    for _, group in groupby(history, key=lambda r: r.recorded_at):  # one command, one instant
        together = list(group)
        known += together
        by_ledger = any(r.event.sources for r in together)
        now = _standing(known).values
        for what in FIELDS:
            if values is None or values[what] == now[what]:
                continue
            # A cell that is empty was filled in by somebody, unless a ledger has seen it empty.
            if values[what] or imported:
                past._before.setdefault(what, []).append(values[what])
            past._by_ledger[what] = by_ledger
        if values is None:
            past._by_ledger = dict.fromkeys(FIELDS, by_ledger)
        values = now
        imported = imported or by_ledger
    return past


def code_of(lead: Lead) -> str:
    """Its code, also where its registration is voided."""
    registered = (r.event for r in lead.recorded.values())
    return next((event.code for event in registered if isinstance(event, e.LeadRegistered)), "")


def was_taken_back(lead: Lead) -> bool:
    """Whether a take-back has voided the lead's registration."""
    return any(
        isinstance(recorded.event, e.LeadRegistered)
        and recorded.event_id in lead.voids
        and bool(lead.recorded[lead.voids[recorded.event_id]].event.sources)
        for recorded in lead.recorded.values()
    )


def _standing(history: list[_Item]) -> Standing:
    standing_events = in_force(sorted(history, key=lambda r: r.version))
    return standing((r.event for r in standing_events), fold(standing_events))


def _never_taken_back(history: list[_Item]) -> list[_Item]:
    """Without the entries that a take-back voided (its voids name the ledger), and the voids."""
    gone = {
        event_id
        for r in history
        if isinstance(r.event, e.EventVoided) and r.event.sources
        for event_id in (r.event_id, r.event.event_id)
    }
    return [r for r in history if r.event_id not in gone]
