"""What makes up the reply rate and the open notices? The notices, under their leads. (督办通知)

Plan clauses 36, 76. A notice is part of its lead's history: it stands under the lead, with what was
issued and what was answered.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crm.explained.figure import (
    WHERE,
    Figure,
    Inquiry,
    Line,
    NoticeLine,
    OfStates,
    Source,
    Values,
)
from domain.lead import events as e
from domain.lead import facts as f
from domain.lead.facts import Fact
from projections.lead_states import LeadOnDay, leads_on
from projections.notices import Notices, NoticeState, notices

_SOURCE = Source("/notices", ("clock", "leads", "states", "rules"), optional=WHERE)

_KINDS = (e.NoticeIssued, e.NoticeAnswered)
Part = Callable[[Notices], Values]


def _figure(name: str, label: str, part: Part, shown: Callable[[Notices], Any]) -> Figure:
    def values(lead: LeadOnDay, q: Inquiry) -> Values:
        return part(notices([lead], q.day))

    def facts(*_: Any) -> list[Fact]:
        return [f.every(*_KINDS)]

    def complete(line: Line, q: Inquiry) -> Line:
        """Only the notices that have a part, each with its own events."""
        found = [one for one in _each(line, q, part) if any(one.values.values())]
        behind = [r for r in line.events if not isinstance(r.event, _KINDS)]
        return replace(
            line, events=[*behind, *(r for one in found for r in one.events)], notices=found
        )

    return Figure(
        f"notices_{name}",
        f"督办通知：{label}",
        _SOURCE,
        lambda q: shown(notices(leads_on(q.connection, q.clocks, q.where), q.day)),
        OfStates(values, facts, complete=complete),
    )


def _each(line: Line, q: Inquiry, part: Part) -> list[NoticeLine]:
    """Every notice of a lead by itself: its part is the figure of that notice alone."""
    state = line.state
    if state is None:
        return []
    found = []
    for notice_id, notice in state.notices.items():
        alone = LeadOnDay(line.lead_id, replace(state, notices={notice_id: notice}))
        events = [
            r
            for r in line.events
            if r.event_id == notice_id
            or (isinstance(r.event, e.NoticeAnswered) and r.event.notice_id == notice_id)
        ]
        found.append(NoticeLine(notice_id, part(notices([alone], q.day)), events))
    return found


def _counted(name: str, label: str, *states: NoticeState) -> Figure:
    def count(found: Notices) -> int:
        return sum(one.state in states for one in found.items)

    return _figure(name, label, lambda found: {"count": count(found)}, count)


FIGURES = [
    _figure(
        "reply_rate",
        "按期回复率",
        lambda found: {"numerator": found.in_time, "denominator": found.due},
        lambda found: found.reply_rate,
    ),
    _counted("issued", "已发出（份）", *NoticeState),
    _counted("open", "待回复（份）", NoticeState.OPEN),
    _counted("overdue", "逾期未回复（份）", NoticeState.OVERDUE),
    _counted("answered", "已回复（份）", NoticeState.ANSWERED),
]
