"""The last preview, kept while it still holds: turning its pages does not compare the file again.

It holds as long as nothing was recorded since, nothing else was said of its columns, the day is the
same, and it is asked for the same caller. One is kept: of 20 000 lines it is large.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from crm.ledger.mapping import Said
from crm.people import Caller

if TYPE_CHECKING:
    from crm.ledger.planning import Plan


class Key(NamedTuple):
    """What a plan was made of, beside what was said of its columns."""

    sha256: str
    name: str
    by: Caller
    head: int
    today: date


@dataclass(frozen=True, slots=True)
class _Kept:
    key: Key
    said: Mapping[str, Said]
    plan: "Plan"


class RememberedPlan:
    """Safe for many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: _Kept | None = None

    def of(self, key: Key, said_of: Callable[[str], Said], make: Callable[[], "Plan"]) -> "Plan":
        """The plan of `key`; made when it is not the last one, or its columns mean another thing.

        Raises what `make` raises.
        """
        with self._lock:
            kept = self._kept
        if kept is not None and kept.key == key and _same(kept.said, said_of):
            return kept.plan
        plan = make()
        shapes = {table.shape for table in plan.ledger.tables}
        made = _Kept(key, {shape: said_of(shape) for shape in shapes}, plan)
        with self._lock:
            self._kept = made
        return plan

    def forget(self) -> None:
        """Its file holds people's names: it goes when the file goes."""
        with self._lock:
            self._kept = None


def _same(said: Mapping[str, Said], said_of: Callable[[str], Said]) -> bool:
    return all(said_of(shape) == before for shape, before in said.items())
