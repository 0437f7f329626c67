"""Many clients at once, and a server killed in the middle: nothing lost, nothing doubled."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID

import httpx2
import pytest

from crm.application import CRM
from crm.people import SYSTEM
from crm.settings import Settings
from crm.wiring import build
from domain.lead.events import AgreementSigned, FundsArrived, Investor, LeadRegistered
from domain.lead.history import state_at
from domain.vocabulary import AgreementKind
from projections.reader import clocks
from projections.stage_lists import STAGE_LISTS, stage_list
from tests.conftest import Kept
from tests.serving import Client, Server, ServerProcess
from tests.tables import EVERYTHING
from tests.writing_at_once import CLIENTS, LEADS, WRITES, check_log

pytestmark = pytest.mark.storage


@pytest.mark.slow
def test_2000_conditional_writes_from_16_clients_lose_and_double_nothing(server: Server) -> None:
    office = server.client("manager")
    leads = [office.register() for _ in range(LEADS)]
    versions = dict.fromkeys(leads, 1)  # what any client last heard; often stale, on purpose
    answered: list[tuple[str, int, str]] = []
    refused: list[str] = []
    clients = [server.client("manager") for _ in range(CLIENTS)]

    def work(number: int) -> None:
        rng, client = random.Random(number), clients[number]
        for nth in range(WRITES // CLIENTS):
            lead = rng.choice(leads)
            voucher = f"{number}-{nth}"
            body = {"amount_wan": 1, "source": "local", "voucher": voucher}
            answer = client.post(
                f"/leads/{lead}/funds",
                {**body, "occurred_on": "2023-05-01"},
                If_Match=f'"{versions[lead]}"',
            )
            if answer.status_code == 201:
                written = answer.json()
                assert answer.headers["ETag"] == f'"{written["version"]}"'
                versions[lead] = max(versions[lead], written["version"])
                answered.append((lead, written["version"], voucher))
            else:
                assert answer.status_code == 412, answer.text
                refused.append(voucher)
                shown = client.get(f"/leads/{lead}")
                versions[lead] = max(versions[lead], int(shown.headers["ETag"].strip('"')))

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))

    assert len(answered) + len(refused) == WRITES
    assert refused, "the test must provoke conflicts"
    check_log(server.crm, leads, answered, refused)


def test_registrations_at_the_same_moment_get_different_codes(server: Server) -> None:
    clients = [server.client("manager") for _ in range(8)]

    def work(client: Client) -> list[str]:
        body = {"title": "项目", "investor": {"name": "企业"}, "recruiting_unit": "经开区"}
        return [client.post("/leads", body).json()["code"] for _ in range(10)]

    with ThreadPoolExecutor(8) as pool:
        codes = [code for found in pool.map(work, clients) for code in found]
    assert len(set(codes)) == 80
    assert sorted(int(code[-4:]) for code in codes) == list(range(1, 81))


def at_once(act: Callable[[], httpx2.Response]) -> set[tuple[int, str]]:
    """The different answers eight get who do the same at the same moment."""
    ready = threading.Barrier(8)

    def work(_: int) -> tuple[int, str]:
        ready.wait()
        answer = act()
        return answer.status_code, answer.text

    with ThreadPoolExecutor(8) as pool:
        return set(pool.map(work, range(8)))


def test_the_same_key_at_the_same_moment_records_once(server: Server) -> None:
    office = server.client("manager")
    lead = office.register()
    funds = {"amount_wan": 5, "source": "local", "occurred_on": "2023-02-01"}
    key = "资金-1".encode().hex()
    [(status, _)] = at_once(lambda: office.post(f"/leads/{lead}/funds", funds, Idempotency_Key=key))
    assert status == 201
    assert len(server.crm.history(UUID(lead))) == 2


@pytest.mark.parametrize("conditions", [{}, {"If_Match": '"1"'}], ids=["any", "if-match"])
def test_the_same_key_on_what_can_happen_only_once(
    server: Server, conditions: dict[str, str]
) -> None:
    """The later ones would be refused (signed already, lead moved on), had they no key."""
    office = server.client("manager")
    lead = office.register()
    signing = {"kind": "contract", "agreed_total_wan": 5, "occurred_on": "2023-02-01"}
    key = f"签约-{lead}".encode().hex()
    [(status, _)] = at_once(
        lambda: office.post(f"/leads/{lead}/signing", signing, Idempotency_Key=key, **conditions)
    )
    assert status == 201


def test_more_leads_than_attempts_from_another_program(settings: Settings) -> None:
    first, second = (build(settings) for _ in range(2))
    day = date(2023, 1, 5)

    def register(crm: CRM) -> str | None:
        registration = LeadRegistered(
            occurred_on=day,
            code="",
            title="项目",
            investor=Investor("企业"),
            recruiting_unit="经开区",
        )
        return crm.register(registration, by=SYSTEM).code

    try:
        assert register(first) == "ZS2023-0001"
        codes = [register(second) for _ in range(120)]
        assert codes[-1] == "ZS2023-0121"
        assert register(first) == "ZS2023-0122"
    finally:
        first.close()
        second.close()


def test_two_programs_on_one_database_do_not_step_on_each_other(settings: Settings) -> None:
    """The server and, say, an import from the command line, each with its own cache."""
    first, second = (build(settings) for _ in range(2))
    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(_interleave, (first, second)))
        leads = {r.stream_id for r in first.store.whole_log()}
        assert len(leads) == 40
        for crm in (first, second):
            with crm.reader.asking(*EVERYTHING) as connection:
                when = clocks(connection, crm.today(), crm.clock())
                page = stage_list(connection, "signed-not-started", when)
            assert page.count == 40
    finally:
        first.close()
        second.close()


def _interleave(crm: Any) -> None:
    day = date(2023, 1, 5)
    for nth in range(20):
        registration = LeadRegistered(
            occurred_on=day,
            code="",
            title=f"项目{nth}",
            investor=Investor("企业"),
            recruiting_unit="经开区",
        )
        lead = crm.register(registration, by=SYSTEM)
        signing = AgreementSigned(occurred_on=day, kind=AgreementKind.CONTRACT, agreed_total_yuan=1)
        crm.record(lead.lead_id, signing, by=SYSTEM)


@pytest.mark.slow
def test_answered_writes_survive_kill_9_in_the_middle(settings: Settings, kept: Kept) -> None:
    process = kept(ServerProcess(settings))
    token = process.token("clerk", "manager")
    process.start()
    office = Client(process.base, token)
    leads = [office.register() for _ in range(LEADS)]
    for lead in leads[::2]:
        office.record(
            lead, "signing", kind="contract", agreed_total_wan=1, occurred_on="2023-02-01"
        )
    answered: list[tuple[str, int, str]] = []
    refused: list[str] = []
    unanswered: list[tuple[str, dict[str, Any], str]] = []
    stop = threading.Event()

    def work(number: int) -> None:
        rng, client = random.Random(number), Client(process.base, token)
        nth = 0
        while not stop.is_set():
            nth += 1
            lead, voucher = rng.choice(leads), f"{number}-{nth}"
            body = {
                "amount_wan": 1,
                "source": "local",
                "voucher": voucher,
                "occurred_on": "2023-05-01",
            }
            try:
                answer = client.post(f"/leads/{lead}/funds", body, Idempotency_Key=voucher)
            except httpx2.TransportError:
                unanswered.append((lead, body, voucher))
                break
            assert answer.status_code == 201, answer.text
            answered.append((lead, answer.json()["version"], voucher))
        client.close()

    for round_number in range(3):
        stop.clear()
        threads = [
            threading.Thread(target=work, args=(round_number * CLIENTS + n,))
            for n in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        enough, deadline = len(answered) + 40, time.monotonic() + 20
        while len(answered) < enough and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(random.Random(round_number).uniform(0, 0.5))
        process.kill()
        stop.set()
        for thread in threads:
            thread.join()
        process.start()
        # Whoever got no answer asks again under the same key: recorded once, whichever it was.
        client = Client(process.base, token)
        for lead, body, voucher in unanswered:
            answer = client.post(f"/leads/{lead}/funds", body, Idempotency_Key=voucher)
            assert answer.status_code == 201, answer.text
            answered.append((lead, answer.json()["version"], voucher))
        unanswered.clear()
        client.close()
    process.kill()
    office.close()

    assert len(answered) > 100
    crm = build(settings)
    try:
        check_log(crm, leads, answered, refused)
        stored = sum(1 for r in crm.store.whole_log() if isinstance(r.event, FundsArrived))
        assert stored == len(answered)
        with crm.reader.asking(*EVERYTHING) as connection:
            when = clocks(connection, crm.today(), crm.clock())
            listed = {
                str(item.lead_id): name
                for name in STAGE_LISTS
                for item in stage_list(connection, name, when).items
            }
        assert listed == dict.fromkeys(leads[::2], "signed-not-started")
        states = {lead: state_at(crm.history(UUID(lead))) for lead in leads}
        assert {i for i, s in states.items() if s and s.stage == "signed"} == listed.keys()
    finally:
        crm.close()
