"""After a split or a merge the money goes on with the project: no figure moves on that day."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from crm.explained import FIGURES, Asked, Inquiry
from crm.explaining import explain
from domain.calendar import period_of, year_until
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.accounts import Window, open_account
from domain.lead.folding import fold
from domain.lead.history import events_at, state_at
from domain.lead.performance import performed
from domain.lead.splitting import others_of
from domain.lead.state import LeadState
from domain.lead.taking_over import taken_by
from domain.lead.year_part import year_part
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import AgreementKind
from projections.lead_states import leads_on
from projections.reader import clocks
from projections.target_tracking import _fai_yuan
from tests.adding_up import added_up
from tests.followed_down import check_enough
from tests.histories import money_log
from tests.naive import naive_facts, naive_target
from tests.naive_money import naive_money
from tests.read_tables import compare_target, fill
from tests.tables import EVERYTHING

BY_FUNDS = Rulebook(performed_by_registration=False)
BY_COMPANY = Rulebook(performed_by_funds=False)
FOLLOWED = (
    "funds_rate", "performance_rate", "landing_rate", "investment_completion",
    "rates_funds_wan_usd", "returns_completeness", "returns_identical",
)  # fmt: skip
LATER = date(2025, 6, 30)
Log = list[Recorded[Any]]

pytestmark = pytest.mark.storage


@pytest.mark.parametrize("seed", [900, 910])
def test_no_split_or_merge_moves_money(seed: int) -> None:
    """The leads concerned just before and just after each, on the day, earlier days and later."""
    logs = [money_log(random.Random(seed + nth), leads=6, steps=500) for nth in range(6)]
    seen = alike = 0
    for log, recorded in ((whole, recorded) for whole in logs for recorded in whole):
        event = recorded.event
        if not isinstance(event, e.LeadSplit | e.LeadMerged):
            continue
        ids = [recorded.stream_id, *others_of(event)]
        histories = [[r for r in log if r.stream_id == one] for one in ids]
        day, old = event.occurred_on, recorded.position - 1
        new = max(r.position for r in log if r.recorded_at == recorded.recorded_at)
        before = [_stays(state_at(history, day, old)) for history in histories]
        after = [_stays(state_at(history, day, new)) for history in histories]
        assert _whole(before) == _whole(after)
        for rules in (BY_FUNDS, BY_COMPANY):
            was_performed = any(performed(state, rules) for state in before if state)
            assert was_performed == any(performed(state, rules) for state in after if state)
        for year in (day.year - 1, day.year):
            was, now = _arrived(histories, year, day, old), _arrived(histories, year, day, new)
            assert was == now
            for asked in (day - timedelta(days=1), day, LATER):
                moves = isinstance(event, e.LeadMerged) and year == day.year and asked >= day
                if moves and not all(_of_year(state, year) for state in before):
                    continue  # another year's investment joins the year's, or leaves it
                alike += moves
                assert _fai(histories, year, asked, old) == _fai(histories, year, asked, new)
        seen += bool(_whole(before)[0] or _whole(before)[2])
    assert seen
    assert alike


def _of_year(state: LeadState | None, year: int) -> bool:
    """Whether its investment is in F4 of a year."""
    return (
        state is not None
        and state.signed_on is not None
        and state.signed_on.year == year
        and state.kind is AgreementKind.CONTRACT
    )


def _stays(state: LeadState | None) -> LeadState | None:
    return state if state is not None and state.exited_on is None else None


def _whole(leads: list[LeadState | None]) -> tuple[Any, ...]:
    """Funds, the day of the first, and year to date, of leads together."""
    standing = [state for state in leads if state is not None]
    sources = {source for state in standing for source in state.funds_yuan}
    years = {period[:4] for state in standing for period in state.returns}
    return (
        {source: sum(s.funds_yuan.get(source, 0) for s in standing) for source in sources},
        sum(state.funds_usd for state in standing),
        {
            year: sum(
                s.returns[max(own)]
                for s in standing
                if (own := [period for period in s.returns if period[:4] == year])
            )
            for year in years
        },
        min((s.first_funds_on for s in standing if s.first_funds_on), default=None),
        sum(state.unproven_funds for state in standing),
    )


def _fai(histories: list[Log], year: int, day: date, position: int) -> int:
    first, last = date(year, 1, 1), year_until(year, day)
    window, found = Window(first, last, first, last, day), 0
    for history in histories:
        account = open_account(history, position, window, DEFAULT_RULES)
        part = account.fai() if account else None
        found += part.values["numerator"] if part else 0
    return found


def _arrived(histories: list[Log], year: int, day: date, position: int) -> int:
    """到位资金 of the year (year_part), of leads together."""
    first, last = date(year, 1, 1), year_until(year, day)
    found = 0
    for history in histories:
        events = events_at(history, last, position)
        if events:
            before = fold(events_at(history, date(year - 1, 12, 31), position))
            found += year_part(fold(events), before, first, last, DEFAULT_RULES, None).funds_yuan
    return found


@pytest.mark.parametrize("seed", range(3))
def test_tables_equal_the_naive_formulas(crm: CRM, seed: int) -> None:
    rng = random.Random(950 + seed)
    log = money_log(rng, leads=6, steps=350)
    fill(crm, log, rng)
    taking = [r for r in log if isinstance(r.event, e.LeadSplit | e.LeadMerged)]
    invested = 0
    for nth in range(30):
        taken = rng.choice(taking)
        day = taken.event.occurred_on + timedelta(days=rng.choice((-400, -30, -1, 0, 1, 20, 400)))
        position = rng.choice(
            (log[-1].position, log[-1].position, taken.position - 1, taken.position + 9)
        )
        year = rng.choice((day.year, day.year - 1, taken.event.occurred_on.year))
        naive = naive_target(log, year, day, position)["fai_ratio"]
        compare_target(crm, log, year, day, position)
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, crm.clock(), position)
            first, last = date(year, 1, 1), year_until(year, day)
            assert _fai_yuan(connection, first, last, when, DEFAULT_RULES) == naive[0]
            states: dict[UUID, LeadState] = {
                lead.lead_id: lead.state for lead in leads_on(connection, when)
            }
            if nth % 5 == 0:
                behind = list(explain(crm.store, connection, "fai_ratio", year, when))
                assert added_up(behind).get("numerator", 0) == naive[0]
        invested += naive[0] > 0
        known = naive_facts(log, day, position)
        assert states.keys() == known.keys()
        for lead_id, state in states.items():
            money = naive_money(known, lead_id)
            assert (state.funds_total_yuan, state.funds_usd) == (money.total, money.usd)
            assert state.first_funds_on == min(money.arrived, default=None)
            assert (state.returns, state.returned_on) == (money.returns, money.came)
            assert state.company_name == (money.company.company_name if money.company else None)
            assert state.company_registered_on == getattr(money.company, "occurred_on", None)
    assert invested


@pytest.mark.parametrize("seed", range(2))
def test_what_stands_behind_money_taken_over_is_enough(crm: CRM, seed: int) -> None:
    rng = random.Random(980 + seed)
    log = money_log(rng, leads=6, steps=350)
    fill(crm, log, rng)
    days = [r.event.occurred_on for r in log if isinstance(r.event, e.LeadSplit | e.LeadMerged)]
    named = 0
    for _ in range(16):
        day = rng.choice(days) + timedelta(days=rng.choice((0, 1, 40)))
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, crm.clock(), log[-1].position)
            for name in FOLLOWED:
                figure = FIGURES[name]
                asked: dict[str, Any] = {"year": day.year, "period": period_of(day)}
                takes = (*figure.source.required, *figure.source.optional)
                said = Asked(**{each: asked[each] for each in asked if each in takes})
                q = Inquiry(crm.store, connection, when, DEFAULT_RULES, said)
                for line in figure.lines(q):
                    check_enough(figure, line, q)
                    named += any(taken_by(r.event) for r in line.events)
    assert named > 20
