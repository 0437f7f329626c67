"""Do positions become visible in order in PostgreSQL, so that a follower skips nothing?"""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from crm.database import open_database
from crm.store.event_store import EventStore
from crm.store.postgres_log import PostgresLog
from domain.event import Recorded
from domain.lead.events import ContactLogged
from domain.vocabulary import ContactMode
from tests.databases import Postgres, postgres_settings

pytestmark = pytest.mark.storage

WRITERS, SECONDS = 8, 2.0


@pytest.fixture
def logs(postgres_server: Postgres, tmp_path: Path) -> Iterator[Callable[[], PostgresLog]]:
    """Programs on one database, each with connections of its own."""
    settings = postgres_settings(postgres_server, tmp_path)
    databases = []

    def another() -> PostgresLog:
        databases.append(open_database(settings))
        log = databases[-1].log
        assert isinstance(log, PostgresLog)
        return log

    yield another
    for database in databases:
        database.close()


def event(stream_id: UUID, version: int) -> Recorded[Any]:
    contact = ContactLogged(occurred_on=date(2023, 5, 1), mode=ContactMode.CALL, summary="电话")
    return Recorded(stream_id, version, 0, uuid4(), datetime.now(UTC), "test", contact)


def unguarded(log: PostgresLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the guard out: writers no longer wait for each other."""
    monkeypatch.setattr(log, "_only_writer", lambda cursor: None)


def follow_while_writing(logs: Callable[[], PostgresLog], writers: list[PostgresLog]) -> int:
    """How many events a follower that polls has skipped when the writers are done."""
    stop = time.monotonic() + SECONDS

    def write(log: PostgresLog) -> None:
        store = EventStore(log)
        while time.monotonic() < stop:
            stream_id = uuid4()
            store.append([event(stream_id, version) for version in range(1, 6)])

    threads = [threading.Thread(target=write, args=(log,)) for log in writers]
    for thread in threads:
        thread.start()
    follower, seen, after = EventStore(logs()), 0, 0
    while any(thread.is_alive() for thread in threads):
        for recorded in follower.log(after, 500):
            seen, after = seen + 1, recorded.position
    seen += sum(1 for _ in follower.whole_log(after))
    everything = sum(1 for _ in follower.whole_log())
    assert everything > 500
    return everything - seen


def test_a_follower_beside_eight_writers_skips_nothing(logs: Callable[[], PostgresLog]) -> None:
    assert follow_while_writing(logs, [logs() for _ in range(WRITERS)]) == 0


def test_without_the_guard_it_would(
    logs: Callable[[], PostgresLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail: events are skipped as soon as writers do not wait."""
    writers = [logs() for _ in range(WRITERS)]
    for log in writers:
        unguarded(log, monkeypatch)
    for _ in range(5):
        if follow_while_writing(logs, writers) > 0:
            return
    pytest.fail("nothing was skipped without the guard: what is it for?")


@pytest.mark.parametrize("guarded", [True, False])
def test_a_later_position_waits_for_an_earlier_one(
    logs: Callable[[], PostgresLog], monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Position 1 is held back before its commit; 2 must not be seen before it."""
    first, second, follower = logs(), logs(), EventStore(logs())
    if not guarded:
        unguarded(first, monkeypatch)
        unguarded(second, monkeypatch)
    given, go_on = threading.Event(), threading.Event()
    answer = first._answer

    def hold_back(*args: Any) -> None:
        given.set()  # its position is given, its transaction open
        go_on.wait(10)
        answer(*args)

    monkeypatch.setattr(first, "_answer", hold_back)
    early = threading.Thread(target=lambda: EventStore(first).append([event(uuid4(), 1)]))
    early.start()
    given.wait(10)
    late = threading.Thread(target=lambda: EventStore(second).append([event(uuid4(), 1)]))
    late.start()
    late.join(0.5)
    seen = [recorded.position for recorded in follower.log()]
    go_on.set()
    early.join()
    late.join()
    assert seen == ([] if guarded else [2])
    assert [r.position for r in follower.log()] == [1, 2]
