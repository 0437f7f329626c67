"""Does a ledger that goes out come in again as what the log says, and does it print?"""

import io
import random
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from crm.cli import app
from crm.demo.welcome import welcome
from crm.ledger.full import Found, Subtotals, Wanted, find, ledger_row, ledger_table
from crm.ledger.headers import KEY
from crm.ledger.importing import preview
from crm.ledger.recording import following
from crm.ledger.rows import LedgerRow
from crm.presentation import day_text
from crm.printing.table import Column, Kind, OfTotals, Table
from crm.printing.workbook import workbook
from crm.questions.answer import When
from crm.settings import Settings
from crm.wiring import build
from domain.event import ContactPerson, Personal
from domain.lead import events as e
from domain.lead.state import LeadState
from domain.rulebook import DEFAULT_RULES
from projections.clocks import Clocks
from projections.lead_states import LeadOnDay
from projections.stage_lists import STAGE_LISTS
from tests.histories import random_log
from tests.serving import Client, serving
from tests.states import folded, leads

DAY = date(2023, 12, 31)
WHEN = ("--as-of", "2023-12-31")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def clocks(day: date = DAY) -> Clocks:
    return Clocks(day, datetime(2025, 1, 1, tzinfo=UTC), 1)


def ledger(on_day: Sequence[LeadOnDay], day: date = DAY, **wanted: Any) -> bytes:
    found = Found(clocks(day), DEFAULT_RULES, on_day, {"招引单位": ["经开区", "发改局"]})
    return workbook([ledger_table(found, Wanted(**wanted))])


