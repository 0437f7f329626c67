"""What would the chain sheet, the structure and the campaigns' results say, worked out by hand?

Deliberately naive, from the raw log alone: written from domain section 2 (一链一清单), section 6
(clauses 2, 3, 16, 18, 20, 33) and the definitions the README gives, not from the tables.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain import campaign
from domain.chain import events as chain
from domain.event import Recorded
from domain.lead import events as e
from domain.vocabulary import Relation, Stage
from tests.naive import Facts, naive_brought, naive_facts, naive_projects

Log = Sequence[Recorded[Any]]
PROJECT = (Relation.NEW, Relation.RELOCATION)


def naive_year(log: Log, year: int, day: date, known: int) -> dict[UUID, dict[str, Any]]:
    """Lead -> how it counts in a year, asked on a day, known up to a position."""
    end = min(day, date(year, 12, 31))
    if end.year < year:
        return {}
    before = naive_facts(log, date(year - 1, 12, 31), known)
    found = {}
    facts = naive_facts(log, end, known)
    projects = naive_projects(facts, year)
    started, produced = (_first_of_each(facts, name) for name in ("started_on", "produced_on"))
    for lead_id, f in facts.items():
        relation = f.registration.relation
        project, out = relation in PROJECT, f.exited_on is not None
        outcome, whole = projects.get(lead_id, ("none", 0))
        signed = outcome == "stays"
        brought = 0
        if f.signed_on is not None and not out and relation is not Relation.PHASE_IN_SCOPE:
            brought = naive_brought(f, before.get(lead_id))
        registered = f.registration.occurred_on
        found[lead_id] = {
            "facts": f,
            "planned": int(
                project and registered.year == year and registered <= end and f.origin is None
            ),
            "negotiating": int(project and f.stage in (Stage.LEAD, Stage.FRAMEWORK)),
            "signed": int(signed),
            "started": int(project and not out and _in(f.started_on, year) and lead_id in started),
            "produced": int(
                project and not out and _in(f.produced_on, year) and lead_id in produced
            ),
            "signed_yuan": whole if signed else 0,
            "year_yuan": brought,
            "funds_yuan": 0 if out and not f.passed_on else _funds(f, year, "amount_yuan"),
            "funds_usd": 0 if out and not f.passed_on else _funds(f, year, "amount_usd"),
        }
    return found


def _first_of_each(facts: dict[UUID, Facts], milestone: str) -> set[UUID]:
    """Of each project the lead that stays and reached the milestone first."""
    projects: dict[UUID, list[tuple[bool, date, bool, str, UUID]]] = defaultdict(list)
    for lead_id, f in facts.items():
        count = f.count(lead_id)
        day = getattr(f, milestone) or date.max
        place = (f.exited_on is not None, day, not count.keeps, f.registration.code)
        projects[count.key].append((*place, lead_id))
    return {min(group)[-1] for group in projects.values()}


def naive_sheet(
    log: Log, year: int, day: date, known: int
) -> dict[str | None, tuple[dict[str, int], set[UUID]]]:
    """Chain -> its sums, and its leads."""
    sums: dict[str | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    leads: dict[str | None, set[UUID]] = defaultdict(set)
    for lead_id, counts in naive_year(log, year, day, known).items():
        name = counts["facts"].chain
        leads[name].add(lead_id)
        for key, figure in counts.items():
            if key not in ("facts", "signed_yuan"):
                sums[name][key] += figure
    return {name: (dict(sums[name]), leads[name]) for name in leads}


def naive_enterprises(log: Log, day: date, known: int) -> dict[str, dict[str, tuple[Any, ...]]]:
    """Chain -> enterprise name -> (class, contacts, first, last, leads) of those on the list."""
    entries = _chain_entries(log, day, known)
    found: dict[str, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    for r in entries:
        if not isinstance(r.event, chain.TargetEnterpriseListed):
            continue
        about = [x.event for x in entries if getattr(x.event, "enterprise_id", None) == r.event_id]
        if any(isinstance(ev, chain.TargetEnterpriseRemoved) for ev in about):
            continue
        days = [ev.occurred_on for ev in about if isinstance(ev, chain.TargetEnterpriseContacted)]
        brought = [ev for ev in about if isinstance(ev, chain.TargetEnterpriseBroughtLead)]
        found[r.event.chain][r.event.name] = (
            r.event.enterprise_class.value,
            len(days),
            min(days, default=None),
            max(days, default=None),
            {ev.lead_id for ev in brought},
        )
    return found


def naive_description(log: Log, name: str, day: date, known: int) -> chain.ChainDescribed | None:
    """The description of the latest day; of one day the last recorded."""
    said = [
        r
        for r in _chain_entries(log, day, known)
        if isinstance(r.event, chain.ChainDescribed) and r.event.chain == name
    ]
    return max(said, key=lambda r: (r.event.occurred_on, r.position)).event if said else None


def naive_structure(
    log: Log, year: int, day: date, known: int
) -> dict[str, dict[str, tuple[int, int]]]:
    """Way of splitting -> key -> (projects, 元); keys without a project left out."""
    end = min(day, date(year, 12, 31))
    classes = defaultdict(set)
    entries = _chain_entries(log, end, known)
    listed = {
        r.event_id: r.event.enterprise_class.value
        for r in _chain_entries(log, date.max, known)
        if isinstance(r.event, chain.TargetEnterpriseListed)
    }
    for r in entries:
        if isinstance(r.event, chain.TargetEnterpriseBroughtLead) and (
            r.event.enterprise_id in listed
        ):
            classes[r.event.lead_id].add(listed[r.event.enterprise_id])
    parts: dict[str, dict[str, list[int]]] = {
        name: defaultdict(list) for name in ("by_size", "by_role", "by_chain", "by_class")
    }
    for lead_id, counts in naive_year(log, year, day, known).items():
        if not counts["signed"]:
            continue
        yuan, f = counts["signed_yuan"], counts["facts"]
        size = "<0.5" if yuan < 50_000_000 else "0.5-1" if yuan < 100_000_000 else "1-5"
        parts["by_size"][">=5" if yuan >= 500_000_000 else size].append(yuan)
        role = f.registration.chain_role
        parts["by_role"][role.value if role else "未注明"].append(yuan)
        parts["by_chain"][f.chain or "未注明"].append(yuan)
        for name in classes[lead_id]:
            parts["by_class"][name].append(yuan)
    return {
        part: {key: (len(amounts), sum(amounts)) for key, amounts in split.items()}
        for part, split in parts.items()
    }


def naive_results(
    log: Log, year: int, day: date, known: int, of: str
) -> dict[Any, tuple[int, int, int]]:
    """Campaign, channel, partner or introducer -> (leads, signings, 元), zeros left out."""
    found: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    for counts in naive_year(log, year, day, known).values():
        sums = found[getattr(counts["facts"].registration, of)]
        sums[0] += counts["planned"]
        sums[1] += counts["signed"]
        sums[2] += counts["signed_yuan"]
    return {name: (a, b, c) for name, (a, b, c) in found.items() if a or b or c}


def naive_campaigns(log: Log, day: date, known: int) -> set[UUID]:
    """The campaigns on record."""
    last: dict[UUID, Any] = {}
    for r in log:
        if r.position <= known and isinstance(r.event, campaign.CampaignEvent):
            last[r.stream_id] = r.event
    return {
        i
        for i, ev in last.items()
        if isinstance(ev, campaign.CampaignHeld) and ev.occurred_on <= day
    }


def _chain_entries(log: Log, day: date, known: int) -> list[Recorded[Any]]:
    """Entries on chains in force and happened; a void takes out for every day."""
    heard = [r for r in log if r.position <= known and isinstance(r.event, chain.ChainEvent)]
    gone = {r.event.event_id for r in heard if isinstance(r.event, chain.ChainEntryVoided)}
    return [r for r in heard if r.event_id not in gone and r.event.occurred_on <= day]


def _in(day: date | None, year: int) -> bool:
    return day is not None and day.year == year


def _funds(f: Facts, year: int, field: str) -> int:
    return sum(
        getattr(ev, field) or 0
        for ev in f.events
        if isinstance(ev, e.FundsArrived) and ev.occurred_on.year == year
    )
