"""通报: every figure is the API's, what is published stays, the next one says what changed."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from crm.application import CRM
from crm.bulletins.making import make, wanted
from crm.bulletins.presentation import draft_shown
from crm.bulletins.publishing import find, publish_bulletin
from crm.bulletins.verifying import verify
from crm.cli import app
from crm.people import SYSTEM
from crm.settings import Settings
from crm.wiring import build
from domain.periods import PeriodKind
from domain.vocabulary import Stage
from projections.catch_up import PROJECTIONS
from projections.rebuild import rebuild
from tests.databases import sqlite_settings
from tests.serving import Client, Server, assert_problem
from tests.told import REGISTERED, on, signed
from tests.told_rules import ADMIN, revised

# A day of each season of the sample year, and one on which the year is over.
DAYS = ("2023-01-20", "2023-06-21", "2023-11-03")
SHANGHAI = ZoneInfo("Asia/Shanghai")


# --- every figure is the API's ------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_every_figure_is_what_its_source_answers(story: Server, kind: PeriodKind) -> None:
    office = story.client("viewer")
    figures = 0
    for day in DAYS:
        shown = office.get("/bulletins/draft", kind=kind.value, on=day).json()
        asked = [answer_of(office, shown, source) for source in shown["sources"]]
        for section in shown["sections"]:
            for figure in (f for p in section["paragraphs"] for f in p["figures"]):
                assert figure["value"] == at(asked[figure["source"]], figure["path"])
                figures += 1
            for table in section["tables"]:
                compare_rows(table, at(asked[table["source"]], table["items"]))
    assert figures > 60


def answer_of(office: Client, shown: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """A source asked over HTTP at the bulletin's K, all its pages as one."""
    asked = {**source["asked"], "known_at": shown["known_at"]}
    answer = office.get(source["route"], **asked)
    assert answer.status_code == 200, (source, answer.text)
    whole: dict[str, Any] = answer.json()
    while whole.get("next_cursor"):
        page = office.get(source["route"], **asked, cursor=whole["next_cursor"]).json()
        whole["items"] += page["items"]
        whole["next_cursor"] = page["next_cursor"]
    return whole


def at(answer: Any, path: list[str]) -> Any:
    for name in path:
        if isinstance(answer, list):
            answer = answer[int(name)] if int(name) < len(answer) else None
        elif answer is not None:
            answer = answer[name]
    return answer


def compare_rows(table: dict[str, Any], items: Any) -> None:
    """Each row is one of the items, and they stand in the items' order."""
    named = isinstance(items, dict)
    listed = [{"name": name, **item} for name, item in items.items()] if named else items
    columns = [column["key"] for column in table["columns"]]
    stated = [{key: at(item, key.split(".")) for key in columns} for item in listed]
    after = 0
    for row in table["rows"]:
        after = stated.index(row, after) + 1


def test_what_is_new_in_a_list_and_what_has_left_it(story: Server) -> None:
    office = story.client("viewer")
    shown = office.get("/bulletins/draft", kind="monthly", on="2023-06-21").json()
    rows = {t["key"]: t["rows"] for section in shown["sections"] for t in section["tables"]}
    moved = 0
    for name in ("signed-not-started", "started-not-completed", "completed-not-producing"):
        was, stands = (
            {
                item["code"]
                for page in office.pages(f"/lists/{name}", as_of=day, known_at=shown["known_at"])
                for item in page["items"]
            }
            for day in ("2023-05-31", "2023-06-30")
        )
        assert {row["code"] for row in rows[f"{name}_entered"]} == stands - was
        assert {row["code"] for row in rows[f"{name}_left"]} == was - stands
        moved += len(stands ^ was)
    assert moved


def test_the_same_log_makes_the_same_document(story: Server) -> None:
    of = wanted(story.crm, PeriodKind.HALF_YEARLY, date(2023, 6, 1))
    first = draft_shown(make(story.crm, of))
    assert first == draft_shown(make(story.crm, of))
    assert (first["period"], first["as_of"]) == ("2023-H1", "2023-06-30")


# --- published is frozen ------------------------------------------------------------------------


