"""Fixtures: a program over a fresh store, and a server over one."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm.application import CRM
from crm.settings import Settings
from crm.wiring import build
from tests.serving import Server, serving

ROOT = Path(__file__).parent.parent


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[CRM]:
    program = build(Settings(data_dir=tmp_path))
    yield program
    program.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server over an empty store."""
    with serving(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server the tests of a module share; each works on leads of its own."""
    with serving(tmp_path_factory.mktemp("shared")) as running:
        yield running


@pytest.fixture(scope="session")
def need() -> Callable[[bool, str], None]:
    """Skip with a reason when something is absent; in CI that is a failure."""

    def _need(present: bool, reason: str) -> None:
        if not present:
            if os.environ.get("CI") == "true":
                pytest.fail(f"missing in CI: {reason}")
            pytest.skip(reason)

    return _need
