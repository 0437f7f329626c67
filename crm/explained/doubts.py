"""What makes up the exit proposals and the missing papers? (退出建议、佐证材料不全)

Each item of these lists is a lead: its part is that it is in the list, and its events are those the
rule, or the milestone whose papers are missing, goes by. What has not happened has no event.
Anomalies and late entries name their events in their own lists.
"""

from collections.abc import Iterable
from typing import Any

from crm.exit_presentation import proposal_counts
from crm.explained.figure import WHERE, Figure, Inquiry, OfStates, Source, Values
from crm.papers_presentation import incomplete_counts
from domain.lead import events as e
from domain.lead import facts as f
from domain.lead.activity import shows_site_activity
from domain.lead.facts import Events, Fact
from domain.vocabulary import ExitRule, Gate
from projections.lead_states import LeadOnDay, leads_on
from projections.missing_papers import incomplete_leads
from projections.stalled import STAGES, StalledLead, exit_proposals

_STATES = ("clock", "leads", "states", "rules")
_EXITS = Source("/exits/proposals", _STATES, optional=WHERE)
_PAPERS = Source("/gates/incomplete", _STATES, optional=WHERE)


# --- exit proposals -------------------------------------------------------------------------


def _last_site_activity(events: Events) -> Events:
    """Of the latest day on which the site was at work: from the start on."""
    start = next((n for n, r in enumerate(events) if isinstance(r.event, e.ConstructionStarted)), 0)
    shown = [r for r in events[start:] if shows_site_activity(r.event)]
    return [max(shown, key=lambda r: r.event.occurred_on)] if shown else []


_NOTICES = f.every(e.NoticeIssued)
_MET_BY: dict[ExitRule, list[Fact]] = {
    ExitRule.UNPERFORMED: [f.signing],
    ExitRule.START_OVERDUE: [f.signing, f.agreed_day("start_due"), _NOTICES],
    ExitRule.WITHOUT_COMPANY: [f.signing, f.agreed_day("start_due"), _NOTICES],
    ExitRule.LONG_SUSPENDED: [f.start, f.suspension, _NOTICES],
    ExitRule.SUSPECTED_STOP: [f.start, _last_site_activity, _NOTICES],
    ExitRule.INACTIVE_LEAD: [f.last_activity],
}


def _proposed(leads: Iterable[LeadOnDay], q: Inquiry) -> list[StalledLead]:
    return exit_proposals(leads, q.day, q.rules)


def _exit(rule: ExitRule) -> Figure:
    def shown(q: Inquiry) -> Any:
        found = _proposed(leads_on(q.connection, q.clocks, q.where, stages=STAGES), q)
        return proposal_counts(found)["by_rule"][rule.value]

    def values(lead: LeadOnDay, q: Inquiry) -> Values:
        return {"count": sum(one.proposal.rule is rule for one in _proposed([lead], q))}

    return Figure(
        f"exit_{rule.value}",
        f"退出建议：{rule.label}（个）",
        _EXITS,
        shown,
        OfStates(values, lambda *_: _MET_BY[rule], STAGES),
    )


# --- missing papers -------------------------------------------------------------------------

_REACHED_BY: dict[Gate, Fact] = {
    Gate.SIGNING: f.signing,
    Gate.REGISTRATION: f.company,
    Gate.FUNDS: f.every(e.FundsArrived),
    Gate.START: f.start,
    Gate.STATISTICS: f.in_statistics,
    Gate.COMPLETION: f.completion,
    Gate.PRODUCTION: f.production,
}


def _papers(gate: Gate) -> Figure:
    def shown(q: Inquiry) -> Any:
        found = incomplete_leads(leads_on(q.connection, q.clocks, q.where))
        return incomplete_counts(found)["by_milestone"][gate.value]

    def values(lead: LeadOnDay, _: Inquiry) -> Values:
        return {"count": len(incomplete_leads([lead], gate))}

    return Figure(
        f"papers_missing_{gate.value}",
        f"佐证材料不全：{gate.label}（个）",
        _PAPERS,
        shown,
        OfStates(values, lambda *_: [_REACHED_BY[gate]]),
    )


FIGURES = [
    *(_exit(rule) for rule in ExitRule),
    *(_papers(gate) for gate in Gate),
]
