"""同比, 履约转化, 服务, 活动和产业链, 年末预测: how the year runs and where it will end.

F5–F15, F19, F20, F23, F24 and the forecast; plan clauses 12, 18, 31, 37–39, 45, 55, 73.
"""

from collections.abc import Iterator

from crm.bulletins.asking import Quoted
from crm.bulletins.document import Chart, ChartKind, Column, Kind, Paragraph, Section
from crm.bulletins.parts import Asking, Clause, known, say
from projections.rates import Cohort


def growth(asking: Asking) -> Section:
    """同比: starts and signings beside last year's same window."""
    found = asking.q.growth(asking.of.year)
    labels = {name: each["label"] for name, each in found.at("figures").items()}
    table = found.table(
        "growth",
        "同比情况",
        (
            Column("name", "指标", labels=labels),
            Column("current", "本年", Kind.OF_ROW),
            Column("corrected_now", "上年同期", Kind.OF_ROW),
            Column("growth", "同比", Kind.GROWTH),
            Column("recorded_then", "上年同期（当时口径）", Kind.OF_ROW),
        ),
        "没有可比的记录。",
        items="figures",
        by="name",
        row_kinds={
            name: Kind.WAN if name.endswith("_wan") else Kind.COUNT for name in found.at("figures")
        },
    )
    said = known(
        ("新开工项目{}个", found.figure("figures.starts.current", Kind.COUNT, "growth_starts")),
        _grown(found, "starts"),
        (
            "；新签约项目{}个",
            found.figure("figures.signings.current", Kind.COUNT, "growth_signings"),
        ),
        _grown(found, "signings"),
    )
    counted = say("新签约项目含增资扩产的，不含协议内分期的和已退出的；招引项目个数不含增资扩产。")
    return Section("growth", "同比情况", (said, counted), (table,))


def _grown(found: Quoted, name: str) -> Clause:
    if found.at(f"figures.{name}.growth") is None:
        return ("（上年同期{}个）", found.figure(f"figures.{name}.corrected_now"))
    return ("，同比{}", found.figure(f"figures.{name}.growth", Kind.GROWTH))


_COHORTS = {Cohort.YEAR: "当年签约项目", Cohort.BEFORE: "往年签约项目"}
_RATES = {
    "start_rate": "开工率",
    "completion_rate": "竣工率",
    "production_rate": "投产率",
    "performance_rate": "履约率",
    "funds_rate": "资金到位率",
}


def cohorts(asking: Asking) -> Section:
    """Rates of this year's signings and of earlier ones, apart. (开工率、竣工率、投产率)"""
    paragraphs = []
    for cohort, label in _COHORTS.items():
        found = asking.q.rates(asking.of.year, cohort)
        paragraphs.append(
            known(
                (f"{label}{{}}个", found.figure("signed", Kind.COUNT, "rates_signed")),
                *(
                    (f"，{word}{{}}", found.figure(name, Kind.SHARE, name))
                    for name, word in _RATES.items()
                ),
            )
        )
    counted = say("签约项目含增资扩产和协议内分期的，不含已退出的；招引项目个数不含这两类。")
    return Section("cohorts", "履约转化情况", (*paragraphs, counted))


_STEPS = {
    "signing_to_start_days": "签约到开工",
    "start_to_completion_days": "开工到竣工",
    "completion_to_production_days": "竣工到投产",
}


def durations(asking: Asking) -> Section:
    """签约到开工天数 and the like, and how long those still waiting have waited. (F23)"""
    found = asking.q.rates(asking.of.year)
    paragraphs = [
        known(
            (f"{label}：已走完{{}}个", found.figure(f"{name}.taken")),
            ("，用时中位数{}天", found.figure(f"{name}.median", Kind.POINTS, name)),
            ("、九成在{}天以内", found.figure(f"{name}.p90", Kind.POINTS)),
            ("；尚未走完{}个", found.figure(f"{name}.waiting")),
            ("，已等待中位数{}天", found.figure(f"{name}.open_median", Kind.POINTS)),
        )
        for name, label in _STEPS.items()
    ]
    return Section("durations", "各环节用时", tuple(paragraphs))


def funnel(asking: Asking) -> Section:
    """线索逐级转化. (F8)"""
    found = asking.q.funnel(asking.of.year)
    table = found.table(
        "funnel",
        "本年登记线索转化情况",
        (
            Column("label", "环节"),
            Column("count", "到达（个）", Kind.COUNT),
            Column("conversion", "比上一环节", Kind.SHARE),
            Column("overall", "占登记数", Kind.SHARE),
        ),
        "本年没有登记线索。",
        items="steps",
        by="step",
        keep=lambda _: bool(found.at("steps.0.count")),
    )
    chart = Chart("funnel", "线索逐级转化", ChartKind.BARS, "funnel", "label", ("count",))
    said = say(
        "本年登记的线索中，流失{0}个，退出{1}个。",
        found.figure("lost", Kind.COUNT, "funnel_lost"),
        found.figure("exited", Kind.COUNT, "funnel_exited"),
    )
    return Section("funnel", "线索转化", (said,), (table,), (chart,))


