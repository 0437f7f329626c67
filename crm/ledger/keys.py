"""The hidden key of a row in our own ledgers (系统编号): which lead, and as known up to where.

ZS2023-0001@1234: the lead as the log had it up to its position 1234, so that a copy that comes back
late says what it was written from (`crm.ledger.past`). A code alone says which lead.
"""

import re
import unicodedata
from dataclasses import dataclass

_KEY = re.compile(r"(ZS\d{4}-\d{4,})(?:@(\d{1,18}))?")


@dataclass(frozen=True, slots=True)
class RowKey:
    """`position` None: not said."""

    code: str
    position: int | None = None

    def __str__(self) -> str:
        return self.code if self.position is None else f"{self.code}@{self.position}"


def read_key(text: str) -> RowKey | None:
    """None when the text is no key."""
    found = _KEY.fullmatch(unicodedata.normalize("NFKC", text).strip().upper())
    return RowKey(found[1], int(found[2]) if found[2] else None) if found else None
