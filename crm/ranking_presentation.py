"""How scores, interviews and the showing table are shown: every score with its parts.

Scores and points have 2 places, shares 4, amounts are in 万元; what is left out says so.
"""

from collections.abc import Iterable
from fractions import Fraction
from uuid import UUID

from crm.presentation import Shown, day_text
from domain.money import wan_text
from domain.rulebook import Rulebook
from domain.unit.events import InspectionRecorded, InterviewHeld
from domain.vocabulary import Indicator, UnitGroup
from projections.indicators import COMPARISONS
from projections.interviews import Candidate
from projections.rankings import Ranking, Season
from projections.scoring import Adjustment, Completion, Score, ScorePart, text_of
from projections.signing_table import SigningLine
from projections.unit_entries import Entry


def season_shown(season: Season) -> Shown:
    """Which period, and the day it is looked at."""
    return {
        "period": season.period.key,
        "period_label": season.period.label,
        "counted_until": day_text(season.window.day),
        "time_progress": text_of(season.window.progress, 4),
    }


def ranking_shown(ranking: Ranking, rules: Rulebook, *, detail: bool) -> Shown:
    """One group's ranking (contract, "GET /rankings")."""
    best = {score.unit for score in ranking.best(rules.awarded_places)}
    return {
        "group": ranking.group.value,
        "group_label": ranking.group.label,
        "awarded_places": rules.awarded_places,
        "awarded": [score.unit for score in ranking.scores if score.unit in best],
        "items": [
            {**score_shown(score, detail=detail), "awarded": score.unit in best}
            for score in ranking.scores
        ],
        "no_part": ranking.no_part,
    }


def best_shown(ranking: Ranking, rules: Rulebook) -> Shown:
    """前几名 of a group; who shares the last place is in too (plan clause 71)."""
    return {
        "group": ranking.group.value,
        "group_label": ranking.group.label,
        "items": [
            {
                "rank": score.rank,
                "tied": score.tied,
                "unit": score.unit,
                "score": _text(score.total, 2),
                "completion": _text(score.completion.both, 4),
            }
            for score in ranking.best(rules.awarded_places)
        ],
    }


def score_shown(score: Score, *, detail: bool) -> Shown:
    """A unit's score, its parts and what inspections added or took."""
    return {
        "rank": score.rank,
        "tied": score.tied,
        "unit": score.unit,
        "score": _text(score.total, 2),
        "bonus": text_of(score.bonus, 2),
        "deduction": text_of(score.deduction, 2),
        "completion": completion_shown(score.completion),
        "parts": [_part(part, detail=detail) for part in score.parts],
        "adjustments": [_adjustment(adjustment) for adjustment in score.adjustments],
    }


def completion_shown(completion: Completion) -> Shown:
    """F3 of a unit."""
    return {
        "projects": _text(completion.projects, 4),
        "agreed_total": _text(completion.amount, 4),
        "both": _text(completion.both, 4),
        "time_progress": text_of(completion.progress, 4),
        "gap_pp": _text(completion.gap_pp, 2),
    }


def candidate_shown(candidate: Candidate, rules: Rulebook, *, detail: bool) -> Shown:
    """A unit at the tail or behind, each condition by itself (plan clause 77)."""
    score, conditions = candidate.score, candidate.conditions
    return {
        "unit": score.unit,
        "group": candidate.group.value,
        "group_label": candidate.group.label,
        "to_interview": conditions.both,
        "conditions": {
            "last": {
                "label": f"排名在末{rules.interview_last_places}位",
                "holds": conditions.last,
                "rank": score.rank,
                "of": candidate.of,
            },
            "behind": {
                "label": f"落后时序进度超过{rules.interview_gap_points}个百分点",
                "holds": conditions.behind,
                "gap_pp": _text(score.completion.gap_pp, 2),
            },
        },
        "why": conditions.why,
        "score": score_shown(score, detail=detail),
    }


