"""Which entries look made up or careless, over all leads? (异常数据清单)

Domain section 12, "Anomaly list"; contract, "GET /anomalies". What one lead shows is judged in
`domain.lead.anomalies`; here are the kinds that need other leads (double entries, phases) or the
log itself (edits after a month was closed).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection, select

from domain.calendar import month_end
from domain.lead import events as e
from domain.lead.anomalies import anomalies_of
from domain.lead.anomaly import Anomaly, AnomalyKind, Severity
from domain.lead.state import LeadState
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.vocabulary import Relation, Stage
from projections.clocks import Clocks, known
from projections.duplicates import duplicate_pairs
from projections.lead_states import leads_on
from projections.steps import code_order
from projections.tables import log_entry

AnomalyKey = tuple[int, int, int]
"""Weight (the gravest first), code, and which of the lead's anomalies."""

# Entries that move a list, a target or a rate.
_MOVING = (
    "AgreementSigned",
    "AgreementUpgraded",
    "AgreementAmended",
    "ConstructionStarted",
    "ConstructionCompleted",
    "ProductionStarted",
    "FundsArrived",
    "FixedAssetInvestmentReported",
    "LeadExited",
    "DuplicateLinked",
    "LeadReinstated",
    "EventVoided",
)

ByLead = dict[UUID, list[Anomaly]]


@dataclass(frozen=True, slots=True)
class AnomalyFilter:
    """Which part of the list; each given part must match."""

    kind: AnomalyKind | None = None
    severity: Severity | None = None
    unit: str | None = None
    town: str | None = None
    chain: str | None = None
    leader: str | None = None

    def holds(self, state: LeadState) -> bool:
        return all(
            asked is None or asked == actual
            for asked, actual in (
                (self.unit, state.recruiting_unit),
                (self.town, state.host_town),
                (self.chain, state.chain),
                (self.leader, state.leader),
            )
        )

    def wants(self, kind: AnomalyKind) -> bool:
        return self.kind in (None, kind) and self.severity in (None, kind.severity)


@dataclass(frozen=True, slots=True)
class OddLead:
    """One anomaly with its lead."""

    lead_id: UUID
    state: LeadState
    anomaly: Anomaly
    key: AnomalyKey


@dataclass(frozen=True, slots=True)
class AnomalyList:
    """In order of weight, then code; the counts are of the whole (filtered) list."""

    items: Sequence[OddLead]
    by_kind: dict[str, int]
    by_severity: dict[str, int]
    by_unit: dict[str, int]


def anomaly_list(
    connection: Connection,
    clocks: Clocks,
    wanted: AnomalyFilter = AnomalyFilter(),
    rules: Rulebook = DEFAULT_RULES,
) -> AnomalyList:
    """Every anomaly at (D, K) that the filter lets through."""
    beside: ByLead = defaultdict(list)
    if wanted.wants(AnomalyKind.POSSIBLE_DUPLICATE):
        _add(beside, _doubles(connection, clocks, rules))
    if wanted.wants(AnomalyKind.LATE_EDIT):
        _add(beside, _late_edits(connection, clocks, rules))
    items: list[OddLead] = []
    agreed: dict[UUID, int] = {}
    phases: dict[UUID, list[UUID]] = defaultdict(list)
    for lead in leads_on(connection, clocks):
        state = lead.state
        if state.stage is not Stage.EXITED and state.agreed_total_yuan is not None:
            agreed[lead.lead_id] = state.agreed_total_yuan
            if state.relation is Relation.PHASE_IN_SCOPE and state.parent_lead_id is not None:
                phases[state.parent_lead_id].append(lead.lead_id)
        if wanted.holds(state):
            found = [*anomalies_of(state, clocks.as_of, rules), *beside.get(lead.lead_id, ())]
            items += _numbered(lead.lead_id, state, found, wanted)
    if wanted.wants(AnomalyKind.PHASES_OVER_PARENT):
        over = _phases_over(agreed, phases)
        for lead in leads_on(connection, clocks, lead_ids=list(over)) if over else ():
            if wanted.holds(lead.state):
                found = [_split(lead.state, over[lead.lead_id])]
                items += _numbered(lead.lead_id, lead.state, found, wanted, begin=1000)
    items.sort(key=lambda item: item.key)
    return AnomalyList(
        items,
        dict(Counter(item.anomaly.kind.value for item in items)),
        dict(Counter(item.anomaly.kind.severity.value for item in items)),
        dict(Counter(item.state.recruiting_unit for item in items)),
    )


def _numbered(
    lead_id: UUID,
    state: LeadState,
    found: Iterable[Anomaly],
    wanted: AnomalyFilter,
    begin: int = 0,
) -> list[OddLead]:
    weights = list(Severity)
    order = code_order(state.code)
    return [
        OddLead(lead_id, state, anomaly, (weights.index(anomaly.kind.severity), order, nth))
        for nth, anomaly in enumerate(found, start=begin)
        if wanted.wants(anomaly.kind)
    ]


def _add(beside: ByLead, found: Iterable[tuple[UUID, Anomaly]]) -> None:
    for lead_id, anomaly in found:
        beside[lead_id].append(anomaly)


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
            Anomaly(AnomalyKind.POSSIBLE_DUPLICATE, since, figures, naming),
        )


def closed_on(day: date, rules: Rulebook) -> date:
    """The last day on which a month's figures may still be entered."""
    end = month_end(day.year, day.month)
    return end + timedelta(days=rules.month_closes_on_day)


def _late_edits(
    connection: Connection, clocks: Clocks, rules: Rulebook
) -> Iterable[tuple[UUID, Anomaly]]:
    """Entries and voids made after a month was closed that touch its figures, by lead."""
    entry = log_entry.c
    query = (
        select(
            entry.lead_id, entry.event_id, entry.concerns_on, entry.recorded_on, entry.behind_days
        )
        .where(known(log_entry, clocks), entry.type.in_(_MOVING))
        .where(entry.occurred_on <= clocks.as_of)
        .where(entry.behind_days > rules.month_closes_on_day)
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
