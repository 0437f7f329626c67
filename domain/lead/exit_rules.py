"""Which leads should leave, by which rule, and what is to be done next? (退出建议、僵尸项目)

Domain section 4: more than six months past the agreed start, a 限期开工通知, then the exit; two
years unperformed; no company; works at a standstill. Unsigned leads without progress go to the
archive. All of it is proposed: people decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import add_months
from domain.lead.deadlines import due_on
from domain.lead.state import LeadState, Notice
from domain.rulebook import Rulebook
from domain.vocabulary import ExitRule, ExitStep, NoticeLevel, Stage

# A 限期 notice: what is below it is a reminder or a warning (domain section 3.1, 华亭).
_BINDING = (NoticeLevel.RED, NoticeLevel.LISTED)


@dataclass(frozen=True, slots=True)
class ExitProposal:
    """One rule met by one lead.

    `counted_from` is the day the rule counts from, `met_on` the first day on which it is met;
    `next_due` the day by which the next step is due: a running notice's, else when it fell due.
    """

    rule: ExitRule
    step: ExitStep
    counted_from: date
    met_on: date
    notice: Notice | None
    next_due: date


def exit_proposals_of(state: LeadState, as_of: date, rules: Rulebook) -> list[ExitProposal]:
    """The rules a lead meets on `as_of`, the gravest first; none of one that has left."""
    return [
        _proposal(state, as_of, rule, counted_from, met_on)
        for rule, counted_from, met_on in _terms(state, rules)
        if met_on <= as_of
    ]


def _terms(state: LeadState, rules: Rulebook) -> Iterator[tuple[ExitRule, date, date]]:
    """(rule, counted from, met from) of each rule that may apply at the lead's stage."""
    match state.stage:
        case Stage.SIGNED:
            yield from _unstarted(state, rules)
        case Stage.STARTED:
            yield from _at_a_standstill(state, rules)
        case Stage.LEAD if state.last_activity_on is not None:
            quiet = state.last_activity_on
            yield ExitRule.INACTIVE_LEAD, quiet, _after(quiet, rules.archive_after_months)


def _unstarted(state: LeadState, rules: Rulebook) -> Iterator[tuple[ExitRule, date, date]]:
    signed, due = state.signed_on, due_on(state, rules)
    assert signed is not None
    assert due is not None
    # A part has been a project of its own since the split only.
    split_on = state.split_on or date.min
    if state.first_funds_on is None and state.company_registered_on is None:
        since = max(signed, split_on)
        yield ExitRule.UNPERFORMED, since, _after(since, rules.unperformed_months)
    yield ExitRule.START_OVERDUE, due, _after(due, rules.exit_after_months)
    if state.company_registered_on is None:
        # No agreement field holds a day for the company: the agreed start is when it must exist.
        grace = timedelta(days=rules.exit_without_company_days + 1)
        since = max(due, split_on)
        yield ExitRule.WITHOUT_COMPANY, since, since + grace


def _at_a_standstill(state: LeadState, rules: Rulebook) -> Iterator[tuple[ExitRule, date, date]]:
    if state.suspended and state.suspensions:
        since = state.suspensions[-1].since
        yield ExitRule.LONG_SUSPENDED, since, _after(since, rules.exit_suspended_months)
    elif state.last_site_activity_on is not None:
        quiet = state.last_site_activity_on
        yield ExitRule.SUSPECTED_STOP, quiet, _after(quiet, rules.suspected_stop_months)


def _after(day: date, months: int) -> date:
    """The first day on which more than `months` have passed."""
    return add_months(day, months) + timedelta(days=1)


def _proposal(
    state: LeadState, as_of: date, rule: ExitRule, counted_from: date, met_on: date
) -> ExitProposal:
    if rule is ExitRule.INACTIVE_LEAD:
        step, notice, due = ExitStep.ARCHIVE, None, met_on
    elif rule is ExitRule.UNPERFORMED:  # 阿坝、福建: cleared without a notice
        step, notice, due = ExitStep.EXIT, None, met_on
    else:
        notice = _binding_notice(state, counted_from)
        if notice is None:
            step, due = ExitStep.NOTIFY, met_on
        elif as_of <= notice.due:
            step, due = ExitStep.WAIT, notice.due
        else:  # answered or not: the lead still stands where it stood
            step, due = ExitStep.EXIT, notice.due + timedelta(days=1)
    return ExitProposal(rule, step, counted_from, met_on, notice, due)


def _binding_notice(state: LeadState, since: date) -> Notice | None:
    """The latest 限期 notice issued after the term began to run."""
    issued = [n for n in state.notices.values() if n.level in _BINDING and n.issued_on > since]
    return max(issued, key=lambda notice: (notice.issued_on, notice.due), default=None)
