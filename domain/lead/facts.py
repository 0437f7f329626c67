"""Which events made a lead what it is on a day? (数字溯源: the events a fact rests on)

A `Fact` picks, from a lead's events in force by a day (`domain.lead.history.events_at`: in business
order, the registration first), those that set one thing in `LeadState`. They suffice: folded with
the registration alone they give that thing as the whole history does.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from domain.event import Recorded
from domain.lead import events as e
from domain.lead.activity import shows_activity
from domain.lead.history import business_key
from domain.lead.taking_over import taken_by
from domain.vocabulary import Milestone, RecognitionScope, ResponsibilityRole

Events = Sequence[Recorded[e.LeadEvent]]
Fact = Callable[[Events], Events]
Wanted = Callable[[Any], bool]
Kinds = tuple[type[e.LeadEvent], ...]


def behind(events: Events, facts: Iterable[Fact]) -> list[Recorded[e.LeadEvent]]:
    """The events some facts rest on, each once, in business order.

    A split or merge sets many things at once, so it stands behind whatever is asked of its leads.
    """
    found = {r.event_id: r for fact in (shared, *facts) for r in fact(events)}
    return sorted(found.values(), key=business_key)


def every(*kinds: type[e.LeadEvent], where: Wanted = lambda _: True) -> Fact:
    """All of some kinds that are as wanted."""
    return lambda events: [r for r in events if isinstance(r.event, kinds) and where(r.event)]


def first(*kinds: type[e.LeadEvent], where: Wanted = lambda _: True) -> Fact:
    """What is set once, by the first."""
    return lambda events: every(*kinds, where=where)(events)[:1]


def last(*kinds: type[e.LeadEvent], where: Wanted = lambda _: True) -> Fact:
    """What each one sets anew."""
    return lambda events: every(*kinds, where=where)(events)[-1:]


def latest_of_each(
    kind: type[e.LeadEvent], key: Callable[[Any], Any], where: Wanted = lambda _: True
) -> Fact:
    """The latest word on each item, or period."""
    return lambda events: list({key(r.event): r for r in every(kind, where=where)(events)}.values())


def latest_of_latest(
    kind: type[e.LeadEvent], where: Wanted = lambda _: True, says: Wanted = lambda _: True
) -> Fact:
    """The latest word on the latest period whose latest word `says` something."""

    def found(events: Events) -> Events:
        each: Sequence[Recorded[Any]] = latest_of_each(kind, attrgetter("period"), where)(events)
        saying = [r for r in each if says(r.event)]
        return [max(saying, key=attrgetter("event.period"))] if saying else []

    return found


def since(opening: Kinds, closing: Kinds) -> Fact:
    """What opened a state that nothing has closed since."""

    def found(events: Events) -> Events:
        opened: list[Recorded[e.LeadEvent]] = []
        for recorded in events:
            if isinstance(recorded.event, closing):
                opened = []
            elif isinstance(recorded.event, opening) and not opened:
                opened = [recorded]
        return opened

    return found


_TEXTS = (e.AgreementSigned, e.AgreementUpgraded)

shared = every(e.LeadSplit, e.LeadSplitFrom, e.CountApproved, e.LeadMerged, e.LeadMergedInto)
registration = first(e.LeadRegistered)
contact = first(e.ContactLogged)
assessment = first(e.LeadAssessed)
review = first(e.DueDiligenceCompleted, e.ContractReviewed)
loss = since((e.LeadLost,), (e.LeadReopened, *_TEXTS))
exit_ = since((e.LeadExited, e.DuplicateLinked), (e.LeadReinstated,))
# The first countable text, or the upgrade that made it countable.
signing = first(*_TEXTS, where=lambda event: event.kind.countable)
first_text = first(*_TEXTS)
text = last(*_TEXTS)
amount = last(*_TEXTS, e.AgreementAmended, where=lambda event: event.agreed_total_yuan is not None)
company = last(e.CompanyRegistered)
start = first(e.ConstructionStarted)
suspension = since((e.ConstructionSuspended,), (e.ConstructionResumed,))
completion = first(e.ConstructionCompleted)
production = first(e.ProductionStarted, where=lambda event: not (event.trial or event.partial))
full_effect = first(e.FullEffectReached)
in_statistics = first(e.StatInventoryEntered)
first_funds = first(e.FundsArrived)
funds_in_yuan = every(e.FundsArrived, where=lambda event: event.amount_yuan is not None)
funds_in_usd = every(e.FundsArrived, where=lambda event: event.amount_usd is not None)
permits = latest_of_each(e.PermitStated, key=lambda event: event.item)
override = last(e.ColourOverridden)
percent = latest_of_latest(e.MonthlyProgressReported, says=lambda event: event.percent is not None)
recognition = last(
    e.RecognitionDecided, where=lambda event: event.scope is RecognitionScope.SIGNING
)


def last_activity(events: Events) -> Events:
    """Of the latest day on which somebody worked on the lead."""
    shown = [r for r in events if shows_activity(r.event)]
    return [max(shown, key=lambda r: r.event.occurred_on)] if shown else []


def held(role: ResponsibilityRole) -> Fact:
    """Who holds a role now: the last change of it."""
    return lambda events: every(e.ResponsibilityAssigned, where=_changes(role))(events)[-1:]


def spells_of(role: ResponsibilityRole) -> Fact:
    """Who held a role and when: every change of it."""
    return every(e.ResponsibilityAssigned, where=_changes(role))


def _changes(role: ResponsibilityRole) -> Wanted:
    return lambda event: any(change.role is role for change in event.changes)


def planned(milestone: Milestone) -> Fact:
    """The plan in force for a milestone."""
    return last(
        e.MilestonePlanSet,
        where=lambda event: any(each.milestone is milestone for each in event.milestones),
    )


def planned_investment(year: int) -> Fact:
    """The plan in force for a year's investment."""
    return last(
        e.MilestonePlanSet,
        where=lambda event: event.monthly_fai_yuan is not None and event.fai_year == year,
    )


