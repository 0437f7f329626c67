"""Can a half-year's dispatch be prepared with the API alone? (半年调度, plan clause 38)

A made-up county of 300 leads, 10 towns, 6 units and 6 chains is entered over HTTP, as staff enter
theirs. Then the questions a dispatch asks are asked, and every answer is held against what the
test itself has entered: which projects are red and why, who answers for them, what is overdue,
what stands in the way, which unit lags, and where the year will end.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.calendar import add_months
from tests.databases import sqlite_settings
from tests.serving import Client, serving

DAY = date(2023, 6, 30)
AT = {"as_of": DAY.isoformat()}
TOWNS = (
    "城关镇", "涧池镇", "蒲溪镇", "平梁镇", "双乳镇",
    "铁佛寺镇", "漩涡镇", "汉阳镇", "双河口镇", "观音河镇",
)  # fmt: skip
UNITS = ("招商服务中心", "经开区", "县经贸局", "县农业农村局", "县发改局", "县文旅广电局")
CHAINS = ("新材料", "富硒食品", "生态旅游", "产业链四", "产业链五", "产业链六")
LEADERS = ("县委书记", "县长", "常务副县长", "分管副县长")
TURNS = ("start", "completion", "production")


@dataclass
class Entered:
    """One lead as it was entered."""

    unit: str
    town: str
    registered: date
    lead_id: str = ""
    signed: date | None = None
    wan: int = 0
    planned_start: date | None = None
    turns: dict[str, date] = field(default_factory=dict)
    leader: str | None = None
    lost: date | None = None
    exited: date | None = None
    suspended: date | None = None
    problem_due: date | None = None

    def awaiting(self, turn: str) -> bool:
        """Signed, still with us, and this turn of its life is the next."""
        here = self.signed is not None and self.exited is None
        return here and [t for t in TURNS if t not in self.turns][:1] == [turn]


def drawn(rng: random.Random) -> Entered:
    """One lead's life of 2022 and the first half of 2023."""
    one = Entered(
        rng.choice(UNITS),
        rng.choice(TOWNS),
        date(2022, 1, 4) + timedelta(days=rng.randrange(530)),
    )
    courted = one.registered + timedelta(days=rng.randrange(5, 200))
    if courted > DAY or rng.random() < 0.15:
        return one
    if rng.random() < 0.2:
        one.lost = courted
        return one
    one.signed, one.wan = courted, rng.randrange(300, 12_000)
    if rng.random() < 0.8:
        one.planned_start = one.signed + timedelta(days=rng.randrange(10, 240))
    if rng.random() < 0.8:
        one.leader = rng.choice(LEADERS)
    day = one.signed
    for turn, likely in zip(TURNS, (0.75, 0.5, 0.6), strict=True):
        day += timedelta(days=rng.randrange(20, 200))
        if day > DAY or rng.random() > likely:
            break
        one.turns[turn] = day
    last = max([one.signed, *one.turns.values()])
    if rng.random() < 0.06 and last < DAY:
        one.exited = last + timedelta(days=1)
    elif one.awaiting("completion") and rng.random() < 0.15 and last < DAY:
        one.suspended = last + timedelta(days=1)
    if rng.random() < 0.2 and one.exited is None:
        one.problem_due = DAY + timedelta(days=rng.randrange(-60, 60))
    return one


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, list[Entered]]]:
    """A reader's client, and what managers have entered."""
    folder: Path = tmp_path_factory.mktemp("county")
    rng = random.Random(20230630)
    leads = [drawn(rng) for _ in range(300)]
    with serving(sqlite_settings(folder)) as server:
        admin, office = server.client("admin"), server.client("manager")
        share = {"projects": 15, "agreed_total_wan": 180_000}
        target = {
            "projects": 90,
            "agreed_total_wan": 1_100_000,
            "fai_ratio": "0.40",
            "by_unit": dict.fromkeys(UNITS, share),
            "by_town": {town: {"projects": 9, "agreed_total_wan": 110_000} for town in TOWNS},
            "occurred_on": "2023-01-03",
        }
        assert admin.put("/targets/2023", target).status_code == 201
        for nth, one in enumerate(leads):
            enter(office, nth, one)
        yield server.client("viewer"), leads


