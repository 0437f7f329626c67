"""For auditors, of one lead: what changed between two moments, who knew what when, its history."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.answers import answered
from api.asking import OneLeadQuery
from api.described import asks
from api.doors import Asking, CheckedRoute, LeadId, Program
from api.fields import AsOf
from api.files import Format, download
from crm.application import CRM
from crm.people import Act
from crm.questions.answer import Answer
from crm.questions.replaying import Than, ask_diff, ask_history, ask_knowledge
from crm.replaying.history_files import MEDIA_TYPES, PageFormat, page_file
from domain.errors import BadInput, Refused

router = APIRouter(
    prefix="/audit/leads/{lead_id}",
    tags=["审计"],
    route_class=CheckedRoute,
)


class DiffQuery(OneLeadQuery):
    """Two moments, each a version or a pair of clocks; `than_…` is the one to compare with."""

    than_version: Annotated[int | None, Field(ge=1, description="与该版本相比")] = None
    than_as_of: Annotated[AsOf | None, Field(description="与该业务日期相比，默认与 as_of 相同")] = (
        None
    )
    than_known_at: Annotated[
        str | None,
        Field(
            description="与该录入时刻所知相比（写法同 known_at），默认与 known_at（version）相同"
        ),
    ] = None
    format: Format = "json"

    def than(self, crm: CRM) -> Than:
        said = self.than_known_at
        try:
            known_at = crm.moment(said) if said is not None else None
        except BadInput as error:
            raise BadInput("than_known_at", error.message) from None
        return Than(self.than_version, self.than_as_of, known_at, said is not None)


@router.get(
    "/diff",
    response_model=None,
    **asks(
        "项目在两个时刻之间的变化：哪些字段、因哪些记录、何人何时录入，或因日期推移、规则调整",
        404,
        act=Act.AUDIT,
    ),
)
def diff(
    crm: Program, lead_id: LeadId, query: Annotated[DiffQuery, Query()]
) -> dict[str, Any] | Response:
    answer = ask_diff(crm, lead_id, query.when(crm), query.version, query.than(crm))
    return answered(answer, query.format)


class KnowledgeQuery(Asking):
    """One field on a fixed day; K cuts what had been recorded."""

    field: Annotated[
        str,
        Field(
            max_length=100,
            description="字段，如 started_on、agreed_total_wan、stage、colour；"
            "部分字段可再分，如 permits.land、investment_returns.2023-05",
        ),
    ]
    format: Format = "json"


@router.get(
    "/knowledge",
    response_model=None,
    **asks(
        "某业务日期的一个字段：系统先后显示过哪些值，从何时到何时，由谁的哪条记录改变",
        404,
        act=Act.AUDIT,
    ),
)
def knowledge(
    crm: Program, lead_id: LeadId, query: Annotated[KnowledgeQuery, Query()]
) -> dict[str, Any] | Response:
    return answered(ask_knowledge(crm, lead_id, query.when(crm), query.field), query.format)


class HistoryQuery(OneLeadQuery):
    """At one moment, in which form."""

    format: Annotated[
        Literal["json", "csv", "xlsx", "html", "pdf"],
        Field(description="html、pdf 为可打印的 A4 页面；csv、xlsx 为表格"),
    ] = "json"


@router.get(
    "/history",
    response_model=None,
    **asks(
        "项目全部记录的打印页：何人何时录入何事、时差、佐证、作废及理由、校验链，及项目状况",
        404,
        act=Act.AUDIT,
    ),
)
def history(
    crm: Program, lead_id: LeadId, query: Annotated[HistoryQuery, Query()]
) -> dict[str, Any] | Response:
    answer = ask_history(crm, lead_id, query.when(crm), query.version)
    if query.format == "html" or query.format == "pdf":
        return _page(crm, answer, query.format)
    return answered(answer, query.format)


def _page(crm: CRM, answer: Answer, form: PageFormat) -> Response:
    try:
        content = page_file(answer.shown, form, crm.office)
    except ValueError as error:  # of the office's fonts, said in one line
        raise Refused("office_files", str(error)) from None
    name = f"{answer.name}_{answer.when.as_of}.{form}"
    sent = download(content, name, MEDIA_TYPES[form])
    # Whatever has been typed into a record, the page runs nothing and fetches nothing.
    sent.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return sent
