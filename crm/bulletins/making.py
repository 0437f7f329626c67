"""How is a bulletin made? Its period, its clocks, then each part of its kind in turn.

A document is a pure function of (kind, period, D, K): made again from the same log it is the same,
byte for byte. Staff name any day of the period (`on`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

from crm.application import CRM
from crm.bulletins.asking import Moment, Questions, pinned
from crm.bulletins.differences import differences, differences_section, differences_shown
from crm.bulletins.document import Document, Section, digest, read, stored
from crm.bulletins.kinds import KINDS
from crm.bulletins.parts import Asking, Stretch
from crm.presentation import Shown
from domain.bulletin import BULLETINS_STREAM, Published, last_before
from domain.errors import BadInput, Refused
from domain.periods import Period, PeriodKind, period_of
from domain.rulebook import Rulebook
from domain.rules import Setting, rulebook
from projections.reader import clocks
from projections.rule_rows import settings_in_force


@dataclass(frozen=True, slots=True)
class Wanted:
    """A bulletin to be made: its period, the day it looks at, and the moment it is made of."""

    period: Period
    as_of: date
    moment: Moment


def title_of(period: Period) -> str:
    """2023年6月招商引资月调度通报."""
    return f"{period.label}招商引资{KINDS[period.kind].name}"


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


def make(crm: CRM, of: Wanted) -> Document:
    """The document. Raises what its questions raise, as `ProjectionStopped`."""
    period = of.period
    questions = Questions(crm, of.as_of, of.moment)
    sections = [*_parts(questions, of), _differences(crm, questions, of)]
    return Document(
        kind=period.kind.value,
        period=period.key,
        label=period.label,
        start=period.start,
        end=period.end,
        as_of=of.as_of,
        known_at=of.moment.known_at,
        position=of.moment.position,
        rules=rules_digest(_settings(crm, of.as_of, of.moment)),
        title=title_of(period),
        sections=tuple(sections),
        sources=tuple(questions.sources),
    )


def made_again(crm: CRM, published: Published) -> Document:
    """A published bulletin, made again from the log."""
    return make(crm, _wanted_of(crm, published))


def said(crm: CRM, published: Published) -> Document:
    """What a published bulletin said: as it was kept, else made again."""
    content = crm.bulletins.of(published.event.sha256)
    if content is not None:
        try:
            return read(content)
        except msgspec.ValidationError:  # kept by a later version of this program
            pass
    return made_again(crm, published)


def proved(crm: CRM, published: Published) -> Document:
    """The same, to be shown under its hash. Raises `Refused` when what was published is lost and
    the log gives something else now."""
    document = said(crm, published)
    if digest(stored(document)) != published.event.sha256:
        raise Refused(
            "bulletin_lost", "所发布的内容已丢失，由记录重算的结果与发布时不一致，请查验这期通报"
        )
    return document


def changed_since(crm: CRM, published: Published, now: Moment) -> Shown:
    """`GET /bulletins/{id}/differences`: what of it is another as known at `now`."""
    of = _wanted_of(crm, published)
    questions = Questions(crm, of.as_of, now)
    again = _parts(questions, of)
    return differences_shown(
        published, differences(crm, said(crm, published), again, questions.sources, now)
    )


def published_by(crm: CRM, position: int | None = None) -> list[Published]:
    """Every bulletin published up to a place in the log (default: its end), as recorded."""
    history: list[Published] = crm.store.stream(BULLETINS_STREAM)
    return [r for r in history if position is None or r.position <= position]


def rules_now(crm: CRM, today: date) -> Rulebook:
    """The rules of today, as known now."""
    return _rules(crm, today, pinned(crm, today, None))


def rules_digest(settings: Mapping[str, Setting]) -> str:
    """The version of a rulebook: the hash of what the county has set.

    Not of the defaults: a later program's new rule must not disprove older bulletins. Should a
    changed default change a figure, the figure says so.
    """
    return digest({name: each.value for name, each in settings.items()})


def _parts(questions: Questions, of: Wanted) -> list[Section]:
    before = of.period.start - timedelta(days=1)
    asking = Asking(questions, Stretch(of.period, of.as_of, of.period.start, before))
    return [part(asking) for part in KINDS[of.period.kind].parts]


def _differences(crm: CRM, questions: Questions, of: Wanted) -> Section:
    """To the last bulletin of its kind, be it one of the same period that this one corrects."""
    history = published_by(crm, of.moment.position)
    earlier = last_before(history, of.period.kind, of.as_of, of.moment.position)
    if earlier is None:
        return differences_section(None, None)
    route = f"/bulletins/{earlier.event_id}/differences"
    quoted = questions.quote(route, lambda: changed_since(crm, earlier, of.moment))
    return differences_section(earlier, quoted)


def _wanted_of(crm: CRM, published: Published) -> Wanted:
    event = published.event
    moment = Moment(event.known_at, event.known_position)
    period = Period(event.kind, event.start, event.end, event.period)
    return Wanted(period, event.as_of, moment)


def _rules(crm: CRM, as_of: date, moment: Moment) -> Rulebook:
    return rulebook(_settings(crm, as_of, moment))


def _settings(crm: CRM, as_of: date, moment: Moment) -> dict[str, Setting]:
    with crm.reader.asking("clock", "rules") as connection:
        at = clocks(connection, as_of, moment.known_at, moment.position)
        return settings_in_force(connection, at)
