"""The year's target by other counting rules, beside the figures in force."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.described import asks
from api.doors import Asking, CheckedRoute, Program
from api.routes.targets import Year
from crm.questions.accounting import ask_recount

router = APIRouter(prefix="/targets", tags=["年度目标"], route_class=CheckedRoute)

Written = Annotated[str | None, Field(max_length=40)]


class RecountQuery(Asking):
    """The two clocks, and each rule to be counted by instead, as it would be set."""

    count_basis: Annotated[Written, Field(description="计数口径：signed 或 recognised")] = None
    big_project_wan: Annotated[Written, Field(description="大项目起点（万元）")] = None
    built_project_wan: Annotated[Written, Field(description="建成项目起点（万元）")] = None
    time_progress: Annotated[Written, Field(description="时序进度：month 或 day")] = None


@router.get(
    "/{year}/recount",
    **asks("按其他规则重新计算年度目标，与现行结果对照（不录入、不改变已发布的结果）"),
)
def show(crm: Program, year: Year, query: Annotated[RecountQuery, Query()]) -> dict[str, Any]:
    clock_names = set(Asking.model_fields)
    changes = query.model_dump(exclude=clock_names, exclude_none=True)
    return ask_recount(crm, query.when(crm), year, changes).shown
