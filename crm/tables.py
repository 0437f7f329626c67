"""Lists and target tables as text for the terminal, columns aligned for Chinese."""

from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

from crm.presentation import KIND_LABELS, METRIC_LABELS


def list_table(shown: dict[str, Any]) -> str:
    """A stage list (as `crm.presentation.list_page` gives it)."""
    headers = [
        "编号",
        "项目名称",
        "投资方",
        "招引单位",
        "类别",
        "协议金额(万元)",
        "在列天数",
        "应完成",
        "超期",
    ]
    rows = [
        [
            item["code"],
            item["title"],
            item["investor"],
            item["recruiting_unit"],
            KIND_LABELS.get(item["kind"], ""),
            item["agreed_total_wan"] or "",
            str(item["days_in_list"]),
            item["due_on"] or "",
            str(item["overdue_days"]),
        ]
        for item in shown["items"]
    ]
    head = (
        f"{shown['label']}（截至 {shown['as_of']}）：{shown['count']} 个，"
        f"协议金额 {shown['total_agreed_wan']} 万元"
    )
    return "\n".join([head, *aligned([headers, *rows])]) if rows else head


def target_table_text(shown: dict[str, Any]) -> str:
    """A target table (as `crm.presentation.target_page` gives it)."""
    headers = ["指标", "目标", "完成", "完成率", "超欠(百分点)", "剩余", "签约总数", "已退出"]
    keys = ("target", "actual", "completion", "gap_pp", "remaining", "gross", "exited")
    rows = [
        [METRIC_LABELS[name], *(_cell(metric.get(key)) for key in keys)]
        for name, metric in shown["metrics"].items()
    ]
    head = (
        f"{shown['year']} 年目标完成情况（截至 {shown['as_of']}，"
        f"时序进度 {shown['time_progress']}）"
    )
    return "\n".join([head, *aligned([headers, *rows])])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines, each column as wide as its widest cell (a Chinese character takes two)."""
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - display_width(cell))
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _cell(value: Any) -> str:
    return "—" if value is None else str(value)


def display_width(text: str) -> int:
    """Columns a text takes: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
