"""Out and in again: nothing when nothing was touched, exactly the edits when something was.

The same for a ledger in parts, sent round and collected.
"""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell import MergedCell

from crm.application import CRM
from crm.ledger import LedgerError
from crm.ledger.collecting import collect
from crm.ledger.full import Wanted, ledger_file
from crm.ledger.importing import import_ledger, plan, preview
from crm.ledger.planning import Outcome
from crm.ledger.report import render_collected
from crm.ledger.splitting import SplitBy, split_ledger
from crm.people import SYSTEM
from crm.questions.answer import When
from crm.questions.standing import ask_list
from crm.settings import Settings
from crm.wiring import build
from domain.calendar import business_day, utc_now
from domain.event_names import label_of
from projections.stage_lists import STAGE_LISTS
from tests.histories import random_log
from tests.read_tables import fill
from tests.workbooks import letter


@pytest.fixture
def county(sample_data: Path, tmp_path: Path) -> Any:
    """The sample county, for one test to change."""
    shutil.copytree(sample_data, tmp_path / "data")
    program = build(Settings(data_dir=tmp_path / "data"))
    yield program
    program.close()


def sent_out(crm: CRM, folder: Path, *, persons: bool = False) -> Path:
    path = folder / "台账.xlsx"
    content, _ = ledger_file(crm, When(crm.today()), Wanted(persons=persons), SYSTEM)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("seed", range(4))
def test_out_and_in_again_untouched_is_no_event(crm: CRM, tmp_path: Path, seed: int) -> None:
    rng = random.Random(300 + seed)
    fill(crm, random_log(rng, leads=20, steps=350), rng)
    path = sent_out(crm, tmp_path, persons=rng.random() < 0.5)
    planned = plan(crm, preview(path, crm.today()), SYSTEM)
    assert {line.outcome for line in planned.lines} == {Outcome.UNCHANGED}
    head = crm.store.head()
    import_ledger(crm, planned.ledger, SYSTEM)
    assert crm.store.head() == head


Edit = Callable[[Any, int, dict[str, int], random.Random], str | None]
"""Changes one row as a clerk might; the label of the one event that must come of it, or None."""


def filled(column: str, after: str, label: str) -> Edit:
    def edit(page: Any, row: int, at: dict[str, int], rng: random.Random) -> str | None:
        before, cell = page.cell(row, at[after]).value, page.cell(row, at[column])
        if cell.value is not None or before is None:
            return None
        day = before.date() + timedelta(days=rng.randint(1, 40))
        if day > business_day(utc_now()):
            return None
        cell.value = day
        return label

    return edit


def raised(column: str, label: str) -> Edit:
    def edit(page: Any, row: int, at: dict[str, int], rng: random.Random) -> str | None:
        cell = page.cell(row, at[column])
        if cell.value is None or page.cell(row, at["签约时间"]).value is None:
            return None
        cell.value = cell.value + rng.randint(1, 500)
        return label

    return edit


def renamed(column: str, label: str) -> Edit:
    def edit(page: Any, row: int, at: dict[str, int], rng: random.Random) -> str | None:
        cell = page.cell(row, at[column])
        cell.value = f"{cell.value or ''}改{rng.randint(1, 99)}"
        return label

    return edit


EDITS: tuple[Edit, ...] = (
    filled("开工时间", "签约时间", "开工"),
    filled("竣工时间", "开工时间", "竣工"),
    filled("投产时间", "竣工时间", "投产"),
    raised("到位资金", "资金到位"),
    raised("协议金额", "补充协议"),
    renamed("项目名称", "项目更名"),
    renamed("包抓领导", "责任包抓"),
)


def columns_of(page: Any) -> tuple[int, dict[str, int]]:
    """The first row of projects, and each header's column (headers have two rows)."""
    top = next(r for r in range(1, 10) if page.cell(r, 2).value == "项目名称")
    at: dict[str, int] = {}
    for column in range(1, page.max_column + 1):
        for row in (top, top + 1):
            if value := page.cell(row, column).value:
                at[str(value).replace("\n", "")] = column
    return top + 2, at


