"""Which leads are signed but not started, started but not completed, …? (三个清单)

L1 签约未开工, L2 开工未竣工, L3 竣工未投产, L4 已投产, 已退出, 框架未转合同.
Source: the plan, clause 40; domain section 12, L1–L4; contract, "GET /lists/{name}".
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select

from domain.rulebook import Rulebook
from domain.unit.known import spellings
from domain.vocabulary import Colour, Stage
from projections.clocks import Clocks, valid
from projections.colours import colours_of
from projections.month_terms import months_later
from projections.problem_list import open_problems
from projections.rule_rows import rules_in_force
from projections.tables import lead_step


@dataclass(frozen=True, slots=True)
class StageList:
    """One list: its name in addresses, its Chinese label, and the day a lead entered it.

    `months`: the rule that says how long after that day the next milestone is due, if any.
    """

    name: str
    label: str
    stage: Stage
    since: str
    months: str | None = None


STAGE_LISTS: dict[str, StageList] = {
    entry.name: entry
    for entry in (
        StageList(
            "signed-not-started", "签约未开工", Stage.SIGNED, "signed_on", "start_within_months"
        ),
        StageList(
            "started-not-completed",
            "开工未竣工",
            Stage.STARTED,
            "started_on",
            "completion_within_months",
        ),
        StageList(
            "completed-not-producing",
            "竣工未投产",
            Stage.COMPLETED,
            "completed_on",
            "production_within_months",
        ),
        StageList("producing", "已投产", Stage.PRODUCING, "produced_on"),
        StageList("exited", "已退出", Stage.EXITED, "exited_on"),
        StageList(
            "framework",
            "框架未转合同",
            Stage.FRAMEWORK,
            "text_signed_on",
            "framework_conversion_months",
        ),
    )
}


StageListKey = tuple[date, int, str]
"""Where an item stands in a list: the earlier of its due day and D, amount in 元, code."""


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which part of a list; amounts in 元."""

    unit: str | None = None
    town: str | None = None
    chain: str | None = None
    min_yuan: int | None = None
    overdue: bool | None = None
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class ListItem:
    """A lead in a list. Amounts in 元; days None where not reached."""

    lead_id: UUID
    code: str
    title: str
    investor: str
    recruiting_unit: str
    host_town: str | None
    chain: str | None
    kind: str | None
    agreed_yuan: int | None
    signed_on: date | None
    started_on: date | None
    completed_on: date | None
    produced_on: date | None
    exited_on: date | None
    days_in_list: int
    due_on: date | None
    overdue_days: int
    suspended: bool
    trial: bool
    partial: bool
    leader: str | None
    unit: str | None
    person: str | None
    colour: Colour | None
    open_problems: int


@dataclass(frozen=True, slots=True)
class ListPage:
    """`count` and `total_yuan` are of the whole (filtered) list, `items` of this page.

    `last` is the key to go on after; None when the list ends here.
    """

    entry: StageList
    clocks: Clocks
    count: int
    total_yuan: int
    items: list[ListItem]
    last: StageListKey | None


def stage_list(
    connection: Connection,
    name: str,
    clocks: Clocks,
    wanted: ListFilter = ListFilter(),
    limit: int | None = None,
    after: StageListKey | None = None,
) -> ListPage:
    """A page of a list (all of it when `limit` is None), beginning after a key.

    Order: days overdue descending, agreed amount descending, code. Pages are of one list when
    their clocks stand at one position.
    """
    if wanted.colour is not None:
        return _of_one_colour(connection, name, clocks, wanted, limit, after)
    entry = STAGE_LISTS[name]
    columns = lead_step.c
    rules = rules_in_force(connection, clocks)
    due_on = _due_on(entry, rules)
    due = _capped(due_on, clocks.as_of)
    condition = and_(
        valid(lead_step, clocks),
        columns.stage == entry.stage.value,
        *_conditions(wanted, due, clocks.as_of),
    )
    totals = connection.execute(
        select(func.count(), func.coalesce(func.sum(columns.agreed_yuan), 0)).where(condition)
    ).one()

    # Earlier due first means longer overdue first; whatever is not overdue ties at D.
    amount = func.coalesce(columns.agreed_yuan, 0)
    asked = select(lead_step, due_on.label("due_on")).where(condition)
    query = asked.order_by(due, amount.desc(), columns.code)
    if after is not None:
        last_due, last_amount, last_code = after
        day = literal(last_due)
        query = query.where(
            or_(
                due > day,
                and_(due == day, amount < last_amount),
                and_(due == day, amount == last_amount, columns.code > last_code),
            )
        )
    rows = connection.execute(query if limit is None else query.limit(limit + 1)).mappings().all()
    page = rows if limit is None else rows[:limit]
    ids = [row["lead_id"] for row in page]
    colours = colours_of(connection, clocks, ids, rules)
    problems = open_problems(connection, clocks, ids)
    items = [
        _item(row, entry, clocks.as_of, colours.get(lead_id), problems.get(lead_id, 0))
        for lead_id, row in zip(ids, page, strict=True)
    ]
    last = _key(items[-1], clocks.as_of) if len(rows) > len(page) else None
    return ListPage(entry, clocks, totals[0], int(totals[1]), items, last)


