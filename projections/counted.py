"""What does a lead add to the year's figures? (计数口径)

Domain section 12, F1, F2, F4; contract, "GET /targets/{year}"; rules `count_basis`,
`big_project_yuan`, `built_project_yuan`. The target table sums these parts, and a recount shows
them lead by lead. `domain.lead.accounts` says the same of a lead's events.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, exists, func, literal, or_, true

from domain.rulebook import Rulebook
from domain.vocabulary import AgreementKind, Relation, Stage
from projections.clocks import Clocks, valid
from projections.tables import PASSED_ON_BY_MERGE, lead_step

COUNTED_AS_PROJECT = (Relation.NEW.value, Relation.RELOCATION.value)
COUNTED_IN_AMOUNT = (*COUNTED_AS_PROJECT, Relation.EXPANSION.value)


def counted(step: FromClause, rules: Rulebook) -> ColumnElement[bool]:
    """All signed leads, or those whose signing is recognised (domain section 0, decision 3)."""
    if rules.count_basis == "signed":
        return true()
    recognised: ColumnElement[bool] = step.c.recognised
    return recognised


def counted_parts(
    now: FromClause, before: FromClause, shared: FromClause, first: date, rules: Rulebook
) -> dict[str, ColumnElement[Any]]:
    """What a lead adds to each figure: `now` is its step on D', `before` that of the year before,
    `shared` its part in a count it shares (`projections.count_keys`).

    Counts are 0 or 1, amounts in 元.
    """
    n = now.c
    counts = counted(now, rules)
    fresh = and_(counts, n.signed_on >= first)
    stays = n.stage != Stage.EXITED.value
    stands = and_(
        counts,
        n.relation.in_(COUNTED_AS_PROJECT),
        func.coalesce(shared.c.stands, literal(1)) == 1,
    )
    project = and_(stands, n.counted_on >= first, n.passed_on.is_(None))
    merged = and_(
        stands,
        or_(
            and_(n.counted_on >= first, n.passed_on == PASSED_ON_BY_MERGE),
            and_(n.counted_on < first, n.counted_on_before_merge >= first),
        ),
    )
    project_yuan = func.coalesce(shared.c.yuan, n.agreed_yuan)
    amount = and_(counts, n.relation.in_(COUNTED_IN_AMOUNT))
    contract = n.kind == AgreementKind.CONTRACT.value
    # A lead first signed this year had counted nothing on 31 December.
    added = n.counted_yuan - func.coalesce(before.c.counted_yuan, 0)
    big = and_(project, stays, n.industrial, project_yuan >= rules.big_project_yuan)
    return {
        "projects_gross": _if(project, 1),
        "projects_exited": _if(and_(project, ~stays), 1),
        "agreed": _if(and_(amount, stays), added),
        "agreed_exited": _if(and_(amount, fresh, ~stays), n.counted_yuan),
        "projects_recognised": _if(and_(project, stays, n.recognised), 1),
        "agreed_recognised": _if(and_(amount, stays, n.recognised), added),
        "projects_merged": _if(merged, 1),
        "big": _if(big, 1),
        "contracts": _if(and_(fresh, stays, contract), n.agreed_yuan),
    }


def with_year_before(now: Any, before: Any, shared: Any, first: date, clocks: Clocks) -> FromClause:
    """Each lead's step beside the one it stood at on 31 December of the year before, and beside
    its part in a count it shares."""
    year_end = clocks.on(date(first.year - 1, 12, 31))
    joined: FromClause = now.outerjoin(
        before, and_(before.c.lead_id == now.c.lead_id, valid(before, year_end))
    ).outerjoin(shared, shared.c.lead_id == now.c.lead_id)
    return joined


def is_built(step: FromClause, first: date, when: Clocks, rules: Rulebook) -> ColumnElement[bool]:
    """Completed in the year, and counted among `built_projects` as it stands at D' (`when`).

    Of the leads that share a count, the first by code.
    """
    other = lead_step.alias("built_before")
    before = exists().where(
        valid(other, when),
        other.c.count_key == step.c.count_key,
        other.c.code_order < step.c.code_order,
        _built(other, first, rules),
    )
    return and_(_built(step, first, rules), ~before)


def _built(step: FromClause, first: date, rules: Rulebook) -> ColumnElement[bool]:
    n = step.c
    return and_(
        counted(step, rules),
        n.completed_on >= first,
        n.industrial,
        n.agreed_yuan >= rules.built_project_yuan,
        n.stage != Stage.EXITED.value,
    )


def _if(condition: Any, value: Any) -> ColumnElement[Any]:
    return case((condition, value), else_=0)
