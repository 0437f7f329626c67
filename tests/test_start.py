"""Several programs that start at once on an empty database each find it made, once."""

import subprocess
import sys
from pathlib import Path

import pytest

from crm.settings import Settings
from crm.wiring import build
from tests.databases import Postgres, postgres_settings, sqlite_settings
from tests.serving import ROOT, environment

pytestmark = pytest.mark.storage

ROUNDS, PROGRAMS = 4, 4

_START = """
from crm.settings import read_settings
from crm.wiring import Tables, build, build_worker
settings = read_settings()
build(settings, tables=Tables.ELSEWHERE).close()
build_worker(settings)[1]()
build(settings).close()
"""


def start_at_once(settings: Settings) -> None:
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", _START],
            env=environment(settings),
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROGRAMS)
    ]
    for program in programs:
        _, said = program.communicate(timeout=60)
        assert program.returncode == 0, said


@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_programs_that_start_at_once_on_an_empty_database(
    kind: str, round_: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if kind == "sqlite":
        settings = sqlite_settings(tmp_path)
    else:
        server: Postgres = request.getfixturevalue("postgres_server")
        settings = postgres_settings(server, tmp_path)
    start_at_once(settings)
    crm = build(settings)
    assert {status.position for status in crm.projector.statuses()} == {0}
    crm.close()
