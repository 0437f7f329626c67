"""How far are the 前期手续? (手续办结率; plan clauses 27, 55)

Domain section 12, F13: obtained ÷ required items, what does not apply left out; a project is done
when all of its items are. Exited leads are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.lead.state import LeadState, Permit
from domain.money import ratio_text
from domain.vocabulary import PermitItem, PermitState
from projections.lead_states import LeadOnDay


@dataclass(frozen=True, slots=True)
class OpenPermit:
    """An item still to be obtained; `overdue_days` is 0 without a due day or before it."""

    lead_id: UUID
    state: LeadState
    item: PermitItem
    permit: Permit
    overdue_days: int


@dataclass(frozen=True, slots=True)
class ItemRate:
    """One item over all projects."""

    required: int
    obtained: int
    rate: str | None


@dataclass(frozen=True, slots=True)
class Permits:
    """`item_rate` over all items, `project_rate` over projects that have any.

    `open`: longest overdue first.
    """

    item_rate: str | None
    project_rate: str | None
    projects: int
    done: int
    by_item: dict[PermitItem, ItemRate]
    open: list[OpenPermit]


def permits(leads: Iterable[LeadOnDay], day: date) -> Permits:
    """F13 on `day`."""
    required: dict[PermitItem, list[bool]] = {item: [] for item in PermitItem}
    still_open, projects, done = [], 0, 0
    for lead in leads:
        if lead.state.exited_on is not None:
            continue
        needed = {
            item: permit
            for item, permit in lead.state.permits.items()
            if permit.state is not PermitState.NOT_APPLICABLE
        }
        for item, permit in needed.items():
            obtained = permit.state is PermitState.OBTAINED
            required[item].append(obtained)
            if not obtained:
                late = (day - permit.due).days if permit.due else 0
                still_open.append(OpenPermit(lead.lead_id, lead.state, item, permit, max(0, late)))
        if needed:
            projects += 1
            done += all(permit.state is PermitState.OBTAINED for permit in needed.values())
    still_open.sort(key=lambda found: (-found.overdue_days, found.state.code, found.item))
    every = [obtained for found in required.values() for obtained in found]
    return Permits(
        ratio_text(sum(every), len(every)),
        ratio_text(done, projects),
        projects,
        done,
        {
            item: ItemRate(len(found), sum(found), ratio_text(sum(found), len(found)))
            for item, found in required.items()
        },
        still_open,
    )
