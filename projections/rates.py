"""How many of those signed have started, are built, produce? (开工率、竣工率、投产率、资金到位率)

Domain section 12, F5–F7, F9–F11, F14, F23, and section 1.3 for the published formulas; contract,
"GET /rates". The cohort is the leads first signed in the year, or before it; leads exited on D
are left out of every figure and shown as a count.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median, quantiles
from uuid import UUID

from domain.lead.state import LeadState
from domain.money import ratio_text
from domain.vocabulary import Stage
from projections.lead_states import LeadOnDay


class Cohort(StrEnum):
    """当年签约 or 往年签约."""

    YEAR = "year"
    BEFORE = "before"

    def takes(self, signed_on: date, year: int) -> bool:
        return signed_on.year == year if self is Cohort.YEAR else signed_on.year < year


@dataclass(frozen=True, slots=True)
class Days:
    """How long a step takes: of those that have taken it, and so far of those that have not.

    Median and 90th percentile (inclusive method, linear between neighbours); None without any.
    """

    median: float | None
    p90: float | None
    open_median: float | None


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts of leads, rates as text with 4 places (None without a denominator), amounts in 元.

    `leads` names the leads behind each count.
    """

    signed: int
    started: int
    completed: int
    produced: int
    exited: int
    start_rate: str | None
    completion_rate: str | None
    production_rate: str | None
    funds_rate: str | None
    performance_rate: str | None  # F9: company registered or first funds
    landing_rate: str | None  # F10: company registered
    full_effect_rate: str | None  # F14: of those producing
    completed_of_started: str | None
    produced_of_completed: str | None
    agreed_yuan: int
    funds_yuan: int
    signing_to_start: Days
    start_to_completion: Days
    completion_to_production: Days
    leads: dict[str, list[UUID]]


def rates(leads: Iterable[LeadOnDay], year: int, day: date, cohort: Cohort = Cohort.YEAR) -> Rates:
    """The rates of a cohort on `day`, of leads as they stand then."""
    signed = [
        lead
        for lead in leads
        if lead.state.signed_on is not None and cohort.takes(lead.state.signed_on, year)
    ]
    stay = [lead for lead in signed if lead.state.exited_on is None]
    groups = {
        "signed": stay,
        "started": _where(stay, lambda s: s.started_on),
        "completed": _where(stay, lambda s: s.completed_on),
        "produced": _where(stay, lambda s: s.produced_on),
        "exited": [lead for lead in signed if lead.state.exited_on is not None],
        "registered": _where(stay, lambda s: s.company_registered_on),
        "performed": _where(stay, lambda s: s.company_registered_on or s.first_funds_on),
        "full_effect": _where(stay, lambda s: s.full_effect_on),
    }
    counts = {name: len(group) for name, group in groups.items()}
    agreed = sum(lead.state.countable_yuan for lead in stay)
    funds = sum(sum(lead.state.funds_yuan.values()) for lead in stay)
    return Rates(
        signed=counts["signed"],
        started=counts["started"],
        completed=counts["completed"],
        produced=counts["produced"],
        exited=counts["exited"],
        start_rate=ratio_text(counts["started"], counts["signed"]),
        completion_rate=ratio_text(counts["completed"], counts["signed"]),
        production_rate=ratio_text(counts["produced"], counts["signed"]),
        funds_rate=ratio_text(funds, agreed),
        performance_rate=ratio_text(counts["performed"], counts["signed"]),
        landing_rate=ratio_text(counts["registered"], counts["signed"]),
        full_effect_rate=ratio_text(counts["full_effect"], counts["produced"]),
        completed_of_started=ratio_text(counts["completed"], counts["started"]),
        produced_of_completed=ratio_text(counts["produced"], counts["completed"]),
        agreed_yuan=agreed,
        funds_yuan=funds,
        signing_to_start=_days(stay, day, _signing_to_start, Stage.SIGNED),
        start_to_completion=_days(stay, day, _start_to_completion, Stage.STARTED),
        completion_to_production=_days(stay, day, _completion_to_production, Stage.COMPLETED),
        leads={name: [lead.lead_id for lead in group] for name, group in groups.items()},
    )


Step = Callable[[LeadState], tuple[date | None, date | None]]


def _signing_to_start(state: LeadState) -> tuple[date | None, date | None]:
    return state.signed_on, state.started_on


def _start_to_completion(state: LeadState) -> tuple[date | None, date | None]:
    return state.started_on, state.completed_on


def _completion_to_production(state: LeadState) -> tuple[date | None, date | None]:
    return state.completed_on, state.produced_on


def _where(
    leads: Sequence[LeadOnDay], reached: Callable[[LeadState], date | None]
) -> list[LeadOnDay]:
    return [lead for lead in leads if reached(lead.state) is not None]


def _days(leads: Sequence[LeadOnDay], day: date, step: Step, waiting: Stage) -> Days:
    """F23. Who has not taken the step is shown beside: else slow ones would improve the figure."""
    taken, open_ages = [], []
    for lead in leads:
        since, until = step(lead.state)
        if since is not None and until is not None:
            taken.append((until - since).days)
        elif since is not None and lead.state.stage is waiting:
            open_ages.append((day - since).days)
    return Days(
        median=median(taken) if taken else None,
        p90=_p90(taken),
        open_median=median(open_ages) if open_ages else None,
    )


def _p90(days: Sequence[int]) -> float | None:
    if len(days) < 2:
        return days[0] if days else None
    return quantiles(days, n=10, method="inclusive")[8]
