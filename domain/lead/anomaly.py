"""What kinds of oddity are there, and how much does each weigh? (异常数据, 防数据造假)

Domain section 4 ("Entry checks") and section 12 ("Anomaly list"); contract, "GET /anomalies".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from domain.lead.events import LeadEvent
from domain.vocabulary import Word


class Severity(Word):
    """How much an anomaly weighs: whether a count is in doubt, a figure, or only a habit."""

    HIGH = "high", "严重"
    MEDIUM = "medium", "关注"
    LOW = "low", "提示"


class AnomalyKind(Word):
    """The kinds of the anomaly list."""

    REPEATED_RETURN = "repeated_return", "数据与上月雷同"
    FUNDS_OVER_AGREED = "funds_over_agreed", "到位资金超过协议金额"
    RETURN_FELL = "return_fell", "累计投资低于前期"
    BUILT_OVER_FIXED = "built_over_fixed", "固投超过协议固定资产部分"
    NO_PHOTO = "no_photo", "开工无现场照片"
    START_SELF_VERIFIED = "start_self_verified", "开工录入人与核查人相同"
    STOPPED_AT_ONCE = "stopped_at_once", "开工即停工"
    IDLE_BUT_REPORTED = "idle_but_reported", "核查停工而仍报进度"
    DOUBLE = "double", "疑似重复统计"
    PHASES_OVER_PARENT = "phases_over_parent", "分期金额超过总协议"
    THIN_CAPITAL = "thin_capital", "协议金额与注册资本悬殊"
    HUGE_AMOUNT = "huge_amount", "协议金额异常巨大"
    LATE_EDIT = "late_edit", "结账后补录或作废"
    NO_GATES = "no_gates", "未经尽调或合同审查签约"
    RED_LINES = "red_lines", "触碰红线仍签约"
    BUILT_BEFORE_SIGNING = "built_before_signing", "先建后签"
    ROUND_FIGURES = "round_figures", "连续整数上报"
    NO_SPONSOR = "no_sponsor", "签约项目无包抓领导"

    @property
    def severity(self) -> Severity:
        return _SEVERITY.get(self, Severity.MEDIUM)


_SEVERITY = {
    AnomalyKind.STOPPED_AT_ONCE: Severity.HIGH,
    AnomalyKind.START_SELF_VERIFIED: Severity.HIGH,
    AnomalyKind.IDLE_BUT_REPORTED: Severity.HIGH,
    AnomalyKind.DOUBLE: Severity.HIGH,
    AnomalyKind.RED_LINES: Severity.HIGH,
    AnomalyKind.NO_GATES: Severity.HIGH,
    AnomalyKind.HUGE_AMOUNT: Severity.HIGH,
    AnomalyKind.LATE_EDIT: Severity.LOW,
    AnomalyKind.ROUND_FIGURES: Severity.LOW,
    AnomalyKind.NO_SPONSOR: Severity.LOW,
}


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One kind on one lead. `since` is the business day it dates from.

    `figures` holds integers of 元 (`_yuan`) or 美元 (`_usd`), days and words. The events behind it
    are those of `events` kinds (of `periods` only, where given), or exactly `event_ids`.
    """

    kind: AnomalyKind
    since: date
    figures: dict[str, Any] = field(default_factory=dict)
    events: frozenset[type[LeadEvent]] = frozenset()
    periods: frozenset[str] | None = None
    event_ids: tuple[UUID, ...] = ()


Found = Iterator[Anomaly]
