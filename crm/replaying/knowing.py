"""Who knew what when? (何时知情) What the program said of one field on a fixed day, as it learnt.

For each thing it said: from which moment of recording on, until when, by which records, entered by
whom. What is recorded by one command is known at one moment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Any

from crm.export import Sheet, items_sheet
from crm.presentation import Shown
from crm.replaying.comparing import record_shown, value_shown
from crm.replaying.fields import HIDDEN, JUDGED, apart, whole_fields
from crm.replaying.labels import OF_LEAD, label_of_field
from crm.replaying.moments import Moment, folded, rules_of
from domain.calendar import timestamp
from domain.errors import BadInput, NotFound
from domain.event import Recorded
from domain.lead.events import EventVoided, LeadRegistered, LeadSplitFrom
from domain.lead.folding import evolve
from domain.lead.history import business_key, events_at
from domain.lead.state import LeadState

_PARTED = ("permits", "recognised", "investment_returns", "funds_by_source_wan", "progress",
           "notices", "incomplete_fields", "plan")  # fmt: skip
_COLUMNS = {
    "text": "系统所示",
    "known_from": "自",
    "known_to": "至",
    "recorded_by": "录入人",
    "label": "因何记录",
    "occurred_on": "业务日期",
    "event_id": "记录",
}
_NO_LEAD = "（没有这个项目）"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said from the moment `known_from` on; `exists`: whether there was such a lead.

    `learnt` is what was recorded then that made it so.
    """

    value: Any
    exists: bool
    known_from: datetime
    learnt: Sequence[Recorded[Any]]


def require_field(field: str) -> str:
    """Raises `BadInput` for a field that no lead is shown with."""
    name, dot, _ = field.partition(".")
    if field in OF_LEAD or (dot and name in _PARTED):
        return field
    raise BadInput("field", f"没有这个字段；可选：{'、'.join(n for n in OF_LEAD if '.' not in n)}")


def said_of(moment: Moment, field: str) -> list[Said]:
    """Everything said of a field on the moment's day, by what was known up to the moment."""
    told: list[Said] = []
    for at, known, revisions, learnt, state in _learning(moment, field):
        exists, value = state is not None, _value(moment, field, state, revisions)
        if told and (told[-1].exists, told[-1].value) == (exists, value):
            continue
        behind = learnt
        if len(learnt) > 1:
            behind = _behind(moment, field, known, revisions, learnt, value) or learnt
        told.append(Said(value, exists, at, behind))
    return told


Known = Sequence[Recorded[Any]]


def _learning(
    moment: Moment, field: str
) -> Iterator[tuple[datetime, Known, Known, Known, LeadState | None]]:
    """After each command: the lead's events and the rules known, what was learnt, the lead."""
    ruled = field.partition(".")[0] in JUDGED
    streams = [moment.known, moment.revisions if ruled else ()]
    news = sorted((one for stream in streams for one in _known_from(stream)), key=itemgetter(0))
    lead = _Growing(moment.as_of)
    revisions: list[Recorded[Any]] = []
    for at, group in groupby(news, key=itemgetter(0)):
        learnt = [recorded for _, recorded in group]
        of_lead: list[Recorded[Any]] = []
        for recorded in learnt:
            (of_lead if recorded.stream_id == moment.lead_id else revisions).append(recorded)
        lead.learn(of_lead)
        if lead.known:  # before its registration there is nothing to say
            yield at, lead.known, revisions, learnt, lead.state


def _known_from(stream: Known) -> Iterator[tuple[datetime, Recorded[Any]]]:
    """A later entry is never known earlier, though it come by another server's clock."""
    times = accumulate((r.recorded_at for r in stream), max)
    return zip(times, stream, strict=True)


class _Growing:
    """A lead on one day as it becomes known: folded on where news come last in business order."""

    def __init__(self, day: date) -> None:
        self._day = day
        self.known: list[Recorded[Any]] = []
        self.state: LeadState | None = None
        self._last: tuple[bool, date, int] | None = None

    def learn(self, news: Sequence[Recorded[Any]]) -> None:
        self.known += news
        for recorded in news:
            if not self._goes_on(recorded):
                self._fold_again()
                return

    def _goes_on(self, recorded: Recorded[Any]) -> bool:
        key = business_key(recorded)
        moving = isinstance(recorded.event, LeadRegistered | LeadSplitFrom | EventVoided)
        if moving or self.state is None or self._last is None or key < self._last:
            return False
        if recorded.event.occurred_on <= self._day:
            evolve(self.state, recorded)
            self._last = key
        return True

    def _fold_again(self) -> None:
        counting = events_at(self.known, self._day)
        self.state = folded(counting)
        self._last = business_key(counting[-1]) if counting else None


def _behind(
    moment: Moment, field: str, known: Known, revisions: Known, learnt: Known, value: Any
) -> list[Recorded[Any]]:
    """Of what was recorded together: that without which something else would be said."""
    found = []
    for one in learnt:
        state = folded(events_at([r for r in known if r is not one], moment.as_of))
        rules = [r for r in revisions if r is not one]
        if _value(moment, field, state, rules) != value or state is None:
            found.append(one)
    return found


def _value(moment: Moment, field: str, state: LeadState | None, revisions: Known) -> Any:
    if state is None:
        return None
    rules = rules_of(revisions, moment.as_of)
    whole = whole_fields(moment.lead_id, state, moment.as_of, rules)
    if field in whole:
        return whole[field]
    if field in OF_LEAD:  # the plan's milestones, all of them
        return (whole["plan"] or {}).get(field.partition(".")[2])
    return apart(whole).get(field)


def knowledge(moment: Moment, field: str) -> Shown:
    """Everything said of a field, the first first. Raises `NotFound` of a lead not known then."""
    told = said_of(moment, field)
    if not told:
        raise NotFound("lead_not_found", "到所给的时刻为止，还没有这个项目")
    ends: list[datetime | None] = [one.known_from for one in told[1:]]
    return {
        "lead_id": str(moment.lead_id),
        "as_of": moment.as_of.isoformat(),
        "known_at": timestamp(moment.known_at),
        "field": field,
        "label": label_of_field(field),
        "hidden": field in HIDDEN,
        "items": [_said(moment, field, one, e) for one, e in zip(told, [*ends, None], strict=True)],
        "next_cursor": None,  # as many as there were opinions
    }


def _said(moment: Moment, field: str, one: Said, until: datetime | None) -> Shown:
    value, text = value_shown(field, one.value)
    return {
        "value": value,
        "text": text if one.exists else _NO_LEAD,
        "exists": one.exists,
        "known_from": timestamp(one.known_from),
        "known_to": timestamp(until) if until else None,
        "recorded_by": one.learnt[0].recorded_by,
        "events": [record_shown(r, moment.known) for r in one.learnt],
    }


def knowledge_sheet(shown: Shown) -> Sheet:
    """A row for each thing said."""
    rows = [
        {
            **item,
            **{
                name: "；".join(str(event[name]) for event in item["events"])
                for name in ("label", "occurred_on", "event_id")
            },
        }
        for item in shown["items"]
    ]
    brief = ("text", "known_from", "known_to", "recorded_by", "label", "occurred_on")
    said = [f"{shown['label']}（{shown['as_of']} 的情况）"]
    return items_sheet(rows, _COLUMNS, "何时知情", brief, said)
