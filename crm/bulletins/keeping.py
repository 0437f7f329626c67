"""What published bulletins said, kept under its own hash: found again, proved at each reading.

The log holds the hash. What is kept here can be made again from the log, so losing it loses
nothing but the wording of a difference.
"""

import zlib

from sqlalchemy import Column, Engine, LargeBinary, MetaData, String, Table, insert, select
from sqlalchemy.exc import IntegrityError

from crm.bulletins.document import digest

_metadata = MetaData()
_contents = Table(
    "bulletin_content",
    _metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)


class Contents:
    """The stored documents in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, content: bytes) -> str:
        """Its hash. What is there already stays."""
        sha256 = digest(content)
        row = {"sha256": sha256, "content": zlib.compress(content, 9)}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_contents).values(row))
        except IntegrityError:
            pass
        return sha256

    def of(self, sha256: str) -> bytes | None:
        """None when it is not there, or is not what it was."""
        query = select(_contents.c.content).where(_contents.c.sha256 == sha256)
        with self._engine.connect() as connection:
            kept = connection.execute(query).scalar_one_or_none()
        if kept is None:
            return None
        try:
            content = zlib.decompress(kept)
        except (zlib.error, TypeError):  # of what somebody has written there by hand
            return None
        return content if digest(content) == sha256 else None
