"""Commands that ask what the API asks: one entry each, the question itself is in `crm.questions`.

To add one: a function under `@question` with the parameters it takes beside the clocks.
"""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from crm.cli import asking
from crm.cli.asking import Asked, one_of
from crm.cli.output import day
from domain.calendar import is_period
from domain.periods import PeriodKind
from domain.vocabulary import Colour, NoticeLevel, Stage, UnitGroup

if TYPE_CHECKING:
    from crm.questions.answer import Answer

app = typer.Typer()
question = partial(asking.question, app)

FIGURES, ATTENDING, COLOURS = "比率与预测", "服务与报送", "三色与包抓"
CHAINS, RANKING, ACCOUNTS = "产业链与活动", "评比", "溯源与周期"

Year = Annotated[int, typer.Argument(help="年度", min=2000, max=2100)]
OfYear = Annotated[int | None, typer.Option(help="年度，默认 D 所在年", min=2000, max=2100)]
Detail = Annotated[
    bool, typer.Option("--detail", help="列出每个数字背后的项目（json）", show_default=False)
]
Since = Annotated[str | None, typer.Option(help="统计起始日期，默认 D 所在年度的 1 月 1 日")]
Season = Annotated[
    str, typer.Argument(help="评比周期：2023-Q2、2023-H1、2023-05 或 2023", metavar="PERIOD")
]
Leader = Annotated[str | None, typer.Option(help="包抓领导")]


def _words(words: type[Colour] | type[Stage] | type[UnitGroup] | type[NoticeLevel]) -> str:
    return "、".join(f"{word.value} {word.label}" for word in words)


# --- 三色与包抓 -------------------------------------------------------------------------------


@question("colours", COLOURS, where=True)
def colours(
    asked: Asked,
    colour: Annotated[str | None, typer.Option(help=_words(Colour))] = None,
    stage: Annotated[str | None, typer.Option(help="阶段，如 signed、started")] = None,
    leader: Leader = None,
    since: Annotated[str | None, typer.Option(help="改为列出该日以来变色的项目")] = None,
) -> "Answer":
    """三色：各色个数，每个项目的颜色、理由和超期天数；--since 看变色的项目。"""
    from crm.questions.colours import ask_changes, ask_colours

    its_colour, its_stage = one_of(Colour, colour, "--colour"), one_of(Stage, stage, "--stage")
    if since is None:
        return ask_colours(
            asked.crm, asked.when, asked.where, its_colour, its_stage, leader
        ).whole()
    if (colour, stage, leader) != (None, None, None):
        raise typer.BadParameter("不能与 --colour、--stage、--leader 同用", param_hint="--since")
    return ask_changes(asked.crm, asked.when, asked.where, day(since, "--since")).whole()


@question("responsibility", COLOURS, where=True)
def responsibility(asked: Asked, leader: Leader = None) -> "Answer":
    """责任包抓：各领导包抓的项目，未落实包抓的项目。"""
    from crm.questions.colours import ask_responsibility

    return ask_responsibility(asked.crm, asked.when, asked.where, leader)


# --- 比率与预测 -------------------------------------------------------------------------------


@question("rates", FIGURES, where=True)
def rates(
    asked: Asked,
    year: Year,
    cohort: Annotated[str, typer.Option(help="year 当年签约，before 往年签约")] = "year",
    include_exited: Annotated[
        bool | None,
        typer.Option("--with-exited/--without-exited", help="是否计入已退出项目，默认按规则"),
    ] = None,
    detail: Detail = False,
) -> "Answer":
    """开工率、竣工率、投产率、履约率、资金到位率等和各环节天数。"""
    from crm.questions.figures import ask_rates
    from projections.rates import Cohort

    its = one_of(Cohort, cohort, "--cohort")
    return ask_rates(asked.crm, asked.when, asked.where, year, its, include_exited, detail=detail)


@question("funnel", FIGURES, where=True)
def funnel(asked: Asked, year: Year, detail: Detail = False) -> "Answer":
    """线索逐级转化率，分渠道、分招引单位。"""
    from crm.questions.figures import ask_funnel

    return ask_funnel(asked.crm, asked.when, asked.where, year, detail=detail)


@question("growth", FIGURES, where=True)
def growth(asked: Asked, year: Year, detail: Detail = False) -> "Answer":
    """新开工、新签约同比（上年同期按当时和现在两种口径）。"""
    from crm.questions.figures import ask_growth

    return ask_growth(asked.crm, asked.when, asked.where, year, detail=detail)


@question("pipeline", FIGURES, where=True)
def pipeline(asked: Asked, year: Year, detail: Detail = False) -> "Answer":
    """在谈项目对目标缺口的覆盖：按阶段转化率加权。"""
    from crm.questions.outlook import ask_pipeline

    return ask_pipeline(asked.crm, asked.when, asked.where, year, detail=detail)


