"""What becomes of a sample lead after its signing? 开工、竣工、投产、退出; money and returns."""

from datetime import date, timedelta

from crm.demo.cast import WAN, Fate, workday
from crm.demo.diary import FINISHED, Diary
from domain.calendar import add_months, month_end, period_of
from domain.event import Evidence
from domain.lead import events as e
from domain.vocabulary import AgreementKind, FundsSource, FundsUse, StartBasis


def build(diary: Diary, day: date) -> date:
    """开工、停工、竣工、投产; the day of the start."""
    rng, fate = diary.rng, diary.part.fate
    finished = fate in FINISHED
    quick = finished and day.year == 2023
    ground = None
    started = day + timedelta(days=rng.randrange(5, 25) if quick else rng.randrange(15, 90))
    if rng.random() < 0.06:
        started, ground = day - timedelta(days=8), "县政府专题会议同意先行开工"
    basis = StartBasis.INSTALLATION if quick and rng.random() < 0.5 else StartBasis.CIVIL
    photo = Evidence("现场照片", "开工现场.jpg", taken_on=started, place=diary.who.town)
    diary.add(
        e.ConstructionStarted(occurred_on=started, basis=basis, ground=ground, evidence=(photo,)),
        turning=True,
    )
    if not finished:
        if rng.random() < 0.2:
            pause(diary, started)
        return started
    completed = started + timedelta(
        days=rng.randrange(80, 150) if quick else rng.randrange(230, 330)
    )
    papers = (Evidence("验收报告", "竣工验收报告.pdf"),)
    diary.add(
        e.ConstructionCompleted(occurred_on=completed, acceptance="五方验收合格", evidence=papers),
        turning=True,
    )
    if rng.random() < 0.4:
        partial = rng.random() < 0.4
        early = completed + timedelta(days=rng.randrange(-20, 8))
        diary.add(
            e.ProductionStarted(
                occurred_on=max(started, early), trial=not partial, partial=partial
            ),
            turning=True,
        )
    if fate is Fate.PRODUCING:
        produced = completed + timedelta(days=rng.randrange(9, 55))
        photo = Evidence("现场照片", "投产现场.jpg", taken_on=produced, place=diary.who.town)
        diary.add(e.ProductionStarted(occurred_on=produced, evidence=(photo,)), turning=True)
    return started


def pause(diary: Diary, started: date) -> None:
    paused = started + timedelta(days=diary.rng.randrange(30, 90))
    cause = diary.rng.choice(("建设资金不足", "用地手续待批", "汛期停工", "设计方案调整"))
    diary.add(e.ConstructionSuspended(occurred_on=paused, cause=cause), turning=True)
    if diary.rng.random() < 0.6:
        again = paused + timedelta(days=diary.rng.randrange(15, 60))
        diary.add(e.ConstructionResumed(occurred_on=again, cause="问题已解决"), turning=True)


def leave(diary: Diary, started: date) -> None:
    """退出, and for some a way back."""
    left = workday(started + timedelta(days=diary.rng.randrange(60, 140)))
    ground = diary.rng.choice(("投资方资金链断裂，协商解约", "超约定期限未实质推进，清退"))
    notice = (Evidence("文件", "项目退出通知书.pdf"),)
    # Whatever else was to come does not: the site is closed.
    diary.entries = [entry for entry in diary.entries if entry.event.occurred_on < left]
    diary.add(e.LeadExited(occurred_on=left, ground=ground, evidence=notice), turning=True)
    diary.end = left - timedelta(days=1)
    if diary.part.fate is Fate.REINSTATED:
        back = workday(left + timedelta(days=40))
        ground = "引入新股东，恢复履约"
        diary.add(e.LeadReinstated(occurred_on=back, ground=ground), turning=True)


def amend(diary: Diary, day: date, kind: AgreementKind) -> None:
    rng, total = diary.rng, diary.part.yuan
    if kind is AgreementKind.AGREEMENT and rng.random() < 0.4:
        raised = workday(day + timedelta(days=rng.randrange(30, 110)))
        diary.add(
            e.AgreementUpgraded(occurred_on=raised, kind=AgreementKind.CONTRACT), turning=True
        )
    if rng.random() > (0.4 if day.year == 2022 else 0.12):
        return
    later = workday(day + timedelta(days=rng.randrange(40, 320)))
    new = total * rng.choice((70, 85, 110, 125, 140)) // 100 // WAN * WAN
    diary.add(
        e.AgreementAmended(
            occurred_on=later,
            ground="追加投资，扩大建设规模" if new > total else "压减建设规模",
            agreed_total_yuan=new,
            fixed_part_yuan=min(diary.fixed, new),
            evidence=(Evidence("扫描件", "补充协议.pdf"),),
        ),
        turning=True,
    )


def fund(diary: Diary, day: date, started: date | None) -> None:
    """到位资金: the sites that build draw most; signed ones pay a first part."""
    rng, fate = diary.rng, diary.part.fate
    share = {Fate.SIGNED: 0.02, Fate.STARTED: 0.13, Fate.EXITED: 0.06}.get(fate, 0.46)
    if fate is Fate.SIGNED and rng.random() < 0.5:
        return
    if day.year == 2022:
        share *= 4.7 if fate is Fate.STARTED else 1.6
    main = rng.choices(
        (FundsSource.OUT_PROVINCE, FundsSource.OUT_CITY, FundsSource.OUT_COUNTY), (6, 3, 1)
    )[0]
    arrivals = rng.randrange(2, 5) if started else 1
    for _ in range(arrivals):
        # Most of the money comes in the first ten months.
        when = workday(day + timedelta(days=rng.randrange(5, 290)))
        odd = rng.choice((FundsSource.LOCAL, FundsSource.UNSPECIFIED, FundsSource.OUT_COUNTY))
        amount = diary.part.yuan * share / arrivals * rng.uniform(0.6, 1.3)
        diary.add(
            e.FundsArrived(
                occurred_on=when,
                source=odd if rng.random() < 0.15 else main,
                amount_yuan=max(WAN, int(amount) // WAN * WAN),
                use=FundsUse.FIXED if rng.random() < 0.85 else FundsUse.WORKING,
                voucher=f"银行回单{rng.randrange(10**7, 10**8)}",
            )
        )
    for when, usd in diary.part.foreign_usd:
        paper = (Evidence("银行回单", "外汇入账证明.pdf"),)
        diary.add(
            e.FundsArrived(
                occurred_on=when,
                source=FundsSource.FOREIGN,
                amount_usd=usd,
                use=FundsUse.FIXED,
                evidence=paper,
            )
        )


def report(diary: Diary, started: date) -> None:
    """固投月报 of every second month or so and each December: year to date, never falling."""
    rng, fate = diary.rng, diary.part.fate
    months = 9
    monthly = diary.fixed * (0.92 if fate in FINISHED else 0.9) / months
    year, ytd = 0, 0.0
    for nth in range(months):
        month = add_months(date(started.year, started.month, 1), nth)
        day = month_end(month.year, month.month)
        if day > diary.end:
            return
        if month.year != year:
            year, ytd = month.year, 0.0
        ytd += monthly * rng.uniform(0.5, 1.5)
        if rng.random() < 0.55 or month.month == 12 or nth == months - 1:
            figure = int(ytd) // WAN * WAN
            event = e.FixedAssetInvestmentReported(
                occurred_on=day, period=period_of(day), ytd_yuan=figure
            )
            diary.add(event, report=True)
