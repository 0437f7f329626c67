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
from projections.clocks import Clocks
from projections.explained_leads import Between, leads_standing
from projections.funnel import STEPS, funnel
from projections.growth import STAGES as GROWTH_STAGES
from projections.growth import Window, growth, window, windows_of
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
        windows = windows_of(q.connection, q.year, q.clocks)
        candidates: dict[UUID, None] = {}
        for _, when in windows:
            found = leads_standing(q.connection, when, GROWTH_STAGES)
            candidates |= dict.fromkeys(found)
        for lead_id in candidates:
            line = _in_windows(lead_id, q, windows)
            if any(line.values.values()):
                yield line

    def _in_windows(lead_id: UUID, q: Inquiry, windows: list[tuple[int, Clocks]]) -> Line:
        values, rests_on = dict.fromkeys(_COMPARED, 0), list[Recorded[Any]]()
        shown_state: LeadState | None = None
        for as_, (year, when) in zip(_COMPARED, windows, strict=True):
            events = q.at(when).events(lead_id)
            if not events:
                continue
            state = fold(events)
            # As it stands in the latest window in which anything is known of it.
            shown_state = shown_state or state
            if not q.where.takes(state):
                continue
            value = _part(window([LeadOnDay(lead_id, state)], year, when.as_of), name)
            if value:
                values[as_] = value
                rests_on += behind(events, facts)
        once = {recorded.event_id: recorded for recorded in rests_on}
        return Line(lead_id, shown_state, values, list(once.values()))

    return Figure(
        f"growth_{shown_as}",
        f"同比：{GROWTH_LABELS[name]}",
        _GROWTH,
        shown,
        lines,
        money,
    )


def _part(found: Window, name: str) -> int:
    value = getattr(found, name)
    return len(value) if isinstance(value, list) else int(value)


FIGURES = [
    *(_funnel_step(nth) for nth in range(len(STEPS))),
    _fallen("lost", "流失", f.loss),
    _fallen("exited", "退出", f.exit_),
    _grown("starts", f.start),
    _grown("start_yuan", f.start),
    _grown("signings", f.signing),
    _grown("signing_yuan", f.signing),
]
