"""One stream's rows of a bitemporal table: what is known now, and what has changed since.

A row is known from the log position that brought it up to the one that changed it. The rows of a
stream are a function of its events alone, so whoever folds the stream knows which stored rows a
new event closes without asking the database.
"""

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Table

from projections.tables import OPEN

Row = dict[str, Any]


class Changes(NamedTuple):
    """What to write: rows to insert, and stored rows whose `known_to` is now set, by table."""

    opened: dict[Table, list[Row]]
    closed: dict[Table, list[Row]]

    @classmethod
    def none(cls) -> "Changes":
        return cls({}, {})

    def add(self, other: "Changes") -> None:
        for mine, theirs in zip(self, other, strict=True):
            for table, rows in theirs.items():
                mine.setdefault(table, []).extend(rows)


class BitemporalRows:
    """The rows of one stream in one table, told apart by a key among those known together.

    `owner` is the column that names the stream.
    """

    __slots__ = ("_closed", "_known", "_opened", "_owner", "_table", "_taken")

    def __init__(self, table: Table, stream_id: UUID, owner: str = "lead_id") -> None:
        self._table = table
        self._owner = {owner: stream_id}
        self._known: dict[Hashable, Row] = {}
        self._opened: list[Row] = []
        self._closed: list[Row] = []
        self._taken = 0

    def now(self, key: Hashable, row: Mapping[str, Any] | None, position: int) -> None:
        """From `position` on, `row` is what is known under `key`; None: nothing is."""
        standing = self._known.get(key)
        if standing is not None:
            if row is not None and all(standing[name] == value for name, value in row.items()):
                return
            standing["known_to"] = position
            if standing["known_from"] <= self._taken:
                self._closed.append(standing)
            del self._known[key]
        if row is not None:
            opened = {**row, **self._owner, "known_from": position, "known_to": OPEN}
            self._known[key] = opened
            self._opened.append(opened)

    def exactly(self, wanted: Mapping[Any, Mapping[str, Any]], position: int) -> None:
        """From `position` on, `wanted` is all that is known."""
        for key in [key for key in self._known if key not in wanted]:
            self.now(key, None, position)
        for key, row in wanted.items():
            self.now(key, row, position)

    def take(self, position: int) -> Changes:
        """What has changed since the last call; `position` is the last one learnt."""
        opened, closed = self._opened, self._closed
        self._opened, self._closed, self._taken = [], [], position
        return Changes(
            {self._table: opened} if opened else {}, {self._table: closed} if closed else {}
        )