@pytest.mark.parametrize("seed", range(2))
def test_fifty_legal_edits_are_exactly_fifty_events(county: CRM, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = sent_out(county, tmp_path)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    first, at = columns_of(page)
    keyed = [
        row
        for row in range(first, page.max_row + 1)
        if str(page.cell(row, at["系统编号"]).value or "").startswith("ZS")
        and page.cell(row, at["当前状态"]).value not in ("已退出", "流失", "搁置")
    ]
    expected: Counter[str] = Counter()
    for row in rng.sample(keyed, len(keyed)):
        label = rng.choice(EDITS)(page, row, at, rng)
        if label is not None:
            expected[label] += 1
        if expected.total() == 50:
            break
    assert expected.total() == 50
    book.save(path)
    ledger = preview(path, county.today())
    planned = plan(county, ledger, SYSTEM)
    assert [line for line in planned.lines if line.conflicts or line.row.faults] == []
    head = county.store.head()
    import_ledger(county, ledger, SYSTEM)
    assert county.store.head() == head + 50
    assert Counter(label_of(r.event) for r in county.store.log(head)) == expected
    again = plan(county, ledger, SYSTEM)
    assert {line.outcome for line in again.lines} == {Outcome.UNCHANGED}


def printed_list(crm: CRM, name: str, folder: Path) -> Path:
    path = folder / f"{name}.xlsx"
    path.write_bytes(ask_list(crm, When(crm.today()), name, to_fill_in=True).file("xlsx"))
    return path


@pytest.mark.parametrize("seed", range(2))
def test_lists_out_and_in_again_untouched_are_no_event(crm: CRM, tmp_path: Path, seed: int) -> None:
    rng = random.Random(700 + seed)
    fill(crm, random_log(rng, leads=30, steps=500), rng)
    lines = 0
    for name in STAGE_LISTS:
        if not ask_list(crm, When(crm.today()), name).shown["count"]:
            continue
        ledger = preview(printed_list(crm, name, tmp_path), crm.today())
        assert [table.not_understood for table in ledger.tables] == [[]]
        planned = plan(crm, ledger, SYSTEM)
        assert {line.outcome for line in planned.lines} == {Outcome.UNCHANGED}
        lines += len(planned.lines)
    assert lines > 5


@pytest.mark.parametrize(
    ("name", "after", "reached", "label"),
    [
        ("signed-not-started", "签约时间", "开工时间", "开工"),
        ("started-not-completed", "开工时间", "竣工时间", "竣工"),
        ("completed-not-producing", "竣工时间", "投产时间", "投产"),
    ],
)
def test_a_list_with_cells_edited_and_rows_moved_comes_back_as_changes(
    county: CRM, tmp_path: Path, name: str, after: str, reached: str, label: str
) -> None:
    path = printed_list(county, name, tmp_path)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    first, at = columns_of(page)
    assert page.column_dimensions[letter(at["系统编号"])].hidden
    chosen = {str(rule.sqref) for rule in page.data_validations.dataValidation}
    assert len(chosen) >= 5  # 协议类别, 产业链, 招引单位, 落户镇, the days and amounts
    rng = random.Random(5)
    rows = [r for r in range(first, page.max_row) if page.cell(r, at["系统编号"]).value]
    expected: Counter[str] = Counter()
    edits = (
        renamed("项目名称", "项目更名"),
        renamed("投资方", "更换投资方"),
        renamed("落户镇", "责任包抓"),
        renamed("责任人", "责任包抓"),
        filled(reached, after, label),
    )
    for row, edit in zip(rng.sample(rows, len(edits)), edits, strict=True):
        done = edit(page, row, at, rng)
        assert done is not None
        expected[done] += 1
    for one, other in zip(rows[:2], rows[-2:], strict=True):  # and somebody sorted the rows
        for cell, moved in zip(page[one], page[other], strict=True):
            if not isinstance(cell, MergedCell):
                cell.value, moved.value = moved.value, cell.value
    book.save(path)
    ledger = preview(path, county.today())
    planned = plan(county, ledger, SYSTEM)
    assert [line for line in planned.lines if line.conflicts or line.row.faults] == []
    assert [line for line in planned.lines if line.registration] == []
    head = county.store.head()
    import_ledger(county, ledger, SYSTEM)
    assert Counter(label_of(r.event) for r in county.store.log(head)) == expected


def test_a_ledger_sent_round_is_collected_with_one_report(county: CRM, tmp_path: Path) -> None:
    folder = tmp_path / "各单位"
    done = split_ledger(county, When(county.today()), folder, SplitBy.UNIT, Wanted(), SYSTEM)
    untouched = collect(county, folder, SYSTEM, dry_run=True)
    assert (untouched.missing, untouched.lost, untouched.twice) == ({}, {}, {})
    assert all(
        part.count(Outcome.UNCHANGED) == len(part.plan.lines)
        for part in untouched.parts
        if part.plan
    )
    first, second, *_ = sorted(done.sent, key=lambda sent: sent.path.name)
    book = openpyxl.load_workbook(first.path)
    page = book.worksheets[0]
    top, at = columns_of(page)
    code = str(page.cell(top, at["系统编号"]).value).partition("@")[0]
    page.cell(top, at["包抓领导"]).value = "新领导"
    lost = str(page.cell(top + 1, at["系统编号"]).value).partition("@")[0]
    for cell in page[top + 1]:
        cell.value = None
    book.save(first.path)
    second.path.unlink()
    (folder / "坏.xlsx").write_bytes(b"x")
    (folder / "说明.txt").write_text("不是台账")
    collected = collect(county, folder, SYSTEM)
    assert list(collected.missing) == [second.owner]
    assert collected.lost == {first.owner: [lost]}
    text = render_collected(collected)
    for said in ("坏.xlsx  未能读取", f"{second.owner}：", "更新1行", "缺少的项目", "说明.txt"):
        assert said in text
    [changed] = [part for part in collected.parts if part.count(Outcome.CHANGED)]
    assert changed.report is not None
    assert [line.code for line, _ in changed.report.updated] == [code]
    with pytest.raises(LedgerError):
        collect(county, tmp_path / "没有", SYSTEM)
