"""What would the lists and the target say, worked out by hand from the raw log?

Deliberately naive and independent of how the program folds: written from the contract ("Queries")
and domain section 12 (L1–L4, F1, F2, F4) alone. Slow and plain on purpose; the read tables and
the fold are held to it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.event import Recorded
from domain.lead import events as e
from domain.vocabulary import (
    AgreementKind,
    FundsSource,
    RecognitionDecision,
    RecognitionScope,
    Relation,
    ResponsibilityRole,
    Stage,
)
from tests.naive_money import naive_money

Log = Sequence[Recorded[Any]]
Entry = tuple[
    UUID, int | None, date | None, date | None, date | None, date | None, bool, str | None
]

COUNTABLE = {AgreementKind.AGREEMENT, AgreementKind.CONTRACT}
OUTSIDE_COUNTY = {FundsSource.OUT_COUNTY, FundsSource.OUT_CITY, FundsSource.OUT_PROVINCE}
STAGE_OF_LIST = {
    "signed-not-started": Stage.SIGNED,
    "started-not-completed": Stage.STARTED,
    "completed-not-producing": Stage.COMPLETED,
    "producing": Stage.PRODUCING,
    "exited": Stage.EXITED,
    "framework": Stage.FRAMEWORK,
}


@dataclass
class Count:
    """A count key, whether its holder keeps it, and the day it counts from (now, before merges)."""

    key: UUID
    keeps: bool = True
    day: date | None = None
    day_before: date | None = None


@dataclass
class Facts:
    """The events of one lead that count at (D, P): oldest day first, ties as recorded."""

    registration: e.LeadRegistered
    events: list[Any]

    def days(self, *kinds: type, where: Callable[[Any], bool] = lambda _: True) -> list[date]:
        found = [ev for ev in self.events if type(ev) in kinds]
        return [ev.occurred_on for ev in found if where(ev)]

    def first(self, *kinds: type, where: Callable[[Any], bool] = lambda _: True) -> date | None:
        return min(self.days(*kinds, where=where), default=None)

    def last(self, *kinds: type) -> Any:
        found = [ev for ev in self.events if isinstance(ev, kinds)]
        return found[-1] if found else None

    @property
    def origin(self) -> e.LeadSplitFrom | None:
        """What a part was split from."""
        return next((ev for ev in self.events if isinstance(ev, e.LeadSplitFrom)), None)

    def absorbed(self) -> list[e.CountedTerms]:
        merges = [ev for ev in self.events if isinstance(ev, e.LeadMerged)]
        return [one.terms for merge in merges for one in merge.absorbed]

    @property
    def signed_on(self) -> date | None:
        own = self.first(
            e.AgreementSigned, e.AgreementUpgraded, where=lambda ev: ev.kind in COUNTABLE
        )
        origin = self.origin
        days = [own, origin.signed_on if origin else None, *(t.signed_on for t in self.absorbed())]
        return min((day for day in days if day), default=None)

    @property
    def started_on(self) -> date | None:
        return self.first(e.ConstructionStarted) or getattr(self.origin, "started_on", None)

    @property
    def completed_on(self) -> date | None:
        return self.first(e.ConstructionCompleted) or getattr(self.origin, "completed_on", None)

    @property
    def produced_on(self) -> date | None:
        own = self.first(e.ProductionStarted, where=lambda ev: not ev.trial and not ev.partial)
        return own or getattr(self.origin, "produced_on", None)

    @property
    def passed_on(self) -> type | None:
        """By which event it goes on in other leads, if it does."""
        last = self.last(e.LeadSplit, e.LeadMergedInto)
        return type(last) if last else None

    @property
    def carried(self) -> int:
        """What was booked in years before, when it was other leads' still."""
        own = self.origin.carried_yuan if self.origin else 0
        return own + sum(terms.carried_yuan for terms in self.absorbed())

    def count(self, lead_id: UUID) -> "Count":
        """Whose count it is in, and from which day."""
        now = Count(lead_id)
        for ev in self.events:
            match ev:
                case e.AgreementSigned() | e.AgreementUpgraded():
                    if ev.kind in COUNTABLE and now.day is None:
                        now.day = ev.occurred_on
                case e.LeadSplitFrom():
                    now = Count(ev.count_key, ev.keeps_count, ev.counted_on)
                case e.LeadSplit():
                    now.key = ev.count_key
                case e.CountApproved():
                    now = Count(lead_id, True, ev.occurred_on, now.day_before)
                case e.LeadMerged():
                    for terms in (one.terms for one in ev.absorbed):
                        if now.day is not None and terms.counted_on < now.day:
                            now.day_before = now.day_before or now.day
                            now.day = terms.counted_on
                        now.keeps |= terms.keeps_count and terms.count_key == now.key
        return now

    @property
    def suspended(self) -> bool:
        last = self.last(e.ConstructionSuspended, e.ConstructionResumed)
        return isinstance(last, e.ConstructionSuspended)

    @property
    def exited_on(self) -> date | None:
        """The earliest exit since the last reinstatement."""
        since = None
        for ev in self.events:
            if isinstance(ev, e.LeadReinstated):
                since = None
            elif (
                isinstance(ev, e.LeadExited | e.DuplicateLinked | e.LeadSplit | e.LeadMergedInto)
                and since is None
            ):
                since = ev.occurred_on
        return since

    @property
    def signing_recognised(self) -> bool:
        """By the latest decision on the signing; a part takes over its lead's."""
        first = self.origin is not None and self.origin.signing_recognised
        decided = [RecognitionDecision.GRANTED] if first else []
        decided += [
            ev.decision
            for ev in self.events
            if isinstance(ev, e.RecognitionDecided) and ev.scope is RecognitionScope.SIGNING
        ]
        return bool(decided) and decided[-1] is RecognitionDecision.GRANTED

    @property
    def kind(self) -> AgreementKind | None:
        last = self.last(e.AgreementSigned, e.AgreementUpgraded, e.LeadSplitFrom)
        return last.kind if last else None

    @property
    def amount(self) -> int | None:
        """Set by the latest signing, upgrade or amendment that names one."""
        named = [
            ev.agreed_total_yuan
            for ev in self.events
            if isinstance(
                ev,
                e.AgreementSigned
                | e.AgreementUpgraded
                | e.AgreementAmended
                | e.LeadSplitFrom
                | e.LeadMerged,
            )
            and ev.agreed_total_yuan is not None
        ]
        return named[-1] if named else None

    def holder(self, role: ResponsibilityRole, at_first: str | None) -> str | None:
        held = at_first
        for ev in self.events:
            if isinstance(ev, e.ResponsibilityAssigned):
                for change in ev.changes:
                    if change.role is role:
                        held = change.holder
        return held

    @property
    def town(self) -> str | None:
        return self.holder(ResponsibilityRole.HOST_TOWN, self.registration.host_town)

    @property
    def chain(self) -> str | None:
        return self.holder(ResponsibilityRole.CHAIN, self.registration.chain)

    @property
    def stage(self) -> Stage:
        if self.exited_on is not None:
            return Stage.EXITED
        for day, stage in (
            (self.produced_on, Stage.PRODUCING),
            (self.completed_on, Stage.COMPLETED),
            (self.started_on, Stage.STARTED),
            (self.signed_on, Stage.SIGNED),
        ):
            if day is not None:
                return stage
        if self.kind is not None:
            return Stage.FRAMEWORK
        flags: set[Stage] = set()
        for ev in self.events:
            if isinstance(ev, e.LeadShelved):
                flags.add(Stage.SHELVED)
            elif isinstance(ev, e.LeadLost):
                flags.add(Stage.LOST)
            elif isinstance(ev, e.LeadReopened):
                flags.clear()
        if Stage.LOST in flags:
            return Stage.LOST
        return Stage.SHELVED if flags else Stage.LEAD


