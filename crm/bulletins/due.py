"""到期通报: which bulletins are due, and making them on time. (`crm report run-due`)

A bulletin is due on the first workday after its period, by Shanghai's calendar. Each period is
published once, whoever asks and however often. Where none of a kind has been published yet only
the last period is due: the past is not published by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import structlog

from crm.application import CRM
from crm.bulletins.document import Document
from crm.bulletins.making import published_by, rules_now, said, wanted
from crm.bulletins.publishing import find, first_recorded, publish_bulletin
from crm.holidays import work_calendar
from crm.people import Caller
from domain.bulletin import Bulletins
from domain.errors import Refused
from domain.periods import Period, PeriodKind, following, period_of, previous
from domain.rulebook import Rulebook

_DAY = timedelta(days=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Done:
    """A period's bulletin that has just been published; `missing` are the units that had not
    reported when it was made."""

    period: Period
    bulletin_id: UUID
    title: str
    missing: tuple[str, ...]


def due(crm: CRM, today: date) -> list[Period]:
    """Periods that are over, with something recorded by then and no bulletin, the oldest first."""
    rules, history = rules_now(crm, today), published_by(crm)
    first = first_recorded(crm)
    found = [
        period
        for kind in PeriodKind
        for period in _of_kind(kind, history, rules, today)
        if first is not None and first <= period.end
    ]
    return sorted(found, key=lambda period: (period.end, period.start, period.key))


def run_due(crm: CRM, *, by: Caller) -> Iterator[Done]:
    """Publish what is due, one after the other; what somebody else has just published is passed.

    One that cannot be made does not hold up the others: its error is raised behind them, as
    `publish_bulletin` raises it.
    """
    failed: Exception | None = None
    for period in due(crm, crm.today()):
        try:
            of = wanted(crm, period.kind, period.end)
            written = publish_bulletin(crm, of, by=by)
        except Exception as error:  # whatever it is, the other periods are due all the same
            if not isinstance(error, Refused) or error.code != "already_published":
                log.exception("a bulletin that is due could not be published", period=period.key)
                failed = failed or error
            continue
        bulletin_id, _ = written.events[0]
        document = said(crm, find(crm, bulletin_id))
        yield Done(of.period, bulletin_id, document.title, units_missing(document))
    if failed is not None:
        raise failed


def _covered(period: Period, published: set[date]) -> bool:
    """Whether a bulletin that was published ends within it: months may have ended elsewhere."""
    return any(period.start <= end <= period.end for end in published)


def units_missing(document: Document) -> tuple[str, ...]:
    """Units of the bulletin's table of returns with returns still missing, and how many."""
    return tuple(
        f"{row['name']}（{row['missing']}份）"
        for section in document.sections
        for table in section.tables
        if table.key == "returns_by_unit"
        for row in table.rows
        if row["missing"]
    )


def _of_kind(
    kind: PeriodKind, history: Bulletins, rules: Rulebook, today: date
) -> Iterator[Period]:
    calendar = work_calendar(rules)
    last = previous(period_of(kind, today, rules.month_ends_on), rules.month_ends_on)
    published = {r.event.end for r in history if r.event.kind == kind}
    # From the first one published on: what is missing since is due.
    period = last if not published else period_of(kind, min(published), rules.month_ends_on)
    while period.end <= last.end:
        if calendar.workdays_between(period.end + _DAY, today) and not _covered(period, published):
            yield period
        period = following(period, rules.month_ends_on)
