"""How do parts add up to a score, and scores to a rank? (季度晾晒评比, 四比)

Domain section 12, F22, and section 3.3 for the formulas found; the plan, clauses 67, 71. A part
that has a target scores min(actual ÷ target, cap); one that has none is held against the others
of its group by 功效系数: floor + (1 − floor)·(x − min)/(max − min), 1 when all are alike. A part
without anything to measure (target 0) is left out for that unit, and its weight goes to the other
parts in proportion, so that the weights always add up to the same whole.

Scores are ranked as they are published, with two places: two units that read alike rank alike.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from uuid import UUID

from domain.money import ratio_text
from domain.rulebook import Rulebook
from domain.vocabulary import Indicator

Measures = Mapping[Indicator, "Measure"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit did, and what was asked; `target` None: held against the others.

    `counted` and `of` are the leads behind the actual and the target.
    """

    actual: Fraction
    target: Fraction | None = None
    counted: Sequence[UUID] = ()
    of: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One line of a score. `s` and `points` are exact; `s` None: left out.

    `weight` is the indicator's own, `scaled` what it weighs after the left out are shared out.
    """

    indicator: Indicator
    measure: Measure
    weight: Fraction
    scaled: Fraction | None
    s: Fraction | None

    @property
    def points(self) -> Fraction | None:
        if self.s is None or self.scaled is None:
            return None
        return self.s * self.scaled


@dataclass(frozen=True, slots=True)
class Adjustment:
    """督查加减分: one inspection's points."""

    event_id: UUID
    points: Fraction
    ground: str


@dataclass(frozen=True, slots=True)
class Completion:
    """F3 of a unit: completion of its year's target and the gap to the time progress, in points.

    The mean of the projects' and the amount's completion (domain section 3.3, formula 3), or the
    one that has a target; None without any.
    """

    projects: Fraction | None
    amount: Fraction | None
    progress: Fraction

    @property
    def both(self) -> Fraction | None:
        known = [share for share in (self.projects, self.amount) if share is not None]
        return sum(known, Fraction(0)) / len(known) if known else None

    @property
    def gap_pp(self) -> Fraction | None:
        return None if self.both is None else 100 * (self.both - self.progress)


@dataclass(frozen=True, slots=True)
class Score:
    """A unit's score with its parts; `rank` None: nothing could be measured."""

    unit: str
    parts: list[ScorePart]
    adjustments: list[Adjustment]
    completion: Completion
    rank: int | None = None
    tied: bool = False

    @property
    def bonus(self) -> Fraction:
        return sum((a.points for a in self.adjustments if a.points > 0), Fraction(0))

    @property
    def deduction(self) -> Fraction:
        """Not negative: what is taken off."""
        return -sum((a.points for a in self.adjustments if a.points < 0), Fraction(0))

    @property
    def total(self) -> Fraction | None:
        points = [part.points for part in self.parts if part.points is not None]
        if not points:
            return None
        return sum(points, Fraction(0)) + self.bonus - self.deduction

    @property
    def published(self) -> Fraction | None:
        """The score as it is printed: two places, half-up."""
        return None if self.total is None else Fraction(text_of(self.total, 2))


def weights_of(rules: Rulebook) -> dict[Indicator, Fraction]:
    """The weight of each indicator, as set."""
    return {
        indicator: Fraction(getattr(rules, f"score_{indicator.value}")) for indicator in Indicator
    }


def scores(
    measured: Mapping[str, Measures],
    completions: Mapping[str, Completion],
    adjustments: Mapping[str, list[Adjustment]],
    rules: Rulebook,
) -> list[Score]:
    """The units of one group, best first; those without a score last, by name."""
    weights = weights_of(rules)
    ratings = {
        indicator: _rated({unit: m[indicator] for unit, m in measured.items()}, rules)
        for indicator in Indicator
    }
    found = []
    for unit, measures in measured.items():
        rated = {i: ratings[i][unit] for i in Indicator}
        counted = sum((weights[i] for i in Indicator if rated[i] is not None), Fraction(0))
        whole = sum(weights.values(), Fraction(0))
        parts = [
            ScorePart(
                indicator,
                measures[indicator],
                weights[indicator],
                weights[indicator] * whole / counted
                if rated[indicator] is not None and counted
                else None,
                rated[indicator],
            )
            for indicator in Indicator
        ]
        found.append(Score(unit, parts, adjustments.get(unit, []), completions[unit]))
    return ranked(found)


def ranked(found: Sequence[Score]) -> list[Score]:
    """By score, then F3, then name; who is alike in score and F3 shares the rank."""
    able = sorted((score for score in found if score.total is not None), key=_order)
    standings = [_standing(score) for score in able]
    sharing = Counter(standings)
    ranks: list[Score] = []
    for nth, (score, standing) in enumerate(zip(able, standings, strict=True), 1):
        alike = nth > 1 and standings[nth - 2] == standing
        rank = ranks[-1].rank if alike else nth
        ranks.append(replace(score, rank=rank, tied=sharing[standing] > 1))
    unable = sorted((score for score in found if score.total is None), key=lambda s: s.unit)
    return [*ranks, *unable]


def text_of(value: Fraction, places: int) -> str:
    """An exact number, half-up."""
    text = ratio_text(value.numerator, value.denominator, places)
    assert text is not None, "a fraction has no zero denominator"
    return text


def _standing(score: Score) -> tuple[Fraction, Fraction]:
    """What decides the rank; without a target of its own a unit stands behind one that has."""
    completion = score.completion.both
    shown = Fraction(-1) if completion is None else Fraction(text_of(completion, 4))
    return score.published or Fraction(0), shown


def _order(score: Score) -> tuple[Fraction, Fraction, str]:
    published, completion = _standing(score)
    return -published, -completion, score.unit


def _rated(measures: Mapping[str, Measure], rules: Rulebook) -> dict[str, Fraction | None]:
    """Each unit's s of one indicator."""
    cap, floor = Fraction(rules.score_cap_percent, 100), Fraction(rules.score_floor_percent, 100)
    against = [m.actual for m in measures.values() if m.target is None]
    low, high = min(against, default=Fraction(0)), max(against, default=Fraction(0))
    found: dict[str, Fraction | None] = {}
    for unit, measure in measures.items():
        if measure.target is None:
            share = (measure.actual - low) / (high - low) if high != low else Fraction(1)
            found[unit] = floor + (1 - floor) * share
        elif measure.target == 0:
            found[unit] = None
        else:
            found[unit] = max(Fraction(0), min(measure.actual / measure.target, cap))
    return found
