"""Which leads are odd, which should leave, worked out by hand from the raw log?

Deliberately naive, from domain sections 4 and 12 alone; `domain.lead.anomalies`,
`domain.lead.exit_rules` and the read tables are held to it.
"""

import calendar
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.event import Evidence, Recorded
from domain.lead import events as e
from domain.vocabulary import DueDiligenceResult, NoticeLevel, ReviewOpinion, SiteFinding, Stage
from tests.naive import COUNTABLE, Facts, counting
from tests.naive_money import Money, naive_money

Log = Sequence[Recorded[Any]]
USCC = "91610921TCDKQQ0NEN"
PHOTO = Evidence("现场照片", "塔吊.jpg", taken_on=date(2023, 5, 1))


def varied(log: Log, rng: random.Random) -> list[Recorded[Any]]:
    """The same log with what `tests.histories` never proposes: persons, papers, vetting, capital.

    Only events that nothing depends on are exchanged, so the history stays legal.
    """
    handed_on = {r.stream_id for r in log if isinstance(r.event, e.LeadSplit | e.LeadMergedInto)}
    return [
        replace(
            item,
            event=_varied(item.event, rng, handed_on=item.stream_id in handed_on),
            recorded_by=rng.choice("甲乙丙"),
        )
        for item in log
    ]


def _varied(event: Any, rng: random.Random, *, handed_on: bool) -> Any:
    day = event.occurred_on
    match event:
        case e.ServiceVisitLogged():
            return e.DueDiligenceCompleted(
                occurred_on=day, result=rng.choice(list(DueDiligenceResult))
            )
        case e.FollowUpVisitLogged():
            return e.ContractReviewed(occurred_on=day, opinion=rng.choice(list(ReviewOpinion)))
        case e.ContactLogged() if rng.random() < 0.7 and not handed_on:
            capital = rng.choice((1_000_000, 50_000_000, None))
            return e.CompanyRegistered(
                occurred_on=day, company_name="公司", uscc=USCC, registered_capital_yuan=capital
            )
        case e.MilestonePlanSet() | e.RecognitionDecided() if rng.random() < 0.6:
            return e.MonthlyProgressReported(occurred_on=day, period=month_of(day), text="主体施工")
        case e.LeadAssessed():
            return replace(event, red_lines=rng.choice(((), ("生态",))))
        case e.SiteChecked() | e.ConstructionStarted() if rng.random() < 0.5:
            return replace(event, evidence=(PHOTO,))
        case e.ContactLogged():
            return e.SiteChecked(occurred_on=day, found=rng.choice(list(SiteFinding)))
        case e.FixedAssetInvestmentReported() if rng.random() < 0.5 and not handed_on:
            return replace(event, ytd_yuan=event.ytd_yuan // 10_000_000 * 10_000_000)
    return event


class Life:
    """One lead's events that count at (D, K), with who entered them."""

    def __init__(self, recorded: list[Recorded[Any]], day: date) -> None:
        registration = next(r for r in recorded if isinstance(r.event, e.LeadRegistered))
        split_off = [r.event.occurred_on for r in recorded if isinstance(r.event, e.LeadSplitFrom)]
        begun = day >= max(split_off, default=day)
        happened = [r for r in recorded if r.event.occurred_on <= day and begun]
        happened.sort(key=lambda r: (r.event.occurred_on, r.position))
        self.begun = bool(happened)
        self.recorded = happened
        self.facts = Facts(registration.event, [r.event for r in happened])
        self.day = day
        self.money = Money()

    def of(self, *kinds: type) -> list[Any]:
        return [ev for ev in self.facts.events if type(ev) in kinds]

    def by_period(self, kind: type) -> dict[str, Any]:
        found = {ev.period: ev for ev in self.of(kind)}
        return {period: found[period] for period in sorted(found)}

    def suspended_at(self, day: date) -> bool:
        turns = [
            ev
            for ev in self.of(e.ConstructionSuspended, e.ConstructionResumed)
            if ev.occurred_on <= day
        ]
        return bool(turns) and isinstance(turns[-1], e.ConstructionSuspended)

    def suspensions(self) -> list[date]:
        since, on = [], False
        for ev in self.of(e.ConstructionSuspended, e.ConstructionResumed):
            stops = isinstance(ev, e.ConstructionSuspended)
            if stops and not on:
                since.append(ev.occurred_on)
            on = stops
        return since

    def signs_of_work(self) -> list[date]:
        kinds = (
            e.ConstructionCompleted,
            e.ProductionStarted,
            e.FundsArrived,
            e.FixedAssetInvestmentReported,
            e.MonthlyProgressReported,
            e.SiteChecked,
        )
        # Money that came before a part was one, and late to the desk, is no work on its site.
        begins = self.facts.first(e.LeadSplitFrom) or date.min
        signs = [ev.occurred_on for ev in self.of(*kinds) if not _idle(ev)]
        return [day for day in signs if day >= begins]


def _idle(event: Any) -> bool:
    return isinstance(event, e.SiteChecked) and event.found is SiteFinding.IDLE


def lives(log: Log, day: date, known: int) -> dict[UUID, Life]:
    found = {
        lead: Life(recorded, day)
        for lead, recorded in counting(log, known).items()
        if any(isinstance(r.event, e.LeadRegistered) for r in recorded)
    }
    begun = {lead: life for lead, life in found.items() if life.begun}
    facts = {lead: life.facts for lead, life in begun.items()}
    for lead, life in begun.items():
        life.money = naive_money(facts, lead)
    return begun


def month_of(day: date) -> str:
    return day.isoformat()[:7]


def end_of(period: str) -> date:
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, calendar.monthrange(year, month)[1])


