"""Every threshold the county may set, in one place, each with the source of its default.

No rule text of the county on deadlines, recognition or scoring is public, so all of these are
defaults (domain, head note and section 1.4). Which value holds on a day is in `domain.rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from domain.rule_kinds import Amount, Choice, Kind, Number, Switch, Whole
from domain.rule_lists import Amounts, Days, Names, Weights

HOLIDAYS_VERIFIED_YEAR = 2026
"""The last year whose published holidays the program itself knows."""

SCORE_PARTS = (
    ("projects", "招引项目"),
    ("agreed_total", "协议资金"),
    ("starts", "项目开工"),
    ("funds", "到位资金"),
    ("service", "跟踪服务"),
)
"""四比 (谋划、招商、开工、服务; plan clause 67), as far as they are counted here."""

TOWNS = (
    "城关镇",
    "涧池镇",
    "蒲溪镇",
    "平梁镇",
    "双乳镇",
    "铁佛寺镇",
    "漩涡镇",
    "汉阳镇",
    "双河口镇",
    "观音河镇",
)

_CAPS = Number(Decimal(1), Decimal(10))

_PLAN = "实施方案"
_YINCHUAN = "银川 2025"
_PROPOSED = "建议值，未见公开规定"


@dataclass(frozen=True, slots=True)
class Rule:
    """One threshold: its name in the program and its default, and what staff read of it."""

    name: str
    topic: str
    label: str
    unit: str
    source: str
    kind: Kind
    default: Any

    @property
    def public(self) -> str:
        """Its name in addresses and answers: amounts are written in 万元."""
        if isinstance(self.kind, Amount | Amounts):
            return f"{self.name.removesuffix('_yuan')}_wan"
        return self.name


def _rule(topic: str, default: Any, kind: Kind, label: str, unit: str, source: str) -> Any:
    """A field of the rulebook that carries its own description."""
    described = {"topic": topic, "kind": kind, "label": label, "unit": unit, "source": source}
    return field(default_factory=lambda: default, metadata={"default": default, **described})


def _months(topic: str, default: int, label: str, source: str) -> Any:
    return _rule(topic, default, Whole(1, 120), label, "个月", source)


def _days(topic: str, default: int, label: str, source: str) -> Any:
    return _rule(topic, default, Whole(1, 3650), label, "天", source)


def _amount(topic: str, default: int, label: str, source: str) -> Any:
    return _rule(topic, default, Amount(), label, "万元", source)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All the rules of a day. Amounts in 元, deadlines in calendar months."""

    # Deadlines when the agreement gives no date: contract, "GET /lists/{name}"; section 1.4.
    start_within_months: int = _months("期限", 6, "签约后应开工", "领域 1.4")
    completion_within_months: int = _months("期限", 18, "开工后应竣工", "领域 1.4")
    production_within_months: int = _months("期限", 3, "竣工后应投产", "领域 1.4")
    framework_conversion_months: int = _months("期限", 6, "框架意向应转正式合同", "领域 1.4")

    # What counts: section 0, decisions 3 and 6; F1–F5, F9, F10.
    count_basis: str = _rule(
        "统计口径",
        "signed",
        Choice((("signed", "签约即计"), ("recognised", "认定后计"))),
        "项目计数口径",
        "",
        "领域 0.3",
    )
    big_project_yuan: int = _amount("统计口径", 500_000_000, "大项目起点", f"{_PLAN} 二(二)2")
    built_project_yuan: int = _amount("统计口径", 50_000_000, "建成项目起点", f"{_PLAN} 一(二)")
    size_bands_yuan: tuple[int, ...] = _rule(
        "统计口径",
        (50_000_000, 100_000_000, 500_000_000),
        Amounts(),
        "体量分档",
        "万元",
        "领域 6 第3条",
    )
    planned_per_chain: int = _rule(
        "统计口径", 10, Whole(0, 1000), "每条产业链谋划项目", "个", f"{_PLAN} 二(二)3"
    )
    time_progress: str = _rule(
        "统计口径",
        "month",
        Choice((("month", "按月"), ("day", "按日"))),
        "时序进度",
        "",
        "领域 0.6；攀枝花、江门",
    )
    month_ends_on: int = _rule(
        "统计口径", 31, Whole(15, 31), "统计月截止日（31 为自然月）", "日", "领域 7；领域 0.5"
    )
    performance: str = _rule(
        "统计口径",
        "registered_or_funded",
        Choice(
            (
                ("registered_or_funded", "注册或资金到位"),
                ("registered", "注册"),
                ("funded", "资金到位"),
            )
        ),
        "履约的含义",
        "",
        "领域 12 F9；四川、玉林",
    )
    landing: str = _rule(
        "统计口径",
        "registered",
        Choice((("registered", "公司注册"), ("started", "开工"))),
        "落地的含义",
        "",
        "领域 12 F10；海南",
    )
    rates_include_exited: bool = _rule(
        "统计口径", False, Switch(), "开工、竣工、投产率含已退出", "", "领域 12 F5–F7"
    )

    # F17.
    red_after_months: int = _months("三色管理", 3, "计划月过后转红", _YINCHUAN)
    yellow_gap_points: int = _rule(
        "三色管理", 10, Whole(0, 100), "进度落后转黄", "个百分点", _YINCHUAN
    )
    red_gap_points: int = _rule(
        "三色管理", 30, Whole(0, 100), "进度落后超过即转红", "个百分点", _YINCHUAN
    )
    statistics_yellow_months: int = _months("三色管理", 1, "开工未入库转黄", _YINCHUAN)
    statistics_red_months: int = _months("三色管理", 2, "开工未入库超过即转红", _YINCHUAN)
    inactive_yellow_months: int = _months("三色管理", 2, "线索无进展转黄", "邯郸经开区 2024")
    inactive_red_months: int = _months("三色管理", 3, "线索无进展转红", "邯郸经开区 2024")
    archive_after_months: int = _months(
        "三色管理", 6, "线索无进展超过即建议归档", "邯郸经开区 2024"
    )

    # F19–F21.
    follow_up_months: int = _months("服务与月报", 3, "回访间隔", _PROPOSED)
    visits_per_month: int = _rule(
        "服务与月报", 1, Whole(1, 31), "干部服务员每月到现场", "次", f"{_PLAN} 第73条"
    )
    officer_days: int = _rule(
        "服务与月报", 15, Whole(1, 31), "服务员当月在岗满此天数才计", "天", _PROPOSED
    )
    return_due_day: int = _rule(
        "服务与月报", 5, Whole(1, 28), "月报于次月此日前报送", "日", "领域 7；建议值"
    )

    # F22; section 3.3.
    score_weights: Mapping[str, Decimal] = _rule(
        "晾晒评比",
        {
            "projects": Decimal(30),
            "agreed_total": Decimal(20),
            "starts": Decimal(20),
            "funds": Decimal(20),
            "service": Decimal(10),
        },
        Weights(SCORE_PARTS),
        "各项权重",
        "分",
        f"{_PLAN} 第67条“四比”；权重为{_PROPOSED}",
    )
    score_cap: Decimal = _rule(
        "晾晒评比",
        Decimal("1.2"),
        _CAPS,
        "单项完成率封顶",
        "倍",
        "领域 3.3(3)",
    )
    score_normalisation: str = _rule(
        "晾晒评比",
        "ratio",
        Choice((("ratio", "完成率"), ("efficacy", "功效系数"))),
        "单项计分方法",
        "",
        "领域 3.3(1)(2)；三明 2020",
    )
    ranked_towns: tuple[str, ...] = _rule(
        "晾晒评比", TOWNS, Names(), "镇组", "", "领域 0.7；领域 7"
    )
    ranked_zones: tuple[str, ...] = _rule(
        "晾晒评比", ("经开区",), Names(), "园区组（其余单位归部门组）", "", "领域 0.7"
    )

    # The anomaly list.
    thin_capital_times: int = _rule(
        "异常核查", 10, Whole(2, 1000), "协议金额达到注册资本", "倍", "领域 12 异常清单"
    )
    thin_capital_from_yuan: int = _amount(
        "异常核查", 500_000_000, "注册资本核查起点", "领域 12 异常清单"
    )
    huge_amount_yuan: int = _amount("异常核查", 10_000_000_000, "协议金额超过即提示", "黄石系统")
    idle_days: int = _days("异常核查", 30, "开工后无动静", "领域 4（开工即停工）")
    alike_titles_percent: int = _rule(
        "异常核查", 80, Whole(1, 100), "项目名称相近程度达到即疑似重复", "%", _PROPOSED
    )
    late_entry_days: int = _days("异常核查", 30, "业务发生后超过此天数才录入", _PROPOSED)

    # Exits: section 4.
    exit_registration_days: int = _days("退出清退", 30, "逾期未注册公司", "甘孜退出办法")
    exit_after_months: int = _months("退出清退", 6, "逾期未开工发限期开工通知", "甘孜退出办法")
    exit_after_notice_months: int = _months("退出清退", 3, "限期通知后仍未开工建议退出", _PROPOSED)
    unperformed_months: int = _months("退出清退", 24, "签约后一直未开工建议清退", "福建、阿坝")

    # Section 7.
    holidays_verified_year: int = _rule(
        "日历",
        HOLIDAYS_VERIFIED_YEAR,
        Whole(HOLIDAYS_VERIFIED_YEAR, 2199),
        "节假日安排已核对至",
        "年",
        "国务院办公厅节假日安排通知",
    )
    extra_holidays: tuple[date, ...] = _rule(
        "日历", (), Days(), "补充的放假日", "", "国务院办公厅节假日安排通知"
    )
    extra_workdays: tuple[date, ...] = _rule(
        "日历", (), Days(), "补充的调休上班日", "", "国务院办公厅节假日安排通知"
    )


