"""录入明细 and 补录明细: every write by whom and when, against a naive twin and over HTTP."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crm.application import CRM
from crm.campaigns import hold_campaign, void_campaign_entry
from crm.chains import describe_chain, void_chain_entry
from crm.people import SYSTEM, Role
from crm.settings import Settings
from crm.units import place_unit, void_unit_entry
from crm.wiring import build
from domain.calendar import SHANGHAI, business_day
from domain.campaign import CampaignHeld, CampaignVoided
from domain.chain.events import ChainDescribed, ChainEntryVoided
from domain.event_names import EVENT_NAMES, NAME_OF
from domain.lead import events as e
from domain.subjects import Subject, subject_of
from domain.unit.events import UnitEntryVoided, UnitGrouped
from domain.vocabulary import CampaignKind, UnitGroup
from projections.reader import clocks
from projections.writes import Wanted, Write, writes
from tests.histories import random_log
from tests.naive_anomalies import varied
from tests.read_tables import fill
from tests.serving import Client, Server, assert_problem, run_crm
from tests.tables import EVERYTHING
from tests.told_rules import ADMIN, revised

LAST_DAY = date(2199, 12, 31)


def asked(crm: CRM, wanted: Wanted, day: date = LAST_DAY, position: int | None = None) -> Any:
    with crm.reader.asking(*EVERYTHING) as connection:
        return writes(connection, clocks(connection, day, crm.clock(), position), wanted)


def shown(found: list[Write]) -> list[Any]:
    return [
        (w.position, w.subject, w.type, w.occurred_on, w.recorded_at, w.recorded_by, w.delay_days,
         w.void.event_id if w.void else None, w.recorded_with)
        for w in found
    ]  # fmt: skip


def naive(log: Any, wanted: Wanted, day: date, position: int) -> list[Any]:
    """Read off the log, one event after the other."""
    known = [r for r in log if r.position <= position]
    gone: dict[Any, Any] = {}
    for nth, r in enumerate(known):
        before = [o for o in known[:nth] if o.stream_id == r.stream_id]
        if isinstance(r.event, e.EventVoided | ChainEntryVoided | UnitEntryVoided):
            target = next((o for o in before if o.event_id == r.event.event_id), None)
            whole = target is not None and isinstance(target.event, e.LeadRegistered)
            for other in before if whole else [target]:
                if other is not None:
                    gone.setdefault(other.event_id, r.event_id)
        elif isinstance(r.event, CampaignVoided):
            gone.setdefault(before[-1].event_id, r.event_id)
    found = [
        (r.position, subject_of(r.event), NAME_OF[type(r.event)].name, r.event.occurred_on,
         r.recorded_at, r.recorded_by, (business_day(r.recorded_at) - r.event.occurred_on).days,
         gone.get(r.event_id), r.recorded_with)
        for r in reversed(known)
        if r.event.occurred_on <= day
        and wanted.by in (None, r.recorded_by)
        and wanted.key in (None, r.recorded_with)
        and (wanted.first is None or r.recorded_at >= wanted.first)
        and (wanted.last is None or r.recorded_at <= wanted.last)
        and wanted.subject in (None, subject_of(r.event))
    ]  # fmt: skip
    return [one for one in found if wanted.late is None or one[6] > wanted.late]


@pytest.mark.parametrize("seed", range(3))
def test_writes_equal_the_naive_twin(sqlite: CRM, seed: int) -> None:
    rng = random.Random(seed)
    log = [
        replace(r, recorded_with=rng.choice((None, "k1", "k2")))
        for r in varied(random_log(rng, leads=6, steps=250), rng)
    ]
    fill(sqlite, log, rng)
    moments = [r.recorded_at for r in log]
    for _ in range(25):
        first, last = sorted(rng.sample(moments, 2))
        wanted = Wanted(
            rng.choice((None, "甲", "乙", "无此人")),
            rng.choice((None, None, "k1", "无此令牌")),
            rng.choice((None, first)),
            rng.choice((None, last)),
            rng.choice((None, None, Subject.LEAD, Subject.RULES)),
            rng.choice((None, 0, 30)),
        )
        day = rng.choice((LAST_DAY, business_day(rng.choice(moments))))
        position = rng.randint(0, log[-1].position)
        found = asked(sqlite, wanted, day, position)
        assert shown(found.items) == naive(log, wanted, day, position)
        assert found.count == len(found.items)
        assert sum(person.entries for person in found.writers) == found.count


def test_the_sample_log_is_told_whole(sample_county: Settings) -> None:
    crm = build(sample_county)
    try:
        taken_back(crm)
        log = list(crm.store.whole_log())
        found = asked(crm, Wanted())
        assert shown(found.items) == naive(log, Wanted(), LAST_DAY, log[-1].position)
        assert {w.type for w in found.items if w.void} >= {
            "CampaignHeld", "ChainDescribed", "UnitGrouped",
        }  # fmt: skip
        told = {write.subject: write for write in found.items}
        assert set(told) >= set(Subject) - {Subject.OTHER, Subject.BULLETIN}
        assert (told[Subject.RULES].subject_name, told[Subject.RULES].lead_id) == (None, None)
        problem = told[Subject.PROBLEM]
        assert (problem.subject_name or "").startswith("WT")
        assert (problem.code or "").startswith("ZS")
        assert all(w.code == w.subject_name for w in found.items if w.subject is Subject.LEAD)
        assert all(w.subject_name for w in found.items if w.subject is not Subject.RULES)
    finally:
        crm.close()


def taken_back(crm: CRM) -> None:
    """An entry of each kind that is voided in its own way, and its void; a campaign twice."""
    day, ground = crm.today(), "录错"
    crm.revise_rules(revised(day, day, start_within_months=7), by=ADMIN)
    held = CampaignHeld(
        occurred_on=day, name="录错的活动", kind=CampaignKind.FESTIVAL, unit="经开区", from_on=day
    )
    for _ in range(2):
        campaign = hold_campaign(crm, held, by=SYSTEM).lead_id
        void_campaign_entry(
            crm, campaign, CampaignVoided(occurred_on=day, ground=ground), by=SYSTEM
        )
    described = describe_chain(
        crm, ChainDescribed(occurred_on=day, chain="新材料", chief="某某"), by=SYSTEM
    )
    [(event_id, _)] = described.events
    void_chain_entry(
        crm, ChainEntryVoided(occurred_on=day, chain="新材料", event_id=event_id, ground=ground),
        by=SYSTEM,
    )  # fmt: skip
    placed = place_unit(
        crm, UnitGrouped(occurred_on=day, unit="发改局", group=UnitGroup.ZONES), by=ADMIN
    )
    [(event_id, _)] = placed.events
    void_unit_entry(
        crm, UnitEntryVoided(occurred_on=day, unit="发改局", event_id=event_id, ground=ground),
        by=SYSTEM,
    )  # fmt: skip


def test_every_event_is_on_something() -> None:
    """What a new kind of stream is of must be said in `domain.subjects`."""
    for entry in EVENT_NAMES:
        kinds = [s for k, s in _kinds() if issubclass(entry.event, k)]
        assert len(kinds) == 1, entry.name


def _kinds() -> Any:
    from domain import subjects

    return subjects._OF


def test_a_person_s_writes_of_a_window(office: Client, shared_server: Server) -> None:
    other = shared_server.client("manager")
    begun = datetime.now(UTC)
    lead = office.register(title="某人录入")
    name = office.get(f"/leads/{lead}/history").json()["items"][0]["recorded_by"]
    office.record(lead, "contacts", mode="call", summary="电话", occurred_on="2023-02-02")
    other.record(lead, "contacts", mode="call", summary="电话", occurred_on="2023-02-03")
    raised = office.post("/problems", {"lead_id": lead, "class": "land", "text": "用地"})
    assert raised.status_code == 201, raised.text
    ended = datetime.now(UTC)
    asked_of: dict[str, Any] = {"by": name, "from": begun.isoformat()}
    told = office.get("/audit/writes", **asked_of).json()
    assert [item["label"] for item in told["items"]] == ["提出问题", "接洽", "线索登记"]
    assert [item["subject_label"] for item in told["items"]] == ["问题", "项目", "项目"]
    assert {item["title"] for item in told["items"]} == {"某人录入"}
    assert {item["lead_id"] for item in told["items"]} == {lead}
    assert (told["count"], told["next_cursor"]) == (3, None)
    late = told["items"][1]
    today = datetime.now(SHANGHAI).date()
    assert late["delay_days"] == (today - date(2023, 2, 2)).days
    assert 0.6 < late["delay_workdays"] / late["delay_days"] < 0.72
    assert told["items"][0]["delay_workdays"] == 0
    assert told["by_person"] == [
        {"name": name, "entries": 3, "longest_days": (today - date(2023, 1, 5)).days}
    ]
    everyone = office.get("/audit/writes", **{"from": begun.isoformat()}).json()
    assert everyone["count"] == 4
    assert office.get("/audit/writes", **asked_of, subject="problem").json()["count"] == 1
    assert office.get("/audit/writes", **asked_of, as_of="2023-01-31").json()["count"] == 1
    assert office.get("/audit/writes", by=name, to="2023-01-01").json()["count"] == 0
    day = today.isoformat()
    assert office.get("/audit/writes", **{"by": name, "from": day, "to": day}).json()["count"] >= 3
    assert office.get("/audit/writes", by=name, known_at=begun.isoformat()).json()["count"] == 0
    after = (ended + timedelta(seconds=1)).isoformat()
    assert office.get("/audit/writes", **{"by": name, "from": after}).json()["count"] == 0
    pages = office.pages("/audit/writes", **asked_of, limit=2)
    assert [item for page in pages for item in page["items"]] == told["items"]
    assert [page["count"] for page in pages] == [3, 3]
    rows = office.csv("/audit/writes", **asked_of)
    assert [row["录入人"] for row in rows] == [name] * 3
    assert len(office.sheet("/audit/writes", **asked_of)) == 4


def test_late_entries_of_the_whole_log_with_their_delay(office: Client) -> None:
    begun = datetime.now(UTC).isoformat()
    lead = office.register(title="补录")
    signed = office.record(
        lead, "signing", kind="contract", agreed_total_wan=1000, occurred_on="2023-02-01"
    )
    office.record(lead, "site-checks", found="idle")  # of today
    [signing] = signed["events"]
    void = office.record(lead, "void", event_id=signing["event_id"], ground="录错")
    told = office.get("/audit/late", **{"from": begun}).json()
    assert [item["label"] for item in told["items"]] == ["签约", "线索登记"]
    gone = told["items"][0]
    assert (gone["voided"], gone["voided_by"]) == (True, void["events"][0]["event_id"])
    assert gone["voided_by_name"] == gone["recorded_by"]
    longest = told["by_person"][0]["longest_days"]
    assert longest == told["items"][1]["delay_days"]
    few = office.get("/audit/late", **{"from": begun}, days=longest - 1).json()
    assert [item["label"] for item in few["items"]] == ["线索登记"]
    assert office.get("/audit/late", **{"from": begun}, days=longest).json()["items"] == []
    since: dict[str, Any] = {"from": begun}
    pages = office.pages("/audit/late", **since, limit=1)
    assert [item for page in pages for item in page["items"]] == told["items"]
    assert office.csv("/audit/late", **{"from": begun})[0]["已作废"] == "是"


@pytest.mark.parametrize("path", ["/audit/writes", "/audit/late"])
def test_what_cannot_be_asked_is_refused(shared_server: Server, path: str) -> None:
    office = shared_server.client("auditor")
    for query, field in (
        ({"from": "昨天"}, "from"),
        ({"to": "2023-06-30T18:00:00"}, "to"),
        ({"from": "2023-06-30", "to": "2023-06-29"}, "to"),
        ({"subject": "nothing"}, "subject"),
        ({"cursor": "x"}, "cursor"),
        ({"limit": 0}, "limit"),
    ):
        told = assert_problem(office.get(path, **query), 422, "invalid_input")
        assert [error["field"] for error in told["errors"]] == [field]
    assert office.get(path, **{"from": "2023-06-30", "to": "2023-06-30"}).status_code == 200
    for role in ("viewer", "recorder"):
        client = shared_server.client(role, "经开区")
        assert_problem(client.get(path), 403, "role_not_allowed")


def test_commands_tell_the_same(sample_county: Settings) -> None:
    folder = sample_county.data_dir
    told = run_crm(folder, "audit", "writes", "--from", "2023-06-01", "--format", "csv")
    assert told.returncode == 0, told.stderr
    whole = len(told.stdout.splitlines())
    late = run_crm(
        folder, "audit", "late", "--from", "2023-06-01", "--days", "30", "--format", "csv"
    )
    assert 1 < len(late.stdout.splitlines()) <= whole
    assert "补录明细" in run_crm(folder, "audit", "late", "--days", "365").stdout
    nobody = run_crm(folder, "audit", "writes", "--by", "无此人", "--subject", "problem")
    assert (nobody.returncode, "没有符合条件的内容" in nobody.stdout) == (0, True)
    wrong = run_crm(folder, "audit", "writes", "--from", "x")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1), wrong.stderr


def test_writes_by_one_token_of_several(server: Server) -> None:
    access = server.crm.access
    one, other = (access.token("接口", Role.MANAGER, None, "crm") for _ in range(2))
    server.showing(one.secret).register(title="甲厂")
    server.showing(other.secret).register(title="乙厂")
    auditor = server.client("auditor")
    told = auditor.get("/audit/writes", key=one.key_id).json()
    assert [(item["title"], item["recorded_with"]) for item in told["items"]] == [
        ("甲厂", one.key_id)
    ]
    assert auditor.get("/audit/writes", by="接口").json()["count"] == 2
