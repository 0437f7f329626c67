"""Who did best in a season, in each group? (季度晾晒评比; 前三名; plan clauses 39, 67, 71)

Domain section 12, F22. A season is looked at on its last day, or on D while it lasts. Who was asked
for nothing and has no lead takes no part: 功效系数 would give points for standing still.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import Connection

from domain.errors import BadInput
from domain.periods import Period, PeriodKind, parse
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.unit.events import InspectionRecorded
from domain.unit.known import unit_name
from domain.vocabulary import UnitGroup
from projections.clocks import Clocks
from projections.indicators import (
    Window,
    YearShare,
    aims_of,
    completion,
    credit_of,
    measures,
    year_shares,
)
from projections.lead_states import LeadOnDay, leads_on
from projections.scoring import Adjustment, Score, scores
from projections.target_plan import NO_AIMS, Plan, plan_of
from projections.unit_entries import groups_on, unit_entries, units_of, within

SEASON_READS = ("clock", "leads", "states", "money", "targets", "chains", "units", "rules")
"""The projections that `season` reads."""

SEASONS = (
    PeriodKind.MONTHLY,
    PeriodKind.QUARTERLY,
    PeriodKind.HALF_YEARLY,
    PeriodKind.ANNUAL,
)


@dataclass(frozen=True, slots=True)
class Ranking:
    """One group's scores, best first. `day` is the one looked at.

    `no_part` had nothing asked and nothing to show.
    """

    period: Period
    group: UnitGroup
    day: date
    scores: list[Score]
    no_part: list[str]

    def best(self, places: int) -> list[Score]:
        """前几名: whoever shares the last of the places is in too."""
        return [score for score in self.scores if score.rank is not None and score.rank <= places]


@dataclass(frozen=True, slots=True)
class Season:
    """All that rankings of a period look at, read once."""

    period: Period
    window: Window
    rules: Rulebook
    leads: Sequence[LeadOnDay]
    shares: Sequence[YearShare]
    plan: Plan
    groups: dict[str, UnitGroup]
    adjustments: dict[str, list[Adjustment]]

    def ranking(self, group: UnitGroup) -> Ranking:
        """The scores of one group."""
        credit = credit_of(group, self.rules)
        leads: dict[str | None, list[LeadOnDay]] = defaultdict(list)
        for lead in self.leads:
            leads[credit(lead.state.recruiting_unit, lead.state.host_town)].append(lead)
        shares: dict[str | None, list[YearShare]] = defaultdict(list)
        for share in self.shares:
            shares[credit(share.recruiting_unit, share.host_town)].append(share)
        aims = aims_of(group, self.plan, self.rules)
        units = units_of(self.groups, group)
        taking = [u for u in units if leads[u] or any(aims.get(u, NO_AIMS))]
        found = scores(
            {
                u: measures(leads[u], shares[u], aims.get(u, NO_AIMS), self.window, self.rules)
                for u in taking
            },
            {u: completion(shares[u], aims.get(u, NO_AIMS), self.window) for u in taking},
            self.adjustments,
            self.rules,
        )
        no_part = [u for u in units if u not in taking]
        return Ranking(self.period, group, self.window.day, found, no_part)

    @property
    def not_grouped(self) -> list[str]:
        """Units and towns that leads name and no group holds: a slip, or one to be placed."""
        named = {unit_name(lead.state.recruiting_unit) for lead in self.leads}
        named |= {unit_name(town) for lead in self.leads if (town := lead.state.host_town)}
        return sorted(named - self.groups.keys())


def season_of(key: str, as_of: date, rules: Rulebook = DEFAULT_RULES) -> Period:
    """The period a key names. Raises `BadInput` for a shorter one, or one not begun by D."""
    period = parse(key, rules.month_ends_on)
    if period.kind not in SEASONS:
        raise BadInput("period", "评比周期应为年、半年、季度或月，如 2023-Q2")
    if period.start > as_of:
        raise BadInput("period", f"{period.label}在 {as_of} 尚未开始")
    return period


def season(connection: Connection, period: Period, clocks: Clocks, rules: Rulebook) -> Season:
    """What is known at K of a period, up to its end or to D before it."""
    day = min(period.end, clocks.as_of)
    when = clocks.on(day)
    adjustments: dict[str, list[Adjustment]] = defaultdict(list)
    inspections = within(unit_entries(connection, when, InspectionRecorded), period.start, day)
    for entry, inspection in inspections:
        adjustments[entry.unit].append(
            Adjustment(entry.event_id, Fraction(inspection.points), inspection.ground)
        )
    return Season(
        period,
        Window(period.start, day, rules),
        rules,
        list(leads_on(connection, when)),
        year_shares(connection, day.year, when, rules),
        plan_of(connection, day.year, when),
        groups_on(connection, when),
        dict(adjustments),
    )
