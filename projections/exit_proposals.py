"""Which signed projects have stalled, and what is the next step? (清退; domain section 4)

甘孜: more than six months past the agreed start → 限期开工通知书 → still not → 退出通知书;
阿坝: two years unperformed → cleared. Contract, "GET /exits/proposals". Leads never signed that
nobody works on are proposed for the archive by their colour (F17).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.calendar import add_months
from domain.lead.deadlines import due_on
from domain.lead.state import LeadState, Notice
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import Stage
from projections.lead_states import LeadOnDay


class ExitRule(StrEnum):
    """Which rule proposes it."""

    START_OVERDUE = "start_overdue"
    UNPERFORMED = "unperformed"


class ExitStep(StrEnum):
    """What is to be done next."""

    NOTIFY = "notify"  # 发出限期开工通知
    WAIT = "wait"  # the notice's time is running
    EXIT = "exit"  # 提请退出


@dataclass(frozen=True, slots=True)
class ExitProposal:
    """A stalled project; `due_on` is the agreed or default start, `notice` the last one since."""

    lead_id: UUID
    state: LeadState
    rule: ExitRule
    step: ExitStep
    due_on: date
    notice: Notice | None


def exit_proposals(
    leads: Iterable[LeadOnDay], day: date, rules: Rulebook = DEFAULT_RULES
) -> list[ExitProposal]:
    """The stalled projects on `day`: those to exit first, then by the day they were due."""
    found = []
    for lead in leads:
        state = lead.state
        if state.stage is not Stage.SIGNED or state.signed_on is None:
            continue
        due = due_on(state, rules)
        assert due is not None, "a signed project has a deadline"
        if _unperformed(state, day, rules):
            rule, notice, step = ExitRule.UNPERFORMED, None, ExitStep.EXIT
        elif day > add_months(due, rules.exit_after_months):
            rule = ExitRule.START_OVERDUE
            since = [n for n in state.notices.values() if n.issued_on > due]
            notice = max(since, key=lambda n: n.due, default=None)
            step = _next_step(notice, day)
        else:
            continue
        found.append(ExitProposal(lead.lead_id, state, rule, step, due, notice))
    urgency = (ExitStep.EXIT, ExitStep.NOTIFY, ExitStep.WAIT)
    return sorted(found, key=lambda p: (urgency.index(p.step), p.due_on, p.state.code))


def _unperformed(state: LeadState, day: date, rules: Rulebook) -> bool:
    """Nothing of what was agreed has begun: no company, no money, no works."""
    assert state.signed_on is not None
    return (
        day > add_months(state.signed_on, rules.unperformed_months)
        and state.company_registered_on is None
        and state.first_funds_on is None
    )


def _next_step(notice: Notice | None, day: date) -> ExitStep:
    if notice is None:
        return ExitStep.NOTIFY
    return ExitStep.WAIT if day <= notice.due else ExitStep.EXIT
