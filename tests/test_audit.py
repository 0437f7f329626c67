"""查验 as auditors use it: over HTTP and by command, with tables and bulletins, and from paper."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from crm.application import CRM
from crm.bulletins.making import published_by, wanted
from crm.bulletins.publishing import publish_bulletin
from crm.database import open_database
from crm.people import SYSTEM
from crm.proof.auditing import audit
from crm.proof.sealing import seal_log
from crm.proof.tables import stale_rows
from crm.proof.verifying import Printed
from crm.settings import Settings
from crm.wiring import build
from domain.errors import Refused
from domain.periods import PeriodKind
from domain.target import AnnualTargetSet
from projections.rebuild import rebuild
from tests.serving import ROOT, Server, assert_problem, run_crm
from tests.tampering import insider
from tests.told import REGISTERED, on, signed
from tests.told_rules import ADMIN, revised

pytestmark = pytest.mark.storage


def told(crm: CRM) -> None:
    crm.register(REGISTERED, signed(on(6, 3)), by=SYSTEM)


def test_a_county_as_it_was_written_is_all_well(crm: CRM) -> None:
    told(crm)
    publish_bulletin(crm, wanted(crm, PeriodKind.MONTHLY, on(6, 3)), by=SYSTEM)
    found = audit(crm)
    assert found.problems == []
    assert (found.leads, found.unchained) == (1, 0)
    [published] = published_by(crm)
    assert published.event.log_size is not None
    assert published.event.log_root is not None
    later = audit(crm, Printed(published.event.log_size, published.event.log_root))
    assert later.ok
    wrong = audit(crm, Printed(published.event.log_size, "0" * 64))
    assert [problem.kind for problem in wrong.problems] == ["root"]


def test_a_log_sealed_while_it_was_empty(crm: CRM) -> None:
    """As a server does that starts on an empty store."""
    seal_log(crm.store, crm.seals, crm.clock())
    assert audit(crm).ok
    crm.register(REGISTERED, by=SYSTEM)
    assert audit(crm).ok
    seal_log(crm.store, crm.seals, crm.clock())
    found = audit(crm)
    assert (found.ok, found.sealed) == (True, 1)


def test_a_table_that_says_something_else_is_named(settings: Settings) -> None:
    crm = build(settings)
    try:
        told(crm)
        assert list(stale_rows(crm)) == []
        database = open_database(settings)
        with database.tables.begin() as connection:
            names = [name for name in inspect(connection).get_table_names() if "lead_step" in name]
            connection.execute(text(f"UPDATE {names[0]} SET agreed_yuan = 1"))
        database.close()
        [problem] = list(stale_rows(crm))
        assert (problem.kind, problem.stream_id) == ("table", crm.lead_id("ZS2023-0001"))
        rebuild(crm.projector, ["leads"])
        assert list(stale_rows(crm)) == []
    finally:
        crm.close()


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("annual_target", "UPDATE {} SET projects = projects + 1"),
        ("rule_setting", "DELETE FROM {}"),
        ("funds_arrival", "INSERT INTO {0} SELECT * FROM {0} WHERE 1 = 0"),
        ("lead_state", "DELETE FROM {}"),
    ],
)
def test_every_table_is_held_against_the_log(settings: Settings, table: str, change: str) -> None:
    crm = build(settings)
    try:
        told(crm)
        crm.set_target(AnnualTargetSet(occurred_on=on(1), year=2023, projects=90), by=ADMIN)
        today = crm.today()
        crm.revise_rules(revised(today, today, start_within_months=7), by=ADMIN)
        assert list(stale_rows(crm)) == []
        database = open_database(settings)
        with database.tables.begin() as connection:
            names = inspect(connection).get_table_names()
            [name] = [name for name in names if name.startswith(f"{table}_v")]
            connection.execute(text(change.format(name)))
        database.close()
        found = [problem.detail for problem in stale_rows(crm)]
        assert [table in detail for detail in found] == [True] * (table != "funds_arrival")
    finally:
        crm.close()


def test_a_bulletin_s_content_that_is_another_is_named(settings: Settings) -> None:
    crm = build(settings)
    told(crm)
    publish_bulletin(crm, wanted(crm, PeriodKind.MONTHLY, on(6, 3)), by=SYSTEM)
    crm.close()
    with insider(settings) as at:
        at.connection.execute(text("UPDATE bulletin_content SET content = 'x'"))
    crm = build(settings)
    try:
        [problem] = audit(crm).problems
        assert (problem.kind, "2023年6月" in problem.detail) == ("bulletin", True)
    finally:
        crm.close()


def test_auditors_ask_over_http(server: Server) -> None:
    office, auditor = server.client("manager"), server.client("auditor")
    office.register()
    shown = auditor.get("/audit/verify").json()
    assert (shown["ok"], shown["leads"], shown["problems"]) == (True, 1, [])
    assert shown["events"] == shown["head"] > 0
    assert_problem(auditor.get("/audit/verify", root="ab"), 422, "invalid_input")
    assert_problem(auditor.get("/audit/verify", root="zz" * 32, size=1), 422, "invalid_input")
    assert not auditor.get("/audit/verify", root="ab" * 32, size=1).json()["ok"]
    assert_problem(server.client("viewer").get("/audit/verify"), 403, "role_not_allowed")


def test_a_publication_waits_while_the_log_does_not_go_on_from_its_seals(
    settings: Settings,
) -> None:
    crm = build(settings)
    told(crm)
    seal_log(crm.store, crm.seals, crm.clock())
    last = crm.store.rows(0, 100)[-1]
    crm.close()
    with insider(settings) as at:
        at.rewrite(last[0], last[4].replace(b'"occurred_on":"20', b'"occurred_on":"19'))
    crm = build(settings)
    try:
        with pytest.raises(Refused, match="不能发布"):
            publish_bulletin(crm, wanted(crm, PeriodKind.MONTHLY, on(6, 3)), by=SYSTEM)
        first = audit(crm).problems[0]
        assert (first.kind, first.position) == ("altered", last[0])
    finally:
        crm.close()


def test_commands_verify_and_prove(sample_county: Settings, tmp_path: Path) -> None:
    folder = sample_county.data_dir
    sealed = run_crm(folder, "audit", "seal")
    root = sealed.stdout.split()[-1]
    verified = run_crm(folder, "audit", "verify")
    assert (verified.returncode, "查验通过" in verified.stdout) == (0, True), verified.stdout
    assert root in verified.stdout
    wrong = run_crm(folder, "audit", "verify", "--root", "0" * 64, "--size", "10")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)
    out = tmp_path / "proof.json"
    assert run_crm(folder, "audit", "proof", "ZS2023-0001", "--out", str(out)).returncode == 0
    assert checked(out, root).returncode == 0
    assert "校验值不同" in checked(out, "0" * 64).stderr
    proof: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    # Against the paper of an earlier day, after which one more was recorded.
    size, earlier = str(proof["records"][-1]["index"]), tmp_path / "earlier.json"
    part = ("audit", "proof", "ZS2023-0001", "--size", size, "--out", str(earlier))
    assert run_crm(folder, *part).returncode == 0
    on_paper = json.loads(earlier.read_text(encoding="utf-8"))["root"]
    assert run_crm(folder, "audit", "verify", "--root", on_paper, "--size", size).returncode == 0
    found = checked(earlier, on_paper)
    assert (found.returncode, "其后另有 1 条" in found.stdout) == (0, True), found
    too_many = run_crm(folder, "audit", "proof", "ZS2023-0001", "--size", "999999")
    assert (too_many.returncode, too_many.stderr.count("\n")) == (1, 1)
    assert len(proof["records"]) > 2
    assert checked(out, "0" * 64).returncode == 1
    proof["records"][1]["state"] = proof["records"][1]["state"].replace("20", "19", 1)
    out.write_text(json.dumps(proof), encoding="utf-8")
    assert "不符：第 2 条记录" in checked(out, root).stderr


def checked(proof: Path, root: str) -> subprocess.CompletedProcess[str]:
    """By the script for others, without any of our packages."""
    script = ROOT / "docs" / "check_proof.py"
    return subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(proof), root],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_script_is_short_and_needs_nothing() -> None:
    lines = (ROOT / "docs" / "check_proof.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 50
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names