def agreed_day(name: str) -> Fact:
    """The text that sets an agreed day: a new signing says it anew, be it not at all."""
    return last(
        e.AgreementSigned,
        e.AgreementAmended,
        where=lambda event: (
            isinstance(event, e.AgreementSigned) or getattr(event, name) is not None
        ),
    )


def year_to_date(first_period: str, last_period: str) -> Fact:
    """The latest 固投月报 of some periods (YYYY-MM, both included); all if any were taken over."""

    def wanted(event: Any) -> bool:
        return bool(first_period <= event.period <= last_period)

    latest = latest_of_latest(e.FixedAssetInvestmentReported, where=wanted)
    all_ = returns_put_together(first_period, last_period)
    return lambda events: all_(events) or latest(events)


def returns_put_together(first_period: str, last_period: str) -> Fact:
    """All 固投月报 of some periods where money was taken over; none elsewhere.

    What a merge adds up, or a part has instead of its lead's, may be any of them.
    """

    def wanted(event: Any) -> bool:
        return bool(first_period <= event.period <= last_period)

    several = every(e.FixedAssetInvestmentReported, where=wanted)
    return lambda events: several(events) if any(taken_by(r.event) for r in events) else []


def within(kind: type[e.LeadEvent], first_day: date, last_day: date) -> Fact:
    """All of a kind between two days, both included."""
    return every(kind, where=lambda event: first_day <= event.occurred_on <= last_day)


def of_period(kind: type[e.LeadEvent], period: str) -> list[Fact]:
    """The first word on a period, which says when it came, and the latest."""

    def wanted(event: Any) -> bool:
        return bool(event.period == period)

    return [first(kind, where=wanted), last(kind, where=wanted)]
