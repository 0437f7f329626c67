"""The year's target (年度目标): 90 projects, 11 billion yuan, 40 % turned into fixed assets.

Source: the plan, clauses 11, 12, 21–24, 41; contract, "PUT /targets/{year}".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from domain.errors import BadInput
from domain.event import Event, Recorded

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


def target_in_force(
    history: Sequence[Recorded[AnnualTargetSet]], as_of: date
) -> AnnualTargetSet | None:
    """The table in force on `as_of`: latest business date, later recorded wins a tie.

    A year's target speaks for the whole year, so on days before the year it is read as on its
    1 January.
    """
    candidates = [
        recorded
        for recorded in history
        if recorded.event.occurred_on <= max(as_of, date(recorded.event.year, 1, 1))
    ]
    if not candidates:
        return None
    return max(candidates, key=lambda r: (r.event.occurred_on, r.version)).event
