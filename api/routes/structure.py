"""Of what kind are the year's signings? (项目结构)"""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.described import asks
from api.doors import Asking, CheckedRoute, Program
from api.fields import YearOfDay
from crm.questions.chains import ask_structure

router = APIRouter(prefix="/structure", tags=["产业链"], route_class=CheckedRoute)


class StructureQuery(Asking):
    """The two clocks, the year, and a chain."""

    year: YearOfDay = None
    chain: Annotated[str | None, Field(description="只看一条产业链")] = None


@router.get(
    "",
    **asks("本年签约项目结构：体量分档、建链延链补链强链、产业链、目标企业类别"),
)
def show(crm: Program, query: Annotated[StructureQuery, Query()]) -> dict[str, Any]:
    return ask_structure(crm, query.when(crm), query.year, query.chain)
