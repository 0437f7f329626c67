"""A published bulletin (通报): what was said of a period, frozen. Plan clauses 29, 38, 67, 78.

All bulletins are one stream. An event holds what is needed to make the bulletin again, and the
hashes that prove it was this one; never its figures. A correction is a bulletin of its own that
says which one it replaces; nothing is taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from domain.errors import BadInput, Refused
from domain.event import Event, Recorded
from domain.periods import Period, PeriodKind

BULLETINS_STREAM = UUID("5a0e6c1d-94a7-4a2e-8f6b-2f5d8a3c7b19")
"""The stream of all bulletins: the same everywhere, so it needs no register."""


@dataclass(frozen=True, slots=True)
class SectionDigest:
    """SHA-256 of one section by itself: says where a bulletin differs, its content being lost."""

    key: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinPublished(Event):
    """发布通报, of `period` (its key) as seen on `as_of`, knowing the log up to `known_position`.

    `rules` is the hash of the rules the county had set, `sha256` that of its content; `number` is
    its 期号 among those of its kind in the period's year. `log_root` is the Merkle root over the
    first `log_size` events of the log, in hex, as sealed before it was published.
    """

    kind: PeriodKind
    period: str
    label: str
    start: date
    end: date
    title: str
    as_of: date
    known_at: datetime
    known_position: int
    rules: str
    sha256: str
    sections: tuple[SectionDigest, ...]
    issuer: str
    number: int
    replaces: UUID | None = None
    ground: str | None = None
    log_size: int | None = None
    log_root: str | None = None


Published = Recorded[BulletinPublished]
Bulletins = Sequence[Published]


def publish(history: Bulletins, made: BulletinPublished, period: Period) -> list[BulletinPublished]:
    """发布. The number is given here, whatever `made` holds. Raises as `refuse_unless_due`."""
    refuse_unless_due(history, period, made.occurred_on, made.replaces, made.ground)
    year = made.period[:4]
    so_far = sum(r.event.kind == made.kind and r.event.period[:4] == year for r in history)
    return [replace(made, number=so_far + 1)]


def refuse_unless_due(
    history: Bulletins,
    period: Period,
    day: date,
    replaces: UUID | None = None,
    ground: str | None = None,
) -> None:
    """`day` is that of publication.

    Raises `Refused` before the period is over, for a period that has its bulletin already, and
    for one that replaces what is not in force; `BadInput` for a correction without a ground.
    """
    if period.end >= day:
        raise Refused("period_not_over", f"{period.label}尚未结束（{period.end}），现在只能看草稿")
    standing = standing_of(history, period)
    if standing is None:
        if replaces is not None:
            raise Refused("nothing_to_replace", f"{period.label}还没有发布过同类通报")
        return
    if replaces is None:
        raise Refused(
            "already_published",
            f"{period.label}已发布（第{standing.event.number}期）；如需更正，请注明替代的通报和理由",
        )
    if standing.event_id != replaces:
        raise Refused("not_in_force", "要替代的通报不是该周期现行的一期")
    if not (ground or "").strip():
        raise BadInput("ground", "更正须说明理由")


def standing_of(history: Bulletins, period: Period) -> Published | None:
    """The bulletin of a period that none has replaced: the last one."""
    of_period = [r for r in history if (r.event.kind, r.event.period) == (period.kind, period.key)]
    return of_period[-1] if of_period else None


def last_before(
    history: Bulletins, kind: PeriodKind, as_of: date, position: int
) -> Published | None:
    """Of those of a kind published by a place in the log that look no further: the one that looks
    furthest, and of one period the last."""
    earlier = [
        r
        for r in history
        if r.event.kind == kind and r.event.as_of <= as_of and r.position <= position
    ]
    return max(earlier, key=lambda r: (r.event.as_of, r.position), default=None)


def replaced_by(history: Bulletins) -> dict[UUID, UUID]:
    """Bulletin -> the one that replaces it."""
    return {r.event.replaces: r.event_id for r in history if r.event.replaces is not None}
