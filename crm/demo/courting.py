"""How does a sample lead come to its signing, or fail to? 登记、接洽、研判、尽调、审查、签约."""

from datetime import date, timedelta
from random import Random

from crm.demo import names
from crm.demo.cast import WAN, Fate, Part, workday
from crm.demo.diary import FINISHED, Diary
from crm.demo.names import Identity
from domain.calendar import add_months
from domain.event import Evidence
from domain.lead import events as e
from domain.vocabulary import (
    AgreementKind,
    AssessmentResult,
    ChainRole,
    ContactMode,
    DueDiligenceResult,
    Relation,
    ResponsibilityRole,
    ReviewOpinion,
)


def registration(part: Part, who: Identity, rng: Random, day: date) -> e.LeadRegistered:
    """线索登记; its code is given on entering."""
    suffix = {
        Relation.EXPANSION: "（增资扩产）",
        Relation.PHASE_IN_SCOPE: "（二期）",
        Relation.RELOCATION: "（迁建）",
    }
    return e.LeadRegistered(
        occurred_on=day,
        code="",
        title=who.title + suffix.get(part.relation, ""),
        investor=who.investor,
        recruiting_unit=who.unit,
        host_town=who.town,
        chain=who.chain,
        chain_role=rng.choice(list(ChainRole)),
        industrial=who.industrial,
        channel=rng.choice(("小分队招商", "以商招商", "驻地招商", "节会招商", "亲情招商")),
        introducer=rng.choice(("汉阴商会", None, None)),
        relation=part.relation,
        estimated_yuan=part.yuan * rng.randrange(8, 13) // 10 // WAN * WAN,
        contact_persons=(who.contact,),
    )


def court(diary: Diary, first: date, last: date) -> None:
    """接洽、研判、责任, and before a signing 尽调 and 合同审查."""
    rng = diary.rng
    span = max(1, (last - first).days)
    topics = (
        "洽谈选址和用地",
        "考察厂房和水电配套",
        "商谈投资协议条款",
        "沟通政策兑现",
        "回访企业总部",
    )
    for _ in range(rng.randrange(1, 4)):
        day = workday(first + timedelta(days=rng.randrange(span)))
        if day < last:
            mode = rng.choice(list(ContactMode))
            diary.add(
                e.ContactLogged(
                    occurred_on=day,
                    mode=mode,
                    summary=f"{mode.label}：{rng.choice(topics)}",
                    persons=(diary.who.contact,),
                    next_step="继续跟进",
                    next_due=day + timedelta(days=14),
                )
            )
    assessed = workday(first + timedelta(days=min(span - 1, rng.randrange(2, 8))))
    result = AssessmentResult.PENDING if rng.random() < 0.1 else AssessmentResult.VIABLE
    diary.add(e.LeadAssessed(occurred_on=assessed, result=result))
    diary.roles(
        assessed,
        {ResponsibilityRole.UNIT: diary.who.unit, ResponsibilityRole.PERSON: diary.who.person},
    )


def end_unsigned(diary: Diary, day: date) -> None:
    rng, fate = diary.rng, diary.part.fate
    later = workday(day + timedelta(days=rng.randrange(30, 120)))
    if fate is Fate.FRAMEWORK:
        kind = rng.choice((AgreementKind.FRAMEWORK, AgreementKind.LETTER_OF_INTENT))
        signing = e.AgreementSigned(
            occurred_on=min(later, date(2023, 12, 20)),
            kind=kind,
            agreed_total_yuan=diary.part.yuan,
            evidence=(Evidence("扫描件", f"{kind.label}.pdf"),),
        )
        diary.add(signing, turning=True)
    elif fate is Fate.SHELVED:
        diary.add(e.LeadShelved(occurred_on=later, ground="用地指标暂未落实"), turning=True)
        if rng.random() < 0.6:
            again = later + timedelta(days=60)
            diary.add(e.LeadReopened(occurred_on=again, ground="投资方重新来访"), turning=True)
            again += timedelta(days=75)
            ground = "投资方资金未到位，再次搁置"
            diary.add(e.LeadShelved(occurred_on=again, ground=ground), turning=True)
    elif fate is Fate.LOST:
        diary.add(e.LeadLost(occurred_on=later, ground="投资方已落户外县"), turning=True)


