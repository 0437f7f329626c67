"""Rankings, the showing table and units to interview as tables with Chinese headers.

What goes in is what the API shows (`crm.ranking_presentation`).
"""

from collections.abc import Sequence
from typing import Any

from crm.export import Sheet, items_sheet, number
from crm.presentation import Shown
from domain.vocabulary import Indicator

_HEAD = {
    "rank": "名次",
    "unit": "单位",
    "score": "得分",
    "completion": "年度目标完成率",
    "gap": "超欠时序进度（百分点）",
    "bonus": "督查加分",
    "deduction": "督查减分",
}
_OF_PART = {"actual": "完成", "target": "目标", "points": "得分"}


def ranking_sheet(shown: Shown) -> Sheet:
    """A line for each unit, three columns for each indicator."""
    parts = {
        f"{indicator.value}.{key}": f"{indicator.label}·{header}"
        for indicator in Indicator
        for key, header in _OF_PART.items()
    }
    rows = [
        {
            "rank": item["rank"],
            "unit": item["unit"],
            "score": number(item["score"]),
            "completion": number(item["completion"]["both"]),
            "gap": number(item["completion"]["gap_pp"]),
            "bonus": number(item["bonus"]),
            "deduction": number(item["deduction"]),
            **{
                f"{part['indicator']}.{key}": number(part[key])
                for part in item["parts"]
                for key in _OF_PART
            },
        }
        for item in shown["items"]
    ]
    name = f"{shown['period_label']}{shown['group_label']}排名"
    brief = ["rank", "unit", "score", "completion"]
    brief += [f"{indicator.value}.points" for indicator in Indicator]
    said = [_looked_at(shown)]
    if shown["awarded"]:
        said.append(f"前{shown['awarded_places']}名：{'、'.join(shown['awarded'])}")
    if shown["no_part"]:
        said.append(f"未参评：{'、'.join(shown['no_part'])}")
    return items_sheet(rows, {**_HEAD, **parts}, name, brief, said)


def showing_sheet(shown: Shown) -> Sheet:
    """The showing table (domain section 2, T7)."""
    rows = _plain(shown["items"], shown["labels"])
    name = f"{shown['year']}年{shown['group_label']}签约开工"
    said = [f"统计至 {shown['counted_until']}"]
    return items_sheet(rows, shown["labels"], name, said=said)


_BEST = {
    "group_label": "组别",
    "rank": "名次",
    "unit": "单位",
    "score": "得分",
    "completion": "年度目标完成率",
}


def best_sheet(shown: Shown) -> Sheet:
    """前几名 of every group."""
    rows = [
        {**line, "group_label": group["group_label"]}
        for group in shown["groups"]
        for line in group["items"]
    ]
    name = f"{shown['period_label']}前{shown['awarded_places']}名"
    return items_sheet(rows, _BEST, name, said=[_looked_at(shown)])


_INTERVIEW_COLUMNS = {
    "unit": "单位",
    "group_label": "组别",
    "rank": "名次",
    "of": "参评数",
    "last": "排名靠后",
    "gap_pp": "超欠时序进度（百分点）",
    "behind": "严重滞后",
    "to_interview": "应约谈",
    "why": "说明",
}


def candidates_sheet(shown: Shown) -> Sheet:
    """Units at the tail or behind, both conditions beside one another."""
    rows = []
    for item in shown["items"]:
        last, behind = item["conditions"]["last"], item["conditions"]["behind"]
        row = {
            **item,
            "rank": last["rank"],
            "of": last["of"],
            "last": last["holds"],
            "gap_pp": number(behind["gap_pp"]),
            "behind": behind["holds"],
        }
        rows.append({name: row[name] for name in _INTERVIEW_COLUMNS})
    name = f"{shown['period_label']}约谈"
    return items_sheet(rows, _INTERVIEW_COLUMNS, name, said=[_looked_at(shown)])


def _looked_at(shown: Shown) -> str:
    return f"统计至 {shown['counted_until']}，时序进度 {shown['time_progress']}"


def _plain(items: Sequence[Shown], columns: dict[str, str]) -> list[dict[str, Any]]:
    """Rates become numbers; names stay text."""
    return [
        {name: item[name] if name == "unit" else number(item[name]) for name in columns}
        for item in items
    ]
