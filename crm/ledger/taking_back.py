"""Taking a whole import back: every entry that came from one file is voided, updates included.

Entries are found by the hash of the ledger their source names, newest first. What something else
stands on stays, with the reason. The voids name the ledger as their source too, so that an import
taken back can be told from entries a person has voided (`crm.ledger.past`).
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from crm.application import CRM
from crm.ledger.planning import Progress, no_progress
from crm.people import Act, Caller, Forbidden
from domain.errors import BadInput, NotFound, Refused
from domain.event import Evidence, Recorded
from domain.event_names import label_of
from domain.lead import events as e
from domain.lead.standing import lead_from

_SECTION = 5000
_SHORTEST = 8
_Item = Recorded[e.LeadEvent]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the import; `reason` is why it stays, empty when it was voided."""

    code: str
    event_id: UUID
    label: str
    occurred_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was voided and what stays, newest first."""

    sha256: str
    voided: tuple[Entry, ...]
    kept: tuple[Entry, ...]


def take_back(crm: CRM, sha256: str, by: Caller, progress: Progress = no_progress) -> TakenBack:
    """Void what an import of the file with this hash (or its beginning) has recorded.

    Broken off in the middle, it is simply run again. Raises `NotFound` when no entry came from
    such a file, `BadInput` when the beginning is that of several, `Forbidden`.
    """
    by.permit(Act.VOID)
    full, entries = _entries(crm, sha256.strip().lower())
    leads: dict[UUID, list[_Item]] = defaultdict(list)
    for entry in reversed(entries):
        leads[entry.stream_id].append(entry)
    voided: list[Entry] = []
    kept: list[Entry] = []
    for done, (lead_id, items) in enumerate(leads.items(), start=1):
        gone, left = _void(crm, lead_id, items, full, by)
        voided += gone
        kept += left
        progress(done, len(leads))
    return TakenBack(full, tuple(voided), tuple(kept))


def _entries(crm: CRM, sha256: str) -> tuple[str, list[_Item]]:
    """The entries of the file, oldest first. Only rows that hold the hash are decoded."""
    if len(sha256) < _SHORTEST:
        raise BadInput("sha256", f"请至少给出 SHA-256 的前{_SHORTEST}位")
    found: list[_Item] = []
    hashes: set[str] = set()
    for stream_id in _streams_that_say(crm, sha256):
        for recorded in crm.store.stream(stream_id):
            own = {s.sha256 for s in recorded.event.sources if s.sha256}
            matching = {one for one in own if one.startswith(sha256)}
            hashes |= matching
            if matching and not isinstance(recorded.event, e.EventVoided):
                found.append(recorded)
    if not hashes:
        raise NotFound("ledger_not_found", "没有从这份台账录入的记录")
    if len(hashes) > 1:
        raise BadInput("sha256", "有多份台账的 SHA-256 以此开头，请给出更多位")
    return hashes.pop(), sorted(found, key=lambda recorded: recorded.position)


def _streams_that_say(crm: CRM, sha256: str) -> list[UUID]:
    sought = f'"{sha256}'.encode()
    streams: dict[UUID, None] = {}
    after = 0
    while rows := crm.store.rows(after, _SECTION):
        streams |= {stream: None for _, stream, _, _, state in rows if sought in state}
        after = rows[-1][0]
    return list(streams)


def _void(
    crm: CRM, lead_id: UUID, items: list[_Item], sha256: str, by: Caller
) -> tuple[list[Entry], list[Entry]]:
    """Void a lead's entries, newest first: all at once, or as many as can be."""
    lead = lead_from(lead_id, crm.history(lead_id))
    items = [item for item in items if item.event_id not in lead.voids]
    if not items:
        return [], []
    code = lead.standing().code
    today = crm.today()

    def void(item: _Item) -> e.EventVoided:
        [source, *_] = item.event.sources
        ground = f"收回台账导入：{source.name}"
        evidence = (Evidence(source.kind, source.name, sha256=sha256),)
        return e.EventVoided(
            occurred_on=today, event_id=item.event_id, ground=ground, evidence=evidence
        )

    def entry(item: _Item, reason: str = "") -> Entry:
        event = item.event
        return Entry(code, item.event_id, label_of(event), event.occurred_on, reason)

    try:
        crm.record(lead_id, *map(void, items), by=by)
    except (Refused, BadInput, Forbidden):
        pass  # one by one then, to see which
    else:
        return [entry(item) for item in items], []
    gone: list[Entry] = []
    refusals: dict[UUID, str] = {}
    left = items
    while True:  # what stands on another entry of the import can follow once that one is gone
        before = len(left)
        for item in tuple(left):
            try:
                crm.record(lead_id, void(item), by=by)
            except (Refused, BadInput, Forbidden) as error:
                refusals[item.event_id] = error.detail
            else:
                left = [other for other in left if other is not item]
                gone.append(entry(item))
        if not left or len(left) == before:
            return gone, [replace(entry(item), reason=refusals[item.event_id]) for item in left]
