"""How much more than in the same window of last year? (同比: 新开工、新签约的个数与投资)

Domain section 12, F15; the plan, clause 6 (新开工个数、计划总投资增长8%以上). The window is
1 January to D' (the earlier of D and 31 December). Last year's window is shown twice: as it was
known on its own last day, and as it is known now, after late entries and corrections.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from domain.calendar import end_of_day, year_before, year_until
from domain.lead.counts import one_of_each
from domain.lead.state import LeadState
from domain.money import ratio_text
from domain.vocabulary import Relation, Stage
from projections.clocks import Clocks
from projections.lead_states import EVERYWHERE, LeadOnDay, Where, leads_on
from projections.reader import position_at

STAGES = frozenset({Stage.SIGNED, Stage.STARTED, Stage.COMPLETED, Stage.PRODUCING})
"""Where leads that have started or signed, and not exited, stand."""


@dataclass(frozen=True, slots=True)
class Window:
    """What the window from 1 January to `last` brought; amounts in 元.

    Of leads not exited on `last`; a phase inside a signed scope is no project of its own.
    """

    last: date
    starts: list[UUID]
    start_yuan: int  # agreed totals of the started
    signings: list[UUID]
    signing_yuan: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure: this year's, last year's as recorded then and as corrected now.

    Growth as text with 4 places; None when last year's is 0 (shown as "—").
    """

    current: int
    then: int
    corrected: int
    growth_then: str | None
    growth_corrected: str | None


@dataclass(frozen=True, slots=True)
class Growth:
    current: Window
    then: Window
    corrected: Window
    figures: dict[str, Compared]


def growth(connection: Connection, year: int, clocks: Clocks, where: Where = EVERYWHERE) -> Growth:
    """The year's window against last year's, at (D, K)."""
    windows = [
        window(leads_on(connection, when, where, stages=STAGES), in_year, when.as_of)
        for in_year, when in windows_of(connection, year, clocks)
    ]
    current, then, corrected = windows
    return Growth(
        current,
        then,
        corrected,
        {
            name: _compared(*(_figure(found, name) for found in windows))
            for name in ("starts", "start_yuan", "signings", "signing_yuan")
        },
    )


def windows_of(connection: Connection, year: int, clocks: Clocks) -> list[tuple[int, Clocks]]:
    """The year of each window and the clocks it is asked at: current, recorded then, corrected."""
    last = year_until(year, clocks.as_of)
    last_before = year_before(last)
    # What was known at the end of last year's window; of an earlier K, no more than K knew.
    as_known_then = Clocks(
        last_before,
        min(end_of_day(last_before), clocks.known_at),
        min(position_at(connection, end_of_day(last_before)), clocks.position),
    )
    return [
        (year, clocks.on(last)),
        (year - 1, as_known_then),
        (year - 1, clocks.on(last_before)),
    ]


def window(leads: Iterable[LeadOnDay], year: int, last: date) -> Window:
    """What happened from 1 January of `year` to `last`, of leads as they stand on `last`."""
    counted = [
        lead
        for lead in leads
        if lead.state.exited_on is None and lead.state.relation is not Relation.PHASE_IN_SCOPE
    ]
    starts = [lead for lead in counted if _within(lead.state.started_on, year)]
    signings = [lead for lead in counted if _within(lead.state.signed_on, year)]
    return Window(
        last,
        [lead.lead_id for lead in one_of_each(starts, _state)],
        sum(_agreed(lead.state) for lead in starts),
        [lead.lead_id for lead in one_of_each(signings, _state)],
        sum(_agreed(lead.state) for lead in signings),
    )


def _state(lead: LeadOnDay) -> LeadState:
    return lead.state


def _within(day: date | None, year: int) -> bool:
    return day is not None and day.year == year


def _agreed(state: LeadState) -> int:
    return state.agreed_total_yuan or 0


def _figure(found: Window, name: str) -> int:
    value = getattr(found, name)
    return len(value) if isinstance(value, list) else int(value)


def _compared(current: int, then: int, corrected: int) -> Compared:
    return Compared(
        current,
        then,
        corrected,
        ratio_text(current - then, then),
        ratio_text(current - corrected, corrected),
    )
