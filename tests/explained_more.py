"""What do the figures beside targets, rankings, campaigns … answer, from the parts of `/explain`?

For `tests.test_explain_figures`: a comparison for each kind of figure, by the start of its name.
"""

from collections.abc import Callable, Sequence
from typing import Any

from crm.explained import Figure, Line, added_up
from domain.money import wan_text

Compared = Callable[[Figure, Any, dict[str, int]], None]


def _one_value(figure: Figure, shown: Any, sums: dict[str, int]) -> None:
    """A count, or an amount in 万元; None: nobody has such a figure."""
    if shown is None:
        assert not any(sums.values())
    elif figure.money:
        assert shown == wan_text(sums.get("amount", 0))
    else:
        assert shown == sums.get("count", 0)


_COMPARED: dict[str, Compared] = {
    "projects_": _one_value,
    "agreed_total_wan_": _one_value,
}


def compared(figure: Figure, shown: Any, lines: Sequence[Line]) -> bool:
    """Whether there is a comparison for the figure; it has been made then."""
    for start, compare in _COMPARED.items():
        if figure.name.startswith(start):
            compare(figure, shown, added_up(lines))
            return True
    return False
