"""The doors themselves: several events at once, the log's own time, what a refusal leaves."""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crm.application import CRM
from crm.people import SYSTEM, Caller, Role
from crm.settings import Settings
from crm.wiring import build
from domain.errors import BadInput, Refused
from domain.lead.events import (
    AgreementSigned,
    ConstructionCompleted,
    ConstructionStarted,
    Investor,
    LeadRegistered,
)
from domain.target import AnnualTargetSet, target_in_force, target_stream
from domain.vocabulary import AgreementKind
from projections.reader import clocks
from projections.stage_lists import stage_list
from projections.target_tracking import target_table
from tests.tables import EVERYTHING

pytestmark = pytest.mark.storage

DAY = date(2023, 3, 1)
REGISTRATION = LeadRegistered(
    occurred_on=DAY, code="", title="项目", investor=Investor("企业"), recruiting_unit="经开区"
)
SIGNING = AgreementSigned(
    occurred_on=DAY, kind=AgreementKind.CONTRACT, agreed_total_yuan=120_000_000
)


class SetClock:
    """A clock that tests set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def test_recording_time_never_runs_backwards_even_when_the_clock_does(tmp_path: Path) -> None:
    clock = SetClock(datetime(2023, 6, 1, 8, tzinfo=UTC))
    first = build(Settings(data_dir=tmp_path), clock)
    lead = first.register(REGISTRATION, by=SYSTEM).lead_id
    clock.now -= timedelta(hours=5)
    first.record(lead, SIGNING, by=SYSTEM)
    first.close()
    clock.now -= timedelta(hours=5)  # and a restart does not forget
    second = build(Settings(data_dir=tmp_path), clock)
    second.record(lead, ConstructionStarted(occurred_on=DAY), by=SYSTEM)
    moments = [r.recorded_at for r in second.store.whole_log()]
    # A clock that stands still, or is set back, gives the next moment: K tells them apart.
    tick = timedelta(microseconds=1)
    assert moments == [datetime(2023, 6, 1, 8, tzinfo=UTC) + nth * tick for nth in range(3)]
    with second.reader.asking(*EVERYTHING) as connection:
        before = clocks(connection, DAY, moments[1])
        after = clocks(connection, DAY, moments[2])
        assert stage_list(connection, "started-not-completed", before).count == 0
        assert stage_list(connection, "started-not-completed", after).count == 1
    second.close()


def test_several_events_are_decided_in_turn_and_recorded_together_or_not_at_all(crm: CRM) -> None:
    written = crm.register(REGISTRATION, SIGNING, ConstructionStarted(occurred_on=DAY), by=SYSTEM)
    assert (written.version, written.position, len(written.events)) == (3, 3, 3)
    with pytest.raises(Refused, match="milestone_order"):
        crm.register(
            REGISTRATION,
            SIGNING,
            ConstructionStarted(occurred_on=DAY),
            ConstructionCompleted(occurred_on=DAY - timedelta(days=1)),
            by=SYSTEM,
        )
    assert crm.store.head() == 3
    again = crm.register(REGISTRATION, by=SYSTEM)
    assert again.code == "ZS2023-0002"  # the refused one left no gap


def test_business_days_are_shanghais(tmp_path: Path) -> None:
    clock = SetClock(datetime(2023, 5, 31, 16, 30, tzinfo=UTC))  # 00:30 on 1 June there
    crm = build(Settings(data_dir=tmp_path), clock)
    assert crm.today() == date(2023, 6, 1)
    lead = crm.register(REGISTRATION, by=SYSTEM).lead_id
    today = AgreementSigned(
        occurred_on=date(2023, 6, 1), kind=AgreementKind.CONTRACT, agreed_total_yuan=1
    )
    clock.now -= timedelta(hours=1)  # 23:30 on 31 May: 1 June is the future
    with pytest.raises(BadInput):
        crm.record(lead, today, by=SYSTEM)
    clock.now += timedelta(hours=1)
    crm.record(lead, today, by=SYSTEM)
    crm.close()


def test_codes_go_on_past_9999(crm: CRM) -> None:
    crm._writer._numbers._next["ZS", 2023] = 9999
    codes = [crm.register(REGISTRATION, by=SYSTEM).code for _ in range(3)]
    assert codes == ["ZS2023-9999", "ZS2023-10000", "ZS2023-10001"]


def test_settings_name_a_database(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "county.db"
    crm = build(Settings(database_url=f"sqlite:///{file}"))
    crm.close()
    assert file.exists()
    with pytest.raises(ValueError, match="sqlite"):
        build(Settings(database_url="mysql://nowhere"))


def test_the_target_in_force_is_the_same_from_its_events_and_from_its_table(crm: CRM) -> None:
    rng = random.Random(5)
    admin = Caller("管理员", Role.ADMIN)
    for projects in range(1, 25):
        day = date(2023, rng.randint(1, 12), rng.randint(1, 9))
        crm.set_target(AnnualTargetSet(occurred_on=day, year=2023, projects=projects), by=admin)
    history = crm.store.stream(target_stream(2023))
    for _ in range(60):
        day = date(2022, 12, 1) + timedelta(days=rng.randint(0, 450))
        known = rng.randint(0, 24)
        in_force = target_in_force(history[:known], day)
        with crm.reader.asking(*EVERYTHING) as connection:
            table = target_table(connection, 2023, clocks(connection, day, crm.clock(), known))
        shown = table.metrics["projects"].target
        assert shown == (in_force.projects if in_force else None), (day, known)
