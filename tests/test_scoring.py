"""How parts become scores and scores ranks: by hand, at the edges (F22)."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from domain.errors import BadInput
from domain.periods import parse
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import Indicator, UnitGroup
from projections.indicators import Window
from projections.interviews import candidates, conditions_for
from projections.rankings import Ranking, Season, season_of
from projections.scoring import (
    Adjustment,
    Completion,
    Measure,
    Score,
    ScorePart,
    scores,
    text_of,
)
from projections.target_plan import Plan

_NONE: dict[str, Any] = {f"score_{i.value}": 0 for i in Indicator}
NO_WEIGHTS = replace(DEFAULT_RULES, **_NONE)
NOTHING = Measure(Fraction(0), Fraction(0))
HALF = Completion(Fraction(1, 2), None, Fraction(1, 2))


def rules(**weights: Any) -> Rulebook:
    """Only the indicators named weigh anything."""
    return replace(NO_WEIGHTS, **{f"score_{name}": value for name, value in weights.items()})


def measured(**of: Measure) -> dict[Indicator, Measure]:
    return {i: of.get(i.value, NOTHING) for i in Indicator}


def done(actual: int, target: int) -> Measure:
    return Measure(Fraction(actual), Fraction(target))


def free(actual: int) -> Measure:
    return Measure(Fraction(actual))


def shown(
    units: Mapping[str, dict[Indicator, Measure]],
    rulebook: Rulebook,
    completions: Mapping[str, Completion] | None = None,
    adjustments: Mapping[str, list[Adjustment]] | None = None,
) -> list[tuple[int | None, str, str | None]]:
    found = scores(units, completions or dict.fromkeys(units, HALF), adjustments or {}, rulebook)
    return [(s.rank, s.unit, None if s.total is None else text_of(s.total, 2)) for s in found]


def test_a_ratio_is_capped() -> None:
    units = {
        "甲": measured(start=done(3, 4)),
        "乙": measured(start=done(9, 4)),
        "丙": measured(start=done(-2, 4)),
    }
    assert shown(units, rules(start=40)) == [
        (1, "乙", "40.00"),
        (2, "甲", "30.00"),
        (3, "丙", "0.00"),
    ]
    at_120 = replace(rules(start=40), score_cap_percent=120)
    assert shown(units, at_120)[0] == (1, "乙", "48.00")


def test_what_has_no_target_is_held_against_the_others() -> None:
    """功效系数: 0.6 + 0.4·(x − min)/(max − min)."""
    units = {name: measured(reserve=free(n)) for name, n in (("甲", 2), ("乙", 5), ("丙", 8))}
    assert shown(units, rules(reserve=10)) == [
        (1, "丙", "10.00"),
        (2, "乙", "8.00"),
        (3, "甲", "6.00"),
    ]
    alike = {name: measured(reserve=free(3)) for name in ("甲", "乙")}
    assert shown(alike, rules(reserve=10)) == [(1, "乙", "10.00"), (1, "甲", "10.00")]
    half = replace(rules(reserve=10), score_floor_percent=50)
    assert shown(units, half)[2] == (3, "甲", "5.00")


def test_a_part_without_anything_to_measure_is_left_out_and_its_weight_shared_out() -> None:
    units = {
        "甲": measured(start=done(1, 2), returns=done(1, 1), follow_ups=done(0, 0)),
        "乙": measured(start=done(1, 2), returns=done(1, 1), follow_ups=done(1, 1)),
    }
    weights = rules(start=50, returns=30, follow_ups=20)
    # 甲: (50·½ + 30·1)·100/80 = 68.75; 乙: 25 + 30 + 20
    assert shown(units, weights) == [(1, "乙", "75.00"), (2, "甲", "68.75")]
    part = next(
        p
        for p in scores(units, dict.fromkeys(units, HALF), {}, weights)[1].parts
        if p.indicator is Indicator.FOLLOW_UPS
    )
    assert (part.s, part.scaled, part.points) == (None, None, None)
    assert part.weight == 20


def test_who_has_nothing_to_measure_has_no_score_and_no_rank() -> None:
    units = {"甲": measured(), "乙": measured(start=done(0, 1))}
    assert shown(units, rules(start=10)) == [(1, "乙", "0.00"), (None, "甲", None)]
    assert shown({"甲": measured(start=done(1, 1))}, NO_WEIGHTS) == [(None, "甲", None)]
    assert shown({}, DEFAULT_RULES) == []


def test_inspections_add_and_take() -> None:
    units = {"甲": measured(start=done(1, 1)), "乙": measured(start=done(1, 1))}
    added = [
        Adjustment(UUID(int=1), Fraction(2), "示范"),
        Adjustment(UUID(int=2), Fraction(-1, 2), "迟报"),
    ]
    weights = rules(start=10)
    assert shown(units, weights, adjustments={"乙": added})[0] == (1, "乙", "11.50")
    best = scores(units, dict.fromkeys(units, HALF), {"乙": added}, weights)[0]
    assert [best.bonus, best.deduction] == [2, Fraction(1, 2)]


def test_a_tie_is_broken_by_f3_then_shared() -> None:
    units = {name: measured(start=done(1, 1)) for name in "甲乙丙丁"}
    ahead = Completion(Fraction(3, 5), None, Fraction(1, 2))
    none = Completion(None, None, Fraction(1, 2))
    completions = {"甲": HALF, "乙": ahead, "丙": HALF, "丁": none}
    found = scores(units, completions, {}, rules(start=10))
    assert [(s.rank, s.unit, s.tied) for s in found] == [
        (1, "乙", False),
        (2, "丙", True),
        (2, "甲", True),
        (4, "丁", False),
    ]


def test_units_that_read_alike_rank_alike() -> None:
    """1/3 and 0.33333…4 of 10 points are both printed 3.33."""
    units = {
        "甲": measured(start=Measure(Fraction(1, 3), Fraction(1))),
        "乙": measured(start=Measure(Fraction(333334, 1000000), Fraction(1))),
    }
    assert [rank for rank, _, _ in shown(units, rules(start=10))] == [1, 1]


def test_the_mean_of_projects_and_amount_is_a_unit_s_completion() -> None:
    both = Completion(Fraction(1, 2), Fraction(1, 4), Fraction(1, 2))
    assert (both.both, both.gap_pp) == (Fraction(3, 8), Fraction(-25, 2))
    assert Completion(None, Fraction(1, 4), Fraction(1, 2)).gap_pp == -25
    assert Completion(None, None, Fraction(1, 2)).gap_pp is None


@pytest.mark.parametrize("seed", range(12))
def test_scores_equal_the_naive_ones(seed: int) -> None:
    rng = random.Random(seed)
    weights = {i.value: rng.choice((0, 5, 10, 20)) for i in Indicator}
    rulebook = replace(rules(**weights), score_cap_percent=rng.choice((100, 120)))
    names = "甲乙丙丁戊己庚"[: rng.randint(1, 7)]
    units = {
        name: {
            i: free(rng.randint(0, 4))
            if i is Indicator.RESERVE
            else done(rng.randint(-1, 6), rng.choice((0, 0, 3, 5)))
            for i in Indicator
        }
        for name in names
    }
    completions = {
        name: Completion(rng.choice((None, Fraction(rng.randint(0, 4), 4))), None, Fraction(1, 2))
        for name in names
    }
    added = {
        name: [Adjustment(UUID(int=1), Fraction(rng.randint(-4, 4), 2), "督查")]
        for name in names
        if rng.random() < 0.5
    }
    found = {s.unit: (s.rank, s.published) for s in scores(units, completions, added, rulebook)}
    cap = Fraction(rulebook.score_cap_percent, 100)
    expected = naive_scores(units, weights, cap, added)
    assert {unit: score for unit, (_, score) in found.items()} == expected
    for unit, (rank, score) in found.items():
        if score is None:
            assert rank is None
            continue
        share = completions[unit].both
        ahead = [
            other
            for other, theirs in expected.items()
            if theirs is not None
            and (theirs, third(completions[other].both)) > (score, third(share))
        ]
        assert rank == len(ahead) + 1


def third(share: Fraction | None) -> Fraction:
    """F3 as it breaks a tie: none at all stands last."""
    return Fraction(-1) if share is None else share


def naive_scores(
    units: Mapping[str, Mapping[Indicator, Measure]],
    weights: Mapping[str, int],
    cap: Fraction,
    added: Mapping[str, list[Adjustment]],
) -> dict[str, Fraction | None]:
    """Σ w·s over what can be measured, scaled to the whole; plus and minus; to two places."""
    found: dict[str, Fraction | None] = {}
    reserves = [float(m[Indicator.RESERVE].actual) for m in units.values()]
    for unit, measures in units.items():
        got, out_of = Fraction(0), 0
        for indicator, measure in measures.items():
            weight = weights[indicator.value]
            if measure.target == 0:
                continue
            if measure.target is None:
                low, high = Fraction(min(reserves)), Fraction(max(reserves))
                share = (measure.actual - low) / (high - low) if high > low else Fraction(1)
                s = Fraction(6, 10) + Fraction(4, 10) * share
            else:
                s = max(Fraction(0), min(cap, measure.actual / measure.target))
            got += weight * s
            out_of += weight
        if out_of == 0:
            found[unit] = None
            continue
        total = got * sum(weights.values()) / out_of
        total += sum((one.points for one in added.get(unit, [])), Fraction(0))
        printed = Decimal(total.numerator) / Decimal(total.denominator)
        found[unit] = Fraction(printed.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return found


# --- places and interviews --------------------------------------------------------------------


def standing(*of: tuple[str, int, int | None]) -> list[Score]:
    """(unit, points of 100, completion in %) as scores with ranks."""
    units = {name: measured(start=done(points, 100)) for name, points, _ in of}
    completions = {
        name: Completion(None if share is None else Fraction(share, 100), None, Fraction(1, 2))
        for name, _, share in of
    }
    return scores(units, completions, {}, rules(start=100))


def season(*of: tuple[str, int, int | None], rulebook: Rulebook = DEFAULT_RULES) -> Season:
    """A season whose towns are ranked as told."""
    told = standing(*of)

    class Told(Season):
        def ranking(self, group: UnitGroup) -> Ranking:
            scores = told if group is UnitGroup.TOWNS else []
            return Ranking(self.period, group, self.window.day, scores, [])

    period = parse("2023-Q2")
    window = Window(period.start, period.end)
    groups = {name: UnitGroup.TOWNS for name, _, _ in of}
    return Told(period, window, rulebook, [], [], Plan(), groups, {})


def judged(found: Season) -> dict[str, tuple[bool, bool]]:
    return {
        one.score.unit: (one.conditions.last, one.conditions.behind) for one in candidates(found)
    }


def test_who_shares_the_third_place_is_in() -> None:
    found = season(("甲", 90, 50), ("乙", 80, 50), ("丙", 70, 50), ("丁", 70, 50), ("戊", 60, 50))
    best = found.ranking(UnitGroup.TOWNS).best(3)
    assert [score.unit for score in best] == ["甲", "乙", "丁", "丙"]
    assert found.ranking(UnitGroup.TOWNS).best(1)[0].unit == "甲"


def test_both_conditions_are_needed_and_shown() -> None:
    """The gap must be beyond 30 points: 时序进度 is 50 %."""
    county = (("甲", 90, 10), ("乙", 80, 60), ("丙", 70, 19))
    found = season(*county)
    assert judged(found) == {"丙": (True, True), "甲": (False, True)}
    assert candidates(found)[0].score.unit == "丙"  # both first
    assert judged(season(("甲", 90, 60), ("丙", 70, 20))) == {"丙": (True, False)}  # just 30
    assert judged(season(("甲", 90, 60), ("丙", 70, None))) == {"丙": (True, False)}
    why = conditions_for(found, "丙").why
    assert "排名第3（共3个）" in why
    assert "-31.00" in why


def test_who_is_first_is_not_last() -> None:
    assert judged(season(("甲", 50, 10))) == {"甲": (False, True)}
    assert judged(season(("甲", 50, 10), ("乙", 50, 10))) == {
        "甲": (False, True),
        "乙": (False, True),
    }


def test_a_shared_last_place_counts_for_all_and_more_places_may_be_last() -> None:
    shared = (("甲", 90, 60), ("乙", 70, 10), ("丙", 70, 10))
    assert judged(season(*shared)) == {"乙": (True, True), "丙": (True, True)}
    two = replace(DEFAULT_RULES, interview_last_places=2)
    told = (("甲", 90, 60), ("乙", 80, 60), ("丙", 70, 60))
    assert judged(season(*told, rulebook=two)) == {"乙": (True, False), "丙": (True, False)}


def test_a_unit_that_is_not_ranked_is_not_interviewed() -> None:
    found = season(("甲", 50, 10))
    assert not conditions_for(found, "司法局").both
    assert "不在参评单位" in conditions_for(found, "司法局").why


@pytest.mark.parametrize("key", ["2023-W05", "2023-05-H1", "2023-Q5", "季度", "2023-Q3"])
def test_a_season_is_a_month_a_quarter_a_half_year_or_a_year_that_has_begun(key: str) -> None:
    with pytest.raises(BadInput) as found:
        season_of(key, date(2023, 6, 30))
    assert found.value.field == "period"
    assert season_of("2023-Q3", date(2023, 7, 1)).start == date(2023, 7, 1)


def test_parts_of_a_score_add_up_to_it() -> None:
    found = standing(("甲", 83, 50))[0]
    points = [part.points for part in found.parts if part.points is not None]
    assert all(isinstance(part, ScorePart) for part in found.parts)
    assert sum(points, Fraction(0)) == found.total == 83
