"""Lists and target tables as text for the terminal, columns aligned for Chinese."""

from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

from domain.vocabulary import AgreementKind

_KINDS = {kind.value: kind.label for kind in AgreementKind}
_METRICS = {
    "projects": "招引项目（个）",
    "agreed_total_wan": "协议资金（万元）",
    "fai_ratio": "形成固投比例",
    "big_projects": "5亿元以上产业项目",
    "built_projects": "建成5000万元以上",
    "domestic_growth": "内资增长",
    "foreign_growth": "外资增长",
}


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
            _KINDS.get(item["kind"], ""),
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
        [_METRICS[name], *(_cell(metric.get(key)) for key in keys)]
        for name, metric in shown["metrics"].items()
    ]
    head = (
        f"{shown['year']} 年目标完成情况（截至 {shown['as_of']}，"
        f"时序进度 {shown['time_progress']}）"
    )
    return "\n".join([head, *aligned([headers, *rows])])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines, each column as wide as its widest cell (a Chinese character takes two)."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _cell(value: Any) -> str:
    return "—" if value is None else str(value)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
