"""Where will the year end, as things stand today? (年末预测: 招引项目、协议资金)

From every open lead's stage and age by the centre's own history (`crm.survival`), the leads that
still come, and the signed ones that may yet leave; with intervals. Domain section 12, F1, F2, F8,
F24. Blank, with the reason, where history is too thin to say anything.

What estimates is imported when a forecast is first asked for: it takes over a second.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.money import round_text
from domain.rulebook import Rulebook
from projections.courtships import CountedLead, Courtships, OpenLead

if TYPE_CHECKING:
    from crm.simulating import Numbers

SEED = 20230522  # the day the plan was published: any would do, but always the same
METHOD = (
    "分阶段竞争风险模型：按本中心历史项目在线索登记、接洽、评审、框架意向各阶段停留天数，"
    "用 Aalen–Johansen 估计转入下一阶段、签约、流失的概率（statsmodels），"
    "以每条在谈线索的现阶段和已停留天数为条件推算年末前签约概率；"
    "新增线索按近 365 天登记数以泊松过程推算，已签约项目计入年末前退出的可能；"
    "区间由自助法抽样模拟得出，随机种子固定。"
)


@dataclass(frozen=True, slots=True)
class Range:
    """A figure at the year's end: its mean, and where 80 % and 95 % of the draws lie.

    Counts, or amounts in 元. `target_chance` is the share of draws that reach the target, with 4
    places; None without a target.
    """

    expected: Decimal
    low_80: int
    high_80: int
    low_95: int
    high_95: int
    target_chance: str | None

    def covers(self, actual: int, percent: int) -> bool:
        """Whether what came lies within the interval of 80 or 95 %."""
        if percent == 80:
            return self.low_80 <= actual <= self.high_80
        return self.low_95 <= actual <= self.high_95


@dataclass(frozen=True, slots=True)
class LeadChance:
    """One open lead's chance to sign before the year is over."""

    lead: OpenLead
    chance: str


@dataclass(frozen=True, slots=True)
class ExitChance:
    """One counted lead's chance to leave before the year is over."""

    lead: CountedLead
    chance: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """`projects` and `yuan` are None with a `reason` where history is too thin."""

    year: int
    facts: Courtships
    projects: Range | None
    yuan: Range | None
    chances: list[LeadChance]
    exits: list[ExitChance]
    reason: str | None
    draws: int

    @property
    def actual_projects(self) -> int:
        return sum(lead.projects for lead in self.facts.counted)

    @property
    def actual_yuan(self) -> int:
        return sum(lead.yuan for lead in self.facts.counted)


def forecast(facts: Courtships, target: tuple[int | None, int | None], rules: Rulebook) -> Forecast:
    """The end of the year of `facts.day`; `target` is its projects and amount in 元."""
    year = facts.day.year
    if facts.decided < rules.forecast_least_leads or not facts.signed:
        reason = (
            f"已有结果的历史线索 {facts.decided} 条（其中签约 {facts.signed} 条），"
            f"不足 {rules.forecast_least_leads} 条，无法预测"
        )
        return Forecast(year, facts, None, None, [], [], reason, 0)
    from crm.simulating import Simulation

    simulation = Simulation(facts, (date(year, 12, 31) - facts.day).days)
    expected, drawn = simulation.expected(), simulation.drawn(SEED)
    return Forecast(
        year,
        facts,
        _range(expected.projects, drawn.projects, target[0]),
        _range(expected.yuan, drawn.yuan, target[1]),
        [
            LeadChance(lead, round_text(Decimal(float(chance)), 4))
            for lead, chance in zip(facts.open, expected.chances, strict=True)
        ],
        [
            ExitChance(lead, round_text(Decimal(float(chance)), 4))
            for lead, chance in zip(facts.counted, expected.leaving, strict=True)
        ],
        None,
        len(drawn.projects),
    )


def _range(expected: float, drawn: "Numbers", target: int | None) -> Range:
    import numpy as np

    # An end that was really drawn: half a project is none.
    low_95, low_80, high_80, high_95 = np.quantile(
        drawn, (0.025, 0.10, 0.90, 0.975), method="inverted_cdf"
    )
    reached = None if target is None else round_text(Decimal(float((drawn >= target).mean())), 4)
    return Range(
        Decimal(expected), round(low_80), round(high_80), round(low_95), round(high_95), reached
    )
