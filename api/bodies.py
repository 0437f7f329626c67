"""How is a request's body read? Exactly, once for each key, and bounded in size and in time."""

import asyncio
import json
from decimal import Decimal
from typing import Any

from fastapi import HTTPException, Request
from starlette.types import Message, Receive

from api.problem_details import TWICE

BODY_SECONDS = 10
"""Seconds for any body, however it comes."""
LEAST_RATE = 5_000
"""Bytes for which a body gets another second: 20 MB over the poorest line are no attack."""


class ExactRequest(Request):
    """A request whose JSON numbers keep every digit: 0.1 stays 0.1, and NaN is refused."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            text = await self.body()
            try:
                self._json = json.loads(
                    text,
                    parse_float=Decimal,
                    parse_constant=_refuse_constant,
                    object_pairs_hook=_each_once,
                )
            except _Twice as error:
                raise json.JSONDecodeError(f"{TWICE}{error}", "", 0) from None
            except (ValueError, RecursionError, ArithmeticError) as error:
                # Bad UTF-8, an integer of 5 000 digits, a thousand nested lists: all bad input.
                raise json.JSONDecodeError(str(error), "", 0) from None
        return self._json


class _Twice(ValueError):
    """A key that stands twice in one JSON object: nobody can say which of the two is meant."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(name)
        found[name] = value
    return found


def _refuse_constant(name: str) -> Any:
    raise json.JSONDecodeError(f"{name} is not JSON", name, 0)


def bounded(request: Request, largest: int) -> Receive:
    """The request's `receive`, which refuses a body past the limit, declared or not, and one that
    comes too slowly (HTTP 413, 408).

    A question has no body; what waits on its `receive`, for as long as a stream goes on, waits for
    the client to hang up.
    """
    if request.method == "GET":
        return request.receive
    declared = request.headers.get("Content-Length", "0")
    if declared.isdecimal() and int(declared[:20]) > largest:
        raise HTTPException(413)
    begun, taken, whole = asyncio.get_running_loop().time(), 0, False

    async def counted() -> Message:
        nonlocal taken, whole
        if whole:
            return await request.receive()
        try:
            async with asyncio.timeout_at(begun + BODY_SECONDS + taken / LEAST_RATE):
                message = await request.receive()
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        taken += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if taken > largest:
            raise HTTPException(413)
        return message

    return counted
