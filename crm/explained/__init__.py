"""Which figures can be followed down to leads and events? (数字溯源; contract, "GET /explain")"""

from crm.explained import (
    attending,
    campaigns,
    course,
    doubts,
    notices,
    outlook,
    problems,
    rankings,
    rates,
    standing,
    targets,
    years,
)
from crm.explained.figure import Asked, Figure, Inquiry, Line, UnitLine, added_up, exactly_added_up

FIGURES: dict[str, Figure] = {
    figure.name: figure
    for part in (
        targets,
        rates,
        course,
        standing,
        attending,
        problems,
        years,
        rankings,
        campaigns,
        notices,
        outlook,
        doubts,
    )
    for figure in part.FIGURES
}

__all__ = [
    "FIGURES",
    "Asked",
    "Figure",
    "Inquiry",
    "Line",
    "UnitLine",
    "added_up",
    "exactly_added_up",
]
