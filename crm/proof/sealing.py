"""Sealing: the events behind the last seal become leaves, and the root over all of them is kept."""

from datetime import datetime
from threading import Event

import structlog

from crm.proof.chain import leaf
from crm.proof.merkle import Growing
from crm.proof.seals import Seal, Sealed, Seals, SealsBroken
from crm.repeating import Repeating
from crm.store.event_store import EventStore
from domain.calendar import Clock

_SECTION = 5000
_SEAL_EVERY = 60.0  # seconds

log = structlog.get_logger()


def seal_log(store: EventStore, seals: Seals, at: datetime) -> Seal:
    """Seal the log up to its end; the newest seal where nothing is new.

    Raises `SealsBroken`, as when the folder belongs to another log.
    """
    with seals.alone():
        latest = seals.latest()
        tree = Growing(latest.size, map(bytes.fromhex, latest.whole)) if latest else Growing()
        head = latest.head if latest else 0
        if latest is not None and latest.size:
            _refuse_another_log(store, seals, latest)
        seals.begin(tree.size)
        while rows := store.rows(head, _SECTION):
            added = [Sealed(row[0], row[1], row[2], leaf(*row)) for row in rows]
            seals.add(added)
            for one in added:
                tree.add(one.leaf)
            head = rows[-1][0]
        if latest is not None and tree.size == latest.size:
            return latest
        whole = tuple(part.hex() for part in tree.whole)
        seal = Seal(tree.size, head, tree.root().hex(), at, whole)
        seals.end(seal)
        return seal


def keep_sealed(store: EventStore, seals: Seals, clock: Clock) -> Repeating:
    """The server seals what is new, every minute."""

    def seal(_: Event) -> float:
        try:
            seal_log(store, seals, clock())
        except SealsBroken as broken:
            log.error("the log does not go on from its seals", reason=str(broken))
        except Exception:  # the database may be away: the next time, then
            log.exception("the log could not be sealed")
        return _SEAL_EVERY

    return Repeating("sealing", seal)


def _refuse_another_log(store: EventStore, seals: Seals, latest: Seal) -> None:
    """The last sealed event must be there still: else the log was changed, or is another one."""
    last = next(seals.leaves(latest.size - 1, latest.size), None)
    rows = store.rows(latest.head - 1, 1)
    if last is None or not rows or rows[0][0] != latest.head or leaf(*rows[0]) != last.leaf:
        raise SealsBroken(
            f"{seals.folder} 封存的最后一条记录与数据库不符：记录被改动，或这是另一个库的封存目录"
        )
