"""How long does a step take? (签约到开工天数 and the like: median and 90th percentile)

Domain section 12, F23; the plan, clause 39 (快落地). Who has not taken the step is shown beside as
"age so far": else a figure looks better when the slow ones never take it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median, quantiles

from domain.lead.state import LeadState
from domain.vocabulary import Stage
from projections.lead_states import LeadOnDay


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days, at most one decimal; None without any lead.

    The 90th percentile is that of `statistics.quantiles(…, method="inclusive")`: the smallest and
    largest are the 0th and 100th, and between neighbours it is linear. Of a single lead it is
    that lead's own. A start before the signing (先建后签) counts with its negative days.
    """

    median: float | None
    p90: float | None
    open_median: float | None
    taken: int
    waiting: int


def signing_to_start(leads: Iterable[LeadOnDay], day: date) -> Days:
    """S to B; so far: signed, not started."""
    return _days(leads, day, "signed_on", "started_on", Stage.SIGNED)


def start_to_completion(leads: Iterable[LeadOnDay], day: date) -> Days:
    """B to E; so far: started, not completed. Time suspended is not subtracted."""
    return _days(leads, day, "started_on", "completed_on", Stage.STARTED)


def completion_to_production(leads: Iterable[LeadOnDay], day: date) -> Days:
    """E to Y; so far: completed, not producing."""
    return _days(leads, day, "completed_on", "produced_on", Stage.COMPLETED)


def _days(leads: Iterable[LeadOnDay], day: date, since: str, until: str, waiting_in: Stage) -> Days:
    taken, waiting = [], []
    for lead in leads:
        began, ended = _day(lead.state, since), _day(lead.state, until)
        if began is not None and ended is not None:
            taken.append((ended - began).days)
        elif began is not None and lead.state.stage is waiting_in:
            waiting.append((day - began).days)
    return Days(
        median=median(taken) if taken else None,
        p90=p90(taken) if taken else None,
        open_median=median(waiting) if waiting else None,
        taken=len(taken),
        waiting=len(waiting),
    )


def _day(state: LeadState, name: str) -> date | None:
    reached: date | None = getattr(state, name)
    return reached


def p90(days: Sequence[int]) -> float:
    """Of at least one, which alone is its own."""
    return quantiles(days, n=10, method="inclusive")[8] if len(days) > 1 else days[0]
