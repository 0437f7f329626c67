"""How the pipeline's cover and the year-end forecast are shown: amounts in 万, shares as text."""

from fractions import Fraction
from uuid import UUID

from crm.forecasting import METHOD, SEED, Forecast, Range
from crm.outlook import Backtest
from crm.presentation import Shown, day_text
from domain.calendar import timestamp
from domain.lead.negotiation import expected_yuan
from domain.lead.state import LeadState
from domain.money import round_text, wan_text
from projections.pipeline import Pipeline, PipelineStage
from projections.scoring import text_of

_YUAN_PER_WAN = 10_000


def pipeline_shown(found: Pipeline, *, detail: bool) -> Shown:
    """F24, stage by stage."""
    return {
        "target_wan": wan_text(found.target_yuan),
        "actual_wan": wan_text(found.actual_yuan),
        "missing_wan": wan_text(found.missing_yuan),
        "negotiating_wan": wan_text(found.yuan),
        "weighted_wan": _wan(found.weighted_yuan),
        "cover": found.cover,
        "reason": found.reason,
        "stages": [_stage(stage, detail=detail) for stage in found.stages],
    }


def _stage(of: PipelineStage, *, detail: bool) -> Shown:
    odds = of.odds
    shown: Shown = {
        "stage": odds.stage.value,
        "label": odds.stage.label,
        "count": len(of.leads),
        "unestimated": len(of.unestimated),
        "estimated_wan": wan_text(of.yuan),
        "decided": odds.decided,
        "signed": odds.signed,
        "probability": None if odds.probability is None else text_of(odds.probability, 4),
        "weighted_wan": _wan(of.weighted_yuan),
    }
    if detail:
        shown["leads"] = [str(lead_id) for lead_id in of.leads]
        shown["unestimated_leads"] = [str(lead_id) for lead_id in of.unestimated]
    return shown


def forecast_shown(found: Forecast, *, detail: bool) -> Shown:
    """The forecast: what stands, what is expected, and how sure that is."""
    facts = found.facts
    shown: Shown = {
        "year": found.year,
        "made_on": day_text(facts.day),
        "method": METHOD,
        "reason": found.reason,
        "history": {
            "leads": len(facts.past),
            "decided": facts.decided,
            "signed": facts.signed,
            "arrivals": facts.arrivals,
        },
        "open": len(facts.open),
        "draws": found.draws,
        "seed": SEED,
        "projects": {
            "label": "招引项目（个）",
            "actual": found.actual_projects,
            **_counts(found.projects),
        },
        "agreed_total_wan": {
            "label": "协议资金（万元）",
            "actual": wan_text(found.actual_yuan),
            **_amounts(found.yuan),
        },
    }
    if detail:
        shown["leads"] = [
            {
                **_lead(one.lead.lead_id, one.lead.state),
                "negotiation_stage": one.lead.stage.value,
                "negotiation_label": one.lead.stage.label,
                "days_at_stage": one.lead.age,
                "estimated_wan": wan_text(expected_yuan(one.lead.state)),
                "probability": one.chance,
            }
            for one in sorted(found.chances, key=lambda one: one.lead.state.code)
        ]
        shown["signed"] = [
            {**_lead(one.lead.lead_id, one.lead.state), "exit_probability": one.chance}
            for one in sorted(found.exits, key=lambda one: one.lead.state.code)
        ]
    return shown


def backtest_shown(test: Backtest) -> Shown:
    """Last year's forecast beside what came."""
    found = test.forecast
    return {
        **forecast_shown(found, detail=False),
        "known_at": timestamp(test.clocks.known_at),
        "outcome": {
            "projects": test.actual_projects,
            "agreed_total_wan": wan_text(test.actual_yuan),
            "projects_within_80": _covers(found.projects, test.actual_projects, 80),
            "projects_within_95": _covers(found.projects, test.actual_projects, 95),
            "agreed_total_within_80": _covers(found.yuan, test.actual_yuan, 80),
            "agreed_total_within_95": _covers(found.yuan, test.actual_yuan, 95),
        },
    }


def _counts(found: Range | None) -> Shown:
    if found is None:
        return _BLANK
    return {
        "point": int(round_text(found.expected, 0)),
        "expected": round_text(found.expected, 2),
        "interval_80": [found.low_80, found.high_80],
        "interval_95": [found.low_95, found.high_95],
        "target_chance": found.target_chance,
    }


def _amounts(found: Range | None) -> Shown:
    """To whole 万元: more places would promise what nobody knows."""
    if found is None:
        return _BLANK
    return {
        "point": _wan(Fraction(found.expected)),
        "expected": _wan(Fraction(found.expected)),
        "interval_80": [_wan(Fraction(found.low_80)), _wan(Fraction(found.high_80))],
        "interval_95": [_wan(Fraction(found.low_95)), _wan(Fraction(found.high_95))],
        "target_chance": found.target_chance,
    }


_BLANK: Shown = {
    "point": None,
    "expected": None,
    "interval_80": None,
    "interval_95": None,
    "target_chance": None,
}


def _covers(found: Range | None, actual: int, percent: int) -> bool | None:
    return None if found is None else found.covers(actual, percent)


def _wan(yuan: Fraction | None) -> str | None:
    return None if yuan is None else text_of(yuan / _YUAN_PER_WAN, 0)


def _lead(lead_id: UUID, state: LeadState) -> Shown:
    return {
        "lead_id": str(lead_id),
        "code": state.code,
        "title": state.title,
        "recruiting_unit": state.recruiting_unit,
    }
