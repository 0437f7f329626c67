"""What makes up the figures of a year's target? As `crm.explaining` finds it. (F1, F2, F4, F15)

Beside the two main figures stand what is counted before exits (`gross`), what has exited, what is
recognised (认定) and what merges have taken out (`adjustments`): of the same leads' parts.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from crm.explained.figure import Figure, Inquiry, Line, Source
from crm.explaining import explain
from crm.presentation import METRIC_LABELS, target_page
from domain.calendar import year_until
from domain.lead import facts as f
from domain.lead.facts import Events
from domain.lead.supervision import granted
from domain.unit.known import spellings
from domain.vocabulary import RecognitionScope
from projections.target_tracking import target_table

_SOURCE = Source(
    "/targets/{year}",
    ("clock", "leads", "states", "money", "targets", "chains", "rules"),
    ("year",),
)
_COUNTS = ("projects", "big_projects", "built_projects")


def _shown(metric: str, q: Inquiry) -> Any:
    """The whole county's figure, or that of one unit, town or chain.

    None where the table has no such figure: of a unit's projects in a town, or of nobody's.
    """
    page = target_page(target_table(q.connection, q.year, q.clocks))
    places = {"by_unit": q.where.unit, "by_town": q.where.town, "by_chain": q.where.chain}
    asked = [(part, name) for part, name in places.items() if name is not None]
    if not asked:
        return page["metrics"][metric]
    [(part, name), *more] = asked
    shares = [page[part][written] for written in spellings(name) if written in page[part]]
    return None if more or not shares else shares[0].get(metric)


def _lines(metric: str, q: Inquiry) -> Iterator[Line]:
    for found in explain(q.store, q.connection, metric, q.year, q.clocks, q.where):
        yield Line(found.lead_id, found.state, found.part.values, found.part.events)


# --- what stands beside ---------------------------------------------------------------------

_Beside = Callable[[Line], int]


def _recognised(line: Line) -> int:
    recognised = line.state is not None and granted(line.state, RecognitionScope.SIGNING)
    return line.values["actual"] if recognised else 0


_BESIDE: dict[str, tuple[str, _Beside]] = {
    "gross": ("含已退出", lambda line: line.values["gross"]),
    "exited": ("其中已退出", lambda line: line.values["gross"] - line.values["actual"]),
    "recognised": ("其中已认定", _recognised),
    "adjustments": ("合并核减", lambda line: line.values.get("adjustments", 0)),
}
"""As the table names them: the label, and a lead's part of it."""


def _beside(metric: str, name: str) -> Figure:
    label, part = _BESIDE[name]
    value = "count" if metric in _COUNTS else "amount"

    def shown(q: Inquiry) -> Any:
        whole = _shown(metric, q)
        return None if whole is None else whole[name]

    def lines(q: Inquiry) -> Iterator[Line]:
        for line in _lines(metric, q):
            if not (its := part(line)):
                continue
            decision = f.recognition(_events(line, q)) if name == "recognised" else []
            known = {r.event_id for r in line.events}
            events = [*line.events, *(r for r in decision if r.event_id not in known)]
            yield Line(line.lead_id, line.state, {value: its}, events)

    return Figure(
        f"{metric}_{name}",
        f"{METRIC_LABELS[metric]}：{label}",
        _SOURCE,
        shown,
        lines,
        money=value == "amount",
    )


def _events(line: Line, q: Inquiry) -> Events:
    """By D': the table looks at no later day."""
    return q.at(q.clocks.on(year_until(q.year, q.day))).events(line.lead_id)


FIGURES = [
    *(
        Figure(
            metric,
            label,
            _SOURCE,
            partial(_shown, metric),
            partial(_lines, metric),
            money=metric not in _COUNTS,
        )
        for metric, label in METRIC_LABELS.items()
    ),
    *(_beside("projects", name) for name in _BESIDE),
    *(_beside("agreed_total_wan", name) for name in _BESIDE if name != "adjustments"),
]
