"""Is the log what was written? Held against its chain, its versions, its seals and printed roots.

The log is read twice, in sections: by stream for the chain and the versions, by position for the
seals. What is found is named event by event; nothing is kept but the ends of the section at hand.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from crm.proof.chain import leaf, link
from crm.proof.merkle import Growing
from crm.proof.seals import Sealed, Seals, SealsBroken
from crm.store.event_store import EventStore
from projections.rebuild import Progress, no_progress

Row = tuple[int, UUID, int, str, bytes]
T = TypeVar("T")
_SECTION = 5000
_AHEAD = 512  # how far events may have moved up or down for it to be told
_TELLING = 8  # events ahead that are looked at to tell a shift from a chance
MOST = 100
_OPENS_LEAD = "LeadRegistered.v"
_TOLD = {
    "altered": "内容与封存时不同",
    "removed": "封存时有，现在没有",
    "inserted": "封存时没有，是后来插入的",
    "moved": "封存时在此处，现在此处是另一条记录",
}
_UNLINKED = "与后一条记录所注的校验值不符，内容被改动"


@dataclass(frozen=True, slots=True)
class Problem:
    """`kind`: altered, removed, inserted, moved, chain, version, seal, root, unreadable; of what is
    made of the log: table, bulletin.

    `position` is the event's place in the log, `stream_id` and `version` its place in its stream,
    as the log or, of one that is gone, as the seals have it.
    """

    kind: str
    detail: str
    position: int | None = None
    stream_id: UUID | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """A root that stands on paper: over the first `size` events."""

    size: int
    root: str


class _Previous(msgspec.Struct):
    previous: str | None = None


_previous = msgspec.json.Decoder(_Previous).decode


@dataclass
class Verified:
    """What was looked at. `problems` are the first `MOST` of `count`, those of the log's order
    first."""

    events: int = 0
    streams: int = 0
    leads: int = 0
    head: int = 0
    sealed: int = 0
    root: str | None = None
    sealed_at: datetime | None = None
    unchained: int = 0
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, problem: Problem) -> None:
        self.count += 1
        if self.count <= MOST:
            self.problems.append(problem)

    @property
    def ok(self) -> bool:
        return not self.count


def verify_log(
    store: EventStore,
    seals: Seals,
    printed: Sequence[Printed],
    progress: Progress = no_progress,
) -> Verified:
    """Everything the log and its seals say about each other. `progress` counts each event twice."""
    found = Verified()
    whole = store.head() * 2
    for problem in chain(
        _by_position(store, seals, printed, found, progress, whole),
        _by_stream(store, found, progress, whole),
    ):
        found.add(problem)
    return found


# --- by stream: chain and versions ---------------------------------------------------------------


def _by_stream(
    store: EventStore, found: Verified, progress: Progress, whole: int
) -> Iterator[Problem]:
    stream: UUID | None = None
    last, version, end, chained = 0, 0, "", False
    for seen, (position, stream_id, own, topic, state) in enumerate(store.rows_by_stream(), 1):
        if seen % _SECTION == 0:
            progress(found.events + seen, whole)
        if stream_id != stream:
            stream, version, end, chained = stream_id, 0, "", False
            found.streams += 1
            found.leads += topic.startswith(_OPENS_LEAD)
        where = (position, stream_id, own)
        if own != version + 1:
            yield Problem("version", f"第{version + 1}至{own - 1}条记录不见了", *where)
        try:
            previous = _previous(state).previous
        except msgspec.MsgspecError:
            yield Problem("unreadable", "记录的内容无法读取", *where)
            previous = None
        else:
            if previous is None:
                found.unchained += own > 1
                if chained:
                    yield Problem("chain", "没有注明前一条记录的校验值", *where)
            elif own == version + 1 and previous != end:
                # Of the two, the one before is another than it was when this one was written.
                yield Problem("chain", _UNLINKED, last, stream_id, version)
            chained = chained or previous is not None
        last, version, end = position, own, link(stream_id, own, topic, state)
    progress(whole, whole)


# --- by position: seals and roots ----------------------------------------------------------------


def _by_position(
    store: EventStore,
    seals: Seals,
    printed: Sequence[Printed],
    found: Verified,
    progress: Progress,
    whole: int,
) -> Iterator[Problem]:
    try:
        latest = seals.latest()
        found.sealed_at = latest.at if latest else None
        yield from _roots(seals, printed, found)
    except SealsBroken as broken:
        yield Problem("seal", str(broken))
        latest = None
    sealed = _Ahead(seals.leaves(0, latest.size if latest else 0))
    log = _Ahead(_counted(store, found, progress, whole))
    while (one := sealed.at(0)) is not None:
        row = log.at(0)
        if row is not None and _same(one, row):
            # A row that was only numbered anew, behind one that is gone, is told by its old number.
            if leaf(one.position, *row[1:]) != one.leaf:
                yield Problem("altered", _TOLD["altered"], *row[:3])
            sealed.take()
            log.take()
        elif gone := _shift(sealed, log):
            for _ in range(gone):
                lost = sealed.take()
                yield _sealed_one("removed", lost)
        elif extra := _shift_back(sealed, log):
            for _ in range(extra):
                row = log.take()
                yield Problem("inserted", _TOLD["inserted"], *row[:3])
        else:
            sealed.take()
            if row is None:
                yield _sealed_one("removed", one)
            else:
                log.take()
                yield _sealed_one("moved", one)
    while log.at(0) is not None:  # behind the last seal
        log.take()


def _sealed_one(kind: str, one: Sealed) -> Problem:
    return Problem(kind, _TOLD[kind], one.position, one.stream_id, one.version)


def _roots(seals: Seals, printed: Sequence[Printed], found: Verified) -> Iterator[Problem]:
    """The leaves' own roots, at every seal and at every size printed somewhere."""
    wanted: dict[int, list[tuple[str, str]]] = {}
    for seal in seals.all():
        wanted.setdefault(seal.size, []).append(("封存", seal.root))
    for one in printed:
        wanted.setdefault(one.size, []).append(("印出", one.root.lower()))
    tree = Growing()
    yield from _held(tree, wanted, None)  # a log is sealed while it is still empty, too
    for sealed in seals.leaves():
        tree.add(sealed.leaf)
        if tree.size in wanted:
            yield from _held(tree, wanted, sealed.position)
            found.sealed, found.root = tree.size, tree.root().hex()
    for size, told in sorted(wanted.items()):
        for what, _ in told:
            yield Problem("root", f"{what}了前{size}条记录的校验值，封存文件只有{tree.size}条")


