"""Which units are to be interviewed? (约谈: 每季度排名靠后且严重滞后)

The plan, clause 77: a place at the tail of its group AND a serious lag; neither alone is enough.
"""

from dataclasses import dataclass

from domain.rulebook import Rulebook
from domain.unit.decisions import InterviewConditions
from domain.vocabulary import UnitGroup
from projections.rankings import Ranking, Season
from projections.scoring import Score, text_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit for which at least one of the two conditions holds."""

    group: UnitGroup
    score: Score
    of: int  # units ranked in its group
    conditions: InterviewConditions


def candidates(season: Season) -> list[Candidate]:
    """Those for whom both hold first, then by group and from the tail up."""
    found = [
        Candidate(group, score, _ranked(ranking), _judged(ranking, score, season.rules))
        for group in UnitGroup
        for ranking in (season.ranking(group),)
        for score in reversed(ranking.scores)
    ]
    some = [one for one in found if one.conditions.last or one.conditions.behind]
    return sorted(some, key=lambda one: not one.conditions.both)


def conditions_for(season: Season, unit: str) -> InterviewConditions:
    """The two conditions of one unit; neither holds of a unit that is not ranked."""
    group = season.groups.get(unit)
    if group is None:
        return InterviewConditions(last=False, behind=False, why=f"{unit}不在参评单位之列")
    ranking = season.ranking(group)
    for score in ranking.scores:
        if score.unit == unit:
            return _judged(ranking, score, season.rules)
    return InterviewConditions(last=False, behind=False, why=f"{unit}本周期未参评")


def _judged(ranking: Ranking, score: Score, rules: Rulebook) -> InterviewConditions:
    """At the tail: fewer than N units stand lower, and it is not the first as well."""
    ranks = [other.rank for other in ranking.scores if other.rank is not None]
    lower = sum(rank > score.rank for rank in ranks) if score.rank is not None else 0
    last = score.rank not in (None, 1) and lower < rules.interview_last_places
    gap = score.completion.gap_pp
    behind = gap is not None and gap < -rules.interview_gap_points
    place = f"排名第{score.rank}（共{len(ranks)}个）" if score.rank else "未列入排名"
    lag = "未下达目标" if gap is None else f"与时序进度相差 {text_of(gap, 2)} 个百分点"
    why = (
        f"{place}，{'属于' if last else '不属于'}末{rules.interview_last_places}位；"
        f"{lag}，{'已' if behind else '未'}达到落后{rules.interview_gap_points}个百分点以上"
    )
    return InterviewConditions(last=last, behind=behind, why=why)


def _ranked(ranking: Ranking) -> int:
    return sum(score.rank is not None for score in ranking.scores)
