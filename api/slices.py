"""Pages of a list that is worked out whole: cut after a key, so that pages neither skip nor repeat.

For questions judged lead by lead (visits due, returns, permits), which no table holds as rows.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar


class Keyed(Protocol):
    """An item that knows its place in its list; no two have the same."""

    @property
    def key(self) -> tuple[Any, ...]: ...


Key = tuple[Any, ...]
T = TypeVar("T", bound=Keyed)
A = TypeVar("A")


def cut(items: Sequence[T], after: Key | None, limit: int) -> tuple[Sequence[T], Key | None]:
    """Up to `limit` items after a key, and the key to go on after; None at the end.

    `items` stand in ascending order of their keys.
    """
    return cut_by(lambda item: item.key, items, after, limit)


def cut_by(
    key: Callable[[A], Key], items: Sequence[A], after: Key | None, limit: int
) -> tuple[Sequence[A], Key | None]:
    """The same for items that do not know their key."""
    begin = 0 if after is None else bisect_right(items, after, key=key)
    page = items[begin : begin + limit]
    return page, key(page[-1]) if begin + limit < len(items) else None
