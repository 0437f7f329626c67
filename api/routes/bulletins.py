"""通报: look at a draft, publish, list, fetch as a file, prove."""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field

from api.described import asks, records_elsewhere
from api.doors import Asking, CheckedRoute, Program, ToProgram, WrittenOut
from api.fields import AsOf, Record, Text
from api.files import download
from api.paging import Page, Paged
from api.slices import cut_by
from crm.bulletins.asking import Moment
from crm.bulletins.files import (
    MEDIA_TYPES,
    Form,
    bulletin_name,
    draft_file,
    published_file,
)
from crm.bulletins.making import changed_since, make, proved, published_by, wanted
from crm.bulletins.presentation import bulletin_line, draft_shown, published_shown
from crm.bulletins.publishing import Correction, find, publish_bulletin
from crm.bulletins.verifying import verify
from crm.people import Act
from crm.presentation import both_clocks
from domain.bulletin import replaced_by
from domain.errors import BadInput, Refused
from domain.periods import PeriodKind, parse
from projections.reader import clocks

router = APIRouter(prefix="/bulletins", tags=["通报"], route_class=CheckedRoute)

BulletinId = Annotated[UUID, Path(description="通报编号（bulletin_id）")]
Kind = Annotated[
    PeriodKind, Field(description="、".join(f"{kind.value} {kind.label}" for kind in PeriodKind))
]
On = Annotated[AsOf, Field(description="周期内的任意一天")]
Format = Annotated[
    Literal["json", "docx", "pdf", "xlsx"],
    Field(description="json 为内容；docx、pdf、xlsx 为文件"),
]


class BulletinQuery(Paged):
    """Filters of the published bulletins."""

    kind: Annotated[PeriodKind | None, Field(description="只看一种通报")] = None
    period: Annotated[str | None, Field(description="周期编码，如 2023-05、2023-Q2")] = None


@router.get("", **asks("已发布的通报，最近发布的在前"))
def search(crm: Program, query: Annotated[BulletinQuery, Query()]) -> dict[str, Any]:
    turn, asked = Page.asked(crm, "bulletins", query)
    period = None if asked.period is None else parse(asked.period).key
    with crm.reader.asking("clock") as connection:
        when = turn.clocks(connection)
    history = [r for r in published_by(crm, when.position) if r.event.occurred_on <= when.as_of]
    found = [
        r
        for r in reversed(history)
        if asked.kind in (None, r.event.kind) and period in (None, r.event.period)
    ]
    page, last = cut_by(lambda r: (-r.position,), found, turn.after(tuple[int]), query.limit)
    replaced = replaced_by(history)
    return {
        **both_clocks(when),
        "count": len(found),
        "items": [bulletin_line(r, replaced) for r in page],
        "next_cursor": turn.next_cursor(when, last),
    }


class DraftQuery(Asking):
    """Which bulletin, as of which day of its period: by default its last, or today."""

    kind: Kind
    on: On
    format: Format = "json"


@router.get(
    "/draft",
    response_model=None,
    **asks("通报草稿：任何周期、任何时刻都可以看，不留记录"),
)
def draft(crm: Program, query: Annotated[DraftQuery, Query()]) -> dict[str, Any] | Response:
    of = wanted(crm, query.kind, query.on, query.as_of, query.moment(crm))
    document = make(crm, of)
    if query.format == "json":
        return draft_shown(document)
    return _sent(
        lambda form: draft_file(crm.office, document, form),
        bulletin_name(document.title, None),
        query.format,
    )


class BulletinIn(Record):
    """发布通报 of the period that `on` belongs to; `replaces` and `ground` when it corrects one."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"kind": "monthly", "on": "2023-06-30"}}
    )

    kind: Kind
    on: On
    replaces: Annotated[UUID | None, Field(description="更正时：所替代的通报编号")] = None
    ground: Annotated[Text | None, Field(description="更正的理由")] = None


class BulletinOut(WrittenOut):
    """The answer to a publication: the bulletin's id too."""

    bulletin_id: UUID


@router.post(
    "",
    **records_elsewhere(
        "发布通报（管理人员）",
        "period_not_over",
        "nothing_recorded",
        "log_not_sealed",
        "already_published",
        "nothing_to_replace",
        "not_in_force",
        act=Act.PUBLISH,
    ),
)
def publish(to: ToProgram, body: BulletinIn) -> BulletinOut:
    if body.ground is not None and body.replaces is None:
        raise BadInput("ground", "只有更正（replaces）才说明理由")
    correction = Correction(body.replaces, body.ground) if body.replaces else None
    written = publish_bulletin(
        to.crm,
        wanted(to.crm, body.kind, body.on),
        correction,
        body.common(to.today),
        by=to.caller,
        condition=to.condition,
    )
    bulletin_id, _ = written.events[0]
    to.response.headers["Location"] = f"/api/v1/bulletins/{bulletin_id}"
    return BulletinOut(**to.answer(written).model_dump(), bulletin_id=bulletin_id)


class OneQuery(Asking):
    """In which form. A bulletin is what it was when published: the clocks change nothing in it."""

    format: Format = "json"


@router.get(
    "/{bulletin_id}",
    response_model=None,
    **asks("查看一期通报；文件随时可以重新生成，逐字节相同", 404),
)
def show(
    crm: Program, bulletin_id: BulletinId, query: Annotated[OneQuery, Query()]
) -> dict[str, Any] | Response:
    query.moment(crm)
    published = find(crm, bulletin_id)
    document = proved(crm, published)
    history = published_by(crm)
    if query.format == "json":
        return published_shown(document, published, history)
    return _sent(
        lambda form: published_file(crm.office, history, published, document, form),
        bulletin_name(document.title, published),
        query.format,
    )


@router.get(
    "/{bulletin_id}/verify",
    **asks("查验：由记录重新计算，逐项核对所发布的数字", 404),
)
def prove(
    crm: Program, bulletin_id: BulletinId, query: Annotated[Asking, Query()]
) -> dict[str, Any]:
    query.moment(crm)
    return verify(crm, find(crm, bulletin_id))


@router.get(
    "/{bulletin_id}/differences",
    **asks("通报发布后因补录、更正而变化的数字和引起变化的记录", 404),
)
def differ(
    crm: Program, bulletin_id: BulletinId, query: Annotated[Asking, Query()]
) -> dict[str, Any]:
    published = find(crm, bulletin_id)
    moment = query.moment(crm)
    with crm.reader.asking("clock") as connection:
        when = clocks(connection, query.day(crm), moment)
    now = Moment(when.known_at, when.position)
    return {**both_clocks(when), **changed_since(crm, published, now)}


def _sent(make_file: Callable[[Form], bytes], name: str, form: Form) -> Response:
    """A file; what the office's own fonts or template lack is said in one line."""
    try:
        content = make_file(form)
    except ValueError as error:
        raise Refused("office_files", str(error)) from None
    return download(content, f"{name}.{form}", MEDIA_TYPES[form])
