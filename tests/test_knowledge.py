"""An answer can be asked for again: the K a question names gives the same answer for good."""

import random
import threading
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crm.application import CRM
from crm.people import SYSTEM
from crm.settings import Settings
from crm.wiring import build
from domain.event import Recorded
from domain.lead.events import AgreementSigned, Investor, LeadRegistered
from domain.vocabulary import AgreementKind
from projections.clocks import Clocks
from projections.log_clock import instant_of
from projections.reader import clocks, position_at
from projections.rebuild import rebuild
from projections.stage_lists import stage_list
from projections.tables import log_clock
from tests.histories import random_log
from tests.tables import EVERYTHING

pytestmark = pytest.mark.storage

DAY = date(2023, 3, 1)


def register_and_sign(crm: CRM) -> None:
    registration = LeadRegistered(
        occurred_on=DAY,
        code="",
        title="项目",
        investor=Investor("企业"),
        recruiting_unit="经开区",
    )
    signing = AgreementSigned(occurred_on=DAY, kind=AgreementKind.CONTRACT, agreed_total_yuan=1)
    crm.register(registration, signing, by=SYSTEM)


def signed(crm: CRM, known_at: datetime | None) -> tuple[int, Clocks]:
    with crm.reader.asking("clock", "leads") as connection:
        when = clocks(connection, DAY, known_at)
        return stage_list(connection, "signed-not-started", when).count, when


def test_answers_given_while_others_write_stay_what_they_were(settings: Settings) -> None:
    crm = build(settings)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            register_and_sign(crm)

    writers = [threading.Thread(target=write) for _ in range(4)]
    try:
        for writer in writers:
            writer.start()
        given: list[tuple[int, Clocks]] = []
        end = time.monotonic() + 60  # a busy machine takes longer over six answers that differ
        while len({count for count, _ in given}) < 6 and time.monotonic() < end:
            given.append(signed(crm, None))
        stop.set()
        for writer in writers:
            writer.join()
        assert len({count for count, _ in given}) == 6
        for count, when in given:
            again, then = signed(crm, when.known_at)
            assert (again, then.position) == (count, when.position)
    finally:
        stop.set()
        crm.close()


def test_what_was_answered_is_seen_though_the_clock_was_set_back(settings: Settings) -> None:
    now = datetime(2024, 6, 1, 8, tzinfo=UTC)
    crm = build(settings, lambda: now)
    register_and_sign(crm)
    now -= timedelta(minutes=10)
    register_and_sign(crm)
    count, when = signed(crm, None)
    assert count == 2
    assert signed(crm, when.known_at)[0] == 2
    crm.close()


def test_the_log_time_rises_whatever_servers_clocks_say(crm: CRM) -> None:
    """Two servers' events, minutes apart both ways: K still cuts the log at one place."""
    rng = random.Random(5)
    log = random_log(rng, leads=6, steps=200)
    skewed: list[Recorded[Any]] = [
        Recorded(
            r.stream_id,
            r.version,
            r.position,
            r.event_id,
            r.recorded_at
            + timedelta(microseconds=r.position)  # each a command of its own
            + rng.choice((timedelta(0), timedelta(minutes=-3), timedelta(days=2))),
            r.recorded_by,
            r.event,
        )
        for r in log
    ]
    for recorded in skewed:
        crm.store.append([recorded])
        if rng.random() < 0.3:
            crm.projector.catch_up()
    with crm.reader.asking(*EVERYTHING) as connection:
        rows = connection.execute(log_clock.select().order_by(log_clock.c.position)).all()
    times = [row.known_at for row in rows]
    assert times == sorted(set(times))
    for row in rows[:: len(rows) // 15]:
        with crm.reader.asking(*EVERYTHING) as connection:
            assert position_at(connection, instant_of(row.known_at)) == row.position
    names = [status.name for status in crm.projector.statuses()]
    rebuild(crm.projector, names)
    with crm.reader.asking(*EVERYTHING) as connection:
        again = connection.execute(log_clock.select().order_by(log_clock.c.position)).all()
    assert [tuple(row) for row in again] == [tuple(row) for row in rows]


def test_before_anything_was_known_nothing_is(crm: CRM) -> None:
    register_and_sign(crm)
    assert signed(crm, datetime(1999, 1, 1, tzinfo=UTC))[0] == 0
