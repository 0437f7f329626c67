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
from domain.in_force import in_force_on
from domain.unit.known import unit_name

_TARGET_STREAMS = UUID("5d0a6f3e-3a53-4b3c-9a0c-6f2c3a1d9b10")


@dataclass(frozen=True, slots=True)
class UnitTarget:
    """One unit's share of the year's target."""

    unit: str
    projects: int | None = None
    agreed_total_yuan: int | None = None


@dataclass(frozen=True, slots=True)
class ShareTarget:
    """One town's or chain's share of the year's target (目标分解, clause 24)."""

    name: str
    projects: int | None = None
    agreed_total_yuan: int | None = None


@dataclass(frozen=True, slots=True)
class QuarterTarget:
    """What is to be reached by the end of a quarter (1 to 4), counted from 1 January."""

    quarter: int
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
    by_town: tuple[ShareTarget, ...] = ()
    by_chain: tuple[ShareTarget, ...] = ()
    by_quarter: tuple[QuarterTarget, ...] = ()


def target_stream(year: int) -> UUID:
    """The stream of one year's target: the same everywhere, so it needs no register."""
    return uuid5(_TARGET_STREAMS, str(year))


def set_annual_target(target: AnnualTargetSet) -> AnnualTargetSet:
    """Accept a year's target.

    Raises `BadInput` when a unit, town, chain or quarter is named twice, or when what is to be
    reached by the end of a quarter is less than by the end of an earlier one.
    """
    for field, what, names in (
        ("by_unit", "单位", [unit_name(share.unit) for share in target.by_unit]),
        ("by_town", "镇", [share.name for share in target.by_town]),
        ("by_chain", "产业链", [share.name for share in target.by_chain]),
        ("by_quarter", "季度", [str(share.quarter) for share in target.by_quarter]),
    ):
        if len(names) != len(set(names)):
            raise BadInput(field, f"同一{what}不能重复分解目标")
    quarters = sorted(target.by_quarter, key=lambda share: share.quarter)
    if any(not 1 <= share.quarter <= 4 for share in quarters):
        raise BadInput("by_quarter", "季度只能取 1、2、3、4")
    for figures in (
        [share.projects for share in quarters if share.projects is not None],
        [share.agreed_total_yuan for share in quarters if share.agreed_total_yuan is not None],
    ):
        if figures != sorted(figures):
            raise BadInput("by_quarter", "季度目标为年初至季末累计数，不能低于前一季度")
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
