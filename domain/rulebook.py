"""Every threshold the county may set, in one place, each with the source of its default.

No rule text of the county on deadlines, recognition or scoring is public, so all of these are
defaults (domain, head note and section 1.4).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Amounts in 元, deadlines in calendar months."""

    # Contract, "GET /lists/{name}": the default deadline when the agreement gives no date.
    start_within_months: int = 6
    completion_within_months: int = 18
    production_within_months: int = 3
    # Domain section 1.4: INTENT/FRAMEWORK -> CONTRACT 6 months.
    framework_conversion_months: int = 6
    # The plan, 二(二)2: 引进投资5亿元以上产业项目8个以上.
    big_project_yuan: int = 500_000_000
    # The plan, 一(二): 建成投资5000万元以上重点产业项目不少于10个.
    built_project_yuan: int = 50_000_000
    # 开工即停工: no activity within 30 days of the start (domain section 4, entry checks).
    idle_after_start_days: int = 30
    # Domain section 12, "Anomaly list": total > 100 亿 (黄石); >= 10 times the registered capital
    # and >= 5 亿.
    huge_total_yuan: int = 10_000_000_000
    thin_capital_times: int = 10
    thin_capital_from_yuan: int = 500_000_000
    # Round amounts (domain section 4): our proposal for how round and how often.
    round_figure_yuan: int = 10_000_000
    round_figures_at_least: int = 3
    # A month's figures close on this day of the next month (domain section 7: the county's own
    # cut-off is unknown; NBS: the system's opening window + 3 days).
    month_closes_on_day: int = 5
    # 突击上报: what counts as late, and what as a rush before a month's end. Our proposal.
    late_entry_days: int = 7
    rush_days: int = 3
    rush_times: int = 3
    rush_entries_at_least: int = 5
    # 重复统计: how alike, in per cent, names must be. Our proposal.
    alike_title_percent: int = 70
    alike_investor_percent: int = 85
    # 退出 (domain section 4): 甘孜 > 6 months past the agreed start, > 30 days without a company;
    # 阿坝、福建 2 years unperformed; 停工 2 months without a sign of work (our proposal).
    exit_after_start_due_months: int = 6
    exit_without_company_days: int = 30
    exit_unperformed_months: int = 24
    suspected_stop_months: int = 2
    # 《闲置土地处置办法》: stopped for a full year (domain section 1.1).
    exit_suspended_months: int = 12
    # 邯郸: a lead without progress for > 6 months leaves the library (domain section 3.1).
    archive_lead_months: int = 6


DEFAULT_RULES = Rulebook()
