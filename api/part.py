"""Which part of a list: what the lists of leads that are judged one by one share."""

from typing import Annotated, Literal

from pydantic import Field

from api.paging import Paged

Format = Literal["json", "csv", "xlsx"]


class PartOf(Paged):
    """A list of some leads, answered in pages; a file holds the whole list."""

    unit: Annotated[str | None, Field(description="招引单位")] = None
    town: Annotated[str | None, Field(description="落户镇")] = None
    chain: Annotated[str | None, Field(description="产业链")] = None
    format: Format = "json"