def counting(log: Log, known: int) -> dict[UUID, list[Recorded[Any]]]:
    """By lead: what is known by position `known` and not voided by then; voids themselves out."""
    heard = [r for r in log if r.position <= known and isinstance(r.event, e.LeadEvent)]
    voided = {r.event.event_id for r in heard if isinstance(r.event, e.EventVoided)}
    leads: dict[UUID, list[Recorded[Any]]] = defaultdict(list)
    for r in heard:
        if r.event_id not in voided and not isinstance(r.event, e.EventVoided):
            leads[r.stream_id].append(r)
    return dict(leads)


def naive_facts(log: Log, day: date, known: int) -> dict[UUID, Facts]:
    """Every lead of which something in force had happened by `day`."""
    found = {}
    for lead_id, recorded in counting(log, known).items():
        registration = [r.event for r in recorded if isinstance(r.event, e.LeadRegistered)]
        happened = [r for r in recorded if r.event.occurred_on <= day]
        split_off = [r.event.occurred_on for r in recorded if isinstance(r.event, e.LeadSplitFrom)]
        if registration and happened and day >= max(split_off, default=day):
            happened.sort(key=lambda r: (r.event.occurred_on, r.position))
            found[lead_id] = Facts(registration[0], [r.event for r in happened])
    return found


