"""Which rules hold on a day, as known at a moment? (规则调整: thresholds as dated settings)

A revision names some rules and the day they hold from. A question asked of day D, knowing the
log up to a position, goes by the revisions it knows that hold from D or before; so an older
bulletin keeps the rule it was made by, and a rule of next year may be entered today.

What the county has gone by is not rewritten: a rule it has set may be changed from today on. A
rule it has never set may be dated back to the day of the county's own document. What a changed
rule would have made of the past is asked beside the published figures (recount).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.calendar import business_day
from domain.errors import BadInput, Refused, require_text
from domain.event import Event, Recorded
from domain.rule_kinds import Stored
from domain.rulebook import BY_PUBLIC_NAME, RULES, Rule, Rulebook, contradiction

RULES_STREAM = UUID("2f1f6c5e-7d0e-4a53-9d3b-6f8f9f0c1a77")
"""The stream of all revisions: the same everywhere, so it needs no register."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule's new value, as stored."""

    name: str
    value: Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesRevised(Event):
    """规则调整: from `effective_from` on (a day that may lie ahead) these values hold."""

    effective_from: date
    changes: tuple[RuleChange, ...]
    ground: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A rule's stored value, the day it holds from, the event that set it and whose it is."""

    name: str
    value: Any
    effective_from: date
    event_id: UUID
    recorded_by: str


def revision(
    changes: Mapping[str, object], effective_from: date, ground: str, **common: Any
) -> RulesRevised:
    """A revision from what somebody wrote: rules by their public names, amounts in 万元.

    `common` are the fields of `Event`. Raises `BadInput` naming the rule at fault.
    """
    read = tuple(
        RuleChange(rule.name, rule.kind.stored(value))
        for rule, value in read_values(changes, "changes.")
    )
    return RulesRevised(changes=read, effective_from=effective_from, ground=ground, **common)


def read_values(changes: Mapping[str, object], field: str = "") -> list[tuple[Rule, Any]]:
    """Rules and their typed values from what somebody wrote under their public names.

    Raises `BadInput` naming the rule after `field`.
    """
    if not changes:
        raise BadInput(field.rstrip(".") or "rules", "至少写明一条规则")
    read = []
    for public, raw in changes.items():
        rule = BY_PUBLIC_NAME.get(public)
        if rule is None:
            raise BadInput(f"{field}{public}", "没有这条规则")
        read.append((rule, rule.kind.read(raw, f"{field}{public}")))
    return read


def revise(
    history: Sequence[Recorded[RulesRevised]], revised: RulesRevised, today: date
) -> RulesRevised:
    """Accept a revision. Raises `BadInput`, `Refused` (`rules_in_use`, `rules_contradict`).

    A slip may be mended on the day it was recorded: until then nobody has published by it.
    """
    require_text(revised.ground, "ground")
    used = settings_of(r for r in history if business_day(r.recorded_at) < today)
    standing = in_force(used, revised.effective_from)
    for change in revised.changes:
        if revised.effective_from < today and change.name in standing:
            since = standing[change.name].effective_from
            raise Refused(
                "rules_in_use",
                f"“{RULES[change.name].label}”自 {since} 起已按县里规定执行，只能从今天（{today}）"
                "起修改；对过去的影响请用重新计算对照查看",
            )
    _refuse_contradiction(history, revised)
    return revised


def _refuse_contradiction(history: Sequence[Recorded[RulesRevised]], revised: RulesRevised) -> None:
    """Later revisions, already entered, must still fit with this one."""
    since = revised.effective_from
    # Not recorded yet, so it has no event: only names, values and days matter here.
    new = [
        Setting(change.name, change.value, since, RULES_STREAM, "") for change in revised.changes
    ]
    settings = [*settings_of(history), *new]
    for day in sorted({s.effective_from for s in settings if s.effective_from >= since}):
        if (fault := contradiction(rulebook(in_force(settings, day)))) is not None:
            raise Refused("rules_contradict", f"{fault}（自 {day} 起）")


def rules_on(history: Sequence[Recorded[RulesRevised]], as_of: date, position: int) -> Rulebook:
    """The rules in force on D as known at a position of the log."""
    known = [recorded for recorded in history if recorded.position <= position]
    return rulebook(in_force(settings_of(known), as_of))


def settings_of(history: Iterable[Recorded[RulesRevised]]) -> list[Setting]:
    """What each revision sets, in recording order."""
    return [
        Setting(
            change.name,
            change.value,
            recorded.event.effective_from,
            recorded.event_id,
            recorded.recorded_by,
        )
        for recorded in history
        for change in recorded.event.changes
    ]


def in_force(settings: Iterable[Setting], as_of: date) -> dict[str, Setting]:
    """Of settings in recording order, each rule's latest that holds on `as_of`.

    Later recorded wins a tie. A rule nobody has set by then is not among them.
    """
    found: dict[str, Setting] = {}
    for setting in settings:
        if setting.effective_from > as_of:
            continue
        standing = found.get(setting.name)
        if standing is None or standing.effective_from <= setting.effective_from:
            found[setting.name] = setting
    return found


def rulebook(settings: Mapping[str, Setting]) -> Rulebook:
    """The rules with these settings, defaults for the rest. Retired rules pass by."""
    return Rulebook(
        **{
            name: RULES[name].kind.taken(setting.value)
            for name, setting in settings.items()
            if name in RULES
        }
    )
