"""Which lead stands for a project that several leads are? (计数标识; domain section 12, F1)

Parts of a split lead share its count key and are one project until a count of their own is
approved. One of them stands for it, so that figures by unit, town or chain still add up: whoever
stays before whoever left, the one that keeps the count before the others, then by code.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from domain.codes import code_order
from domain.lead.state import LeadState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Count:
    """A lead's part in a count it shares.

    Whether it stands for the project among those counted, those started and those producing; and
    what all that stay in the count have agreed, in 元.
    """

    stands: bool
    yuan: int
    starts: bool = False
    produces: bool = False


def shared_counts(
    leads: Iterable[tuple[UUID, LeadState]], first: date, counts: Callable[[LeadState], bool]
) -> dict[UUID, Count]:
    """The leads that share a count, in the year that begins on `first`; the others have their own.

    A lead counted before that day, or one that `counts` says does not, stands for no project.
    """
    groups: dict[UUID, list[tuple[UUID, LeadState]]] = defaultdict(list)
    sharing: dict[UUID, list[tuple[UUID, LeadState]]] = defaultdict(list)
    found: dict[UUID, Count] = {}
    for lead_id, state in leads:
        if state.count_key is None:
            continue
        found[lead_id] = Count(stands=False, yuan=0)
        sharing[state.count_key].append((lead_id, state))
        if not counts(state):
            continue
        if _counts_from(state.counted_on, first) or _counts_from(
            state.counted_on_before_merge, first
        ):
            groups[state.count_key].append((lead_id, state))
    for group in groups.values():
        yuan = sum(s.agreed_total_yuan or 0 for _, s in group if _place(s, first) == _STAYS)
        foremost = min(group, key=lambda one: (_place(one[1], first), *_order(one[1])))
        for lead_id, _ in group:
            found[lead_id] = Count(lead_id == foremost[0], yuan)
    for all_of_it in sharing.values():
        for name, day in (("starts", "started_on"), ("produces", "produced_on")):
            lead_id = min(all_of_it, key=lambda one: _reaching(one[1], day))[0]
            found[lead_id] = replace(found[lead_id], **{name: True})
    return found


def _reaching(state: LeadState, milestone: str) -> tuple[bool, bool, date, bool, int]:
    day: date | None = getattr(state, milestone)
    return state.exited_on is not None, day is None, day or date.max, *_order(state)


def one_of_each(items: Iterable[T], state_of: Callable[[T], LeadState]) -> list[T]:
    """Of leads that share a count only the one that stands for it, in the order given."""
    listed = list(items)
    foremost: dict[UUID, LeadState] = {}
    for item in listed:
        state = state_of(item)
        if state.count_key is not None:
            so_far = foremost.setdefault(state.count_key, state)
            if _order(state) < _order(so_far):
                foremost[state.count_key] = state
    return [
        item
        for item in listed
        if (key := state_of(item).count_key) is None or foremost[key] is state_of(item)
    ]


_STAYS, _LEFT, _MERGED, _SPLIT = range(4)


def _place(state: LeadState, first: date) -> int:
    """Whoever comes first stands for the count."""
    if not _counts_from(state.counted_on, first):
        return _MERGED  # a merge has given it a day in an earlier year
    if state.exited_on is None:
        return _STAYS
    if not state.passed_on:
        return _LEFT
    return _MERGED if state.merged_into is not None else _SPLIT


def _order(state: LeadState) -> tuple[bool, int]:
    return not state.keeps_count, code_order(state.code)


def _counts_from(day: date | None, first: date) -> bool:
    return day is not None and day >= first
