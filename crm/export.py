"""Lists and tables as .csv and .xlsx, with Chinese headers: what staff open in Excel.

pandas is imported when the first file is asked for, not at start.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

from crm.presentation import COLOUR_LABELS, KIND_LABELS, METRIC_LABELS
from crm.tables import display_width

Rows = list[dict[str, Any]]

_LIST_COLUMNS = {
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "recruiting_unit": "招引单位",
    "host_town": "落户镇",
    "chain": "所属产业链",
    "kind": "协议类别",
    "agreed_total_wan": "协议金额（万元）",
    "signed_on": "签约时间",
    "started_on": "开工时间",
    "completed_on": "竣工时间",
    "produced_on": "投产时间",
    "exited_on": "退出时间",
    "days_in_list": "在列天数",
    "due_on": "应完成日期",
    "overdue_days": "超期天数",
    "suspended": "是否停工",
    "colour": "颜色",
    "trial": "试生产",
    "partial": "部分投产",
    "open_issues": "未销号问题",
    "leader": "包抓领导",
    "unit": "责任单位",
    "person": "责任人",
}
# The county's own 问题清单 has these columns (domain section 2, proposed columns).
_PROBLEM_COLUMNS = {
    "code": "编号",
    "lead_code": "项目编号",
    "lead_title": "项目名称",
    "recruiting_unit": "招引单位",
    "raised_on": "提出日期",
    "class_label": "问题类别",
    "text": "问题描述",
    "leader": "责任领导",
    "unit": "责任单位",
    "person": "责任人",
    "due": "完成时限",
    "overdue_days": "逾期天数",
    "last_action_on": "最新落实日期",
    "last_action": "最新落实",
    "state_label": "状态",
    "claimed_on": "申请销号日期",
    "closed_on": "销号日期",
    "confirmer": "销号确认人",
    "reopened": "重新打开次数",
    "level_label": "督办级别",
}
_FLAGS = ("suspended", "trial", "partial")
_METRIC_COLUMNS = {
    "target": "目标",
    "actual": "完成（净）",
    "completion": "完成率",
    "gap_pp": "超欠时序进度（百分点）",
    "remaining": "剩余",
    "gross": "其中签约总数",
    "exited": "其中已退出",
    "recognised": "其中已认定",
    "adjustments": "合并核减",
}

FileFormat = Literal["csv", "xlsx"]
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer as a table, each row by header: what a file holds whole and a terminal in brief.

    `brief` names the columns a terminal has room for (default: all) and `said` is what it says
    above them; every row of a file carries `clocks`, for a file goes far from its question.
    """

    name: str
    headers: Sequence[str]
    rows: Rows
    brief: Sequence[str] = ()
    said: Sequence[str] = ()
    clocks: dict[str, str] = field(default_factory=dict)

    def file(self, file_format: FileFormat) -> bytes:
        rows = [{**row, **self.clocks} for row in self.rows]
        return table_file(rows, [*self.headers, *self.clocks], self.name, file_format)


def list_sheet(shown: dict[str, Any]) -> Sheet:
    """A stage list as a table."""
    rows = [
        {
            header: {
                "kind": KIND_LABELS.get(item["kind"]),
                "colour": COLOUR_LABELS.get(item["colour"]),
                **{flag: "是" if item[flag] else "否" for flag in _FLAGS},
                "agreed_total_wan": number(item["agreed_total_wan"]),
            }.get(name, item[name])
            for name, header in _LIST_COLUMNS.items()
        }
        for item in shown["items"]
    ]
    return Sheet(shown["label"], list(_LIST_COLUMNS.values()), rows)


def problem_sheet(shown: dict[str, Any]) -> Sheet:
    """Problems as a table."""
    return items_sheet(shown["items"], _PROBLEM_COLUMNS, "问题清单")


def target_sheet(shown: dict[str, Any]) -> Sheet:
    """A target table, a line for each figure of each division."""
    rows: Rows = [
        _metric_row("全县", METRIC_LABELS[name], metric)
        for name, metric in shown["metrics"].items()
    ]
    for part, label in (("by_unit", "单位"), ("by_town", "镇"), ("by_chain", "产业链")):
        for name, share in shown[part].items():
            rows += [
                _metric_row(f"{label}：{name}", METRIC_LABELS[metric], figures)
                for metric, figures in share.items()
            ]
    for quarter, share in shown["by_quarter"].items():
        rows += [
            _metric_row(f"至第{quarter}季度末", METRIC_LABELS[metric], figures)
            for metric, figures in share.items()
        ]
    for month, figures in shown["by_month"].items():
        rows += [
            _metric_row(f"月份：{month}", METRIC_LABELS[metric], {"actual": actual})
            for metric, actual in figures.items()
        ]
    rows.append(_metric_row("全县", "时序进度", {"actual": shown["time_progress"]}))
    headers = ["范围", "指标", *_METRIC_COLUMNS.values()]
    return Sheet(f"{shown['year']}年目标完成情况", headers, rows)


def _metric_row(scope: str, label: str, metric: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"范围": scope, "指标": label}
    for key, header in _METRIC_COLUMNS.items():
        row[header] = number(metric.get(key))
    return row


def number(text: Any) -> Any:
    """Amounts and ratios are exact text; a worksheet wants numbers, to add them up."""
    return Decimal(text) if isinstance(text, str) else text


def items_sheet(
    items: Sequence[dict[str, Any]],
    columns: dict[str, str],
    name: str,
    brief: Sequence[str] = (),
    said: Sequence[str] = (),
) -> Sheet:
    """The items of a list, a row each; `columns` and `brief` by the names of their fields."""
    rows = [{header: cell(item[key]) for key, header in columns.items()} for item in items]
    return Sheet(name, list(columns.values()), rows, [columns[key] for key in brief], said)


def cell(value: Any, name: str = "") -> Any:
    """A value of an answer as a worksheet has it; of a named figure, text is a number."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if name in ("", "label") else number(value)


def clock_columns(shown: dict[str, Any]) -> dict[str, str]:
    """The two clocks of an answer, as columns."""
    return {"截至": shown["as_of"], "录入时刻": shown["known_at"]}


_RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def table_file(rows: Rows, headers: list[str], sheet: str, file_format: FileFormat) -> bytes:
    """Rows as a file, one worksheet; each row by header."""
    import pandas as pd

    if file_format == "csv":
        rows = [{name: _defused(value) for name, value in row.items()} for row in rows]
    # object: a whole number beside an empty cell would become a float
    frame = pd.DataFrame(rows, columns=pd.Index(headers), dtype=object)
    if file_format == "csv":
        text: str = frame.to_csv(index=False)
        return text.encode("utf-8-sig")
    out = BytesIO()
    # Text that begins with "=" stays text: staff and investors type what they like.
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(out, engine="xlsxwriter", engine_kwargs=options) as writer:
        frame.to_excel(writer, sheet_name=sheet, index=False, freeze_panes=(1, 0))
        page = writer.sheets[sheet]
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        for column, header in enumerate(headers):
            texts = [header, *(str(row[header] or "") for row in rows)]
            page.set_column(column, column, min(40, 2 + max(map(display_width, texts))))
    return out.getvalue()


def _defused(value: Any) -> Any:
    """A CSV cell that a spreadsheet would run as a formula is led by an apostrophe.

    A Chinese one takes the wide signs for the same.
    """
    if isinstance(value, str) and value.lstrip(" \u3000").startswith(_RUNS):
        return f"'{value}"
    return value
