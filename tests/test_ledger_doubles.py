"""A line that may be a project known already waits for a person, who decides in the file itself."""

import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crm.application import CRM
from crm.ledger.headers import KEY
from crm.ledger.importing import import_ledger, plan, preview
from crm.ledger.planning import Outcome, Planned
from crm.ledger.returned import returned_file
from crm.people import SYSTEM
from tests.ledgers import (
    HEADER,
    OTHER_USCC,
    PLAIN,
    TODAY,
    USCC,
    bring_in,
    codes,
    newer,
    only,
    planned,
    states,
    write,
)


def decided(crm: CRM, path: Path, said: str, folder: Path) -> list[Planned]:
    """The lines that went back of a ledger, with a word in their key column, as they come in."""
    back = folder / "退回.xlsx"
    back.write_bytes(returned_file(plan(crm, preview(path, TODAY), SYSTEM)))
    book = openpyxl.load_workbook(back)
    page = book.worksheets[0]
    top = next(row for row in range(1, 10) if page.cell(row, 1).value == HEADER[0])
    at = next(cell.column for cell in page[top] if cell.value == KEY)
    for row in range(top + 1, page.max_row + 1):
        page.cell(row, at).value = said
    book.save(back)
    ledger = preview(back, TODAY)
    lines = list(plan(crm, ledger, SYSTEM).lines)
    import_ledger(crm, ledger, SYSTEM)
    return lines


TWICE: dict[str, list[dict[str, Any]]] = {
    "the same line": [PLAIN, PLAIN],
    "another amount": [PLAIN, {**PLAIN, "协议金额": 6000}],
    "written another way": [PLAIN, {**PLAIN, "项目名称": "富硒茶 项目"}],
}


@pytest.mark.parametrize("name", TWICE)
def test_a_project_twice_in_one_ledger_is_recorded_once(
    crm: CRM, tmp_path: Path, name: str
) -> None:
    path = write(tmp_path / "a.xlsx", TWICE[name])
    first, second = planned(crm, path).lines
    assert (first.outcome, codes(second)) == (Outcome.NEW, ["likely_known"])
    assert "第4行" in second.conflicts[0].reason
    bring_in(crm, path)
    assert len(states(crm)) == 1


def test_two_projects_of_one_name_are_told_apart_by_code(crm: CRM, tmp_path: Path) -> None:
    rows = [{**PLAIN, "统一社会信用代码": code} for code in (USCC, OTHER_USCC)]
    assert len(bring_in(crm, write(tmp_path / "a.xlsx", rows)).recorded) == 2


def test_a_project_on_two_sheets_is_recorded_once(crm: CRM, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [PLAIN])
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book.worksheets[0]).title = "汇总"
    book.save(path)
    _, second = planned(crm, path).lines
    assert "工作表“台账”第4行" in second.conflicts[0].reason


RENAMED: dict[str, dict[str, Any]] = {
    "project": {**PLAIN, "项目名称": "富硒茶精深加工基地"},
    "investor": {**PLAIN, "企业名称": "另一家公司"},
}


@pytest.mark.parametrize("name", RENAMED)
def test_a_renamed_project_without_a_key_waits_and_is_decided(
    crm: CRM, tmp_path: Path, name: str
) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [PLAIN]))
    path = newer(tmp_path, [RENAMED[name]])
    waiting = only(crm, path)
    assert codes(waiting) == ["likely_known"]
    assert "富硒茶项目”（ZS2023-0001，某公司）" in waiting.conflicts[0].reason
    [line] = decided(crm, path, "ZS2023-0001", tmp_path)
    assert (line.outcome, line.code) == (Outcome.CHANGED, "ZS2023-0001")
    [state] = states(crm).values()
    assert (state.title, state.investor) == (
        RENAMED[name]["项目名称"],
        RENAMED[name]["企业名称"],
    )


