"""Clients that take their time: half a header, a body byte by byte, a stream nobody reads.

Against a server in a process of its own, as `crm serve` starts it. Others are answered meanwhile in
their ordinary time, and whoever dawdles is hung up on.
"""

import selectors
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from api.bodies import BODY_SECONDS, LEAST_RATE
from api.patience import HEADER_SECONDS
from crm.settings import Settings
from tests.raw_http import Raw, connected, request
from tests.serving import Client, ServerProcess

HALF_HEADERS, HALF_BODIES, LISTENERS = 150, 50, 20
ORDINARY = 1.0  # seconds; a busy machine's, ours takes a hundredth
LATE = 6.0  # seconds past a limit, on a busy machine


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(Settings(data_dir=tmp_path_factory.mktemp("slow")))
    running.start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def token(server: ServerProcess) -> str:
    return server.token("管理员甲", "manager")


@contextmanager
def dawdling(server: ServerProcess, count: int, opening: bytes) -> Iterator[list[socket.socket]]:
    """Connections that have sent the beginning of something."""
    with ExitStack() as ending:
        wires = [ending.enter_context(connected(server.base)) for _ in range(count)]
        for wire in wires:
            wire.sendall(opening)
        yield wires


def ordinary(server: ServerProcess, token: str, times: int = 30) -> None:
    """Others are answered as ever: reads, writes, and new connections."""
    took = []
    for nth in range(times):
        begun = time.monotonic()
        client = Client(server.base, token)
        assert client.get("/leads", limit=1).status_code == 200
        if nth % 5 == 0:
            client.register(title=f"项目{nth}")
        client.close()
        took.append(time.monotonic() - begun)
    assert statistics.median(took) < ORDINARY, took


def until_hung_up(
    wires: list[socket.socket], each_second: bytes, most: float
) -> dict[socket.socket, tuple[float, Raw]]:
    """Go on a byte a second on all of them; when each was hung up on, and what it was told."""
    begun, told = time.monotonic(), dict.fromkeys(wires, b"")
    ended: dict[socket.socket, float] = {}
    by_number = {wire.fileno(): wire for wire in wires}
    with selectors.DefaultSelector() as ready:
        for wire in wires:
            ready.register(wire, selectors.EVENT_READ)
        next_byte = begun
        while ready.get_map() and time.monotonic() - begun < most:
            for key, _ in ready.select(timeout=0.2):
                wire = by_number[key.fd]
                try:
                    piece = wire.recv(65536)
                except ConnectionError:
                    piece = b""
                told[wire] += piece
                if not piece:
                    ended[wire] = time.monotonic() - begun
                    ready.unregister(wire)
            if each_second and time.monotonic() >= next_byte:
                next_byte += 1
                for wire in [w for w in wires if w not in ended]:
                    try:
                        wire.sendall(each_second)
                    except ConnectionError:
                        continue  # the next look says that it has ended
    return {wire: (ended.get(wire, most), Raw(told[wire])) for wire in wires}


def test_slow_clients_hold_nobody_up_and_are_hung_up_on(server: ServerProcess, token: str) -> None:
    ordinary(server, token, 5)
    kind = ("Content-Type", "application/json")
    slow_body = request("POST", "/api/v1/leads", kind, ("Content-Length", "100000"), token=token)
    strangers = request("POST", "/api/v1/leads", kind, ("Content-Length", "100000"))
    keeping = strangers.replace(b"Connection: close\r\n", b"")
    header = b"GET /api/v1/leads HTTP/1.1\r\nHost: crm\r\nX-Slow: "
    with (
        dawdling(server, HALF_HEADERS, header) as headers,
        dawdling(server, HALF_BODIES, slow_body) as bodies,
        dawdling(server, 10, keeping) as unknown,
    ):
        ordinary(server, token)
        most = max(HEADER_SECONDS, BODY_SECONDS) + LATE
        ended = until_hung_up([*headers, *bodies, *unknown], b"x", most)
        assert all(seconds < most for seconds, _ in ended.values())
        assert {ended[wire][1].status for wire in headers} == {0}
        assert {ended[wire][1].status for wire in bodies} == {408}
        assert {ended[wire][1].status for wire in unknown} == {401}  # and not read any further
        [told] = {ended[wire][1].received.partition(b"\r\n\r\n")[2] for wire in bodies}
        assert b'"code":"too_slow"' in told
    ordinary(server, token, 5)


@pytest.mark.slow
def test_a_slow_line_that_brings_something_is_waited_for(server: ServerProcess, token: str) -> None:
    """A body at twice the least rate takes longer than any stalled one is given."""
    seconds = BODY_SECONDS + 4
    text = b"x" * (LEAST_RATE * 2 * seconds)
    body = b'{"title":"' + text + b'"}'
    kind = ("Content-Type", "application/json")
    length = ("Content-Length", str(len(body)))
    with connected(server.base) as wire:
        wire.sendall(request("POST", "/api/v1/leads", kind, length, token=token))
        for at in range(0, len(body), LEAST_RATE * 2):
            wire.sendall(body[at : at + LEAST_RATE * 2])
            time.sleep(1)
        answer = Raw(wire.recv(65536))
    assert answer.status == 422  # read whole, and refused for what it says


def test_a_listener_that_never_reads_holds_nobody_up(
    tmp_path: Path, kept: Callable[[ServerProcess], ServerProcess]
) -> None:
    server = kept(ServerProcess(Settings(data_dir=tmp_path)))
    server.start()
    token = server.token("管理员甲", "manager")
    office = Client(server.base, token)
    lead = office.register()
    stream = request("GET", "/api/v1/events/stream", token=token)
    with ExitStack() as ending:
        for _ in range(LISTENERS):
            wire = socket.socket()
            ending.callback(wire.close)
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            wire.connect(connected_to(server))
            wire.sendall(stream)
        for _ in range(150):  # more than the buffers between them take
            office.record(lead, "contacts", mode="call", summary="长" * 4000)
        ordinary(server, token)
        reading = office.http.stream("GET", "/events/stream?after=150")
        with reading as answer:
            assert "LeadRegistered" not in next(answer.iter_lines())
        office.close()
        begun = time.monotonic()
        server.stop()  # also while they listen
        assert time.monotonic() - begun < 15


def connected_to(server: ServerProcess) -> tuple[str, int]:
    url = httpx2.URL(server.base)
    assert url.port is not None
    return url.host, url.port
