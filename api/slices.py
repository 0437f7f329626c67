"""Pages of a list that is worked out whole: cut after a key, so that pages neither skip nor repeat.

For questions judged lead by lead (visits due, returns, permits), which no table holds as rows.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar


class Keyed(Protocol):
    """An item that knows its place in its list; no two have the same."""

    @property
    def key(self) -> tuple[Any, ...]: ...


T = TypeVar("T", bound=Keyed)


def cut(
    items: Sequence[T], after: tuple[Any, ...] | None, limit: int
) -> tuple[Sequence[T], tuple[Any, ...] | None]:
    """Up to `limit` items after a key, and the key to go on after; None at the end.

    `items` stand in ascending order of their keys.
    """
    begin = 0 if after is None else bisect_right(items, after, key=lambda item: item.key)
    page = items[begin : begin + limit]
    return page, page[-1].key if begin + limit < len(items) else None