def _held(
    tree: Growing, wanted: dict[int, list[tuple[str, str]]], position: int | None
) -> Iterator[Problem]:
    """The tree so far, against what was said of it at this size."""
    for what, root in wanted.pop(tree.size, ()):
        if tree.root().hex() != root:
            yield Problem("root", f"前{tree.size}条记录的校验值与{what}的不符", position)


def _counted(store: EventStore, found: Verified, progress: Progress, whole: int) -> Iterator[Row]:
    after = 0
    while rows := store.rows(after, _SECTION):
        for row in rows:
            found.events += 1
            found.head = row[0]
            yield row
        after = rows[-1][0]
        progress(found.events, whole)


def _same(one: Sealed, row: Row) -> bool:
    return (one.stream_id, one.version) == (row[1], row[2])


def _shift(sealed: "_Ahead[Sealed]", log: "_Ahead[Row]") -> int:
    """How many sealed events are gone before the log goes on as it was; 0: it does not."""
    return next((by for by in range(1, _AHEAD) if _goes_on(sealed, by, log, 0)), 0)


def _shift_back(sealed: "_Ahead[Sealed]", log: "_Ahead[Row]") -> int:
    """How many events the log has more before it goes on as it was."""
    return next((by for by in range(1, _AHEAD) if _goes_on(sealed, 0, log, by)), 0)


def _goes_on(sealed: "_Ahead[Sealed]", here: int, log: "_Ahead[Row]", there: int) -> bool:
    """Whether, from here on in the seals and from there on in the log, it is the same events.

    Those of one stream may have been numbered anew; two that are the same are no chance.
    """
    met = missed = 0
    for nth in range(_TELLING):
        one, row = sealed.at(here + nth), log.at(there + nth)
        if one is None:  # the seals end: what the log goes on with is newer than all of them
            last = sealed.at(here + nth - 1)
            newer = row is None or (last is not None and row[0] > last.position)
            return newer and not missed
        if row is None:
            break
        met, missed = met + _same(one, row), missed + (not _same(one, row))
    return met > 1 or (met > 0 and not missed)


class _Ahead(Generic[T]):
    """Looks ahead in what comes one after the other."""

    def __init__(self, coming: Iterator[T]) -> None:
        self._coming = coming
        self._held: deque[T] = deque()

    def at(self, nth: int) -> T | None:
        """The one so many places ahead; None behind the end."""
        while len(self._held) <= nth:
            try:
                self._held.append(next(self._coming))
            except StopIteration:
                return None
        return self._held[nth]

    def take(self) -> T:
        """The next one, which has been looked at."""
        return self._held.popleft()
