"""Every write of the API as its description gives it, filled in: what an attacker tries in turn."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.serving import Client

_PREFIX = "/api/v1"


@dataclass(frozen=True)
class Write:
    """One write, with the example its description shows; of an upload there is none."""

    method: str
    path: str
    right: str | None
    example: dict[str, Any] | None

    def sent(self, client: Client, there: dict[str, str], **more: Any) -> httpx2.Response:
        """Its example, sent to what the path parameters in `there` name."""
        return client.http.request(
            self.method, self.filled(there), json={**(self.example or {}), **more}
        )

    def filled(self, there: dict[str, str]) -> str:
        return re.sub(r"\{(\w+)\}", lambda m: there[m[1]], self.path)


def writes(base: str) -> Iterator[Write]:
    """Every write there is, by `/openapi.json`."""
    document = httpx2.get(f"{base}/openapi.json").json()
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "get":
                continue
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            named = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
            yield Write(
                method.upper(),
                path.removeprefix(_PREFIX),
                operation.get("x-right"),
                schemas[named]["example"] if named else None,
            )
