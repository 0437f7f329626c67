"""The chain sheet, enterprises, structure and results == naive formulas, for many (D, K).

And the figures of a small county worked out by hand.
"""

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from crm.application import CRM
from domain.chain import events as chain
from domain.chain.known import PLACEHOLDERS, PLAN_CHAINS
from domain.event import Recorded
from domain.in_force import in_force_on
from domain.money import ratio_text, wan_text
from domain.target import AnnualTargetSet
from domain.vocabulary import NOT_STATED
from projections.campaigns import Outcome, campaign_results, campaigns
from projections.chain_sheet import chain_sheet, sheet_leads
from projections.chains import chains_on
from projections.clocks import Clocks
from projections.reader import clocks
from projections.structure import structure
from projections.target_enterprises import EnterpriseFilter, enterprises
from projections.target_tracking import (
    target_table,
)
from projections.year_leads import COUNTS
from tests.chain_histories import with_chains
from tests.histories import random_log
from tests.naive import naive_target
from tests.naive_chains import (
    naive_campaigns,
    naive_description,
    naive_enterprises,
    naive_results,
    naive_sheet,
    naive_structure,
    naive_year,
)
from tests.tables import EVERYTHING

Log = Sequence[Recorded[Any]]
QUARTER_ENDS = {
    1: date(2000, 3, 31),
    2: date(2000, 6, 30),
    3: date(2000, 9, 30),
    4: date(2000, 12, 31),
}


def woven(rng: random.Random) -> Log:
    return with_chains(rng, random_log(rng, leads=12, steps=500))


def compare_sheet(connection: Any, log: Log, year: int, when: Clocks) -> None:
    naive = naive_sheet(log, year, when.as_of, when.position)
    sheet = chain_sheet(connection, year, when)
    enterprises_of = naive_enterprises(log, when.as_of, when.position)
    shown = {row.name: row for row in sheet.rows}
    assert {name or NOT_STATED for name in naive} <= shown.keys()
    whole = naive_target(log, year, when.as_of, when.position)
    assert sheet.total.signed == whole["projects"]["actual"]
    assert sheet.total.year_yuan == whole["agreed_total_yuan"]["actual"]
    for row in sheet.rows:
        sums, leads = naive.get(row.chain.name if row.chain else None, ({}, set()))
        for key in (*COUNTS, "year_yuan", "funds_yuan", "funds_usd"):
            assert getattr(row, key) == sums.get(key, 0), (row.name, key)
        assert row.leads == len(leads)
        if row.chain is None:
            continue
        on_list = enterprises_of.get(row.name, {}).values()
        assert row.courted.listed == len(on_list)
        assert row.courted.contacted == sum(1 for found in on_list if found[1])
        assert row.courted.with_lead == sum(1 for found in on_list if found[4])
        said = naive_description(log, row.name, when.as_of, when.position)
        assert row.chain.chief == (said.chief if said else None)
        assert row.chain.lead_unit == (said.lead_unit if said else None)
        assert row.aims == naive_aims(log, row.name, year, when), (row.name, year)
    for name in PLAN_CHAINS[:1]:
        page = sheet_leads(connection, year, when, name)
        assert page.count == len(page.items)
        assert {item.lead_id for item in page.items} == naive.get(name, ({}, set()))[1]
        for key in COUNTS:
            behind = sheet_leads(connection, year, when, name, key)
            assert behind.count == getattr(shown[name], key)


def naive_aims(log: Log, name: str, year: int, when: Clocks) -> tuple[Any, Any]:
    """The year's target's share of a chain, else what the chain's own description says."""
    heard = [r for r in log if r.position <= when.position]
    tables = [
        (r.event.occurred_on, r.event)
        for r in heard
        if isinstance(r.event, AnnualTargetSet) and r.event.year == year
    ]
    table = in_force_on(tables, when.as_of)
    for share in table.by_chain if table else ():
        if share.name == name:
            return share.projects, share.agreed_total_yuan
    gone = {r.event.event_id for r in heard if isinstance(r.event, chain.ChainEntryVoided)}
    said = sorted(
        (
            r
            for r in heard
            if isinstance(r.event, chain.ChainDescribed)
            and r.event.chain == name
            and r.event_id not in gone
        ),
        key=lambda r: (r.event.occurred_on, r.position),
    )
    aims = [{t.year: (t.projects, t.agreed_total_yuan) for t in r.event.targets} for r in said]
    while aims and year not in aims[0]:
        aims.pop(0)
        said.pop(0)
    if not said:
        return None, None
    day = max(when.as_of, said[0].event.occurred_on)
    holding = [found for r, found in zip(said, aims, strict=True) if r.event.occurred_on <= day]
    return holding[-1].get(year, (None, None))


def compare_enterprises(connection: Any, log: Log, when: Clocks) -> None:
    for name, naive in naive_enterprises(log, when.as_of, when.position).items():
        page = enterprises(connection, name, when)
        assert {
            item.name: (
                item.enterprise_class,
                item.contacts,
                item.first_contact_on,
                item.last_contact_on,
                set(item.lead_ids),
            )
            for item in page.items
        } == naive
        assert page.courted.listed == page.count == len(naive)
        untouched = enterprises(connection, name, when, EnterpriseFilter(contacted=False))
        assert untouched.count == sum(1 for found in naive.values() if not found[1])