def inspection_shown(entry: Entry, inspection: InspectionRecorded) -> Shown:
    """督查加减分."""
    return {
        "inspection_id": str(entry.event_id),
        "unit": entry.unit,
        "occurred_on": day_text(inspection.occurred_on),
        "points": text_of(Fraction(inspection.points), 2),
        "ground": inspection.ground,
        "note": inspection.note,
    }


def interview_shown(entry: Entry, interview: InterviewHeld) -> Shown:
    """约谈."""
    return {
        "interview_id": str(entry.event_id),
        "unit": entry.unit,
        "period": interview.period,
        "occurred_on": day_text(interview.occurred_on),
        "interviewer": interview.interviewer,
        "interviewee": interview.interviewee,
        "text": interview.text,
        "note": interview.note,
    }


def groups_shown(groups: dict[str, UnitGroup]) -> list[Shown]:
    """参评单位, group by group."""
    return [
        {"unit": unit, "group": group.value, "group_label": group.label}
        for group in UnitGroup
        for unit, its in groups.items()
        if its is group
    ]


def signing_line(line: SigningLine, *, detail: bool) -> Shown:
    """One unit of the showing table (domain section 2, T7)."""
    one, two, three = line.signed
    shown: Shown = {
        "rank": line.rank,
        "unit": line.unit,
        "signed_one": len(one),
        "signed_two": len(two),
        "signed_three": len(three),
        "started_one": len(line.started),
        "start_rate": line.start_rate,
    }
    if detail:
        shown["leads"] = {"signed_one": _ids(one), "started_one": _ids(line.started)}
    return shown


def band_labels(rules: Rulebook) -> dict[str, str]:
    """What the columns of the showing table are called, by the bands set."""
    one, two, three = (
        (wan_text(yuan) or "") + "万元" if yuan % 100_000_000 else f"{yuan // 100_000_000}亿元"
        for yuan in (rules.showing_one_yuan, rules.showing_two_yuan, rules.showing_three_yuan)
    )
    return {
        "rank": "名次",
        "unit": "单位",
        "signed_one": f"{one}以上新签约（个）",
        "signed_two": f"其中{two}以上（个）",
        "signed_three": f"其中{three}以上（个）",
        "started_one": f"{one}以上新签约已开工（个）",
        "start_rate": "开工率",
    }


def figure(indicator: Indicator, value: Fraction) -> int | str:
    """A measure as staff read it: counts whole, a target as far as the year has come with 2."""
    if indicator is Indicator.SIGNED_AMOUNT:
        return wan_text(round(value)) or "0"
    return int(value) if value.denominator == 1 else text_of(value, 2)


def _part(part: ScorePart, *, detail: bool) -> Shown:
    measure = part.measure
    shown: Shown = {
        "indicator": part.indicator.value,
        "label": part.indicator.label,
        "comparison": COMPARISONS[part.indicator],
        "actual": figure(part.indicator, measure.actual),
        "target": None if measure.target is None else figure(part.indicator, measure.target),
        "s": _text(part.s, 4),
        "weight": figure(Indicator.RESERVE, part.weight),
        "scaled_weight": _text(part.scaled, 2),
        "points": _text(part.points, 2),
        "left_out": None if part.s is not None else "没有目标或没有到期事项，权重分给其他指标",
    }
    if detail:
        shown["leads"] = {"actual": _ids(measure.counted), "target": _ids(measure.of)}
    return shown


def _adjustment(adjustment: Adjustment) -> Shown:
    return {
        "inspection_id": str(adjustment.event_id),
        "points": text_of(adjustment.points, 2),
        "ground": adjustment.ground,
    }


def _text(value: Fraction | None, places: int) -> str | None:
    return None if value is None else text_of(value, places)


def _ids(ids: Iterable[UUID]) -> list[str]:
    return [str(lead_id) for lead_id in ids]
