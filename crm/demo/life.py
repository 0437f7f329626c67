"""How does one sample lead's life go, from its registration to where the story leaves it?"""

from datetime import date, timedelta
from random import Random

from crm.demo import courting, names, works
from crm.demo.cast import LAST_DAY, Fate, Part, random_of, workday
from crm.demo.diary import BUILDING, SIGNING, Diary


def life(part: Part) -> Diary:
    """The diary of a part, its entries by business day."""
    diary = _signed_life(part) if part.fate in SIGNING else _unsigned_life(part)
    diary.entries.sort(key=lambda entry: entry.event.occurred_on)
    return diary


def _unsigned_life(part: Part) -> Diary:
    diary = _opened(part, part.day)
    courting.court(diary, part.day, min(LAST_DAY, part.day + timedelta(days=150)))
    courting.end_unsigned(diary, part.day)
    return diary


def _signed_life(part: Part) -> Diary:
    ahead = timedelta(days=Random(part.key).randrange(25, 150))
    diary = _opened(part, workday(max(date(2022, 1, 5), part.day - ahead)))
    courting.court(diary, diary.registration.occurred_on, part.day)
    kind = courting.sign(diary, part.day)
    courting.assign(diary, part.day)
    if diary.rng.random() < 0.7:
        courting.register_company(diary, part.day)
    started = works.build(diary, part.day) if part.fate in BUILDING else None
    if part.fate in (Fate.EXITED, Fate.REINSTATED):
        works.leave(diary, started or part.day)
    works.amend(diary, part.day, kind)
    works.fund(diary, part.day, started)
    if started is not None:
        works.report(diary, started)
    return diary


def _opened(part: Part, day: date) -> Diary:
    rng = part.rng
    # An expansion, a phase, a move: the same investor and works as its parent.
    who = names.identity(rng if part.parent is None else random_of(part.parent), part.key)
    return Diary(part, rng, who, courting.registration(part, who, rng, day))