def compare_structure(connection: Any, log: Log, year: int, when: Clocks) -> None:
    naive = naive_structure(log, year, when.as_of, when.position)
    found = structure(connection, year, when)
    for split, parts in naive.items():
        shown = {p.key: (p.projects, p.agreed_yuan) for p in getattr(found, split) if p.projects}
        assert shown == parts, split
    for split in ("by_size", "by_role", "by_chain"):
        assert sum(part.projects for part in getattr(found, split)) == found.projects
        assert sum(part.agreed_yuan for part in getattr(found, split)) == found.agreed_yuan


def compare_results(connection: Any, log: Log, year: int, when: Clocks) -> None:
    found = campaign_results(connection, year, when)
    held = naive_campaigns(log, when.as_of, when.position)
    assert {item.campaign_id for item in campaigns(connection, when).items} == held
    naive = naive_results(log, year, when.as_of, when.position, "campaign_id")
    shown = {item.campaign_id: figures(outcome) for item, outcome in found.by_campaign}
    assert {key: value for key, value in shown.items() if any(value)} == {
        key: value for key, value in naive.items() if key in held
    }
    for of, outcomes in (
        ("channel", found.by_channel),
        ("partner", found.by_partner),
        ("introducer", found.by_introducer),
    ):
        naive = naive_results(log, year, when.as_of, when.position, of)
        assert {name: figures(outcome) for name, outcome in outcomes.items()} == {
            name or NOT_STATED: value for name, value in naive.items()
        }


def figures(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.leads, outcome.signings, outcome.agreed_yuan


def compare_targets(connection: Any, log: Log, year: int, when: Clocks) -> None:
    """Towns, chains and quarters beside their targets."""
    tables = [
        (r.event.occurred_on, r.event)
        for r in log
        if isinstance(r.event, AnnualTargetSet)
        and r.event.year == year
        and r.position <= when.position
    ]
    plan = in_force_on(tables, when.as_of)
    table = target_table(connection, year, when)
    assert table.by_quarter.keys() == {str(q.quarter) for q in (plan.by_quarter if plan else ())}
    if plan is None:
        return
    for share in plan.by_town:
        metric = table.by_town[share.name].projects
        assert metric.target == share.projects
        assert metric.completion == ratio_text(int(metric.actual or 0), share.projects or 0)
    for quarter in plan.by_quarter:
        end = min(when.as_of, QUARTER_ENDS[quarter.quarter].replace(year=year))
        naive = naive_target(log, year, end, when.position)
        shown = table.by_quarter[str(quarter.quarter)]
        assert shown.projects.target == quarter.projects
        assert shown.projects.actual == naive["projects"]["actual"]
        assert shown.projects.exited == naive["projects"]["exited"]
        assert shown.agreed_total_wan.actual == wan_text(naive["agreed_total_yuan"]["actual"])


@pytest.mark.parametrize("seed", range(3))
def test_every_figure_equals_its_naive_formula(crm: CRM, seed: int) -> None:
    rng = random.Random(seed)
    log = woven(rng)
    done = 0
    while done < len(log):
        piece = log[done : done + rng.choice((1, 5, 60))]
        crm.store.append(piece)
        crm.projector.catch_up()
        done += len(piece)
    days = sorted({r.event.occurred_on for r in log})
    for _ in range(8):
        day, position = rng.choice(days), rng.choice((len(log), rng.randint(0, len(log))))
        year = rng.choice((2022, 2023, 2024))
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, crm.clock(), position)
            compare_sheet(connection, log, year, when)
            compare_enterprises(connection, log, when)
            compare_structure(connection, log, year, when)
            compare_results(connection, log, year, when)
            compare_targets(connection, log, year, when)


def test_the_random_histories_reach_what_is_compared() -> None:
    """A comparison of nothing with nothing would pass."""
    reached: set[str] = set()
    for seed in range(3):
        log = woven(random.Random(seed))
        last, known = max(r.event.occurred_on for r in log), len(log)
        listed = [
            found
            for on_list in naive_enterprises(log, last, known).values()
            for found in on_list.values()
        ]
        reached |= {"contacted" for found in listed if found[1]}
        reached |= {"with_lead" for found in listed if found[4]}
        reached |= {"campaigns" for _ in naive_campaigns(log, last, known)}
        for year in (2022, 2023, 2024):
            for counts in naive_year(log, year, last, known).values():
                reached |= {key for key, figure in counts.items() if figure}
            reached |= {k for k, parts in naive_structure(log, year, last, known).items() if parts}
    assert reached >= {
        *("contacted", "with_lead", "campaigns", *COUNTS),
        *("year_yuan", "funds_yuan", "funds_usd"),
        *("by_size", "by_role", "by_chain", "by_class"),
    }


def test_an_empty_store_lists_the_plans_chains_with_zeros(crm: CRM) -> None:
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, date(2023, 6, 30), crm.clock())
        sheet = chain_sheet(connection, 2023, when)
        assert [row.name for row in sheet.rows] == [*PLAN_CHAINS, *PLACEHOLDERS]
        assert [c.placeholder for c in chains_on(connection, when)] == [False] * 3 + [True] * 3
        assert all(row.leads == 0 and row.projects_completion is None for row in sheet.rows)
        assert sheet.rows[0].courted.contacted_ratio is None
        assert structure(connection, 2023, when).by_size[0].projects_share is None