def services(asking: Asking) -> Section:
    """回访, 服务员到位, 手续办结. (F19, F20, F13)"""
    since = asking.of.since
    visits, calls = asking.q.service_visits(since), asking.q.follow_ups(since)
    permits = asking.q.permits(asking.of.year)
    said = known(
        ("待回访项目{}个", calls.figure("count", Kind.COUNT, "follow_ups_due")),
        ("，本期回访率{}", calls.figure("rate", Kind.SHARE, "follow_up_rate")),
        ("；干部服务员到位率{}", visits.figure("rate", Kind.SHARE, "service_visit_rate")),
        (
            "；本年签约项目前期手续待办{}项，其中逾期{}项",
            permits.figure("open", Kind.COUNT, "permits_open"),
            permits.figure("overdue", Kind.COUNT, "permits_overdue"),
        ),
        ("，办结率{}", permits.figure("item_rate", Kind.SHARE, "permit_item_rate")),
    )
    table = permits.table(
        "permits",
        "前期手续办理情况",
        (
            Column("label", "事项"),
            Column("required", "应办（项）", Kind.COUNT),
            Column("obtained", "已办结", Kind.COUNT),
            Column("open", "待办", Kind.COUNT),
            Column("overdue", "逾期", Kind.COUNT),
            Column("item_rate", "办结率", Kind.SHARE),
        ),
        "本年签约项目没有需要办理的手续。",
        items="by_item",
        by="name",
        keep=lambda item: item["required"] > 0,
    )
    return Section("services", "服务和手续", (said,), (table,))


def chains(asking: Asking) -> Section:
    """一链一清单 in one table."""
    found = asking.q.chain_sheet(asking.of.year)
    table = found.table(
        "chains",
        "各产业链情况",
        (
            Column("chain", "产业链"),
            Column("chief", "链长"),
            Column("lead_unit", "牵头单位"),
            Column("planned", "谋划", Kind.COUNT),
            Column("negotiating", "在谈", Kind.COUNT),
            Column("signed", "签约", Kind.COUNT),
            Column("started", "开工", Kind.COUNT),
            Column("produced", "投产", Kind.COUNT),
            Column("agreed_total_wan", "协议资金（万元）", Kind.WAN),
            Column("funds_wan", "到位资金（万元）", Kind.WAN),
        ),
        "尚未设置产业链。",
        by="chain",
    )
    return Section("chains", "产业链招商", (), (table,))


def campaigns(asking: Asking) -> Section:
    """招商活动成效: by campaign and by channel."""
    found = asking.q.campaigns(asking.of.year)
    results = (
        Column("leads", "线索（个）", Kind.COUNT),
        Column("signings", "签约（个）", Kind.COUNT),
        Column("agreed_total_wan", "协议资金（万元）", Kind.WAN),
    )
    tables = (
        found.table(
            "campaigns",
            "招商活动成效",
            (
                Column("name", "活动"),
                Column("kind_label", "形式"),
                Column("unit", "组织单位"),
                Column("from_on", "开始", Kind.DAY),
                *results,
            ),
            "本年没有登记招商活动。",
            items="by_campaign",
            by="campaign_id",
        ),
        found.table(
            "channels",
            "各招商方式成效",
            (Column("name", "招商方式"), *results),
            "本年线索没有注明招商方式。",
            items="by_channel",
            by="name",
        ),
    )
    return Section("campaigns", "招商活动", (), tables)


def outlook(asking: Asking) -> Section:
    """储备覆盖 and 年末预测. (F24)"""
    year = asking.of.year
    pipeline, forecast = asking.q.pipeline(year), asking.q.forecast(year)
    stages = pipeline.table(
        "pipeline",
        "在谈项目储备",
        (
            Column("label", "阶段"),
            Column("count", "在谈（个）", Kind.COUNT),
            Column("estimated_wan", "预计投资（万元）", Kind.WAN),
            Column("probability", "历史转化率", Kind.SHARE),
            Column("weighted_wan", "加权（万元）", Kind.WAN),
        ),
        "没有在谈项目。",
        items="stages",
        by="stage",
    )
    paragraphs = _pipeline(pipeline), *_forecast(year, forecast)
    return Section("outlook", "储备和年末预测", paragraphs, (stages,))


def _pipeline(pipeline: Quoted) -> Paragraph:
    if pipeline.at("reason"):
        return say(f"储备覆盖：{pipeline.at('reason')}。")
    return known(
        ("距年度目标尚差{}万元", pipeline.figure("missing_wan", Kind.WAN)),
        ("；在谈项目预计投资{}万元", pipeline.figure("negotiating_wan", Kind.WAN)),
        ("，按历史转化率加权{}万元", pipeline.figure("weighted_wan", Kind.WAN)),
        ("，为缺口的{}", pipeline.figure("cover", Kind.SHARE)),
    )


_FORECAST = {
    "projects": ("招引项目", "个", Kind.COUNT),
    "agreed_total_wan": ("协议资金", "万元", Kind.WAN),
}


def _forecast(year: int, forecast: Quoted) -> Iterator[Paragraph]:
    """Where the year ends, with 80 % intervals; and how last year's forecast did."""
    if forecast.at("reason"):
        yield say(f"年末预测：{forecast.at('reason')}。")
        return
    for name, (label, unit, kind) in _FORECAST.items():
        low, high = (forecast.figure(f"{name}.interval_80.{end}", kind) for end in (0, 1))
        between: Clause = (f"（八成把握在{{}}至{{}}{unit}之间）", low, high)
        yield known(
            (
                f"按本中心历史推算，{year}年末{label}预计{{}}{unit}",
                forecast.figure(f"{name}.point", kind),
            ),
            *([between] if low.value != high.value else []),
            ("，完成年度目标的可能性为{}", forecast.figure(f"{name}.target_chance", Kind.SHARE)),
        )
