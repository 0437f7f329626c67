"""What somebody says of a ledger once: its columns, what was signed; and what is asked about it."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from crm.application import CRM
from crm.cli import app
from crm.ledger.collecting import collect
from crm.ledger.importing import plan, preview
from crm.ledger.mapping import Said
from crm.ledger.planning import Outcome
from crm.ledger.report import render_plan
from crm.ledger.returned import returned_file
from crm.people import SYSTEM, Caller, Role
from crm.printing import table as printing
from crm.printing.workbook import workbook
from domain.vocabulary import AgreementKind
from tests.ledgers import HEADER, PLAIN, TODAY, bring_in, only, only_row, states, write
from tests.sending import recorded, sent
from tests.serving import Server, assert_problem

STRANGE = {
    "项目名称": "工程",
    "招引单位": "经办",
    "协议金额": "规模",
    "签约时间": "落定日",
    "协议类别": "文本",
}


def strange(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A ledger of whose header words only two are known."""
    renamed = [{STRANGE.get(word, word): value for word, value in row.items()} for row in rows]
    header = [STRANGE.get(word, word) for word in HEADER]
    return write(path, renamed, header=header)


def without_kind(path: Path) -> Path:
    row = {word: value for word, value in PLAIN.items() if word != "协议类别"}
    return write(path, [row], header=[word for word in HEADER if word != "协议类别"])


def test_a_ledger_of_unknown_words_is_kept_for_somebody_to_say_its_columns(
    server: Server, tmp_path: Path
) -> None:
    office = server.client("manager")
    shown = sent(office, strange(tmp_path / "a.xlsx", [PLAIN]))
    assert (shown["counts"]["new"], shown["counts"]["refused"]) == (0, 1)
    assert any("先指定各列" in note for note in shown["notes"])
    said = {
        "工程": "title",
        "经办": "招引单位",
        "规模": "协议金额",
        "落定日": "signed",
        "文本": "kind",
    }
    url = f"/ledgers/{shown['ledger_id']}/columns"
    answer = office.put(url, {"sheet": "台账", "columns": said})
    assert answer.json()["counts"]["new"] == 1, answer.text
    again = sent(office, strange(tmp_path / "b.xlsx", [PLAIN, {**PLAIN, "项目名称": "乙"}]))
    assert again["counts"]["new"] == 2


def test_what_was_signed_is_said_once_where_no_column_says_so(
    server: Server, tmp_path: Path
) -> None:
    office = server.client("manager")
    shown = sent(office, without_kind(tmp_path / "a.xlsx"))
    assert shown["counts"]["refused"] == 1
    url = f"/ledgers/{shown['ledger_id']}/columns"
    answer = office.put(url, {"sheet": "台账", "kind": "contract"}).json()
    assert (answer["counts"]["new"], answer["sheets"][0]["kind_of_all"]) == (1, "contract")
    assert any("已签约的按“合同”登记" in note for note in answer["notes"])
    assert sent(office, without_kind(tmp_path / "b.xlsx"))["counts"]["new"] == 1
    wrong = office.put(url, {"sheet": "台账", "kind": "promise"})
    assert_problem(wrong, 422, "invalid_input")


def test_a_preview_refuses_what_another_units_recorder_may_not_write(
    crm: CRM, tmp_path: Path
) -> None:
    clerk = Caller("李", Role.RECORDER, "县水利局")
    path = write(tmp_path / "a.xlsx", [PLAIN, {**PLAIN, "项目名称": "乙", "招引单位": "水利局"}])
    lines = plan(crm, preview(path, TODAY), clerk).lines
    assert [line.outcome for line in lines] == [Outcome.REFUSED, Outcome.NEW]
    assert [fault.code for fault in lines[0].row.faults] == ["unit_not_allowed"]
    bring_in(crm, path)
    moved = write(tmp_path / "b.xlsx", [{**PLAIN, "开工时间": "2023-08-01"}])
    [line] = plan(crm, preview(moved, TODAY), clerk).lines
    assert [fault.code for fault in line.row.faults] == ["unit_not_allowed"]
    untouched = plan(crm, preview(path, TODAY), clerk).lines
    assert {line.outcome for line in untouched} == {Outcome.UNCHANGED}


