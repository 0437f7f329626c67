"""Who may do what: every route with every role, every command under a token, four eyes.

The table below is written by hand from the contract ("Authentication") and the issue's words, and
held against the program's own.
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import typer
from typer.testing import CliRunner

from crm.access.journal import AccessAct, Sought
from crm.application import CRM
from crm.cli import app
from crm.people import Caller, Role
from crm.settings import Settings
from domain.errors import Refused
from domain.lead import events as e
from domain.vocabulary import RecognitionDecision, RecognitionScope
from tests.serving import Client, Server, assert_problem
from tests.told import REGISTERED, SIGNED, on

WRITERS = {"recorder", "manager"}
MANAGERS = {"manager"}
ADMINS = {"admin"}
AUDIT = {"manager", "auditor", "admin"}
CHAINS = {"manager", "admin"}
SEE_ACCESS = {"auditor", "admin"}
ALL = {role.value for role in Role}

# Whoever may ask or write what is not named here: all may ask, recorders and managers write.
MORE_THAN_THAT = {
    "POST /leads/{lead_id}/duplicate-link": MANAGERS,
    "POST /leads/{lead_id}/recognition": MANAGERS,
    "POST /leads/{lead_id}/colour-override": MANAGERS,
    "POST /leads/{lead_id}/notices": MANAGERS,
    "POST /leads/{lead_id}/split": MANAGERS,
    "POST /leads/{lead_id}/merge": MANAGERS,
    "POST /leads/{lead_id}/count-approval": MANAGERS,
    "POST /leads/{lead_id}/void": MANAGERS,
    "POST /problems/{problem_id}/closing": MANAGERS,
    "POST /problems/{problem_id}/reopening": MANAGERS,
    "POST /problems/{problem_id}/escalation": MANAGERS,
    "POST /inspections": MANAGERS,
    "POST /interviews": MANAGERS,
    "POST /inspections/{entry_id}/void": MANAGERS,
    "POST /interviews/{entry_id}/void": MANAGERS,
    "POST /chains/{name}/void": MANAGERS,
    "POST /campaigns/{campaign_id}/void": MANAGERS,
    "POST /ledgers/{ledger_id}/taking-back": MANAGERS,
    "GET /ledgers/{ledger_id}": WRITERS,  # a preview shows people's data
    "GET /ledgers/{ledger_id}/refused": WRITERS,
    "POST /bulletins": MANAGERS,
    "PUT /chains/{name}": CHAINS,
    "PUT /targets/{year}": ADMINS,
    "PUT /settings/units": ADMINS,
    "PUT /settings/rules": ADMINS,
    "GET /people": SEE_ACCESS,
    "GET /access/keys": SEE_ACCESS,
    "GET /access/records": SEE_ACCESS,
    "POST /people": ADMINS,
    "PUT /people/{name}": ADMINS,
    "PUT /people/{name}/password": ADMINS,
    "POST /people/{name}/tokens": ADMINS,
    "POST /access/keys/{key_id}/revocation": ADMINS,
    "GET /persons": ADMINS,
    "POST /persons/erasure": ADMINS,
    "POST /me/sign-out": ALL,
    "PUT /me/password": ALL,
}
OPEN = {"POST /sessions", "GET /health/live", "GET /health/ready"}
_PREFIX = "/api/v1"


def routes(office: Client) -> Iterator[tuple[str, str]]:
    """(method, path) of every route there is, without the prefix."""
    document = office.http.get("/../../openapi.json").json()
    for path, operations in document["paths"].items():
        for method in operations:
            yield method.upper(), path.removeprefix(_PREFIX)


def allowed(method: str, path: str) -> set[str]:
    if path.startswith("/audit/"):
        return AUDIT
    return MORE_THAN_THAT.get(f"{method} {path}", ALL if method == "GET" else WRITERS)


def ask(client: Client, method: str, path: str) -> tuple[int, str]:
    """The answer's status and code, of a request whose body says nothing."""
    filled = re.sub(r"\{(\w+)\}", lambda m: "2023" if m[1] == "year" else str(uuid4()), path)
    if path == "/events/stream":
        with client.http.stream(method, filled) as answer:
            return answer.status_code, "" if answer.status_code == 200 else "refused"
    if (method, path) == ("POST", "/ledgers"):
        answer = client.http.post(filled, files={"file": ("x.csv", b"x")})
    else:
        body: dict[str, Any] | None = {} if method in ("POST", "PUT") else None
        answer = client.http.request(method, filled, json=body)
    said = answer.headers.get("content-type", "")
    return answer.status_code, answer.json()["code"] if said.endswith("problem+json") else ""


