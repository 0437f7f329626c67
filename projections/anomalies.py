"""Which entries look made up or careless, over all leads? (异常数据清单)

Domain section 12, "Anomaly list"; contract, "GET /anomalies". What one lead shows is judged in
`domain.lead.anomalies`; here are the kinds that need other leads (double entries, phases) or the
log itself (edits after a month was closed).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection, select

from domain.calendar import month_end
from domain.codes import code_order
from domain.event_names import NAME_OF
from domain.lead import events as e
from domain.lead.anomalies import anomalies_of
from domain.lead.anomaly import Anomaly
from domain.lead.state import LeadState
from domain.rulebook import Rulebook
from domain.vocabulary import AnomalyKind, Relation, Severity, Stage
from projections.clocks import Clocks, known
from projections.duplicates import duplicate_pairs
from projections.lead_states import EVERYWHERE, LeadOnDay, Where, leads_on
from projections.tables import log_entry

AnomalyKey = tuple[int, int, int]
"""Weight (the gravest first), code, and which of the lead's anomalies."""

# Entries that move a list, a target or a rate; so does the void of one.
_MOVING = [
    NAME_OF[event].name
    for event in (
        e.AgreementSigned,
        e.AgreementUpgraded,
        e.AgreementAmended,
        e.RecognitionDecided,
        e.ConstructionStarted,
        e.ConstructionCompleted,
        e.ProductionStarted,
        e.FundsArrived,
        e.FixedAssetInvestmentReported,
        e.LeadExited,
        e.DuplicateLinked,
        e.LeadReinstated,
        e.LeadSplit,
        e.LeadSplitFrom,
        e.CountApproved,
        e.LeadMerged,
        e.LeadMergedInto,
    )
]

ByLead = dict[UUID, list[Anomaly]]
_LAST = 1000  # of a lead's anomalies


@dataclass(frozen=True, slots=True)
class OddLead:
    """One anomaly with its lead."""

    lead_id: UUID
    state: LeadState
    anomaly: Anomaly
    key: AnomalyKey


def odd_leads(
    connection: Connection, clocks: Clocks, rules: Rulebook, where: Where = EVERYWHERE
) -> list[OddLead]:
    """Every anomaly of those leads at (D, K), by weight, then code.

    Doubles and phases are looked for in the whole county.
    """
    beside: ByLead = defaultdict(list)
    for lead_id, anomaly in (
        *_doubles(connection, clocks, rules),
        *_late_edits(connection, clocks, rules),
    ):
        beside[lead_id].append(anomaly)
    found: list[OddLead] = []
    agreed: dict[UUID, int] = {}
    phases: dict[UUID, list[UUID]] = defaultdict(list)
    for lead in leads_on(connection, clocks):
        state = lead.state
        if state.stage is not Stage.EXITED and state.agreed_total_yuan is not None:
            agreed[lead.lead_id] = state.agreed_total_yuan
            if state.relation is Relation.PHASE_IN_SCOPE and state.parent_lead_id is not None:
                phases[state.parent_lead_id].append(lead.lead_id)
        if where.takes(state):
            of_lead = [*anomalies_of(state, clocks.as_of, rules), *beside.get(lead.lead_id, ())]
            found += [_numbered(lead, anomaly, nth) for nth, anomaly in enumerate(of_lead)]
    over = _phases_over(agreed, phases)
    for lead in leads_on(connection, clocks, where, lead_ids=list(over)) if over else ():
        found.append(_numbered(lead, _split(lead.state, over[lead.lead_id]), _LAST))
    return sorted(found, key=lambda odd: odd.key)


def _numbered(lead: LeadOnDay, anomaly: Anomaly, nth: int) -> OddLead:
    weight = list(Severity).index(anomaly.kind.severity)
    key = weight, code_order(lead.state.code), nth
    return OddLead(lead.lead_id, lead.state, anomaly, key)


def _doubles(
    connection: Connection, clocks: Clocks, rules: Rulebook
) -> Iterable[tuple[UUID, Anomaly]]:
    """Each pair on the lead with the later code."""
    naming = frozenset({e.LeadRegistered, e.LeadRenamed, e.InvestorChanged, e.CompanyRegistered})
    for pair in duplicate_pairs(connection, clocks, rules):
        assert pair.later.lead_id is not None
        assert pair.later.registered_on is not None
        figures = {
            "other_lead_id": pair.earlier.lead_id,
            "other_code": pair.earlier.code,
            "other_title": pair.earlier.title,
            "likeness": pair.why,
            "title_percent": pair.title_percent,
        }
        since = pair.later.registered_on
        yield (
            pair.later.lead_id,
            Anomaly(AnomalyKind.DOUBLE, since, figures, naming),
        )


def closed_on(day: date, rules: Rulebook) -> date:
    """The last day on which a month's figures may still be entered."""
    end = month_end(day.year, day.month)
    return end + timedelta(days=rules.month_closes_day)


def _late_edits(
    connection: Connection, clocks: Clocks, rules: Rulebook
) -> Iterable[tuple[UUID, Anomaly]]:
    """Entries and voids made after a month was closed that touch its figures, by lead."""
    entry = log_entry.c
    query = (
        select(
            entry.lead_id, entry.event_id, entry.concerns_on, entry.recorded_on, entry.behind_days
        )
        .where(known(log_entry, clocks), entry.concerns_type.in_(_MOVING))
        .where(entry.occurred_on <= clocks.as_of)
        .where(entry.behind_days > rules.month_closes_day)
        .order_by(entry.known_from)
    )
    by_lead: dict[UUID, list[tuple[UUID, date, date, int]]] = defaultdict(list)
    for lead_id, event_id, concerns_on, recorded_on, behind in connection.execute(query):
        if recorded_on > closed_on(concerns_on, rules):
            by_lead[lead_id].append((event_id, concerns_on, recorded_on, behind))
    for lead_id, edits in by_lead.items():
        since = min(edit[1] for edit in edits)
        figures = {
            "entries": len(edits),
            "concerns_from": since,
            "last_recorded_on": max(edit[2] for edit in edits),
            "longest_days": max(edit[3] for edit in edits),
        }
        yield (
            lead_id,
            Anomaly(
                AnomalyKind.LATE_EDIT,
                since,
                figures,
                event_ids=tuple(edit[0] for edit in edits),
            ),
        )


def _phases_over(
    agreed: dict[UUID, int], phases: dict[UUID, list[UUID]]
) -> dict[UUID, tuple[int, list[UUID]]]:
    """Parents whose phases in scope add up to more than the agreement they divide."""
    sums = {parent: sum(agreed[lead] for lead in leads) for parent, leads in phases.items()}
    return {
        parent: (total, phases[parent])
        for parent, total in sums.items()
        if parent in agreed and total > agreed[parent]
    }


def _split(state: LeadState, over: tuple[int, list[UUID]]) -> Anomaly:
    total, leads = over
    return Anomaly(
        AnomalyKind.PHASES_OVER_PARENT,
        state.text_signed_on or date.min,
        {
            "agreed_total_yuan": state.agreed_total_yuan,
            "phases_yuan": total,
            "phase_lead_ids": leads,
        },
        frozenset({e.AgreementSigned, e.AgreementUpgraded, e.AgreementAmended}),
    )