def enter(office: Client, nth: int, one: Entered) -> None:
    """One lead, as a clerk would: registration, signing, plan, turns, what went wrong."""
    one.lead_id = office.register(
        title=f"项目{nth:03}",
        investor={"name": f"投资方{nth:03}"},
        recruiting_unit=one.unit,
        host_town=one.town,
        chain=CHAINS[nth % len(CHAINS)],
        industrial=True,
        estimated_amount_wan=10_000,
        occurred_on=one.registered.isoformat(),
    )
    entries: list[tuple[str, date | None, dict[str, Any]]] = [
        ("loss", one.lost, {"ground": "落户外县"}),
        ("signing", one.signed, {"kind": "contract", "agreed_total_wan": one.wan}),
        *((turn, one.turns.get(turn), {}) for turn in TURNS),
        ("suspension", one.suspended, {"note": "资金紧张"}),
        ("exit", one.exited, {"ground": "协商解约"}),
    ]
    for action, day, fields in entries:
        if day is not None:
            office.record(one.lead_id, action, occurred_on=day.isoformat(), **fields)
        if action == "signing" and one.planned_start and day:
            planned = {"milestone": "start", "planned_on": one.planned_start.isoformat()}
            office.record(one.lead_id, "plan", milestones=[planned], occurred_on=day.isoformat())
        if action == "signing" and one.leader and day:
            office.record(
                one.lead_id,
                "responsibility",
                leader=one.leader,
                person="张三",
                occurred_on=day.isoformat(),
            )
    if one.problem_due is not None:
        problem = {
            "lead_id": one.lead_id,
            "class": "land",
            "text": "用地指标未落实",
            "due": one.problem_due.isoformat(),
            "occurred_on": (DAY - timedelta(days=90)).isoformat(),
        }
        answer = office.post("/problems", problem)
        assert answer.status_code == 201, answer.text


County = tuple[Client, list[Entered]]


def every(client: Client, path: str, **asked: Any) -> list[dict[str, Any]]:
    """All items of a question, page by page."""
    pages = client.pages(path, **{**AT, **asked})
    items = [item for page in pages for item in page["items"]]
    assert len(items) == pages[-1]["count"]
    return items


def test_the_three_lists_and_what_is_overdue(county: County) -> None:
    client, leads = county
    for name, turn in (
        ("signed-not-started", "start"),
        ("started-not-completed", "completion"),
        ("completed-not-producing", "production"),
    ):
        listed = every(client, f"/lists/{name}", limit=37)
        waiting = {one.lead_id: one for one in leads if one.awaiting(turn)}
        assert {item["lead_id"] for item in listed} == set(waiting)
        assert len(waiting) > 5
        if turn == "start":
            late = {item["lead_id"] for item in listed if item["overdue_days"] > 0}
            assert late == {
                lead_id
                for lead_id, one in waiting.items()
                if one.signed and add_months(one.signed, 6) < DAY
            }


def test_which_projects_are_red_why_and_who_answers_for_them(county: County) -> None:
    client, leads = county
    board = {item["lead_id"]: item for item in every(client, "/colours", limit=50)}
    red = [item for item in board.values() if item["colour"] == "red"]
    assert red
    for item in red:
        assert any(reason["colour"] == "red" and reason["detail"] for reason in item["reasons"])
        assert item["recruiting_unit"] in UNITS
    by_id = {one.lead_id: one for one in leads}
    for one in leads:
        if one.suspended is not None:
            assert board[one.lead_id]["colour"] == "red"
            codes = [reason["code"] for reason in board[one.lead_id]["reasons"]]
            assert "suspended" in codes
        if one.awaiting("start"):
            assert board[one.lead_id]["colour"] == naive_start_colour(one.planned_start)
    shown = client.get("/colours", colour="red", **AT).json()
    assert shown["counts"]["red"] == shown["count"] == len(red)
    for part in ("by_unit", "by_town", "by_chain", "by_leader"):
        assert sum(counts["red"] for counts in shown[part].values()) == len(red)

    table = client.get("/responsibility", **AT).json()
    led = {i["lead_id"]: row["leader"] for row in table["leaders"] for i in row["items"]}
    live = [one for one in leads if any(one.awaiting(turn) for turn in TURNS)]
    assert led == {one.lead_id: one.leader for one in live if one.leader}
    without = {item["lead_id"] for item in table["without_leader"]}
    assert without == {one.lead_id for one in live if not one.leader}
    assert all(by_id[i].leader is None for i in without)


