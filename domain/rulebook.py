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
    # F17, of 银川 2025: a passed plan is red after three full months; points behind the plan.
    red_after_months: int = 3
    yellow_gap_points: int = 10
    red_gap_points: int = 30
    # F17, of 银川 2025: one month after the start not in the statistics, and more than two.
    statistics_yellow_months: int = 1
    statistics_red_months: int = 2
    # F17, of 邯郸经开区 2024: leads without progress.
    inactive_yellow_months: int = 2
    inactive_red_months: int = 3
    archive_after_months: int = 6
    # Domain section 12, anomaly list: no activity 30 days after the start.
    idle_days: int = 30
    # … agreed total at least ten times the registered capital, from 5 亿 on; over 100 亿 (黄石).
    thin_capital_times: int = 10
    thin_capital_from_yuan: int = 500_000_000
    huge_amount_yuan: int = 10_000_000_000
    # … investor and name similarity: shares of common characters (difflib), our proposal.
    alike_titles: float = 0.8
    # Domain section 4: 甘孜, six months past the agreed start; 阿坝, two years unperformed.
    exit_after_months: int = 6
    unperformed_months: int = 24
    # F19 (plan clause 37, 定期回访; the interval is our proposal): a follow-up every three months.
    follow_up_months: int = 3
    # F20: a month with the officer assigned for fewer days does not count.
    officer_days: int = 15
    # F21: a month's returns are due by this day of the next month (domain section 7, cut-offs).
    return_due_day: int = 5


DEFAULT_RULES = Rulebook()
