"""How far are the 前期手续? (手续办结率; the plan, clauses 27, 55)

Domain section 12, F13: obtained ÷ required items, what does not apply left out; a project is done
(办结) when all of its items are. Exited, shelved and lost leads are left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.lead.state import LeadState, Permit
from domain.money import ratio_text
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import PermitItem, PermitState, Stage
from projections.lead_states import LeadOnDay

STAGES = frozenset(Stage) - {Stage.EXITED, Stage.SHELVED, Stage.LOST}
"""Where live leads stand: the states this question needs."""
_BEFORE_COMPLETION = (Stage.SIGNED, Stage.STARTED)


@dataclass(frozen=True, slots=True)
class OpenPermit:
    """An item still to be obtained; `overdue_days` is 0 without a due day or before it."""

    lead_id: UUID
    state: LeadState
    item: PermitItem
    permit: Permit
    overdue_days: int

    @property
    def key(self) -> tuple[int, str, str]:
        """Its place in the list."""
        return -self.overdue_days, self.state.code, self.item.value


@dataclass(slots=True)
class Tally:
    """Items that apply, obtained, overdue; projects that have any, and those done."""

    required: int = 0
    obtained: int = 0
    overdue: int = 0
    not_applicable: int = 0
    projects: int = 0
    done: int = 0

    def take(self, permits: Sequence[Permit], day: date) -> None:
        """One project's permits, or one of them."""
        needed = [permit for permit in permits if permit.state is not PermitState.NOT_APPLICABLE]
        obtained = sum(permit.state is PermitState.OBTAINED for permit in needed)
        self.required += len(needed)
        self.obtained += obtained
        self.overdue += sum(_overdue_days(permit, day) > 0 for permit in needed)
        self.not_applicable += len(permits) - len(needed)
        self.projects += bool(needed)
        self.done += bool(needed) and obtained == len(needed)

    @property
    def open(self) -> int:
        return self.required - self.obtained

    @property
    def item_rate(self) -> str | None:
        return ratio_text(self.obtained, self.required)

    @property
    def project_rate(self) -> str | None:
        return ratio_text(self.done, self.projects)


@dataclass(frozen=True, slots=True)
class Permits:
    """`whole` and its parts; `open`: longest overdue first, then by code and item.

    `target_percent` is the quarter's; `gap_pp` the item rate minus it, in points, 2 places.
    `unstated`: signed projects not yet completed of which no item has been said at all.
    """

    whole: Tally
    by_item: dict[PermitItem, Tally]
    by_unit: dict[str, Tally]
    open: list[OpenPermit]
    target_percent: int
    gap_pp: str | None
    done: list[UUID]
    unstated: list[UUID]


def permits(
    leads: Iterable[LeadOnDay],
    day: date,
    signed_in: int | None = None,
    rules: Rulebook = DEFAULT_RULES,
) -> Permits:
    """F13 on `day`: of all live leads, or of those first signed in a year."""
    whole, by_unit = Tally(), defaultdict[str, Tally](Tally)
    by_item = {item: Tally() for item in PermitItem}
    still_open: list[OpenPermit] = []
    done, unstated = [], []
    for lead in leads:
        state = lead.state
        if state.stage not in STAGES or not _signed_in(state, signed_in):
            continue
        if not state.permits:
            if state.stage in _BEFORE_COMPLETION:
                unstated.append(lead.lead_id)
            continue
        every = list(state.permits.values())
        whole.take(every, day)
        by_unit[state.recruiting_unit].take(every, day)
        for item, permit in state.permits.items():
            by_item[item].take([permit], day)
            if permit.state is PermitState.REQUIRED:
                late = _overdue_days(permit, day)
                still_open.append(OpenPermit(lead.lead_id, state, item, permit, late))
        states = {permit.state for permit in every} - {PermitState.NOT_APPLICABLE}
        if states == {PermitState.OBTAINED}:
            done.append(lead.lead_id)
    still_open.sort(key=lambda found: found.key)
    target = target_on(day, rules)
    ahead = 100 * whole.obtained - target * whole.required
    return Permits(
        whole,
        by_item,
        dict(sorted(by_unit.items())),
        still_open,
        target,
        ratio_text(ahead, whole.required, 2),
        done,
        unstated,
    )


def target_on(day: date, rules: Rulebook = DEFAULT_RULES) -> int:
    """The quarter's 办结率 in per cent: from the second quarter on, the second's."""
    if day.month <= 3:
        return rules.permits_first_quarter_percent
    return rules.permits_second_quarter_percent


def _signed_in(state: LeadState, year: int | None) -> bool:
    return year is None or (state.signed_on is not None and state.signed_on.year == year)


def _overdue_days(permit: Permit, day: date) -> int:
    """Of a required item past its due day; 0 for every other."""
    if permit.state is not PermitState.REQUIRED or permit.due is None:
        return 0
    return max(0, (day - permit.due).days)
