"""How an explained figure is shown: the leads, the parts, and the events they rest on."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from crm.explained import FIGURES, Figure, Inquiry, Line, UnitLine, added_up, exactly_added_up
from crm.explained.figure import Exact, Values
from crm.export import Rows, Sheet, number
from crm.presentation import Shown, event_shown
from domain.calendar import timestamp
from domain.event import Recorded
from domain.money import wan_text

_COUNTED = ("count", "unestimated")
"""Parts that are no amounts, also where the figure is one."""
_CLOCKS = ("as_of", "known_at")
PART_LABELS = {
    "actual": "计入",
    "gross": "签约总数",
    "numerator": "分子",
    "denominator": "分母",
    "this_window": "本期",
    "window_before": "上年同期",
    "count": "个数",
    "taken": "已走完",
    "days": "用时（天）",
    "waiting": "尚未走完",
    "waiting_days": "已等（天）",
    "amount": "金额（万元）",
    "target": "应完成",
    "estimated": "估算金额（万元）",
    "unestimated": "未估算（个）",
    "weighted_wan": "加权金额（万元）",
    "probability": "签约概率",
    "decided": "有结果",
    "signed": "已签约",
    "arrivals": "近一年新增",
    "leads": "线索",
    "points": "分值",
}


def figure_explained(figure: Figure, inquiry: Inquiry) -> Shown:
    """Contract, "GET /explain": the figure, its parts added up, and each lead with its part."""
    lines = list(figure.lines(inquiry))
    units = None if figure.units is None else list(figure.units(inquiry))
    exact_sums = _exact(exactly_added_up(lines if units is None else units))
    when, asked = inquiry.clocks, inquiry.asked
    return {
        "metric": figure.name,
        "label": figure.label,
        "route": figure.source.route,
        "year": asked.year,
        "asked": {name: _said(getattr(asked, name)) for name in asked.said()},
        "as_of": when.as_of.isoformat(),
        "known_at": timestamp(when.known_at),
        "figure": figure.shown(inquiry),
        "sums": _parts(figure, added_up(lines)),
        **({"exact_sums": exact_sums} if exact_sums else {}),
        "count": len(lines),
        "leads": [_line(figure, line) for line in lines],
        **({} if units is None else {"units": [_unit_line(line) for line in units]}),
    }


def figures_listed(figures: Iterable[Figure] = FIGURES.values()) -> list[Shown]:
    """Every figure that can be explained: its name, where it is shown, what it has to be asked."""
    return [
        {
            "metric": figure.name,
            "label": figure.label,
            "route": figure.source.route,
            "required": list(figure.source.required),
            "one_of": list(figure.source.one_of),
            "optional": [*figure.source.optional, *_CLOCKS],
        }
        for figure in figures
    ]


def _line(figure: Figure, line: Line) -> Shown:
    state = line.state
    shown: Shown = {
        "lead_id": str(line.lead_id),
        **{
            name: getattr(state, name) if state else None
            for name in (
                "code",
                "title",
                "investor",
                "recruiting_unit",
                "host_town",
                "chain",
            )
        },
        "parts": _parts(figure, line.values),
        "events": _events(line.events),
    }
    if line.exact:
        shown["exact"] = _exact(line.exact)
    if line.problems:
        shown["problems"] = [
            {
                "problem_id": str(problem.problem_id),
                "code": problem.code,
                "parts": _parts(figure, problem.values),
                "events": _events(problem.events),
            }
            for problem in line.problems
        ]
    if line.notices:
        shown["notices"] = [
            {
                "notice_id": str(notice.notice_id),
                "parts": _parts(figure, notice.values),
                "events": _events(notice.events),
            }
            for notice in line.notices
        ]
    return shown


def _unit_line(line: UnitLine) -> Shown:
    return {"unit": line.unit, "exact": _exact(line.exact), "events": _events(line.events)}


def _exact(values: Exact) -> dict[str, str]:
    return {name: exact_text(value) for name, value in values.items()}


def exact_text(value: Fraction) -> str:
    """As a decimal where it is one (12.5), else as a fraction (100/3): nothing is rounded away."""
    rest, powers = value.denominator, {2: 0, 5: 0}
    for prime in powers:
        while rest % prime == 0:
            rest, powers[prime] = rest // prime, powers[prime] + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(powers.values())
    return f"{Decimal(int(value * 10**places)).scaleb(-places):f}"


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _events(events: Sequence[Recorded[Any]]) -> list[Shown]:
    return [event_shown(recorded) for recorded in events]


def _parts(figure: Figure, values: Values) -> Shown:
    """Counts and days as integers, amounts in 万."""
    return {
        name: wan_text(value) if figure.money and name not in _COUNTED else value
        for name, value in values.items()
    }


_LEAD_COLUMNS = {
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "recruiting_unit": "招引单位",
    "host_town": "落户镇",
    "chain": "所属产业链",
}


def explained_sheet(shown: Shown) -> Sheet:
    """A line for each lead (or entry on a unit): its parts, and the events they rest on."""
    parts = {name: PART_LABELS.get(name, name) for name in shown["sums"]}
    exact = {name: PART_LABELS.get(name, name) for name in shown.get("exact_sums", {})}
    rows: Rows = [
        {
            **{header: line.get(key) for key, header in _LEAD_COLUMNS.items()},
            **{header: number(line["parts"].get(name)) for name, header in parts.items()},
            **{header: _cell(line["exact"].get(name)) for name, header in exact.items()},
            "记录": "；".join(
                f"{event['occurred_on']} {event['label']}" for event in line["events"]
            ),
        }
        for line in (
            *({"exact": {}, **lead} for lead in shown["leads"]),
            *({"parts": {}, "recruiting_unit": u["unit"], **u} for u in shown.get("units", [])),
        )
    ]
    labels = {**parts, **exact}
    headers = [*_LEAD_COLUMNS.values(), *labels.values(), "记录"]
    brief = ["编号", "项目名称", "招引单位", *labels.values(), "记录"]
    sums = {**shown["sums"], **shown.get("exact_sums", {})}
    said = ["，".join(f"{labels[name]}合计 {total}" for name, total in sums.items())]
    return Sheet(explained_name(shown), headers, rows, brief, list(filter(None, said)))


def _cell(text: str | None) -> Any:
    """A number; a fraction that is no decimal as it is written."""
    return text if text is not None and "/" in text else number(text)


_METRIC_COLUMNS = {
    "metric": "指标",
    "label": "名称",
    "route": "显示于",
    "required": "须给出",
    "one_of": "须给出其一",
    "optional": "可给出",
}


def metrics_sheet(shown: Shown) -> Sheet:
    """A line for each figure that can be followed."""
    rows: Rows = [
        {
            header: "、".join(item[key]) if isinstance(item[key], list) else item[key]
            for key, header in _METRIC_COLUMNS.items()
        }
        for item in shown["items"]
    ]
    brief = ["指标", "名称", "须给出", "须给出其一"]
    said = [f"可溯源的指标 {shown['count']} 个"]
    return Sheet("可溯源的指标", list(_METRIC_COLUMNS.values()), rows, brief, said)


def explained_name(shown: Shown) -> str:
    """What an explained figure is called."""
    year = f"{shown['year']}年" if shown["year"] else ""
    return f"{year}{shown['label']}"
