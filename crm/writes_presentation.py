"""How entries of the whole log are shown to auditors: whose, when, on what, how late (录入明细)."""

from datetime import date

from crm.export import Sheet, items_sheet
from crm.presentation import Shown
from domain.calendar import business_day, timestamp
from domain.event_names import EVENT_NAMES
from domain.workdays import WorkCalendar
from projections.writes import Write, Writer

_TYPE_LABELS = {entry.name: entry.label for entry in EVENT_NAMES}
_COLUMNS = {
    "position": "记录号",
    "recorded_at": "录入于",
    "recorded_by": "录入人",
    "recorded_with": "令牌或会话",
    "subject_label": "对象",
    "name": "对象编号或名称",
    "code": "项目编号",
    "title": "项目名称",
    "label": "事项",
    "occurred_on": "业务日期",
    "delay_days": "时差（天）",
    "delay_workdays": "时差（工作日）",
    "voided": "已作废",
    "voided_at": "作废于",
    "voided_by_name": "作废人",
    "event_id": "记录",
}
_BRIEF = ("position", "recorded_at", "recorded_by", "subject_label", "name", "title", "label",
          "occurred_on", "delay_days", "voided")  # fmt: skip


def delay_workdays(occurred_on: date, recorded_on: date, calendar: WorkCalendar) -> int:
    """Workdays from the day after it happened to that of recording."""
    whole = calendar.workdays_between(occurred_on, recorded_on)
    return whole - calendar.is_workday(occurred_on) if occurred_on <= recorded_on else 0


def write_line(write: Write, calendar: WorkCalendar) -> Shown:
    """An entry: who, when, on what, of which day; what took it out of force, if anything has."""
    void = write.void
    return {
        "position": write.position,
        "event_id": str(write.event_id),
        "stream_id": str(write.stream_id),
        "subject": write.subject.value,
        "subject_label": write.subject.label,
        "name": write.subject_name,
        "lead_id": str(write.lead_id) if write.lead_id else None,
        "code": write.code,
        "title": write.title,
        "type": write.type,
        "label": _TYPE_LABELS[write.type],
        "occurred_on": write.occurred_on.isoformat(),
        "recorded_at": timestamp(write.recorded_at),
        "recorded_by": write.recorded_by,
        "recorded_with": write.recorded_with,
        "delay_days": write.delay_days,
        "delay_workdays": delay_workdays(
            write.occurred_on, business_day(write.recorded_at), calendar
        ),
        "voided": void is not None,
        "voided_by": str(void.event_id) if void else None,
        "voided_at": timestamp(void.recorded_at) if void else None,
        "voided_by_name": void.recorded_by if void else None,
    }


def writer_line(writer: Writer) -> Shown:
    """Whose entries, how many, and the longest delay among them."""
    return {
        "name": writer.name,
        "entries": writer.entries,
        "longest_days": writer.longest_days,
    }


def writes_sheet(shown: Shown, name: str) -> Sheet:
    """A row for each entry; who has made how many is said above."""
    people = [
        f"{one['name']} {one['entries']} 条（最长时差 {one['longest_days']} 天）"
        for one in shown["by_person"]
    ]
    return items_sheet(shown["items"], _COLUMNS, name, _BRIEF, ["；".join(people)])
