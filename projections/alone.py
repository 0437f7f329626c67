"""A transaction that no other program's runs beside: for what several programs do at start."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, select


@contextmanager
def alone(engine: Engine, what: int) -> Iterator[Connection]:
    """SQLite: the write lock from the beginning (`crm.database` reads the option).

    PostgreSQL: an advisory lock on `what`, until the commit.
    """
    with engine.execution_options(alone=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(what)))
        yield connection
