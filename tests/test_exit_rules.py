"""When should a lead leave, and what comes next? Each rule to the day, and against a naive twin."""

import random
from collections import Counter
from datetime import date

import pytest

from crm.application import CRM
from domain.lead import events as e
from domain.lead.exit_rules import ExitProposal, exit_proposals_of
from domain.lead.history import state_at
from domain.rulebook import DEFAULT_RULES
from domain.vocabulary import ExitRule, ExitStep, NoticeLevel, SiteFinding
from projections.lead_states import leads_on
from projections.reader import clocks
from projections.stalled import STAGES, exit_proposals
from tests.given import Past, given
from tests.histories import random_log
from tests.naive_anomalies import USCC, lives, naive_proposals, varied
from tests.read_tables import DAYS, fill
from tests.tables import EVERYTHING
from tests.told import (
    REGISTERED,
    SIGNED,
    amended,
    contact,
    exited,
    funds,
    on,
    resumed,
    shelved,
    signed,
    started,
    suspended,
)

COMPANY = e.CompanyRegistered(occurred_on=on(3, 2), company_name="甲", uscc=USCC)


def notice(day: date, due: date, level: NoticeLevel = NoticeLevel.RED) -> e.LeadEvent:
    return e.NoticeIssued(occurred_on=day, due=due, level=level, text="限期开工")


def proposed(past: Past, day: date) -> dict[ExitRule, ExitProposal]:
    state = state_at(past.history, day)
    assert state is not None
    return {p.rule: p for p in exit_proposals_of(state, day, DEFAULT_RULES)}


def steps(past: Past, day: date) -> dict[ExitRule, ExitStep]:
    return {rule: proposal.step for rule, proposal in proposed(past, day).items()}


def test_six_months_past_the_agreed_start_then_notice_then_exit() -> None:
    """Signed 1 March, due by default 1 September; six months later is 1 March 2024."""
    past = given(*SIGNED, COMPANY)
    assert proposed(past, on(3, 1, 2024)) == {}
    proposal = proposed(past, on(3, 2, 2024))[ExitRule.START_OVERDUE]
    assert proposal.step is ExitStep.NOTIFY
    assert (proposal.counted_from, proposal.met_on) == (on(9, 1), on(3, 2, 2024))
    assert proposal.next_due == on(3, 2, 2024)

    warned = past.when(notice(on(3, 5, 2024), on(4, 30, 2024))).accepted()
    running = proposed(warned, on(4, 30, 2024))[ExitRule.START_OVERDUE]
    assert (running.step, running.next_due) == (ExitStep.WAIT, on(4, 30, 2024))
    over = proposed(warned, on(5, 1, 2024))[ExitRule.START_OVERDUE]
    assert (over.step, over.next_due) == (ExitStep.EXIT, on(5, 1, 2024))
    assert proposed(warned.when(started(on(4, 20, 2024))).accepted(), on(5, 1, 2024)) == {}
    assert proposed(warned.when(exited(on(5, 1, 2024))).accepted(), on(5, 1, 2024)) == {}


def test_an_agreed_or_amended_start_counts_before_the_default() -> None:
    past = given(REGISTERED, signed(on(3), start_due=on(8, 31)), COMPANY)
    assert ExitRule.START_OVERDUE not in steps(past, on(2, 29, 2024))  # 31 August + 6 months
    assert ExitRule.START_OVERDUE in steps(past, on(3, 1, 2024))
    later = past.when(amended(on(9), start_due=on(12, 31))).accepted()
    assert ExitRule.START_OVERDUE not in steps(later, on(6, 30, 2024))
    assert ExitRule.START_OVERDUE in steps(later, on(7, 1, 2024))


@pytest.mark.parametrize("level", [NoticeLevel.BLUE, NoticeLevel.YELLOW])
def test_a_reminder_or_a_warning_is_no_binding_notice(level: NoticeLevel) -> None:
    past = given(*SIGNED, COMPANY, notice(on(3, 5, 2024), on(4, 1, 2024), level))
    assert steps(past, on(6, 1, 2024))[ExitRule.START_OVERDUE] is ExitStep.NOTIFY
    early = given(*SIGNED, COMPANY, notice(on(8, 1), on(8, 20)))  # before the start was due
    assert steps(early, on(6, 1, 2024))[ExitRule.START_OVERDUE] is ExitStep.NOTIFY


