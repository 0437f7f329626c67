"""Do lists and targets go by the rules of their day, as known at their moment? Over HTTP too."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Date, bindparam, select

from crm.application import CRM
from crm.explaining import explain
from crm.people import Caller, Role
from crm.wiring import build
from domain.calendar import add_months
from domain.event import Recorded
from domain.lead import events as e
from domain.lead.accounts import METRICS
from domain.money import wan_text
from domain.rulebook import RULES
from domain.rules import RULES_STREAM, RulesRevised
from domain.vocabulary import AgreementKind, RecognitionScope
from domain.vocabulary import RecognitionDecision as Decision
from projections.chain_sheet import chain_sheet
from projections.indicators import Window, year_shares
from projections.month_terms import months_later
from projections.reader import clocks
from projections.rule_rows import rules_in_force
from projections.scoring import text_of
from projections.stage_lists import STAGE_LISTS, ListFilter, stage_list
from projections.structure import structure
from projections.target_tracking import target_table
from tests.adding_up import assert_adds_up
from tests.databases import sqlite_settings
from tests.histories import random_log
from tests.naive import naive_facts, naive_target
from tests.read_tables import compare_target
from tests.serving import CrmProcess, Server
from tests.tables import EVERYTHING
from tests.told_rules import ADMIN, naive_value, random_revisions, revised

# --- the questions --------------------------------------------------------------------------------


def test_months_in_a_query_are_those_of_the_calendar(crm: CRM) -> None:
    day = bindparam("day", type_=Date)
    with crm.reader.asking(*EVERYTHING) as connection:
        for nth in range(0, 1500, 7):
            start = date(2023, 1, 25) + timedelta(days=nth)
            for months in (1, 6, 13, 18):
                found = connection.execute(select(months_later(day, months)), {"day": start})
                assert found.scalar_one() == add_months(start, months)
        assert connection.execute(select(months_later(day, 1)), {"day": None}).scalar_one() is None


def naive_due(facts: Any, list_name: str, rules: dict[str, int]) -> date:
    """As agreed last, else so many months after the lead entered the list."""
    framed_on = facts.first(e.AgreementSigned, e.AgreementUpgraded, e.LeadSplitFrom)
    named, since, months = {
        "framework": ("", framed_on, "framework_conversion"),
        "signed-not-started": ("start_due", facts.signed_on, "start_within"),
        "started-not-completed": ("completion_due", facts.started_on, "completion_within"),
        "completed-not-producing": ("production_due", facts.completed_on, "production_within"),
    }[list_name]
    agreed = None
    for event in facts.events if named else ():
        if isinstance(event, e.AgreementSigned | e.LeadSplitFrom):
            agreed = getattr(event, named)
        elif isinstance(event, e.AgreementAmended):
            agreed = getattr(event, named) or agreed
    if agreed is not None:
        return agreed
    whole = since.year * 12 + since.month - 1 + rules[f"{months}_months"]
    for day in (since.day, 30, 29, 28):
        try:
            return date(whole // 12, whole % 12 + 1, day)
        except ValueError:
            continue
    raise AssertionError


@pytest.mark.parametrize("seed", range(2))
def test_lists_and_targets_go_by_the_rules_of_their_two_clocks(crm: CRM, seed: int) -> None:
    rng = random.Random(seed)
    leads: list[Recorded[Any]] = list(random_log(rng, leads=14, steps=450))
    log: list[Recorded[Any]] = []
    revisions = 0
    for recorded in leads:
        if rng.random() < 0.05:
            revisions += 1
            [event] = random_revisions(rng, 1)
            log.append(
                Recorded(RULES_STREAM, revisions, len(log) + 1, UUID(int=9000 + revisions),
                         recorded.recorded_at, "管理员", event)
            )  # fmt: skip
        log.append(replace(recorded, position=len(log) + 1))
    crm.store.append(log)
    history = [r for r in log if isinstance(r.event, RulesRevised)]
    assert revisions > 3
    seen = 0
    for _ in range(25):
        day = date(2022, 3, 1) + timedelta(days=rng.randrange(1000))
        known = rng.choice((len(log), rng.randint(1, len(log))))
        months = {n: naive_value(history, n, day, known) for n in RULES if n.endswith("_months")}
        facts = naive_facts(log, day, known)
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, crm.clock(), known)
            for name, entry in STAGE_LISTS.items():
                items = stage_list(connection, name, when).items
                if entry.months is None:
                    assert all(item.due_on is None for item in items)
                    continue
                seen += len(items)
                for item in items:
                    due = naive_due(facts[item.lead_id], name, months)
                    assert item.due_on == due
                    assert item.overdue_days == max(0, (day - due).days)
                order = [(-i.overdue_days, -(i.agreed_yuan or 0), i.code) for i in items]
                assert order == sorted(order)
                late = stage_list(connection, name, when, ListFilter(overdue=True)).items
                assert late == [item for item in items if item.overdue_days > 0]
                assert paged(connection, name, when) == items
            table = target_table(connection, day.year, when)
        threshold = naive_value(history, "big_project_yuan", day, known)
        big = naive_target(log, day.year, day, known, big_yuan=threshold)["big_projects"]
        assert table.metrics["big_projects"].actual == big
    assert seen > 50


def paged(connection: Any, name: str, when: Any) -> list[Any]:
    items: list[Any] = []
    after = None
    while True:
        page = stage_list(connection, name, when, limit=2, after=after)
        items += page.items
        if (after := page.last) is None:
            return items


class SetClock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def test_a_rule_changed_today_changes_todays_list_and_no_earlier_question(settings: Any) -> None:
    clock = SetClock(datetime(2023, 8, 1, 2, tzinfo=UTC))
    crm = build(settings, clock)
    manager = Caller("招商中心", Role.MANAGER)
    lead = crm.register(
        e.LeadRegistered(
            occurred_on=date(2023, 1, 5), code="", title="项目",
            investor=e.Investor("企业"), recruiting_unit="经开区",
        ),
        e.AgreementSigned(
            occurred_on=date(2023, 1, 31), kind=AgreementKind.CONTRACT, agreed_total_yuan=10**8
        ),
        by=manager,
    ).lead_id  # fmt: skip
    generations = {g.name: g.number for g in crm.projector.generations.live()}
    before, day = clock.now, date(2023, 8, 1)

    def due(as_of: date, known_at: datetime | None = None) -> date | None:
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, as_of, known_at)
            [item] = stage_list(connection, "signed-not-started", when).items
            assert item.lead_id == lead
            return item.due_on

    assert due(day) == date(2023, 7, 31)
    clock.now += timedelta(hours=1)
    crm.revise_rules(revised(day, day, start_within_months=1), by=ADMIN)
    crm.revise_rules(revised(date(2024, 1, 1), day, start_within_months=13), by=ADMIN)
    assert due(day) == date(2023, 2, 28)
    assert due(day - timedelta(days=1)) == date(2023, 7, 31)  # an earlier D
    assert due(day, before) == date(2023, 7, 31)  # an earlier K
    assert due(date(2023, 12, 31)) == date(2023, 2, 28)
    assert due(date(2024, 1, 1)) == date(2024, 2, 29)  # entered ahead
    assert {g.name: g.number for g in crm.projector.generations.live()} == generations
    crm.close()


def with_recognitions(rng: random.Random, log: Sequence[Recorded[Any]]) -> list[Recorded[Any]]:
    """Most signings recognised some time later, a few of them not for long."""
    woven, last = list(log), log[-1]
    versions = {r.stream_id: r.version for r in log}
    for lead_id, facts in naive_facts(log, date(2024, 12, 31), len(log)).items():
        if facts.signed_on is None or rng.random() < 0.3:
            continue
        day = facts.signed_on
        for decision in (Decision.GRANTED, Decision.REVOKED)[: rng.choice((1, 1, 1, 2))]:
            day += timedelta(days=rng.randint(0, 90))
            versions[lead_id] += 1
            event = e.RecognitionDecided(
                occurred_on=day, scope=RecognitionScope.SIGNING, decision=decision, ground="复核"
            )
            place = versions[lead_id], len(woven) + 1, UUID(int=7000 + len(woven))
            woven.append(Recorded(lead_id, *place, last.recorded_at, "招商中心", event))
    return woven


@pytest.mark.parametrize("seed", range(2))
def test_where_recognition_counts_every_figure_is_of_recognised_signings(
    crm: CRM, seed: int
) -> None:
    rng = random.Random(40 + seed)
    log = with_recognitions(rng, random_log(rng, leads=45, steps=1800))
    crm.store.append(log)
    crm.revise_rules(revised(date(2020, 1, 1), count_basis="recognised"), by=ADMIN)
    known, counted = len(log) + 1, 0
    for year, day in [(y, date(y, m, 28)) for y in (2022, 2023, 2024) for m in (3, 8, 12)]:
        compare_target(crm, log, year, day, known, recognised_only=True)
        compare_target(crm, log, year, day, known - 1)  # before the rule was known
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, day, crm.clock())
            rules = rules_in_force(connection, when)
            table = target_table(connection, year, when)
            for metric in METRICS:
                assert_adds_up(
                    metric, list(explain(crm.store, connection, metric, year, when)), table
                )
            projects = table.metrics["projects"].actual
            total = chain_sheet(connection, year, when).total
            shares = year_shares(connection, year, when, rules)
            assert projects == total.signed == sum(share.projects for share in shares)
            assert projects == structure(connection, year, when).projects
            amount = table.metrics["agreed_total_wan"].actual
            assert amount == wan_text(total.year_yuan) == wan_text(sum(s.yuan for s in shares))
            months = [figures["agreed_total_wan"] for figures in table.by_month.values()]
            assert sum(Decimal(str(month)) for month in months) == Decimal(str(amount))
        counted += int(str(projects))
    assert counted


def test_time_progress_by_days(crm: CRM) -> None:
    crm.revise_rules(revised(date(2023, 1, 1), time_progress="day"), by=ADMIN)
    with crm.reader.asking(*EVERYTHING) as connection:
        for day, year, text in (
            (date(2023, 6, 30), 2023, "0.4959"),  # 181 / 365
            (date(2024, 2, 29), 2024, "0.1639"),  # 60 / 366
            (date(2024, 12, 31), 2023, "1.0000"),
            (date(2023, 12, 31), 2024, "0.0000"),
            (date(2022, 6, 30), 2022, "0.5000"),  # before the revision holds
        ):
            when = clocks(connection, day, crm.clock())
            assert target_table(connection, year, when).time_progress == text
            if day.year == year:
                window = Window(date(year, 1, 1), day, rules_in_force(connection, when))
                assert text_of(window.progress, 4) == text


# --- over HTTP ------------------------------------------------------------------------------------


def test_rules_over_http(server: Server) -> None:
    admin, manager = server.client("admin"), server.client("manager")
    today = server.crm.today().isoformat()
    body = {
        "changes": {"start_within_months": 9, "big_project_wan": 30000},
        "effective_from": today,
        "ground": "县政府办通知",
    }
    assert manager.put("/settings/rules", body).json()["code"] == "role_not_allowed"
    assert admin.get("/settings/rules").headers["ETag"] == '"0"'
    answer = admin.put("/settings/rules", body)
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')

    shown = manager.get("/settings/rules").json()
    rules = {item["name"]: item for item in shown["items"]}
    assert len(rules) == len(RULES)
    assert shown["as_of"] == today
    changed = rules["start_within_months"]
    assert (changed["value"], changed["default"], changed["unit"]) == (9, 6, "个月")
    assert (changed["lowest"], changed["highest"]) == (1, 120)
    assert changed["effective_from"] == today
    [event] = answer.json()["events"]
    [recorded] = server.crm.rule_revisions()
    assert (changed["set_by"], changed["recorded_by"]) == (event["event_id"], recorded.recorded_by)
    big = rules["big_project_wan"]
    assert (big["value"], big["default"], big["unit"]) == ("30000", "50000", "万元")
    assert rules["towns_by_host"]["value"] is True
    assert rules["count_basis"]["options"] == {"signed": "签约即计", "recognised": "认定后计"}
    assert rules["idle_days"]["set_by"] is None
    earlier = manager.get("/settings/rules", as_of="2023-12-31").json()["items"]
    assert all(item["value"] == item["default"] for item in earlier)

    admin.put("/settings/rules", {**body, "changes": {"count_basis": "recognised"}})
    history = manager.get("/settings/rules/history", limit=1).json()
    [item] = history["items"]
    assert (item["label"], item["event_id"]) == ("规则调整", changed["set_by"])
    assert item["data"]["ground"] == "县政府办通知"
    assert item["data"]["changes"] == {"start_within_months": 9, "big_project_wan": "30000"}
    rest = manager.get("/settings/rules/history", cursor=history["next_cursor"]).json()
    assert [i["data"]["changes"] for i in rest["items"]] == [{"count_basis": "recognised"}]
    assert rest["next_cursor"] is None
    assert manager.get("/settings/rules/history", as_of="2023-12-31").json()["count"] == 0

    for wrong, field in (
        ({**body, "changes": {}}, "changes"),
        ({**body, "changes": {"start_within_months": 0}}, "changes.start_within_months"),
        ({**body, "changes": {"start_within_months": 1.5}}, "changes.start_within_months"),
        ({**body, "changes": {"no_such_rule": 1}}, "changes.no_such_rule"),
        ({**body, "effective_from": "2024-13-01"}, "effective_from"),
        ({**body, "ground": ""}, "ground"),
        ({**body, "occurred_on": "2999-01-01"}, "occurred_on"),
        ({"changes": {"start_within_months": 1}}, "ground"),
    ):
        refusal = admin.put("/settings/rules", wrong)
        assert refusal.status_code == 422, wrong
        assert refusal.json()["errors"][0]["field"] == field
    both = {**body, "changes": {"yellow_gap_points": 50}}
    refusal = admin.put("/settings/rules", both)
    assert (refusal.status_code, refusal.json()["code"]) == (409, "rules_contradict")
    assert len(server.crm.rule_revisions()) == 2


def test_a_changed_deadline_over_http(server: Server) -> None:
    admin, office = server.client("admin"), server.client("manager")
    lead = office.register()
    office.record(lead, "signing", kind="contract", agreed_total_wan=1, occurred_on="2023-01-31")
    known_before = office.get("/lists/exited").json()["known_at"]
    body = {"changes": {"start_within_months": 1}, "effective_from": "2023-07-01", "ground": "纪要"}
    assert admin.put("/settings/rules", body).status_code == 201

    def due(**asked: str) -> str:
        shown = office.get("/lists/signed-not-started", **asked).json()
        return str(shown["items"][0]["due_on"])

    assert due(as_of="2023-06-30") == "2023-07-31"
    assert due(as_of="2023-07-01") == "2023-02-28"
    assert due(as_of="2023-07-01", known_at=known_before) == "2023-07-31"


def test_months_that_close_early_and_a_notice_entered_over_http(server: Server) -> None:
    viewer, admin = server.client("viewer"), server.client("admin")
    assert viewer.get("/periods", kind="monthly", on="2023-06-26").json()["key"] == "2023-06"
    later = viewer.get("/calendar", year=2027).json()
    assert "尚未公布" in later["note"]
    assert sum(month["workdays"] for month in later["months"]) == later["workdays"] == 261
    changes = {
        "month_ends_on": 25,
        "extra_holidays": ["2027-01-01"],
        "extra_workdays": ["2027-01-03"],
        "holidays_verified_year": 2027,
    }
    body = {"changes": changes, "effective_from": "2023-01-01", "ground": "统计局"}
    assert admin.put("/settings/rules", body).status_code == 201

    found = viewer.get("/periods", kind="monthly", on="2023-06-26").json()
    assert (found["key"], found["start"], found["end"]) == ("2023-07", "2023-06-26", "2023-07-25")
    assert (found["previous"]["key"], found["following"]["key"]) == ("2023-06", "2023-08")
    assert found["same_period_last_year"]["key"] == "2022-07"
    quarter = viewer.get("/periods", kind="quarterly", on="2023-06-26").json()
    assert (quarter["label"], quarter["workdays"]) == ("2023年第2季度", 62)  # 20 + 21 + 21
    ranked = viewer.get("/rankings", period="2023-07", group="towns").json()
    assert ranked["counted_until"] == "2023-07-25"
    later = viewer.get("/calendar", year=2027).json()
    assert (later["published"], later["note"], later["workdays"]) == (True, None, 261)
    assert "2027-01-01" in later["holidays"]
    assert later["make_up_workdays"] == ["2027-01-03"]
    for path, asked in (
        ("/periods", {}),
        ("/periods", {"kind": "weekly", "on": "2023-02-30"}),
        ("/calendar", {"year": 1066}),
    ):
        assert viewer.get(path, **asked).status_code == 422


def test_chains_and_structure_go_by_the_rules_of_their_day(server: Server) -> None:
    admin, office = server.client("admin"), server.client("manager")
    lead = office.register(chain="新材料", occurred_on="2023-01-05")
    office.record(lead, "signing", kind="contract", agreed_total_wan=900, occurred_on="2023-02-01")
    changes = {"planned_per_chain": 12, "band_one_wan": 500}
    body = {"changes": changes, "effective_from": "2023-07-01", "ground": "纪要"}
    assert admin.put("/settings/rules", body).status_code == 201
    for day, planned, band in (("2023-06-30", 10, "<0.5"), ("2023-07-01", 12, "0.05-1")):
        chain = office.get("/chains/新材料", year=2023, as_of=day).json()
        assert (chain["planned_target"], chain["signed"]) == (planned, 1)
        for shown in (chain, office.get("/structure", year=2023, as_of=day).json()):
            sizes = {part["key"]: part["projects"] for part in shown["by_size"]}
            assert sizes[band] == 1


def test_rules_on_the_command_line(tmp_path: Path) -> None:
    build(sqlite_settings(tmp_path)).close()  # a question begins no database
    crm = CrmProcess(sqlite_settings(tmp_path))
    shown = json.loads(crm.command("rules", "--format", "json", "--as-of", "2023-06-30"))
    assert len(shown["items"]) == len(RULES)
    table = crm.command("rules", "--as-of", "2023-06-30")
    assert "2023-06-30" in table
    assert any("签约后开工期限" in line and "默认" in line for line in table.splitlines())
