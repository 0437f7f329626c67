"""A ledger sent in over HTTP, and recorded."""

import time
from pathlib import Path
from typing import Any

import httpx2

from tests.serving import Client


def send(client: Client, path: Path, name: str | None = None, **query: Any) -> httpx2.Response:
    files = {"file": (name or path.name, path.read_bytes())}
    return client.http.post("/ledgers", files=files, params=query)


def sent(client: Client, path: Path, **query: Any) -> dict[str, Any]:
    answer = send(client, path, **query)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def recorded(client: Client, ledger_id: str) -> dict[str, Any]:
    """Confirm, and wait for the end."""
    answer = client.post(f"/ledgers/{ledger_id}/confirmation", {})
    assert answer.status_code == 202, answer.text
    while True:
        shown = client.get(f"/ledgers/{ledger_id}").json()
        if shown["state"] != "recording":
            return dict(shown)
        time.sleep(0.05)
