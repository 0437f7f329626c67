"""What can a county's log look like at its messiest? Random, legal histories of several leads.

Events are proposed at random, with business days far back, many ties on one day and dates around
the ends of months and years; `decide` keeps the legal ones. Leads interleave in one log.
"""

import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise
from uuid import UUID, uuid5

from hypothesis import strategies as st

from crm.numbering import stream_of
from domain.calendar import business_day, period_of
from domain.errors import BadInput, Refused
from domain.event import Recorded
from domain.lead import events as e
from domain.lead import splitting
from domain.lead.decisions import decide
from domain.lead.splitting import Steps
from domain.lead.standing import Lead
from domain.vocabulary import (
    AgreementKind,
    AssessmentResult,
    Colour,
    ContactMode,
    FundsSource,
    Milestone,
    NoticeLevel,
    PermitItem,
    PermitState,
    RecognitionDecision,
    RecognitionScope,
    Relation,
    ResponsibilityRole,
    SiteFinding,
    StartBasis,
)

TOWNS = ("城关镇", "涧池镇", "蒲溪镇", None)
UNITS = ("招商服务中心", "发改局", "经开区")
CHAINS = ("新材料", "富硒食品", "生态旅游", None)
# 元, on both sides of the two thresholds of the target (5 亿 and 5000 万).
AMOUNTS = (5_000_000, 49_999_999, 50_000_000, 120_000_000, 499_999_999, 500_000_000, 1_200_000_000)
# Ends and beginnings of periods, where windows and ties go wrong.
HOT_DAYS = tuple(
    date.fromisoformat(day)
    for day in (
        "2022-01-01", "2022-06-30", "2022-12-31", "2023-01-01", "2023-02-28", "2023-03-01",
        "2023-06-30", "2023-07-01", "2023-12-31", "2024-01-01", "2024-02-29", "2024-06-30",
    )
)  # fmt: skip
OPENING = datetime(2022, 2, 7, 1, 0, tzinfo=UTC)
CLOSING = datetime(2024, 12, 20, tzinfo=UTC)

_IDS = UUID(int=0x10C)
_PERMIT_STATES = tuple(PermitState)

Proposal = Callable[[random.Random, Lead, date], e.LeadEvent]


@dataclass
class _Office:
    """The log so far, and its clock."""

    log: list[Recorded[e.LeadEvent]] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    now: datetime = OPENING

    def offer_together(self, steps: Steps) -> None:
        """All of a split, a merge or the void of one; or nothing."""
        standing = {lead.lead_id: lead for lead in self.leads}
        recorded: list[Recorded[e.LeadEvent]] = []
        for lead_id, event in steps:
            lead = standing.get(lead_id) or Lead(lead_id)
            decide(lead, event, business_day(self.now), together=True)
            item = self._item(lead, len(self.log) + len(recorded) + 1, event)
            recorded.append(item)
            standing[lead_id] = lead.after(item)
        self.log += recorded
        self.leads = list(standing.values())

    def offer(self, nth: int, event: e.LeadEvent) -> None:
        lead = self.leads[nth]
        try:
            decide(lead, event, business_day(self.now))
        except (Refused, BadInput):
            return
        item = self._item(lead, len(self.log) + 1, event)
        self.log.append(item)
        self.leads[nth] = lead.after(item)

    def _item(self, lead: Lead, position: int, event: e.LeadEvent) -> Recorded[e.LeadEvent]:
        return Recorded(
            lead.lead_id,
            lead.version + 1,
            position,
            _event_id(position),
            self.now,
            "test",
            event,
        )


def random_log(rng: random.Random, leads: int, steps: int) -> list[Recorded[e.LeadEvent]]:
    """A log of up to `leads` leads from `steps` proposals, in recording order."""
    return _grow((rng for _ in range(steps)), leads, (CLOSING - OPENING) / max(steps, 1))


def money_log(rng: random.Random, leads: int, steps: int) -> list[Recorded[e.LeadEvent]]:
    """As `random_log`, of signings, money, splits and merges for the most part."""
    pace = (CLOSING - OPENING) / max(steps, 1)
    return _grow((rng for _ in range(steps)), leads, pace, _OF_MONEY, shared=0.12)


