"""What somebody with the database could do to the log, hashes worked out anew and all."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, create_engine, inspect, text

from crm.proof.chain import link
from crm.settings import Settings

Row = tuple[int, UUID, int, str, bytes]


@dataclass
class Insider:
    """Has the database, and knows how the program chains events; has no printed root."""

    connection: Connection
    table: str
    place: str  # the name of the column with an event's place in the log

    def rows(self) -> list[Row]:
        """The log as it stands, in its order."""
        query = (
            f"SELECT {self.place}, originator_id, originator_version, topic, state "
            f"FROM {self.table} ORDER BY {self.place}"
        )
        return [
            (row[0], UUID(str(row[1])), row[2], row[3], bytes(row[4]))
            for row in self.connection.execute(text(query))
        ]

    def rewrite(self, position: int, state: bytes) -> None:
        self._do(f"UPDATE {self.table} SET state = :s WHERE {self.place} = :p", s=state, p=position)

    def delete(self, position: int) -> None:
        self._do(f"DELETE FROM {self.table} WHERE {self.place} = :p", p=position)

    def move(self, position: int, to: int) -> None:
        self._do(
            f"UPDATE {self.table} SET {self.place} = :to WHERE {self.place} = :p",
            p=position,
            to=to,
        )

    def number(self, position: int, version: int) -> None:
        self._do(
            f"UPDATE {self.table} SET originator_version = :v WHERE {self.place} = :p",
            p=position,
            v=version,
        )

    def insert(self, position: int, like: Row, version: int) -> None:
        """One more event of a stream, like another one."""
        own = re.sub(rb'"id":"[^"]*"', f'"id":"{uuid4()}"'.encode(), like[4])
        self._do(
            f"INSERT INTO {self.table} ({self.place}, originator_id, originator_version, topic, "
            f"state) SELECT :p, originator_id, :v, topic, :s FROM {self.table} "
            f"WHERE {self.place} = :like",
            p=position,
            v=version,
            s=own,
            like=like[0],
        )

    def chain_anew(self, stream_id: UUID) -> None:
        """Work the chain of a stream out again, so that it holds."""
        end: str | None = None
        own = sorted((row for row in self.rows() if row[1] == stream_id), key=lambda row: row[2])
        for position, _, version, topic, state in own:
            said = f'"previous":"{end}"'.encode()
            found = re.sub(rb'"previous":"[0-9a-f]{64}"', said, state) if end else state
            if found != state:
                self.rewrite(position, found)
            end = link(stream_id, version, topic, found)

    def _do(self, statement: str, **values: Any) -> None:
        done = self.connection.execute(text(statement), values)
        assert done.rowcount == 1


@contextmanager
def insider(settings: Settings) -> Iterator[Insider]:
    """What is done is committed at the end."""
    address = settings.database_url or f"sqlite:///{settings.data_dir / 'crm.db'}"
    engine = create_engine(address)
    place = "notification_id" if settings.database_url else "position"
    try:
        with engine.begin() as connection:
            tables = [name for name in inspect(connection).get_table_names() if "events" in name]
            yield Insider(connection, min(tables, key=len), place)
    finally:
        engine.dispose()