def test_a_bulletin_is_published_once_and_corrected_by_another(story: Server) -> None:
    office, viewer = story.client("manager"), story.client("viewer")
    asked = {"kind": "quarterly", "on": "2022-05-10"}
    assert_problem(viewer.post("/bulletins", asked), 403, "role_not_allowed")
    unknown = {**asked, "replaces": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "ground": "更正"}
    assert_problem(office.post("/bulletins", unknown), 409, "nothing_to_replace")
    first = office.post("/bulletins", asked)
    assert first.status_code == 201, first.text
    its_id = first.json()["bulletin_id"]
    assert first.headers["Location"] == f"/api/v1/bulletins/{its_id}"
    assert_problem(office.post("/bulletins", asked), 409, "already_published")
    without = {**asked, "replaces": its_id}
    assert_problem(office.post("/bulletins", without), 422, "invalid_input")
    second = office.post("/bulletins", {**without, "ground": "更正固投数据"})
    assert second.status_code == 201, second.text
    again = office.post("/bulletins", {**without, "ground": "再更正"})
    assert_problem(again, 409, "not_in_force")
    listed = viewer.get("/bulletins", kind="quarterly").json()["items"]
    assert [item["status"] for item in listed] == ["published", "replaced"]
    assert [item["number"] for item in listed] == [2, 1]
    assert listed[1]["replaced_by"] == listed[0]["bulletin_id"] == second.json()["bulletin_id"]
    section = viewer.get(f"/bulletins/{listed[0]['bulletin_id']}").json()["sections"][-1]
    assert "第1期" in section["paragraphs"][0]["text"]  # held against the one it replaces


