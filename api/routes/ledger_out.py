"""The full ledger (招商项目台账) as a workbook."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.asking import AskingWhere
from api.described import asks
from api.doors import CheckedRoute, Program, Seer
from api.fields import Year
from api.files import attachment
from crm.export import MEDIA_TYPES
from crm.ledger.full import NAME, Subtotals, Wanted, ledger_file

router = APIRouter(prefix="/ledgers", tags=["台账"], route_class=CheckedRoute)


class LedgerQuery(AskingWhere):
    """Which leads, and what is shown of them."""

    year: Annotated[Year | None, Field(description="当年签约（未签约的按登记）的项目")] = None
    subtotals: Annotated[Subtotals | None, Field(description="按产业链、单位或镇小计")] = None
    persons: Annotated[bool, Field(description="列出责任人、联系人和联系电话")] = False


@router.get(
    "/export",
    response_model=None,
    **asks("导出招商项目台账（.xlsx），可打印、可修改后再导入", only=MEDIA_TYPES["xlsx"]),
)
def export(crm: Program, by: Seer, query: Annotated[LedgerQuery, Query()]) -> Response:
    wanted = Wanted(query.where, query.year, query.persons, query.subtotals)
    content, day = ledger_file(crm, query.when(crm), wanted, by.caller, by.address)
    return attachment(content, f"{NAME}_{day}", "xlsx")
