"""What makes up the funnel and the growth? (F8, F15)

Each lead's part is the figure of that lead alone: see `crm.explained.figure`.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from crm.explained.figure import Figure, Inquiry, Line, OfStates, Source, Values
from crm.figures_presentation import GROWTH_LABELS, funnel_shown, growth_shown
from domain.event import Recorded
from domain.lead import facts as f
from domain.lead.facts import Fact, behind
from domain.lead.folding import fold
from domain.lead.state import LeadState
from projections.explained_leads import Between, leads_standing
from projections.funnel import STEPS, funnel
from projections.growth import STAGES as GROWTH_STAGES
from projections.growth import growth, window, windows_of
from projections.lead_states import LeadOnDay, leads_on

_STATES = ("clock", "leads", "states", "rules")
_FUNNEL = Source("/funnel", _STATES, ("year",))
_GROWTH = Source("/growth", _STATES, ("year",))


# --- the funnel -----------------------------------------------------------------------------

_REACHED: dict[str, Fact] = {
    "registered": f.registration,
    "contacted": f.contact,
    "reviewed": lambda events: f.review(events) or f.assessment(events),
    "signed": f.signing,
    "started": f.start,
    "completed": f.completion,
    "produced": f.production,
}
"""The event by which a step of the funnel is on record."""


def _registered_in_year(q: Inquiry) -> Between:
    return "registered_on", date(q.year, 1, 1), date(q.year, 12, 31)


def _funnel_step(nth: int) -> Figure:
    name, label, _ = STEPS[nth]

    def shown(q: Inquiry) -> Any:
        found = funnel(leads_on(q.connection, q.clocks, q.where), q.year, q.day)
        return funnel_shown(found, detail=False)["steps"][nth]

    def values(lead: LeadOnDay, q: Inquiry) -> Values:
        step = funnel([lead], q.year, q.day).steps[nth]
        return {"count": step.count, "recorded": step.recorded}

    def facts(state: LeadState, _: Inquiry) -> Iterable[Fact]:
        # Where the step itself is not on record, the furthest one says that it was passed.
        furthest = max(n for n, (_, _, reached) in enumerate(STEPS) if reached(state) is not None)
        return [f.registration, _REACHED[name], _REACHED[STEPS[furthest][0]]]

    return Figure(
        f"funnel_{name}",
        f"线索转化：{label}",
        _FUNNEL,
        shown,
        OfStates(values, facts, between=_registered_in_year),
    )


def _fallen(name: str, label: str, fact: Fact) -> Figure:
    """Lost or exited, of those registered in the year."""

    def of(leads: Iterable[LeadOnDay], q: Inquiry) -> int:
        return int(getattr(funnel(leads, q.year, q.day), name))

    return Figure(
        f"funnel_{name}",
        f"线索转化：{label}",
        _FUNNEL,
        lambda q: of(leads_on(q.connection, q.clocks, q.where), q),
        OfStates(
            lambda lead, q: {"count": of([lead], q)},
            lambda *_: [f.registration, fact],
            between=_registered_in_year,
        ),
    )


# --- growth ---------------------------------------------------------------------------------

_COMPARED = ("current", "recorded_then", "corrected_now")


def _grown(name: str, milestone: Fact) -> Figure:
    """A figure of both windows, last year's as recorded then and as corrected now."""
    shown_as = name.replace("_yuan", "_agreed_wan")
    money = name.endswith("_yuan")
    facts = [milestone, f.amount] if money else [milestone]

    def shown(q: Inquiry) -> Any:
        found = growth(q.connection, q.year, q.clocks, q.where)
        return growth_shown(found, detail=False)["figures"][shown_as]

    def lines(q: Inquiry) -> Iterator[Line]:
        found: dict[UUID, Line] = {}
        for as_, (year, when) in zip(
            _COMPARED, windows_of(q.connection, q.year, q.clocks), strict=True
        ):
            for lead_id, state, value, events in _window_parts(q.at(when), year, name, facts):
                # Shown as it stands in the first window it has a part in.
                line = found.setdefault(
                    lead_id, Line(lead_id, state, dict.fromkeys(_COMPARED, 0), [])
                )
                line.values[as_] = value
                line.events.extend(r for r in events if r not in line.events)
        yield from found.values()

    return Figure(
        f"growth_{shown_as}",
        f"同比：{GROWTH_LABELS[name]}",
        _GROWTH,
        shown,
        lines,
        money,
    )


_WindowPart = tuple[UUID, LeadState, int, list[Recorded[Any]]]


def _window_parts(q: Inquiry, year: int, name: str, facts: Iterable[Fact]) -> Iterator[_WindowPart]:
    """Each lead's part in one window: in the list as a whole, or of the amounts by itself."""
    events = {
        lead_id: q.events(lead_id)
        for lead_id in leads_standing(q.connection, q.clocks, GROWTH_STAGES)
    }
    states = [LeadOnDay(lead_id, fold(found)) for lead_id, found in events.items() if found]
    leads = [lead for lead in states if q.where.takes(lead.state)]
    whole = getattr(window(leads, year, q.day), name)
    for lead in leads:
        if isinstance(whole, list):
            value = int(lead.lead_id in whole)
        else:
            value = int(getattr(window([lead], year, q.day), name))
        if value:
            yield lead.lead_id, lead.state, value, behind(events[lead.lead_id], facts)


FIGURES = [
    *(_funnel_step(nth) for nth in range(len(STEPS))),
    _fallen("lost", "流失", f.loss),
    _fallen("exited", "退出", f.exit_),
    _grown("starts", f.start),
    _grown("start_yuan", f.start),
    _grown("signings", f.signing),
    _grown("signing_yuan", f.signing),
]
