"""How the figures behind a finding are shown: by name for programs, as one line for staff."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from domain.money import wan_text
from domain.vocabulary import Word

_LABELS = {
    "agreed_total_wan": "协议金额（万元）",
    "checked_on": "核查日期",
    "concerns_from": "最早涉及日期",
    "contract_review": "合同审查",
    "due_diligence": "尽职调查",
    "entries": "补录条数",
    "first_site_activity_on": "首次现场进展",
    "fixed_part_wan": "固定资产部分（万元）",
    "foreign_part_wan_usd": "协议外资（万美元）",
    "funds_wan": "到位资金（万元）",
    "funds_wan_usd": "到位外资（万美元）",
    "ground": "理由",
    "invested_wan": "累计固投（万元）",
    "last_recorded_on": "最近录入日期",
    "likeness": "疑似原因",
    "longest_days": "最长迟录（天）",
    "months": "涉及月数",
    "other_code": "另一项目编号",
    "other_title": "另一项目名称",
    "period": "月份",
    "periods": "月份",
    "phases_wan": "各期合计（万元）",
    "previous_ytd_wan": "前期累计（万元）",
    "recorded_by": "录入人",
    "red_lines": "触碰红线",
    "registered_capital_wan": "注册资本（万元）",
    "signed_on": "签约日期",
    "site_checks": "核查次数",
    "started_on": "开工日期",
    "suspended_on": "停工日期",
    "title_percent": "名称相似度（%）",
    "ytd_wan": "当期累计（万元）",
}
"""What staff read; a figure without a label is for programs only."""


def figures_shown(figures: Mapping[str, Any]) -> dict[str, Any]:
    """JSON-ready figures under the names of the contract: amounts in 万."""
    return {_name(name): _value(name, value) for name, value in figures.items()}


def figures_line(figures: Mapping[str, Any]) -> str:
    """One line in Chinese: 标签：值；…"""
    parts = []
    for name, value in figures.items():
        label = _LABELS.get(_name(name))
        if label is None:
            continue
        text = value.label if isinstance(value, Word) else _value(name, value)
        if isinstance(text, list):
            text = "、".join(map(str, text))
        parts.append(f"{label}：{'无' if text is None else text}")
    return "；".join(parts)


def _name(name: str) -> str:
    for inside, outside in (("_yuan", "_wan"), ("_usd", "_wan_usd")):
        if name.endswith(inside):
            return name.removesuffix(inside) + outside
    return name


def _value(name: str, value: Any) -> Any:
    if name.endswith(("_yuan", "_usd")):
        return wan_text(value)
    if isinstance(value, Word):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return [_value("", item) for item in value] if isinstance(value, list | tuple) else value
