"""Which leads are in the sample data, when do they sign, and how far do they get?

Sized so that the 2023 target reads plausibly: projects and jobs short, amounts about reached.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from random import Random

from domain.vocabulary import Relation

SEED = "汉阴县 2023"
WAN = 10_000
LAST_DAY = date(2023, 12, 31)

Foreign = tuple[tuple[date, int], ...]
"""Arrivals of foreign funds: day and 美元."""


class Fate(Enum):
    """Where the story leaves a lead on its last day."""

    LEAD = auto()
    SHELVED = auto()
    LOST = auto()
    FRAMEWORK = auto()
    SIGNED = auto()
    STARTED = auto()
    COMPLETED = auto()
    PRODUCING = auto()
    EXITED = auto()
    REINSTATED = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """One lead's part: `day` is its countable signing, or its registration when it never signs."""

    key: str
    fate: Fate
    day: date
    yuan: int
    relation: Relation = Relation.NEW
    parent: str | None = None
    foreign_usd: Foreign = ()

    @property
    def rng(self) -> Random:
        return random_of(self.key)


def random_of(key: str) -> Random:
    """A generator of a lead's own: a change to one part leaves the others as they are."""
    return Random(f"{SEED} {key}")


# (fate, how many, first day, last day, largest agreed amount in 万元)
_COHORT_2022 = (
    (Fate.PRODUCING, 6, date(2022, 1, 20), date(2022, 5, 31), 18_000),
    (Fate.COMPLETED, 4, date(2022, 2, 10), date(2022, 7, 31), 26_000),
    (Fate.STARTED, 4, date(2022, 4, 1), date(2022, 11, 30), 46_000),
    (Fate.SIGNED, 2, date(2022, 7, 1), date(2022, 12, 20), 12_000),
    (Fate.EXITED, 1, date(2022, 3, 1), date(2022, 6, 30), 9_000),
)
_COHORT_2023 = (
    (Fate.PRODUCING, 9, date(2023, 1, 5), date(2023, 3, 31), 4_800),
    (Fate.COMPLETED, 8, date(2023, 1, 9), date(2023, 4, 28), 12_000),
    (Fate.STARTED, 27, date(2023, 1, 12), date(2023, 9, 22), 40_000),
    (Fate.SIGNED, 6, date(2023, 3, 1), date(2023, 5, 31), 20_000),
    (Fate.SIGNED, 20, date(2023, 7, 3), date(2023, 12, 20), 40_000),
    (Fate.EXITED, 4, date(2023, 2, 6), date(2023, 6, 30), 12_000),
    (Fate.REINSTATED, 2, date(2023, 2, 6), date(2023, 5, 31), 12_000),
)
_UNSIGNED = (
    (Fate.FRAMEWORK, 5, date(2023, 2, 1), date(2023, 11, 20), 50_000),
    (Fate.LEAD, 6, date(2023, 5, 8), date(2023, 12, 15), 50_000),
    (Fate.SHELVED, 3, date(2022, 5, 5), date(2023, 6, 30), 20_000),
    (Fate.LOST, 3, date(2022, 9, 1), date(2023, 8, 31), 20_000),
)
# 5 亿 and more (万元): the plan wants eight of them.
_BIG = (
    (Fate.STARTED, date(2023, 1, 18), 120_000),
    (Fate.STARTED, date(2023, 2, 22), 96_000),
    (Fate.STARTED, date(2023, 3, 28), 82_000),
    (Fate.STARTED, date(2023, 5, 19), 65_000),
    (Fate.SIGNED, date(2023, 6, 27), 58_000),
    (Fate.STARTED, date(2023, 8, 16), 52_000),
    (Fate.SIGNED, date(2023, 11, 8), 75_000),
)
_BIG_2022 = ((Fate.STARTED, date(2022, 3, 16), 110_000), (Fate.STARTED, date(2022, 6, 28), 68_000))


def cast() -> Iterator[Part]:
    """Every lead of the story, parents before their expansions."""
    rng = Random(SEED)
    yield from _cohort(rng, "A", _COHORT_2022)
    for nth, (fate, day, wan) in enumerate(_BIG_2022, start=1):
        abroad: Foreign = (
            ((date(2022, 8, 18), 850_000), (date(2023, 5, 25), 600_000)) if nth == 1 else ()
        )
        yield Part(f"AB{nth}", fate, day, wan * WAN, foreign_usd=abroad)
    yield from _cohort(rng, "B", _COHORT_2023)
    for nth, (fate, day, wan) in enumerate(_BIG, start=1):
        abroad = ((date(2023, 7, 12), 320_000),) if nth == 2 else ()
        yield Part(f"BB{nth}", fate, day, wan * WAN, foreign_usd=abroad)
    moved = (
        ("R1", Fate.STARTED, date(2023, 4, 11), 6_800),
        ("R2", Fate.SIGNED, date(2023, 10, 24), 3_200),
    )
    for key, fate, day, wan in moved:
        yield Part(key, fate, day, wan * WAN, Relation.RELOCATION, "A2" if key == "R2" else None)
    for nth, (fate, day, wan) in enumerate(
        (
            (Fate.STARTED, date(2023, 3, 14), 5_000),
            (Fate.COMPLETED, date(2023, 4, 6), 2_600),
            (Fate.SIGNED, date(2023, 9, 13), 8_000),
            (Fate.SIGNED, date(2023, 11, 29), 3_500),
        ),
        start=1,
    ):
        yield Part(f"X{nth}", fate, day, wan * WAN, Relation.EXPANSION, f"A{nth}")
    yield Part("P1", Fate.STARTED, date(2023, 7, 6), 15_000 * WAN, Relation.PHASE_IN_SCOPE, "AB1")
    yield Part("P2", Fate.SIGNED, date(2023, 10, 12), 9_000 * WAN, Relation.PHASE_IN_SCOPE, "AB2")
    yield from _cohort(rng, "C", _UNSIGNED)


def _cohort(
    rng: Random, prefix: str, groups: tuple[tuple[Fate, int, date, date, int], ...]
) -> Iterator[Part]:
    number = 0
    for fate, count, first, last, largest in groups:
        for _ in range(count):
            number += 1
            day = workday(first + timedelta(days=rng.randrange((last - first).days + 1)))
            yield Part(f"{prefix}{number}", fate, day, _amount(rng, largest))


def _amount(rng: Random, largest_wan: int) -> int:
    """Many small, few large, as in the county's own lists; round as agreed amounts are."""
    wan = min(largest_wan, max(500, int(rng.lognormvariate(8.72, 0.85))))
    grain = 100 if wan < 5_000 else 500
    return max(500, wan // grain * grain) * WAN


def workday(day: date) -> date:
    """`day`, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
