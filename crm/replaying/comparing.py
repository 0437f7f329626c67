"""What changed between two moments (前后对照): the fields that differ, and why each does."""

from collections.abc import Sequence
from typing import Any

from crm.export import Sheet
from crm.presentation import Shown, day_text, event_shown
from crm.replaying.causes import Change, Difference, changes, differences
from crm.replaying.deadlines import Deadline, passed
from crm.replaying.fields import HIDDEN
from crm.replaying.labels import OF_LEAD, label_in_record, label_of_field
from crm.replaying.moments import Moment, voids_in
from crm.replaying.words import in_words
from domain.calendar import timestamp
from domain.errors import NotFound
from domain.event import Recorded
from domain.event_names import label_of
from domain.lead.events import EventVoided, LeadEvent

NOT_SHOWN = "（内容不显示）"
_HEADERS = ("字段", "之前", "之后", "原因")


def compared(before: Moment, after: Moment) -> Shown:
    """Two moments of a lead held side by side.

    Raises `NotFound` where there is no such lead at either.
    """
    state = after.state or before.state
    if state is None:
        raise NotFound("lead_not_found", "按所给的两个时刻，都没有这个项目（或其登记已作废）")
    changed = changes(before, after)
    known_first, known_last = sorted((before.version, after.version))
    longer = after.known if after.version >= before.version else before.known
    first, last = sorted((before.as_of, after.as_of))
    return {
        "lead_id": str(after.lead_id),
        "code": state.code,
        "title": state.title,
        "as_of": after.as_of.isoformat(),
        "known_at": timestamp(after.known_at),
        "before": before.shown(),
        "after": after.shown(),
        "differences": [_difference(one) for one in differences(before, after)],
        "changes": [change_shown(change) for change in changed],
        "recorded": [record_shown(recorded, longer) for recorded in longer[known_first:known_last]],
        "deadlines": [_deadline(one) for one in passed(state, after.rules, first, last)],
        "rules": [event_shown(r) for r in _other_rules(before, after)],
    }


def change_shown(change: Change) -> Shown:
    """A record behind a difference, and how it came to be one."""
    shown = _brief(change.recorded)
    shown |= {"how": change.how.value, "how_label": change.how.label}
    void = change.void
    shown["voided_by"] = str(void.event_id) if void else None
    shown["void"] = {**_brief(void), "ground": _ground(void)} if void else None
    return shown


def record_shown(recorded: Recorded[LeadEvent], known: Sequence[Recorded[LeadEvent]]) -> Shown:
    """A record, whatever it says, and the void that has taken it out of force."""
    void = voids_in(known).get(recorded.event_id)
    shown = {**_brief(recorded), "voided_by": str(void.event_id) if void else None}
    if isinstance(recorded.event, EventVoided):
        shown |= {"voids": str(recorded.event.event_id), "ground": recorded.event.ground}
    return shown


def value_shown(field: str, value: Any) -> tuple[Any, str]:
    """A field's value, and in the words staff read; neither of a field that is not shown."""
    if field in HIDDEN:
        return None, NOT_SHOWN
    # A part of a field under a key of its own is one of its items, and no more a map of them.
    return value, in_words(field if field in OF_LEAD else "", value, label_in_record)


def _brief(recorded: Recorded[LeadEvent]) -> Shown:
    """Who recorded what and when; not what it says, which the history has."""
    shown = event_shown(recorded)
    return {name: value for name, value in shown.items() if name not in ("data", "evidence")}


def _ground(void: Recorded[LeadEvent]) -> str | None:
    return void.event.ground if isinstance(void.event, EventVoided) else None


def _difference(one: Difference) -> Shown:
    before, before_text = value_shown(one.field, one.before)
    after, after_text = value_shown(one.field, one.after)
    return {
        "field": one.field,
        "label": label_of_field(one.field),
        "before": before,
        "after": after,
        "before_text": before_text,
        "after_text": after_text,
        "hidden": one.field in HIDDEN,
        "events": [change_shown(change) for change in one.causes],
        "by_time": one.by_time,
        "by_rules": one.by_rules,
        "why": _why(one),
    }


def _why(one: Difference) -> str:
    told = [_told(change) for change in one.causes]
    if one.by_time:
        told.append("日期推移")
    if one.by_rules:
        told.append("规则调整")
    return "；".join(told)


def _told(change: Change) -> str:
    """补录 签约（2023-03-01，张三 2023-06-05 录入）."""
    r, by = change.recorded, change.void or change.recorded
    done = "作废" if change.void else "录入"
    day = timestamp(by.recorded_at)[:10]
    return (
        f"{change.how.label} {label_of(r.event)}"
        f"（{r.event.occurred_on}，{by.recorded_by} {day} {done}）"
    )


def _deadline(one: Deadline) -> Shown:
    return {
        "kind": one.kind,
        "label": one.label,
        "due": one.due.isoformat(),
        "met": one.met,
        "met_on": day_text(one.met_on),
    }


def _other_rules(before: Moment, after: Moment) -> list[Recorded[Any]]:
    """Revisions of the rules that held at one of the moments only."""
    then, now = (
        {r.event_id for r in moment.revisions if r.event.effective_from <= moment.as_of}
        for moment in (before, after)
    )
    known = max(before.revisions, after.revisions, key=len)
    return [r for r in known if r.event_id in then ^ now]


def compared_sheet(shown: Shown) -> Sheet:
    """A row for each field that differs; the moments and what passed between are said above."""
    rows = [
        dict(
            zip(
                _HEADERS,
                (one["label"], one["before_text"], one["after_text"], one["why"]),
                strict=True,
            )
        )
        for one in shown["differences"]
    ]
    said = [f"{shown['code']} {shown['title']}"]
    for side, name in (("before", "之前"), ("after", "之后")):
        moment = shown[side]
        stands = moment["stage_label"] or "没有这个项目"
        said.append(
            f"{name}：{moment['as_of']}，录入至 {moment['known_at'][:19].replace('T', ' ')}"
            f"（第 {moment['version']} 版），{stands}"
        )
    said.append(f"其间录入 {len(shown['recorded'])} 条记录")
    late = [f"{one['label']} {one['due']}" for one in shown["deadlines"] if not one["met"]]
    if late:
        said.append(f"其间届满的期限：{'；'.join(late)}")
    return Sheet("前后对照", _HEADERS, rows, (), said)