def naive_stage(log: Log, lead_id: UUID, day: date, known: int) -> Stage | None:
    """A lead's stage on `day` as known by position `known`; None when nothing is known of it."""
    facts = naive_facts([r for r in log if r.stream_id == lead_id], day, known).get(lead_id)
    return facts.stage if facts else None


def naive_lists(log: Log, day: date, known: int) -> dict[str, set[Entry]]:
    """List name -> (lead, amount, S, B, E, Y, suspended, kind) of each lead in it."""
    lists: dict[str, set[Entry]] = {name: set() for name in STAGE_OF_LIST}
    for lead_id, f in naive_facts(log, day, known).items():
        for name, stage in STAGE_OF_LIST.items():
            if f.stage is stage:
                lists[name].add(
                    (
                        lead_id,
                        f.amount,
                        f.signed_on,
                        f.started_on,
                        f.completed_on,
                        f.produced_on,
                        f.suspended,
                        f.kind.value if f.kind else None,
                    )
                )
    return lists


def naive_target(
    log: Log,
    year: int,
    day: date,
    known: int,
    *,
    recognised_only: bool = False,
    big_yuan: int = 500_000_000,
) -> dict[str, Any]:
    """The year's actuals, amounts in 元 or 美元; a project of `big_yuan` is a big one.

    `fai_ratio` is (numerator, denominator); `domestic_yuan` and `foreign_usd` are (this window,
    the window a year before); `recognised_only` leaves out leads whose signing is not recognised
    by the year's end or the day; `by_unit`, `by_town`, `by_chain` map a name (None: not stated) to
    (projects, amount) and leave out the names where both are 0.
    """
    end = min(day, date(year, 12, 31))
    started = end >= date(year, 1, 1)
    at_end = naive_facts(log, end, known) if started else {}
    year_before = naive_facts(log, date(year - 1, 12, 31), known)
    on_day = naive_facts(log, day, known)

    if recognised_only:
        at_end = {lead_id: f for lead_id, f in at_end.items() if f.signing_recognised}
    projects = naive_projects(at_end, year)
    gross = net = big = 0
    built: set[UUID] = set()
    amount = amount_gross = contracts = invested = 0
    recognised = amount_recognised = 0
    groups: dict[str, dict[str | None, list[int]]] = {
        name: defaultdict(lambda: [0, 0]) for name in ("by_unit", "by_town", "by_chain")
    }
    for lead_id, f in at_end.items():
        relation = f.registration.relation
        effective = f.amount or 0
        stays = f.exited_on is None
        share = 0
        outcome, whole = projects.get(lead_id, ("none", 0))
        project = int(outcome == "stays")
        gross += outcome in ("stays", "exited")
        big += project and f.registration.industrial and whole >= big_yuan
        if f.passed_on is not None:
            pass  # its amount is in the leads it goes on in
        elif f.signed_on is not None and f.signed_on.year == year:
            if relation is not Relation.PHASE_IN_SCOPE:
                amount_gross += effective
                share = effective if stays else 0
            if stays and f.kind is AgreementKind.CONTRACT:
                contracts += effective
                invested += naive_money(on_day, lead_id, as_on=end).latest(year, end.month)
        elif f.signed_on is not None and stays and relation is not Relation.PHASE_IN_SCOPE:
            share = naive_brought(f, year_before.get(lead_id))
            amount_gross += share
        net += project
        amount += share
        if stays and f.signing_recognised:
            recognised += project
            amount_recognised += share
        for group, name in (
            ("by_unit", f.registration.recruiting_unit),
            ("by_town", f.town),
            ("by_chain", f.chain),
        ):
            groups[group][name][0] += project
            groups[group][name][1] += share
        completed = f.completed_on
        if (
            completed is not None
            and completed.year == year
            and f.registration.industrial
            and effective >= 50_000_000
            and stays
        ):
            built.add(f.count(lead_id).key)

    this_window = naive_funds(log, known, date(year, 1, 1), end)
    window_before = naive_funds(log, known, date(year - 1, 1, 1), a_year_before(end))
    return {
        "projects": {
            "actual": net,
            "gross": gross,
            "exited": gross - net,
            "recognised": recognised,
            "adjustments": -sum(outcome == "merged" for outcome, _ in projects.values()),
        },
        "agreed_total_yuan": {
            "actual": amount,
            "gross": amount_gross,
            "recognised": amount_recognised,
        },
        "fai_ratio": (invested, contracts),
        "big_projects": big,
        "built_projects": len(built),
        "domestic_yuan": (this_window[0], window_before[0]),
        "foreign_usd": (this_window[1], window_before[1]),
        **{
            group: {name: (p, a) for name, (p, a) in found.items() if p or a}
            for group, found in groups.items()
        },
    }