def naive_start_colour(planned: date | None) -> str:
    if planned is None:
        return "grey"
    if (planned.year, planned.month) >= (DAY.year, DAY.month):
        return "green"
    months = (DAY.year - planned.year) * 12 + DAY.month - planned.month
    return "red" if months >= 3 else "yellow"  # 30 June ends a full month


def test_what_stands_in_the_way(county: County) -> None:
    client, leads = county
    troubled = [one for one in leads if one.problem_due is not None]
    late = every(client, "/problems", overdue=True)
    assert {item["lead_id"] for item in late} == {
        one.lead_id for one in troubled if one.problem_due and one.problem_due < DAY
    }
    summary = client.get("/problems/summary", **AT).json()
    assert (summary["raised"], summary["closed"]) == (len(troubled), 0)


def test_how_far_the_year_is_and_who_lags(county: County) -> None:
    client, leads = county
    ours = [one for one in leads if one.signed and one.signed.year == 2023 and not one.exited]
    table = client.get("/targets/2023", **AT).json()
    assert table["metrics"]["projects"]["actual"] == len(ours)
    assert table["metrics"]["agreed_total_wan"]["actual"] == str(sum(one.wan for one in ours))
    by_unit = Counter(one.unit for one in ours)
    for unit in UNITS:
        assert table["by_unit"][unit]["projects"]["actual"] == by_unit[unit]
    explained = client.get("/explain", metric="projects", year=2023, **AT).json()
    assert explained["sums"]["actual"] == len(ours)

    ranking = client.get("/rankings", period="2023-H1", group="towns", **AT).json()
    assert {item["unit"] for item in ranking["items"]} == set(TOWNS)
    ranks = [item["rank"] for item in ranking["items"]]
    assert ranks == sorted(ranks)
    by_town = Counter(one.town for one in ours)
    for item in ranking["items"]:
        part = next(p for p in item["parts"] if p["indicator"] == "signed_projects")
        assert part["actual"] == by_town[item["unit"]]
    to_see = client.get("/rankings/interviews", period="2023-H1", **AT).json()["items"]
    for item in to_see:
        holds = [condition["holds"] for condition in item["conditions"].values()]
        assert item["to_interview"] == all(holds)


def test_where_the_year_will_end(county: County) -> None:
    client, leads = county
    shown = client.get("/forecast", year=2023, detail=True, **AT).json()
    assert shown["reason"] is None
    projects = shown["projects"]
    low, high = projects["interval_95"]
    assert projects["actual"] <= float(projects["expected"]) + 5  # a few may still leave
    assert low <= float(projects["expected"]) <= high
    in_talks = {one.lead_id for one in leads if not (one.signed or one.lost or one.exited)}
    assert {lead["lead_id"] for lead in shown["leads"]} == in_talks
    cover = client.get("/pipeline", year=2023, **AT).json()
    assert cover["reason"] is None
    assert float(cover["cover"]) > 0
    assert shown["backtest"]["as_known_since"]["history"]["leads"] > 0


def test_what_has_changed_since_the_last_dispatch_and_what_comes_next(county: County) -> None:
    client, leads = county
    changed = every(client, "/colours/changes", since="2023-03-31", limit=40)
    assert changed
    assert all(item["before"] != item["after"] for item in changed)
    rates = client.get("/rates", year=2023, **AT).json()
    ours = [one for one in leads if one.signed and one.signed.year == 2023 and not one.exited]
    begun = [one for one in ours if "start" in one.turns]
    assert (rates["signed"], rates["started"]) == (len(ours), len(begun))
    for path in ("/exits/proposals", "/anomalies", "/notices"):
        assert client.get(path, **AT).status_code == 200
    periods = client.get("/periods", kind="half_yearly", **AT).json()
    assert "2023-H1" in str(periods)
