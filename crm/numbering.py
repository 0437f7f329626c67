"""Readable codes: `ZS2023-0001` for leads, `WT2023-0001` for problems. The code is the identity.

A stream's id follows from its code, so the event store's own uniqueness keeps codes unique,
without a register or a lock. Numbers of a year are given without gaps.
"""

from uuid import UUID, uuid5

from crm.store.event_store import EventStore

LEADS, PROBLEMS = "ZS", "WT"
_STREAMS = UUID("8c8f6d3a-6a0e-4c0b-8d2e-2b6f1f0c7a55")


def stream_of(code: str) -> UUID:
    """The stream with this code: the same everywhere."""
    return uuid5(_STREAMS, code)


class Numbering:
    """The next code of each year. For one thread at a time."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._next: dict[tuple[str, int], int] = {}

    def next(self, kind: str, year: int) -> str:
        """The next free code, as far as is known here; `took` it, or `forget` all."""
        return self.several(kind, year, 1)[0]

    def several(self, kind: str, year: int, count: int) -> list[str]:
        """The next free codes."""
        number = self._next.get((kind, year)) or self._first_free(kind, year)
        self._next[kind, year] = number
        return [_code(kind, year, number + nth) for nth in range(count)]

    def took(self, kind: str, year: int, count: int = 1) -> None:
        self._next[kind, year] += count

    def forget(self) -> None:
        """What was decided has not been stored, or others have stored: look again."""
        self._next.clear()

    def _first_free(self, kind: str, year: int) -> int:
        """Without gaps the first free number is found by doubling steps."""
        taken, step = 0, 1
        while self._store.has(stream_of(_code(kind, year, taken + step))):
            taken, step = taken + step, step * 2
        while step > 1:
            step //= 2
            if self._store.has(stream_of(_code(kind, year, taken + step))):
                taken += step
        return taken + 1


def _code(kind: str, year: int, number: int) -> str:
    return f"{kind}{year}-{number:04d}"
