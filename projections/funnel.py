"""How far do leads come? (转化率: 线索 → 接洽 → 评审 → 签约 → 开工 → 竣工 → 投产)

Domain section 12, F8: reached stage k+1 ÷ reached stage k, of the leads registered in a year.
Lost leads stay in the denominator. Whoever has reached a later step has passed the earlier ones,
recorded or not, so the counts never rise.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.lead.state import LeadState
from domain.money import ratio_text
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
    conversion: str | None
    overall: str | None
    leads: list[UUID]


def funnel(leads: Iterable[LeadOnDay], year: int) -> list[FunnelStep]:
    """The steps of the leads registered in `year`, as they stand on the day asked for."""
    cohort = [
        lead
        for lead in leads
        if lead.state.registered_on is not None and lead.state.registered_on.year == year
    ]
    reached = [
        [
            lead.lead_id
            for lead in cohort
            if any(later(lead.state) is not None for _, _, later in STEPS[nth:])
        ]
        for nth in range(len(STEPS))
    ]
    return [
        FunnelStep(
            name,
            label,
            len(reached[nth]),
            ratio_text(len(reached[nth]), len(reached[nth - 1])) if nth else None,
            ratio_text(len(reached[nth]), len(cohort)),
            reached[nth],
        )
        for nth, (name, label, _) in enumerate(STEPS)
    ]
