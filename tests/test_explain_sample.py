"""Every figure of the sample county is followed down and adds up, on a day of its year.

What random histories are too small for is met here: odds of every stage, a cover, a forecast.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from crm.application import CRM
from crm.explained import FIGURES, Asked, Inquiry
from crm.settings import Settings
from crm.wiring import build
from domain.calendar import period_of
from domain.lead.accounts import METRICS
from projections.reader import clocks
from projections.rule_rows import rules_in_force
from projections.target_tracking import target_table
from tests.adding_up import assert_adds_up
from tests.explained_more import check_year_part
from tests.followed_down import (
    as_explained,
    check_enough,
    check_events,
    compare,
    taken_back,
)
from tests.serving import serving
from tests.tables import EVERYTHING


@pytest.fixture(scope="module")
def county(sample_settings: Settings) -> Iterator[CRM]:
    crm = build(sample_settings)
    yield crm
    crm.close()


def asked(name: str, day: date) -> Asked:
    """What the figure has to be asked."""
    source = FIGURES[name].source
    season = source.route.startswith("/rankings")
    may: dict[str, Any] = {
        "year": day.year,
        "period": f"{day.year}-Q{(day.month + 2) // 3}" if season else period_of(day),
        "town": "城关镇",
    }
    return Asked(**{name: may[name] for name in (*source.required, *source.one_of[1:])})


@pytest.mark.parametrize("half", range(2))  # each within the time a test is given
def test_every_figure_adds_up(county: CRM, half: int) -> None:
    day = date(2023, 10, 31)
    log = list(county.store.whole_log())
    known = {r.event_id for r in log}
    gone = taken_back(log, log[-1].position)
    figures = dict(list(FIGURES.items())[half::2])
    empty = []
    with county.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, day, county.clock())
        rules = rules_in_force(connection, when)
        for name, figure in figures.items():
            q = Inquiry(county.store, connection, when, rules, asked(name, day))
            figure.source.refuse_others(q.asked)
            lines = list(figure.lines(q))
            if name in METRICS:
                table = target_table(connection, q.year, when)
                assert_adds_up(name, as_explained(lines), table)
            else:
                compare(figure, figure.shown(q), lines)
            for line in lines:
                check_events(line, known, gone, day)
                check_enough(figure, line, q)
                check_year_part(figure, line, q)
            if not lines:
                empty.append(name)
    assert len(empty) < len(figures) // 5, empty


def test_the_cover_and_the_chances_are_those_of_their_routes(sample_settings: Settings) -> None:
    with serving(sample_settings) as running:
        office = running.client("viewer")
        year = {"year": 2023, "as_of": "2023-10-31"}
        cover = office.get("/explain", metric="pipeline_cover", **year).json()
        page = office.get("/pipeline", **year).json()
        assert cover["figure"]["cover"] == page["cover"] is not None
        assert "weighted_wan" in cover["exact_sums"]
        opened = office.get("/explain", metric="forecast_open", **year).json()
        route = office.get("/forecast", **year, detail=True).json()
        assert opened["count"] == route["open"] == len(route["leads"]) > 0
        chances = {lead["lead_id"]: lead["probability"] for lead in route["leads"]}
        assert {
            lead["lead_id"]: f"{float(lead['exact']['probability']):.4f}"
            for lead in opened["leads"]
        } == chances
        history = office.get("/explain", metric="forecast_history", **year).json()
        assert history["figure"] == history["sums"] == route["history"]
        for name, figure in (("actual_projects", "projects"), ("actual_agreed_total_wan",) * 2):
            known = office.get("/explain", metric=f"forecast_{name}", **year).json()
            assert known["figure"] == route[figure.removeprefix("actual_")]["actual"]