RULES: dict[str, Rule] = {item.name: Rule(item.name, **item.metadata) for item in fields(Rulebook)}
"""By name, in the order staff read them."""

BY_PUBLIC_NAME: dict[str, Rule] = {rule.public: rule for rule in RULES.values()}

RISING: tuple[tuple[str, str], ...] = (
    ("yellow_gap_points", "red_gap_points"),
    ("statistics_yellow_months", "statistics_red_months"),
    ("inactive_yellow_months", "inactive_red_months"),
    ("inactive_red_months", "archive_after_months"),
)
"""Pairs of which the first may not be above the second."""

DEFAULT_RULES = Rulebook()


def contradiction(rules: Rulebook) -> str | None:
    """What in these rules cannot hold together, in Chinese; None when all is well."""
    for lower, upper in RISING:
        if getattr(rules, lower) > getattr(rules, upper):
            return f"“{RULES[lower].label}”不能大于“{RULES[upper].label}”"
    towns = set(rules.ranked_towns) & set(rules.ranked_zones)
    if towns:
        return f"同一单位不能分在两组：{'、'.join(sorted(towns))}"
    days = set(rules.extra_holidays) & set(rules.extra_workdays)
    if days:
        return f"同一天不能既放假又上班：{'、'.join(day.isoformat() for day in sorted(days))}"
    return None