def test_what_somebody_says_is_new_is_new_and_only_once(crm: CRM, tmp_path: Path) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [PLAIN]))
    path = newer(tmp_path, [{**PLAIN, "项目名称": "茶旅融合"}])
    [line] = decided(crm, path, "新项目", tmp_path)
    assert line.outcome is Outcome.NEW
    assert {state.title for state in states(crm).values()} == {"富硒茶项目", "茶旅融合"}
    assert only(crm, tmp_path / "退回.xlsx").outcome is Outcome.UNCHANGED
    other = newer(tmp_path, [{**PLAIN, "项目名称": "茶旅融合"}], "c.xlsx")
    assert only(crm, other).outcome is Outcome.UNCHANGED


def test_another_project_of_a_known_investor_needs_no_decision(crm: CRM, tmp_path: Path) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [PLAIN]))
    for other in ({"协议金额": 5001}, {"签约时间": "2023-03-02"}):
        row = {**PLAIN, "项目名称": "冷链物流园", **other}
        assert only(crm, newer(tmp_path, [row])).outcome is Outcome.NEW
    both = planned(crm, newer(tmp_path, [PLAIN, {**PLAIN, "项目名称": "冷链物流园"}]))
    assert [line.outcome for line in both.lines] == [Outcome.UNCHANGED, Outcome.NEW]


def test_a_new_project_of_the_very_name_of_another_is_to_be_told_apart(
    crm: CRM, tmp_path: Path
) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [PLAIN]))
    path = newer(tmp_path, [{**PLAIN, "协议金额": 6000, "签约时间": "2023-09-09"}])
    [line] = decided(crm, path, "新项目", tmp_path)
    assert (line.outcome, line.events) == (Outcome.CONFLICT, ())
    assert "在项目名称中加以区分" in line.conflicts[0].reason
    assert len(states(crm)) == 1


def test_a_line_that_contradicts_all_that_tells_projects_apart_changes_nothing(
    crm: CRM, tmp_path: Path
) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [PLAIN]))
    other = {**PLAIN, "协议金额": 400, "签约时间": "2023-09-09", "落户镇": "双乳镇"}
    line = only(crm, newer(tmp_path, [other]))
    assert (line.outcome, line.events) == (Outcome.CONFLICT, ())
    assert codes(line)[0] == "contradicts"
    one = only(crm, newer(tmp_path, [{**PLAIN, "协议金额": 400, "落户镇": "双乳镇"}]))
    assert len(one.events) == 1  # a single cell holds back itself alone


def test_lines_of_one_signing_are_asked_about(crm: CRM, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [PLAIN, {**PLAIN, "项目名称": "茶旅融合"}])
    first, second = planned(crm, path).lines
    assert first.row.doubts == ()
    assert "第4行" in second.row.doubts[0]
    assert [line.outcome for line in (first, second)] == [Outcome.NEW, Outcome.NEW]


def test_a_file_that_goes_back_twice_has_one_column_of_reasons(crm: CRM, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [{**PLAIN, "协议金额": "待定"}])
    for nth in range(2):
        back = returned_file(plan(crm, preview(path, TODAY), SYSTEM))
        path = tmp_path / f"{nth}.xlsx"
        path.write_bytes(back)
    [table] = preview(path, TODAY).tables
    assert [column.header for column in table.columns].count("原因") == 1


def test_codes_and_keys_tell_lines_apart_however_many_there_are(tmp_path: Path) -> None:
    """Held against comparing every line with every one above it."""
    rng = random.Random(4)
    rows = [
        {
            **PLAIN,
            "项目名称": rng.choice(("甲", "乙")),
            "统一社会信用代码": rng.choice((USCC, OTHER_USCC, "")),
            "系统编号": rng.choice(("ZS2023-0001", "ZS2023-0002", "", "")),
        }
        for _ in range(120)
    ]
    path = write(tmp_path / "a.xlsx", rows, header=[*HEADER, "系统编号"])
    above: list[Any] = []
    for row in preview(path, TODAY).rows:
        same = any(
            one.title == row.title
            and (not one.uscc or not row.uscc or one.uscc == row.uscc)
            and (not one.key or not row.key or one.key == row.key)
            for one in above
        )
        assert (row.repeats is not None) is same
        above.append(row)