def test_every_route_asks_for_the_right_role(shared_server: Server) -> None:
    every = list(routes(shared_server.client("admin")))
    told = {f"{method} {path}" for method, path in every}
    assert told >= MORE_THAN_THAT.keys() | OPEN  # a table that names what is no longer there
    nobody = shared_server.showing(None)
    for role in Role:
        client = shared_server.client(role.value)
        for method, path in every:
            if f"{method} {path}" in OPEN or path == "/metrics":
                continue
            if path == "/me/sign-out":
                client_once = shared_server.client(role.value)
                assert ask(client_once, method, path)[0] == 200
                assert ask(client_once, "GET", "/me") == (401, "unauthenticated")
                continue
            status, code = ask(client, method, path)
            if role.value in allowed(method, path):
                assert status not in (401, 403), (role, method, path, status, code)
                assert status < 500, (role, method, path)
            else:
                assert (status, code) == (403, "role_not_allowed"), (role, method, path, status)
    for method, path in every:
        if f"{method} {path}" not in OPEN and path != "/metrics":
            assert ask(nobody, method, path)[0] == 401, (method, path)


def test_what_is_refused_is_written_down(shared_server: Server) -> None:
    viewer, auditor = shared_server.client("viewer"), shared_server.client("auditor")
    lead = shared_server.client("manager").register()
    before = auditor.get("/access/records", limit=1).json()["items"][0]["number"]
    viewer.post(f"/leads/{lead}/signing", {"kind": "contract", "agreed_total_wan": 1})
    shared_server.showing("no-such-token").get("/leads")
    shared_server.client("recorder", "别的单位").post(f"/leads/{lead}/start", {})
    found = auditor.get("/access/records", limit=20).json()["items"]
    new = [item for item in found if item["number"] > before]
    acts = [item["act"] for item in reversed(new) if item["act"] in ("refused", "unknown_token")]
    assert acts == ["refused", "unknown_token", "refused"]
    refused = [item for item in new if item["act"] == "refused"]
    assert all(f"/leads/{lead}" in item["detail"] for item in refused)
    assert all(item["address"] == "127.0.0.1" for item in refused)
    assert not any("no-such-token" in str(item) for item in new)


# --- the command line ---------------------------------------------------------------------------

# What a command takes to be asked at all, and who may; those of the machine itself take nothing.
COMMANDS: dict[str, tuple[str, set[str]]] = {
    "replay": ("ZS2023-0001", AUDIT),
    "import": ("{file}", WRITERS),
    "token create": ("乙 --role viewer", ADMINS),
    "token list": ("", SEE_ACCESS),
    "token revoke": ("000000000000", ADMINS),
    "person add": ("丙 --role viewer", ADMINS),
    "person place": ("丙 --role viewer", ADMINS),
    "person disable": ("丙", ADMINS),
    "person password": ("丙", ADMINS),
    "person list": ("", SEE_ACCESS),
    "access": ("", SEE_ACCESS),
    "contact find": ("--name 丁", ADMINS),
    "contact erase": (f"{uuid4()} --ground 申请", ADMINS),
    "ledger export": ("--out {dir}/out.xlsx", ALL),
    "ledger split": ("{dir}/split", ALL),
    "ledger import": ("{file}", WRITERS),
    "ledger take-back": ("{file}", MANAGERS),
    "ledger collect": ("{dir}", WRITERS),
    "projections rebuild": ("", ADMINS),
    "projections resume": ("", ADMINS),
    "report publish": ("weekly", MANAGERS),
    "report show": (str(uuid4()), ALL),
    "report verify": (str(uuid4()), ALL),
    "report run-due": ("", MANAGERS),
    "audit verify": ("", AUDIT),
    "audit seal": ("", AUDIT),
    "audit proof": ("ZS2023-0001", AUDIT),
    "audit diff": ("ZS2023-0001 --than-version 1", AUDIT),
    "audit knowledge": ("ZS2023-0001 stage", AUDIT),
    "audit history": ("ZS2023-0001", AUDIT),
    "audit writes": ("", AUDIT),
    "audit late": ("", AUDIT),
    "log export": ("{dir}/log.jsonl", AUDIT),
    "log import": ("{file}", ADMINS),
    "list": ("exited", ALL),
    "chain": ("新材料", ALL),
    "rankings": ("2023-Q2", ALL),
    "interviews": ("2023-Q2", ALL),
    "explain": ("projects 2023", ALL),
    "recount": ("2023 --rule big_project_wan=30000", ALL),
    **dict.fromkeys(
        ("target", "rates", "funnel", "growth", "pipeline", "forecast", "showing"), ("2023", ALL)
    ),
}
THE_MACHINE = {"serve", "worker", "demo"}


