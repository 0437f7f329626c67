"""Does a ledger that goes out come in again as what the log says, and does it print?"""

import io
import random
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from crm.cli import app
from crm.ledger.full import Found, Subtotals, Wanted, ledger_row, ledger_table
from crm.ledger.headers import KEY
from crm.ledger.importing import preview
from crm.ledger.line import LedgerRow
from crm.ledger.recording import following
from crm.persons.persons import SeenPerson
from crm.persons.sealing import opened
from crm.printing.workbook import workbook
from crm.settings import Settings
from domain.event import ContactPerson, Personal
from domain.lead import events as e
from domain.lead.state import LeadState
from domain.rulebook import DEFAULT_RULES
from projections.clocks import Clocks
from projections.lead_states import LeadOnDay
from tests.histories import random_log
from tests.serving import Client, Server
from tests.states import folded, leads
from tests.workbooks import MAIN, formulas, letter, lines, part, sheet_xml

DAY = date(2023, 12, 31)
WHEN = ("--as-of", "2023-12-31")


def clocks(day: date = DAY) -> Clocks:
    return Clocks(day, datetime(2025, 1, 1, tzinfo=UTC), 1)


def ledger(on_day: Sequence[LeadOnDay], day: date = DAY, **wanted: Any) -> bytes:
    found = Found(clocks(day), DEFAULT_RULES, on_day, {"招引单位": ["经开区", "发改局"]})
    return workbook([ledger_table(found, Wanted(**wanted))])


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


def test_the_sample_county_comes_back_as_it_went_out(
    sample_server: Server, sample_found: Found, tmp_path: Path
) -> None:
    office = sample_server.client("manager")
    answer = office.get("/ledgers/export", as_of="2023-12-31", persons=True)
    assert answer.status_code == 200
    assert "%E5%8F%B0%E8%B4%A6_2023-12-31.xlsx" in answer.headers["content-disposition"]
    rows = read_back(answer.content, tmp_path, date(2024, 6, 1))
    assert_same(rows, sample_found.leads)
    assert {row.filed_on for row in rows} == {DAY}
    persons = [(row.person, row.phone) for row in rows]
    assert [person for person, _ in persons] == [lead.state.person for lead in sample_found.leads]
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

    def see(_: str | None, persons: Sequence[ContactPerson]) -> list[SeenPerson]:
        opener = [opened(one, None) for one in persons]  # recorded in clear
        return [
            SeenPerson(p.person_id, p.name, None, p.phone, masked=False, erased=False)
            for p in opener
            if p is not None
        ]

    state = LeadState(person="王某", contact_persons=(person("李某", "1"), person("王某", "2")))
    row = ledger_row(state, DAY, DEFAULT_RULES, see)
    assert (row["责任人"], row["联系人"], row["联系电话"]) == ("王某", None, "2")
    state = LeadState(person="王某", contact_persons=(person("张某", None), person("李某", "1")))
    row = ledger_row(state, DAY, DEFAULT_RULES, see)
    assert (row["责任人"], row["联系人"], row["联系电话"]) == ("王某", "李某", "1")


# --- how it prints and works in Excel -----------------------------------------------------------


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


# --- by command, and in parts -------------------------------------------------------------------


def crm(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["ledger", *arguments])


def test_export_by_command(sample_found: Found, viewer: Client, tmp_path: Path) -> None:
    out = tmp_path / "经开区.xlsx"
    done = crm("export", "--unit", "经开区", "--year", "2023", *WHEN, "--out", str(out))
    assert done.exit_code == 0, done.output
    table = lines(out.read_bytes())
    assert table[0][0] == "2023年招商项目台账"
    assert table[1][0].startswith("填报单位：经开区")
    wanted = [
        lead
        for lead in sample_found.leads
        if lead.state.recruiting_unit == "经开区"
        and (as_said(lead.state)["signed_on"] or lead.state.registered_on or DAY).year == 2023
    ]
    assert_same(preview(out, date(2024, 6, 1)).rows, wanted)
    same = viewer.get("/ledgers/export", as_of="2023-12-31", unit="经开区", year=2023).content
    assert lines(same)[4:] == table[4:]
    for wrong in (("export",), ("export", "--out", "x.xlsx", "--subtotals", "person")):
        assert crm(*wrong).exit_code == 2, wrong
    assert viewer.get("/ledgers/export", subtotals="person").status_code == 422


def test_a_ledger_of_an_earlier_day_and_moment(viewer: Client) -> None:
    then = {"as_of": "2023-06-30", "known_at": "2023-07-31"}
    table = lines(viewer.get("/ledgers/export", **then).content)
    ahead = [cell for row in table[4:] for cell in row[9:13] if isinstance(cell, date)]
    assert ahead
    assert max(ahead) <= date(2023, 6, 30)


@pytest.mark.parametrize("by", ["unit", "town"])
def test_each_unit_or_town_has_its_own_file(sample_found: Found, tmp_path: Path, by: str) -> None:
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
    owned = [lead for lead in sample_found.leads if by == "unit" or lead.state.host_town]
    assert sorted(seen) == sorted(lead.state.code for lead in owned)
    again = crm("split", str(folder), "--by", by, *WHEN)
    assert again.exit_code == 1, "a file that may have been filled in is not written over"


def test_keys_are_protected_and_the_rest_is_open(sample_county: Settings, tmp_path: Path) -> None:
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
