"""How rates, the funnel and growth are shown: shares as text with 4 places, amounts in 万."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from uuid import UUID

from crm.presentation import Shown
from domain.money import wan_text
from projections.durations import Days
from projections.funnel import Funnel, FunnelStep
from projections.growth import Compared, Growth, Window
from projections.rates import Rates

# How a figure is asked for and its Chinese name; amounts are shown in 万元.
GROWTH_LABELS = {
    "starts": "新开工项目（个）",
    "start_yuan": "新开工项目计划总投资（万元）",
    "signings": "新签约项目（个）",
    "signing_yuan": "新签约协议资金（万元）",
}
RATE_LABELS = {
    "signed": "签约项目（个）",
    "started": "已开工（个）",
    "completed": "已竣工（个）",
    "produced": "已投产（个）",
    "exited": "已退出（个）",
    "start_rate": "开工率",
    "completion_rate": "竣工率",
    "production_rate": "投产率",
    "performance_rate": "履约率",
    "landing_rate": "落地率",
    "funds_rate": "资金到位率",
    "investment_completion": "年度投资完成率",
    "full_effect_rate": "达效率",
    "completed_of_started": "竣工数占开工数",
    "produced_of_completed": "投产数占竣工数",
    "agreed_total_wan": "协议资金（万元）",
    "funds_wan": "到位资金（万元）",
    "funds_wan_usd": "到位外资（万美元）",
    "planned_fai_wan": "年度计划投资（万元）",
    "fai_wan": "年度完成投资（万元）",
}


def rates_shown(found: Rates, *, detail: bool) -> Shown:
    """Contract, "GET /rates"; the leads behind each count when asked for."""
    shown: Shown = {
        "signed": found.signed,
        "started": found.started,
        "completed": found.completed,
        "produced": found.produced,
        "exited": found.exited,
        "start_rate": found.start_rate,
        "completion_rate": found.completion_rate,
        "production_rate": found.production_rate,
        "performance_rate": found.performance_rate,
        "landing_rate": found.landing_rate,
        "funds_rate": found.funds_rate,
        "investment_completion": found.investment_completion,
        "full_effect_rate": found.full_effect_rate,
        "completed_of_started": found.completed_of_started,
        "produced_of_completed": found.produced_of_completed,
        "of_previous": asdict(found.of_previous),
        "agreed_total_wan": wan_text(found.agreed_yuan),
        "funds_wan": wan_text(found.funds_yuan),
        "funds_wan_usd": wan_text(found.funds_usd),
        "planned_fai_wan": wan_text(found.planned_fai_yuan),
        "fai_wan": wan_text(found.fai_yuan),
        "signing_to_start_days": _days(found.signing_to_start),
        "start_to_completion_days": _days(found.start_to_completion),
        "completion_to_production_days": _days(found.completion_to_production),
        "labels": RATE_LABELS,
    }
    if detail:
        shown["leads"] = {name: _ids(ids) for name, ids in found.leads.items()}
    return shown


def funnel_shown(found: Funnel, *, detail: bool) -> Shown:
    """The steps of the whole, of each channel and of each unit."""
    return {
        "steps": _steps(found.steps, detail=detail),
        "lost": found.lost,
        "exited": found.exited,
        "by_channel": {name: _steps(steps) for name, steps in found.by_channel.items()},
        "by_unit": {name: _steps(steps) for name, steps in found.by_unit.items()},
    }


def growth_shown(found: Growth, *, detail: bool) -> Shown:
    """F15: each figure beside last year's, as recorded then and as corrected now."""
    shown: Shown = {
        "until": found.current.last.isoformat(),
        "last_year_until": found.then.last.isoformat(),
        "figures": {
            name.replace("_yuan", "_agreed_wan"): _compared(name, compared)
            for name, compared in found.figures.items()
        },
    }
    if detail:
        shown["leads"] = {
            "current": _window(found.current),
            "recorded_then": _window(found.then),
            "corrected_now": _window(found.corrected),
        }
    return shown


def _compared(name: str, compared: Compared) -> Shown:
    values = {
        "current": compared.current,
        "recorded_then": compared.then,
        "corrected_now": compared.corrected,
    }
    return {
        "label": GROWTH_LABELS[name],
        **{
            key: wan_text(value) if name.endswith("_yuan") else value
            for key, value in values.items()
        },
        "growth": compared.growth_corrected,
        "growth_on_recorded_then": compared.growth_then,
    }


def _window(found: Window) -> Shown:
    return {"starts": _ids(found.starts), "signings": _ids(found.signings)}


def _steps(steps: Sequence[FunnelStep], *, detail: bool = False) -> list[Shown]:
    return [
        {
            "step": step.name,
            "label": step.label,
            "count": step.count,
            "recorded": step.recorded,
            "conversion": step.conversion,
            "overall": step.overall,
            **({"leads": _ids(step.leads)} if detail else {}),
        }
        for step in steps
    ]


def _days(found: Days) -> Shown:
    return asdict(found)


def _ids(ids: Iterable[UUID]) -> list[str]:
    return [str(lead_id) for lead_id in ids]