@question("forecast", FIGURES)
def forecast(asked: Asked, year: Year, detail: Detail = False) -> "Answer":
    """年末预测：招引项目和协议资金，附区间和去年同日预测的检验。"""
    from crm.questions.outlook import ask_forecast

    return ask_forecast(asked.crm, asked.when, year, detail=detail)


# --- 服务与报送 -------------------------------------------------------------------------------


@question("follow-ups", ATTENDING, where=True)
def follow_ups(asked: Asked, since: Since = None, detail: Detail = False) -> "Answer":
    """回访率和应回访项目。"""
    from crm.questions.owed import ask_follow_ups

    first = day(since, "--since") if since else None
    return ask_follow_ups(asked.crm, asked.when, asked.where, first, detail=detail).whole()


@question("visits", ATTENDING, where=True)
def visits(asked: Asked, since: Since = None, detail: Detail = False) -> "Answer":
    """干部服务员到位率和未到位的项目月份。"""
    from crm.questions.owed import ask_service_visits

    first = day(since, "--since") if since else None
    return ask_service_visits(asked.crm, asked.when, asked.where, first, detail=detail).whole()


@question("returns", ATTENDING, where=True)
def returns(
    asked: Asked,
    month: Annotated[str | None, typer.Argument(help="月份 YYYY-MM，默认上个月")] = None,
) -> "Answer":
    """月报报送情况：未报、迟报、与上月雷同，现场核查率。"""
    from crm.questions.owed import ask_returns

    if month is not None and not is_period(month):
        raise typer.BadParameter("月份应写作 YYYY-MM", param_hint="MONTH")
    return ask_returns(asked.crm, asked.when, asked.where, month).whole()


@question("permits", ATTENDING, where=True)
def permits(
    asked: Asked,
    year: Annotated[
        int | None, typer.Option(help="只看该年度签约的项目", min=2000, max=2100)
    ] = None,
    detail: Detail = False,
) -> "Answer":
    """前期手续办结率（对照季度目标）和待办手续。"""
    from crm.questions.owed import ask_permits

    return ask_permits(asked.crm, asked.when, asked.where, year, detail=detail).whole()


@question("notices", ATTENDING, where=True)
def notices(
    asked: Asked,
    state: Annotated[
        str | None, typer.Option(help="open 待回复、answered 已回复、overdue 逾期")
    ] = None,
    level: Annotated[str | None, typer.Option(help=_words(NoticeLevel))] = None,
    lead: Annotated[str | None, typer.Option(help="项目编号或 lead_id")] = None,
) -> "Answer":
    """督办通知和回复率。"""
    from crm.questions.owed import ask_notices
    from projections.notices import NoticeState

    return ask_notices(
        asked.crm,
        asked.when,
        asked.where,
        one_of(NoticeState, state, "--state"),
        one_of(NoticeLevel, level, "--level"),
        asked.crm.lead_id(lead) if lead else None,
    ).whole()


# --- 产业链与活动 -----------------------------------------------------------------------------


@question("chains", CHAINS)
def chains(asked: Asked, year: OfYear = None) -> "Answer":
    """一链一清单（全部产业链）。"""
    from crm.questions.chains import ask_chains

    return ask_chains(asked.crm, asked.when, year)


@question("chain", CHAINS)
def chain(
    asked: Asked,
    name: Annotated[str, typer.Argument(help="产业链名称")],
    year: OfYear = None,
    counted_in: Annotated[
        str | None,
        typer.Option(help="只看计入某一项的项目：planned、negotiating、signed、started、produced"),
    ] = None,
) -> "Answer":
    """一链一清单：一条产业链的各项数字及其项目。"""
    from crm.questions.chains import ask_chain
    from projections.year_leads import COUNTS

    if counted_in not in (None, *COUNTS):
        raise typer.BadParameter(f"只能取：{'、'.join(COUNTS)}", param_hint="--counted-in")
    return ask_chain(asked.crm, asked.when, name, year, counted_in)


@question("campaigns", CHAINS)
def campaigns(
    asked: Asked,
    year: Annotated[
        int | None, typer.Argument(help="年度，默认 D 所在年", min=2000, max=2100)
    ] = None,
) -> "Answer":
    """招商活动成效：按活动、招商方式、协作方、引荐人统计线索、签约和协议金额。"""
    from crm.questions.chains import ask_campaigns

    return ask_campaigns(asked.crm, asked.when, year)


# --- 评比 -------------------------------------------------------------------------------------


