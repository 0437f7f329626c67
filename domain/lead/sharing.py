"""How do a split, a merge and an approved count change a lead? (拆分、合并、单独计数)

The part of `domain.lead.folding` for events recorded on several leads at once. Domain section 12:
a split lead leaves and its parts keep its S and share a count key; whoever survives a merge keeps
the earliest S.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from domain.event import Event
from domain.lead import events as e
from domain.lead.state import LeadState, Paper, Recognition
from domain.lead.taking_over import added_up, by_period, taken_by, taken_by_part
from domain.vocabulary import RecognitionDecision, RecognitionScope


def split(s: LeadState, ev: e.LeadSplit) -> None:
    s.count_key = ev.count_key
    s.split_into = tuple(part.lead_id for part in ev.into)
    codes = "、".join(part.code for part in ev.into)
    _leave(s, ev.occurred_on, f"拆分为{codes}：{ev.ground}")


def split_from(s: LeadState, ev: e.LeadSplitFrom) -> None:
    s.split_from, s.split_on = ev.lead_id, ev.occurred_on
    s.count_key, s.keeps_count = ev.count_key, ev.keeps_count
    s.kind, s.text_signed_on, s.signed_on = ev.kind, ev.text_signed_on, ev.signed_on
    s.counted_on = ev.counted_on
    s.agreed_total_yuan, s.carried_yuan = ev.agreed_total_yuan, ev.carried_yuan
    s.fixed_part_yuan, s.foreign_part_usd = ev.fixed_part_yuan, ev.foreign_part_usd
    s.outside_share, s.agreement_no = ev.outside_share, ev.agreement_no
    s.start_due, s.completion_due = ev.start_due, ev.completion_due
    s.production_due = ev.production_due
    s.started_on, s.start_basis = ev.started_on, ev.start_basis
    s.start_ground = ev.start_ground
    taken = (
        Paper(paper.kind, paper.name, paper.came_with, paper.on, paper.taken_on)
        for paper in ev.papers
    )
    s.papers = (*taken, *s.papers)
    s.completed_on, s.produced_on = ev.completed_on, ev.produced_on
    s.trial_on, s.partial_on = ev.trial_on, ev.partial_on
    s.last_activity_on = max(s.last_activity_on or ev.occurred_on, ev.occurred_on)
    if ev.started_on is not None:  # how long its site has been quiet is counted from here
        s.last_site_activity_on = ev.occurred_on
    if ev.signing_recognised:
        granted = Recognition(RecognitionDecision.GRANTED, ev.occurred_on)
        s.recognised[RecognitionScope.SIGNING] = granted
    for money in taken_by(ev):
        s.returns = taken_by_part(s.returns, by_period(money))
        _take_over(s, money)


def count_approved(s: LeadState, ev: e.CountApproved) -> None:
    s.count_key, s.keeps_count = None, True
    s.counted_on = ev.occurred_on


def merged(s: LeadState, ev: e.LeadMerged) -> None:
    s.merged_from = (*s.merged_from, *(one.lead_id for one in ev.absorbed))
    s.agreed_total_yuan = ev.agreed_total_yuan
    for one in ev.absorbed:
        terms = one.terms
        s.carried_yuan += terms.carried_yuan
        s.signed_on = _earlier(s.signed_on, terms.signed_on)
        if s.counted_on is not None and terms.counted_on < s.counted_on:
            s.counted_on_before_merge = s.counted_on_before_merge or s.counted_on
        s.counted_on = _earlier(s.counted_on, terms.counted_on)
        if terms.count_key is not None and terms.count_key == s.count_key:
            s.keeps_count = s.keeps_count or terms.keeps_count
    moneys = taken_by(ev)
    s.returns = added_up(s.returns, map(by_period, moneys))
    for money in moneys:
        _take_over(s, money)


def merged_into(s: LeadState, ev: e.LeadMergedInto) -> None:
    s.merged_into = ev.lead_id
    _leave(s, ev.occurred_on, f"并入{ev.code}：{ev.ground}")


def _take_over(s: LeadState, money: e.MoneyTakenOver) -> None:
    """All but the returns' figures, which are put together in one way or the other."""
    for funds in money.funds:
        s.funds_yuan[funds.source] = s.funds_yuan.get(funds.source, 0) + funds.amount_yuan
    s.funds_usd += money.funds_usd
    s.unproven_funds += money.unproven_funds
    if money.first_funds_on is not None:
        s.first_funds_on = _earlier(s.first_funds_on, money.first_funds_on)
    company = money.company
    if company is not None and s.company_registered_on is None:
        s.company_name, s.company_uscc = company.company_name, company.uscc
        s.registered_capital_yuan = company.registered_capital_yuan
        s.company_registered_on = company.registered_on
    for each in money.returns:
        came_on = s.returned_on.get(each.period)
        s.returned_on[each.period] = _earlier(came_on, each.came_on)


def _leave(s: LeadState, day: date, ground: str) -> None:
    if s.exited_on is None:
        s.exited_on, s.exit_ground = day, ground


def _earlier(day: date | None, other: date) -> date:
    return min(day or other, other)


EVOLVE: dict[type[Event], Callable[[LeadState, Any], None]] = {
    e.LeadSplit: split,
    e.LeadSplitFrom: split_from,
    e.CountApproved: count_approved,
    e.LeadMerged: merged,
    e.LeadMergedInto: merged_into,
}
