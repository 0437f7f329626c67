"""A figure followed down, held against what its route shows and what its events alone give."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from statistics import median
from typing import Any
from uuid import UUID

from crm.explained import FIGURES, Asked, Figure, Inquiry, Line, added_up
from crm.explained.figure import OfStates, Prepared
from crm.explaining import Explained
from domain.chain.events import ChainEntryVoided
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.accounts import Part
from domain.lead.folding import fold
from domain.lead.history import events_at
from domain.money import ratio_text, wan_text
from domain.rulebook import Rulebook
from projections.lead_states import LeadOnDay
from tests.explained_more import compared
from tests.histories import CHAINS, TOWNS, UNITS

Log = Sequence[Recorded[Any]]

OTHER_RULES = Rulebook(
    performed_by_registration=False,
    landed_by_start=True,
    rates_include_exited=True,
    follow_up_all_signed=True,
    visits_per_month=1,
    officer_days=5,
    pipeline_least_leads=2,
    forecast_least_leads=6,
)

_AS_SHOWN = {
    "leader_coverage": ("led", "live", "coverage"),
    "follow_up_rate": ("visited", "projects", "rate"),
    "service_visit_rate": ("visited", "assigned", "rate"),
    "returns_completeness": ("on_time", "due", "completeness"),
    "returns_checked_share": ("checked", "projects", "checked_share"),
    "permit_item_rate": ("obtained", "required", "item_rate"),
    "permit_project_rate": ("done", "projects", "project_rate"),
    "problem_close_out_rate": ("closed", "raised", "close_out_rate"),
    "problem_in_time_rate": ("closed_in_time", "due", "in_time_rate"),
}
_DAYS = (("median", "taken", "days"), ("open_median", "waiting", "waiting_days"))


def compare(figure: Figure, shown: Any, lines: list[Line]) -> None:
    """What is shown is the parts added up."""
    name, sums = figure.name, added_up(lines)
    if compared(figure, shown, lines):
        return
    if name in _AS_SHOWN:
        ratio = sums.get("numerator", 0), sums.get("denominator", 0)
        assert tuple(shown[key] for key in _AS_SHOWN[name]) == (*ratio, ratio_text(*ratio))
    elif name.endswith("_days"):
        for key, counted, of in _DAYS:
            days = [line.values[of] for line in lines if line.values[counted]]
            assert shown[key] == (median(days) if days else None)
            assert shown[counted] == len(days) == sums.get(counted, 0)
    elif name in {f"funnel_{step}" for step in ("lost", "exited")} or name.startswith("colour_"):
        assert shown == sums.get("count", 0)
    elif name.startswith("funnel_"):
        assert (shown["count"], shown["recorded"]) == (
            sums.get("count", 0),
            sums.get("recorded", 0),
        )
    elif name.startswith("growth_"):
        for key in ("current", "recorded_then", "corrected_now"):
            value = sums.get(key, 0)
            assert shown[key] == (wan_text(value) if figure.money else value)
    elif name.startswith("list_"):
        assert shown == {
            "count": sums.get("count", 0),
            "total_agreed_wan": wan_text(sums.get("agreed_total", 0)),
        }
    elif name.startswith("structure_by_"):
        key = "agreed_total_wan" if figure.money else "projects"
        parts = {part["key"]: part[key] for part in shown}
        nothing = wan_text(0) if figure.money else 0
        added = {part: wan_text(n) if figure.money else n for part, n in sums.items()}
        assert {part: n for part, n in parts.items() if n != nothing} == added
    elif name.startswith(("returns_", "permits_", "problems_")):
        assert shown[name.partition("_")[2]] == sums.get("count", 0)
    elif name == "follow_ups_due":
        assert shown["count"] == sums.get("count", 0)
    elif name.startswith(("rates_", "chain_", "structure_")):
        whole = wan_text(sums.get("amount", 0)) if figure.money else sums.get("count", 0)
        if shown is not None or name.startswith("rates_"):
            assert shown == whole
        else:  # a chain that is not on the sheet
            assert not sums
    else:
        ratio = sums.get("numerator", 0), sums.get("denominator", 0)
        assert shown == ratio_text(*ratio)


def compare_places(q: Inquiry) -> int:
    """A target's figure of one unit, town or chain is what its leads add up to."""
    compared = 0
    for figure in (FIGURES["projects"], FIGURES["agreed_total_wan"]):
        for place, names in {"unit": UNITS, "town": TOWNS, "chain": CHAINS}.items():
            for name in names:
                asked: dict[str, Any] = {place: name}
                of = replace(q, asked=Asked(2023, **asked))
                shown, actual = figure.shown(of), added_up(figure.lines(of)).get("actual", 0)
                if shown is None:
                    assert not actual
                else:
                    assert shown["actual"] == (wan_text(actual) if figure.money else actual)
                    compared += bool(actual)
        both = replace(q, asked=Asked(2023, unit=UNITS[0], town=TOWNS[0]))
        assert figure.shown(both) is None  # the table has none of a unit in a town
    return compared


def taken_back(log: Log, position: int) -> set[UUID]:
    return {
        r.event.event_id
        for r in log
        if r.position <= position and isinstance(r.event, e.EventVoided | ChainEntryVoided)
    }


def check_events(line: Line, known: set[UUID], gone: set[UUID], day: date) -> None:
    """In force, known by K, happened by D (a registration holds whatever its day)."""
    behind = {r.event_id for r in line.events}
    assert len(behind) == len(line.events) > 0
    assert behind <= known
    if not line.values.get("recorded_then"):  # what was in force then may be taken back since
        assert not behind & gone
    for recorded in line.events:
        assert recorded.event.occurred_on <= day or isinstance(recorded.event, e.LeadRegistered)


def check_enough(figure: Figure, line: Line, q: Inquiry) -> None:
    """Folded with the registration alone, the events named give the same part."""
    lines = figure.lines
    if isinstance(lines, Prepared):
        lines, q = lines.prepare(q)
    if not isinstance(lines, OfStates):
        return
    opening = q.events(line.lead_id)[0]
    others = [r for r in line.events if r is not opening and r.event_id != opening.event_id]
    state = fold(events_at([opening, *others], q.day))
    assert lines.values(LeadOnDay(line.lead_id, state), q) == line.values, figure.name


def as_explained(lines: list[Line]) -> list[Explained]:
    """Lines as the target's own test adds them up."""
    return [
        Explained(line.lead_id, line.state, Part(line.values, line.events))
        for line in lines
        if line.state is not None
    ]