def commands() -> Iterator[str]:
    def of(command: Any, path: tuple[str, ...]) -> Iterator[str]:
        if hasattr(command, "commands"):
            for name, one in command.commands.items():
                yield from of(one, (*path, name))
        else:
            yield " ".join(path)

    return of(typer.main.get_command(app), ())


def test_every_command_acts_under_the_token(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, sqlite: CRM
) -> None:
    folder = tmp_path_factory.mktemp("files")
    (file := folder / "台账.csv").write_text("项目名称\n", encoding="utf-8")
    every = set(commands()) - THE_MACHINE
    assert every >= COMMANDS.keys()
    sqlite.register(REGISTERED, by=Caller("甲", Role.MANAGER))
    monkeypatch.setenv("CRM_DATA_DIR", str(sqlite.seals.folder.parent))
    runner = CliRunner()

    def run(command: str) -> Any:
        given = COMMANDS.get(command, ("", ALL))[0].format(file=file, dir=folder)
        return runner.invoke(app, [*command.split(), *given.split()])

    monkeypatch.setenv("CRM_TOKEN", "no-such-token")
    for command in sorted(every):
        done = run(command)
        assert done.exit_code == 1, (command, done.output)
        assert "CRM_TOKEN" in done.output, command
    for role in Role:
        unit = "经开区" if role is Role.RECORDER else None
        token = sqlite.access.token(f"{role.label}", role, unit, "crm").secret
        monkeypatch.setenv("CRM_TOKEN", token)
        for command, (_, who) in COMMANDS.items():
            if role.value not in who:
                done = run(command)
                refused = done.exception if done.exit_code == 1 else None
                assert type(refused).__name__ == "Forbidden", (role, command, done.output)
    refusals = sqlite.access.journal.latest(1000, None, Sought(act=AccessAct.REFUSED))
    assert len(refusals) == sum(len(ALL - who) for _, who in COMMANDS.values())


# --- four eyes ----------------------------------------------------------------------------------


def test_who_recorded_a_milestone_does_not_grant_its_recognition(crm: CRM) -> None:
    one, other = Caller("甲", Role.MANAGER), Caller("乙", Role.MANAGER)
    lead = crm.register(REGISTERED, *SIGNED[1:], by=one).lead_id

    def granted(scope: RecognitionScope, day: int) -> e.RecognitionDecided:
        return e.RecognitionDecided(
            occurred_on=on(day), scope=scope, decision=RecognitionDecision.GRANTED
        )

    start = granted(RecognitionScope.START, 7)
    crm.record(lead, granted(RecognitionScope.SIGNING, 6), by=one)  # only works and production
    started = crm.record(lead, e.ConstructionStarted(occurred_on=on(5)), by=one)
    with pytest.raises(Refused) as refused:
        crm.record(lead, start, by=one)
    assert refused.value.code == "four_eyes"
    # Taken out of force and recorded by somebody else, it is that one's.
    void = e.EventVoided(occurred_on=on(6), event_id=started.events[0][0], ground="录错")
    crm.record(lead, void, by=one)
    crm.record(lead, e.ConstructionStarted(occurred_on=on(5)), by=other)
    with pytest.raises(Refused, match="另一位"):
        crm.record(lead, start, by=other)
    refusing = e.RecognitionDecided(
        occurred_on=on(7), scope=RecognitionScope.START,
        decision=RecognitionDecision.REFUSED, ground="材料不全",
    )  # fmt: skip
    crm.record(lead, refusing, by=other)  # to say no takes nobody else
    crm.record(lead, start, by=one)


def test_four_eyes_by_http(server: Server, settings: Settings) -> None:
    one, other = server.client("manager"), server.client("manager")
    lead = one.register()
    one.record(lead, "signing", kind="contract", agreed_total_wan=6000, occurred_on="2023-02-01")
    other.record(lead, "recognition", scope="signing", decision="granted", occurred_on="2023-02-05")
    one.record(lead, "start", occurred_on="2023-03-01")
    body = {"scope": "start", "decision": "granted", "occurred_on": "2023-03-05"}
    assert_problem(one.post(f"/leads/{lead}/recognition", body), 409, "four_eyes")
    other.record(lead, "recognition", **body)
