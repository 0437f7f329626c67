"""What makes up the figures of a year's target? As `crm.explaining` finds it. (F1, F2, F4, F15)"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from crm.explained.figure import Figure, Inquiry, Line, Source
from crm.explaining import explain
from crm.presentation import METRIC_LABELS, target_page
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
    return None if more else page[part].get(name, {}).get(metric)


def _lines(metric: str, q: Inquiry) -> Iterator[Line]:
    for found in explain(q.store, q.connection, metric, q.year, q.clocks, q.where):
        yield Line(found.lead_id, found.state, found.part.values, found.part.events)


FIGURES = [
    Figure(
        metric,
        label,
        _SOURCE,
        partial(_shown, metric),
        partial(_lines, metric),
        money=metric not in _COUNTS,
    )
    for metric, label in METRIC_LABELS.items()
]
