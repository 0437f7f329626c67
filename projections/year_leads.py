"""How does each lead count in a year? (本年谋划、在谈、签约、开工、投产、协议资金、到位资金)

One row for each lead known at K that had begun by D' (the earlier of D and 31 December of the
year), with a 1 or 0 for each count it is in. Every figure of the chain sheet, of the structure of
the signings and of the campaigns is a sum over these rows, so the leads behind a figure are the
rows that make it up. Plan clauses 2, 3, 16, 18, 20, 33, 42–45; domain section 2 (一链一清单).

Counts are of projects, as in F1: leads of relation new or relocation, and of the parts of a split
lead the one that stands for them (`count_keys`). Leads exited at D' are out of all but the first.

- `planned` 谋划: registered in the year, whatever has become of it since (a lost lead was planned
  too, F8; a part of a split lead was not planned anew). The plan's 谋划 comes before a lead; here
  a lead is what it becomes.
- `negotiating` 在谈: at D' neither signed for good nor shelved nor lost (线索 and 框架).
- `signed` 签约 (F1), `started` 开工, `produced` 投产: first reached in the year.
- `signed_yuan`: the effective amount of a project counted in `signed`, all its parts together.
- `year_yuan` 协议资金 (F2): what the year's signings and amendments bring, expansions included.
  By rule `count_basis` these three may be of recognised signings only, as in the target.
- `funds_yuan`, `funds_usd` 到位资金: arrived in the year, before a split or merge too.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, false, func, literal, or_, select, true

from domain.calendar import year_until
from domain.rulebook import Rulebook
from domain.vocabulary import Stage
from projections.clocks import Clocks, known, valid
from projections.count_keys import shared_counts
from projections.counted import COUNTED_AS_PROJECT, counted_parts, with_year_before
from projections.tables import funds_arrival, lead_step

COUNTS = ("planned", "negotiating", "signed", "started", "produced")
IN_NEGOTIATION = (Stage.LEAD.value, Stage.FRAMEWORK.value)


def year_leads(year: int, clocks: Clocks, rules: Rulebook) -> Subquery:
    """The rows, to be summed or listed. Before the year has begun there are none."""
    first, last = date(year, 1, 1), year_until(year, clocks.as_of)
    now, before = lead_step.alias("now"), lead_step.alias("before")
    n = now.c
    stays = n.stage != Stage.EXITED.value
    of_projects = n.relation.in_(COUNTED_AS_PROJECT)
    project = and_(stays, of_projects)
    shared = shared_counts(first, clocks.on(last), rules)

    def one(name: str) -> ColumnElement[bool]:
        return func.coalesce(shared.c[name], literal(1)) == 1

    parts = counted_parts(now, before, shared, first, rules)
    signed = parts["projects_gross"] - parts["projects_exited"]
    project_yuan = func.coalesce(shared.c.yuan, n.agreed_yuan)
    goes_on = or_(stays, n.passed_on.is_not(None))
    not_a_part = n.split_on.is_(None)
    funds = _funds(first, last, clocks)
    return (
        select(
            n.lead_id,
            n.code,
            n.code_order,
            n.title,
            n.investor,
            n.recruiting_unit,
            n.host_town,
            n.chain,
            n.chain_role,
            n.channel,
            n.partner,
            n.introducer,
            n.campaign_id,
            n.stage,
            n.relation,
            n.kind,
            n.agreed_yuan,
            n.signed_on,
            n.started_on,
            n.produced_on,
            _one(and_(of_projects, n.registered_on.between(first, last), not_a_part), "planned"),
            _one(and_(project, n.stage.in_(IN_NEGOTIATION)), "negotiating"),
            signed.label("signed"),
            _one(and_(project, n.started_on >= first, one("starts")), "started"),
            _one(and_(project, n.produced_on >= first, one("produces")), "produced"),
            case((signed == 1, project_yuan), else_=0).label("signed_yuan"),
            parts["agreed"].label("year_yuan"),
            case((goes_on, func.coalesce(funds.c.yuan, 0)), else_=0).label("funds_yuan"),
            case((goes_on, func.coalesce(funds.c.usd, 0)), else_=0).label("funds_usd"),
        )
        .select_from(
            with_year_before(now, before, shared, first, clocks).outerjoin(
                funds, funds.c.lead_id == n.lead_id
            )
        )
        .where(valid(now, clocks.on(last)), true() if last >= first else false())
        .subquery("year_lead")
    )


def _funds(first: date, last: date, clocks: Clocks) -> Subquery:
    f = funds_arrival.c
    return (
        select(
            f.lead_id,
            func.sum(f.amount_yuan).label("yuan"),
            func.sum(f.amount_usd).label("usd"),
        )
        .where(known(funds_arrival, clocks), f.arrived_on >= first, f.arrived_on <= last)
        .group_by(f.lead_id)
        .subquery("funds")
    )


def _one(condition: ColumnElement[bool], name: str) -> ColumnElement[Any]:
    return case((condition, 1), else_=0).label(name)
