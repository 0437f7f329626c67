"""A score's parts are followed down: indicators to leads, inspections to what was recorded."""

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from crm.explain_presentation import exact_text
from crm.explained import FIGURES, Asked, Inquiry, exactly_added_up
from crm.people import Caller, Role
from crm.units import record_inspection, void_unit_entry
from domain.errors import BadInput
from domain.rulebook import Rulebook
from domain.unit.events import InspectionRecorded, UnitEntryVoided
from projections.rankings import season, season_of
from projections.reader import clocks
from tests.serving import Client, Server
from tests.tables import EVERYTHING

OFFICE = Caller("招商服务中心", Role.MANAGER, None)
Q2 = {"period": "2023-Q2", "as_of": "2023-06-30"}


@pytest.fixture
def office(server: Server) -> Client:
    return server.client("manager")


def explained(office: Client, metric: str, **asked: Any) -> dict[str, Any]:
    answer = office.get("/explain", metric=metric, **asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_start_that_was_due_and_a_towns_inspections(office: Client) -> None:
    lead = office.register(host_town="城关镇", occurred_on="2023-04-01")
    signing = office.record(
        lead,
        "signing",
        kind="contract",
        agreed_total_wan=8000,
        start_due="2023-06-01",
        occurred_on="2023-04-10",
    )["events"][0]["event_id"]
    for day, points, ground in (
        ("2023-03-31", "5", "上季度"),
        ("2023-05-04", "1.25", "现场会"),
        ("2023-05-08", "-0.5", "超时限未开工"),
        ("2023-06-30", "2", "按期报送"),
    ):
        body = {"unit": "城关镇", "points": points, "ground": ground, "occurred_on": day}
        assert office.post("/inspections", body).status_code == 201

    of_town = {**Q2, "town": "城关镇"}
    due = explained(office, "ranking_start", **of_town)
    assert due["figure"] == next(
        part
        for item in office.get("/rankings", group="towns", **Q2).json()["items"]
        for part in item["parts"]
        if item["unit"] == "城关镇" and part["indicator"] == "start"
    )
    assert due["sums"] == {"actual": 0, "target": 1}
    assert [event["event_id"] for event in due["leads"][0]["events"]] == [signing]
    started = office.record(lead, "start", occurred_on="2023-05-20")["events"][0]["event_id"]
    done = explained(office, "ranking_start", **of_town)
    assert (done["sums"], done["figure"]["actual"]) == ({"actual": 1, "target": 1}, 1)
    assert [event["event_id"] for event in done["leads"][0]["events"]] == [signing, started]

    bonus = explained(office, "ranking_bonus", **of_town)
    assert (bonus["figure"], bonus["exact_sums"], bonus["leads"]) == (
        "3.25",
        {"points": "3.25"},
        [],
    )
    assert [(unit["unit"], unit["exact"]) for unit in bonus["units"]] == [
        ("城关镇", {"points": "1.25"}),
        ("城关镇", {"points": "2"}),
    ]
    assert bonus["units"][0]["events"][0]["data"]["ground"] == "现场会"
    deduction = explained(office, "ranking_deduction", **of_town)
    assert (deduction["figure"], deduction["exact_sums"]) == ("0.50", {"points": "0.5"})
    assert explained(office, "ranking_bonus", **Q2, unit="发改局")["figure"] is None
    amount = explained(office, "ranking_signed_amount", **of_town)
    assert (amount["figure"]["actual"], amount["sums"]) == ("8000", {"actual": "8000"})


def test_what_a_ranking_has_to_be_asked(office: Client) -> None:
    def refused(**asked: Any) -> str:
        answer = office.get("/explain", **{"metric": "ranking_reserve", **Q2, **asked})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), answer.text
        return str(answer.json()["errors"][0]["field"])

    assert refused() == "unit"
    assert refused(unit="经开区", town="城关镇") == "unit"
    assert refused(unit="城关镇") == "unit"  # a town is asked for as one
    assert refused(town="发改局") == "town"
    assert refused(unit="没有这个单位") == "unit"
    assert refused(unit="经开区", period="2023-05-H1") == "period"
    assert refused(unit="经开区", period="2024") == "period"
    assert refused(unit="经开区", chain="新材料") == "chain"
    assert refused(metric="returns_completeness", period="2023-Q2") == "period"
    assert refused(metric="showing_signed_one", unit="经开区") == "year"
    listed = office.get("/explain/metrics").json()["items"]
    reserve = next(item for item in listed if item["metric"] == "ranking_reserve")
    assert (reserve["required"], reserve["one_of"]) == (["period"], ["unit", "town"])


def test_points_on_any_day_as_known_at_any_moment(crm: CRM) -> None:
    rng = random.Random(22)
    units = {"城关镇": "town", "涧池镇": "town", "县发改局": "unit", "经开区": "unit"}
    recorded: list[tuple[str, Any]] = []
    for _ in range(40):
        unit = rng.choice(list(units))
        if recorded and rng.random() < 0.25:
            unit, event_id = recorded.pop(rng.randrange(len(recorded)))
            void_entry(crm, unit, event_id)
            continue
        day = date(2023, 1, 1) + timedelta(days=rng.randrange(240))
        points = rng.choice(("0.01", "-0.35", "2", "-1.5", "10"))
        recorded.append((unit, inspect(crm, unit, day, points)))
    head = crm.store.head()
    summed = 0
    with crm.reader.asking(*EVERYTHING) as connection:
        for _ in range(80):
            unit, field = rng.choice(list(units.items()))
            key = rng.choice(("2023-Q1", "2023-Q2", "2023-H1", "2023-03", "2023"))
            day = date(2023, 3, 1) + timedelta(days=rng.randrange(200))
            when = clocks(connection, day, crm.clock(), rng.randint(1, head))
            rules = Rulebook()
            try:
                period = season_of(key, day, rules)
            except BadInput:
                continue
            town = field == "town"
            asked = Asked(period=key, unit=None if town else unit, town=unit if town else None)
            q = Inquiry(crm.store, connection, when, rules, asked)
            entries = season(connection, period, when, rules).adjustments.get(
                unit.removeprefix("县"), []
            )
            for name, sign in (("bonus", 1), ("deduction", -1)):
                figure = FIGURES[f"ranking_{name}"]
                assert figure.units is not None
                lines = list(figure.units(q))
                expected = sum(
                    (sign * a.points for a in entries if sign * a.points > 0), Fraction(0)
                )
                assert exactly_added_up(lines).get("points", Fraction(0)) == expected
                assert {r.event_id for line in lines for r in line.events} == {
                    a.event_id for a in entries if sign * a.points > 0
                }
                shown = figure.shown(q)
                assert shown is None or Fraction(shown) == expected
                summed += len(lines)
    assert summed > 60


def inspect(crm: CRM, unit: str, day: date, points: str) -> UUID:
    inspection = InspectionRecorded(
        occurred_on=day, unit=unit, points=Decimal(points), ground="专项督查"
    )
    return record_inspection(crm, inspection, by=OFFICE).events[0][0]


def void_entry(crm: CRM, unit: str, event_id: UUID) -> None:
    void = UnitEntryVoided(
        occurred_on=date(2023, 8, 30), unit=unit, event_id=event_id, ground="重复录入"
    )
    void_unit_entry(crm, void, by=OFFICE)


@pytest.mark.parametrize(
    ("value", "text"),
    [("12.5", "12.5"), ("-0.25", "-0.25"), ("100/3", "100/3"), ("-100", "-100"), ("0", "0")],
)
def test_an_exact_number_is_never_rounded(value: str, text: str) -> None:
    assert exact_text(Fraction(value)) == text
