"""What was entered, by whom and when, in the sample data's two years?

About 120 leads of 汉阴县, 2022-01 to 2023-12, always the same. One entry in ten is late, some are
wrong and taken back: the questions "as of" and "known at" have something to tell apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from crm.demo import names
from crm.demo.attending import attend
from crm.demo.cast import SEED, WAN, Fate, Part, cast, workday
from crm.demo.chains import CAMPAIGNS, ChainEntry, campaign_of, chain_entries
from crm.demo.diary import Entry
from crm.demo.life import life
from crm.demo.seasons import INSPECTIONS
from domain.calendar import SHANGHAI, add_months
from domain.campaign import CampaignHeld
from domain.event import Evidence
from domain.lead import events as e
from domain.target import AnnualTargetSet, QuarterTarget, ShareTarget, UnitTarget
from domain.unit.events import InspectionRecorded

OPENING = datetime(2022, 1, 4, 9, 0, tzinfo=SHANGHAI)
_LATE = 0.12  # of all entries; a few of them land within the ordinary days


@dataclass(frozen=True, slots=True)
class VoidOf:
    """作废 of what the step labelled `label` recorded: its event id is known only by then."""

    label: str
    occurred_on: date
    ground: str


_MANAGERS_ACTS = (VoidOf, e.RecognitionDecided, e.NoticeIssued)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryStep:
    """One visit to the program: a target, a campaign, an entry on a chain, an inspection, a
    registration (with `parent`, a lead's key), or events.

    `lead` is a key of the story's own; `label` names the step's (first) event for a `VoidOf`.
    """

    recorded_at: datetime
    by: str
    lead: str | None = None
    label: str | None = None
    target: AnnualTargetSet | None = None
    registration: e.LeadRegistered | None = None
    parent: str | None = None
    campaign: CampaignHeld | None = None
    chain: ChainEntry | None = None
    inspection: InspectionRecorded | None = None
    events: tuple[e.LeadEvent | VoidOf, ...] = ()


def story() -> Iterator[StoryStep]:
    """All steps in recording order, `recorded_at` strictly rising, in working hours."""
    steps = [*_targets(), *_campaigns(), *_inspections()]
    for part in cast():
        steps += _Desk(part).steps()
    registrations = {
        step.lead: (step.recorded_at, step.registration)
        for step in steps
        if step.lead is not None and step.registration is not None
    }
    for entry in chain_entries(registrations):
        steps.append(StoryStep(recorded_at=entry.recorded_at, by=entry.by, chain=entry))
    moment = OPENING
    # Sorting is stable: what one lead's desk entered at one moment keeps its order.
    for step in sorted(steps, key=lambda step: step.recorded_at):
        moment = max(step.recorded_at, _working(moment + timedelta(seconds=10)))
        yield replace(step, recorded_at=moment)


def _targets() -> Iterator[StoryStep]:
    first = AnnualTargetSet(
        occurred_on=date(2022, 1, 4),
        year=2022,
        projects=20,
        agreed_total_yuan=500_000 * WAN,
        fai_ratio=Decimal("0.35"),
        big_projects=2,
        built_projects=3,
        domestic_growth=Decimal("0.10"),
        foreign_growth=Decimal("0.08"),
    )
    second = AnnualTargetSet(
        occurred_on=date(2023, 1, 3),
        year=2023,
        projects=90,
        agreed_total_yuan=1_100_000 * WAN,
        fai_ratio=Decimal("0.40"),
        big_projects=8,
        built_projects=10,
        domestic_growth=Decimal("0.12"),
        foreign_growth=Decimal("0.10"),
        by_unit=tuple(
            UnitTarget(unit, projects, wan * WAN) for unit, (projects, wan) in names.SHARES.items()
        ),
        by_town=tuple(
            ShareTarget(town, projects, wan * WAN)
            for town, (projects, wan) in names.TOWN_SHARES.items()
        ),
        by_quarter=tuple(
            QuarterTarget(quarter, projects, wan * WAN)
            for quarter, projects, wan in (
                (1, 20, 250_000),
                (2, 45, 550_000),
                (3, 70, 850_000),
                (4, 90, 1_100_000),
            )
        ),
        evidence=(Evidence("文件", "高质量项目推进年实施方案.pdf"),),
    )
    for target in (first, second):
        at = datetime.combine(target.occurred_on, time(9, 20), SHANGHAI)
        yield StoryStep(recorded_at=at, by=names.ADMIN, target=target)


def _campaigns() -> Iterator[StoryStep]:
    for campaign in CAMPAIGNS:
        at = datetime.combine(campaign.from_on, time(8, 40), SHANGHAI)
        yield StoryStep(recorded_at=at, by=names.CLERKS[campaign.unit], campaign=campaign)


def _inspections() -> Iterator[StoryStep]:
    for found in INSPECTIONS:
        at = datetime.combine(found.occurred_on, time(16, 30), SHANGHAI)
        yield StoryStep(recorded_at=at, by=names.MANAGER, inspection=found)


class _Desk:
    """The clerk who enters one lead's life, mostly in time."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._diary = life(part)
        self._rng = Random(f"{SEED} desk {part.key}")
        self._clerk = names.CLERKS[self._diary.who.unit]
        self._last_turn = OPENING
        self._turned: list[tuple[date, datetime]] = []  # business day and entry of turning entries
        self._steps: list[StoryStep] = []

    def steps(self) -> list[StoryStep]:
        registration = self._diary.registration
        registration = replace(registration, campaign_id=campaign_of(registration))
        opened = self._entered(registration.occurred_on, lag=self._rng.choice((0, 0, 1, 2)))
        self._last_turn = opened
        self._steps.append(
            StoryStep(
                recorded_at=opened,
                by=self._clerk,
                lead=self._part.key,
                registration=registration,
                parent=self._part.parent,
            )
        )
        for nth, entry in enumerate(self._diary.entries):
            self._enter(nth, entry, opened)
        self._attend(opened)
        self._wrong_lead()
        return self._steps

    def _enter(self, nth: int, entry: Entry, opened: datetime) -> None:
        rng, day = self._rng, entry.event.occurred_on
        if entry.report:
            due = add_months(date(day.year, day.month, 1), 1)
            at = self._entered(due + timedelta(days=rng.randrange(1, 8)), lag=0)
        else:
            late = rng.random() < _LATE
            at = self._entered(
                day, rng.randrange(18, 90) if late else rng.choice((0, 0, 1, 1, 2, 3))
            )
        at = max(at, _working(opened + timedelta(minutes=9)))
        if entry.turning:
            at = max(at, _working(self._last_turn + timedelta(minutes=9)))
            self._last_turn = at
            self._turned.append((day, at))
        label = f"{self._part.key}.{nth}"
        if (
            isinstance(entry.event, e.FundsArrived)
            and entry.event.amount_yuan
            and _slips(self._part, nth)
        ):
            wrong = replace(entry.event, amount_yuan=entry.event.amount_yuan * 10)
            self._step(at, wrong, label)
            corrected = self._entered((at + timedelta(days=rng.randrange(1, 12))).date(), 0)
            self._void(corrected, label, "金额录错：多输一个零")
            at = _working(corrected + timedelta(minutes=6))
        elif isinstance(entry.event, e.AgreementSigned) and self._part.key in ("B5", "B21"):
            # Signed and entered a week off; taken back before anything stands on it.
            wrong_day = entry.event.occurred_on - timedelta(days=7)
            self._step(at, replace(entry.event, occurred_on=wrong_day), label)
            corrected = _working(at + timedelta(hours=20))
            self._void(corrected, label, "签约日期录错")
            at = self._last_turn = _working(corrected + timedelta(minutes=6))
        self._step(at, entry.event, f"{label}.right")

    def _attend(self, opened: datetime) -> None:
        """What is recorded beside: after whatever turning entry it stands on."""
        if self._part.key in _MISTAKEN:
            return
        rng = Random(f"{SEED} attending desk {self._part.key}")
        last: dict[type[e.LeadEvent], datetime] = {}
        for event in attend(self._diary):
            lag = rng.randrange(18, 60) if rng.random() < _LATE / 2 else rng.choice((0, 0, 1, 2))
            entered = [at for day, at in self._turned if day <= event.occurred_on]
            after = max([opened, *entered])
            if isinstance(event, e.RecognitionDecided | e.MilestonePlanSet):
                after = max(after, last.get(type(event), opened))  # each stands on the one before
            at = max(self._entered(event.occurred_on, lag), _working(after + timedelta(minutes=9)))
            last[type(event)] = at
            self._step(at, event, None)

    def _wrong_lead(self) -> None:
        """开工 entered for the wrong lead, and found out at the next month's check."""
        if self._part.fate is not Fate.SIGNED or self._part.key not in ("B51", "B53", "A15"):
            return
        day = workday(self._last_turn.date() + timedelta(days=10))
        at = self._entered(day, 1)
        self._step(at, e.ConstructionStarted(occurred_on=day), f"{self._part.key}.wrong")
        found = self._entered(day, 26)
        self._void(found, f"{self._part.key}.wrong", "开工录错项目，系同名项目开工")

    def _step(self, at: datetime, event: e.LeadEvent | VoidOf, label: str | None) -> None:
        by = names.MANAGER if isinstance(event, _MANAGERS_ACTS) else self._clerk
        self._steps.append(
            StoryStep(recorded_at=at, by=by, lead=self._part.key, label=label, events=(event,))
        )

    def _void(self, at: datetime, label: str, ground: str) -> None:
        self._step(at, VoidOf(label, at.date(), ground), None)

    def _entered(self, day: date, lag: int) -> datetime:
        """Some working moment `lag` days after `day`."""
        at = workday(day + timedelta(days=lag))
        minute = self._rng.choice((self._rng.randrange(510, 710), self._rng.randrange(870, 1050)))
        clock = time(minute // 60, minute % 60, self._rng.randrange(60))
        return max(OPENING, datetime.combine(at, clock, SHANGHAI))


# Whose signing or start was entered wrong: nothing may come to stand on what is taken back.
_MISTAKEN = frozenset({"A3", "B9", "B30", "BB4", "B51", "B53", "A15", "B5", "B21"})


def _slips(part: Part, nth: int) -> bool:
    return (part.key, nth % 5) in {("A3", 2), ("B9", 1), ("B30", 3), ("BB4", 0)}


def _working(moment: datetime) -> datetime:
    """`moment`, or the next working moment: Monday to Friday, 8:30 to 12:00 and 14:30 to 18:00."""
    clock = moment.time()
    if time(12) <= clock < time(14, 30):
        moment = moment.replace(hour=14, minute=31)
    elif clock >= time(18):
        moment = moment.replace(hour=8, minute=31) + timedelta(days=1)
    elif clock < time(8, 30):
        moment = moment.replace(hour=8, minute=31)
    day = workday(moment.date())
    if day != moment.date():
        moment = datetime.combine(day, time(8, 31, moment.second), SHANGHAI)
    return moment
