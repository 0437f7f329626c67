"""台账: send a ledger in, see what it would record, set its columns right, record it."""

from pathlib import PurePath
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Path, Query, Response, UploadFile
from fastapi.concurrency import run_in_threadpool
from pydantic import ConfigDict, Field

from api.described import asks, records_elsewhere
from api.doors import CheckedRoute, Known, Program, Strict, UploadRoute
from api.fields import Body
from api.files import attachment
from api.paging import Cursor, Limit, packed, unpacked
from crm.export import MEDIA_TYPES
from crm.ledger.desk import Seen, confirm, look, say_columns, send_in, throw_away, void_all
from crm.ledger.planning import Outcome
from crm.ledger.returned import returned_file
from crm.ledger.shown import plan_shown, taken_back_shown, upload_shown
from crm.ledger.uploads import UploadKey, UploadState
from crm.people import Act
from domain.vocabulary import AgreementKind

router = APIRouter(prefix="/ledgers", tags=["台账"], route_class=CheckedRoute)
sending = APIRouter(prefix="/ledgers", tags=["台账"], route_class=UploadRoute)

LedgerId = Annotated[UUID, Path(description="台账编号（ledger_id）")]


class RowsQuery(Strict):
    """Which lines to show; the counts are of all."""

    offset: Annotated[int, Field(ge=0, description="从第几行起")] = 0
    limit: Annotated[int, Field(ge=1, le=1000, description="最多几行")] = 100
    outcome: Annotated[Outcome | None, Field(description="只看一种结果")] = None


def _shown(seen: Seen, query: RowsQuery) -> dict[str, Any]:
    lines = [line for line in seen.plan.lines if query.outcome in (None, line.outcome)]
    page = lines[query.offset : query.offset + query.limit]
    return {**upload_shown(seen.upload), **plan_shown(seen.plan, page), "count": len(lines)}


def _writing(
    summary: str, *codes: str, act: Act = Act.WRITE, status: int = 200, more: tuple[int, ...] = ()
) -> dict[str, Any]:
    without = (412,) if codes else (409, 412)
    described = records_elsewhere(
        summary, *codes, act=act, without=without, status=status, more=more
    )
    return {**described, "response_model": None}


@sending.post(
    "", **_writing("上传台账并预览，不录入（.xlsx、.xls、.ods、.csv）", status=201, more=(400,))
)
async def send(
    crm: Program,
    by: Known,
    query: Annotated[RowsQuery, Query()],
    file: Annotated[UploadFile, File(description="台账文件，最大 20 MB")],
) -> dict[str, Any]:
    content = await file.read()
    seen = await run_in_threadpool(send_in, crm, file.filename or "", content, by)
    return _shown(seen, query)


class SentQuery(Strict):
    """A page of the ledgers sent in."""

    limit: Limit = 100
    cursor: Cursor = None


@router.get("", **asks("上传过的台账，最近的在前"))
def sent(crm: Program, query: Annotated[SentQuery, Query()]) -> dict[str, Any]:
    after = None if query.cursor is None else unpacked(query.cursor, UploadKey)
    found = crm.uploads.latest(query.limit + 1, after)
    page = found[: query.limit]
    return {
        "items": [upload_shown(upload) for upload in page],
        "next_cursor": packed(page[-1].key) if len(found) > len(page) else None,
    }


@router.get("/{ledger_id}", **asks("台账预览或录入进度", 404, act=Act.WRITE))
def show(
    crm: Program, by: Known, ledger_id: LedgerId, query: Annotated[RowsQuery, Query()]
) -> dict[str, Any]:
    upload = crm.uploads.get(ledger_id)
    if upload.state is not UploadState.PREVIEWED:
        return upload_shown(upload)
    return _shown(look(crm, ledger_id, by), query)


class ColumnsIn(Body):
    """列对应关系: what is said replaces what was said of ledgers of the same shape.

    `kind` is what was signed, of a ledger without a column that says so.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"sheet": "台账", "columns": {"工程": "title", "备用列": None}}
        }
    )

    sheet: Annotated[str, Field(max_length=100, description="工作表名")]
    columns: Annotated[
        dict[str, str | None],
        Field(
            default_factory=dict,
            max_length=300,
            description="表头文字：对应的项（field），null 为只作文字保留",
        ),
    ]
    kind: Annotated[
        AgreementKind | None,
        Field(description="台账没有协议类别一列时，已签约的按此登记"),
    ] = None


@router.put(
    "/{ledger_id}/columns",
    **_writing("指定各列对应的项，同样表头的台账以后照此", "ledger_recorded", "ledger_recording"),
)
def set_columns(
    crm: Program,
    by: Known,
    ledger_id: LedgerId,
    query: Annotated[RowsQuery, Query()],
    body: ColumnsIn,
) -> dict[str, Any]:
    return _shown(say_columns(crm, ledger_id, body.sheet, body.columns, body.kind, by), query)


@router.post(
    "/{ledger_id}/confirmation",
    **_writing(
        "确认录入：逐行录入，一行要么全部录入要么不录", "ledger_recorded", "ledger_recording",
        status=202,
    ),
)  # fmt: skip
def record(crm: Program, by: Known, ledger_id: LedgerId) -> dict[str, Any]:
    return upload_shown(confirm(crm, ledger_id, by))


@router.get(
    "/{ledger_id}/refused",
    response_model=None,
    **asks(
        "退回的行和需人工确认的行，每行注明原因，改正后可再次上传（.xlsx）",
        404,
        act=Act.WRITE,
        only=MEDIA_TYPES["xlsx"],
    ),
)
def refused(
    crm: Program, by: Known, ledger_id: LedgerId, _: Annotated[Strict, Query()]
) -> Response:
    seen = look(crm, ledger_id, by)
    stem = PurePath(seen.upload.name).stem
    return attachment(returned_file(seen.plan), f"{stem}_退回", "xlsx")


@router.post(
    "/{ledger_id}/taking-back",
    **_writing(
        "收回一次导入：作废从这份台账录入的全部记录；已有其他记录为前提的保留并列出", act=Act.VOID
    ),
)
def take_back(crm: Program, by: Known, ledger_id: LedgerId) -> dict[str, Any]:
    return taken_back_shown(void_all(crm, ledger_id, by))


@router.delete("/{ledger_id}", **_writing("删除上传的台账文件（已录入的记录不受影响）"))
def remove(crm: Program, by: Known, ledger_id: LedgerId) -> dict[str, Any]:
    throw_away(crm, ledger_id, by)
    return {"ledger_id": str(ledger_id)}
