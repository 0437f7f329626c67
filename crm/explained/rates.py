"""What makes up the rates and the durations? (F5–F7, F9–F12, F14, F23)

Each lead's part is the figure of that lead alone: see `crm.explained.figure`.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

from crm.explained.figure import Figure, Inquiry, OfStates, Source, Values
from crm.figures_presentation import RATE_LABELS, rates_shown
from domain.calendar import EARLIEST
from domain.lead import facts as f
from domain.lead.facts import Fact
from domain.lead.state import LeadState
from projections.durations import Days
from projections.explained_leads import Between
from projections.lead_states import LeadOnDay, leads_on
from projections.rates import STAGES as RATE_STAGES
from projections.rates import Cohort, Rates, rates, step_by_step

_STATES = ("clock", "leads", "states", "rules")
_RATES = Source("/rates", _STATES, ("year",), ("unit", "town", "chain", "cohort", "include_exited"))


# --- rates ----------------------------------------------------------------------------------


def _rates(leads: Iterable[LeadOnDay], q: Inquiry) -> Rates:
    return rates(
        leads,
        q.year,
        q.day,
        q.cohort,
        include_exited=q.asked.include_exited,
        rules=q.rules,
    )


def _shown(name: str, q: Inquiry) -> Any:
    """A field of the answer of /rates; of a part of it, after a dot."""
    whole = _rates(leads_on(q.connection, q.clocks, q.where, stages=RATE_STAGES), q)
    shown: Any = rates_shown(whole, detail=False)
    for part in name.split("."):
        shown = shown[part]
    return shown


def _cohort(q: Inquiry) -> Between:
    if q.cohort is Cohort.YEAR:
        return "signed_on", date(q.year, 1, 1), date(q.year, 12, 31)
    return "signed_on", EARLIEST, date(q.year - 1, 12, 31)


def _performed(_: LeadState, q: Inquiry) -> list[Fact]:
    by_registration, by_funds = q.rules.performed_by_registration, q.rules.performed_by_funds
    return [*([f.company] if by_registration else []), *([f.first_funds] if by_funds else [])]


def _landed(_: LeadState, q: Inquiry) -> list[Fact]:
    return [f.start] if q.rules.landed_by_start else [f.company]


def _planned(_: LeadState, q: Inquiry) -> list[Fact]:
    return [f.planned_investment(q.year)]


def _invested(_: LeadState, q: Inquiry) -> list[Fact]:
    return [f.planned_investment(q.year), f.year_to_date(f"{q.year}-01", f"{q.year}-12")]


Needed = Callable[[LeadState, Inquiry], list[Fact]]
# What makes a lead one of a group of `Rates.leads`, or adds to an amount, beside its signing.
_FACTS: dict[str, Needed] = {
    "signed": lambda *_: [],
    "exited": lambda *_: [f.exit_],
    "started": lambda *_: [f.start],
    "completed": lambda *_: [f.completion],
    "produced": lambda *_: [f.production],
    "performed": _performed,
    "landed": _landed,
    "full_effect": lambda *_: [f.full_effect],
    "agreed_yuan": lambda *_: [f.amount],
    "funds_yuan": lambda *_: [f.funds_in_yuan],
    "funds_usd": lambda *_: [f.funds_in_usd],
    "planned_fai_yuan": _planned,
    "fai_yuan": _invested,
}


def _value(found: Rates, name: str) -> int:
    return len(found.leads[name]) if name in found.leads else int(getattr(found, name))


def _of_cohort(
    values: Callable[[Rates], Values],
    names: Iterable[str],
) -> OfStates:
    needed = [_FACTS[name] for name in names]
    return OfStates(
        lambda lead, q: values(_rates([lead], q)),
        lambda state, q: [f.signing, *(fact for each in needed for fact in each(state, q))],
        RATE_STAGES,
        _cohort,
    )


def _rate(name: str, numerator: str, denominator: str) -> Figure:
    return Figure(
        name,
        RATE_LABELS[name],
        _RATES,
        partial(_shown, name),
        _of_cohort(
            lambda found: {
                "numerator": _value(found, numerator),
                "denominator": _value(found, denominator),
            },
            (numerator, denominator),
        ),
        money=numerator.endswith("_yuan"),
    )


def _sum(shown_as: str, name: str, value: str) -> Figure:
    """A count or an amount of the cohort."""
    return Figure(
        f"rates_{shown_as}",
        RATE_LABELS[shown_as],
        _RATES,
        partial(_shown, shown_as),
        _of_cohort(lambda found: {value: _value(found, name)}, (name,)),
        money=value == "amount",
    )


_RATIOS = (
    ("start_rate", "started", "signed"),
    ("completion_rate", "completed", "signed"),
    ("production_rate", "produced", "signed"),
    ("performance_rate", "performed", "signed"),
    ("landing_rate", "landed", "signed"),
    ("funds_rate", "funds_yuan", "agreed_yuan"),
    ("investment_completion", "fai_yuan", "planned_fai_yuan"),
    ("full_effect_rate", "full_effect", "produced"),
    ("completed_of_started", "completed", "started"),
    ("produced_of_completed", "produced", "completed"),
)
_SUMS = (
    ("signed", "signed", "count"),
    ("started", "started", "count"),
    ("completed", "completed", "count"),
    ("produced", "produced", "count"),
    ("exited", "exited", "count"),
    ("agreed_total_wan", "agreed_yuan", "amount"),
    ("funds_wan", "funds_yuan", "amount"),
    ("funds_wan_usd", "funds_usd", "amount"),
    ("planned_fai_wan", "planned_fai_yuan", "amount"),
    ("fai_wan", "fai_yuan", "amount"),
)

# 河南's steps: the rate, its label, and what the step asks beside the steps before it.
_STEPS = (
    ("performance_rate", "签约项目履约率", "performed"),
    ("start_rate", "履约项目开工率", "started"),
    ("production_rate", "开工项目投产率", "produced"),
    ("full_effect_rate", "投产项目达效率", "full_effect"),
)


def _step(nth: int) -> Figure:
    name, label, _ = _STEPS[nth]
    names = [needed for _, _, needed in _STEPS[: nth + 1]]

    def values(lead: LeadOnDay, q: Inquiry) -> Values:
        signed = [lead] if _rates([lead], q).signed else []
        counts = [len(step) for step in step_by_step(signed, q.rules)]
        denominator, numerator = list(pairwise(counts))[nth]
        return {"numerator": numerator, "denominator": denominator}

    def facts(state: LeadState, q: Inquiry) -> Iterable[Fact]:
        return [f.signing, *(fact for each in names for fact in _FACTS[each](state, q))]

    return Figure(
        f"of_previous_{name}",
        label,
        _RATES,
        partial(_shown, f"of_previous.{name}"),
        OfStates(values, facts, RATE_STAGES, _cohort),
    )


_DURATIONS = (
    ("signing_to_start", "签约到开工天数", ("signed", "started")),
    ("start_to_completion", "开工到竣工天数", ("started", "completed")),
    ("completion_to_production", "竣工到投产天数", ("completed", "produced")),
)


def _duration(name: str, label: str, ends: tuple[str, str]) -> Figure:
    def values(found: Rates) -> Values:
        days: Days = getattr(found, name)
        return {
            "taken": days.taken,
            "days": int(days.median or 0),
            "waiting": days.waiting,
            "waiting_days": int(days.open_median or 0),
        }

    return Figure(
        f"{name}_days", label, _RATES, partial(_shown, f"{name}_days"), _of_cohort(values, ends)
    )


FIGURES = [
    *(_rate(*ratio) for ratio in _RATIOS),
    *(_step(nth) for nth in range(len(_STEPS))),
    *(_duration(*duration) for duration in _DURATIONS),
    *(_sum(*each) for each in _SUMS),
]
