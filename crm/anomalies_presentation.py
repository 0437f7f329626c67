"""How anomalies are shown: the lead, the figures, and the events behind them (异常数据清单)."""

from collections.abc import Mapping
from typing import Any

from crm.codec import event_type
from crm.export import FileFormat, table_file
from crm.finding_figures import figures_line, figures_shown
from crm.lead_lines import lead_line
from crm.presentation import Shown
from domain.calendar import timestamp
from domain.event import Recorded
from domain.event_names import label_of
from domain.lead.anomaly import Anomaly, AnomalyKind, Severity
from domain.lead.history import LeadHistory, in_force, known_by
from projections.anomalies import AnomalyList, OddLead
from projections.clocks import Clocks

_COLUMNS = {
    "label": "异常类型",
    "severity_label": "程度",
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "recruiting_unit": "招引单位",
    "host_town": "落户镇",
    "chain": "所属产业链",
    "stage_label": "阶段",
    "leader": "包抓领导",
    "since": "起始日期",
    "summary": "情况",
}


def anomaly_item(item: OddLead) -> Shown:
    """One anomaly with its lead; `events` are added by `events_behind` where they are asked for."""
    found = item.anomaly
    return {
        "kind": found.kind.value,
        "label": found.kind.label,
        "severity": found.kind.severity.value,
        "severity_label": found.kind.severity.label,
        **lead_line(item.lead_id, item.state),
        "since": found.since.isoformat(),
        "figures": figures_shown(found.figures),
        "summary": figures_line(found.figures),
    }


def anomaly_counts(found: AnomalyList) -> Shown:
    """The counts above the list: by kind, by severity, by unit."""
    return {
        "count": len(found.items),
        "by_kind": [
            {
                "kind": kind.value,
                "label": kind.label,
                "severity": kind.severity.value,
                "count": found.by_kind[kind.value],
            }
            for kind in AnomalyKind
            if kind.value in found.by_kind
        ],
        "by_severity": {level.value: found.by_severity.get(level.value, 0) for level in Severity},
        "by_unit": _by_size(found.by_unit),
    }


def anomaly_file(found: AnomalyList, file_format: FileFormat) -> bytes:
    """A row for each anomaly."""
    shown = [anomaly_item(item) for item in found.items]
    rows = [{header: item[name] for name, header in _COLUMNS.items()} for item in shown]
    return table_file(rows, list(_COLUMNS.values()), "异常数据", file_format)


def events_behind(history: LeadHistory, clocks: Clocks, anomaly: Anomaly) -> list[Shown]:
    """The events an anomaly was found in, as known at K, in business order."""
    known = known_by(history, clocks.position)
    if anomaly.event_ids:
        wanted = set(anomaly.event_ids)
        behind = [recorded for recorded in known if recorded.event_id in wanted]
    else:
        behind = [
            recorded
            for recorded in in_force(known)
            if type(recorded.event) in anomaly.events and _in_periods(recorded, anomaly)
        ]
    return [
        {
            "event_id": str(recorded.event_id),
            "position": recorded.position,
            "type": event_type(recorded.event),
            "label": label_of(recorded.event),
            "occurred_on": recorded.event.occurred_on.isoformat(),
            "recorded_at": timestamp(recorded.recorded_at),
            "recorded_by": recorded.recorded_by,
        }
        for recorded in behind
        if recorded.event.occurred_on <= clocks.as_of
    ]


def _in_periods(recorded: Recorded[Any], anomaly: Anomaly) -> bool:
    period = getattr(recorded.event, "period", None)
    return anomaly.periods is None or period is None or period in anomaly.periods


def _by_size(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))
