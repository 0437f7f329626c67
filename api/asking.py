"""Questions about the leads of a unit, town or chain: what they share."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.doors import Asking
from api.files import Format
from api.paging import Paged
from domain.vocabulary import Colour, Stage
from projections.lead_states import Where

Detail = Annotated[bool, Field(description="列出每个数字背后的项目")]
OnlyColour = Annotated[Colour | None, Field(description="只看一种颜色")]
OnlyLead = Annotated[UUID | None, Field(description="只看一个项目（lead_id）")]
OnlyStage = Annotated[Stage | None, Field(description="只看一个阶段")]


class AskingWhere(Asking):
    """The two clocks, and which leads."""

    unit: Annotated[str | None, Field(description="招引单位")] = None
    town: Annotated[str | None, Field(description="落户镇")] = None
    chain: Annotated[str | None, Field(description="产业链")] = None

    @property
    def where(self) -> Where:
        return Where(self.unit, self.town, self.chain)


class OneLeadQuery(Asking):
    """One lead at two clocks, or at one of its versions."""

    version: Annotated[int | None, Field(ge=1, description="按该版本还原")] = None


class PagedFile(Paged):
    """A list, answered in pages; a file holds the whole list."""

    format: Format = "json"


class PagedWhere(PagedFile, AskingWhere):
    """A list of some leads."""
