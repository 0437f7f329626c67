"""发布: a manager freezes a bulletin. A draft is free; a correction is a bulletin of its own.

What is published is kept as it was and can be made again from the log at any time; whether it
still comes out the same is for `crm.bulletins.verifying`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from crm.application import CRM
from crm.bulletins.document import section_digests, stored
from crm.bulletins.making import Wanted, make, published_by
from crm.commands import UNCONDITIONAL, Condition, Written
from crm.people import Act, Caller
from crm.proof.sealing import seal_log
from crm.proof.seals import SealsBroken
from domain.bulletin import (
    BULLETINS_STREAM,
    BulletinPublished,
    Published,
    SectionDigest,
    publish,
    refuse_unless_due,
)
from domain.calendar import refuse_implausible_day
from domain.errors import NotFound, Refused
from projections.beginning import first_day


@dataclass(frozen=True, slots=True)
class Correction:
    """Which bulletin a new one replaces, and why."""

    replaces: UUID
    ground: str | None


def publish_bulletin(
    crm: CRM,
    of: Wanted,
    correction: Correction | None = None,
    said: Mapping[str, Any] | None = None,
    *,
    by: Caller,
    condition: Condition = UNCONDITIONAL,
) -> Written:
    """Publish a bulletin (manager). What it says is kept before the log says that it was said.

    `said` is what every write may say (`occurred_on`, `evidence`, `note`); its day, by default
    today, is that of publication. Raises `Forbidden`, `Refused` and `BadInput`
    (`domain.bulletin`), and as `CRM.record_on`.
    """
    by.permit(Act.PUBLISH)
    if (earlier := crm.earlier_answer(by, condition)) is not None:
        return earlier
    replaces = correction.replaces if correction else None
    ground = correction.ground if correction else None
    common = said or {"occurred_on": crm.today()}
    day = common["occurred_on"]
    refuse_implausible_day(day, crm.today())
    # Before the work of making it; asked again when it is recorded.
    refuse_unless_due(published_by(crm), of.period, day, replaces, ground)
    first = first_recorded(crm)
    if first is None or of.period.end < first:
        # A mistyped year would publish an empty bulletin for good, and make all since it due.
        raise Refused("nothing_recorded", f"{of.period.label}还没有任何项目记录，没有可发布的内容")
    document = make(crm, of)
    try:
        seal = seal_log(crm.store, crm.seals, crm.clock())
    except SealsBroken as broken:
        raise Refused("log_not_sealed", f"不能发布：{broken}") from None
    event = BulletinPublished(
        **common,
        kind=of.period.kind,
        period=of.period.key,
        label=of.period.label,
        start=of.period.start,
        end=of.period.end,
        title=document.title,
        as_of=document.as_of,
        known_at=document.known_at,
        known_position=document.position,
        rules=document.rules,
        sha256=crm.bulletins.keep(stored(document)),
        sections=tuple(SectionDigest(*each) for each in section_digests(document).items()),
        issuer=crm.office.issuer,
        number=0,
        replaces=replaces,
        ground=ground,
        log_size=seal.size,
        log_root=seal.root,
    )
    return crm.record_on(
        BULLETINS_STREAM,
        lambda history, _: publish(history, event, of.period),
        act=Act.PUBLISH,
        by=by,
        condition=condition,
    )


def first_recorded(crm: CRM) -> date | None:
    """The day the first lead began; None while there is none."""
    with crm.reader.asking("leads") as connection:
        return first_day(connection)


def find(crm: CRM, bulletin_id: UUID) -> Published:
    """A published bulletin. Raises `NotFound`."""
    for published in published_by(crm):
        if published.event_id == bulletin_id:
            return published
    raise NotFound("bulletin_not_found", "没有这期通报")