def lines(content: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def part(content: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ElementTree.fromstring(archive.read(name))


def sheet_xml(content: bytes, nth: int = 1) -> ElementTree.Element:
    return part(content, f"xl/worksheets/sheet{nth}.xml")


def formulas(page: ElementTree.Element) -> dict[str, tuple[str, str]]:
    """Cell -> formula and the result kept beside it."""
    return {
        cell.get("r", ""): (cell.findtext(f"{MAIN}f") or "", cell.findtext(f"{MAIN}v") or "")
        for cell in page.iter(f"{MAIN}c")
        if cell.find(f"{MAIN}f") is not None
    }


# --- out and in again -------------------------------------------------------------------------


def as_said(state: LeadState) -> dict[str, Any]:
    """What a ledger has to say of a lead."""
    return {
        "title": state.title,
        "investor": state.investor,
        "uscc": state.investor_uscc,
        "chain": state.chain,
        "unit": state.recruiting_unit,
        "town": state.host_town,
        "kind": state.kind,
        "agreed_total_yuan": state.agreed_total_yuan if state.kind else state.estimated_yuan,
        "signed_on": state.signed_on or state.text_signed_on,
        "started_on": state.started_on,
        "completed_on": state.completed_on,
        "produced_on": state.produced_on,
        "funds_yuan": sum(state.funds_yuan.values()),
        "funds_usd": state.funds_usd,
        "exited_on": state.exited_on,
        "leader": state.leader,
        "responsible_unit": state.unit,
    }


def left_before_it_went_on(state: LeadState) -> bool:
    """An exit entered late, before milestones that were in the log already: the log keeps both
    until somebody settles it, and a ledger that says both is rightly asked about."""
    days = (state.signed_on or state.text_signed_on, state.started_on, state.completed_on)
    reached = [day for day in (*days, state.produced_on) if day]
    return state.exited_on is not None and bool(reached) and state.exited_on < max(reached)


def read_back(content: bytes, tmp_path: Path, today: date) -> tuple[LedgerRow, ...]:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(content)
    return preview(path, today).rows


def assert_same(rows: Sequence[LedgerRow], on_day: Sequence[LeadOnDay]) -> None:
    assert len(rows) == len(on_day)
    for row, lead in zip(rows, on_day, strict=True):
        expected = as_said(lead.state)
        assert {name: getattr(row, name) for name in expected} == expected, lead
        if left_before_it_went_on(lead.state):
            assert [(fault.code, fault.column) for fault in row.faults] == [("order", "备注")]
        else:
            assert not row.faults, (row.faults, lead)
        assert not row.extras, "what the program works out is not read back"


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_come_back_as_they_went_out(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    on_day: list[LeadOnDay] = []
    day = rng.choice((date(2024, 12, 31), date(2023, 6, 30)))
    for _ in range(60):
        on_day += folded(random_log(rng, 4, 150), day, 1_000_000)
    stages = {lead.state.stage for lead in on_day}
    assert len(stages) == 9, stages
    rows = read_back(ledger(on_day, day), tmp_path, day)
    assert_same(rows, on_day)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The sample data; commands find it by the environment."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("sample"))
    welcome(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_DATA_DIR", str(settings.data_dir))
        yield settings


@pytest.fixture(scope="module")
def office(sample: Settings) -> Iterator[Client]:
    with serving(sample) as running:
        yield running.client("viewer")


@pytest.fixture(scope="module")
def known(sample: Settings) -> Iterator[Found]:
    crm = build(sample)
    yield find(crm, When(DAY))
    crm.close()


def test_the_sample_county_comes_back_as_it_went_out(
    office: Client, known: Found, tmp_path: Path
) -> None:
    answer = office.get("/ledgers/export", as_of="2023-12-31", persons=True)
    assert answer.status_code == 200
    assert "%E5%8F%B0%E8%B4%A6_2023-12-31.xlsx" in answer.headers["content-disposition"]
    rows = read_back(answer.content, tmp_path, date(2024, 6, 1))
    assert_same(rows, known.leads)
    assert {row.filed_on for row in rows} == {DAY}
    persons = [(row.person, row.phone) for row in rows]
    assert [person for person, _ in persons] == [lead.state.person for lead in known.leads]
    assert any(phone for _, phone in persons)


def test_a_start_before_the_signing_is_taken_with_its_ground(tmp_path: Path) -> None:
    told = [
        e.LeadRegistered(
            occurred_on=date(2023, 1, 5),
            code="ZS2023-0001",
            title="茶叶项目",
            investor=e.Investor("甲公司"),
            recruiting_unit="经开区",
        ),
        e.ConstructionStarted(occurred_on=date(2023, 2, 1), ground="县政府同意；拟退出的除外"),
        e.ConstructionStarted(occurred_on=date(2023, 2, 1), ground="县政府会议同意"),
    ]
    by_words = leads(told[:2], [told[0], told[2]], day=DAY)
    rows = read_back(ledger(by_words), tmp_path, DAY)
    assert [row.remark for row in rows] == ["先建后签", "先建后签：县政府会议同意"]
    assert_same(rows, by_words)
    start = next(x for x in following(rows[1]) if isinstance(x, e.ConstructionStarted))
    assert start.ground == "先建后签：县政府会议同意"


def test_whose_telephone_is_shown() -> None:
    def person(name: str, phone: str | None) -> ContactPerson:
        number = Personal(phone) if phone else None
        return ContactPerson(UUID(int=1), Personal(name), None, number)

    state = LeadState(person="王某", contact_persons=(person("李某", "1"), person("王某", "2")))
    row = ledger_row(state, DAY, DEFAULT_RULES)
    assert (row["责任人"], row["联系人"], row["联系电话"]) == ("王某", None, "2")
    state = LeadState(person="王某", contact_persons=(person("张某", None), person("李某", "1")))
    row = ledger_row(state, DAY, DEFAULT_RULES)
    assert (row["责任人"], row["联系人"], row["联系电话"]) == ("王某", "李某", "1")


# --- how it prints and works in Excel -----------------------------------------------------------


def test_the_layout_of_the_ledger(office: Client, known: Found) -> None:
    content = office.get("/ledgers/export", as_of="2023-12-31").content
    table = lines(content)
    assert table[0][0] == "招商项目台账"
    assert re.match(r"填报单位：.*填报时间：2023年12月31日 +单位：万元 +录入时刻：20", table[1][0])
    assert table[2][:3] == ["序号", "项目名称", "投资方"]
    assert table[3][2:4] == ["企业名称", "统一社会信用代码"]
    assert table[3][8:13] == ["万元", "签约时间", "开工时间", "竣工时间", "投产时间"]
    assert "责任人" not in table[2]
    assert "联系电话" not in table[2]
    first, last = table[4], table[4 + len(known.leads)]
    assert first[0] == 1.0
    assert isinstance(first[9], date)
    assert last[:2] == ["合计", f"共{len(known.leads)}个"]
    standing = [x.state for x in known.leads if x.state.exited_on is None]
    assert table[5 + len(known.leads)][1] == f"不含已退出 共{len(standing)}个"
    amounts = [(s.agreed_total_yuan if s.kind else s.estimated_yuan) or 0 for s in standing]
    assert table[5 + len(known.leads)][8] == sum(amounts) / 10_000
    assert any("填表人：" in str(cell) and "审核人：" in str(cell) for cell in table[-1])

    page = sheet_xml(content)
    pane = page.find(f".//{MAIN}pane")
    assert pane is not None
    assert pane.attrib.items() >= {"xSplit": "2", "ySplit": "4", "state": "frozen"}.items()
    setup = page.find(f"{MAIN}pageSetup")
    assert setup is not None
    assert setup.attrib.items() >= {"paperSize": "8", "orientation": "landscape"}.items()
    assert setup.get("fitToHeight") == "0"
    assert page.find(f"{MAIN}sheetPr/{MAIN}pageSetUpPr") is not None
    footer = page.findtext(f"{MAIN}headerFooter/{MAIN}oddFooter")
    assert footer == "&C第 &P 页 共 &N 页"
    columns = page.findall(f"{MAIN}cols/{MAIN}col")
    key = len(table[2])
    assert table[2][key - 1] == KEY
    assert columns[-1].get("max") == str(key)
    assert columns[-1].get("hidden") == "1"
    keys = [str(row[key - 1]).partition("@")[0] for row in table[4:-5]]
    assert keys[:3] == [lead.state.code for lead in known.leads[:3]]
    # Rows are sorted with their keys, so the filter reaches over the hidden column.
    filtered = page.find(f"{MAIN}autoFilter")
    assert filtered is not None
    assert filtered.get("ref") == f"A4:{letter(key)}{4 + len(known.leads)}"
    names = part(content, "xl/workbook.xml").findall(f".//{MAIN}definedName")
    [repeated] = [x.text or "" for x in names if x.get("name") == "_xlnm.Print_Titles"]
    assert repeated.replace("'", "") == "招商项目台账!$3:$4"
    assert page.find(f"{MAIN}sheetProtection") is None


def letter(count: int) -> str:
    return (chr(64 + (count - 1) // 26) if count > 26 else "") + chr(65 + (count - 1) % 26)


def test_totals_are_formulas_with_their_results(office: Client) -> None:
    content = office.get("/ledgers/export", as_of="2023-12-31", subtotals="chain").content
    table, made = lines(content), formulas(sheet_xml(content))
    subtotals = [nth for nth, row in enumerate(table) if row[0] == "小计"]
    total = next(nth for nth, row in enumerate(table) if row[0] == "合计")
    assert len(subtotals) == len({row[4] for row in table[4:total] if row[0] != "小计"})
    begin = 4
    for nth in subtotals:
        formula, result = made[f"I{nth + 1}"]
        assert formula == f"SUBTOTAL(109,I{begin + 1}:I{nth})"
        rows = table[begin:nth]
        assert len({row[4] for row in rows}) == 1, "one chain"
        assert float(result) == table[nth][8] == sum(row[8] or 0 for row in rows)
        assert table[nth][1] == f"{rows[0][4]} 共{len(rows)}个"
        begin = nth + 1
    formula, result = made[f"I{total + 1}"]
    assert formula == f"SUBTOTAL(109,I5:I{total})"
    assert float(result) == sum(table[nth][8] for nth in subtotals)
    assert made[f"B{total + 1}"][0] == f'"共"&SUBTOTAL(103,C5:C{total})&"个"'
    assert made[f"I{total + 2}"][0].startswith(f'SUMIFS(I5:I{total},C5:C{total},"?*"')


def test_cells_are_checked_as_they_are_typed(office: Client) -> None:
    content = office.get("/ledgers/export", as_of="2023-12-31").content
    rules = {
        rule.get("sqref", ""): rule for rule in sheet_xml(content).iter(f"{MAIN}dataValidation")
    }
    by_column = {re.sub(r"\d.*", "", where): rule for where, rule in rules.items()}
    assert {name for name, rule in by_column.items() if rule.get("type") == "list"} == set("EFGH")
    assert {n for n, rule in by_column.items() if rule.get("type") == "date"} == set("JKLM")
    assert {n for n, rule in by_column.items() if rule.get("type") == "decimal"} == set("INO")
    assert by_column["H"].get("errorStyle") is None, "a kind of agreement is one of the four"
    assert by_column["E"].get("errorStyle") == "warning", "chains are added"
    hidden = CalamineWorkbook.from_filelike(io.BytesIO(content))
    choices = hidden.get_sheet_by_name("选项").to_python()
    assert {row[0] for row in choices} >= {"协议类别", "意向书", "框架协议", "协议", "合同"}
    state = part(content, "xl/workbook.xml").findall(f".//{MAIN}sheet")[1].get("state")
    assert state == "hidden"


def test_what_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    names = ("=HYPERLINK(1)", "+1", "-2+3", "@SUM(A1)", "http://x.cn", "多" * 300)
    told = [
        e.LeadRegistered(
            occurred_on=date(2023, 1, 5),
            code=f"ZS2023-000{nth}",
            title=name[:200],
            investor=e.Investor(name[:200]),
            recruiting_unit="经开区",
        )
        for nth, name in enumerate(names)
    ]
    on_day = leads(*([event] for event in told), day=DAY)
    content = ledger(on_day)
    assert {cell[0] for cell in formulas(sheet_xml(content))} <= {"B", "I", "N", "O"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any("hyperlink" in name.lower() for name in archive.namelist())
    assert_same(read_back(content, tmp_path, DAY), on_day)


def test_an_empty_ledger_is_a_form(tmp_path: Path) -> None:
    content = ledger([])
    assert lines(content)[5][:2] == ["合计", "共0个"]
    assert formulas(sheet_xml(content))["I6"] == ("SUBTOTAL(109,I5:I5)", "0.0")
    assert read_back(content, tmp_path, DAY) == ()


def test_the_same_question_gives_the_same_file() -> None:
    on_day = folded(random_log(random.Random(1), 4, 150), DAY, 1_000_000)
    assert ledger(on_day) == ledger(on_day)


def test_widths_and_heights_fit_chinese_text() -> None:
    table = Table(
        name="表",
        title="表",
        columns=[
            Column("n", "序号", Kind.SERIAL),
            Column("t", "名称", widest=20),
            Column("d", "日", Kind.DAY),
        ],
        rows=[{"t": "十个汉字占二十格的名", "d": DAY}, {"t": "字" * 25, "d": None}],
        day=DAY,
        counted="t",
    )
    page = sheet_xml(workbook([table]))
    width = {c.get("min"): float(c.get("width", 0)) for c in page.findall(f"{MAIN}cols/{MAIN}col")}
    assert width["2"] >= 20
    assert width["3"] >= 11
    heights = [row.get("ht") for row in page.iter(f"{MAIN}row")]
    assert heights[4] is None
    assert float(heights[5] or 0) >= 3 * 13


def test_totals_of_totals() -> None:
    table = Table(
        name="表",
        title="表",
        columns=[
            Column("t", "名称"),
            Column("u", "备注"),
            Column("a", "甲", Kind.COUNT, total=True),
            Column("b", "乙", Kind.COUNT, total=True),
            Column("q", "率", Kind.SHARE, total=OfTotals("a", "/", "b")),
            Column("r", "差", Kind.COUNT, total=OfTotals("b", "-", "a")),
        ],
        rows=[{"t": "一", "a": 1, "b": 2}, {"t": "二", "a": 0, "b": None}],
        day=DAY,
        counted="t",
    )
    made = formulas(sheet_xml(workbook([table])))
    assert made["E7"] == ('IF(D7=0,"",C7/D7)', "0.5")
    assert made["F7"] == ("D7-C7", "1.0")


# --- the lists and the target -------------------------------------------------------------------


@pytest.mark.parametrize("name", STAGE_LISTS)
def test_a_list_prints(office: Client, name: str) -> None:
    shown = office.get(f"/lists/{name}", as_of="2023-12-31", limit=1000).json()
    content = office.get(f"/lists/{name}", as_of="2023-12-31", format="xlsx").content
    table = lines(content)
    assert table[0][0] == f"{shown['label']}项目清单"
    headers = [low or top for top, low in zip(table[2], table[3], strict=True)]
    rows = [dict(zip(headers, row, strict=True)) for row in table[4 : 4 + shown["count"]]]
    assert [row["编号"] for row in rows] == [item["code"] for item in shown["items"]]
    assert [row["协议金额(万元)"] for row in rows] == [
        float(item["agreed_total_wan"]) for item in shown["items"]
    ]
    for row, item in zip(rows, shown["items"], strict=True):
        for header, key in (("签约时间", "signed_on"), ("应完成日期", "due_on")):
            if header in row:
                assert (day_text(row[header]) if row[header] else None) == item[key]
    total = table[4 + shown["count"]]
    assert total[:2] == ["合计", f"共{shown['count']}个"]
    assert total[headers.index("协议金额(万元)")] == float(shown["total_agreed_wan"])
    fills = part(content, "xl/styles.xml").findall(f".//{MAIN}fill//{MAIN}fgColor")
    coloured = {item["colour"] for item in shown["items"]} - {None}
    assert ("FFFF7C80" in {fill.get("rgb") for fill in fills}) == ("red" in coloured)


def test_the_target_prints(office: Client) -> None:
    shown = office.get("/targets/2023", as_of="2023-12-31").json()
    content = office.get("/targets/2023", as_of="2023-12-31", format="xlsx").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["全县", "分单位", "分镇", "分产业链", "至各季度末", "分月"]
    whole = lines(content)
    assert whole[0][0] == "2023年招商引资目标任务完成情况"
    assert "时序进度：100.00%" in whole[1][0]
    projects = shown["metrics"]["projects"]
    assert whole[4][1:5] == [
        "招引项目（个）",
        90.0,
        projects["actual"],
        float(projects["completion"]),
    ]
    units = lines(content, 1)
    rows = [row for row in units[4:] if isinstance(row[0], float)]
    assert [row[1] for row in rows] == list(shown["by_unit"])
    total = units[4 + len(rows)]
    assert total[3] == projects["actual"] == sum(row[3] for row in rows)
    assert total[4] == pytest.approx(total[3] / total[2])
    assert formulas(sheet_xml(content, 2))[f"D{5 + len(rows)}"][0].startswith("SUBTOTAL(109,D5:")
    assert len([row for row in lines(content, 5) if str(row[1]).startswith("2023-")]) == 12


# --- by command, and in parts -------------------------------------------------------------------


def crm(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["ledger", *arguments])


def test_export_by_command(known: Found, office: Client, tmp_path: Path) -> None:
    out = tmp_path / "经开区.xlsx"
    done = crm("export", "--unit", "经开区", "--year", "2023", *WHEN, "--out", str(out))
    assert done.exit_code == 0, done.output
    table = lines(out.read_bytes())
    assert table[0][0] == "2023年招商项目台账"
    assert table[1][0].startswith("填报单位：经开区")
    wanted = [
        lead
        for lead in known.leads
        if lead.state.recruiting_unit == "经开区"
        and (as_said(lead.state)["signed_on"] or lead.state.registered_on or DAY).year == 2023
    ]
    assert_same(preview(out, date(2024, 6, 1)).rows, wanted)
    same = office.get("/ledgers/export", as_of="2023-12-31", unit="经开区", year=2023).content
    assert lines(same)[4:] == table[4:]
    for wrong in (("export",), ("export", "--out", "x.xlsx", "--subtotals", "person")):
        assert crm(*wrong).exit_code == 2, wrong
    assert office.get("/ledgers/export", subtotals="person").status_code == 422


def test_a_ledger_of_an_earlier_day_and_moment(office: Client) -> None:
    then = {"as_of": "2023-06-30", "known_at": "2023-07-31"}
    table = lines(office.get("/ledgers/export", **then).content)
    ahead = [cell for row in table[4:] for cell in row[9:13] if isinstance(cell, date)]
    assert ahead
    assert max(ahead) <= date(2023, 6, 30)


@pytest.mark.parametrize("by", ["unit", "town"])
def test_each_unit_or_town_has_its_own_file(known: Found, tmp_path: Path, by: str) -> None:
    folder = tmp_path / "分发"
    done = crm("split", str(folder), "--by", by, *WHEN)
    assert done.exit_code == 0, done.output
    files = sorted(folder.iterdir())
    assert all(re.fullmatch(r".+_招商项目台账_2023-12-31\.xlsx", file.name) for file in files)
    assert all(str(file) in done.stdout for file in files)
    seen: list[str] = []
    for file in files:
        owner = file.name.partition("_")[0]
        rows = preview(file, date(2024, 6, 1)).rows
        assert not any(row.faults for row in rows)
        owners = {(row.unit or "").removeprefix("县") if by == "unit" else row.town for row in rows}
        assert owners == {owner}
        table = lines(file.read_bytes())
        assert table[1][0].startswith(f"填报单位：{owner} ")
        keys = [str(row[-1]).partition("@")[0] for row in table[4:]]
        seen += [key for key in keys if key.startswith("ZS")]
        below = 4 + len(rows)
        assert all(not any(row) for row in table[below : below + 20]), "rows to fill in"
        assert table[below + 20][0] == "合计"
    owned = [lead for lead in known.leads if by == "unit" or lead.state.host_town]
    assert sorted(seen) == sorted(lead.state.code for lead in owned)
    again = crm("split", str(folder), "--by", by, *WHEN)
    assert again.exit_code == 1, "a file that may have been filled in is not written over"


def test_keys_are_protected_and_the_rest_is_open(sample: Settings, tmp_path: Path) -> None:
    assert crm("split", str(tmp_path), *WHEN).exit_code == 0
    content = (tmp_path / "经开区_招商项目台账_2023-12-31.xlsx").read_bytes()
    page, styles = sheet_xml(content), part(content, "xl/styles.xml")
    assert page.find(f"{MAIN}sheetProtection") is not None
    formats = styles.findall(f"{MAIN}cellXfs/{MAIN}xf")

    def opened(cell: str) -> bool:
        found = page.find(f".//{MAIN}c[@r='{cell}']")
        assert found is not None, cell
        protection = formats[int(found.get("s", 0))].find(f"{MAIN}protection")
        return protection is not None and protection.get("locked") == "0"

    last = letter(len(lines(content)[2]))
    assert lines(content)[2][-1] == KEY
    end = 4 + len([row for row in lines(content)[4:] if str(row[-1]).startswith("ZS")])
    blank = str(end + 5)
    assert not opened(f"{last}5")
    assert not opened("A5")
    assert not opened("B3")
    assert not opened(f"{last}{blank}")
    for cell in ("B5", "H5", "I5", "J5", "A2", f"B{blank}", f"J{blank}"):
        assert opened(cell), cell


def test_what_is_written_into_an_empty_row_is_a_new_project(tmp_path: Path) -> None:
    """Subtotals as they are asked for, and a filing day later than D."""
    on_day = folded(random_log(random.Random(3), 4, 150), DAY, 1_000_000)
    rows = read_back(ledger(on_day, subtotals=Subtotals.TOWN), tmp_path, DAY + timedelta(days=1))
    by_town = sorted(on_day, key=lambda x: (x.state.host_town is None, x.state.host_town or ""))
    assert_same(rows, by_town)
