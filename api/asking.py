"""Questions about the leads of a unit, town or chain: what they share."""

from typing import Annotated

from pydantic import Field

from api.answers import Format
from api.doors import Asking
from api.paging import Paged
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
