"""Processes and databases killed at random moments under mixed load.

After each round: every answered write is in the log once, none unanswered half-there, and the
tables are what the events add up to.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from crm.settings import Settings
from crm.wiring import build
from projections.catch_up import PROJECTIONS
from projections.rebuild import rebuild
from tests.conftest import Kept
from tests.databases import Postgres, postgres, postgres_settings, sqlite_settings
from tests.read_tables import tables_of
from tests.serving import Client, CrmProcess, ServerProcess

CLIENTS = 6
LEADS = 12
SQLITE_ROUNDS, POSTGRES_ROUNDS = 8, 4  # 50 and 20 by hand, after work on the log

pytestmark = [pytest.mark.storage, pytest.mark.slow, pytest.mark.timeout(900)]


class Load:
    """Clients that write and read until told to stop, each remembering what it was answered."""

    def __init__(self, bases: list[str], token: str, leads: list[str]) -> None:
        self.bases, self.token, self.leads = bases, token, leads
        self.answered: dict[str, tuple[str, int]] = {}  # note of the event -> lead, version
        self.unanswered: list[tuple[str, str, dict[str, Any]]] = []  # lead, action, body
        self.wrong: list[str] = []
        self._sent = 0

    def round(self, number: int, kill: Callable[[], None]) -> None:
        """Load, a kill in the middle of it, and the end of the load."""
        self._stop = threading.Event()
        threads = [
            threading.Thread(target=self._work, args=(number * CLIENTS + n,))
            for n in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        enough, deadline = len(self.answered) + 11, time.monotonic() + 20
        time.sleep(random.Random(number).uniform(0.15, 0.6))
        while len(self.answered) < enough and time.monotonic() < deadline:
            time.sleep(0.02)  # a busy machine answers later
        kill()
        self._stop.set()
        for thread in threads:
            thread.join()

    def _work(self, seed: int) -> None:
        rng = random.Random(seed)
        client = Client(rng.choice(self.bases), self.token)
        nth = 0
        while not self._stop.is_set():
            nth += 1
            lead, note = rng.choice(self.leads), f"{seed}-{nth}"
            action, body = _something(rng, note)
            try:
                if rng.random() < 0.2:
                    self._expect(client.get("/lists/signed-not-started"), 200, 503, 504)
                answer = client.post(f"/leads/{lead}/{action}", body, Idempotency_Key=note)
            except httpx2.TransportError:
                self.unanswered.append((lead, action, body))
                break
            if answer.status_code == 201:
                self.answered[note] = (lead, answer.json()["version"])
            elif answer.status_code == 503:
                self.unanswered.append((lead, action, body))
                time.sleep(0.02)
            else:
                self._expect(answer, 409)
        client.close()

    def _expect(self, answer: httpx2.Response, *statuses: int) -> None:
        if answer.status_code not in statuses:
            self.wrong.append(answer.text)

    def ask_again(self, client: Client) -> None:
        """Whoever got no answer asks again under the same key: recorded once, whichever it was."""
        deadline = time.monotonic() + 60
        for lead, action, body in self.unanswered:
            answer = client.post(f"/leads/{lead}/{action}", body, Idempotency_Key=body["note"])
            while answer.status_code == 503 and time.monotonic() < deadline:  # "try again later"
                time.sleep(0.1)
                answer = client.post(f"/leads/{lead}/{action}", body, Idempotency_Key=body["note"])
            if answer.status_code == 201:
                self.answered[body["note"]] = (lead, answer.json()["version"])
            else:
                self._expect(answer, 409)
        self.unanswered.clear()

    def check(self, settings: Settings, *, whole: bool) -> None:
        assert not self.wrong, self.wrong[:3]
        crm = build(settings)
        try:
            counts: Counter[str] = Counter()
            stored: dict[str, tuple[str, int]] = {}
            for lead in self.leads:
                history = crm.history(UUID(lead))
                assert [r.version for r in history] == list(range(1, len(history) + 1))
                for recorded in history[1:]:
                    note = str(recorded.event.note)
                    counts[note] += 1
                    stored[note] = (lead, recorded.version)
            assert set(counts.values()) <= {1}
            assert stored == self.answered
            followed = tables_of(crm)
            if whole:
                rebuild(crm.projector, [projection.name for projection in PROJECTIONS])
                assert tables_of(crm) == followed
        finally:
            crm.close()


def _something(rng: random.Random, note: str) -> tuple[str, dict[str, Any]]:
    day = f"2023-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    common = {"occurred_on": day, "note": note}
    return rng.choice(
        (
            ("contacts", {"mode": "call", "summary": "电话", **common}),
            ("funds", {"amount_wan": rng.randint(1, 9), "source": "local", **common}),
            ("responsibility", {"leader": rng.choice(("张三", "李四", None)), **common}),
            ("suspension", common),
            ("resumption", common),
            ("signing", {"kind": "contract", "agreed_total_wan": 9, **common}),
        )
    )


def prepared(process: CrmProcess, base: str) -> tuple[str, list[str]]:
    token = process.token("clerk", "manager")
    client = Client(base, token)
    leads = [client.register() for _ in range(LEADS)]
    client.close()
    return token, leads


def test_a_server_on_sqlite_is_killed_again_and_again(tmp_path: Path, kept: Kept) -> None:
    settings = sqlite_settings(tmp_path)
    server = kept(ServerProcess(settings))
    server.start()
    load = Load([server.base], *prepared(server, server.base))
    for number in range(SQLITE_ROUNDS):
        load.round(number, server.kill)
        server.start()
        client = Client(server.base, load.token)
        load.ask_again(client)
        client.close()
        server.kill()  # idle: what was answered is there all the same
        load.check(settings, whole=number == SQLITE_ROUNDS - 1)
        server.start()
    server.kill()
    assert len(load.answered) > SQLITE_ROUNDS * 10


@pytest.fixture
def killable(need: Callable[[bool, str], None]) -> Iterator[Postgres]:
    with postgres() as running:
        yield running


def test_server_worker_and_postgresql_are_killed_again_and_again(
    killable: Postgres, tmp_path: Path, kept: Kept
) -> None:
    settings = postgres_settings(killable, tmp_path)
    servers = [kept(ServerProcess(settings, "--no-projections")) for _ in range(2)]
    workers = [kept(CrmProcess(settings, "worker")) for _ in range(2)]
    for process in (*servers, *workers):
        process.start()
    load = Load([server.base for server in servers], *prepared(servers[0], servers[0].base))
    rng = random.Random(1)
    victims: list[CrmProcess | Postgres] = [*servers, *workers, killable]
    for number in range(POSTGRES_ROUNDS):
        victim = rng.choice(victims)
        load.round(number, victim.kill)
        victim.start()
        wait_until_well(servers, load.token)
        client = Client(servers[number % 2].base, load.token)
        load.ask_again(client)
        client.close()
        load.check(settings, whole=number == POSTGRES_ROUNDS - 1)
    assert len(load.answered) > POSTGRES_ROUNDS * 10


def wait_until_well(servers: list[ServerProcess], token: str) -> None:
    """After a database was away the servers come back by themselves."""
    deadline = time.monotonic() + 60
    for server in servers:
        client = Client(server.base, token)
        while True:
            try:
                answer = client.get("/lists/exited")
                said = answer.text
                if answer.status_code == 200:
                    break
            except httpx2.TransportError as error:
                said = repr(error)
            assert time.monotonic() < deadline, f"the server did not come back: {said}"
            time.sleep(0.1)
        client.close()
