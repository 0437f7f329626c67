"""How late entries are shown: delays by group, rushes, and each entry (录入时效)."""

from crm.export import Sheet, items_sheet, number
from crm.presentation import Shown
from domain.calendar import timestamp
from domain.event_names import EVENT_NAMES
from projections.late_entries import Delay, LateEntry, Rush

_TYPE_LABELS = {entry.name: entry.label for entry in EVENT_NAMES}
_DELAY_COLUMNS = {
    "entries": "录入条数",
    "median_days": "中位时差（天）",
    "p90_days": "90分位时差（天）",
    "longest_days": "最长时差（天）",
    "late": "迟录条数",
    "late_share": "迟录占比",
}
LATE_ENTRY_COLUMNS = {
    "label": "事项",
    "code": "项目编号",
    "title": "项目名称",
    "occurred_on": "业务日期",
    "recorded_at": "录入于",
    "recorded_by": "录入人",
    "unit": "招引单位",
    "delay_days": "时差（天）",
    "voided": "已作废",
}


def delay_line(delay: Delay) -> Shown:
    """One group; days as text, halves and tenths possible. `leads` are those entered late."""
    return {
        "name": delay.name,
        "entries": delay.entries,
        "median_days": _days(delay.median_days),
        "p90_days": _days(delay.p90_days),
        "longest_days": delay.longest_days,
        "late": delay.late,
        "late_share": delay.late_share,
        "leads": [str(lead) for lead in delay.leads],
    }


def rush_line(rush: Rush) -> Shown:
    """Days before a month's end with far more entries than usual."""
    return {
        "name": rush.name,
        "from": rush.first.isoformat(),
        "to": rush.last.isoformat(),
        "label": "季末突击" if rush.quarter_end else "月末突击",
        "entries": rush.entries,
        "usual": rush.usual,
        "leads": [str(lead) for lead in rush.leads],
    }


def late_entry_line(entry: LateEntry) -> Shown:
    """A back-dated entry."""
    return {
        "event_id": str(entry.event_id),
        "lead_id": str(entry.lead_id),
        "code": entry.code,
        "title": entry.title,
        "position": entry.position,
        "type": entry.type,
        "label": _TYPE_LABELS[entry.type],
        "occurred_on": entry.occurred_on.isoformat(),
        "recorded_at": timestamp(entry.recorded_at),
        "recorded_by": entry.recorded_by,
        "unit": entry.unit,
        "delay_days": entry.delay_days,
        "voided": entry.voided,
    }


def delay_sheet(shown: Shown) -> Sheet:
    """A row for each group; the rushes are said above."""
    rows = [
        {"name": item["name"], **{name: number(item[name]) for name in _DELAY_COLUMNS}}
        for item in shown["items"]
    ]
    columns = {"name": shown["label"], **_DELAY_COLUMNS}
    said = [
        f"{rush['name']} {rush['from']} 至 {rush['to']} {rush['label']}：{rush['entries']} 条"
        f"（平时 {rush['usual']} 条）"
        for rush in shown["rushes"]
    ]
    return items_sheet(rows, columns, "录入时效", said=said)


def _days(days: float) -> str:
    return f"{days:.1f}".removesuffix(".0")
