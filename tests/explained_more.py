"""What do the figures beside targets, rankings, campaigns … answer, from the parts of `/explain`?

For `tests.test_explain_figures`: a comparison for each kind of figure, by the start of its name.
"""

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from crm.explained import Figure, Inquiry, Line, added_up, exactly_added_up
from crm.explained.campaigns import campaign_key
from domain.calendar import year_until
from domain.lead.folding import fold
from domain.lead.history import events_at
from domain.lead.year_part import year_part
from domain.money import ratio_text, wan_text
from projections.notices import NoticeState
from projections.rankings import season_of
from projections.scoring import text_of
from tests.histories import TOWNS, UNITS

Compared = Callable[[Figure, Any, dict[str, int]], None]


def _pointed(*_: Any) -> None:
    """Points are recorded of units, not of leads: see `tests.test_explain_rankings`."""


def _one_value(figure: Figure, shown: Any, sums: dict[str, int]) -> None:
    """A count, or an amount in 万元; None: nobody has such a figure."""
    if shown is None:
        assert not any(sums.values())
    elif figure.money:
        assert shown == wan_text(sums.get("amount", 0))
    else:
        assert shown == sums.get("count", 0)


def _counted(_: Figure, shown: Any, sums: dict[str, int]) -> None:
    assert shown["count"] == sums.get("count", 0)


def _measured(figure: Figure, shown: Any, sums: dict[str, int]) -> None:
    """An indicator's actual, and its target where leads make it up."""
    if shown is None:
        assert not any(sums.values())
        return
    actual = sums.get("actual", 0)
    assert shown["actual"] == (wan_text(actual) if figure.money else actual)
    if shown["target"] is not None and not figure.name.startswith("ranking_signed"):
        assert shown["target"] == sums.get("target", 0)


def _split(figure: Figure, shown: Any, sums: dict[str, int]) -> None:
    """A result of each campaign, kind, channel …; those without any are none of the parts."""
    value = figure.name.split("_", 3)[3]
    if figure.name.startswith("campaigns_by_campaign_"):
        shown = {campaign_key(item["name"], item["from_on"]): item for item in shown}
    nothing = wan_text(0) if figure.money else 0
    assert {key: part[value] for key, part in shown.items() if part[value] != nothing} == {
        key: wan_text(total) if figure.money else total for key, total in sums.items()
    }


def _rate(_: Figure, shown: Any, sums: dict[str, int]) -> None:
    assert shown == ratio_text(sums.get("numerator", 0), sums.get("denominator", 0))


def ranked_of(rng: random.Random, day: date) -> dict[str, Any]:
    """A season begun by a day, a town and a unit that are ranked."""
    year, month = rng.choice((day.year, day.year - 1)), day.month
    if year < day.year:
        month = 12
    periods = (
        f"{year}",
        f"{year}-Q{(month + 2) // 3}",
        f"{year}-H1",
        f"{year}-{rng.randint(1, month):02d}",
    )
    return {
        "period": rng.choice(periods),
        "town": rng.choice([town for town in TOWNS if town]),
        "unit": rng.choice(UNITS),
    }


def _whole_wan(value: Fraction) -> str:
    return text_of(value, 0)


def _pipeline(figure: Figure, shown: Any, lines: Sequence[Line]) -> None:
    """Of a stage, its odds or the whole: the weighted amount adds up exactly, then is rounded."""
    sums, weighted = added_up(lines), exactly_added_up(lines).get("weighted_wan", Fraction(0))
    match figure.name.removeprefix("pipeline_"):
        case "actual_wan":
            assert shown == wan_text(sums.get("actual", 0))
        case "negotiating_wan":
            assert shown == wan_text(sums.get("estimated", 0))
        case "weighted_wan":
            assert shown == _whole_wan(weighted) or (shown is None and _without_odds(lines))
        case "cover":
            actual = Fraction(sums.get("actual", 0), 10_000)
            assert Fraction(shown["actual_wan"]) == actual
            if shown["cover"] is not None:
                missing = Fraction(shown["target_wan"]) - actual
                assert Fraction(shown["missing_wan"]) == missing
                assert shown["weighted_wan"] == _whole_wan(weighted)
                assert shown["cover"] == text_of(weighted / missing, 4)
        case name if name.endswith("_odds"):
            assert (shown["decided"], shown["signed"]) == (
                sums.get("decided", 0),
                sums.get("signed", 0),
            )
        case _:
            assert (shown["count"], shown["unestimated"], shown["estimated_wan"]) == (
                sums.get("count", 0),
                sums.get("unestimated", 0),
                wan_text(sums.get("estimated", 0)),
            )
            unknown = shown["weighted_wan"] is None
            assert unknown == _without_odds(lines)
            assert unknown or shown["weighted_wan"] == _whole_wan(weighted)