def sign(diary: Diary, day: date) -> AgreementKind:
    """签约: straight, or from a framework; some agreements rise to contracts later."""
    rng, total = diary.rng, diary.part.yuan
    first = diary.registration.occurred_on
    for event in (
        e.DueDiligenceCompleted(
            occurred_on=max(first, day - timedelta(days=rng.randrange(6, 16))),
            result=DueDiligenceResult.PASS
            if rng.random() < 0.9
            else DueDiligenceResult.CONDITIONAL,
            agency="县招商项目尽调组",
        ),
        e.ContractReviewed(
            occurred_on=max(first, day - timedelta(days=rng.randrange(1, 5))),
            opinion=ReviewOpinion.AGREE,
            reviewer="县司法局",
        ),
    ):
        if rng.random() > 0.04:  # a few sign without: listed as anomalies
            diary.add(event)
    diary.fixed = total * rng.randrange(60, 88) // 100 // WAN * WAN
    kind = AgreementKind.CONTRACT if rng.random() < 0.72 else AgreementKind.AGREEMENT
    quick = diary.part.fate in FINISHED and day.year == 2023
    start_due = add_months(day, 1 if quick else rng.randrange(2, 6))
    completion_due = add_months(start_due, 7 if quick else rng.randrange(10, 20))
    scan = (Evidence("扫描件", f"投资{kind.label}.pdf"),)
    earlier = day - timedelta(days=rng.randrange(30, 80))
    if earlier > first and rng.random() < 0.3:
        framework = e.AgreementSigned(
            occurred_on=workday(earlier),
            kind=AgreementKind.FRAMEWORK,
            agreed_total_yuan=total,
            fixed_part_yuan=diary.fixed,
            start_due=start_due,
            completion_due=completion_due,
            evidence=(Evidence("扫描件", "框架协议.pdf"),),
        )
        diary.add(framework, turning=True)
        if rng.random() < 0.6:
            raised = e.AgreementUpgraded(
                occurred_on=day, kind=kind, agreed_total_yuan=total, evidence=scan
            )
            diary.add(raised, turning=True)
            return kind
    diary.add(
        e.AgreementSigned(
            occurred_on=day,
            kind=kind,
            agreed_total_yuan=total,
            fixed_part_yuan=diary.fixed,
            foreign_part_usd=sum(usd for _, usd in diary.part.foreign_usd) or None,
            agreement_no=f"汉招〔{day.year}〕{rng.randrange(1, 200)}号",
            start_due=start_due,
            completion_due=completion_due,
            production_due=add_months(completion_due, 3),
            evidence=scan,
        ),
        turning=True,
    )
    return kind


def assign(diary: Diary, day: date) -> None:
    rng = diary.rng
    roles = {
        ResponsibilityRole.LEADER: rng.choice(names.LEADERS),
        ResponsibilityRole.SERVICE_OFFICER: names.person(rng),
        ResponsibilityRole.POLICE_CONTACT: rng.choice(names.POLICE),
    }
    diary.roles(day + timedelta(days=rng.randrange(1, 6)), roles)
    if rng.random() < 0.08:  # the site moves to another town
        moved = day + timedelta(days=rng.randrange(20, 70))
        town = rng.choice([town for town in names.TOWNS if town != diary.who.town])
        diary.roles(moved, {ResponsibilityRole.HOST_TOWN: town})


def register_company(diary: Diary, day: date) -> None:
    diary.add(
        e.CompanyRegistered(
            occurred_on=day + timedelta(days=diary.rng.randrange(6, 40)),
            company_name=names.company_name(diary.who.investor),
            uscc=names.credit_code(diary.rng),
            registered_capital_yuan=max(100 * WAN, diary.part.yuan // 10 // WAN * WAN),
            evidence=(Evidence("营业执照", "营业执照.jpg"),),
        )
    )
