"""The industry chains: who leads them, what each has (一链一清单), and which leads make it up."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field

from api.answers import answered
from api.described import asks, records_elsewhere
from api.doors import Asking, CheckedRoute, Program, ToProgram, WrittenOut
from api.fields import Body, Count, Name, Record, VoidIn, Wan, Year, YearOfDay
from api.files import Format
from api.paging import Page, Paged
from api.slices import cut_by
from crm.chain_pages import chain_history_page
from crm.chains import chain_history, describe_chain, void_chain_entry
from crm.people import Act
from crm.presentation import both_clocks
from crm.questions.chains import ask_about_chain, ask_chain, ask_chains, ask_each_chain, no_chain
from domain.chain.events import ChainDescribed, ChainEntryVoided, ChainTarget
from domain.chain.known import PLACEHOLDERS, PLAN_CHAINS, chain_order
from projections.lead_search import LeadKey
from projections.reader import clocks

router = APIRouter(prefix="/chains", tags=["产业链"], route_class=CheckedRoute)

Chain = Annotated[Name, Path(description="产业链名称")]
ChainKey = tuple[int, str]


class ChainTargetIn(Body):
    """What a chain is to bring in one year."""

    projects: Count | None = None
    agreed_total_wan: Wan | None = None


class ChainIn(Record):
    """产业链设置: the whole description; a later one replaces it from its business date on."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "chief": "分管工业副县长",
                "lead_unit": "经开区",
                "leader_enterprise": "汉阴某碳基材料有限公司",
                "targets": {"2023": {"projects": 25, "agreed_total_wan": 350000}},
                "occurred_on": "2023-01-10",
            }
        }
    )

    chief: Annotated[Name | None, Field(description="链长")] = None
    lead_unit: Annotated[Name | None, Field(description="牵头单位")] = None
    leader_enterprise: Annotated[Name | None, Field(description="链主企业")] = None
    targets: Annotated[
        dict[Year, ChainTargetIn],
        Field(max_length=50, default_factory=dict, description="按年度的招商引资目标"),
    ]


@router.put(
    "/{name}",
    **records_elsewhere(
        "设置产业链的链长、牵头单位、链主企业和目标（整体替换）", act=Act.SET_CHAIN
    ),
)
def describe(to: ToProgram, name: Chain, body: ChainIn) -> WrittenOut:
    description = ChainDescribed(
        **body.common(to.today),
        chain=name,
        chief=body.chief,
        lead_unit=body.lead_unit,
        leader_enterprise=body.leader_enterprise,
        targets=tuple(
            ChainTarget(year, target.projects, target.agreed_total_wan)
            for year, target in sorted(body.targets.items())
        ),
    )
    return to.answer(describe_chain(to.crm, description, by=to.caller, condition=to.condition))


@router.post(
    "/{name}/void",
    **records_elsewhere(
        "作废产业链的一条记录",
        "already_voided",
        "void_not_voidable",
        "event_depended_on",
        act=Act.VOID,
    ),
)
def void(to: ToProgram, name: Chain, body: VoidIn) -> WrittenOut:
    entry = ChainEntryVoided(
        **body.common(to.today), chain=name, event_id=body.event_id, ground=body.ground
    )
    return to.answer(void_chain_entry(to.crm, entry, by=to.caller, condition=to.condition))


# --- reading ------------------------------------------------------------------------------------


class YearQuery(Asking):
    """The two clocks and the year counted."""

    year: YearOfDay = None


class ChainsQuery(Paged):
    """The chains, in pages."""

    year: YearOfDay = None


@router.get("", **asks("全部产业链"))
def all_chains(crm: Program, query: Annotated[ChainsQuery, Query()]) -> dict[str, Any]:
    turn, asked = Page.asked(crm, "chains", query)
    found = ask_each_chain(crm, turn, asked.year)
    page, last = cut_by(
        lambda row: chain_order(row.name), found.items, turn.after(ChainKey), query.limit
    )
    return found.of(page, turn.next_cursor(found.when, last))


class SheetQuery(YearQuery):
    """The year, the two clocks and the form of the answer."""

    format: Format = "json"


@router.get(
    "/sheet",
    response_model=None,
    **asks("一链一清单（全部产业链）"),
)
def whole_sheet(crm: Program, query: Annotated[SheetQuery, Query()]) -> dict[str, Any] | Response:
    return answered(ask_chains(crm, query.when(crm), query.year), query.format)


@router.get("/{name}", **asks("查看一条产业链", 404))
def show(
    crm: Program, name: Chain, query: Annotated[YearQuery, Query()], response: Response
) -> dict[str, Any]:
    when = query.when(crm)
    response.headers["ETag"] = f'"{len(chain_history(crm, name))}"'
    return ask_about_chain(crm, when, name, query.year)


class ChainSheetQuery(Paged):
    """The leads behind one chain's counts, or behind one of them; a file holds them all."""

    year: YearOfDay = None
    counted_in: Annotated[
        Literal["planned", "negotiating", "signed", "started", "produced"] | None,
        Field(description="只看计入某一项（谋划、在谈、签约、开工、投产）的项目"),
    ] = None
    format: Format = "json"


@router.get(
    "/{name}/sheet",
    response_model=None,
    **asks("一链一清单：一条产业链的各项数字及其项目", 404),
)
def sheet(
    crm: Program, name: Chain, query: Annotated[ChainSheetQuery, Query()]
) -> dict[str, Any] | Response:
    turn, asked = Page.asked(crm, f"chains/{name}/sheet", query)
    limit = query.limit if query.format == "json" else None
    answer = ask_chain(crm, turn, name, asked.year, asked.counted_in, limit, turn.after(LeadKey))
    if query.format == "json":
        return {**answer.shown, "next_cursor": turn.next_cursor(answer.when, answer.last)}
    return answered(answer, query.format)


@router.get("/{name}/history", **asks("产业链全部记录", 404))
def history(crm: Program, name: Chain, query: Annotated[Asking, Query()]) -> dict[str, Any]:
    moment, day = query.moment(crm), query.day(crm)
    recorded = chain_history(crm, name)
    if not recorded and name not in (*PLAN_CHAINS, *PLACEHOLDERS):
        raise no_chain(name)
    with crm.reader.asking("clock") as connection:
        when = clocks(connection, day, moment)
    return {**both_clocks(when), **chain_history_page(name, recorded, when)}
