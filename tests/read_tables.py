"""How are the read tables filled and read whole, and what are they held to?"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from crm.application import CRM
from domain.event import Recorded
from domain.money import ratio_text, units_from_wan, wan_text
from domain.vocabulary import NOT_STATED
from projections.catch_up import PROJECTIONS
from projections.reader import clocks
from projections.target_tracking import target_table
from tests.naive import naive_target
from tests.tables import EVERYTHING

Log = Sequence[Recorded[Any]]
DAYS = [date(2021, 12, 31) + timedelta(days=17 * n) for n in range(70)]
NAMES = [projection.name for projection in PROJECTIONS]
TABLES = [table for projection in PROJECTIONS for table in projection.tables]


def contents(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table readers see, in one order."""
    return {
        table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
        for table in TABLES
    }


def tables_of(crm: CRM) -> dict[str, list[tuple[Any, ...]]]:
    with crm.reader.asking(*EVERYTHING) as connection:
        return contents(connection)


def fill(crm: CRM, log: Log, rng: random.Random) -> None:
    """Store a log in random pieces, the tables following after each."""
    done = 0
    while done < len(log):
        piece = log[done : done + rng.choice((1, 1, 2, 3, 10, 50))]
        stored = crm.store.append(piece)
        assert [r.position for r in stored] == [r.position for r in piece]
        crm.projector.catch_up()
        done += len(piece)


def compare_target(
    crm: CRM, log: Log, year: int, day: date, position: int, *, recognised_only: bool = False
) -> None:
    with crm.reader.asking(*EVERYTHING) as connection:
        table = target_table(connection, year, clocks(connection, day, crm.clock(), position))
    naive = naive_target(log, year, day, position, recognised_only=recognised_only)
    shown = table.metrics
    assert {
        "actual": shown["projects"].actual,
        "gross": shown["projects"].gross,
        "exited": shown["projects"].exited,
        "recognised": shown["projects"].recognised,
        "adjustments": shown["projects"].adjustments,
    } == naive["projects"]
    agreed, gross = naive["agreed_total_yuan"]["actual"], naive["agreed_total_yuan"]["gross"]
    assert shown["agreed_total_wan"].actual == wan_text(agreed)
    assert shown["agreed_total_wan"].gross == wan_text(gross)
    assert shown["agreed_total_wan"].exited == wan_text(gross - agreed)
    recognised = naive["agreed_total_yuan"]["recognised"]
    assert shown["agreed_total_wan"].recognised == wan_text(recognised)
    assert shown["fai_ratio"].actual == ratio_text(*naive["fai_ratio"])
    assert shown["big_projects"].actual == naive["big_projects"]
    assert shown["built_projects"].actual == naive["built_projects"]
    for name, key in (("domestic_growth", "domestic_yuan"), ("foreign_growth", "foreign_usd")):
        now, before = naive[key]
        assert shown[name].actual == ratio_text(now - before, before)
    for part in ("by_unit", "by_town", "by_chain"):
        shares = {
            name: (share.projects.actual, units(share.agreed_total_wan.actual))
            for name, share in getattr(table, part).items()
        }
        assert {n: s for n, s in shares.items() if s != (0, 0)} == {
            name or NOT_STATED: figures for name, figures in naive[part].items()
        }
    months = table.by_month.values()
    assert sum(int(m["projects"] or 0) for m in months) == naive["projects"]["actual"]
    assert sum(units(m["agreed_total_wan"]) for m in months) == agreed


def units(shown: object) -> int:
    text = str(shown)
    return -units_from_wan(text[1:]) if text.startswith("-") else units_from_wan(text)
