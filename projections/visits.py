"""Who is owed a visit? (定期回访, 干部服务员每月到现场; plan clauses 37, 73)

Domain section 12, F19 and F20; contract, "GET /follow-ups/due".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.calendar import add_months, month_end
from domain.lead.state import LeadState, Spell
from domain.money import ratio_text
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import Stage
from projections.lead_states import LeadOnDay


@dataclass(frozen=True, slots=True)
class FollowUpDue:
    """A producing project whose next 回访 was due by D."""

    lead_id: UUID
    state: LeadState
    last_on: date | None
    due_on: date


@dataclass(frozen=True, slots=True)
class FollowUps:
    """回访率 of a window: producing projects with a follow-up in it, of all that produce.

    `due`: longest overdue first.
    """

    producing: int
    visited: int
    rate: str | None
    due: list[FollowUpDue]


def follow_ups(
    leads: Iterable[LeadOnDay], first: date, day: date, rules: Rulebook = DEFAULT_RULES
) -> FollowUps:
    """F19 from `first` to `day`, and who is due on `day`."""
    producing = [lead for lead in leads if lead.state.stage is Stage.PRODUCING]
    visited = sum(any(first <= on <= day for on in lead.state.follow_ups) for lead in producing)
    due = []
    for lead in producing:
        last = max(lead.state.follow_ups, default=None)
        since = last or lead.state.produced_on
        assert since is not None, "it produces"
        due_on = add_months(since, rules.follow_up_months)
        if due_on <= day:
            due.append(FollowUpDue(lead.lead_id, lead.state, last, due_on))
    due.sort(key=lambda item: (item.due_on, item.state.code))
    return FollowUps(len(producing), visited, ratio_text(visited, len(producing)), due)


@dataclass(frozen=True, slots=True)
class OfficerMonth:
    """A project in a month in which it had a 干部服务员 long enough to count."""

    lead_id: UUID
    state: LeadState
    month: date  # its first day
    visited: bool


@dataclass(frozen=True, slots=True)
class ServiceVisits:
    """服务员到位率: project-months with a visit ÷ project-months with an officer."""

    months: list[OfficerMonth]

    @property
    def visited(self) -> int:
        return sum(month.visited for month in self.months)

    @property
    def rate(self) -> str | None:
        return ratio_text(self.visited, len(self.months))


def service_visits(
    leads: Iterable[LeadOnDay], first: date, day: date, rules: Rulebook = DEFAULT_RULES
) -> ServiceVisits:
    """F20 over the months from that of `first` to that of `day`, the last as far as `day`.

    A month counts when an officer was assigned on at least `rules.officer_days` of its days so far.
    """
    found = []
    for lead in leads:
        for month in _months(first, day):
            end = min(month_end(month.year, month.month), day)
            if _days_served(lead.state.officer_spells, month, end) < rules.officer_days:
                continue
            visited = any(month <= on <= end for on in lead.state.service_visits)
            found.append(OfficerMonth(lead.lead_id, lead.state, month, visited))
    return ServiceVisits(found)


def _months(first: date, last: date) -> list[date]:
    """The first days of the months from one day's to another's."""
    month = first.replace(day=1)
    months = []
    while month <= last:
        months.append(month)
        month = add_months(month, 1)
    return months


def _days_served(spells: Sequence[Spell], first: date, last: date) -> int:
    """Days from `first` to `last`, both included, on which an officer was assigned."""
    served = 0
    for spell in spells:
        until = min(last, (spell.until or date.max) - timedelta(days=1))
        served += max(0, (until - max(first, spell.since)).days + 1)
    return served
