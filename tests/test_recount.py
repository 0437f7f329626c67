"""Do both sides of a recount add up, and do the leads shown make the difference?"""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from crm.application import CRM
from domain.errors import BadInput
from domain.money import units_from_wan
from projections.reader import clocks
from projections.recount import Parts, recount
from projections.target_tracking import target_table
from tests.histories import AMOUNTS, random_log
from tests.naive import naive_facts
from tests.serving import Server
from tests.tables import EVERYTHING


def yuan(shown: object) -> int:
    text = str(shown)
    return -units_from_wan(text[1:]) if text.startswith("-") else units_from_wan(text)


def figures(table: Any) -> dict[str, int]:
    metrics = table.metrics
    return {
        "projects": metrics["projects"].actual,
        "gross": metrics["projects"].gross,
        "agreed": yuan(metrics["agreed_total_wan"].actual),
        "agreed_gross": yuan(metrics["agreed_total_wan"].gross),
        "big": metrics["big_projects"].actual,
        "built": metrics["built_projects"].actual,
    }


def added(parts: Parts) -> dict[str, int]:
    return {
        "projects": parts.projects_gross - parts.projects_exited,
        "gross": parts.projects_gross,
        "agreed": parts.agreed,
        "agreed_gross": parts.agreed + parts.agreed_exited,
        "big": parts.big,
        "built": parts.built,
    }


@pytest.mark.parametrize("seed", range(2))
def test_the_leads_shown_make_exactly_the_difference(crm: CRM, seed: int) -> None:
    rng = random.Random(seed)
    log = random_log(rng, leads=24, steps=600)
    crm.store.append(log)
    differing = 0
    for _ in range(30):
        day = date(2022, 3, 1) + timedelta(days=rng.randrange(1000))
        known = rng.choice((len(log), rng.randint(1, len(log))))
        year = rng.choice((day.year, day.year - 1, day.year + 1))
        threshold = rng.choice(AMOUNTS)
        changes: dict[str, object] = {
            "big_project_wan": str(threshold // 10_000 + 1),
            "built_project_wan": str(threshold // 10_000 + 1),
        }
        if rng.random() < 0.3:
            changes = {"count_basis": "recognised"}
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, crm.clock(), known)
            found = recount(connection, year, when, changes)
            assert found.in_force == target_table(connection, year, when)
        ours, theirs = figures(found.in_force), figures(found.recounted)
        for name in ours:
            assert theirs[name] - ours[name] == sum(
                added(lead.recounted)[name] - added(lead.in_force)[name]
                for lead in found.differences
            )
        differing += len(found.differences)
        assert all(lead.in_force != lead.recounted for lead in found.differences)
        if changes == {"count_basis": "recognised"}:
            assert all(theirs[name] <= ours[name] for name in ("projects", "gross", "big", "built"))
        elif year == day.year:
            facts = naive_facts(log, day, known)
            limit = (threshold // 10_000 + 1) * 10_000
            built = {
                f.count(lead_id).key
                for lead_id, f in facts.items()
                if f.completed_on is not None
                and f.completed_on.year == year
                and f.registration.industrial
                and (f.amount or 0) >= limit
                and f.exited_on is None
            }
            assert theirs["built"] == len(built)
    assert differing > 3


def test_a_recount_needs_a_rule_it_knows(crm: CRM) -> None:
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, date(2023, 6, 30), crm.clock())
        for changes in ({}, {"nonsense": "1"}, {"count_basis": "maybe"}, {"big_project_wan": "-1"}):
            with pytest.raises(BadInput):
                recount(connection, 2023, when, changes)


def test_recounts_over_http(server: Server) -> None:
    office, admin = server.client("manager"), server.client("admin")
    leads = {}
    for amount in (20_000, 40_000, 60_000):
        leads[amount] = office.register()
        office.record(
            leads[amount],
            "signing",
            kind="contract",
            agreed_total_wan=amount,
            occurred_on="2023-02-01",
        )
    head = server.crm.store.head()
    path, asked = "/targets/2023/recount", {"as_of": "2023-06-30"}
    answer = office.get(path, big_project_wan=30000, **asked)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["rules"] == {"big_project_wan": {"in_force": "50000", "recounted": "30000"}}
    assert body["in_force"]["metrics"]["big_projects"]["actual"] == 1
    assert body["recounted"]["metrics"]["big_projects"]["actual"] == 2
    [lead] = body["differences"]
    assert lead["lead_id"] == leads[40_000]
    assert (lead["in_force"]["big_projects"], lead["recounted"]["big_projects"]) == (0, 1)
    assert lead["recounted"]["agreed_total_wan"] == "40000"
    in_force = office.get("/targets/2023", **asked).json()
    for side in (in_force, body["in_force"]):
        side.pop("known_at")
    assert in_force == body["in_force"]

    recognised = office.get(path, count_basis="recognised", **asked).json()
    assert recognised["in_force"]["metrics"]["projects"]["actual"] == 3
    assert recognised["recounted"]["metrics"]["projects"]["actual"] == 0  # none is recognised yet
    assert recognised["recounted"]["metrics"]["fai_ratio"]["actual"] is None
    assert [lead["lead_id"] for lead in recognised["differences"]] == list(leads.values())

    by_day = office.get(path, time_progress="day", **asked).json()
    assert by_day["recounted"]["time_progress"] == "0.4959"
    assert by_day["differences"] == []
    early = office.get(path, big_project_wan=30000, as_of="2022-12-31").json()
    assert early["differences"] == []
    assert server.crm.store.head() == head

    admin.put("/settings/rules", {"changes": {"big_project_wan": 30000}, "ground": "县定标准",
                                  "effective_from": "2023-06-30"})  # fmt: skip
    now = office.get(path, big_project_wan=50000, **asked).json()
    assert now["in_force"]["metrics"]["big_projects"]["actual"] == 2
    assert now["recounted"]["metrics"]["big_projects"]["actual"] == 1

    for wrong in ({}, {"big_project_wan": "x"}, {"count_basis": "x"}, {"start_within_months": 3}):
        assert office.get(path, **wrong).status_code == 422
    assert office.get("/targets/1066/recount", count_basis="signed").status_code == 422
