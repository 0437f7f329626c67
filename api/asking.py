"""Questions about the leads of a unit, town or chain: what they share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Connection

from api.doors import Asking
from api.paging import Paged
from crm.application import CRM
from domain.calendar import timestamp
from domain.rulebook import Rulebook
from projections.clocks import Clocks
from projections.lead_states import Where
from projections.reader import clocks
from projections.rule_rows import rules_in_force

Detail = Annotated[bool, Field(description="列出每个数字背后的项目")]
Format = Literal["json", "csv", "xlsx"]
Year = Annotated[int, Field(ge=2000, le=2100, description="年度")]


class AskingWhere(Asking):
    """The two clocks, and which leads."""

    unit: Annotated[str | None, Field(description="招引单位")] = None
    town: Annotated[str | None, Field(description="落户镇")] = None
    chain: Annotated[str | None, Field(description="产业链")] = None

    @property
    def where(self) -> Where:
        return Where(self.unit, self.town, self.chain)


class Listed(Paged):
    """A list, answered in pages; a file holds the whole list."""

    format: Format = "json"


class PagedWhere(Listed, AskingWhere):
    """A list of some leads."""


@contextmanager
def states(crm: CRM, query: Asking) -> Iterator[tuple[Connection, Clocks, Rulebook]]:
    """A connection to ask leads' states of, the clocks of the question, and their rules."""
    moment = query.moment(crm)
    with crm.reader.asking("clock", "states", "rules") as connection:
        when = clocks(connection, query.day(crm), moment)
        yield connection, when, rules_in_force(connection, when)


def at(when: Clocks) -> dict[str, Any]:
    """Both clocks, as every answer echoes them."""
    return {"as_of": when.as_of.isoformat(), "known_at": timestamp(when.known_at)}
