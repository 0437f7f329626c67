"""经贸局 and 县经贸局 are one unit wherever it is asked for; what is shown is what was recorded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm.ledger.importing import preview
from crm.ledger.planning import Outcome, plan
from crm.people import SYSTEM
from domain.unit.known import same_unit, shown_as, spellings
from tests.databases import sqlite_settings
from tests.serving import Server, assert_problem, serving

DAY = "2023-11-30"
WRITTEN = ("经贸局", "县经贸局")
LEDGER = """\
项目名称,投资方,招引单位,签约时间,协议资金（万元）
{title},{investor},{unit},2023-03-01,6000
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One lead recorded by each spelling, and one of another unit."""
    with serving(sqlite_settings(tmp_path_factory.mktemp("units"))) as running:
        office = running.client("manager")
        for title, unit in (("甲", WRITTEN[0]), ("乙", WRITTEN[1]), ("丙", "县城管局")):
            lead = office.register(title=title, recruiting_unit=unit)
            office.record(
                lead, "signing", kind="contract", agreed_total_wan=6000, occurred_on="2023-03-01"
            )
            raised = {"lead_id": lead, "class": "land", "text": "用地", "occurred_on": "2023-04-01"}
            assert office.post("/problems", raised).status_code == 201
            held = {
                "name": f"{title}节会",
                "kind": "festival",
                "unit": unit,
                "from_on": "2023-01-05",
            }
            assert office.post("/campaigns", held).status_code == 201
        yield running


def test_a_unit_has_one_name_and_its_spellings() -> None:
    assert spellings("经贸局") == spellings(" 县经贸局") == WRITTEN
    assert spellings("县城管局") == ("县城管局",)  # no unit that is known without the 县
    assert same_unit("县经贸局", "经贸局")
    assert not same_unit("县城管局", "城管局")
    assert same_unit(None, None)
    assert not same_unit(None, "经贸局")
    assert shown_as(["县经贸局", "县发改局", "发改局", "城管局"]) == {
        "县经贸局": "县经贸局", "县发改局": "发改局", "发改局": "发改局", "城管局": "城管局",
    }  # fmt: skip


@pytest.mark.parametrize("unit", WRITTEN)
@pytest.mark.parametrize(
    ("path", "asked", "named"),
    [
        ("/leads", {}, "recruiting_unit"),
        ("/lists/signed-not-started", {}, "recruiting_unit"),
        ("/colours", {}, "recruiting_unit"),
        ("/anomalies", {"kind": "no_gates"}, "recruiting_unit"),
        ("/entries/late", {}, None),
        ("/problems", {}, None),
        ("/campaigns", {}, "unit"),
    ],
)
def test_a_filter_takes_either_spelling(
    server: Server, unit: str, path: str, asked: dict[str, Any], named: str | None
) -> None:
    office = server.client("viewer")
    both, every = (
        office.get(path, as_of=DAY, **asked, **which).json()["items"]
        for which in ({"unit": unit}, {})
    )
    assert len(both) > 0
    other = office.get(path, as_of=DAY, **asked, unit=WRITTEN[unit == WRITTEN[0]]).json()["items"]
    assert both == other
    if named is not None:
        assert {item[named] for item in both} == set(WRITTEN)
        assert len(both) < len(every)


def test_duplicates_are_of_a_unit_by_either_spelling(server: Server) -> None:
    office = server.client("manager")
    for unit in ("县财政局", "城关镇"):
        office.register(title="茶叶冷链物流园", investor={"name": "同一公司"}, recruiting_unit=unit)
    for unit in ("财政局", "县财政局", "城关镇"):
        pairs = office.get("/leads/duplicates", unit=unit, as_of=DAY).json()["items"]
        assert len(pairs) == 1, unit


def test_the_target_counts_a_unit_once(server: Server) -> None:
    office = server.client("viewer")
    by_unit = office.get("/targets/2023", as_of=DAY).json()["by_unit"]
    assert {unit: share["projects"]["actual"] for unit, share in by_unit.items()} == {
        "经贸局": 2, "县城管局": 1,
    }  # fmt: skip
    aims = {"projects": 4, "agreed_total_wan": 20000}
    admin = server.client("admin")
    set_on = {"occurred_on": "2023-12-01"}
    answer = admin.put("/targets/2023", {"by_unit": {"县经贸局": aims}, **set_on})
    assert answer.status_code == 201, answer.text
    share = office.get("/targets/2023", as_of="2023-12-31").json()["by_unit"]["经贸局"]
    assert (share["projects"]["target"], share["projects"]["actual"]) == (4, 2)
    for unit in WRITTEN:
        cover = office.get("/pipeline", year=2023, unit=unit, as_of="2023-12-31").json()
        assert (cover["target_wan"], cover["actual_wan"]) == ("20000", "12000")
    twice = {"by_unit": dict.fromkeys(WRITTEN, aims), "occurred_on": "2023-12-02"}
    assert_problem(admin.put("/targets/2023", twice), 422, "invalid_input")


def test_a_recorder_writes_for_its_unit_however_it_is_written(server: Server) -> None:
    recorder = server.client("recorder", "县经贸局")
    for unit in WRITTEN:
        lead = recorder.register(title=f"{unit}的", recruiting_unit=unit)
        recorder.record(lead, "contacts", mode="call", summary="电话", occurred_on="2023-02-01")
    body = {"title": "丁", "investor": {"name": "某公司"}, "recruiting_unit": "县城管局"}
    assert_problem(recorder.post("/leads", body), 403, "unit_not_allowed")


@pytest.mark.parametrize("unit", WRITTEN)
def test_a_ledger_that_writes_a_unit_otherwise_says_nothing_new(
    server: Server, tmp_path: Path, unit: str
) -> None:
    path = tmp_path / "台账.csv"
    path.write_text(LEDGER.format(title="甲", investor="安康秦巴茶业有限公司", unit=unit))
    ledger = preview(path, server.crm.today(), server.crm.mappings.of)
    [line] = plan(server.crm, ledger, SYSTEM).lines
    assert line.outcome is Outcome.UNCHANGED, line
