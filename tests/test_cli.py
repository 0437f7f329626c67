"""The command line as a person uses it: its own process, its output, its exit status."""

import csv
import io
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crm.ledger.importing import preview
from crm.people import SYSTEM
from crm.settings import Settings
from crm.tables import display_width
from crm.wiring import build
from domain.calendar import business_day, utc_now
from domain.event import Recorded
from tests.conftest import Kept
from tests.serving import ROOT, Client, ServerProcess, run_crm


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store with the sample data, and what `crm demo` printed."""
    data = tmp_path_factory.mktemp("demo")
    done = run_crm(data, "demo")
    assert (done.returncode, done.stderr) == (0, "")
    return data, done.stdout


def test_help_is_chinese_and_wrong_usage_is_status_2(tmp_path: Path) -> None:
    assert "招商" in run_crm(tmp_path, "--help").stdout
    assert run_crm(tmp_path, "token", "create", "乙", "--role", "viewer").returncode == 0
    for wrong in (
        ("nonsense",),
        ("list", "nonsense"),
        ("list", "exited", "--as-of", "yesterday"),
        ("list", "exited", "--known-at", "2023-01-01T00:00:00"),
        ("list", "exited", "--format", "pdf"),
        ("list", "exited", "--format", "xlsx"),
        ("problems", "--state", "asleep"),
        ("problems", "--format", "xlsx"),
        ("target",),
        ("target", "1066"),
        ("token", "create", "甲", "--role", "king"),
        ("token", "create", "甲", "--role", "recorder"),
        ("token", "create", " ", "--role", "viewer"),
        ("serve", "--port", "99999"),
    ):
        assert run_crm(tmp_path, *wrong).returncode == 2, wrong


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nonsense", "没有 nonsense 这个命令（详见 crm --help）"),
        ("target", "必须写明 YEAR（详见 crm target --help）"),
        ("target abc", "YEAR：应为整数（详见 crm target --help）"),
        ("funnel 1999", "YEAR：不能小于 2000（详见 crm funnel --help）"),
        ("funnel 2200", "YEAR：不能大于 2100（详见 crm funnel --help）"),
        ("late --days x", "--days：应为整数（详见 crm late --help）"),
        ("token create 甲", "必须写明 --role（详见 crm token create --help）"),
        ("list exited --nope", "没有 --nope 这个选项（详见 crm list --help）"),
        ("rules extra", "多写了 extra（详见 crm rules --help）"),
        ("target 2023 --format", "--format 后面须写明内容（详见 crm --help）"),
        ("problems --overdue=3", "--overdue 后面不写内容（详见 crm --help）"),
        ("list exited --as-of 2023-02-30", "--as-of：没有这一天（详见 crm list --help）"),
        ("list exited --as-of 20230203", "--as-of：日期应写作 YYYY-MM-DD（详见 crm list --help）"),
    ],
)
def test_wrong_usage_is_said_in_one_chinese_line(
    demo: tuple[Path, str], typed: str, said: str
) -> None:
    done = run_crm(demo[0], *typed.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"用法有误：{said}\n"


def test_a_command_of_commands_shows_its_help(tmp_path: Path) -> None:
    done = run_crm(tmp_path, "token")
    assert done.returncode == 2
    assert "create" in done.stdout + done.stderr
    assert run_crm(tmp_path, "token", "--help").returncode == 0


def test_a_question_in_the_wrong_folder_is_refused_and_begins_no_store(tmp_path: Path) -> None:
    for question in (("list", "exited"), ("target", "2023"), ("projections", "status")):
        asked = run_crm(tmp_path / "别处", *question)
        assert (asked.returncode, asked.stdout) == (1, "")
        assert "没有数据库" in asked.stderr
        assert len(asked.stderr.splitlines()) == 1
    assert not (tmp_path / "别处").exists()


def test_refusals_are_one_clear_line_and_status_1(tmp_path: Path) -> None:
    assert run_crm(tmp_path, "token", "create", "甲", "--role", "viewer").returncode == 0
    not_a_ledger = tmp_path / "记录.xlsx"
    not_a_ledger.write_text("这不是 Excel 文件", encoding="utf-8")
    for refused in (
        ("token", "create", "甲", "--role", "manager"),
        ("token", "revoke", "000000000000"),
        ("replay", "ZS1999-0001"),
        ("import", str(tmp_path / "没有这个文件.xlsx")),
        ("import", str(not_a_ledger), "--dry-run"),
        ("list", "exited", "--out", str(tmp_path / "没有这个目录" / "x.txt")),
        ("list", "exited", "--format", "csv", "--out", str(tmp_path)),
        ("serve", "--host", "host.invalid"),
    ):
        one_line_of_refusal(run_crm(tmp_path, *refused))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        one_line_of_refusal(run_crm(tmp_path, "serve", "--port", port))


def one_line_of_refusal(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 1, done.args
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stdout == ""


def test_a_wrong_setting_and_a_file_that_is_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "crm.db").write_text("这不是数据库" * 100, encoding="utf-8")
    one_line_of_refusal(run_crm(tmp_path, "list", "exited"))
    monkeypatch.setenv("CRM_PORT", "abc")
    done = run_crm(tmp_path, "serve")
    one_line_of_refusal(done)
    assert "CRM_PORT" in done.stderr


def test_a_token_works_and_only_its_digest_is_kept(tmp_path: Path, kept: Kept) -> None:
    process = kept(ServerProcess(Settings(data_dir=tmp_path)))
    token = process.token("李晓梅", "viewer")
    assert "\n" not in token
    process.start()
    client = Client(process.base, token)
    assert client.get("/leads").status_code == 200
    client.close()
    process.kill()
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert token.encode() not in file.read_bytes(), file


def test_sample_data_tells_a_plausible_year(demo: tuple[Path, str]) -> None:
    data, printed = demo
    assert printed.count("curl ") == 3
    assert "/docs" in printed
    target = json.loads(
        run_crm(data, "target", "2023", "--as-of", "2023-12-31", "--format", "json").stdout
    )
    projects = target["metrics"]["projects"]
    assert projects["target"] == 90
    assert 60 <= projects["actual"] <= 120
    assert projects["exited"] > 0
    for name in (
        "signed-not-started",
        "started-not-completed",
        "completed-not-producing",
        "producing",
        "exited",
        "framework",
    ):
        shown = json.loads(
            run_crm(data, "list", name, "--as-of", "2023-12-31", "--format", "json").stdout
        )
        assert shown["count"] == len(shown["items"]) > 0, name


def test_lists_by_the_filters_of_the_api(demo: tuple[Path, str]) -> None:
    data, _ = demo
    asked = ("list", "signed-not-started", "--as-of", "2023-12-31", "--format", "json")

    def found(*filters: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = json.loads(run_crm(data, *asked, *filters).stdout)["items"]
        assert 0 < len(items) < len(every)
        return items

    every: list[dict[str, Any]] = json.loads(run_crm(data, *asked).stdout)["items"]
    unit = every[0]["recruiting_unit"]
    assert {item["recruiting_unit"] for item in found("--unit", unit)} == {unit}
    town = next(item["host_town"] for item in every if item["host_town"])
    assert {item["host_town"] for item in found("--town", town)} == {town}
    chain = next(item["chain"] for item in every if item["chain"])
    assert {item["chain"] for item in found("--chain", chain)} == {chain}
    assert all(item["overdue_days"] > 0 for item in found("--overdue"))
    assert {item["colour"] for item in found("--colour", "red")} == {"red"}
    large = found("--min-wan", "30000")
    assert all(float(item["agreed_total_wan"]) >= 30000 for item in large)
    for wrong in (("--colour", "black"), ("--min-wan", "-1"), ("--min-wan", "x")):
        assert run_crm(data, *asked, *wrong).returncode == 2


def test_tables_fit_a_terminal_of_a_hundred_columns(
    demo: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, _ = demo
    monkeypatch.setenv("COLUMNS", "100")
    for asked in (("list", "signed-not-started"), ("list", "exited"), ("rules",), ("problems",)):
        lines = run_crm(data, *asked, "--as-of", "2023-12-31").stdout.splitlines()
        assert len(lines) > 5
        assert max(map(display_width, lines)) <= 100, asked


def test_a_recount_shows_the_time_gone_and_the_gap(demo: tuple[Path, str]) -> None:
    data, _ = demo
    told = run_crm(
        data, "recount", "2023", "--rule", "big_project_wan=30000", "--as-of", "2023-06-30"
    ).stdout
    assert "时序进度：0.5000 → 0.5000" in told
    assert "超欠时序进度" in told.replace("\n", "")


def test_what_an_import_refused_is_its_exit_status(tmp_path: Path) -> None:
    head = "项目名称,投资方,招引单位,协议类别,签约时间,协议资金（万元）\n"
    good = "茶厂,某茶业有限公司,经开区,合同,2023-03-01,5000\n"
    bad = "酒厂,某酒业有限公司,经开区,合同,昨天,5000\n"
    path = tmp_path / "甲.csv"
    path.write_text(head + good + bad, encoding="utf-8")
    looked = run_crm(tmp_path, "import", str(path), "--dry-run")  # where there is no store yet
    assert (looked.returncode, (tmp_path / "crm.db").exists()) == (1, False)
    assert run_crm(tmp_path, "token", "create", "甲", "--role", "viewer").returncode == 0
    assert run_crm(tmp_path, "import", str(path), "--dry-run").returncode == 0
    done = run_crm(tmp_path, "import", str(path))
    assert (done.returncode, done.stderr) == (1, "共2行，拒绝1行\n")
    assert "已录入1行" in done.stdout
    path.write_text(head + good, encoding="utf-8")
    assert run_crm(tmp_path, "import", str(path)).returncode == 0
    folder = tmp_path / "交回"
    folder.mkdir()
    keyed = f"系统编号,{head}ZS2023-0001@1,{bad}"
    (folder / "甲.csv").write_text(keyed, encoding="utf-8")
    (folder / "乙.xlsx").write_bytes(b"x")
    (folder / "note.txt").write_text("说明")
    collected = run_crm(tmp_path, "ledger", "collect", str(folder))
    assert (collected.returncode, collected.stderr) == (1, "拒绝1行，未能读取1份\n")
    assert "不是台账、未读取的：note.txt" in collected.stdout


def test_running_the_sample_again_changes_nothing_and_never_touches_own_data(
    demo: tuple[Path, str], tmp_path: Path
) -> None:
    data, printed = demo
    assert run_crm(data, "demo").stdout == printed
    own = build(Settings(data_dir=tmp_path))
    from tests.samples import EVENTS

    registration: Any = EVENTS[0]
    own.store.append(
        [
            Recorded(
                registration.parent_lead_id,
                1,
                0,
                registration.parent_lead_id,
                own.clock(),
                SYSTEM.name,
                registration,
            )
        ]
    )
    own.close()
    done = run_crm(tmp_path, "demo")
    assert done.returncode == 0
    assert "未放入示例数据" in done.stdout
    assert not (tmp_path / "demo-token").exists()


def test_the_printed_curl_lines_work_when_pasted(demo: tuple[Path, str], kept: Kept) -> None:
    data, printed = demo
    process = kept(ServerProcess(Settings(data_dir=data)))
    process.start()
    for line in printed.splitlines():
        if line.strip().startswith("curl "):
            pasted = line.strip().replace("http://127.0.0.1:8000", process.base)
            done = subprocess.run(["sh", "-c", pasted], capture_output=True, text=True, check=True)
            answer = json.loads(done.stdout)
            assert answer.get("items") or answer["metrics"], line


def test_lists_and_targets_in_every_form(demo: tuple[Path, str], tmp_path: Path) -> None:
    data, _ = demo
    when = ("--as-of", "2023-06-30", "--known-at", "2023-07-31")
    table = run_crm(data, "list", "started-not-completed", *when).stdout
    assert table.startswith("开工未竣工（截至 2023-06-30）")
    shown = json.loads(
        run_crm(data, "list", "started-not-completed", *when, "--format", "json").stdout
    )
    assert shown["items"]
    out = tmp_path / "清单.csv"
    run_crm(data, "list", "started-not-completed", *when, "--format", "csv", "--out", str(out))
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert [row["编号"] for row in rows] == [item["code"] for item in shown["items"]]
    out = tmp_path / "清单.xlsx"
    done = run_crm(data, "list", "started-not-completed", "--format", "xlsx", "--out", str(out))
    assert done.returncode == 0
    read = preview(out, business_day(utc_now()))
    assert {row.key for row in read.rows if row.key} == {row.key for row in read.rows}
    for file_format in ("json", "csv", "xlsx"):
        out = tmp_path / f"目标.{file_format}"
        done = run_crm(data, "target", "2023", "--format", file_format, "--out", str(out))
        assert (done.returncode, out.stat().st_size > 500) == (0, True)
    assert "招引项目" in run_crm(data, "target", "2023").stdout


def test_problems_in_every_form(demo: tuple[Path, str], tmp_path: Path) -> None:
    data, _ = demo
    when = ("problems", "--as-of", "2023-12-31")
    table = run_crm(data, *when).stdout
    assert table.startswith("问题清单（截至 2023-12-31）：26 个")
    assert "WT2022-0001" in table
    shown = json.loads(run_crm(data, *when, "--overdue", "--format", "json").stdout)
    assert shown["count"] == len(shown["items"]) > 0
    assert all(item["overdue_days"] > 0 for item in shown["items"])
    unit = shown["items"][0]["unit"]
    early = ("--known-at", "2023-06-30", "--unit", unit, "--state", "closed", "--format", "csv")
    rows = list(
        csv.DictReader(io.StringIO(run_crm(data, *when, *early).stdout.removeprefix("\ufeff")))
    )
    assert 0 < len(rows) < 26
    assert {(row["责任单位"], row["状态"]) for row in rows} == {(unit, "已销号")}
    assert all("" < row["销号日期"] <= "2023-06-30" for row in rows)
    out = tmp_path / "问题.xlsx"
    assert run_crm(data, *when, "--format", "xlsx", "--out", str(out)).returncode == 0
    assert out.stat().st_size > 500


def test_replay_shows_events_and_state(demo: tuple[Path, str]) -> None:
    data, _ = demo
    shown = json.loads(run_crm(data, "replay", "ZS2022-0001").stdout)
    assert shown["events"][0]["type"] == "LeadRegistered"
    assert shown["state"]["code"] == "ZS2022-0001"
    early = json.loads(
        run_crm(
            data, "replay", "ZS2022-0001", "--known-at", shown["events"][0]["recorded_at"]
        ).stdout
    )
    assert len(early["events"]) < len(shown["events"])


def test_replay_in_every_form(demo: tuple[Path, str], tmp_path: Path) -> None:
    data, _ = demo
    asked = ("replay", "ZS2022-0001")
    shown = json.loads(run_crm(data, *asked).stdout)
    table = run_crm(data, *asked, "--format", "table").stdout
    assert "ZS2022-0001" in table
    assert all(event["label"] in table for event in shown["events"])
    text = run_crm(data, *asked, "--format", "csv").stdout.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["位置"]) for row in rows] == [event["position"] for event in shown["events"]]
    for file_format in ("json", "xlsx"):
        out = tmp_path / f"重放.{file_format}"
        done = run_crm(data, *asked, "--format", file_format, "--out", str(out))
        assert (done.returncode, done.stdout) == (0, "")
        assert out.stat().st_size > 500


def test_projections_status_and_a_rebuild_that_changes_no_byte(demo: tuple[Path, str]) -> None:
    data, _ = demo
    arguments = ("list", "signed-not-started", "--as-of", "2023-09-30")
    clocks = ("--known-at", "2023-12-31T00:00:00+08:00", "--format", "json")
    before = run_crm(data, *arguments, *clocks).stdout
    assert json.loads(before)["items"]
    assert "已重建" in run_crm(data, "projections", "rebuild").stdout
    assert run_crm(data, *arguments, *clocks).stdout == before
    assert "正常" in run_crm(data, "projections", "status").stdout


def test_help_reads_no_more_than_words() -> None:
    """It answers at once: what a command needs is imported by the command."""
    asked = (
        "import sys, crm.cli; print(*(name for name in sys.modules if name.startswith("
        "('domain.lead', 'projections', 'sqlalchemy', 'pandas', 'api'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
