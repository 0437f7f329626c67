"""录入明细 and 补录明细: what somebody has written, and what was entered after its day."""

from datetime import datetime, time

from crm.application import CRM
from crm.holidays import work_calendar
from crm.presentation import both_clocks
from crm.questions.answer import Answer, Clocked, judged
from crm.writes_presentation import write_line, writer_line, writes_sheet
from domain.calendar import SHANGHAI, instant
from domain.errors import BadInput
from projections.writes import Wanted, WriteKey, writes

_NEEDED = ("clock", "entries", "identities", "rules")


def ask_writes(
    crm: CRM,
    when: Clocked,
    wanted: Wanted,
    limit: int | None = None,
    after: WriteKey | None = None,
    name: str = "录入明细",
) -> Answer:
    """Every entry as wanted on whatever stream, whole or a page of them, the newest first."""
    with judged(crm, when, *_NEEDED) as (connection, at, rules):
        found = writes(connection, at, wanted, limit, after)
    calendar = work_calendar(rules)
    shown = {
        **both_clocks(at),
        "by": wanted.by,
        "count": found.count,
        "by_person": [writer_line(writer) for writer in found.writers],
        "items": [write_line(write, calendar) for write in found.items],
        "next_cursor": None,
    }
    return Answer(at, shown, name, lambda whole: writes_sheet(whole, name), found.last)


def window(first: str | None, last: str | None) -> tuple[datetime | None, datetime | None]:
    """From one instant of recording to another; a date alone is that whole day in Shanghai.

    Raises `BadInput`.
    """
    begins, ends = _read("from", first), _read("to", last)
    if first is not None and begins is not None and len(first.strip()) == len("2023-01-01"):
        begins = datetime.combine(begins.astimezone(SHANGHAI).date(), time(), SHANGHAI)
    if begins is not None and ends is not None and ends < begins:
        raise BadInput("to", "截止时刻不能早于起始时刻")
    return begins, ends


def _read(field: str, text: str | None) -> datetime | None:
    try:
        return None if text is None else instant(text)
    except BadInput as error:
        raise BadInput(field, error.message) from None
