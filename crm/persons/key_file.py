"""The keys of contact persons as a file: beside an exported log, for another database to open it.

Whoever has both files has every name and telephone: the keys are a file of their own, so that a log
can be handed on without them. Of an erased person there is no key to export, in no file made later.
"""

from pathlib import Path
from typing import BinaryIO

import msgspec
from sqlalchemy import Engine, insert, select

from crm.access.tables import contact_keys


class KeyFileError(Exception):
    """The file cannot be taken; the text says why. Nothing of it is kept."""


class _Line(msgspec.Struct):
    person_id: str
    lead_id: str
    key: bytes | None
    made_at: str
    erased_at: str | None = None
    erased_by: str | None = None
    ground: str | None = None


def export_keys(engine: Engine, out: BinaryIO) -> int:
    """Write every key, and who was erased; answers how many."""
    encoder, count = msgspec.json.Encoder(), 0
    with engine.connect() as connection:
        for row in connection.execute(select(contact_keys).order_by(contact_keys.c.person_id)):
            line = _Line(**{**row._mapping, "key": bytes(row.key) if row.key else None})
            out.write(encoder.encode(line) + b"\n")
            count += 1
    return count


def import_keys(engine: Engine, path: Path) -> int:
    """Keep the keys of a file that are not there yet; answers how many.

    Who has been erased here stays erased. Raises `KeyFileError`.
    """
    lines = []
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            try:
                lines.append(msgspec.json.decode(raw, type=_Line))
            except msgspec.MsgspecError:
                raise KeyFileError(f"第 {number} 行不是密钥") from None
    with engine.begin() as connection:
        there = set(connection.execute(select(contact_keys.c.person_id)).scalars())
        new = [msgspec.structs.asdict(line) for line in lines if line.person_id not in there]
        if new:
            connection.execute(insert(contact_keys), new)
    return len(new)
