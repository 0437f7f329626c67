"""Who is owed a visit? (定期回访, 干部服务员每月至少到现场一次; the plan, clauses 37, 73)

Domain section 12, F19 and F20; contract, "GET /follow-ups/due".
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.calendar import FOREVER, add_months, month_end, months_of, period_of
from domain.lead.state import LeadState, OfficerSpell
from domain.money import ratio_text
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import Stage
from projections.lead_states import LeadOnDay


@dataclass(frozen=True, slots=True)
class FollowUpDue:
    """A project whose next 回访 was due by D."""

    lead_id: UUID
    state: LeadState
    last_on: date | None
    due_on: date
    overdue_days: int

    @property
    def key(self) -> tuple[int, str]:
        """Its place in the list."""
        return self.due_on.toordinal(), self.state.code


@dataclass(frozen=True, slots=True)
class FollowUps:
    """回访率: projects with a follow-up in the window ÷ projects that are to be followed up.

    `due`: longest overdue first, then by code.
    """

    projects: list[UUID]
    visited: list[UUID]
    rate: str | None
    due: list[FollowUpDue]


def follow_ups(
    leads: Iterable[LeadOnDay], first: date, day: date, rules: Rulebook = DEFAULT_RULES
) -> FollowUps:
    """F19 from `first` to `day`, and who is due on `day`.

    Followed up are the projects that produce on `day`; by the rulebook all that are signed and
    have not exited. The first follow-up is due one interval after the production (signing).
    """
    projects, visited, due = [], [], []
    for lead in leads:
        since = _followed_since(lead.state, rules)
        if since is None:
            continue
        projects.append(lead.lead_id)
        if any(first <= on <= day for on in lead.state.follow_ups):
            visited.append(lead.lead_id)
        last = max(lead.state.follow_ups, default=None)
        due_on = add_months(max(since, last or since), rules.follow_up_months)
        if due_on <= day:
            due.append(FollowUpDue(lead.lead_id, lead.state, last, due_on, (day - due_on).days))
    due.sort(key=lambda item: item.key)
    return FollowUps(projects, visited, ratio_text(len(visited), len(projects)), due)


def _followed_since(state: LeadState, rules: Rulebook) -> date | None:
    if state.exited_on is not None:
        return None
    if rules.follow_up_all_signed:
        return state.signed_on
    return state.produced_on if state.stage is Stage.PRODUCING else None


@dataclass(frozen=True, slots=True)
class OfficerMonth:
    """A project in a month in which it had a 干部服务员 long enough to count.

    `officer` is who had it longest in that month; the later one of two who had it as long.
    """

    lead_id: UUID
    state: LeadState
    first: date  # of the month
    officer: str
    visited: bool

    @property
    def month(self) -> str:
        return period_of(self.first)

    @property
    def key(self) -> tuple[int, str]:
        """Its place in the list."""
        return -self.first.toordinal(), self.state.code


@dataclass(frozen=True, slots=True)
class Attendance:
    """服务员到位率: project-months with a visit ÷ project-months with an officer."""

    months: list[OfficerMonth]

    @property
    def visited(self) -> int:
        return sum(month.visited for month in self.months)

    @property
    def rate(self) -> str | None:
        return ratio_text(self.visited, len(self.months))

    @property
    def missed(self) -> list[OfficerMonth]:
        """Without a visit: the latest month first, then by code."""
        without = (month for month in self.months if not month.visited)
        return sorted(without, key=lambda month: month.key)

    def by_officer(self) -> dict[str, "Attendance"]:
        return self._by(lambda month: month.officer)

    def by_unit(self) -> dict[str, "Attendance"]:
        return self._by(lambda month: month.state.recruiting_unit)

    def _by(self, part: Callable[[OfficerMonth], str]) -> dict[str, "Attendance"]:
        parts: dict[str, list[OfficerMonth]] = defaultdict(list)
        for month in self.months:
            parts[part(month)].append(month)
        return {name: Attendance(months) for name, months in sorted(parts.items())}


def service_visits(
    leads: Iterable[LeadOnDay], first: date, day: date, rules: Rulebook = DEFAULT_RULES
) -> Attendance:
    """F20 over the months from that of `first` to that of `day`, the last as far as `day`.

    A month counts when officers were assigned on at least `rules.officer_days` of its days so
    far, up to the exit of a project that has exited; it is `visited` with as many visits as the
    rules ask for.
    """
    found = []
    for lead in leads:
        state = lead.state
        if not state.officer_spells:
            continue
        last = min(day, state.exited_on or day)
        for month in months_of(first, last):
            end = min(month_end(month.year, month.month), last)
            served = _days_served(state.officer_spells, month, end)
            if sum(served.values()) < rules.officer_days:
                continue
            visits = sum(month <= on <= end for on in state.service_visits)
            officer = max(reversed(served), key=lambda name: served[name])
            visited = visits >= rules.visits_per_month
            found.append(OfficerMonth(lead.lead_id, state, month, officer, visited))
    return Attendance(found)


def _days_served(spells: Sequence[OfficerSpell], first: date, last: date) -> dict[str, int]:
    """Officer -> days from `first` to `last`, both included, in order of their last spell."""
    served: dict[str, int] = {}
    for spell in spells:
        until = min(last, (spell.until or FOREVER) - timedelta(days=1))
        days = (until - max(first, spell.since)).days + 1
        if days > 0:
            served[spell.officer] = served.pop(spell.officer, 0) + days
    return served
