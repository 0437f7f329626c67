"""到期通报: each period once, on its first workday, whoever asks and however often."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crm.application import CRM
from crm.bulletins.due import due, run_due
from crm.bulletins.making import published_by, wanted
from crm.bulletins.publishing import publish_bulletin
from crm.people import SYSTEM
from crm.settings import Settings
from crm.wiring import build
from domain.errors import Refused
from domain.periods import PeriodKind
from tests.conftest import Kept
from tests.databases import sqlite_settings
from tests.serving import ROOT, ServerProcess, environment, run_crm
from tests.told import REGISTERED

SHANGHAI = ZoneInfo("Asia/Shanghai")


def begun(settings: Settings, **options: Any) -> CRM:
    """A county whose first lead was registered in January 2022."""
    crm = build(settings, **options)
    crm.register(replace(REGISTERED, occurred_on=date(2022, 1, 4)), by=SYSTEM)
    return crm


def test_nothing_is_due_before_the_first_record(tmp_path: Path) -> None:
    crm = build(sqlite_settings(tmp_path))
    assert due(crm, crm.today()) == []
    assert list(run_due(crm, by=SYSTEM)) == []
    crm.close()
    crm = begun(sqlite_settings(tmp_path))
    with pytest.raises(Refused, match="没有任何项目记录"):
        publish_bulletin(crm, wanted(crm, PeriodKind.MONTHLY, date(1999, 1, 1)), by=SYSTEM)
    crm.close()


def test_each_period_is_published_once_from_the_first_workday_on(tmp_path: Path) -> None:
    """Over the turn of a quarter with its holidays: 29 September to 6 October 2023 are days off,
    7 and 8 October, a weekend, are worked."""
    now = datetime(2023, 9, 25, 9, tzinfo=SHANGHAI)
    crm = begun(sqlite_settings(tmp_path), clock=lambda: now)
    published: list[tuple[str, str]] = []
    for day in range(25, 25 + 25):
        now = datetime(2023, 9, 1, 9, tzinfo=SHANGHAI) + timedelta(days=day - 1)
        for hour in range(2):  # however often it is asked
            published += [(now.date().isoformat(), d.period.key) for d in run_due(crm, by=SYSTEM)]
            assert due(crm, crm.today()) == [], hour
    crm.close()
    assert ("2023-10-07", "2023-Q3") in published
    assert ("2023-10-07", "2023-09") in published
    assert ("2023-10-07", "2023-09-H2") in published
    assert ("2023-10-16", "2023-10-H1") in published
    weeks = [(day, key) for day, key in published if "-W" in key and day > "2023-09-25"]
    # The week that ends on Sunday 1 October falls due after the holidays.
    assert weeks == [
        ("2023-10-07", "2023-W39"),
        ("2023-10-09", "2023-W40"),
        ("2023-10-16", "2023-W41"),
    ]


def test_the_past_is_not_published_by_itself_but_a_gap_is(tmp_path: Path) -> None:
    now = datetime(2023, 6, 5, 9, tzinfo=SHANGHAI)
    crm = begun(sqlite_settings(tmp_path), clock=lambda: now)
    first = [done.period.key for done in run_due(crm, by=SYSTEM)]
    assert sorted(first) == ["2022", "2022-H2", "2023-05", "2023-05-H2", "2023-Q1", "2023-W22"]
    now = datetime(2023, 8, 7, 9, tzinfo=SHANGHAI)
    later = [done.period.key for done in run_due(crm, by=SYSTEM)]
    longer = [key for key in later if "-W" not in key and key.count("-") < 2]
    assert sorted(longer) == ["2023-06", "2023-07", "2023-H1", "2023-Q2"]
    assert sum("-W" in key for key in later) == 9
    numbers = [r.event.number for r in published_by(crm) if r.event.kind is PeriodKind.MONTHLY]
    assert numbers == [1, 2, 3]
    crm.close()


def test_several_that_make_what_is_due_at_once_publish_each_period_once(
    settings: Settings, tmp_path: Path
) -> None:
    begun(settings).close()
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "crm.cli", "report", "run-due"],
            env=environment(settings),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for program in programs:
        _, said = program.communicate(timeout=120)
        assert program.returncode == 0, said
    crm = build(settings)
    periods = [r.event.period for r in published_by(crm)]
    crm.close()
    assert len(periods) == len(set(periods)) == len(PeriodKind)


def test_a_server_publishes_by_itself_when_told_to(
    tmp_path: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(sqlite_settings(tmp_path)).close()
    monkeypatch.setenv("CRM_BULLETINS_DUE", "true")
    server = kept(ServerProcess(sqlite_settings(tmp_path)))
    server.start()
    crm = build(sqlite_settings(tmp_path))
    deadline = time.monotonic() + 30
    while len(published_by(crm)) < len(PeriodKind) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert {r.event.kind for r in published_by(crm)} == set(PeriodKind)
    assert all(r.recorded_by == SYSTEM.name for r in published_by(crm))
    crm.close()
    server.stop()


def test_run_due_says_what_it_made_what_is_missing_and_writes_the_files(tmp_path: Path) -> None:
    assert run_crm(tmp_path, "demo").returncode == 0
    in_the_way = tmp_path / "文件"
    in_the_way.write_text("")
    refused = run_crm(tmp_path, "report", "run-due", "--out-dir", str(in_the_way))
    assert (refused.returncode, refused.stdout) == (1, "")
    waiting = run_crm(tmp_path, "report", "run-due", "--dry-run").stdout
    assert waiting.count("到期未发布") == len(PeriodKind)
    assert run_crm(tmp_path, "report", "list").stdout == "还没有发布过通报\n"
    made = run_crm(tmp_path, "report", "run-due", "--out-dir", str(tmp_path / "通报"))
    assert made.returncode == 0, made.stderr
    assert made.stdout.count("已发布") == len(PeriodKind)
    files = {path.suffix for path in (tmp_path / "通报").iterdir()}
    assert files == {".docx", ".pdf", ".xlsx"}
    listed = json.loads(run_crm(tmp_path, "report", "list", "--format", "json").stdout)
    assert len(listed) == len(PeriodKind)
    lost = next(path for path in (tmp_path / "通报").iterdir() if path.suffix == ".pdf")
    content = lost.read_bytes()
    lost.unlink()
    again = run_crm(tmp_path, "report", "run-due", "--out-dir", str(tmp_path / "通报"))
    assert (again.returncode, again.stdout.strip()) == (0, "没有到期未发布的通报")
    assert lost.read_bytes() == content