def logs(leads: int = 3, steps: int = 120) -> st.SearchStrategy[list[Recorded[e.LeadEvent]]]:
    """As a hypothesis strategy. Each step has a seed of its own, so a failing log shrinks to the
    few steps that matter."""
    seeds = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=steps)
    pace = (CLOSING - OPENING) / steps
    return seeds.map(lambda drawn: _grow((random.Random(seed) for seed in drawn), leads, pace))


def _grow(
    steps: Iterable[random.Random],
    leads: int,
    pace: timedelta,
    weights: dict[Proposal, int] | None = None,
    *,
    shared: float = 0.03,
) -> list[Recorded[e.LeadEvent]]:
    office = _Office()
    weights = weights or _WEIGHTS
    proposals, cumulative = list(weights), list(accumulate(weights.values()))
    for rng in steps:
        office.now += pace * rng.uniform(0.1, 1.9)
        today = business_day(office.now)
        if len(office.leads) < leads and (not office.leads or rng.random() < 0.1):
            _open(rng, office, today)
            continue
        if rng.random() < shared:
            with suppress(Refused, BadInput, _NothingToOffer):
                office.offer_together(_shared(rng, office, today, leads))
            continue
        nth = rng.randrange(len(office.leads))
        lead = office.leads[nth]
        [propose] = rng.choices(proposals, cum_weights=cumulative)
        day = _day(rng, lead, today)
        with suppress(_NothingToOffer):
            event = propose(rng, lead, day)
            if nth and isinstance(event, e.LeadExited) and day.toordinal() % 3 == 0:
                # Some exits are links to the first lead; no draw for it: a seed's history stays.
                kept = office.leads[0].lead_id
                event = e.DuplicateLinked(occurred_on=day, of_lead_id=kept, ground="重复登记")
            office.offer(nth, event)
    return office.log


def _open(rng: random.Random, office: _Office, today: date) -> None:
    others = [lead.lead_id for lead in office.leads if not lead.voided]
    relation = rng.choice(list(Relation)) if others else Relation.NEW
    number = len(office.leads) + 1
    day = today - timedelta(days=rng.choice((0, 0, 3, 40, 400)))
    code = f"ZS{day.year}-{number:04d}"
    office.leads.append(Lead(stream_of(code)))
    office.offer(
        number - 1,
        e.LeadRegistered(
            occurred_on=day,
            code=code,
            title=f"测试项目{number}",
            investor=e.Investor(f"测试公司{number}"),
            recruiting_unit=rng.choice(UNITS),
            host_town=rng.choice(TOWNS),
            chain=rng.choice(CHAINS),
            industrial=rng.random() < 0.8,
            relation=relation,
            parent_lead_id=None if relation is Relation.NEW else rng.choice(others),
        ),
    )


def _shared(rng: random.Random, office: _Office, today: date, leads: int) -> Steps:
    """A split, a merge, or the void of one."""
    signed = [lead for lead in office.leads if lead.standing().signed_on and not lead.voided]
    draw = rng.random()
    owners = [
        (lead, event_id)
        for lead in office.leads
        for event_id, r in lead.recorded.items()
        if isinstance(r.event, e.LeadSplit | e.LeadMerged) and event_id not in lead.voids
    ]
    by_id = {lead.lead_id: lead for lead in office.leads}
    if owners and draw < 0.25:
        owner, event_id = rng.choice(owners)
        void = e.EventVoided(occurred_on=today, event_id=event_id, ground="录入有误")
        others = splitting.others_of(owner.recorded[event_id].event)
        return splitting.undo(owner, void, [by_id[other] for other in others])
    if not signed:
        raise _NothingToOffer
    lead, wanted = rng.choice(signed), splitting.Wanted(today, "分别建设")
    if draw < 0.75:
        rest = [other for other in signed if other is not lead]
        chosen = rng.sample(rest, min(len(rest), rng.choice((1, 1, 2))))
        total = rng.choice((None, None, rng.choice(AMOUNTS)))
        return splitting.merge(lead, wanted, chosen, total)
    if len(office.leads) > 2 * leads:
        raise _NothingToOffer
    total = lead.standing().agreed_total_yuan or 0
    cuts = sorted(rng.sample(range(1, total), rng.choice((1, 1, 2))))
    amounts = [b - a for a, b in pairwise((0, *cuts, total))]
    parts = [
        splitting.Part(
            f"{lead.lead_id.hex[:4]}之{nth}",
            yuan,
            recruiting_unit=rng.choice((*UNITS, None)),
            host_town=rng.choice(TOWNS),
            started=rng.random() < 0.7,
        )
        for nth, yuan in enumerate(amounts, 1)
    ]
    first = len(office.leads) + 1
    codes = [f"ZS{today.year}-{number:04d}" for number in range(first, first + len(parts))]
    new = [(stream_of(code), code) for code in codes]
    return splitting.split(lead, wanted, parts, new)


