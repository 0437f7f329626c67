"""Lists, target tables and problems as text for the terminal, columns aligned for Chinese.

Lists, rules and problems fit a width: their widest columns are narrowed.
"""

import re
from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

from crm.presentation import KIND_LABELS, METRIC_LABELS
from projections.catch_up import Status

_GAP = 2  # between columns, as `aligned` sets them
_NARROWEST = 6
_HEADER = 8
_WORD = re.compile(r"[!-~]+|.")
_LONGEST_WORD = 12  # that a column is kept wide enough for: days and codes
_MOST_LINES = 3  # of a cell; files hold it whole


def list_table(shown: dict[str, Any], width: int) -> str:
    """A stage list (as `crm.presentation.list_page` gives it)."""
    headers = [
        "编号",
        "项目名称",
        "投资方",
        "招引单位",
        "类别",
        "协议金额(万元)",
        "颜色",
        "在列天数",
        "应完成",
        "超期",
    ]
    exited = shown["name"] == "exited"
    if exited:
        headers[-2:] = ["退出时间"]
    rows = [
        [
            item["code"],
            item["title"],
            item["investor"],
            item["recruiting_unit"],
            KIND_LABELS.get(item["kind"], ""),
            item["agreed_total_wan"] or "",
            _cell(item["colour_label"]),
            str(item["days_in_list"]),
            *([item["exited_on"]] if exited else [item["due_on"] or "", str(item["overdue_days"])]),
        ]
        for item in shown["items"]
    ]
    head = (
        f"{shown['label']}（截至 {shown['as_of']}）：{shown['count']} 个，"
        f"协议金额 {shown['total_agreed_wan']} 万元"
    )
    return "\n".join([head, *aligned(fitted([headers, *rows], width))]) if rows else head


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


def rules_table(shown: dict[str, Any], width: int) -> str:
    """The rules (as `crm.rule_presentation.rules_page` gives them)."""
    headers = ["规则", "名称", "现行", "默认", "单位", "自何时起", "修改人", "依据"]
    rows = [
        [
            item["label"],
            item["name"],
            item["text"],
            "" if item["effective_from"] is None else item["default_text"],
            item["unit"],
            item["effective_from"] or "默认",
            item["recorded_by"] or "",
            item["source"],
        ]
        for item in shown["items"]
    ]
    return "\n".join([f"规则（{shown['as_of']}）", *aligned(fitted([headers, *rows], width))])


def problem_table(shown: dict[str, Any], width: int) -> str:
    """A problem list (as `crm.problem_presentation.problem_page` gives it)."""
    headers = ["编号", "项目名称", "类别", "责任单位", "提出日期", "时限", "逾期", "状态", "督办"]
    keys = (
        "code", "lead_title", "class_label", "unit", "raised_on", "due", "overdue_days",
        "state_label", "level_label",
    )  # fmt: skip
    rows = [[_cell(item[key]) for key in keys] for item in shown["items"]]
    head = f"问题清单（截至 {shown['as_of']}）：{shown['count']} 个"
    return "\n".join([head, *aligned(fitted([headers, *rows], width))]) if rows else head


def status_table(statuses: Sequence[Status]) -> str:
    """Where the read tables are."""
    headers = ["统计表", "名称", "结构", "已更新到", "记录共", "状态"]
    rows = [
        [s.label, s.name, str(s.schema), _cell(s.position), str(s.head), _state(s)]
        for s in statuses
    ]
    return "\n".join(aligned([headers, *rows]))


def _state(status: Status) -> str:
    parts = []
    if status.error is not None:
        parts.append(
            f"停止在第 {status.error_position} 条记录之前（{status.error_stream}）：{status.error}"
        )
    elif status.position is None:
        parts.append("尚未建立")
    else:
        parts.append("正常" if status.lag == 0 else f"落后 {status.lag} 条")
    if (building := status.building) is not None:
        how = f"停止：{building.error}" if building.error else "进行中"
        parts.append(f"重建{how}（{building.events}/{status.head}）")
    return "；".join(parts)


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


def fitted(rows: Sequence[Sequence[str]], width: int, *, whole: bool = False) -> list[list[str]]:
    """The rows (first the headers) with the widest columns narrowed until a line fits.

    A row takes as many lines as its longest cell needs; below the headers three at most, unless
    its cells are wanted `whole`.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(map(display_width, column)) for column in columns]
    least = [max(_NARROWEST, *map(_longest_word, column)) for column in columns]
    room = width - _GAP * (len(widths) - 1)
    if sum(widths) > room:  # headers before what stands below them
        widths = [
            max(min(its, _HEADER), *map(display_width, column[1:]))
            for its, column in zip(widths, columns, strict=True)
        ]
    while sum(widths) > room:
        wide = [n for n, its in enumerate(widths) if its > least[n]]
        if not wide:
            break
        widths[max(wide, key=widths.__getitem__)] -= 1
    lines: list[list[str]] = []
    for number, row in enumerate(rows):
        most = None if whole or not number else _MOST_LINES
        cells = [folded(cell, size, most) for cell, size in zip(row, widths, strict=True)]
        depth = max(map(len, cells))
        padded = [cell + [""] * (depth - len(cell)) for cell in cells]
        lines += [list(line) for line in zip(*padded, strict=True)]
    return lines


def folded(text: str, width: int, most: int | None = None) -> list[str]:
    """A text in lines of `width` columns; past the `most`-th line it is cut, and ends in “…”.

    Numbers, days and Latin words stay whole where a line has room for them.
    """
    lines = [""]
    for word in _WORD.findall(" ".join(text.split())):
        parts = [word] if display_width(word) <= width else list(word)
        for part in parts:
            if display_width(lines[-1] + part) <= width:
                lines[-1] += part
            elif len(lines) == most:
                while display_width(lines[-1]) + 1 > width:
                    lines[-1] = lines[-1][:-1]
                lines[-1] += "…"
                return lines
            else:
                lines.append(part.lstrip())
    return lines


def _longest_word(text: str) -> int:
    return min(_LONGEST_WORD, max(map(display_width, _WORD.findall(text)), default=0))


def _cell(value: Any) -> str:
    return "—" if value is None else str(value)


def display_width(text: str) -> int:
    """Columns a text takes: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