def test_without_a_company_thirty_days_past_the_agreed_start() -> None:
    past = given(*SIGNED)
    assert steps(past, on(10, 1)) == {}  # the 30th day after 1 September
    assert steps(past, on(10, 2)) == {ExitRule.WITHOUT_COMPANY: ExitStep.NOTIFY}
    assert steps(given(*SIGNED, COMPANY), on(10, 2)) == {}


def test_two_years_unperformed_needs_no_notice() -> None:
    past = given(REGISTERED, signed(on(3, 1, 2022)))
    today = on(3, 2, 2024)
    assert ExitRule.UNPERFORMED not in steps(past, on(3, 1, 2024))
    assert steps(past, today)[ExitRule.UNPERFORMED] is ExitStep.EXIT
    paid = past.when(funds(on(5, 1, 2022), 1)).accepted()
    assert ExitRule.UNPERFORMED not in steps(paid, today)


def test_a_site_at_a_standstill() -> None:
    past = given(*SIGNED, started(on(4)), funds(on(5, 31), 1))
    assert steps(past, on(7, 31)) == {}
    proposal = proposed(past, on(8, 1))[ExitRule.SUSPECTED_STOP]
    assert (proposal.counted_from, proposal.step) == (on(5, 31), ExitStep.NOTIFY)
    idle = e.SiteChecked(occurred_on=on(7, 1), found=SiteFinding.IDLE)
    assert ExitRule.SUSPECTED_STOP in steps(past.when(idle).accepted(), on(8, 1))
    assert ExitRule.SUSPECTED_STOP in steps(past.when(contact(on(7))).accepted(), on(8, 1))
    working = e.SiteChecked(occurred_on=on(7, 1), found=SiteFinding.WORKING)
    assert steps(past.when(working).accepted(), on(8, 1)) == {}

    stopped = past.when(suspended(on(6))).accepted()
    assert steps(stopped, on(6, 1, 2024)) == {}
    assert steps(stopped, on(6, 2, 2024)) == {ExitRule.LONG_SUSPENDED: ExitStep.NOTIFY}
    again = stopped.when(resumed(on(5, 20, 2024))).accepted()
    assert steps(again, on(6, 2, 2024)) == {}


def test_an_unsigned_lead_without_progress_goes_to_the_archive() -> None:
    past = given(REGISTERED, contact(on(2, 10)))
    assert steps(past, on(8, 10)) == {}
    assert steps(past, on(8, 11)) == {ExitRule.INACTIVE_LEAD: ExitStep.ARCHIVE}
    assert steps(past.when(shelved(on(8, 11))).accepted(), on(8, 11)) == {}
    assert steps(past.when(contact(on(8, 11))).accepted(), on(8, 11)) == {}


@pytest.mark.parametrize("seed", range(3))
def test_proposals_equal_the_naive_twin(sqlite: CRM, seed: int) -> None:
    rng = random.Random(seed)
    log = varied(random_log(rng, leads=14, steps=400), rng)
    fill(sqlite, log, rng)
    last, seen = log[-1].position, Counter[str]()
    days = [*DAYS, *(date(year, month, 1) for year in (2025, 2026) for month in (1, 6, 12))]
    for _ in range(15):
        day, position = rng.choice(days), rng.choice((last, rng.randint(0, last)))
        with sqlite.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, sqlite.clock(), position)
            leads = leads_on(connection, when, stages=STAGES)
            answer = exit_proposals(leads, day, DEFAULT_RULES)
        naive = {
            (lead, *proposal)
            for lead, life in lives(log, day, position).items()
            for proposal in naive_proposals(life)
        }
        found = {
            (i.lead_id, i.proposal.rule.value, i.proposal.step.value, i.proposal.met_on)
            for i in answer
            if i.proposal.rule is not ExitRule.INACTIVE_LEAD
        }
        assert found == naive, (day, position)
        assert [i.key for i in answer] == sorted({i.key for i in answer})
        seen += Counter(rule for _, rule, _, _ in naive)
    assert len(seen) >= 3, seen
