"""A real server on a real port: in this process for speed, or in its own to be killed."""

import csv
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import uvicorn
from python_calamine import CalamineWorkbook

from api.app import create_app
from crm.application import CRM
from crm.people import Role
from crm.settings import Settings
from crm.wiring import Tables, build

ROOT = Path(__file__).parent.parent


class Client:
    """One token's calls on one server: `post("/leads/…/start", {...})` under `/api/v1`."""

    def __init__(self, base: str, token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx2.Client(base_url=f"{base}/api/v1", headers=headers, timeout=30)

    def get(self, path: str, **params: Any) -> httpx2.Response:
        return self.http.get(path, params=params)

    def post(self, path: str, body: dict[str, Any], **headers: str) -> httpx2.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(path, json=body, headers=named)

    def put(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        return self.http.put(path, json=body)

    def pages(self, path: str, *, alone: bool = False, **asked: Any) -> list[dict[str, Any]]:
        """Every page of a question; `alone`: what the cursor says is not asked again beside it."""
        again = {"limit": asked["limit"]} if alone else asked
        pages = [self._page(path, **asked)]
        while (cursor := pages[-1]["next_cursor"]) is not None:
            pages.append(self._page(path, **again, cursor=cursor))
        return pages

    def _page(self, path: str, **asked: Any) -> dict[str, Any]:
        answer = self.get(path, **asked)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def csv(self, path: str, **asked: Any) -> list[dict[str, str]]:
        """A CSV file's rows."""
        content = self._file(path, "csv", asked)
        assert content.startswith(b"\xef\xbb\xbf")
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))

    def sheet(self, path: str, /, nth: Any = 0, **asked: Any) -> list[list[Any]]:
        """The rows of one of a workbook's sheets."""
        book = CalamineWorkbook.from_filelike(io.BytesIO(self._file(path, "xlsx", asked)))
        rows: list[list[Any]] = book.get_sheet_by_index(nth).to_python()
        return rows

    def _file(self, path: str, kind: str, asked: dict[str, Any]) -> bytes:
        answer = self.get(path, **{**asked, "format": kind})
        assert answer.status_code == 200, answer.text
        return answer.content

    def register(self, **fields: Any) -> str:
        """A new lead's id."""
        body = {
            "title": "富硒茶叶精深加工项目",
            "investor": {"name": "安康秦巴茶业有限公司"},
            "recruiting_unit": "经开区",
            "occurred_on": "2023-01-05",
            **fields,
        }
        answer = self.post("/leads", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["lead_id"])

    def record(self, lead_id: str, action: str, **fields: Any) -> dict[str, Any]:
        """A write that must be accepted; the answer's body."""
        answer = self.post(f"/leads/{lead_id}/{action}", fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def refused(self, lead_id: str, action: str, **fields: Any) -> str:
        """A write that must break a business rule; the rule's code."""
        answer = self.post(f"/leads/{lead_id}/{action}", fields)
        assert answer.status_code == 409, answer.text
        return str(answer.json()["code"])

    def close(self) -> None:
        self.http.close()


class Server:
    """A server's address and the program behind it."""

    def __init__(self, base: str, crm: CRM) -> None:
        self.base = base
        self.crm = crm
        self._clients: list[Client] = []
        self._tokens = 0

    def client(self, role: str = "manager", unit: str | None = None) -> Client:
        """A client with a fresh token of a role."""
        self._tokens += 1
        name = f"{role}-{self._tokens}"
        if role == Role.RECORDER and unit is None:
            unit = "经开区"
        return self.showing(self.crm.access.token(name, Role(role), unit, "crm").secret)

    def showing(self, secret: str | None) -> Client:
        """A client that shows this token or session, or none."""
        client = Client(self.base, secret)
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(settings: Settings, tables: Tables = Tables.BEHIND) -> Iterator[Server]:
    """A server in this process."""
    crm = build(settings, tables=tables)
    port = free_port()
    web = uvicorn.Server(
        uvicorn.Config(create_app(crm), host="127.0.0.1", port=port, log_level="warning")
    )
    thread = threading.Thread(target=web.run)
    thread.start()
    while not web.started:
        time.sleep(0.01)
    server = Server(f"http://127.0.0.1:{port}", crm)
    if tables is Tables.BEHIND and crm.store.head() == 0:
        _wait_for_tables(crm)
    try:
        yield server
    finally:
        server.close()
        web.should_exit = True
        thread.join()
        crm.close()


def _wait_for_tables(crm: CRM) -> None:
    """Of an empty log there is nothing to build, but making the tables takes a moment too: whoever
    asks in it is told so (503), which is not what a test that begins with an empty log is about."""
    deadline = time.monotonic() + 30
    while any(status.position is None for status in crm.projector.statuses()):
        assert time.monotonic() < deadline, "the read tables did not come up"
        time.sleep(0.01)


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a program over the database of `settings`."""
    chosen = {"CRM_DATA_DIR": str(settings.data_dir)}
    if settings.database_url is not None:
        chosen["CRM_DATABASE_URL"] = settings.database_url
    return {**os.environ, **chosen}


class CrmProcess:
    """`crm …` in a process of its own, over the database of `settings`."""

    def __init__(self, settings: Settings, *arguments: str) -> None:
        self.settings = settings
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr = settings.data_dir / f"stderr-{uuid4().hex[:8]}.txt"

    def command(self, *arguments: str) -> str:
        """What `crm …` prints; it must succeed."""
        return subprocess.run(
            [sys.executable, "-m", "crm.cli", *arguments],
            env=environment(self.settings),
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def token(self, name: str, role: str) -> str:
        return self.command("token", "create", name, "--role", role).strip()

    def start(self) -> None:
        with self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "crm.cli", *self._arguments],
                env=environment(self.settings),
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )

    def kill(self) -> None:
        """`kill -9`: no goodbye. Nothing when it has not been started."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def stop(self) -> int:
        """SIGTERM, and its exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=20)


class ServerProcess(CrmProcess):
    """`crm serve` in a process of its own."""

    def __init__(self, settings: Settings, *options: str) -> None:
        self._port = free_port()
        self.base = f"http://127.0.0.1:{self._port}"
        super().__init__(settings, "serve", "--port", str(self._port), *options)

    def start(self) -> None:
        super().start()
        assert self._process is not None
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if httpx2.get(f"{self.base}/health/live").status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)
        self.kill()
        raise AssertionError(f"the server did not come up: {self._stderr.read_text()}")


def events_of(client: Client, lead: str) -> int:
    return len(client.get(f"/leads/{lead}/history").json()["items"])


def assert_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body.keys() >= {"type", "title", "status", "code", "detail"}
    assert (body["status"], body["code"]) == (status, code)
    assert any("\u4e00" <= character <= "\u9fff" for character in body["detail"]), body["detail"]
    return body


def run_crm(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crm.cli", *arguments],
        env={**os.environ, "CRM_DATA_DIR": str(data)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