def _day(rng: random.Random, lead: Lead, today: date) -> date:
    """Today, a day already used on this lead (or beside one), a hot day, or any day before."""
    draw = rng.random()
    if draw < 0.3:
        return today
    if draw < 0.6 and lead.turns:
        used = rng.choice(lead.turns).event.occurred_on
        return min(today, used + timedelta(days=rng.choice((-1, 0, 0, 0, 1, 7))))
    if draw < 0.75:
        return min(today, rng.choice(HOT_DAYS))
    return today - timedelta(days=int(rng.expovariate(1 / 90)))


class _NothingToOffer(Exception):
    """Nothing of the wanted kind fits this lead."""


def _event_id(position: int) -> UUID:
    """Not drawn from a step's generator: hypothesis likes to give two steps the same seed."""
    return uuid5(_IDS, f"event {position}")


def _maybe(rng: random.Random, amount: int) -> int | None:
    return amount if rng.random() < 0.5 else None


def _signing(rng: random.Random, _: Lead, day: date) -> e.LeadEvent:
    total = rng.choice(AMOUNTS)
    start = day + timedelta(days=90)
    return e.AgreementSigned(
        occurred_on=day,
        kind=rng.choice(list(AgreementKind)),
        agreed_total_yuan=total,
        fixed_part_yuan=_maybe(rng, total // 2),
        outside_share=Decimal("0.8") if rng.random() < 0.2 else None,
        start_due=start if rng.random() < 0.4 else None,
        completion_due=start + timedelta(days=400) if rng.random() < 0.3 else None,
    )


def _upgrade(rng: random.Random, _: Lead, day: date) -> e.LeadEvent:
    kind = rng.choice(list(AgreementKind)[1:])
    amount = _maybe(rng, rng.choice(AMOUNTS))
    return e.AgreementUpgraded(occurred_on=day, kind=kind, agreed_total_yuan=amount)


def _amendment(rng: random.Random, _: Lead, day: date) -> e.LeadEvent:
    return e.AgreementAmended(
        occurred_on=day,
        ground="建设内容调整",
        agreed_total_yuan=rng.choice(AMOUNTS) if rng.random() < 0.8 else None,
        start_due=day + timedelta(days=60) if rng.random() < 0.4 else None,
    )


def _start(rng: random.Random, _: Lead, day: date) -> e.LeadEvent:
    ground = "先建后签：县政府专题会议同意" if rng.random() < 0.3 else None
    return e.ConstructionStarted(occurred_on=day, basis=rng.choice(list(StartBasis)), ground=ground)


def _suspension(_: random.Random, __: Lead, day: date) -> e.LeadEvent:
    return e.ConstructionSuspended(occurred_on=day)


def _resumption(_: random.Random, __: Lead, day: date) -> e.LeadEvent:
    return e.ConstructionResumed(occurred_on=day)


def _completion(_: random.Random, __: Lead, day: date) -> e.LeadEvent:
    return e.ConstructionCompleted(occurred_on=day)


def _production(rng: random.Random, _: Lead, day: date) -> e.LeadEvent:
    draw = rng.random()
    return e.ProductionStarted(occurred_on=day, trial=draw < 0.2, partial=0.1 < draw < 0.3)


def _funds(rng: random.Random, _: Lead, day: date) -> e.LeadEvent:
    source = rng.choice(list(FundsSource))
    amount = rng.randrange(1, 50_000_000)
    abroad = rng.random() < (0.8 if source is FundsSource.FOREIGN else 0.1)
    return e.FundsArrived(
        occurred_on=day,
        source=source,
        amount_usd=amount if abroad else None,
        amount_yuan=None if abroad else amount,
    )


def _investment_return(rng: random.Random, _: Lead, day: date) -> e.LeadEvent:
    earlier = day - timedelta(days=rng.choice((0, 0, 0, 31, 70)))
    return e.FixedAssetInvestmentReported(
        occurred_on=day,
        period=period_of(earlier),
        ytd_yuan=earlier.month * 3_000_000 + rng.randrange(4_000_000),
        ground="更正多报" if rng.random() < 0.3 else None,
    )


def _company(rng: random.Random, _: Lead, day: date) -> e.LeadEvent:
    name, capital = f"项目公司{rng.randint(1, 9)}", rng.choice((None, 10_000_000))
    return e.CompanyRegistered(
        occurred_on=day, company_name=name, uscc="", registered_capital_yuan=capital
    )


def _responsibility(rng: random.Random, _: Lead, day: date) -> e.LeadEvent:
    changes = (
        e.ResponsibilityChange(ResponsibilityRole.HOST_TOWN, rng.choice(TOWNS)),
        e.ResponsibilityChange(ResponsibilityRole.CHAIN, rng.choice(CHAINS)),
        e.ResponsibilityChange(ResponsibilityRole.LEADER, rng.choice(("县领导甲", None))),
    )
    first = rng.randrange(len(changes))
    return e.ResponsibilityAssigned(occurred_on=day, changes=changes[first : first + 2])


def _contact(rng: random.Random, _: Lead, day: date) -> e.LeadEvent:
    if rng.random() < 0.3:
        return e.LeadAssessed(occurred_on=day, result=AssessmentResult.VIABLE)
    return e.ContactLogged(occurred_on=day, mode=ContactMode.CALL, summary="电话沟通进展")


def _attending(rng: random.Random, _: Lead, day: date) -> e.LeadEvent:
    """手续、计划、进展、核查、走访: what moves no list, but the lead's whole state."""
    past = period_of(day - timedelta(days=rng.choice((0, 5, 35))))
    paces = rng.choice(((0,), (0, 50_000), (10_000_000, 30_000_000)))
    cumulative = tuple(accumulate(rng.choice(paces) for _ in range(12)))
    return rng.choice(
        (
            e.PermitStated(
                occurred_on=day, item=rng.choice(list(PermitItem)), state=rng.choice(_PERMIT_STATES)
            ),
            e.MilestonePlanSet(
                occurred_on=day,
                milestones=(
                    e.PlannedMilestone(
                        rng.choice(list(Milestone)), day + timedelta(days=rng.randint(-90, 300))
                    ),
                ),
                fai_year=day.year,
                monthly_fai_yuan=cumulative if rng.random() < 0.5 else None,
                ground="进度调整" if rng.random() < 0.8 else None,
            ),
            e.MonthlyProgressReported(
                occurred_on=day,
                period=past,
                text=rng.choice(("主体施工", "设备安装", "场地平整")),
                percent=rng.choice((None, Decimal("0.3"), Decimal("0.6"))),
            ),
            e.SiteChecked(occurred_on=day, found=rng.choice(list(SiteFinding))),
            e.StatInventoryEntered(occurred_on=day),
            e.AboveScaleEntered(occurred_on=day),
            e.FullEffectReached(occurred_on=day),
            e.ServiceVisitLogged(occurred_on=day),
            e.FollowUpVisitLogged(occurred_on=day, satisfaction=4),
            e.LeadRenamed(occurred_on=day, title=f"更名{rng.randint(1, 9)}", ground="备案变更"),
            e.InvestorChanged(
                occurred_on=day,
                investor=e.Investor(f"新公司{rng.randint(1, 9)}"),
                ground="股权转让",
            ),
            e.ResponsibilityAssigned(
                occurred_on=day,
                changes=(
                    e.ResponsibilityChange(
                        ResponsibilityRole.SERVICE_OFFICER, rng.choice(("干部甲", "干部乙", None))
                    ),
                ),
            ),
        )
    )


def _supervising(rng: random.Random, lead: Lead, day: date) -> e.LeadEvent:
    notices = [i for i, r in lead.recorded.items() if isinstance(r.event, e.NoticeIssued)]
    draw = rng.random()
    if draw < 0.6:
        return e.RecognitionDecided(
            occurred_on=day,
            scope=rng.choice(list(RecognitionScope)),
            decision=rng.choice(list(RecognitionDecision)),
            ground="复核",
        )
    if draw < 0.7:
        until = day + timedelta(days=rng.randint(0, 90))
        colour = rng.choice((Colour.GREEN, Colour.YELLOW, Colour.RED))
        return e.ColourOverridden(occurred_on=day, colour=colour, until=until, ground="会议同意")
    if draw < 0.85 or not notices:
        due = day + timedelta(days=rng.randint(0, 40))
        level = rng.choice(list(NoticeLevel))
        return e.NoticeIssued(occurred_on=day, level=level, due=due, text="限期开工")
    return e.NoticeAnswered(occurred_on=day, notice_id=rng.choice(notices), text="已整改")


def _shelving(_: random.Random, __: Lead, day: date) -> e.LeadEvent:
    return e.LeadShelved(occurred_on=day, ground="用地指标未落实")


def _reopening(_: random.Random, __: Lead, day: date) -> e.LeadEvent:
    return e.LeadReopened(occurred_on=day, ground="投资方重新洽谈")


def _loss(_: random.Random, __: Lead, day: date) -> e.LeadEvent:
    return e.LeadLost(occurred_on=day, ground="投资方落户外县")


def _exit(_: random.Random, __: Lead, day: date) -> e.LeadEvent:
    return e.LeadExited(occurred_on=day, ground="协商解约")


def _reinstatement(_: random.Random, __: Lead, day: date) -> e.LeadEvent:
    return e.LeadReinstated(occurred_on=day, ground="重新履约")


def _approval(_: random.Random, __: Lead, day: date) -> e.LeadEvent:
    return e.CountApproved(occurred_on=day, ground="单独立项、单独供地")


def _void(rng: random.Random, lead: Lead, day: date) -> e.LeadEvent:
    """Mostly turning points, often the newest: those are the ones nothing depends on."""
    ids = [turn.event_id for turn in lead.turns]
    if not ids or rng.random() < 0.3:
        ids = [event_id for event_id in lead.recorded if event_id not in lead.voids]
    # The registration only now and then: once it is gone the lead's story is over.
    if rng.random() < 0.95:
        ids = [i for i in ids if not isinstance(lead.recorded[i].event, e.LeadRegistered)]
    if not ids:
        raise _NothingToOffer
    target = ids[-1] if rng.random() < 0.5 else rng.choice(ids)
    return e.EventVoided(occurred_on=day, event_id=target, ground="录入有误")


_WEIGHTS: dict[Proposal, int] = {
    _signing: 12,
    _upgrade: 6,
    _amendment: 6,
    _start: 12,
    _suspension: 4,
    _resumption: 4,
    _completion: 9,
    _production: 9,
    _funds: 8,
    _investment_return: 8,
    _responsibility: 4,
    _contact: 3,
    _attending: 12,
    _supervising: 6,
    _shelving: 2,
    _reopening: 2,
    _loss: 1,
    _exit: 3,
    _reinstatement: 6,
    _approval: 4,
    _void: 9,
}
_OF_MONEY: dict[Proposal, int] = {
    _signing: 12,
    _upgrade: 5,
    _start: 4,
    _funds: 16,
    _investment_return: 30,
    _company: 4,
    _exit: 1,
    _reinstatement: 2,
    _approval: 1,
    _void: 6,
}
