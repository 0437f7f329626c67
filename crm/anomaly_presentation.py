"""How anomalies are shown: the lead, the figures, and the events behind them (数据疑点)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from crm.codec import event_type
from crm.finding_figures import figures_line, figures_shown
from crm.lead_lines import lead_line
from crm.presentation import Shown
from domain.calendar import timestamp
from domain.event import Recorded
from domain.event_names import label_of
from domain.lead import events as e
from domain.lead.anomaly import Anomaly
from domain.lead.history import LeadHistory, in_force, known_by
from domain.vocabulary import AnomalyKind, Severity
from projections.anomalies import OddLead
from projections.clocks import Clocks

ANOMALY_COLUMNS = {
    "kind_label": "疑点类型",
    "severity_label": "程度",
    "code": "编号",
    "title": "项目名称",
    "investor": "投资方",
    "recruiting_unit": "招引单位",
    "host_town": "落户镇",
    "chain": "所属产业链",
    "stage_label": "当前状态",
    "leader": "包抓领导",
    "since": "起始日期",
    "detail": "情况",
}


def anomaly_line(odd: OddLead) -> Shown:
    """A lead and what is odd about it; `other_lead_id` is the second lead, if any."""
    found = odd.anomaly
    figures = figures_shown(found.figures)
    return {
        **lead_line(odd.lead_id, odd.state),
        "kind": found.kind.value,
        "kind_label": found.kind.label,
        "severity": found.kind.severity.value,
        "severity_label": found.kind.severity.label,
        "since": found.since.isoformat(),
        "detail": figures_line(found.figures),
        "figures": figures,
        "other_lead_id": figures.get("other_lead_id"),
    }


def anomaly_counts(found: Sequence[OddLead]) -> Shown:
    """How many of each kind, of each severity, and of each unit."""
    kinds = Counter(odd.anomaly.kind for odd in found)
    weights = Counter(odd.anomaly.kind.severity for odd in found)
    units = Counter(odd.state.recruiting_unit for odd in found)
    return {
        "by_kind": {
            kind.value: {
                "label": kind.label,
                "severity": kind.severity.value,
                "count": kinds[kind],
            }
            for kind in AnomalyKind
        },
        "by_severity": {
            weight.value: {"label": weight.label, "count": weights[weight]} for weight in Severity
        },
        "by_unit": dict(sorted(units.items())),
    }


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
        ] or [
            # A part has signed, started and so on by the split it comes of.
            recorded
            for recorded in in_force(known)
            if isinstance(recorded.event, e.LeadSplitFrom)
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