@pytest.mark.parametrize(
    ("amount", "doubted"),
    [(1_000_000, False), (1_000_001, True), ("900亿元", True), (10, False), (9.99, True)],
)
def test_an_amount_out_of_all_proportion_is_asked_about(
    crm: CRM, tmp_path: Path, amount: Any, doubted: bool
) -> None:
    doubts = only_row(tmp_path, 协议金额=amount).doubts
    path = write(tmp_path / "a.xlsx", [{**PLAIN, "协议金额": amount}])
    assert [("请核对金额单位" in doubt) for doubt in doubts] == [True] * doubted
    assert ("请核对：" in render_plan(plan(crm, preview(path, TODAY), SYSTEM))) is doubted


def test_an_amount_no_county_has_is_refused(tmp_path: Path) -> None:
    assert only_row(tmp_path, 协议金额="1000亿元").faults == ()
    [fault] = only_row(tmp_path, 协议金额="15000亿元").faults
    assert "核对金额单位" in fault.reason


def test_a_day_that_cannot_be_read_hides_nothing_else_that_is_missing(tmp_path: Path) -> None:
    row = only_row(tmp_path, 签约时间="2月30日", 协议类别="")
    assert {fault.code for fault in row.faults} == {"date", "kind"}


def test_a_telephone_that_is_not_recorded_is_shown_to_be(server: Server, tmp_path: Path) -> None:
    office = server.client("manager")
    row = {**PLAIN, "联系人": "王某", "联系电话": "13838205642"}
    header = [*HEADER, "联系人"]
    first = sent(office, write(tmp_path / "a.xlsx", [row], header=header))
    recorded(office, first["ledger_id"])
    changed = {**row, "联系电话": "13900000000"}
    shown = sent(office, write(tmp_path / "b.xlsx", [changed], header=header))
    [told] = shown["rows"][0]["unrecorded"]
    assert (told["column"], told["ledger"]) == ("联系电话", "（略）")


def test_a_ledger_that_was_not_handed_out_is_not_collected(crm: CRM, tmp_path: Path) -> None:
    write(tmp_path / "外来.xlsx", [PLAIN])
    collected = collect(crm, tmp_path, SYSTEM)
    assert collected.unreadable == 1
    assert "不是分发出去的台账" in collected.parts[0].reason
    assert states(crm) == {}


def test_the_command_line_says_columns_and_hands_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()
    rows = [PLAIN, {**PLAIN, "项目名称": "乙", "协议金额": "待定"}]
    path = strange(tmp_path / "a.xlsx", rows)
    back = tmp_path / "退回.xlsx"
    pairs = ("工程=项目名称", "经办=unit", "规模=协议金额", "落定日=签约时间", "文本=协议类别")
    options = [part for pair in pairs for part in ("--column", pair)]
    looked = runner.invoke(app, ["import", str(path), "--dry-run", *options])
    assert looked.exit_code == 1  # no database yet, and a look begins none
    wrong = runner.invoke(app, ["import", str(path), "--column", "没有=title"])
    assert wrong.exit_code == 1
    done = runner.invoke(app, ["import", str(path), "--refused", str(back), *options])
    assert "已录入1行" in done.output
    assert [row.title for row in preview(back, TODAY).rows] == ["乙"]
    assert openpyxl.load_workbook(back).worksheets[0].cell(1, 1).value is not None
    again = runner.invoke(app, ["import", str(path), "--dry-run"])
    assert "工程→项目名称" in again.output  # remembered
    assert "无变化1行" in again.output


def test_the_kind_of_all_by_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path / "data"))
    path = without_kind(tmp_path / "a.xlsx")
    done = CliRunner().invoke(app, ["import", str(path), "--kind", "framework"])
    assert AgreementKind.FRAMEWORK.label in done.output
    assert "已录入1行" in done.output


def test_a_column_set_right_is_read_by_whoever_imports(crm: CRM, tmp_path: Path) -> None:
    path = strange(tmp_path / "a.xlsx", [PLAIN])
    assert only(crm, path).outcome is Outcome.REFUSED


