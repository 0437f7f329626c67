"""A list that is worked out whole: answered a page at a time, or as one file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from fastapi import Response

from api.asking import Listed, at
from api.files import attachment
from api.paging import Page
from api.slices import T, cut
from crm.figure_files import items_file
from crm.presentation import Shown
from projections.clocks import Clocks


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """What a list is called, what its keys are, how an item is shown and written into a file.

    `rows` are those of an item in a file; default: one, as the item is shown.
    """

    of: str
    name: str
    key: Any
    show: Callable[[T], Shown]
    columns: dict[str, str]
    rows: Callable[[T], list[Shown]] | None = None

    def answer(
        self,
        turn: Page,
        query: Listed,
        when: Clocks,
        shown: Shown,
        items: Sequence[T],
        show: Callable[[T], Shown] | None = None,
    ) -> dict[str, Any] | Response:
        """The figures, and a page of the list below them; or the whole list as a file.

        `show` says more of an item than a file does.
        """
        head = {**at(when), **shown}
        if query.format != "json":
            rows = self.rows or (lambda item: [self.show(item)])
            every = [row for item in items for row in rows(item)]
            content = items_file(head, every, self.columns, self.name, query.format)
            return attachment(content, f"{self.name}_{when.as_of}", query.format)
        page, last = cut(items, turn.after(self.key), query.limit)
        return {
            **head,
            "items": [(show or self.show)(item) for item in page],
            "next_cursor": turn.next_cursor(when, last),
        }
