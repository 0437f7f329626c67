"""How anomalies, exit proposals and notices are shown."""

from collections import Counter
from collections.abc import Sequence

from crm.lead_lines import lead_line
from crm.presentation import Shown, day_text
from domain.vocabulary import AnomalyKind
from projections.anomalies import Anomaly
from projections.exit_proposals import ExitProposal, ExitRule, ExitStep
from projections.notices import IssuedNotice

RULE_LABELS = {
    ExitRule.START_OVERDUE: "超约定开工期限",
    ExitRule.UNPERFORMED: "长期未履约",
}
STEP_LABELS = {
    ExitStep.NOTIFY: "发出限期开工通知",
    ExitStep.WAIT: "通知期限未到",
    ExitStep.EXIT: "提请退出",
}


def anomaly_line(found: Anomaly) -> Shown:
    """A lead and what is odd about it."""
    return {
        **lead_line(found.lead_id, found.state),
        "kind": found.kind.value,
        "kind_label": found.kind.label,
        "detail": found.detail,
        "other_lead_id": str(found.other) if found.other else None,
    }


def anomaly_counts(found: Sequence[Anomaly]) -> Shown:
    """How many of each kind, and of each unit."""
    kinds = Counter(one.kind for one in found)
    units = Counter(one.state.recruiting_unit for one in found)
    return {
        "by_kind": {
            kind.value: {"label": kind.label, "count": kinds[kind]} for kind in AnomalyKind
        },
        "by_unit": dict(sorted(units.items())),
    }


def notice_line(one: IssuedNotice) -> Shown:
    """A notice, the lead it went to, and whether it was answered."""
    return {
        **lead_line(one.lead_id, one.lead),
        "notice_id": str(one.notice_id),
        "level": one.notice.level.value,
        "level_label": one.notice.level.label,
        "text": one.notice.text,
        "issued_on": one.notice.issued_on.isoformat(),
        "due": one.notice.due.isoformat(),
        "answered_on": day_text(one.notice.answered_on),
        "state": one.state.value,
    }


def proposal_line(found: ExitProposal) -> Shown:
    """A stalled project, the rule, the notice it got, and the next step."""
    notice = found.notice
    return {
        **lead_line(found.lead_id, found.state),
        "signed_on": day_text(found.state.signed_on),
        "rule": found.rule.value,
        "rule_label": RULE_LABELS[found.rule],
        "step": found.step.value,
        "step_label": STEP_LABELS[found.step],
        "due_on": found.due_on.isoformat(),
        "notice": None
        if notice is None
        else {
            "level": notice.level.value,
            "issued_on": notice.issued_on.isoformat(),
            "due": notice.due.isoformat(),
            "answered_on": day_text(notice.answered_on),
        },
    }
