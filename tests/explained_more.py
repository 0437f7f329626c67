"""What do the figures beside targets, rankings, campaigns … answer, from the parts of `/explain`?

For `tests.test_explain_figures`: a comparison for each kind of figure, by the start of its name.
"""

import random
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from crm.explained import Figure, Line, added_up
from crm.explained.campaigns import campaign_key
from domain.money import ratio_text, wan_text
from projections.notices import NoticeState
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


_COMPARED: dict[str, Compared] = {
    "projects_": _one_value,
    "agreed_total_wan_": _one_value,
    "ranking_bonus": _pointed,
    "ranking_deduction": _pointed,
    "ranking_": _measured,
    "campaigns_": _split,
    "notices_reply_rate": _rate,
    "notices_": _one_value,
    "showing_start_rate": _rate,
    "showing_": _one_value,
}


def compared(figure: Figure, shown: Any, lines: Sequence[Line]) -> bool:
    """Whether there is a comparison for the figure; it has been made then."""
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
