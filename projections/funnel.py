"""How far do leads come? (转化率: 线索 → 接洽 → 评审 → 签约 → 开工 → 竣工 → 投产)

Domain section 12, F8: reached stage k+1 ÷ reached stage k, of the leads registered in a year; the
plan, clause 18 (leads and signings per channel). Lost and exited leads stay in the denominator.
Whoever has reached a later step has passed the earlier ones, recorded or not, so the counts never
rise; `recorded` says how many have the step itself on record.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.lead.state import LeadState
from domain.money import ratio_text
from domain.vocabulary import NOT_STATED
from projections.lead_states import LeadOnDay

Reached = Callable[[LeadState], date | None]

STEPS: tuple[tuple[str, str, Reached], ...] = (
    ("registered", "线索登记", lambda s: s.registered_on),
    ("contacted", "接洽", lambda s: s.first_contact_on),
    ("reviewed", "评审", lambda s: s.first_reviewed_on or s.first_assessed_on),
    ("signed", "签约", lambda s: s.signed_on),
    ("started", "开工", lambda s: s.started_on),
    ("completed", "竣工", lambda s: s.completed_on),
    ("produced", "投产", lambda s: s.produced_on),
)


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """`conversion` is of the step before, `overall` of the first; 4 places, None without any."""

    name: str
    label: str
    count: int
    recorded: int
    conversion: str | None
    overall: str | None
    leads: list[UUID]


@dataclass(frozen=True, slots=True)
class Funnel:
    """The whole, and its parts by channel (招引渠道) and by recruiting unit."""

    steps: list[FunnelStep]
    lost: int
    exited: int
    by_channel: dict[str, list[FunnelStep]]
    by_unit: dict[str, list[FunnelStep]]


def funnel(leads: Iterable[LeadOnDay], year: int, day: date) -> Funnel:
    """The leads registered in `year` by `day`, as they stand on that day."""
    cohort = [
        lead
        for lead in leads
        if (registered := lead.state.registered_on) is not None
        and registered.year == year
        and registered <= day
        and lead.state.split_from is None  # its registration came with the lead it was part of
    ]
    return Funnel(
        steps=_steps(cohort),
        lost=sum(lead.state.lost for lead in cohort),
        exited=sum(_left(lead.state) for lead in cohort),
        by_channel=_parts(cohort, lambda s: s.channel),
        by_unit=_parts(cohort, lambda s: s.recruiting_unit),
    )


def _left(state: LeadState) -> bool:
    return state.exited_on is not None and not state.passed_on


def _parts(
    cohort: Sequence[LeadOnDay], part: Callable[[LeadState], str | None]
) -> dict[str, list[FunnelStep]]:
    parts: dict[str, list[LeadOnDay]] = {}
    for lead in cohort:
        parts.setdefault(part(lead.state) or NOT_STATED, []).append(lead)
    return {name: _steps(leads) for name, leads in sorted(parts.items())}


def _steps(cohort: Sequence[LeadOnDay]) -> list[FunnelStep]:
    furthest = {lead.lead_id: _furthest(lead.state) for lead in cohort}
    steps: list[FunnelStep] = []
    for nth, (name, label, reached) in enumerate(STEPS):
        here = [lead.lead_id for lead in cohort if furthest[lead.lead_id] >= nth]
        steps.append(
            FunnelStep(
                name,
                label,
                len(here),
                sum(reached(lead.state) is not None for lead in cohort),
                ratio_text(len(here), steps[-1].count) if steps else None,
                ratio_text(len(here), len(cohort)),
                here,
            )
        )
    return steps


def _furthest(state: LeadState) -> int:
    return max(nth for nth, (_, _, reached) in enumerate(STEPS) if reached(state) is not None)
