"""What may be recorded of a ranked unit: its group, inspections, interviews, voids.

Plan clauses 75 and 77: an interview takes both conditions, a place at the tail and a serious lag.
Each function judges one entry on the unit's history so far. Raises `Refused`, `BadInput`,
`NotFound`; nothing is recorded.
"""

from dataclasses import dataclass
from decimal import Decimal

from domain.errors import BadInput, NotFound, Refused, require_text
from domain.unit.events import (
    InspectionRecorded,
    InterviewHeld,
    UnitEntryVoided,
    UnitEvent,
    UnitGrouped,
)
from domain.unit.known import UnitHistory, in_force

_MOST_POINTS = 100
_SMALLEST = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class InterviewConditions:
    """约谈条件, as worked out at a day: each with why it holds or does not."""

    last: bool
    behind: bool
    why: str

    @property
    def both(self) -> bool:
        return self.last and self.behind


def place(_: UnitHistory, grouping: UnitGrouped) -> list[UnitEvent]:
    """参评分组: the latest one counts."""
    require_text(grouping.unit, "unit")
    return [grouping]


def record_inspection(_: UnitHistory, inspection: InspectionRecorded) -> list[UnitEvent]:
    """督查加减分."""
    require_text(inspection.unit, "unit")
    require_text(inspection.ground, "ground")
    points = inspection.points
    if not points.is_finite() or points == 0:
        raise BadInput("points", "加分为正数，减分为负数，不能为零")
    if abs(points) > _MOST_POINTS:
        raise BadInput("points", f"一次加减分不能超过 {_MOST_POINTS} 分")
    if points != points.quantize(_SMALLEST):
        raise BadInput("points", "分值最多两位小数")
    return [inspection]


def hold_interview(
    history: UnitHistory, interview: InterviewHeld, conditions: InterviewConditions
) -> list[UnitEvent]:
    """约谈, once for a period, and only when both conditions hold on its day."""
    for field in ("unit", "interviewer", "interviewee", "text"):
        require_text(getattr(interview, field), field)
    if not conditions.both:
        raise Refused("interview_conditions", f"不符合约谈条件：{conditions.why}")
    for standing in in_force(history):
        earlier = standing.event
        if isinstance(earlier, InterviewHeld) and earlier.period == interview.period:
            raise Refused(
                "already_interviewed",
                f"该单位已于{earlier.occurred_on}就该周期约谈；如需更正，请先作废",
            )
    return [interview]


def void_entry(history: UnitHistory, void: UnitEntryVoided) -> list[UnitEvent]:
    """作废 of an entry on the unit."""
    target = next((r for r in history if r.event_id == void.event_id), None)
    if target is None:
        raise NotFound("event_not_found", "该单位没有这条记录，请核对编号和单位")
    if isinstance(target.event, UnitEntryVoided):
        raise Refused("void_not_voidable", "作废记录本身不能作废；如属误作废，请重新录入原事项")
    if target not in in_force(history):
        raise Refused("already_voided", "该记录已作废")
    require_text(void.ground, "ground")
    return [void]
