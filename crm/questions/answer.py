"""What questions share: their clocks, the rules they are judged by, and what an answer is."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection

from crm.application import CRM
from crm.export import FileFormat, Sheet, clock_columns
from crm.presentation import Shown, both_clocks
from domain.rulebook import Rulebook
from projections.clocks import Clocks
from projections.reader import clocks
from projections.rule_rows import rules_in_force


class Clocked(Protocol):
    """Whatever knows the two clocks of a question: a request, a page of one, a command."""

    def clocks(self, connection: Connection) -> Clocks: ...


@dataclass(frozen=True, slots=True)
class When:
    """Business day D, and moment K; None: all that is known."""

    as_of: date
    known_at: datetime | None = None

    def clocks(self, connection: Connection) -> Clocks:
        return clocks(connection, self.as_of, self.known_at)


@contextmanager
def states(crm: CRM, when: Clocked) -> Iterator[tuple[Connection, Clocks, Rulebook]]:
    """A connection to ask leads' states of, the clocks of the question, and their rules."""
    with judged(crm, when, "clock", "states", "rules") as found:
        yield found


@contextmanager
def judged(
    crm: CRM, when: Clocked, needed: str, *more: str
) -> Iterator[tuple[Connection, Clocks, Rulebook]]:
    """The same for other tables than the states, named as `Reader.asking` takes them."""
    with crm.reader.asking(needed, *more) as connection:
        found = when.clocks(connection)
        yield connection, found, rules_in_force(connection, found)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown, what its file is called (before the day), and how it is laid out as a table.

    `last` is the key to go on after where the answer is a page of more.
    """

    when: Clocks
    shown: Shown
    name: str
    layout: Callable[[Shown], Sheet]
    last: tuple[Any, ...] | None = None
    printed: Callable[[Shown], bytes] | None = None

    def file(self, file_format: FileFormat) -> bytes:
        """As a file; an .xlsx is laid out for printing where the answer knows how (`printed`)."""
        if file_format == "xlsx" and self.printed is not None:
            return self.printed(self.shown)
        return self.sheet.file(file_format)

    @property
    def sheet(self) -> Sheet:
        return replace(self.layout(self.shown), clocks=clock_columns(self.shown))


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Items(Generic[T]):
    """A list, worked out whole: only what is read of it need be shown."""

    when: Clocks
    head: Shown
    items: Sequence[T]
    show: Callable[[T], Shown]

    def of(self, items: Sequence[T], next_cursor: str | None = None) -> Shown:
        """The head, both clocks and some of the items."""
        return {
            **both_clocks(self.when),
            **self.head,
            "items": [self.show(item) for item in items],
            "next_cursor": next_cursor,
        }


@dataclass(frozen=True, slots=True)
class Listed(Items[T]):
    """A list that can be laid out as a table."""

    name: str
    layout: Callable[[Shown], Sheet]

    def whole(self) -> Answer:
        return Answer(self.when, self.of(self.items), self.name, self.layout)