def naive_projects(at_end: dict[UUID, Facts], year: int) -> dict[UUID, tuple[str, int]]:
    """F1: the lead that stands for each project of the year -> "stays", "exited", "merged" or
    "split", and what the leads that stay in it have agreed."""
    projects: dict[UUID, list[tuple[int, bool, str, UUID]]] = defaultdict(list)
    for lead_id, f in at_end.items():
        if f.registration.relation not in (Relation.NEW, Relation.RELOCATION):
            continue
        count = f.count(lead_id)
        if count.day is not None and count.day.year == year:
            if f.exited_on is None:
                place = 0
            elif f.passed_on is None:
                place = 1
            else:
                place = 2 if f.passed_on is e.LeadMergedInto else 3
        elif count.day_before is not None and count.day_before.year == year:
            place = 2
        else:
            continue
        projects[count.key].append((place, not count.keeps, f.registration.code, lead_id))
    found = {}
    for group in projects.values():
        place, _, _, lead_id = min(group)
        yuan = sum(at_end[other].amount or 0 for p, _, _, other in group if p == 0)
        found[lead_id] = (("stays", "exited", "merged", "split")[place], yuan)
    return found


def naive_brought(f: Facts, before: Facts | None) -> int:
    """F2: what a lead signed in an earlier year adds, against 31 December of the year before."""
    booked = (f.amount or 0) - f.carried
    if before is not None and before.signed_on is not None:
        booked -= (before.amount or 0) - before.carried
    return booked


def naive_funds(log: Log, known: int, first: date, last: date) -> tuple[int, int]:
    """(元 from outside the county, 美元 from abroad) in place from `first` to `last`."""
    funds: Iterable[e.FundsArrived] = [
        r.event
        for recorded in counting(log, known).values()
        if any(isinstance(r.event, e.LeadRegistered) for r in recorded)
        for r in recorded
        if isinstance(r.event, e.FundsArrived) and first <= r.event.occurred_on <= last
    ]
    domestic = sum(f.amount_yuan or 0 for f in funds if f.source in OUTSIDE_COUNTY)
    foreign = sum(f.amount_usd or 0 for f in funds if f.source is FundsSource.FOREIGN)
    return domestic, foreign


def a_year_before(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return date(day.year - 1, day.month, day.day)
