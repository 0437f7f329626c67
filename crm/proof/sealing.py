"""Sealing: the events behind the last seal become leaves, and the root over all of them is kept."""

from datetime import datetime
from itertools import islice

from crm.proof.chain import leaf
from crm.proof.merkle import Growing
from crm.proof.seals import Seal, Sealed, Seals, SealsBroken
from crm.store.event_store import EventStore

_SECTION = 5000


def seal_log(store: EventStore, seals: Seals, at: datetime, until: int | None = None) -> Seal:
    """Seal the log up to a position (default: its end); the newest seal where nothing is new.

    Only up to where the log is read: whoever seals later goes on there. Raises `SealsBroken`, as
    when the folder belongs to another log.
    """
    with seals.alone():
        latest = seals.latest()
        if latest is not None and (until is not None and latest.head >= until):
            return latest
        tree = Growing(latest.size, map(bytes.fromhex, latest.whole)) if latest else Growing()
        head = latest.head if latest else 0
        if latest is not None:
            _refuse_another_log(store, seals, latest)
        seals.begin(tree.size)
        before = tree.size
        while rows := store.rows(head, _SECTION):
            if until is not None:
                rows = [row for row in rows if row[0] <= until]
                if not rows:
                    break
            added = [Sealed(row[0], row[1], row[2], leaf(*row)) for row in rows]
            seals.add(added)
            for one in added:
                tree.add(one.leaf)
            head = rows[-1][0]
        if latest is not None and tree.size == before:
            return latest
        whole = tuple(part.hex() for part in tree.whole)
        seal = Seal(tree.size, head, tree.root().hex(), at, whole)
        seals.end(seal)
        return seal


def root_at(seals: Seals, size: int) -> bytes:
    """The root over the first sealed events. Raises `SealsBroken` where there are fewer."""
    tree = Growing()
    for one in islice(seals.leaves(), size):
        tree.add(one.leaf)
    if tree.size < size:
        raise SealsBroken(f"封存文件只有 {tree.size} 条，不到 {size} 条")
    return tree.root()


def _refuse_another_log(store: EventStore, seals: Seals, latest: Seal) -> None:
    """The last sealed event must be there still: else the log was changed, or is another one."""
    last = next(seals.leaves(latest.size - 1, latest.size), None)
    rows = store.rows(latest.head - 1, 1)
    if last is None or not rows or rows[0][0] != latest.head or leaf(*rows[0]) != last.leaf:
        raise SealsBroken(
            f"{seals.folder} 封存的最后一条记录与数据库不符：记录被改动，或这是另一个库的封存目录"
        )
