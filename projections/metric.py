"""One line of a target table: target, actual, completion, gap to the time progress.

Source: domain section 12, F3; contract, "GET /targets/{year}". Ratios have 4 places, points 2,
half-up; nothing is capped, and what has a zero denominator is None, never 0 % or 100 %.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.money import ratio_text, round_text, wan_text
from domain.rulebook import Rulebook

Figure = int | str | None
"""As shown: counts are integers, amounts and ratios decimal text, None where undefined."""


@dataclass(frozen=True, slots=True)
class Progress:
    """时序进度: the months that have begun, out of the year's twelve or those up to a quarter.

    Or the days, out of all of them.
    """

    begun: int
    of: int = 12

    @property
    def text(self) -> str:
        return round_text(Decimal(self.begun) / self.of, 4)


def progress_by(day: date, end: date, rules: Rulebook) -> Progress:
    """How much of the time from 1 January to the last day of a month has come by a day.

    By months or by days, as rule `time_progress` says; nothing before 1 January.
    """
    first = date(end.year, 1, 1)
    if rules.time_progress == "day":
        return Progress(max(0, (day - first).days + 1), (end - first).days + 1)
    return Progress(day.month if day >= first else 0, end.month)


@dataclass(frozen=True, slots=True)
class Metric:
    """One line of the table. `remaining` is target − actual: negative once exceeded.

    `adjustments`: by how many projects merges have changed the count; no part of `gross`.
    """

    target: Figure
    actual: Figure
    completion: str | None
    gap_pp: str | None
    remaining: Figure
    gross: Figure = None
    exited: Figure = None
    recognised: Figure = None
    adjustments: Figure = None


def count_metric(
    target: int | None,
    actual: int,
    progress: Progress,
    exited: int | None = None,
    recognised: int | None = None,
    adjustments: int | None = None,
) -> Metric:
    """Counts; with `exited`, gross and exited are shown beside the net figure.

    `recognised` is the part of the net figure whose signing is recognised (认定).
    """
    completion, gap = _completion(target, actual, progress)
    return Metric(
        target,
        actual,
        completion,
        gap,
        None if target is None else target - actual,
        None if exited is None else actual + exited,
        exited,
        recognised,
        adjustments,
    )


def amount_metric(
    target_yuan: int | None,
    actual_yuan: int,
    progress: Progress,
    exited_yuan: int,
    recognised_yuan: int,
) -> Metric:
    """Amounts in 元, shown in 万元."""
    completion, gap = _completion(target_yuan, actual_yuan, progress)
    return Metric(
        wan_text(target_yuan),
        wan_text(actual_yuan),
        completion,
        gap,
        None if target_yuan is None else wan_text(target_yuan - actual_yuan),
        wan_text(actual_yuan + exited_yuan),
        wan_text(exited_yuan),
        wan_text(recognised_yuan),
    )


def ratio_metric(
    target: Decimal | None, numerator: int, denominator: int, progress: Progress
) -> Metric:
    """A ratio that is undefined (None) when its denominator is 0."""
    shown = None if target is None else round_text(target, 4)
    if denominator == 0:
        return Metric(shown, None, None, None, None)
    actual = Decimal(numerator) / Decimal(denominator)
    completion, gap = _completion(target, actual, progress)
    remaining = None if target is None else round_text(target - actual, 4)
    return Metric(shown, round_text(actual, 4), completion, gap, remaining)


def _completion(
    target: int | Decimal | None, actual: int | Decimal, progress: Progress
) -> tuple[str | None, str | None]:
    """F3: actual ÷ target (never capped), and its gap to the time progress in points."""
    if not target:
        return None, None
    # One division, of exact numbers: a tie at the third place is then rounded as it should be.
    exact_target = Decimal(target)
    ahead = progress.of * Decimal(actual) - progress.begun * exact_target
    return ratio_text(actual, target), ratio_text(100 * ahead, progress.of * exact_target, 2)