def _without_odds(lines: Sequence[Line]) -> bool:
    """Whether a lead stands at a stage whose odds are not known."""
    return any(not line.exact for line in lines)


def _forecast(figure: Figure, shown: Any, lines: Sequence[Line]) -> None:
    sums = added_up(lines)
    if figure.name == "forecast_history":
        assert shown == {name: sums.get(name, 0) for name in shown}
    elif figure.name == "forecast_open":
        assert shown == sums.get("count", 0)
    else:
        actual = sums.get("actual", 0)
        assert shown == (wan_text(actual) if figure.money else actual)


_WITH_LINES = {"pipeline_": _pipeline, "forecast_": _forecast}
_COMPARED: dict[str, Compared] = {
    "projects_": _one_value,
    "agreed_total_wan_": _one_value,
    "ranking_bonus": _pointed,
    "ranking_deduction": _pointed,
    "ranking_": _measured,
    "campaigns_": _split,
    "exit_": _counted,
    "papers_missing_": _counted,
    "notices_reply_rate": _rate,
    "notices_": _one_value,
    "showing_start_rate": _rate,
    "showing_": _one_value,
}


def compared(figure: Figure, shown: Any, lines: Sequence[Line]) -> bool:
    """Whether there is a comparison for the figure; it has been made then."""
    for start, compare_lines in _WITH_LINES.items():
        if figure.name.startswith(start):
            compare_lines(figure, shown, lines)
            return True
    for start, compare in _COMPARED.items():
        if figure.name.startswith(start):
            compare(figure, shown, added_up(lines))
            return True
    return False


def own_query(item: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """What the figure's own route is asked where `/explain` is asked so."""
    own = dict(asked)
    if "{year}" in item["route"]:
        del own["year"]
    if item["one_of"]:
        own["group"] = "towns"
        del own["town"]
    state = item["metric"].removeprefix("notices_")
    if state in list(NoticeState):
        own["state"] = state
    return own


RESULTS = ("campaign", "kind", "channel", "partner", "introducer")
_YEAR_PARTS = {
    "ranking_signed_projects": "signed",
    "ranking_signed_amount": "year_yuan",
    "pipeline_actual_wan": "year_yuan",
    "forecast_actual_projects": "signed",
    "forecast_actual_agreed_total_wan": "year_yuan",
    **{f"campaigns_by_{by}_leads": "planned" for by in RESULTS},
    **{f"campaigns_by_{by}_signings": "signed" for by in RESULTS},
    **{f"campaigns_by_{by}_agreed_total_wan": "signed_yuan" for by in RESULTS},
}
"""Figure -> what of a lead's part in the year (`domain.lead.year_part`) it adds up."""


def check_year_part(figure: Figure, line: Line, q: Inquiry) -> None:
    """Folded with the registration alone, the events named give the same part of the year.

    Not of leads that share a count: theirs depends on the others.
    """
    field = _YEAR_PARTS.get(figure.name)
    if field is None or line.state is None or line.state.count_key is not None:
        return
    day = q.day
    if q.asked.period is not None:
        day = min(day, season_of(q.asked.period, day, q.rules).end)
    year = q.asked.year or day.year
    first, last = date(year, 1, 1), year_until(year, day)
    opening = q.at(q.clocks.on(last)).events(line.lead_id)[0]
    of_lead = [r for r in line.events if r.stream_id == line.lead_id]
    told = [opening, *(r for r in of_lead if r.event_id != opening.event_id)]
    now, before = (fold(events_at(told, day)) for day in (last, first - timedelta(days=1)))
    part = year_part(now, before, first, last, q.rules, None)
    assert [getattr(part, field)] == list(line.values.values()), figure.name
