"""Which entries after a month was closed are late edits, and what does a void of one touch?"""

import pytest

from crm.application import CRM
from domain.lead import events as e
from domain.rulebook import DEFAULT_RULES
from domain.vocabulary import AnomalyKind, RecognitionDecision, RecognitionScope
from projections.anomalies import odd_leads
from projections.reader import clocks
from tests.entering import enter, register
from tests.given import nth
from tests.tables import EVERYTHING
from tests.told import contact, on, signed

IN_TIME, LATE = on(3, 20), on(4, 6)  # March closes on the fifth of April


def late_edits(crm: CRM) -> list[int]:
    """The late edits, each by the place of its entry."""
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, on(12, 31), crm.clock())
        found = odd_leads(connection, when, DEFAULT_RULES)
    return [
        event_id.int
        for odd in found
        if odd.anomaly.kind is AnomalyKind.LATE_EDIT
        for event_id in odd.anomaly.event_ids
    ]


def test_a_void_is_a_late_edit_by_what_it_takes_out(crm: CRM) -> None:
    register(crm, 1, "甲单位", on(1))
    enter(crm, 1, contact(on(3)), IN_TIME)
    enter(crm, 1, signed(on(3)), IN_TIME)
    enter(crm, 1, e.EventVoided(occurred_on=on(3), event_id=nth(2), ground="录错"), LATE)
    assert late_edits(crm) == []
    enter(crm, 1, e.EventVoided(occurred_on=on(3), event_id=nth(3), ground="录错"), LATE)
    assert late_edits(crm) == [5]


GRANTED = e.RecognitionDecided(
    occurred_on=on(3, 2), scope=RecognitionScope.SIGNING, decision=RecognitionDecision.GRANTED
)
APPROVED = e.CountApproved(occurred_on=on(3, 2), ground="独立实施")


@pytest.mark.parametrize("event", [GRANTED, APPROVED], ids=lambda event: type(event).__name__)
def test_what_decides_whether_a_lead_counts_moves_figures(crm: CRM, event: e.LeadEvent) -> None:
    register(crm, 1, "甲单位", on(1))
    enter(crm, 1, signed(on(3)), IN_TIME)
    enter(crm, 1, event, LATE)
    assert late_edits(crm) == [3]
