"""Questions about the leads of a unit, town or chain: what they share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from api.answers import Format
from api.doors import Asking
from api.paging import Paged
from crm.application import CRM
from crm.presentation import both_clocks
from crm.questions.answer import states as asked_states
from domain.rulebook import Rulebook
from projections.clocks import Clocks
from projections.lead_states import Where

Detail = Annotated[bool, Field(description="列出每个数字背后的项目")]
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
    with asked_states(crm, query.when(crm)) as found:
        yield found


def at(when: Clocks) -> dict[str, Any]:
    """Both clocks, as every answer echoes them."""
    return both_clocks(when)