def test_a_request_sent_twice_publishes_once(story: Server) -> None:
    office = story.client("manager")
    asked = {"kind": "monthly", "on": "2022-05-10"}
    first, second = (office.post("/bulletins", asked, Idempotency_Key="may") for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()


def test_a_publication_says_what_every_write_may_say(story: Server) -> None:
    office = story.client("manager")
    asked = {"kind": "monthly", "on": "2022-08-10"}
    early = office.post("/bulletins", {**asked, "occurred_on": "2022-08-30"})
    assert_problem(early, 409, "period_not_over")
    ahead = (story.crm.today() + timedelta(days=1)).isoformat()
    assert_problem(office.post("/bulletins", {**asked, "occurred_on": ahead}), 422, "invalid_input")
    said = {"occurred_on": "2022-09-02", "note": "经专题会议审定"}
    assert office.post("/bulletins", {**asked, **said}).status_code == 201
    listed = office.get("/bulletins", period="2022-08").json()["items"]
    assert [item["published_on"] for item in listed] == ["2022-09-02"]
    assert office.get("/bulletins", period="2022-08", as_of="2022-09-01").json()["count"] == 0


def test_a_rule_set_later_disproves_nothing_and_one_in_force_is_in_the_hash(
    sqlite: CRM,
) -> None:
    of = wanted(sqlite, PeriodKind.MONTHLY, on(6, 3))
    before = make(sqlite, of)
    sqlite.revise_rules(revised(on(1, 1), big_project_wan=30000), by=ADMIN)
    assert make(sqlite, of).rules == before.rules
    assert make(sqlite, wanted(sqlite, PeriodKind.MONTHLY, on(6, 3))).rules != before.rules


def test_a_period_that_goes_on_has_drafts_only(story: Server) -> None:
    office, today = story.client("manager"), story.crm.today()
    asked = {"kind": "annual", "on": today.isoformat()}
    draft = office.get("/bulletins/draft", **asked)
    assert (draft.status_code, draft.json()["as_of"]) == (200, today.isoformat())
    assert_problem(office.post("/bulletins", asked), 409, "period_not_over")
    ahead = (today + timedelta(days=400)).isoformat()
    assert_problem(office.get("/bulletins/draft", kind="weekly", on=ahead), 422, "invalid_input")


def test_late_entries_change_the_next_bulletin_and_it_names_exactly_them(server: Server) -> None:
    office = server.client("manager")
    lead = office.register(occurred_on="2023-02-01")
    sign(office, lead, "2023-02-10")
    other = office.register(title="冷链物流园项目", occurred_on="2023-02-01")
    april = publish(office, "monthly", "2023-04-10")
    assert office.get(f"/bulletins/{april}/verify").json()["ok"]
    before = file_of(office, april)
    late = [
        sign(office, other, "2023-04-20"),
        office.record(lead, "start", occurred_on="2023-04-25"),
        amend(office, lead, "2023-04-28"),
    ]
    # Of a day the earlier bulletin did not look at, and of no figure in it.
    office.record(other, "start", occurred_on="2023-05-12")
    office.record(lead, "contacts", occurred_on="2023-04-22", mode="call", summary="催办")
    proved = office.get(f"/bulletins/{april}/verify").json()
    assert proved["ok"], proved["differing"]
    assert file_of(office, april) == before
    may = office.get(f"/bulletins/{publish(office, 'monthly', '2023-05-31')}").json()
    section = may["sections"][-1]
    rows = {table["key"]: table["rows"] for table in section["tables"]}
    named = {row["position"] for row in rows["changing_events"]}
    assert named == {answer["position"] for answer in late}
    told = office.get(f"/bulletins/{april}/differences").json()
    changed = {item["metric"]: (item["said"], item["now"]) for item in told["items"]}
    assert changed["projects"] == (1, 2)
    assert changed["agreed_total_wan"] == ("5000", "11000")
    assert office.get(f"/bulletins/{may['bulletin_id']}/verify").json()["ok"]


def test_a_voided_record_is_named_by_its_void(server: Server) -> None:
    office = server.client("manager")
    lead = office.register(occurred_on="2023-02-01")
    signed = sign(office, lead, "2023-02-10")
    week = publish(office, "weekly", "2023-02-15")
    event_id = signed["events"][0]["event_id"]
    void = office.record(lead, "void", event_id=event_id, ground="录错", occurred_on="2023-03-01")
    told = office.get(f"/bulletins/{week}/differences").json()
    assert [event["position"] for event in told["events"]] == [void["position"]]
    assert {item["metric"]: item["now"] for item in told["items"]}["projects"] == 0
    assert office.get(f"/bulletins/{week}/verify").json()["ok"]


def test_a_changed_rate_is_named_for_each_cohort_and_holds_up_nobody(server: Server) -> None:
    office = server.client("manager")
    old = office.register(occurred_on="2022-02-01")
    sign(office, old, "2022-02-10")
    new = office.register(title="冷链物流园项目", occurred_on="2023-02-01")
    sign(office, new, "2023-02-10")
    first = publish(office, "half_yearly", "2023-03-01")
    late = [
        office.record(lead, "start", occurred_on="2023-05-10")["position"] for lead in (old, new)
    ]
    told = office.get(f"/bulletins/{first}/differences").json()
    rates = [item for item in told["items"] if item["metric"] == "start_rate"]
    assert [(item["label"], item["now"]) for item in rates] == [
        ("开工率（当年签约）", "1.0000"),
        ("开工率（往年签约）", "1.0000"),
    ]
    assert [event["position"] for event in told["events"]] == late
    second = publish(office, "half_yearly", "2023-12-31")
    assert office.get(f"/bulletins/{second}/verify").json()["ok"]


def test_a_bulletin_is_held_against_the_one_that_looks_furthest(server: Server) -> None:
    office = server.client("manager")
    lead = office.register(occurred_on="2023-02-01")
    publish(office, "monthly", "2023-06-30")
    sign(office, lead, "2023-06-20")
    publish(office, "monthly", "2023-03-31")  # published late
    july = office.get("/bulletins/draft", kind="monthly", on="2023-07-31").json()
    said = july["sections"][-1]["paragraphs"][0]["text"]
    assert "2023年6月" in said
    assert "变化" in said
    assert "没有变化" not in said


# --- proved -------------------------------------------------------------------------------------


@pytest.fixture
def june(tmp_path: Path) -> Iterator[tuple[Settings, str]]:
    """A database in which June's bulletin of one signing was published."""
    settings = sqlite_settings(tmp_path)
    crm = build(settings)
    try:
        yield settings, _june(crm)
    finally:
        crm.close()


def _june(crm: CRM) -> str:
    registered = crm.register(REGISTERED, signed(on(6, 3)), by=SYSTEM)
    assert registered.version == 2
    of = wanted(crm, PeriodKind.MONTHLY, on(6, 3))
    return str(publish_bulletin(crm, of, by=SYSTEM).events[0][0])


def test_verifying_names_the_figures_that_an_altered_log_gives(
    june: tuple[Settings, str],
) -> None:
    """An event altered in the database, which nobody can do through the program."""
    settings, bulletin_id = june
    assert _verified(settings, UUID(bulletin_id))["ok"]
    _alter(settings, "AgreementSigned.v1", '"agreed_total_yuan":', '"agreed_total_yuan":9')
    found = _verified(settings, UUID(bulletin_id))
    assert not found["ok"]
    told = {(one["section"], one["what"].split("：")[0]) for one in found["differing"]}
    assert any(section == "总体完成情况" for section, _ in told)
    _lose(settings)  # what was published, too: then the sections that differ are named
    lost = _verified(settings, UUID(bulletin_id))
    assert (lost["ok"], lost["kept"]) == (False, False)
    assert "总体完成情况" in {one["section"] for one in lost["differing"]}


def test_a_lost_content_is_made_again_from_the_log(june: tuple[Settings, str]) -> None:
    settings, bulletin_id = june
    _lose(settings)
    found = _verified(settings, UUID(bulletin_id))
    assert (found["ok"], found["kept"]) == (True, False)


def _verified(settings: Settings, bulletin_id: UUID) -> dict[str, Any]:
    crm = build(settings)
    try:
        rebuild(crm.projector, [p.name for p in PROJECTIONS])
        return verify(crm, find(crm, bulletin_id))
    finally:
        crm.close()


def _alter(settings: Settings, topic: str, was: str, now: str) -> None:
    engine = create_engine(f"sqlite:///{settings.data_dir / 'crm.db'}")
    with engine.begin() as connection:
        query = "SELECT position, state FROM stored_events WHERE topic = :topic"
        for position, state in connection.execute(text(query), {"topic": topic}).all():
            altered = bytes(state).decode().replace(was, now).encode()
            connection.execute(
                text("UPDATE stored_events SET state = :s WHERE position = :p"),
                {"s": altered, "p": position},
            )
    engine.dispose()


def _lose(settings: Settings) -> None:
    engine = create_engine(f"sqlite:///{settings.data_dir / 'crm.db'}")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM bulletin_content"))
    engine.dispose()


# --- small words --------------------------------------------------------------------------------


def sign(office: Client, lead: str, day: str) -> dict[str, Any]:
    return office.record(lead, "signing", kind="contract", agreed_total_wan=5000, occurred_on=day)


def amend(office: Client, lead: str, day: str) -> dict[str, Any]:
    return office.record(lead, "amendment", agreed_total_wan=6000, ground="增资", occurred_on=day)


def publish(office: Client, kind: str, on: str) -> str:
    answer = office.post("/bulletins", {"kind": kind, "on": on})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["bulletin_id"])


