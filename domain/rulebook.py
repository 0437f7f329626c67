"""Every threshold the county may set, in one place, each with the source of its default.

No rule text of the county on deadlines, recognition or scoring is public, so all of these are
defaults (domain, head note and section 1.4). Which value holds on a day is in `domain.rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from domain.periods import NATURAL_MONTH
from domain.rule_kinds import Amount, Choice, Days, Kind, Switch, Whole
from domain.vocabulary import Indicator

HOLIDAYS_VERIFIED_YEAR = 2026
"""The last year whose published holidays the program itself knows."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One threshold: its name in the program, its default, and what staff read of it."""

    name: str
    label: str
    unit: str
    source: str
    kind: Kind
    default: Any

    @property
    def public(self) -> str:
        """Its name in addresses and answers: amounts are written in 万元."""
        if isinstance(self.kind, Amount):
            return f"{self.name.removesuffix('_yuan')}_wan"
        return self.name


def _rule(default: int, label: str, unit: str, source: str, lowest: int, highest: int) -> Any:
    """A field of the rulebook that carries its own description: a whole number, or 元."""
    if unit == "元":
        return _described(default, label, "万元", source, Amount(lowest, highest))
    return _described(default, label, unit, source, Whole(lowest, highest))


def _switch(default: bool, label: str, source: str) -> Any:
    return _described(default, label, "是否", source, Switch())


def _choice(default: str, label: str, source: str, options: Mapping[str, str]) -> Any:
    return _described(default, label, "选项", source, Choice(tuple(options.items())))


def _days(label: str, source: str) -> Any:
    return _described((), label, "日期", source, Days())


def _described(default: Any, label: str, unit: str, source: str, kind: Kind) -> Any:
    about = {"label": label, "unit": unit, "source": source, "kind": kind}
    return field(default=default, metadata={"rule": about})


