"""How large is the paper, and how are a table's columns fitted to it? Lengths in points."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crm.tables import display_width

MM = 72 / 25.4
LONG, SHORT = 297 * MM, 210 * MM
"""A4."""
TOP, BOTTOM, LEFT, RIGHT = 37 * MM, 35 * MM, 28 * MM, 26 * MM
"""Margins of an official document (GB/T 9704)."""
AROUND_WIDE = 20 * MM
"""Margins on all sides of a page laid across, for wide tables."""
ACROSS = SHORT - LEFT - RIGHT
ACROSS_WIDE = LONG - 2 * AROUND_WIDE

PADDING = 3.0
"""Left and right of the words in a cell."""
_SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
"""Type of a table, largest first; smaller is not read on paper."""
_SMALLEST_UPRIGHT = 9.0
"""Of a table between the lines of the text."""
_COMFORTABLE, _NARROWEST, _LONGEST = 20, 8, 48
"""Of a text column, in half characters: before it is folded, at least, at most."""
_HALF = 0.56
"""Of the type: digits of the packaged face are wider than half a character."""
_LINES = 5
"""On so many lines, no more, where there is the width for it."""
_CODE, _LONGEST_CODE = re.compile(r"[!-~]+"), 16


@dataclass(frozen=True, slots=True)
class Measured:
    """A column in half characters: `least` is what cannot be folded, `natural` all on one line."""

    least: int
    natural: int

    @property
    def comfortable(self) -> int:
        """Folded where it is a long text."""
        return max(self.least, min(self.natural, _COMFORTABLE))


@dataclass(frozen=True, slots=True)
class Fitted:
    """Some columns of a table on a page: which, how wide each in points, the size of type."""

    columns: tuple[int, ...]
    widths: tuple[float, ...]
    size: float
    wide: bool


def measured(header: str, texts: Sequence[str], *, folds: bool) -> Measured:
    """A column by its words; figures and days do not fold, nor does a code within a text."""
    widest = max(map(display_width, texts), default=1)
    # A header is folded twice at most, between any two Chinese characters.
    head = display_width(header)
    least_head = max(4, -(-head // 3) + 1) if head > 4 else head
    least = widest
    if folds:
        codes = [len(code) for text in texts for code in _CODE.findall(text)]
        # Two more: the capitals that begin a code are wider than its figures, W most of all.
        code = max((length + 2 for length in codes if length <= _LONGEST_CODE), default=0)
        in_lines = min(-(-widest // _LINES) + 1, _COMFORTABLE)
        least = max(code, min(widest, max(_NARROWEST, in_lines)))
    return Measured(max(least, least_head), max(min(widest, _LONGEST), least, -(-head // 2) + 1))


def fitted(columns: Sequence[Measured]) -> list[Fitted]:
    """The columns upright in the largest type that holds them, else across, else in two or more
    tables across that each begin with the first column."""
    every = tuple(range(len(columns)))
    for wanted in ("comfortable", "least"):
        for wide in (False, True):
            for size in _SIZES:
                # Rather across than in small type, or with every name folded.
                if not wide and (size < _SMALLEST_UPRIGHT or _crowded(columns, wanted)):
                    break
                if _needed(columns, every, wanted, size) <= _across(wide):
                    return [_spread(columns, every, size, wide=wide)]
    return _parts(columns)


def _crowded(columns: Sequence[Measured], wanted: str) -> bool:
    return wanted == "least" and len(columns) > 9


def _parts(columns: Sequence[Measured]) -> list[Fitted]:
    """As few as there must be, about equally full."""
    size = _SIZES[-1]
    needs = [_points(column.least, size) for column in columns]
    rest = sum(needs) - needs[0]
    count = max(2, -int(-rest // max(ACROSS_WIDE - needs[0], 1.0)))
    full = min(ACROSS_WIDE, needs[0] + rest / count + max(needs) / 2)
    parts: list[list[int]] = [[0]]
    for nth in range(1, len(columns)):
        if len(parts[-1]) > 1 and sum(needs[n] for n in parts[-1]) + needs[nth] > full:
            parts.append([0])
        parts[-1].append(nth)
    return [_spread(columns, tuple(part), size, wide=True) for part in parts]


def _needed(columns: Sequence[Measured], which: Sequence[int], wanted: str, size: float) -> float:
    return sum(_points(int(getattr(columns[nth], wanted)), size) for nth in which)


def _points(halves: int, size: float) -> float:
    return halves * size * _HALF + 2 * PADDING + 1


def _across(wide: bool) -> float:
    return ACROSS_WIDE if wide else ACROSS


def _spread(
    columns: Sequence[Measured], which: tuple[int, ...], size: float, *, wide: bool
) -> Fitted:
    """All the width there is: first what each column needs, then what it would like, then even."""
    across = _across(wide)
    widths = [_points(columns[nth].least, size) for nth in which]
    for wanted in ("comfortable", "natural"):
        wish = [_points(int(getattr(columns[nth], wanted)), size) for nth in which]
        more = [max(want - have, 0.0) for want, have in zip(wish, widths, strict=True)]
        left = across - sum(widths)
        if left > 0 and sum(more) > 0:
            share = min(1.0, left / sum(more))
            widths = [have + share * add for have, add in zip(widths, more, strict=True)]
    # Over or under: in proportion.
    scale = across / sum(widths)
    return Fitted(which, tuple(round(width * scale, 2) for width in widths), size, wide)
