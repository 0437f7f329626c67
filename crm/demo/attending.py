"""How is a sample project looked after? 计划、手续、月度进展、入库、核查、走访、回访、认定.

Drawn apart from the rest of its life, so that what happens to it does not change with how it is
looked after.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from crm.demo.cast import SEED, WAN, workday
from crm.demo.diary import Diary
from domain.calendar import add_months, month_end, period_of
from domain.event import Evidence
from domain.lead import events as e
from domain.vocabulary import (
    Milestone,
    NoticeLevel,
    PermitItem,
    PermitState,
    RecognitionDecision,
    RecognitionScope,
    SiteFinding,
)

_WORKS = ("场地平整", "基础施工", "主体施工", "厂房封顶", "设备安装", "设备调试", "附属工程施工")


def attend(diary: Diary) -> Iterator[e.LeadEvent]:
    """What is recorded beside the milestones of a signed project."""
    rng = Random(f"{SEED} attending {diary.part.key}")
    signed = _signed(diary)
    if signed is None:
        return
    started = _first(diary, e.ConstructionStarted)
    completed = _first(diary, e.ConstructionCompleted)
    produced = _first(diary, e.ProductionStarted)
    happened = [
        *_planned(rng, diary, signed, started),
        *_permits(rng, signed, started),
        *_recognised(rng, signed, started, completed),
        *(_built(rng, diary, started, completed or diary.end) if started else ()),
        *(_served(rng, signed, diary.end)),
        *(_followed(rng, produced, diary.end) if produced else ()),
        *(_warned(rng, signed, diary.end) if started is None else ()),
    ]
    yield from (event for event in happened if event.occurred_on <= diary.end)


def _signed(diary: Diary) -> date | None:
    """The first countable signing."""
    texts = [entry.event for entry in diary.entries]
    days = [
        text.occurred_on
        for text in texts
        if isinstance(text, e.AgreementSigned | e.AgreementUpgraded) and text.kind.countable
    ]
    return min(days, default=None)


def _first(diary: Diary, *kinds: type[e.LeadEvent]) -> date | None:
    days = [entry.event.occurred_on for entry in diary.entries if isinstance(entry.event, kinds)]
    return min(days, default=None)


def _planned(
    rng: Random, diary: Diary, signed: date, started: date | None
) -> Iterator[e.LeadEvent]:
    """Two in three have a plan; the slow ones are put off once."""
    if rng.random() < 0.33:
        return
    start = signed + timedelta(days=rng.randrange(60, 150))
    if started is not None:
        start = max(signed, started - timedelta(days=rng.randrange(-20, 50)))
    completion = start + timedelta(days=rng.randrange(240, 420))
    days = {Milestone.START: start, Milestone.COMPLETION: completion}
    days[Milestone.PRODUCTION] = completion + timedelta(days=rng.randrange(30, 100))
    year = start.year
    whole = diary.fixed * (13 - start.month) // 14 // WAN * WAN
    begun = [max(0, month - start.month + 1) for month in range(1, 13)]
    yield e.MilestonePlanSet(
        occurred_on=workday(signed + timedelta(days=rng.randrange(2, 12))),
        milestones=tuple(e.PlannedMilestone(milestone, day) for milestone, day in days.items()),
        fai_year=year,
        monthly_fai_yuan=tuple(whole * months // max(begun[-1], 1) for months in begun),
    )
    if started is None and rng.random() < 0.4:
        later = start + timedelta(days=rng.randrange(30, 90))
        yield e.MilestonePlanSet(
            occurred_on=workday(start + timedelta(days=10)),
            milestones=(e.PlannedMilestone(Milestone.START, min(later, completion)),),
            ground="用地手续办理推迟，调整开工计划",
        )


def _permits(rng: Random, signed: date, started: date | None) -> Iterator[e.LeadEvent]:
    for item in (PermitItem.FILING, PermitItem.LAND, PermitItem.EIA, PermitItem.CONSTRUCTION):
        if rng.random() < 0.25:
            continue
        asked = workday(signed + timedelta(days=rng.randrange(3, 15)))
        applies = rng.random() > 0.1
        state = PermitState.REQUIRED if applies else PermitState.NOT_APPLICABLE
        due = asked + timedelta(days=rng.randrange(45, 120))
        yield e.PermitStated(
            occurred_on=asked, item=item, state=state, due=due if applies else None
        )
        if applies and (started is not None or rng.random() < 0.5):
            got = workday(asked + timedelta(days=rng.randrange(15, 110)))
            number = f"610921{rng.randrange(10**6, 10**7)}"
            yield e.PermitStated(
                occurred_on=got, item=item, state=PermitState.OBTAINED, number=number
            )


def _recognised(
    rng: Random, signed: date, started: date | None, completed: date | None
) -> Iterator[e.LeadEvent]:
    """认定 in order: a later one only when the earlier one was granted."""
    day = signed
    for scope, reached in (
        (RecognitionScope.SIGNING, signed),
        (RecognitionScope.START, started),
        (RecognitionScope.COMPLETION, completed),
    ):
        if reached is None or rng.random() < 0.2:
            return
        day = workday(max(day, reached) + timedelta(days=rng.randrange(10, 25)))
        if rng.random() < 0.08:
            yield e.RecognitionDecided(
                occurred_on=day,
                scope=scope,
                decision=RecognitionDecision.REFUSED,
                ground="佐证材料不全，补齐后再报",
            )
            return
        granted = RecognitionDecision.GRANTED
        yield e.RecognitionDecided(occurred_on=day, scope=scope, decision=granted)


def _built(rng: Random, diary: Diary, started: date, until: date) -> Iterator[e.LeadEvent]:
    """月度进展 with some months missing, 入库, and now and then somebody looks."""
    if rng.random() < 0.85:
        entered = workday(started + timedelta(days=rng.randrange(10, 75)))
        yield e.StatInventoryEntered(occurred_on=entered, code=f"610921-{rng.randrange(1000):04d}")
    pace = Decimal(rng.randrange(6, 12)) / 100
    percent = Decimal(0)
    for nth in range(14):
        month = add_months(date(started.year, started.month, 1), nth)
        last = month_end(month.year, month.month)
        if last > until:
            return
        percent = min(Decimal("0.98"), percent + pace)
        if rng.random() < 0.25:
            continue
        late = rng.randrange(1, 5) if rng.random() < 0.85 else rng.randrange(8, 20)
        yield e.MonthlyProgressReported(
            occurred_on=workday(last + timedelta(days=late)),
            period=period_of(last),
            text=_WORKS[min(nth // 2, len(_WORKS) - 1)],
            percent=percent,
        )
        if rng.random() < 0.3:
            day = workday(month + timedelta(days=rng.randrange(8, 20)))
            yield e.SiteChecked(
                occurred_on=max(day, started),
                found=SiteFinding.IDLE if rng.random() < 0.08 else SiteFinding.WORKING,
                place=diary.who.town,
                evidence=(Evidence("现场照片", "核查.jpg", taken_on=day, place=diary.who.town),),
            )


def _served(rng: Random, signed: date, until: date) -> Iterator[e.LeadEvent]:
    """The officer comes most months."""
    for nth in range(24):
        month = add_months(date(signed.year, signed.month, 1), nth + 1)
        if month > until:
            return
        if rng.random() < 0.6:
            day = workday(month + timedelta(days=rng.randrange(3, 25)))
            yield e.ServiceVisitLogged(
                occurred_on=day,
                findings=rng.choice(("用工情况正常", "企业反映融资困难", "用电负荷需增容", None)),
                satisfaction=rng.randrange(3, 6),
            )


def _followed(rng: Random, produced: date, until: date) -> Iterator[e.LeadEvent]:
    day = produced + timedelta(days=rng.randrange(40, 130))
    while day <= until:
        yield e.FollowUpVisitLogged(
            occurred_on=workday(day), findings="生产经营正常", satisfaction=rng.randrange(3, 6)
        )
        day += timedelta(days=rng.randrange(70, 160))


def _warned(rng: Random, signed: date, until: date) -> Iterator[e.LeadEvent]:
    """What is slow to start gets a notice."""
    day = workday(add_months(signed, 7))
    if day <= until and rng.random() < 0.6:
        yield e.NoticeIssued(
            occurred_on=day,
            level=rng.choice((NoticeLevel.YELLOW, NoticeLevel.RED)),
            due=day + timedelta(days=30),
            text="已超约定开工时间，请书面说明原因并报开工计划",
        )
