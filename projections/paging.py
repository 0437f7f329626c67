"""Cursors: where the next page begins, and the moment of knowledge the first page had."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from domain.errors import BadInput


def cursor_text(position: int, key: Sequence[Any]) -> str:
    """An opaque cursor: the pinned log position and the sort key of the last item."""
    raw = json.dumps([position, *key], ensure_ascii=False, separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def cursor_parts(cursor: str, types: Sequence[type]) -> tuple[int, list[Any]]:
    """(position, sort key) of a cursor made by `cursor_text`. Raises `BadInput`."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        position, *key = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (binascii.Error, UnicodeError, ValueError, TypeError):
        raise BadInput("cursor", "翻页标记无效，请从第一页重新开始") from None
    well_formed = type(position) is int and [type(part) for part in key] == list(types)
    if not well_formed:
        raise BadInput("cursor", "翻页标记无效，请从第一页重新开始")
    return position, key
