"""Which chains are there (6条重点产业链), and what holds of one on a day?

Plan clauses 16, 24, 42–45. Domain section 0, decision 8: the plan names three clusters and says
there are six, so three chains are listed by name and placeholders fill up to six. Neither is
recorded: they are where a county begins, not something that happened in it. Describing a chain
under its real name is what "renames" a placeholder: the placeholder gives way to it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID, uuid5

from domain.chain.events import ChainEntryVoided, ChainEvent
from domain.event import Recorded
from domain.in_force import in_force_on, unvoided

T = TypeVar("T")

_CHAIN_STREAMS = UUID("2f4be2e0-6d0f-4b57-8a34-0f4f6a4be0c1")

PLAN_CHAINS = ("新材料", "富硒食品", "生态旅游")
PLACEHOLDERS = ("产业链四", "产业链五", "产业链六")
HOW_MANY = len(PLAN_CHAINS) + len(PLACEHOLDERS)

ChainHistory = Sequence[Recorded[ChainEvent]]


def chain_stream(name: str) -> UUID:
    """The stream of a chain: the same everywhere, so it needs no register."""
    return uuid5(_CHAIN_STREAMS, name)


def chains_listed(described: Collection[str], named: Collection[str]) -> list[str]:
    """Every chain to show, those of the plan first, placeholders last.

    `described` chains have been, `named` ones stand on leads or enterprises. A placeholder is
    shown while fewer than six chains are described or the plan's own, or when it is used.
    """
    settled = {*PLAN_CHAINS, *described} - {*PLACEHOLDERS} | ({*PLACEHOLDERS} & {*described})
    vacant = [name for name in PLACEHOLDERS if name not in settled]
    shown = {*settled, *named, *vacant[: max(0, HOW_MANY - len(settled))]}
    return sorted(shown, key=chain_order)


def chain_order(name: str) -> tuple[int, str]:
    """The plan's chains in its order, then the others by name, then placeholders."""
    if name in PLAN_CHAINS:
        return PLAN_CHAINS.index(name), name
    if name in PLACEHOLDERS:
        return HOW_MANY + PLACEHOLDERS.index(name), name
    return len(PLAN_CHAINS), name


def in_force(history: Iterable[Recorded[ChainEvent]]) -> list[Recorded[ChainEvent]]:
    """A chain's entries that count, by business day, ties as recorded: neither voids nor voided."""
    entries = unvoided(history, ChainEntryVoided)
    return sorted(entries, key=lambda r: (r.event.occurred_on, r.version))


def description_on(descriptions: Sequence[tuple[date, T]], as_of: date) -> T | None:
    """Of descriptions in recording order: the one in force on a day; None before the first.

    Unlike a year's target it does not reach back: nobody was 链长 before the day it was said.
    """
    begun = [(day, description) for day, description in descriptions if day <= as_of]
    return in_force_on(begun, as_of)


def year_target_on(targets: Sequence[tuple[date, T | None]], as_of: date) -> T | None:
    """What each description (in recording order) says of one year, None where it names no target
    -> the target of that year in force on a day.

    A year's target speaks for the whole year, so before the first one was set, that one holds;
    a later description that names none withdraws it.
    """
    first = min((day for day, target in targets if target is not None), default=None)
    if first is None:
        return None
    return in_force_on([(day, target) for day, target in targets if day >= first], as_of)
