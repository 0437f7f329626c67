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
    # Domain section 6, row 3 (项目体量偏小): the lower edges of the size bands above the first.
    size_bands_yuan: tuple[int, ...] = (50_000_000, 100_000_000, 500_000_000)
    # The plan, 二(二)3: 每条产业链谋划重点项目10个以上.
    planned_per_chain: int = 10


DEFAULT_RULES = Rulebook()
