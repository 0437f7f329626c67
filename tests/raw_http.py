"""HTTP as no honest client speaks it: bytes on a socket, and what came back."""

import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Raw:
    """What came back before the server hung up, or nothing more did."""

    received: bytes

    @property
    def status(self) -> int:
        """The last answer's, not an interim one's; 0 when there was none."""
        codes = [
            int(line.split(b" ")[1])
            for line in self.received.split(b"\r\n")
            if line.startswith(b"HTTP/1.1 ")
        ]
        return codes[-1] if codes else 0

    @property
    def head(self) -> dict[str, str]:
        """The headers of the first answer, by their small names."""
        lines = self.received.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}


def connected(base: str, seconds: float = 20) -> socket.socket:
    """A connection to a server."""
    where = urlsplit(base)
    assert where.hostname is not None
    return socket.create_connection((where.hostname, where.port or 80), timeout=seconds)


def asked(base: str, *parts: bytes, seconds: float = 20) -> Raw:
    """Send bytes as they are; what came back. The request should ask to be hung up on."""
    with connected(base, seconds) as wire:
        with suppress(BrokenPipeError, ConnectionResetError):  # it may refuse before the end
            for part in parts:
                wire.sendall(part)
        return Raw(everything(wire))


def everything(wire: socket.socket) -> bytes:
    """All that comes until the server hangs up, or nothing has come for the socket's time."""
    found = b""
    with suppress(TimeoutError, ConnectionResetError):
        while piece := wire.recv(65536):
            found += piece
    return found


def request(
    method: str, path: str, *headers: tuple[str, str], token: str | None = None, body: bytes = b""
) -> bytes:
    """A request's bytes; headers may stand in it twice."""
    told = [("Host", "crm"), ("Connection", "close"), *headers]
    if token is not None:
        told.append(("Authorization", f"Bearer {token}"))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told)]
    if body and not any(name in ("Content-Length", "Transfer-Encoding") for name, _ in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def hung_up_after(wire: socket.socket, begun: float) -> float:
    """Seconds from `begun` (monotonic) until the server hangs up."""
    everything(wire)
    return time.monotonic() - begun
