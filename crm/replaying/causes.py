"""Which records make a lead look otherwise at one moment than at another?

The records that count at one of the two and not at the other are candidates. Of a field that
differs, its causes are those without which it would not say what it says: each candidate is left
out of the moment it counts at, and the lead is folded again. Where none alone makes the difference
(two that say the same), all that touched the field as the lead was folded are its causes. What is
judged on a day may differ by the passing of time alone, or by other rules: these are left out
in the same way.

Leaving out is chosen over a table of which record sets which field: it follows what folding does,
splits and rules that lean on several records included, and it is how bulletins name the records
behind their changes (`crm.bulletins.causes`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from crm.replaying.fields import JUDGED, Fields, fields_of
from crm.replaying.moments import Counting, Moment, folded, voids_in
from domain.calendar import business_day
from domain.event import Recorded
from domain.lead.events import LeadEvent, LeadRegistered
from domain.lead.folding import evolve
from domain.lead.state import LeadState
from domain.rulebook import Rulebook
from domain.vocabulary import Word

_UNSAID: tuple[Any, ...] = (None, "", "0", 0, False, [])


class How(Word):
    """How a record came to count, or to count no more."""

    RECORDED = "recorded", "新录入"
    BACK_DATED = "back_dated", "补录"
    HAPPENED = "happened", "期间发生"
    VOIDED = "voided", "作废"
    NOT_KNOWN = "not_known", "当时尚未录入"
    NOT_YET = "not_yet", "当日尚未发生"


@dataclass(frozen=True, slots=True)
class Change:
    """A record that counts at one moment only; `void` is what took it out, if that is how."""

    recorded: Recorded[LeadEvent]
    how: How
    void: Recorded[LeadEvent] | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs. Its causes: records, the days between, other rules."""

    field: str
    before: Any
    after: Any
    causes: Sequence[Change]
    by_time: bool
    by_rules: bool


def changes(before: Moment, after: Moment) -> list[Change]:
    """The records that count at one of two moments only, in the order of recording."""
    then, now = before.counting, after.counting
    found = [_came(r, before) for r in _only(now, then)]
    found += [_gone(r, after) for r in _only(then, now)]
    return sorted(found, key=lambda change: change.recorded.version)


def differences(before: Moment, after: Moment) -> list[Difference]:
    """Every field that differs between two moments, in the order fields are shown in."""
    then, now = _Seen(before), _Seen(after)
    names = _differing(then.fields, now.fields)
    candidates = changes(before, after)
    behind = _causes(then, now, candidates, names)
    day_left_out = now.judged(before.as_of, now.rules)
    rules_left_out = now.judged(after.as_of, then.rules)
    found = []
    for name in names:
        stands, causes = now.fields.get(name), behind[name]
        by_time = name in JUDGED and day_left_out.get(name) != stands
        by_rules = name in JUDGED and rules_left_out.get(name) != stands
        if not (causes or by_time or by_rules):  # nothing alone makes the difference
            causes = _touching(then, now, candidates, name)
            if name in JUDGED:
                by_time, by_rules = before.as_of != after.as_of, then.rules != now.rules
        found.append(Difference(name, then.fields.get(name), stands, causes, by_time, by_rules))
    return found


def _only(counting: Counting, other: Counting) -> Counting:
    there = {r.event_id for r in other}
    return [r for r in counting if r.event_id not in there]


def _came(recorded: Recorded[LeadEvent], before: Moment) -> Change:
    if recorded.version <= before.version:
        return Change(recorded, How.HAPPENED)
    told_by = min(before.as_of, business_day(before.known_at))
    late = recorded.event.occurred_on < told_by
    return Change(recorded, How.BACK_DATED if late else How.RECORDED)


def _gone(recorded: Recorded[LeadEvent], after: Moment) -> Change:
    if recorded.version > after.version:
        return Change(recorded, How.NOT_KNOWN)
    voids = voids_in(after.known)
    opening = next(r for r in after.known if isinstance(r.event, LeadRegistered))
    void = voids.get(recorded.event_id) or voids.get(opening.event_id)
    return Change(recorded, How.VOIDED if void else How.NOT_YET, void)


class _Seen:
    """A lead at a moment, and what it would be with something left out."""

    def __init__(self, moment: Moment) -> None:
        self.counting = moment.counting
        self.rules = moment.rules
        self._lead_id, self._day = moment.lead_id, moment.as_of
        self._state = folded(self.counting)
        self.fields = self._fields(self._state)

    def without(self, one: Recorded[LeadEvent]) -> Fields:
        """Without a record. Without its registration there is no lead."""
        if isinstance(one.event, LeadRegistered):
            return {}
        return self._fields(folded([r for r in self.counting if r is not one]))

    def judged(self, day: date, rules: Rulebook) -> Fields:
        """By another day or other rules."""
        return fields_of(self._lead_id, self._state, day, rules)

    @cached_property
    def touching(self) -> dict[str, set[UUID]]:
        """By field, the records that changed it as the lead was folded."""
        found: dict[str, set[UUID]] = {}
        state, last = LeadState(), Fields()
        for recorded in self.counting:
            evolve(state, recorded)
            fields = self._fields(state)
            for name in _differing(last, fields):
                found.setdefault(name, set()).add(recorded.event_id)
            last = fields
        return found

    def _fields(self, state: LeadState | None) -> Fields:
        return fields_of(self._lead_id, state, self._day, self.rules)


def _differing(one: Fields, other: Fields) -> list[str]:
    """The fields that are not the same, in the order they are shown in."""
    names = dict.fromkeys((*other, *one))
    if not one or not other:  # of no lead there is nothing to say
        return [n for n in names if (one or other)[n] not in _UNSAID]
    return [n for n in names if one.get(n) != other.get(n)]


def _causes(
    before: _Seen, after: _Seen, candidates: Sequence[Change], names: Iterable[str]
) -> dict[str, list[Change]]:
    """By field that differs: the candidates behind it."""
    found: dict[str, list[Change]] = {name: [] for name in names}
    for change in candidates:
        seen = after if any(r is change.recorded for r in after.counting) else before
        without = seen.without(change.recorded)
        for name, causes in found.items():
            if without.get(name) != seen.fields.get(name):
                causes.append(change)
    for causes in found.values():  # whoever registers a lead is behind all of it
        if len(causes) > 1:
            causes[:] = [c for c in causes if not isinstance(c.recorded.event, LeadRegistered)]
    return found


def _touching(before: _Seen, after: _Seen, candidates: Sequence[Change], name: str) -> list[Change]:
    """All candidates that touched a field, or all there are."""
    touched = before.touching.get(name, set()) | after.touching.get(name, set())
    return [c for c in candidates if c.recorded.event_id in touched] or list(candidates)
