"""What stands in the way of the sample projects, and who clears it? (问题清单、责任清单、落实清单)

Some 25 problems over the two years: closed out in time, late, reopened, escalated, still open.
Drawn apart from the projects' own lives, so that those do not change with what troubles them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from random import Random
from uuid import UUID

from crm.demo import names
from crm.demo.cast import LAST_DAY, SEED, Fate, cast, workday
from crm.demo.diary import Diary
from crm.demo.life import life
from domain.calendar import SHANGHAI
from domain.problem import events as p
from domain.vocabulary import EscalationLevel, ProblemClass

_TROUBLED = frozenset({Fate.SIGNED, Fate.STARTED, Fate.COMPLETED, Fate.PRODUCING})
_LAST_SIGNING = LAST_DAY - timedelta(days=150)  # later ones leave no time for a problem's life
_GIVEN_LATER = UUID(int=0)

# Class -> what is wrong, who clears it, how it is cleared.
_KINDS = {
    ProblemClass.LAND: (
        "项目用地指标未落实，无法办理规划许可",
        "县自然资源局",
        "用地指标已下达",
    ),
    ProblemClass.DEMOLITION: ("红线内三户房屋未签订征收协议", "县住建局", "征收协议全部签订"),
    ProblemClass.PERMITS: ("环评报告表评审未通过", "市生态环境局汉阴分局", "环评批复已取得"),
    ProblemClass.FUNDS: ("企业流动资金贷款未获批", "县金融办", "银行已放款"),
    ProblemClass.UTILITIES: ("施工用电容量不足", "国网汉阴供电公司", "专变已增容送电"),
    ProblemClass.LABOUR: ("投产用工缺口约六十人", "县人社局", "专场招聘后用工已足"),
    ProblemClass.POLICY: ("设备补贴未按协议兑现", "县财政局", "补贴资金已拨付"),
    ProblemClass.OTHER: ("进场道路损坏，大件设备无法通行", "县交通局", "道路已修复"),
}


class _Ending(Enum):
    """Where the story leaves a problem."""

    IN_TIME = auto()
    LATE = auto()
    REOPENED = auto()
    ESCALATED = auto()
    CLAIMED = auto()
    OPEN = auto()


_ENDINGS = (
    *(_Ending.IN_TIME,) * 10,
    *(_Ending.LATE,) * 5,
    *(_Ending.REOPENED,) * 3,
    *(_Ending.ESCALATED,) * 3,
    *(_Ending.CLAIMED,) * 2,
    *(_Ending.OPEN,) * 3,
)


@dataclass(frozen=True, slots=True)
class TroubleStep:
    """One entry about a problem. `problem` and `lead` are keys of the story's own.

    A raising holds no lead's id and no code yet: both are given on entering.
    """

    recorded_at: datetime
    by: str
    problem: str
    lead: str
    event: p.ProblemEvent


def troubles() -> list[TroubleStep]:
    """All entries in recording order."""
    rng = Random(f"{SEED} troubles")
    parts = [part for part in cast() if part.fate in _TROUBLED and part.day <= _LAST_SIGNING]
    chosen = sorted(rng.sample(range(len(parts)), len(_ENDINGS)))
    endings = rng.sample(_ENDINGS, len(_ENDINGS))
    steps: list[TroubleStep] = []
    for nth, ending in zip(chosen, endings, strict=True):
        diary = life(parts[nth])
        steps += _entered(rng, diary, ending)
    return sorted(steps, key=lambda step: step.recorded_at)


def _entered(rng: Random, diary: Diary, ending: _Ending) -> Iterator[TroubleStep]:
    """The clerk enters what happened, mostly within two days; a manager what only managers may."""
    clerk = names.CLERKS[diary.who.unit]
    before = datetime.min.replace(tzinfo=SHANGHAI)
    for event in _life(rng, diary, ending):
        managed = isinstance(event, p.ProblemClosed | p.ProblemReopened | p.ProblemEscalated)
        lag = rng.randrange(18, 40) if rng.random() < 0.08 else rng.choice((0, 0, 1, 2))
        moment = time(rng.randrange(9, 11), rng.randrange(60), rng.randrange(60))
        at = datetime.combine(
            workday(event.occurred_on + timedelta(days=lag)), moment, tzinfo=SHANGHAI
        )
        before = max(at, before + timedelta(minutes=6))
        by = names.MANAGER if managed else clerk
        yield TroubleStep(before, by, f"{diary.part.key}.problem", diary.part.key, event)


def _life(rng: Random, diary: Diary, ending: _Ending) -> Iterator[p.ProblemEvent]:
    kind = rng.choice(list(ProblemClass))
    wrong, unit, cleared = _KINDS[kind]
    raised = _raised_on(rng, diary, ending)
    due = raised + timedelta(days=rng.choice((20, 30, 45)))
    yield p.ProblemRaised(
        occurred_on=raised,
        code="",
        lead_id=_GIVEN_LATER,
        category=kind,
        text=wrong,
        due=due if rng.random() < 0.5 else None,
    )
    yield p.ProblemAssigned(
        occurred_on=workday(raised + timedelta(days=rng.randrange(1, 4))),
        leader=rng.choice(names.LEADERS),
        unit=unit,
        person=names.person(rng),
        due=due,
    )
    yield p.ProblemActionRecorded(
        occurred_on=workday(raised + timedelta(days=rng.randrange(6, 12))),
        text=f"{unit}已到现场会商，明确办理步骤",
    )
    if ending is _Ending.OPEN:
        return
    if ending is _Ending.ESCALATED:
        level = rng.choice(list(EscalationLevel))
        yield p.ProblemEscalated(
            occurred_on=workday(due + timedelta(days=5)), level=level, ground="逾期未解决"
        )
        return
    done = workday(due - timedelta(days=7))
    if ending is _Ending.LATE:
        done = workday(due + timedelta(days=rng.randrange(8, 30)))
    yield p.ProblemResolutionClaimed(occurred_on=done, text=cleared)
    if ending is _Ending.CLAIMED:
        return
    confirmed = workday(done + timedelta(days=rng.randrange(1, 4)))
    yield p.ProblemClosed(occurred_on=confirmed, confirmer=names.MANAGER, text="现场核实，同意销号")
    if ending is _Ending.REOPENED:
        yield p.ProblemReopened(
            occurred_on=workday(confirmed + timedelta(days=rng.randrange(10, 25))),
            ground="回访时企业反映问题反复，重新列入清单",
        )


def _raised_on(rng: Random, diary: Diary, ending: _Ending) -> date:
    """Some weeks after the signing; what is still open at the end began shortly before it."""
    if ending in (_Ending.OPEN, _Ending.CLAIMED):
        first, last = LAST_DAY - timedelta(days=55), LAST_DAY - timedelta(days=25)
    else:
        first = diary.part.day + timedelta(days=20)
        last = min(first + timedelta(days=150), LAST_DAY - timedelta(days=110))
    return workday(first + timedelta(days=rng.randrange((last - first).days)))
