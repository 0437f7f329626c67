"""Two servers and two workers on one PostgreSQL: nothing lost, nothing doubled, seen everywhere.

So it is with two servers on one SQLite file, each following the log itself: not how it is meant to
be run, but nobody loses anything by starting a second one.
"""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crm.settings import Settings
from crm.wiring import build
from projections.catch_up import PROJECTIONS
from projections.rebuild import rebuild
from tests.databases import Postgres, postgres_settings, sqlite_settings
from tests.read_tables import tables_of
from tests.serving import Client, CrmProcess, ServerProcess
from tests.writing_at_once import CLIENTS, LEADS, WRITES, check_log

pytestmark = pytest.mark.storage


class Office:
    """Two servers, as many workers, and a token."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self.settings = settings
        options = ("--no-projections",) if workers else ()
        self.servers = [ServerProcess(settings, *options) for _ in range(2)]
        self.workers = [CrmProcess(settings, "worker") for _ in range(workers)]
        self._clients: list[Client] = []

    def open(self) -> None:
        with ThreadPoolExecutor(4) as pool:  # all at once, on an empty database
            list(pool.map(lambda process: process.start(), [*self.servers, *self.workers]))
        self.token = self.servers[0].token("clerk", "manager")

    def client(self, number: int) -> Client:
        client = Client(self.servers[number % 2].base, self.token)
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()
        for process in (*self.servers, *self.workers):
            process.kill()


@pytest.fixture
def office(postgres_server: Postgres, tmp_path: Path) -> Iterator[Office]:
    yield from opened(Office(postgres_settings(postgres_server, tmp_path), workers=2))


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Office]:
    """Two servers on one file, without a worker."""
    yield from opened(Office(sqlite_settings(tmp_path), workers=0))


def opened(running: Office) -> Iterator[Office]:
    try:
        running.open()
        yield running
    finally:
        running.close()


def visible(client: Client, position: int) -> int:
    """How many signed projects a server shows once it has come to a position."""
    answer = client.get("/lists/signed-not-started", at_least=position)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["count"])


def test_a_write_in_one_server_is_seen_through_the_other(office: Office) -> None:
    one, two = office.client(0), office.client(1)
    for nth in range(1, 6):
        lead = one.register()
        written = one.record(
            lead, "signing", kind="contract", agreed_total_wan=1, occurred_on="2023-02-01"
        )
        assert visible(two, written["position"]) == nth
        # Its own writes a server shows without being asked to wait.
        assert one.get("/lists/signed-not-started").json()["count"] == nth


def test_another_worker_takes_over_within_ten_seconds(office: Office) -> None:
    one, two = office.client(0), office.client(1)
    position = one.record(one.register(), "contacts", mode="call", summary="电话")["position"]
    visible(two, position)
    lead = one.register()
    signing = {"kind": "contract", "agreed_total_wan": 1, "occurred_on": "2023-02-01"}
    office.workers[0].kill()
    killed = time.monotonic()
    position = one.record(lead, "signing", **signing)["position"]
    while two.get("/lists/signed-not-started", at_least=position).status_code != 200:
        assert time.monotonic() - killed < 10
    assert time.monotonic() - killed < 10
    office.workers[1].kill()
    position = one.record(lead, "start", occurred_on="2023-03-01")["position"]
    # With nobody at work a reader is told so, and writing goes on.
    answer = two.get("/lists/signed-not-started", at_least=position)
    assert (answer.status_code, answer.json()["code"]) == (504, "not_yet_visible")
    assert two.get(f"/leads/{lead}/history").status_code == 200


@pytest.mark.slow
def test_conditional_writes_through_two_servers_lose_and_double_nothing(office: Office) -> None:
    write_through_both(office, WRITES // 2)


def test_two_servers_on_one_file_lose_and_double_nothing(embedded: Office) -> None:
    one, two = embedded.client(0), embedded.client(1)
    for nth in range(1, 6):
        signing = {"kind": "contract", "agreed_total_wan": 1, "occurred_on": "2023-02-01"}
        written = one.record(one.register(), "signing", **signing)
        assert visible(two, written["position"]) == nth
    write_through_both(embedded, WRITES // 4)


def write_through_both(office: Office, writes: int) -> None:
    """Conditional writes by clients of either server; then the log and the tables are whole."""
    first = office.client(0)
    leads = [first.register() for _ in range(LEADS)]
    versions = dict.fromkeys(leads, 1)
    answered: list[tuple[str, int, str]] = []
    refused: list[str] = []

    def work(number: int) -> None:
        rng, client = random.Random(number), office.client(number)
        for nth in range(writes // CLIENTS):
            lead, voucher = rng.choice(leads), f"{number}-{nth}"
            answer = client.post(
                f"/leads/{lead}/funds",
                {
                    "amount_wan": 1,
                    "source": "local",
                    "voucher": voucher,
                    "occurred_on": "2023-05-01",
                },
                If_Match=f'"{versions[lead]}"',
            )
            if answer.status_code == 201:
                version = answer.json()["version"]
                answered.append((lead, version, voucher))
                versions[lead] = max(versions[lead], version)
            else:
                assert answer.status_code == 412, answer.text
                refused.append(voucher)
                shown = client.get(f"/leads/{lead}")
                versions[lead] = max(versions[lead], int(shown.headers["ETag"].strip('"')))

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))
    assert len(answered) + len(refused) == writes // CLIENTS * CLIENTS
    assert refused
    crm = build(office.settings)
    try:
        check_log(crm, leads, answered, refused, in_time=False)
        followed = tables_of(crm)
        rebuild(crm.projector, [projection.name for projection in PROJECTIONS])
        assert tables_of(crm) == followed
    finally:
        crm.close()
