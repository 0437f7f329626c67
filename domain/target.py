"""The year's target (年度目标): 90 projects, 11 billion yuan, 40 % turned into fixed assets.

Source: the plan, clauses 11, 12, 21–24, 41; contract, "PUT /targets/{year}".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID, uuid5

from domain.errors import BadInput
from domain.event import Event, Recorded

T = TypeVar("T")

_TARGET_STREAMS = UUID("5d0a6f3e-3a53-4b3c-9a0c-6f2c3a1d9b10")


@dataclass(frozen=True, slots=True)
class UnitTarget:
    """One unit's share of the year's target."""

    unit: str
    projects: int | None = None
    agreed_total_yuan: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualTargetSet(Event):
    """年度目标下达 or 调整: the whole table as it stands from `occurred_on` on."""

    year: int
    projects: int | None = None
    agreed_total_yuan: int | None = None
    fai_ratio: Decimal | None = None
    big_projects: int | None = None
    built_projects: int | None = None
    domestic_growth: Decimal | None = None
    foreign_growth: Decimal | None = None
    by_unit: tuple[UnitTarget, ...] = ()


def target_stream(year: int) -> UUID:
    """The stream of one year's target: the same everywhere, so it needs no register."""
    return uuid5(_TARGET_STREAMS, str(year))


def set_annual_target(target: AnnualTargetSet) -> AnnualTargetSet:
    """Accept a year's target; raises `BadInput` when a unit is named twice."""
    units = [share.unit for share in target.by_unit]
    if len(units) != len(set(units)):
        raise BadInput("by_unit", "同一单位不能重复分解目标")
    return target


def undated_from(history: Sequence[Recorded[AnnualTargetSet]], year: int, today: date) -> date:
    """The business date of a target stated without one.

    The year's own target counts from 1 January; a revision of one that took effect later counts
    from today, or it would change nothing.
    """
    opening = min(today, date(year, 1, 1))
    if all(recorded.event.occurred_on <= opening for recorded in history):
        return opening
    return today


def target_in_force(
    history: Sequence[Recorded[AnnualTargetSet]], as_of: date
) -> AnnualTargetSet | None:
    """The table in force on `as_of`, of those known."""
    dated = [(recorded.event.occurred_on, recorded) for recorded in history]
    found = in_force_on(dated, as_of)
    return found.event if found else None


def in_force_on(settings: Sequence[tuple[date, T]], as_of: date) -> T | None:
    """Of settings in recording order: the one of the latest business date up to `as_of`.

    Later recorded wins a tie. A year's target speaks for the whole year, so on days before the
    first one was set, the first one holds.
    """
    if not settings:
        return None
    first = min(day for day, _ in settings)
    latest = max(day for day, _ in settings if day <= max(as_of, first))
    return [setting for day, setting in settings if day == latest][-1]