def test_a_recorder_has_to_do_with_its_own_ledgers_only(server: Server, tmp_path: Path) -> None:
    mine, other = server.client("recorder", "经开区"), server.client("recorder", "县水利局")
    ledger = sent(mine, write(tmp_path / "a.xlsx", [PLAIN]))["ledger_id"]
    assert_problem(other.post(f"/ledgers/{ledger}/confirmation", {}), 403, "not_your_ledger")
    assert_problem(other.get(f"/ledgers/{ledger}"), 403, "not_your_ledger")
    # To take back is to void: a manager's act, whosever ledger it is.
    assert_problem(other.post(f"/ledgers/{ledger}/taking-back", {}), 403, "role_not_allowed")
    assert other.http.delete(f"/ledgers/{ledger}").status_code == 403
    said = {"sheet": "台账", "columns": {"备注": None}}
    assert_problem(other.put(f"/ledgers/{ledger}/columns", said), 403, "not_your_ledger")
    assert recorded(mine, ledger)["report"]["recorded"] == 1


def test_the_kind_of_all_is_for_ledgers_without_a_column_of_it(
    server: Server, tmp_path: Path
) -> None:
    office = server.client("manager")
    shown = sent(office, write(tmp_path / "a.xlsx", [{**PLAIN, "协议类别": ""}]))
    url = f"/ledgers/{shown['ledger_id']}/columns"
    answer = office.put(url, {"sheet": "台账", "kind": "contract"})
    assert_problem(answer, 422, "invalid_input")
    unsigned = {
        word: value for word, value in PLAIN.items() if word not in ("协议类别", "签约时间")
    }
    header = [word for word in HEADER if word != "协议类别"]
    path = write(tmp_path / "b.xlsx", [unsigned], header=header)
    said = {table.shape: Said(kind=AgreementKind.CONTRACT) for table in preview(path, TODAY).tables}
    [row] = preview(path, TODAY, lambda shape: said[shape]).rows
    assert (row.kind, row.faults) == (None, ())


def test_files_are_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path / "data"))
    path = write(tmp_path / "a.xlsx", [{**PLAIN, "协议金额": "待定"}])
    before = path.read_bytes()
    done = CliRunner().invoke(app, ["import", str(path), "--refused", str(path)])
    assert (done.exit_code, path.read_bytes()) == (2, before)


def test_lines_that_went_back_are_no_part_that_was_handed_out(crm: CRM, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [{**PLAIN, "协议金额": "待定"}])
    folder = tmp_path / "交回"
    folder.mkdir()
    back = returned_file(plan(crm, preview(path, TODAY), SYSTEM))
    (folder / "退回.xlsx").write_bytes(back)
    assert "不是分发出去的台账" in collect(crm, folder, SYSTEM).parts[0].reason


@pytest.mark.parametrize(
    ("targets", "left"), [((5, 3), [2]), ((5, None), [""]), ((None, None), [""])]
)
def test_what_is_left_is_summed_up_where_every_row_has_a_target(
    targets: tuple[int | None, ...], left: list[Any]
) -> None:
    columns = [
        printing.Column("name", "单位"),
        printing.Column("target", "目标", printing.Kind.COUNT, total=True),
        printing.Column("actual", "完成", printing.Kind.COUNT, total=True),
        printing.Column(
            "rest", "剩余", printing.Kind.COUNT, total=printing.OfTotals("target", "-", "actual")
        ),
    ]
    rows = [
        {"name": name, "target": target, "actual": 3}
        for name, target in zip("甲乙", targets, strict=True)
    ]
    table = printing.Table("表", "表", columns, rows, TODAY, "name")
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook([table])))
    total = next(row for row in book.get_sheet_by_index(0).to_python() if row[0] == "合计")
    assert total[3:] == left


def test_the_command_line_adds_to_what_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()
    row = {"工程": "茶厂"} | {w: v for w, v in PLAIN.items() if w not in ("项目名称", "协议类别")}
    header = ["工程" if w == "项目名称" else w for w in HEADER if w != "协议类别"]
    path = write(tmp_path / "a.xlsx", [row], header=header)
    first = runner.invoke(app, ["import", str(path), "--column", "工程=项目名称"])
    assert "拒绝1行" in first.output  # what was signed is not known yet
    second = runner.invoke(app, ["import", str(path), "--kind", "合同"])
    assert "已录入1行" in second.output
    wrong = runner.invoke(
        app, ["import", str(write(tmp_path / "b.xlsx", [PLAIN])), "--kind", "合同"]
    )
    assert wrong.exit_code == 1
