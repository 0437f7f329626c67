"""What an event is proved by: its digest in the chain of its stream, its leaf in the log's tree.

Both are of the bytes as they are stored. The chain leaves the place in the log out, which is only
given when the event is stored; the leaf has it.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from uuid import UUID

from crm.proof.merkle import leaf_hash

_KEPT = 16_384


def link(stream_id: UUID, version: int, topic: str, state: bytes) -> str:
    """SHA-256 of a stored event, in hex: what the next one of its stream names as `previous`."""
    return hashlib.sha256(_entry(stream_id, version, topic, state)).hexdigest()


def leaf(position: int, stream_id: UUID, version: int, topic: str, state: bytes) -> bytes:
    """The hash of an event in the tree of the log."""
    return leaf_hash(f"{position}\n".encode() + _entry(stream_id, version, topic, state))


def _entry(stream_id: UUID, version: int, topic: str, state: bytes) -> bytes:
    # No field before the state has a line end: two events never give the same bytes.
    return f"{stream_id}\n{version}\n{topic}\n".encode() + state


class Ends:
    """The link each stream ends in, of those met last. Safe for many threads: what is kept is of a
    version, and of no other."""

    def __init__(self, read: Callable[[UUID, int], str | None]) -> None:
        self._read = read
        self._kept: OrderedDict[UUID, tuple[int, str]] = OrderedDict()
        self._lock = Lock()

    def at(self, stream_id: UUID, version: int) -> str | None:
        """The link of a stream's event of this version; None of none."""
        if version == 0:
            return None
        with self._lock:
            kept = self._kept.get(stream_id)
        if kept is not None and kept[0] == version:
            return kept[1]
        return self._read(stream_id, version)

    def keep(self, stream_id: UUID, version: int, found: str) -> None:
        """Only of what is stored for certain."""
        with self._lock:
            self._kept[stream_id] = version, found
            self._kept.move_to_end(stream_id)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
