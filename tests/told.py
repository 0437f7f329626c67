"""How does a lead's life read in a test? Short words for its events, on days of 2023."""

from datetime import date
from typing import Any

from domain.lead import events as e
from domain.lead.history import state_at
from domain.lead.splitting import Part, Wanted
from domain.lead.state import LeadState
from domain.vocabulary import AgreementKind, ContactMode, FundsSource, ResponsibilityRole
from tests.given import TODAY, Past, nth

LOI, FRAMEWORK = AgreementKind.LETTER_OF_INTENT, AgreementKind.FRAMEWORK
AGREEMENT, CONTRACT = AgreementKind.AGREEMENT, AgreementKind.CONTRACT
YI = 100_000_000


def on(month: int, day: int = 1, year: int = 2023) -> date:
    return date(year, month, day)


REGISTERED = e.LeadRegistered(
    occurred_on=on(1),
    code="ZS2023-0001",
    title="富硒茶饮加工",
    investor=e.Investor("陕西某公司"),
    recruiting_unit="招商服务中心",
    host_town="城关镇",
)


def signed(
    day: date, kind: AgreementKind = CONTRACT, total: int = YI, **terms: Any
) -> e.AgreementSigned:
    return e.AgreementSigned(occurred_on=day, kind=kind, agreed_total_yuan=total, **terms)


def upgraded(day: date, kind: AgreementKind, total: int | None = None) -> e.AgreementUpgraded:
    return e.AgreementUpgraded(occurred_on=day, kind=kind, agreed_total_yuan=total)


def amended(day: date, **terms: Any) -> e.AgreementAmended:
    return e.AgreementAmended(occurred_on=day, ground="规模调整", **terms)


def started(day: date, ground: str | None = None) -> e.ConstructionStarted:
    return e.ConstructionStarted(occurred_on=day, ground=ground)


def suspended(day: date) -> e.ConstructionSuspended:
    return e.ConstructionSuspended(occurred_on=day)


def resumed(day: date) -> e.ConstructionResumed:
    return e.ConstructionResumed(occurred_on=day)


def completed(day: date) -> e.ConstructionCompleted:
    return e.ConstructionCompleted(occurred_on=day)


def produced(day: date, **how: Any) -> e.ProductionStarted:
    return e.ProductionStarted(occurred_on=day, **how)


def funds(day: date, yuan: int | None = YI, usd: int | None = None) -> e.FundsArrived:
    return e.FundsArrived(
        occurred_on=day, source=FundsSource.OUT_CITY, amount_yuan=yuan, amount_usd=usd
    )


def returned(
    day: date, period: str, ytd: int, ground: str | None = None
) -> e.FixedAssetInvestmentReported:
    return e.FixedAssetInvestmentReported(
        occurred_on=day, period=period, ytd_yuan=ytd, ground=ground
    )


def reported(day: date, period: str, text: str = "主体施工", **more: Any) -> e.LeadEvent:
    return e.MonthlyProgressReported(occurred_on=day, period=period, text=text, **more)


def exited(day: date) -> e.LeadExited:
    return e.LeadExited(occurred_on=day, ground="协商解约")


def reinstated(day: date) -> e.LeadReinstated:
    return e.LeadReinstated(occurred_on=day, ground="重新履约")


def shelved(day: date) -> e.LeadShelved:
    return e.LeadShelved(occurred_on=day, ground="用地未落实")


def reopened(day: date) -> e.LeadReopened:
    return e.LeadReopened(occurred_on=day, ground="重新洽谈")


def lost(day: date) -> e.LeadLost:
    return e.LeadLost(occurred_on=day, ground="落户外县")


def contact(day: date) -> e.ContactLogged:
    return e.ContactLogged(occurred_on=day, mode=ContactMode.CALL, summary="电话沟通")


def moved(day: date, town: str | None) -> e.LeadEvent:
    change = e.ResponsibilityChange(ResponsibilityRole.HOST_TOWN, town)
    return e.ResponsibilityAssigned(occurred_on=day, changes=(change,))


def officer(day: date, name: str | None) -> e.LeadEvent:
    change = e.ResponsibilityChange(ResponsibilityRole.SERVICE_OFFICER, name)
    return e.ResponsibilityAssigned(occurred_on=day, changes=(change,))


def void(number: int, day: date = TODAY) -> e.EventVoided:
    return e.EventVoided(occurred_on=day, event_id=nth(number), ground="录错项目")


def at(past: Past, day: date) -> LeadState:
    state = state_at(past.history, day)
    assert state is not None
    return state


# The same lead at each turn of its life; event numbers: 1 registered, 2 signed, 3 started, …
SIGNED = (REGISTERED, signed(on(3)))
STARTED = (*SIGNED, started(on(4)))
COMPLETED = (*STARTED, completed(on(6)))
PRODUCING = (*COMPLETED, produced(on(8)))

# A split in two.
WANTED = Wanted(on(6), "分两个主体建设")
PARTS = (Part("甲厂", 6 * YI // 10), Part("乙厂", 4 * YI // 10, host_town="涧池镇"))
