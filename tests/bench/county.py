"""A made-up log of any size: many short streams and a few hot ones (Zipf), over three years.

Every stream is a life that the decisions would accept; the leads' events interleave by the day
they are recorded on, some of them weeks late.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from crm.numbering import stream_of
from crm.settings import Settings
from crm.wiring import Tables, build
from domain.event import Event, Recorded
from domain.lead import events as e
from domain.target import AnnualTargetSet, target_stream
from domain.vocabulary import AgreementKind, ContactMode, FundsSource, Relation

SEED = 20231123
EVENTS_PER_LEAD = 10
_IDS = UUID(int=0xB3)
_OPENING = date(2022, 1, 4)
_DAYS = 3 * 365
_UNITS = tuple(f"招商{n}分局" for n in range(1, 13))
_TOWNS = tuple(f"{n}镇" for n in "甲乙丙丁戊己庚辛壬癸")
_CHAINS = ("新材料", "富硒食品", "生态旅游", "毛绒玩具", "现代物流", None)


def county_log(events: int) -> Iterator[Recorded[Any]]:
    """About `events` events of a tenth as many leads, in recording order. The same every time."""
    rng = random.Random(SEED)
    leads = max(1, events // EVENTS_PER_LEAD)
    diary: list[tuple[date, int, int]] = []  # recorded on, lead, nth event of it
    lives: list[list[Event]] = []
    for number in range(leads):
        life = _life(rng, number, leads)
        lives.append(life)
        recorded_on = life[0].occurred_on
        for nth, event in enumerate(life):
            late = rng.randint(0, 60) if rng.random() < 0.15 else rng.randint(0, 2)
            recorded_on = max(recorded_on, event.occurred_on + timedelta(days=late))
            diary.append((recorded_on, number, nth))
    diary.sort()
    yield from _targets()
    versions: dict[int, int] = {}
    for position, (day, number, nth) in enumerate(diary, start=4):
        versions[number] = versions.get(number, 0) + 1
        yield Recorded(
            stream_of(_code(number)),
            versions[number],
            position,
            uuid5(_IDS, f"{number}/{nth}"),
            datetime.combine(day, time(8), UTC) + timedelta(microseconds=position),
            "bench",
            lives[number][nth],
        )


def filled(folder: Path, events: int) -> Settings:
    """A store with a made-up log."""
    settings = Settings(data_dir=folder)
    crm = build(settings, tables=Tables.ELSEWHERE)
    log = county_log(events)
    while section := list(islice(log, 5000)):
        crm.store.append(section)
    crm.close()
    return settings


def _code(number: int) -> str:
    return f"ZS{2022 + number % 3}-{number // 3 + 1:04d}"


def _targets() -> Iterator[Recorded[Any]]:
    for nth, year in enumerate((2022, 2023, 2024), start=1):
        target = AnnualTargetSet(
            occurred_on=date(2022, 1, 1), year=year, projects=90, agreed_total_yuan=11 * 10**9
        )
        at = datetime(2022, 1, 1, 8, 0, nth, tzinfo=UTC)
        yield Recorded(target_stream(year), 1, nth, uuid5(_IDS, f"t{nth}"), at, "bench", target)


def _life(rng: random.Random, number: int, leads: int) -> list[Event]:
    day = _OPENING + timedelta(days=rng.randint(0, _DAYS - 200))
    life: list[Event] = [
        e.LeadRegistered(
            occurred_on=day,
            code=_code(number),
            title=f"年产{rng.randint(1, 90)}000吨富硒产品加工项目{number}",
            investor=e.Investor(f"安康第{number}实业有限公司"),
            recruiting_unit=rng.choice(_UNITS),
            host_town=rng.choice(_TOWNS),
            chain=rng.choice(_CHAINS),
            industrial=rng.random() < 0.8,
            relation=Relation.NEW,
        )
    ]

    def later(most: int) -> date:
        nonlocal day
        day += timedelta(days=rng.randint(1, most))
        return day

    # Zipf: the lead of rank r has about 1/r of the busiest one's contacts.
    busy = min(500, leads // (4 * (number + 1)))
    for _ in range(rng.randint(1, 4) + busy):
        day += timedelta(days=rng.randint(0, 20) if busy < 20 else 0)
        life.append(
            e.ContactLogged(
                occurred_on=day, mode=rng.choice(list(ContactMode)), summary="洽谈用地和厂房"
            )
        )
    end = _OPENING + timedelta(days=_DAYS)
    total = rng.choice((8, 30, 120, 500, 900)) * 10_000_000
    steps: list[Any] = [
        lambda: e.AgreementSigned(
            occurred_on=later(60),
            kind=rng.choice((AgreementKind.AGREEMENT, AgreementKind.CONTRACT)),
            agreed_total_yuan=total,
        ),
        lambda: e.ConstructionStarted(occurred_on=later(150)),
        lambda: e.FundsArrived(
            occurred_on=later(30), source=FundsSource.OUT_PROVINCE, amount_yuan=total // 10
        ),
        lambda: _returned(later(40), total // 8),
        lambda: e.FundsArrived(
            occurred_on=later(60), source=FundsSource.OUT_CITY, amount_yuan=total // 7
        ),
        lambda: e.AgreementAmended(
            occurred_on=later(30), agreed_total_yuan=total * 5 // 4, ground="追加投资"
        ),
        lambda: e.ConstructionCompleted(occurred_on=later(250)),
        lambda: e.ProductionStarted(occurred_on=later(90)),
    ]
    for step in steps[: rng.choice((0, 1, 3, 5, 7, 8, 8))]:
        event = step()
        if event.occurred_on > end:
            break
        life.append(event)
    if rng.random() < 0.07:
        life.append(e.LeadExited(occurred_on=later(90), ground="协商解约"))
    return life


def _returned(day: date, yuan: int) -> Event:
    return e.FixedAssetInvestmentReported(
        occurred_on=day, period=f"{day.year}-{day.month:02d}", ytd_yuan=yuan
    )