_LISTS = "对外约定：清单默认期限"
_YINCHUAN = "三色管理：银川 2025"
_HANDAN = "三色管理：邯郸经开区 2024"
_ODD = "数据疑点清单"
_FOUR = "实施方案：四比；权重为本系统建议"
_NOTICE = "国务院办公厅节假日安排通知"
_MOST = 1_000_000_000_000  # 元


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All the rules of a day. Amounts in 元, deadlines in calendar months."""

    # Contract, "GET /lists/{name}": the default deadline when the agreement gives no date.
    start_within_months: int = _rule(6, "签约后开工期限", "个月", _LISTS, 1, 120)
    completion_within_months: int = _rule(18, "开工后竣工期限", "个月", _LISTS, 1, 240)
    production_within_months: int = _rule(3, "竣工后投产期限", "个月", _LISTS, 1, 120)
    # Domain section 1.4: INTENT/FRAMEWORK -> CONTRACT 6 months.
    framework_conversion_months: int = _rule(
        6, "框架意向转合同期限", "个月", "默认佐证与期限", 1, 120
    )
    # Domain section 0, decisions 3 and 6; F1–F3.
    count_basis: str = _choice(
        "signed",
        "项目计数口径",
        "F1、F2：签约与认定",
        {"signed": "签约即计", "recognised": "认定后计"},
    )
    time_progress: str = _choice(
        "month", "时序进度", "F3；攀枝花、江门", {"month": "按月", "day": "按日"}
    )
    # Domain section 0, decision 5, and section 7 (cut-offs).
    month_ends_on: int = _rule(
        NATURAL_MONTH, "统计月截止日（31为自然月）", "日", "统计月：部分地区截至25日", 15, 31
    )
    big_project_yuan: int = _rule(
        500_000_000, "大项目协议金额", "元", "实施方案：引进5亿元以上产业项目8个以上", 0, _MOST
    )
    built_project_yuan: int = _rule(
        50_000_000, "建成项目协议金额", "元", "实施方案：建成5000万元以上产业项目10个以上", 0, _MOST
    )
    # F17.
    red_after_months: int = _rule(3, "计划月份已过多少个整月为红", "个月", _YINCHUAN, 1, 36)
    yellow_gap_points: int = _rule(10, "落后计划多少为黄", "百分点", _YINCHUAN, 0, 100)
    red_gap_points: int = _rule(30, "落后计划超过多少为红", "百分点", _YINCHUAN, 0, 100)
    statistics_yellow_months: int = _rule(1, "开工未入库满多久为黄", "个月", _YINCHUAN, 0, 36)
    statistics_red_months: int = _rule(2, "开工未入库超过多久为红", "个月", _YINCHUAN, 0, 36)
    inactive_yellow_months: int = _rule(2, "线索无进展满多久为黄", "个月", _HANDAN, 0, 36)
    inactive_red_months: int = _rule(3, "线索无进展满多久为红", "个月", _HANDAN, 0, 36)
    archive_after_months: int = _rule(6, "线索无进展超过多久建议归档", "个月", _HANDAN, 0, 60)
    # Domain section 12, "Anomaly list".
    idle_days: int = _rule(30, "开工后多少天内须有进展", "天", _ODD, 1, 365)
    thin_capital_times: int = _rule(10, "协议金额为注册资本多少倍以上", "倍", _ODD, 1, 1000)
    thin_capital_from_yuan: int = _rule(500_000_000, "且协议金额在多少以上", "元", _ODD, 0, _MOST)
    huge_amount_yuan: int = _rule(10_000_000_000, "协议金额超过多少须核对", "元", _ODD, 0, _MOST)
    alike_titles_percent: int = _rule(70, "项目名称相近程度", "%", "本系统建议", 1, 100)
    # Domain section 4.
    exit_after_months: int = _rule(6, "超过开工期限多久启动清退", "个月", "甘孜退出办法", 0, 120)
    unperformed_months: int = _rule(24, "签约后多久未履约可清退", "个月", "阿坝", 0, 240)
    # F19–F21.
    follow_up_months: int = _rule(3, "回访间隔", "个月", "实施方案：定期回访；间隔为建议", 1, 60)
    officer_days: int = _rule(15, "服务员在岗多少天计一个月", "天", "本系统建议", 1, 31)
    return_due_day: int = _rule(5, "月报须在次月几日前报送", "日", "本系统建议", 1, 28)
    follow_up_all_signed: bool = _switch(False, "回访全部签约项目", "F19")
    visits_per_month: int = _rule(1, "服务员每月到现场", "次", "实施方案第73条：每月到现场", 1, 31)
    # F9, F10: neither word has a published definition (domain section 1.1).
    performed_by_registration: bool = _switch(True, "公司注册即履约", "F9")
    performed_by_funds: bool = _switch(True, "首笔资金到位即履约", "F9")
    landed_by_start: bool = _switch(False, "以开工为落地（否则以公司注册）", "F10：海南")
    rates_include_exited: bool = _switch(False, "开工率、竣工率、投产率含已退出项目", "F5–F7")
    # F13.
    permits_first_quarter_percent: int = _rule(
        80, "一季度手续办结率目标", "%", "实施方案：一季度80%、二季度100%", 0, 100
    )
    permits_second_quarter_percent: int = _rule(
        100, "二季度起手续办结率目标", "%", "实施方案：一季度80%、二季度100%", 0, 100
    )
    # Domain section 6, row 3 (项目体量偏小): the lower edges of the size bands above the first.
    band_one_yuan: int = _rule(50_000_000, "体量分档一", "元", "实施方案：项目体量", 1, _MOST)
    band_two_yuan: int = _rule(100_000_000, "体量分档二", "元", "实施方案：项目体量", 1, _MOST)
    band_three_yuan: int = _rule(500_000_000, "体量分档三", "元", "实施方案：项目体量", 1, _MOST)
    planned_per_chain: int = _rule(
        10, "每条产业链谋划项目", "个", "实施方案：每条产业链谋划重点项目10个以上", 0, 1000
    )

    # F22: what a season is scored by. The county's own weights are not published.
    score_reserve: int = _rule(15, "比谋划看储备：新增线索", "分", _FOUR, 0, 100)
    score_signed_projects: int = _rule(20, "比招商看投资：招引项目", "分", _FOUR, 0, 100)
    score_signed_amount: int = _rule(20, "比招商看投资：协议资金", "分", _FOUR, 0, 100)
    score_start: int = _rule(15, "比开工看进度：应开工项目开工率", "分", _FOUR, 0, 100)
    score_production: int = _rule(10, "比开工看进度：应投产项目投产率", "分", _FOUR, 0, 100)
    score_service_visits: int = _rule(8, "比服务看实效：服务员到位率", "分", _FOUR, 0, 100)
    score_follow_ups: int = _rule(5, "比服务看实效：回访率", "分", _FOUR, 0, 100)
    score_returns: int = _rule(7, "比服务看实效：月报按时报送率", "分", _FOUR, 0, 100)
    score_cap_percent: int = _rule(100, "单项得分率封顶", "%", "三明：封顶为权重", 100, 1000)
    score_floor_percent: int = _rule(60, "功效系数起点", "%", "三明：0.6+0.4×", 0, 100)
    towns_by_host: bool = _switch(True, "镇按落户地计（否则按招引单位）", "本系统建议")
    awarded_places: int = _rule(3, "奖励名次", "名", "实施方案：季度、年度前3名", 1, 20)
    # Plan clause 77: both conditions.
    interview_last_places: int = _rule(1, "约谈：排名末几位", "位", "实施方案：每季度靠后", 1, 20)
    interview_gap_points: int = _rule(30, "约谈：落后时序进度超过", "百分点", _YINCHUAN, 0, 100)
    # Domain section 2, T7.
    showing_one_yuan: int = _rule(100_000_000, "晾晒表分档一", "元", "六安：1亿元", 1, _MOST)
    showing_two_yuan: int = _rule(500_000_000, "晾晒表分档二", "元", "六安：5亿元", 1, _MOST)
    showing_three_yuan: int = _rule(1_000_000_000, "晾晒表分档三", "元", "六安：10亿元", 1, _MOST)
    # F24 and the forecast: fewer decided leads say nothing about the next one.
    pipeline_least_leads: int = _rule(10, "阶段转化率所需历史项目", "个", "本系统建议", 1, 1000)
    forecast_least_leads: int = _rule(20, "年末预测所需历史项目", "个", "本系统建议", 5, 1000)
    # Domain sections 4 and 12, against made-up figures: round amounts, doubles, late entries.
    round_figure_yuan: int = _rule(10_000_000, "整数上报：整多少", "元", "本系统建议", 1, _MOST)
    round_figures_at_least: int = _rule(3, "整数上报：至少几个月", "个月", "本系统建议", 1, 60)
    alike_investors_percent: int = _rule(85, "投资方名称相近程度", "%", "本系统建议", 1, 100)
    # Domain section 7: the county's own cut-off is unknown; NBS: its opening window + 3 days.
    month_closes_day: int = _rule(5, "当月数据次月几日结账", "日", "本系统建议", 0, 28)
    late_entry_days: int = _rule(7, "录入晚于业务日期多少天为迟录", "天", "本系统建议", 0, 365)
    rush_days: int = _rule(3, "突击录入：看月末最后几天", "天", "本系统建议", 1, 15)
    rush_times: int = _rule(3, "突击录入：为平时多少倍以上", "倍", "本系统建议", 1, 100)
    rush_entries_at_least: int = _rule(5, "突击录入：至少多少条", "条", "本系统建议", 1, 1000)
    # Domain sections 1.1 and 4: the other rules of exit.
    exit_without_company_days: int = _rule(
        30, "超过开工期限多少天未注册公司可清退", "天", "甘孜退出办法", 0, 365
    )
    exit_suspended_months: int = _rule(
        12, "停工多久可清退", "个月", "闲置土地处置办法：中止满一年", 0, 120
    )
    suspected_stop_months: int = _rule(
        2, "多久无投资和现场动态为疑似停工", "个月", "本系统建议", 0, 36
    )

    # Domain section 7; F16. A notice newer than the program is entered here.
    holidays_verified_year: int = _rule(
        HOLIDAYS_VERIFIED_YEAR, "节假日安排已核对至", "年", _NOTICE, HOLIDAYS_VERIFIED_YEAR, 2199
    )
    extra_holidays: tuple[date, ...] = _days("补充的放假日", _NOTICE)
    extra_workdays: tuple[date, ...] = _days("补充的调休上班日", _NOTICE)

    @property
    def size_bands_yuan(self) -> tuple[int, ...]:
        """The lower edges of the size bands above the first."""
        return self.band_one_yuan, self.band_two_yuan, self.band_three_yuan


DEFAULT_RULES = Rulebook()

RULES: dict[str, Rule] = {
    of.name: Rule(of.name, default=of.default, **of.metadata["rule"]) for of in fields(Rulebook)
}
"""By name, in the order staff read them."""

BY_PUBLIC_NAME: dict[str, Rule] = {rule.public: rule for rule in RULES.values()}

RISING: tuple[tuple[str, str], ...] = (
    ("yellow_gap_points", "red_gap_points"),
    ("statistics_yellow_months", "statistics_red_months"),
    ("inactive_yellow_months", "inactive_red_months"),
    ("inactive_red_months", "archive_after_months"),
    ("band_one_yuan", "band_two_yuan"),
    ("band_two_yuan", "band_three_yuan"),
    ("showing_one_yuan", "showing_two_yuan"),
    ("showing_two_yuan", "showing_three_yuan"),
)
"""Pairs of which the first may not be above the second."""


def contradiction(rules: Rulebook) -> str | None:
    """What in these rules cannot hold together, in Chinese; None when all is well."""
    for lower, upper in RISING:
        if getattr(rules, lower) > getattr(rules, upper):
            return f"“{RULES[lower].label}”不能大于“{RULES[upper].label}”"
    if not any(getattr(rules, f"score_{indicator.value}") for indicator in Indicator):
        return "评比各项权重不能全为零"
    days = set(rules.extra_holidays) & set(rules.extra_workdays)
    if days:
        return f"同一天不能既放假又上班：{'、'.join(day.isoformat() for day in sorted(days))}"
    return None
