"""How the pipeline's cover and the year-end forecast are shown: amounts in 万, shares as text."""

from fractions import Fraction
from uuid import UUID

from crm.export import Rows, Sheet, number
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


_STAGE_COLUMNS = {
    "count": "在谈线索（个）",
    "unestimated": "未估算（个）",
    "estimated_wan": "估算金额（万元）",
    "decided": "历史有结果（个）",
    "signed": "历史签约（个）",
    "probability": "转化率",
    "weighted_wan": "加权金额（万元）",
}


def pipeline_sheet(shown: Shown) -> Sheet:
    """The stages, a line each."""
    rows: Rows = [
        {
            "阶段": stage["label"],
            **{header: number(stage[key]) for key, header in _STAGE_COLUMNS.items()},
        }
        for stage in shown["stages"]
    ]
    figures = {
        "目标": "target_wan",
        "已完成": "actual_wan",
        "缺口": "missing_wan",
        "在谈": "negotiating_wan",
        "加权": "weighted_wan",
    }
    said = [f"{label} {shown[key]}" for label, key in figures.items() if shown[key] is not None]
    lines = ["，".join(said) + "（万元）"]
    if shown["cover"] is not None:
        lines.append(f"覆盖倍数 {shown['cover']}")
    if shown["reason"] is not None:
        lines.append(shown["reason"])
    name = f"{shown['year']}年储备覆盖"
    headers = ["阶段", *_STAGE_COLUMNS.values()]
    return Sheet(name, headers, rows, said=lines)


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


_FIGURE_HEADERS = (
    "预测", "指标", "已完成", "年末预计", "80%下限", "80%上限", "95%下限", "95%上限",
    "完成目标可能性", "实际结果",
)  # fmt: skip


def forecast_sheet(shown: Shown) -> Sheet:
    """Both figures of the forecast and of the two backtests, a line each."""
    then, since = shown["backtest"]["as_known_then"], shown["backtest"]["as_known_since"]
    forecasts = {
        f"{shown['year']}年": shown,
        f"{then['made_on']}预测（按当时所知）": then,
        f"{since['made_on']}预测（按现在所知）": since,
    }
    rows: Rows = []
    for label, one in forecasts.items():
        for name in ("projects", "agreed_total_wan"):
            figure = one[name]
            low_80, high_80 = figure["interval_80"] or (None, None)
            low_95, high_95 = figure["interval_95"] or (None, None)
            values = (
                figure["actual"], figure["point"], low_80, high_80, low_95, high_95,
                figure["target_chance"], one["outcome"][name] if "outcome" in one else None,
            )  # fmt: skip
            cells = (label, figure["label"], *map(number, values))
            rows.append(dict(zip(_FIGURE_HEADERS, cells, strict=True)))
    said = [text for text in (shown["reason"], shown["method"]) if text]
    name = f"{shown['year']}年末预测"
    return Sheet(name, _FIGURE_HEADERS, rows, said=said)


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