@question("rankings", RANKING)
def rankings(
    asked: Asked,
    period: Season,
    group: Annotated[str, typer.Option(help=_words(UnitGroup))] = "towns",
    top: Annotated[bool, typer.Option("--top", help="改为各组前三名", show_default=False)] = False,
    detail: Detail = False,
) -> "Answer":
    """四比评比排名：各项指标的完成、目标、权重和得分，督查加减分。"""
    from crm.questions.seasons import ask_best, ask_ranking

    its_group = one_of(UnitGroup, group, "--group")
    if top:
        return ask_best(asked.crm, asked.when, period)
    return ask_ranking(asked.crm, asked.when, period, its_group, detail=detail)


@question("interviews", RANKING)
def interviews(
    asked: Asked,
    period: Season,
    group: Annotated[str | None, typer.Option(help=_words(UnitGroup))] = None,
    detail: Detail = False,
) -> "Answer":
    """约谈对象：排名靠后且严重滞后，两个条件分别列明。"""
    from crm.questions.seasons import ask_interviews

    its_group = one_of(UnitGroup, group, "--group")
    return ask_interviews(asked.crm, asked.when, period, its_group, detail=detail)


@question("showing", RANKING)
def showing(
    asked: Asked,
    year: Year,
    group: Annotated[str, typer.Option(help=_words(UnitGroup))] = "towns",
    detail: Detail = False,
) -> "Answer":
    """晾晒表：亿元以上新签约、5亿元以上、10亿元以上、开工率排名。"""
    from crm.questions.seasons import ask_showing

    its_group = one_of(UnitGroup, group, "--group")
    return ask_showing(asked.crm, asked.when, year, its_group, detail=detail)


# --- 溯源与周期 -------------------------------------------------------------------------------


@question("explain", ACCOUNTS, where=True)
def explain(
    asked: Asked,
    metric: Annotated[str, typer.Argument(help="指标名，如 projects、start_rate、colour_red")],
    year: Annotated[int | None, typer.Argument(help="年度", min=2000, max=2100)] = None,
    cohort: Annotated[
        str | None, typer.Option(help="year 当年签约，before 往年签约（比率用）")
    ] = None,
    since: Since = None,
    period: Annotated[
        str | None, typer.Option(help="月份，如 2023-10（月报用）；周期，如 2023-Q2（评比用）")
    ] = None,
    include_exited: Annotated[
        bool | None,
        typer.Option(
            "--include-exited/--leave-exited-out",
            help="是否计入已退出项目，默认按规则（比率用）",
        ),
    ] = None,
) -> "Answer":
    """一个数字由哪些项目、哪些记录算出；全部指标见 crm explain-metrics。"""
    from crm import explained
    from crm.questions.accounting import ask_explain
    from projections.rates import Cohort

    if metric not in explained.FIGURES:
        raise typer.BadParameter("没有这个指标；全部见 crm explain-metrics", param_hint="METRIC")
    given = explained.Asked(
        year,
        asked.where.unit,
        asked.where.town,
        asked.where.chain,
        one_of(Cohort, cohort, "--cohort"),
        include_exited,
        since=day(since, "--since") if since else None,
        period=period,
    )
    return ask_explain(asked.crm, asked.when, metric, given)


@question("explain-metrics", ACCOUNTS)
def explain_metrics(asked: Asked) -> "Answer":
    """全部可溯源的指标，各在何处显示、须给出什么。"""
    from crm.questions.accounting import ask_metrics

    return ask_metrics(asked.crm, asked.when)


@question("recount", ACCOUNTS)
def recount(
    asked: Asked,
    year: Year,
    rule: Annotated[
        list[str],
        typer.Option(help="另用的规则，如 big_project_wan=30000，可多次", metavar="NAME=VALUE"),
    ],
) -> "Answer":
    """按其他规则重新计算年度目标，与现行结果对照（不录入、不改变已发布的结果）。"""
    from crm.questions.accounting import RECOUNTED_BY, ask_recount

    changes = dict(part.partition("=")[::2] for part in rule)
    if not changes.keys() <= set(RECOUNTED_BY):
        raise typer.BadParameter(
            f"应写作 规则=值；规则可选：{'、'.join(RECOUNTED_BY)}", param_hint="--rule"
        )
    return ask_recount(asked.crm, asked.when, year, changes)


@question("periods", ACCOUNTS)
def periods(
    asked: Asked,
    kind: Annotated[str, typer.Option(help="、".join(PeriodKind))] = PeriodKind.MONTHLY.value,
    on: Annotated[str | None, typer.Option(help="周期内的一天，默认 D")] = None,
) -> "Answer":
    """某日所在的周、半月、月、季、半年或年，及上期、下期和上年同期。"""
    from crm.questions.periods import ask_period

    its_kind = one_of(PeriodKind, kind, "--kind")
    return ask_period(asked.crm, asked.when, its_kind, day(on, "--on") if on else None)