def before(period: str) -> str:
    return month_of(end_of(period).replace(day=1) - timedelta(days=1))


def months_later(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def naive_kinds(life: Life) -> Counter[str]:
    """The kinds of anomaly of one lead that need neither other leads nor the log."""
    f, found = life.facts, Counter[str]()
    if f.stage in (Stage.EXITED, Stage.LOST):
        return found
    start, signed, completed = f.started_on, f.signed_on, f.completed_on
    # What a part took over of a split lead was judged there.
    own_start = f.first(e.ConstructionStarted)
    returns = {period: life.money.returns[period] for period in sorted(life.money.returns)}
    progress = life.by_period(e.MonthlyProgressReported)

    def at_work(period: str) -> bool:
        return (
            start is not None
            and month_of(start) < period
            and (completed is None or period <= month_of(completed))
            and not life.suspended_at(end_of(period))
        )

    def same(period: str) -> bool:
        last = before(period)
        money = last[:4] == period[:4] and returns.get(last) == returns.get(period, 0) != 0
        words = (
            last in progress
            and period in progress
            and (progress[last].text, progress[last].percent)
            == (progress[period].text, progress[period].percent)
        )
        return at_work(period) and (money or words)

    if any(same(period) for period in {*returns, *progress}):
        found["repeated_return"] += 1
    periods = list(returns)
    for nth, period in enumerate(periods[1:], start=1):
        earlier = periods[nth - 1]
        if earlier[:4] == period[:4] and returns[period] < returns[earlier]:
            found["return_fell"] += 1

    if f.amount is not None and life.money.total > f.amount:
        found["funds_over_agreed"] += 1

    fixed = None
    for ev in life.of(e.AgreementSigned, e.AgreementAmended, e.LeadSplitFrom):
        if not isinstance(ev, e.AgreementAmended) or ev.fixed_part_yuan is not None:
            fixed = ev.fixed_part_yuan
    invested = sum({p[:4]: ytd for p, ytd in returns.items()}.values())
    if fixed is not None and invested > fixed:
        found["built_over_fixed"] += 1

    checks = [r for r in life.recorded if isinstance(r.event, e.SiteChecked)]
    if own_start is not None:
        photos = [ev for ev in life.of(e.SiteChecked, e.ConstructionStarted) if ev.evidence]
        if not photos:
            found["no_photo"] += 1
        by = next(r for r in life.recorded if isinstance(r.event, e.ConstructionStarted))
        after = {
            r.recorded_by
            for r in checks
            if r.event.occurred_on >= own_start and r.event.found is not SiteFinding.IDLE
        }
        if after == {by.recorded_by}:
            found["start_self_verified"] += 1
        last = own_start + timedelta(days=30)
        moved = any(own_start < day <= last for day in life.signs_of_work())
        if (life.day > last and not moved) or any(
            own_start <= day <= last for day in life.suspensions()
        ):
            found["stopped_at_once"] += 1
        if signed is None or own_start < signed:
            found["built_before_signing"] += 1

    for r in checks:
        period = month_of(r.event.occurred_on)
        last_month = before(period)
        grew = (
            last_month[:4] == period[:4]
            and last_month in returns
            and returns.get(period, 0) > returns[last_month]
        )
        if r.event.found is SiteFinding.IDLE and (period in progress or grew):
            found["idle_but_reported"] += 1

    company = life.money.company
    capital = company.registered_capital_yuan if company else None
    if f.amount is not None and capital is not None:
        found["thin_capital"] += f.amount >= 500_000_000 and f.amount >= 10 * capital
    found["huge_amount"] += f.amount is not None and f.amount > 10_000_000_000

    if signed is not None:
        leader = None
        for ev in life.of(e.ResponsibilityAssigned):
            for change in ev.changes:
                leader = change.holder if change.role == "leader" else leader
        found["no_sponsor"] += leader is None
    own_signing = f.first(
        e.AgreementSigned, e.AgreementUpgraded, where=lambda ev: ev.kind in COUNTABLE
    )
    if own_signing is not None:
        diligence = [x for x in life.of(e.DueDiligenceCompleted) if x.occurred_on <= own_signing]
        review = [x for x in life.of(e.ContractReviewed) if x.occurred_on <= own_signing]
        assessed = [x for x in life.of(e.LeadAssessed) if x.occurred_on <= own_signing]
        passed = bool(diligence) and diligence[-1].result == "pass"
        agreed = bool(review) and review[-1].opinion == "agree"
        found["no_gates"] += not (passed and agreed)
        found["red_lines"] += bool(assessed) and bool(assessed[-1].red_lines)

    stated = [ytd for ytd in returns.values() if ytd > 0]
    found["round_figures"] += len(stated) >= 3 and all(ytd % 10_000_000 == 0 for ytd in stated)
    return +found


# What is said of a lead besides its agreement, its works and its money: no list of signings,
# starts or completions, no target and no rate is moved by it. All else moves figures.
BESIDE_FIGURES = (
    # who and what it is, and who minds it
    e.LeadRegistered,
    e.LeadRenamed,
    e.InvestorChanged,
    e.CompanyRegistered,
    e.ResponsibilityAssigned,
    # courting and vetting
    e.ContactLogged,
    e.LeadAssessed,
    e.DueDiligenceCompleted,
    e.ContractReviewed,
    e.LeadShelved,
    e.LeadReopened,
    e.LeadLost,
    # how the works go on between their milestones
    e.ConstructionSuspended,
    e.ConstructionResumed,
    # plans, permits, words and visits
    e.PermitStated,
    e.MilestonePlanSet,
    e.MonthlyProgressReported,
    e.SiteChecked,
    e.ServiceVisitLogged,
    e.FollowUpVisitLogged,
    e.ColourOverridden,
    e.NoticeIssued,
    e.NoticeAnswered,
    # entered elsewhere once it produces
    e.StatInventoryEntered,
    e.AboveScaleEntered,
    e.FullEffectReached,
)


def naive_late_edits(log: Log, day: date, known: int) -> dict[UUID, set[UUID]]:
    """By lead: entries and voids made more than five days after the month of what they touch."""
    heard = [r for r in log if r.position <= known]
    by_id = {r.event_id: r for r in heard}
    standing = {r.event_id for recorded in counting(log, known).values() for r in recorded}
    alive = lives(log, day, known)
    found: dict[UUID, set[UUID]] = {}
    for r in heard:
        said = r.event
        if isinstance(r.event, e.EventVoided):
            said = by_id[r.event.event_id].event
        elif r.event_id not in standing:
            continue
        entered = (r.recorded_at + timedelta(hours=8)).date()
        late = entered > end_of(month_of(said.occurred_on)) + timedelta(days=5)
        if (
            not isinstance(said, BESIDE_FIGURES)
            and r.stream_id in alive
            and r.event.occurred_on <= day
            and late
        ):
            found.setdefault(r.stream_id, set()).add(r.event_id)
    return found


def naive_proposals(life: Life) -> set[tuple[str, str, date]]:
    """(rule, step, day the rule was met) of one lead."""
    f, day, found = life.facts, life.day, set()

    def past(since: date, months: int) -> date | None:
        met = months_later(since, months) + timedelta(days=1)
        return met if met <= day else None

    def with_notice(rule: str, since: date, met: date | None) -> None:
        if met is None or met > day:
            return
        binding = [
            ev
            for ev in life.of(e.NoticeIssued)
            if ev.level in (NoticeLevel.RED, NoticeLevel.LISTED) and ev.occurred_on > since
        ]
        if not binding:
            step = "notify"
        else:
            latest = max(binding, key=lambda ev: (ev.occurred_on, ev.due))
            step = "wait" if day <= latest.due else "exit"
        found.add((rule, step, met))

    if f.stage is Stage.SIGNED and f.signed_on is not None:
        due = None
        for ev in life.of(e.AgreementSigned, e.AgreementAmended, e.LeadSplitFrom):
            due = ev.start_due or due if isinstance(ev, e.AgreementAmended) else ev.start_due
        due = due or months_later(f.signed_on, 6)
        company = life.money.company is not None
        split = f.first(e.LeadSplitFrom) or date.min
        met = past(max(f.signed_on, split), 24)
        if not company and not life.money.arrived and met:
            found.add(("unperformed", "exit", met))
        with_notice("start_overdue", due, past(due, 6))
        if not company:
            due = max(due, split)
            with_notice("without_company", due, due + timedelta(days=31))
    if f.stage is Stage.STARTED and f.started_on is not None:
        if f.suspended:
            since = life.suspensions()[-1]
            with_notice("long_suspended", since, past(since, 12))
        else:
            resumed = [ev.occurred_on for ev in life.of(e.ConstructionResumed)]
            signs = [d for d in (*life.signs_of_work(), *resumed) if d >= f.started_on]
            split_off = f.first(e.LeadSplitFrom) or date.min
            quiet = max((f.started_on, split_off, *signs))
            with_notice("suspected_stop", quiet, past(quiet, 2))
    return found
