"""How is a bulletin made? Its period, its clocks, then each part of its kind in turn.

A document is a pure function of (kind, period, D, K): made again from the same log it is the same,
byte for byte. Staff name any day of the period (`on`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm.application import CRM
from crm.bulletins.asking import Moment, Questions, pinned
from crm.bulletins.document import Document, digest
from crm.bulletins.kinds import KINDS
from crm.bulletins.parts import Asking, Stretch
from domain.errors import BadInput
from domain.periods import Period, PeriodKind, parse, period_of
from domain.rulebook import RULES, Rulebook
from projections.clocks import Clocks
from projections.reader import clocks
from projections.rule_rows import rules_in_force


@dataclass(frozen=True, slots=True)
class Wanted:
    """A bulletin to be made: its period, the day it looks at, and the moment it is made of."""

    period: Period
    as_of: date
    moment: Moment


def wanted(
    crm: CRM,
    kind: PeriodKind,
    on: date,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Wanted:
    """The bulletin of the period of `on`, at its last day; at today while it is under way.

    Raises `BadInput` for a period that has not begun, or an `as_of` outside it.
    """
    today = crm.today()
    moment = pinned(crm, min(on, today), known_at)
    period = period_of(kind, on, _rules(crm, min(on, today), moment).month_ends_on)
    if period.start > today:
        raise BadInput("on", f"{period.label}尚未开始")
    last = min(period.end, today)
    if as_of is not None and not period.start <= as_of <= last:
        raise BadInput("as_of", f"应在{period.start}至{last}之间")
    return Wanted(period, as_of or last, moment)


def named(crm: CRM, key: str, as_of: date, moment: Moment) -> Wanted:
    """A bulletin that was made before, by what it says of itself."""
    return Wanted(parse(key, _rules(crm, as_of, moment).month_ends_on), as_of, moment)


def make(crm: CRM, of: Wanted) -> Document:
    """The document. Raises what its questions raise, as `ProjectionStopped`."""
    period = of.period
    kind = KINDS[period.kind]
    questions = Questions(crm, of.as_of, of.moment)
    stretch = Stretch(period, of.as_of, period.start, period.start - timedelta(days=1))
    sections = tuple(part(Asking(questions, stretch)) for part in kind.parts)
    return Document(
        kind=period.kind.value,
        period=period.key,
        label=period.label,
        start=period.start,
        end=period.end,
        as_of=of.as_of,
        known_at=of.moment.known_at,
        position=of.moment.position,
        rules=rules_digest(_rules(crm, of.as_of, of.moment)),
        title=f"{period.label}招商引资{kind.name}",
        sections=sections,
        sources=tuple(questions.sources),
    )


def rules_digest(rules: Rulebook) -> str:
    """The version of a rulebook: the hash of every rule's value, by its public name."""
    return digest(
        {rule.public: rule.kind.shown(getattr(rules, name)) for name, rule in RULES.items()}
    )


def _rules(crm: CRM, as_of: date, moment: Moment) -> Rulebook:
    with crm.reader.asking("clock", "rules") as connection:
        at: Clocks = clocks(connection, as_of, moment.known_at, moment.position)
        return rules_in_force(connection, at)
