"""Which of several workers follows the log? The one that holds the lease.

A lease is a row with an end. Its holder renews it while at work; when the holder dies, another
takes it once it has run out. Nothing depends on it but economy: what is written twice at once is
refused by the generation's own place in the log (`projections.generations`).
"""

from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from projections.alone import alone
from projections.tables import TEXT

LEASE_SECONDS = 5

_metadata = MetaData()
_lease = Table(
    "projection_lease",
    _metadata,
    Column("name", TEXT, primary_key=True),
    Column("holder", TEXT, nullable=False),
    Column("ends_at", BigInteger, nullable=False),  # milliseconds, by the database's own clock
)
_NAME = "following"
_PREPARING = 0x63726F


class Lease:
    """One program's claim to follow the log."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._me = str(uuid4())
        with alone(engine, _PREPARING) as connection:
            _metadata.create_all(connection)

    def hold(self) -> bool:
        """Take or renew the lease; False while another program holds it."""
        try:
            with self._engine.execution_options(alone=True).begin() as connection:
                return self._claim(connection)
        except IntegrityError:  # both took the first lease at once
            return False

    def give_back(self) -> None:
        """Let another program take over at once."""
        with self._engine.begin() as connection:
            connection.execute(update(_lease).where(_lease.c.holder == self._me).values(ends_at=0))

    def _claim(self, connection: Connection) -> bool:
        now = _now_ms(connection)
        ends_at = now + LEASE_SECONDS * 1000
        row = connection.execute(select(_lease).where(_lease.c.name == _NAME)).one_or_none()
        if row is None:
            values = {"name": _NAME, "holder": self._me, "ends_at": ends_at}
            connection.execute(insert(_lease).values(values))
            return True
        if row.holder != self._me and row.ends_at > now:
            return False
        taken = connection.execute(
            update(_lease)
            .where(_lease.c.name == _NAME, _lease.c.holder == row.holder)
            .where(_lease.c.ends_at == row.ends_at)
            .values(holder=self._me, ends_at=ends_at)
        )
        return taken.rowcount == 1


def _now_ms(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        query = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
    else:
        query = text("SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)")
    return int(connection.execute(query).scalar_one())
