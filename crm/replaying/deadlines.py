"""Which deadlines of a lead passed between two business days? (期间届满的期限)

A deadline is passed on the day after it: what was due on 30 June is late on 1 July. It is named
also when it had been met, with the day: who asks why a lead stands otherwise sees that it is not
for this one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.lead.deadlines import agreed_due_on, due_on
from domain.lead.state import LeadState
from domain.rulebook import Rulebook
from domain.vocabulary import Milestone, PermitState, Stage

_NEXT = {Stage.FRAMEWORK: "转签合同", Stage.SIGNED: "开工", Stage.STARTED: "竣工",
         Stage.COMPLETED: "投产"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deadline:
    """`met_on` is the day it was met; `met` says so where the day is not kept."""

    kind: str
    label: str
    due: date
    met_on: date | None = None
    met: bool = False


def passed(state: LeadState, rules: Rulebook, first: date, last: date) -> list[Deadline]:
    """Those of `state` that had not passed on `first` and had on `last`, the earliest first."""
    found = [one for one in _deadlines(state, rules) if first <= one.due < last]
    return sorted(found, key=lambda one: (one.due, one.kind, one.label))


def _deadlines(state: LeadState, rules: Rulebook) -> Iterator[Deadline]:
    reached = {
        Milestone.START: state.started_on,
        Milestone.COMPLETION: state.completed_on,
        Milestone.PRODUCTION: state.produced_on,
    }
    agreed = {
        Milestone.START: state.start_due,
        Milestone.COMPLETION: state.completion_due,
        Milestone.PRODUCTION: state.production_due,
    }
    for milestone, due in agreed.items():
        if due is not None:
            yield _milestone("agreed", f"约定{milestone.label}", due, reached[milestone])
    default = due_on(state, rules)
    if default is not None and agreed_due_on(state) is None:
        yield Deadline("default", f"按规则应{_NEXT[state.stage]}", default)
    for milestone, due in state.planned.items():
        yield _milestone("planned", f"计划{milestone.label}", due, reached[milestone])
    for item, permit in state.permits.items():
        if permit.due is not None:
            met = permit.state is not PermitState.REQUIRED
            on = permit.stated_on if met else None
            yield Deadline("permit", f"办理{item.label}", permit.due, on, met)
    for notice in state.notices.values():
        answered = notice.answered_on
        yield Deadline(
            "notice", f"回复{notice.level.label}", notice.due, answered, answered is not None
        )
    if state.next_due is not None:  # of the last contact: there has been none since
        yield Deadline("next_step", f"下一步：{state.next_step or '未注明'}", state.next_due)
    if state.colour_override is not None:
        label = f"人工调整颜色（{state.colour_override.colour.label}）"
        yield Deadline("colour", label, state.colour_override.until)


def _milestone(kind: str, label: str, due: date, reached: date | None) -> Deadline:
    return Deadline(kind, label, due, reached, reached is not None)
