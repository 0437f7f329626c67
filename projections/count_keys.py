"""Which lead stands for a project that several leads are? Asked of the tables (计数标识; F1).

The same answer as `domain.lead.counts` works out from folded states; see there.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Subquery, and_, case, cast, func, or_, select

from domain.rulebook import Rulebook
from domain.vocabulary import Stage
from projections.clocks import Clocks, valid
from projections.counted import counted
from projections.tables import PASSED_ON_BY_MERGE, lead_step

_STAYS, _LEFT, _MERGED, _SPLIT = range(4)


def shared_counts(first: date, when: Clocks, rules: Rulebook) -> Subquery:
    """A row for each lead that shares a count, as it stands at D' (`when`); the others have none.

    `stands`, `starts`, `produces`: 1 for the one that stands for the project among those counted
    from `first` on, among those started, among those producing. `yuan`: what all that stay in the
    count have agreed. What counts at all goes by the rule `count_basis`.
    """
    n = lead_step.c
    from_then = n.counted_on >= first
    in_year = and_(counted(lead_step, rules), or_(from_then, n.counted_on_before_merge >= first))
    place = case(
        (~from_then, _MERGED),
        (n.stage != Stage.EXITED.value, _STAYS),
        (n.passed_on.is_(None), _LEFT),
        (n.passed_on == PASSED_ON_BY_MERGE, _MERGED),
        else_=_SPLIT,
    )
    group = (n.count_key, case((in_year, 1), else_=0))
    order = (case((n.keeps_count, 0), else_=1), n.code_order)
    gone = case((n.stage == Stage.EXITED.value, 1), else_=0)
    stands = _first_of(group, (place, *order))
    yuan = func.sum(case((place == _STAYS, n.agreed_yuan), else_=0)).over(partition_by=group)

    def reaches(day: Any) -> ColumnElement[int]:
        missing = case((day.is_(None), 1), else_=0)
        return _first_of((n.count_key,), (gone, missing, day, *order))

    return (
        select(
            n.lead_id,
            case((and_(in_year, stands == 1), 1), else_=0).label("stands"),
            yuan.label("yuan"),
            case((reaches(n.started_on) == 1, 1), else_=0).label("starts"),
            case((reaches(n.produced_on) == 1, 1), else_=0).label("produces"),
        )
        .where(valid(lead_step, when), n.count_key.is_not(None))
        .subquery("shared_count")
    )


def _first_of(group: tuple[Any, ...], order: tuple[Any, ...]) -> ColumnElement[int]:
    return cast(func.row_number().over(partition_by=group, order_by=order), Integer)