def _of_one_colour(
    connection: Connection,
    name: str,
    clocks: Clocks,
    wanted: ListFilter,
    limit: int | None,
    after: StageListKey | None,
) -> ListPage:
    """Colours are judged, not stored: the whole list is judged, and then cut."""
    whole = stage_list(connection, name, clocks, replace(wanted, colour=None))
    found = [item for item in whole.items if item.colour is wanted.colour]
    total = sum(item.agreed_yuan or 0 for item in found)
    rest = (
        found
        if after is None
        else [i for i in found if _place(_key(i, clocks.as_of)) > _place(after)]
    )
    page = rest if limit is None else rest[:limit]
    last = _key(page[-1], clocks.as_of) if len(rest) > len(page) else None
    return ListPage(whole.entry, clocks, len(found), total, page, last)


def _place(key: StageListKey) -> tuple[date, int, str]:
    """The list's order as a tuple that sorts upward."""
    due, amount, code = key
    return due, -amount, code


def _key(item: ListItem, as_of: date) -> StageListKey:
    return min(item.due_on or as_of, as_of), item.agreed_yuan or 0, item.code


def _due_on(entry: StageList, rules: Rulebook) -> ColumnElement[date]:
    """The agreed day, else so many months after the lead entered the list."""
    columns = lead_step.c
    if entry.months is None:
        return columns.agreed_due_on
    default = months_later(columns[entry.since], getattr(rules, entry.months))
    return func.coalesce(columns.agreed_due_on, default)


def _conditions(
    wanted: ListFilter, due: ColumnElement[date], as_of: date
) -> list[ColumnElement[bool]]:
    columns = lead_step.c
    conditions: list[ColumnElement[bool]] = []
    if wanted.unit is not None:
        conditions.append(columns.recruiting_unit.in_(spellings(wanted.unit)))
    if wanted.town is not None:
        conditions.append(columns.host_town == wanted.town)
    if wanted.chain is not None:
        conditions.append(columns.chain == wanted.chain)
    if wanted.min_yuan is not None:
        conditions.append(columns.agreed_yuan >= wanted.min_yuan)
    if wanted.overdue is not None:
        late = due < as_of
        conditions.append(late if wanted.overdue else ~late)
    return conditions


def _capped(due_on: ColumnElement[date], as_of: date) -> ColumnElement[date]:
    return case((due_on < as_of, due_on), else_=literal(as_of))


def _item(
    row: Any, entry: StageList, as_of: date, colour: Colour | None, problems: int
) -> ListItem:
    since: date = row[entry.since]
    due: date | None = row["due_on"]
    return ListItem(
        lead_id=row["lead_id"],
        code=row["code"],
        title=row["title"],
        investor=row["investor"],
        recruiting_unit=row["recruiting_unit"],
        host_town=row["host_town"],
        chain=row["chain"],
        kind=row["kind"],
        agreed_yuan=row["agreed_yuan"],
        signed_on=row["signed_on"],
        started_on=row["started_on"],
        completed_on=row["completed_on"],
        produced_on=row["produced_on"],
        exited_on=row["exited_on"],
        days_in_list=(as_of - since).days,
        due_on=due,
        overdue_days=max(0, (as_of - due).days) if due else 0,
        suspended=row["suspended"],
        trial=row["trial"],
        partial=row["partial"],
        leader=row["leader"],
        unit=row["unit"],
        person=row["person"],
        colour=colour,
        open_problems=problems,
    )
