"""Every figure of a target table can be followed down to events and added up again."""

import random
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from crm.explaining import explain
from domain.lead.accounts import METRICS
from domain.lead.history import voided_by
from projections.lead_states import Where
from projections.reader import clocks
from projections.target_tracking import target_table
from tests.adding_up import added_up, assert_adds_up
from tests.histories import random_log
from tests.naive import naive_target
from tests.read_tables import DAYS, fill
from tests.serving import Server
from tests.tables import EVERYTHING


@pytest.mark.parametrize("seed", range(4))
def test_every_metric_is_followed_down_and_adds_up_again(crm: CRM, seed: int) -> None:
    rng = random.Random(100 + seed)
    log = random_log(rng, leads=14, steps=600)
    fill(crm, log, rng)
    found = 0
    for _ in range(25):
        day, position = rng.choice(DAYS), rng.choice((log[-1].position, rng.randint(1, len(log))))
        year = rng.choice((2022, 2023, 2024))
        known = {r.event_id for r in log if r.position <= position}
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, crm.clock(), position)
            table = target_table(connection, year, when)
            for metric in METRICS:
                leads = list(explain(crm.store, connection, metric, year, when))
                assert_adds_up(metric, leads, table)
                found += len(leads)
                for lead in leads:
                    behind = {r.event_id for r in lead.part.events}
                    assert behind
                    assert behind <= known
                    taken_back = voided_by(
                        [r for r in crm.store.stream(lead.lead_id) if r.position <= position]
                    )
                    assert not behind & taken_back.keys()
            towns = {
                town: added_up(
                    list(explain(crm.store, connection, "projects", year, when, Where(town=town)))
                ).get("actual", 0)
                for town in ("城关镇", "涧池镇")
            }
        naive = naive_target(log, year, day, position)
        assert towns == {town: naive["by_town"].get(town, (0, 0))[0] for town in towns}
    assert found > 100


def test_a_figure_over_http(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register(recruiting_unit="溯源单位", occurred_on="2021-02-01")
    signing = office.record(
        lead, "signing", kind="contract", agreed_total_wan=1000, occurred_on="2021-03-01"
    )
    amendment = office.record(
        lead, "amendment", agreed_total_wan="1500.5", ground="增资", occurred_on="2022-05-01"
    )

    def asked(year: int, **more: Any) -> dict[str, Any]:
        answer = office.get(
            "/explain", metric="agreed_total_wan", year=year, unit="溯源单位", **more
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def ids(shown: dict[str, Any]) -> list[str]:
        return [event["event_id"] for event in shown["leads"][0]["events"]]

    signed = signing["events"][0]["event_id"]
    first = asked(2021, as_of="2021-12-31")
    assert first["sums"] == {"actual": "1000", "gross": "1000"}
    assert ids(first) == [signed]
    second = asked(2022, as_of="2022-12-31")
    assert second["sums"] == {"actual": "500.5", "gross": "500.5"}
    assert ids(second) == [signed, amendment["events"][0]["event_id"]]
    assert UUID(second["leads"][0]["lead_id"]) == UUID(lead)
    assert second["leads"][0]["events"][1]["label"] == "补充协议"
    assert asked(2022, as_of="2022-04-30")["leads"] == []
    wrong = office.get("/explain", metric="nothing", year=2022)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_input")
    assert date.fromisoformat(second["as_of"]) == date(2022, 12, 31)
