"""数据疑点, 退出建议, 佐证材料, 录入时效, 疑似重复: what to look at again."""

from functools import cache

from crm.anomaly_presentation import ANOMALY_COLUMNS, anomaly_counts, anomaly_line, events_behind
from crm.application import CRM
from crm.duplicates_presentation import pair_shown, pairs_sheet
from crm.entries_presentation import (
    LATE_ENTRY_COLUMNS,
    delay_line,
    delay_sheet,
    late_entry_line,
    rush_line,
)
from crm.exit_presentation import PROPOSAL_COLUMNS, proposal_counts, proposal_line
from crm.export import Sheet, items_sheet
from crm.papers_presentation import incomplete_counts, incomplete_line, incomplete_sheet
from crm.presentation import Shown, both_clocks, day_text
from crm.questions.answer import Answer, Clocked, Listed, judged, states
from domain.unit.known import same_unit
from domain.vocabulary import AnomalyKind, ExitRule, ExitStep, Gate, Severity
from projections.anomalies import OddLead, odd_leads
from projections.duplicates import Pair, duplicate_pairs
from projections.late_entries import Grouping, LateEntry, Window, delays, late_entries
from projections.lead_states import Where, leads_on
from projections.missing_papers import IncompleteLead, incomplete_leads
from projections.stalled import STAGES, StalledLead, exit_proposals


def ask_anomalies(
    crm: CRM,
    when: Clocked,
    where: Where,
    kind: AnomalyKind | None = None,
    severity: Severity | None = None,
    leader: str | None = None,
    *,
    with_events: bool = False,
) -> Listed[OddLead]:
    """What does not fit together; the counts are of all in unit, town and chain, of the leader.

    `with_events`: each with the events behind it, which reads the leads' histories.
    """
    needed = ("clock", "states", "identities", "entries", "rules")
    with judged(crm, when, *needed) as (connection, at, rules):
        everything = odd_leads(connection, at, rules, where)
    found = [odd for odd in everything if leader in (None, odd.state.leader)]
    listed = [
        odd
        for odd in found
        if kind in (None, odd.anomaly.kind) and severity in (None, odd.anomaly.kind.severity)
    ]
    history = cache(crm.history)  # a lead with one anomaly often has more

    def whole_line(odd: OddLead) -> Shown:
        events = events_behind(history(odd.lead_id), at, odd.anomaly)
        return {**anomaly_line(odd), "events": events}

    head = {**anomaly_counts(found), "count": len(listed)}
    show = whole_line if with_events else anomaly_line
    return Listed(at, head, listed, show, "数据疑点", _anomalies_sheet)


def ask_exits(
    crm: CRM,
    when: Clocked,
    where: Where,
    rule: ExitRule | None = None,
    step: ExitStep | None = None,
) -> Listed[StalledLead]:
    """Whom to notify, whom to let go; the counts are of all in unit, town and chain."""
    with states(crm, when) as (connection, at, rules):
        found = exit_proposals(leads_on(connection, at, where, stages=STAGES), at.as_of, rules)
    listed = [
        stalled
        for stalled in found
        if rule in (None, stalled.proposal.rule) and step in (None, stalled.proposal.step)
    ]
    head = {**proposal_counts(found), "count": len(listed)}
    return Listed(at, head, listed, proposal_line, "退出建议", _exits_sheet)


def ask_missing_papers(
    crm: CRM, when: Clocked, where: Where, gate: Gate | None = None
) -> Listed[IncompleteLead]:
    """Leads that lack papers of milestones they have reached."""
    with states(crm, when) as (connection, at, _):
        found = incomplete_leads(leads_on(connection, at, where), gate)
    return Listed(
        at, incomplete_counts(found), found, incomplete_line, "佐证材料不全", incomplete_sheet
    )


def ask_delays(crm: CRM, when: Clocked, by: Grouping, window: Window) -> Answer:
    """How late things are entered, by whom, and in which rushes."""
    with judged(crm, when, "clock", "entries", "rules") as (connection, at, rules):
        found, rushes = delays(connection, at, rules, by, window)
    shown = {
        **both_clocks(at),
        "by": by.value,
        "label": by.label,
        "from": day_text(window.first),
        "to": day_text(window.last),
        "items": [delay_line(group) for group in found],
        "rushes": [rush_line(rush) for rush in rushes],
        "next_cursor": None,  # as many as there are people, units or months
    }
    return Answer(at, shown, "录入时效", delay_sheet)


def ask_late_entries(
    crm: CRM, when: Clocked, window: Window, days: int | None = None
) -> Listed[LateEntry]:
    """What was entered more than `days` late (default: by the rules), the newest first."""
    with judged(crm, when, "clock", "entries", "identities", "rules") as (connection, at, rules):
        found = late_entries(connection, at, rules, window, days)
    return Listed(at, {"count": len(found)}, found, late_entry_line, "迟录明细", _late_sheet)


def ask_duplicates(crm: CRM, when: Clocked, unit: str | None = None) -> Listed[Pair]:
    """Leads that may be one, in pairs; those of a unit on either side."""
    with judged(crm, when, "clock", "identities", "rules") as (connection, at, rules):
        pairs = [
            pair
            for pair in duplicate_pairs(connection, at, rules)
            if unit is None
            or same_unit(unit, pair.earlier.recruiting_unit)
            or same_unit(unit, pair.later.recruiting_unit)
        ]
    return Listed(at, {"count": len(pairs)}, pairs, pair_shown, "疑似重复登记", pairs_sheet)


def _anomalies_sheet(shown: Shown) -> Sheet:
    brief = ("kind_label", "severity_label", "code", "title", "recruiting_unit", "detail")
    weights = shown["by_severity"].values()
    said = ["，".join(f"{weight['label']} {weight['count']} 项" for weight in weights)]
    return items_sheet(shown["items"], ANOMALY_COLUMNS, "数据疑点", brief, said)


def _exits_sheet(shown: Shown) -> Sheet:
    brief = ("code", "title", "recruiting_unit", "rule_label", "met_on", "step_label", "next_due",
             "days_past")  # fmt: skip
    steps = shown["by_step"].values()
    said = ["，".join(f"{step['label']} {step['count']} 个" for step in steps)]
    return items_sheet(shown["items"], PROPOSAL_COLUMNS, "退出建议", brief, said)


def _late_sheet(shown: Shown) -> Sheet:
    brief = ("code", "title", "label", "occurred_on", "recorded_at", "recorded_by", "delay_days")
    said = [f"迟录 {shown['count']} 条"]
    return items_sheet(shown["items"], LATE_ENTRY_COLUMNS, "迟录明细", brief, said)
