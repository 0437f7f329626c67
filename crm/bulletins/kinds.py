"""周统计, 半月通报, 月调度, 季晾晒评比, 半年调度, 年考核: what each bulletin is made of.

Domain section 3.2; plan clauses 29, 38, 67, 70. A period's bulletin looks at the last day of its
period, or at today while the period is under way.
"""

from collections.abc import Callable
from dataclasses import dataclass

from crm.bulletins import course, owed, season, standing, troubles
from crm.bulletins.document import Section
from crm.bulletins.parts import Asking
from domain.periods import PeriodKind

Part = Callable[[Asking], Section]


@dataclass(frozen=True, slots=True)
class BulletinKind:
    """What it is called, and its parts in order."""

    name: str
    parts: tuple[Part, ...]


_SINCE_LAST = (
    standing.list_changes,
    standing.overdue,
    troubles.problems,
    troubles.colours,
    owed.returns,
)
_YEAR = (
    course.cohorts,
    course.durations,
    course.funnel,
    course.growth,
    course.services,
    troubles.sponsors,
    troubles.problems,
    troubles.colours,
    standing.exited,
    troubles.exit_proposals,
    course.chains,
    course.campaigns,
)

KINDS: dict[PeriodKind, BulletinKind] = {
    PeriodKind.WEEKLY: BulletinKind("周统计", (standing.overview_in_brief, *_SINCE_LAST)),
    PeriodKind.HALF_MONTHLY: BulletinKind(
        "半月通报", (standing.overview, *_SINCE_LAST, owed.notices)
    ),
    PeriodKind.MONTHLY: BulletinKind(
        "月调度通报",
        (
            standing.overview,
            course.growth,
            standing.divisions,
            standing.months,
            *_SINCE_LAST,
            owed.notices,
            troubles.doubts,
            standing.next_steps,
        ),
    ),
    PeriodKind.QUARTERLY: BulletinKind(
        "季度晾晒评比通报",
        (
            standing.overview,
            season.rankings,
            season.interviews,
            season.showing,
            standing.divisions,
            troubles.sponsors,
        ),
    ),
    PeriodKind.HALF_YEARLY: BulletinKind(
        "半年调度通报", (standing.overview, standing.divisions, *_YEAR, course.outlook)
    ),
    PeriodKind.ANNUAL: BulletinKind(
        "年度考核通报",
        (
            standing.overview,
            standing.divisions,
            standing.months,
            season.rankings,
            season.interviews,
            *_YEAR,
        ),
    ),
}