def file_of(office: Client, bulletin_id: str) -> bytes:
    answer = office.get(f"/bulletins/{bulletin_id}", format="xlsx")
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize("period", ["2023-13", "2023-W00", "abc", "2023-05-H3"])
def test_a_period_there_is_not_is_refused(story: Server, period: str) -> None:
    answer = story.client("viewer").get("/bulletins", period=period)
    assert_problem(answer, 422, "invalid_input")


def test_stages_stand_in_their_order_in_every_answer(story: Server) -> None:
    by_stage = story.client("viewer").get("/colours", as_of="2023-11-03").json()["by_stage"]
    order = [stage.label for stage in Stage if stage.label in by_stage]
    assert list(by_stage) == order
    assert len(order) > 3


def test_the_week_over_new_year_is_of_the_year_it_is_counted_to(story: Server) -> None:
    week = story.client("viewer").get("/bulletins/draft", kind="weekly", on="2024-12-31").json()
    assert (week["period"], week["as_of"]) == ("2025-W01", "2025-01-05")
    before = story.client("viewer").get("/bulletins/draft", kind="weekly", on="2023-01-01").json()
    assert before["period"] == "2022-W52"
    assert {s["route"] for s in before["sources"] if "/targets/" in s["route"]} == {"/targets/2022"}


@pytest.mark.parametrize("day", ["2023-01-08", "2023-07-02"])
def test_nobody_has_failed_to_report_before_the_returns_are_due(story: Server, day: str) -> None:
    week = story.client("viewer").get("/bulletins/draft", kind="weekly", on=day).json()
    asked = [s["asked"] for s in week["sources"] if s["route"] == "/returns"]
    shown = story.client("viewer").get("/returns", **asked[-1]).json()
    assert shown["due_on"] < day


def test_a_ground_without_what_it_replaces_is_wrong_usage(june: tuple[Settings, str]) -> None:
    said = CliRunner().invoke(
        app, ["report", "publish", "monthly", "--on", "2023-06-30", "--ground", "更正"]
    )
    assert said.exit_code == 2
    assert "--ground" in said.output
