"""What of a newer ledger waits for a person? What contradicts the log, old copies, refusals."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from crm.application import CRM
from crm.ledger import returning
from crm.ledger.importing import preview
from crm.ledger.planning import Outcome, Planned
from crm.ledger.report import render_report
from domain.lead import events as e
from domain.vocabulary import FundsSource, ResponsibilityRole
from tests.ledgers import (
    FULL,
    HEAD_2024,
    HEADER,
    LATER,
    OTHER_USCC,
    PLAIN,
    STAFF,
    bring_in,
    codes,
    lead_of,
    newer,
    only,
    planned,
    write,
)

# --- what a person decides ------------------------------------------------------------------


CONFLICTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "another day": ({"开工时间": "2023-04-02"}, "date_differs", "开工时间"),
    "another signing": ({"签约时间": "2023-03-02"}, "date_differs", "签约时间"),
    "emptied": ({"包抓领导": None}, "emptied", "包抓领导"),
    "emptied start": ({"开工时间": None}, "emptied", "开工时间"),
    "funds fell": ({"到位资金(万元)": 900}, "funds_fell", "到位资金(万元)"),
    "funds emptied": ({"到位资金(万元)": None}, "emptied", "到位资金(万元)"),
    "kind fell": ({"协议类别": "协议"}, "kind_fell", "协议类别"),
    "amount fell": ({"协议金额": 4000}, "amount_fell", "协议金额"),
    "another code": ({"统一社会信用代码": OTHER_USCC}, "uscc_differs", "统一社会信用代码"),
    "another unit": ({"招引单位": "县发改局"}, "unit_fixed", "招引单位"),
    "refused by the domain": ({"竣工时间": "2023-03-15"}, "milestone_order", "竣工时间"),
    "without what it stands on": (
        {"开工时间": "2023-05-01", "投产时间": "2023-06-01"},
        "milestone_missing",
        "投产时间",
    ),
}


@pytest.mark.parametrize("name", list(CONFLICTS))
def test_what_contradicts_the_log_is_listed_and_not_applied(
    crm: CRM, tmp_path: Path, name: str
) -> None:
    cells, code, column = CONFLICTS[name]
    bring_in(crm, write(tmp_path / "a.xlsx", [FULL]))
    head = crm.store.head()
    path = newer(tmp_path, [{**FULL, **cells}])
    line = only(crm, path)
    assert line.outcome is Outcome.CONFLICT
    assert (code, column) in [(one.code, one.column) for one in line.conflicts]
    report = bring_in(crm, path)
    assert crm.store.head() == head
    assert len(report.conflicts) == 1
    told = next(one for one in line.conflicts if one.code == code)
    assert f"{column}：{told.log}→{told.ledger}（{told.reason}）" in render_report(report)
    assert any("\u4e00" <= character <= "\u9fff" for character in told.reason)


def test_a_conflict_holds_back_its_own_cell_alone(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [FULL])))
    cells = {"协议金额": 4000, "竣工时间": "2024-01-05"}
    line = only(crm, newer(tmp_path, [{**FULL, **cells}]))
    assert line.outcome is Outcome.CONFLICT
    assert codes(line) == ["amount_fell"]
    bring_in(crm, newer(tmp_path, [{**FULL, **cells}]))
    state = crm.lead(lead_id).standing()
    assert (state.completed_on, state.agreed_total_yuan) == (date(2024, 1, 5), 50_000_000)


def test_an_exited_lead_that_comes_back_is_for_a_person(crm: CRM, tmp_path: Path) -> None:
    gone = {**FULL, "备注": "已解约(2023年11月1日)"}
    bring_in(crm, write(tmp_path / "a.xlsx", [gone]))
    back = only(crm, newer(tmp_path, [{**FULL, "包抓领导": "吴某"}]))
    assert codes(back) == ["exit_missing", "lead_exited"]
    other = only(crm, newer(tmp_path, [{**FULL, "备注": "已解约(2023年11月5日)"}]))
    assert codes(other) == ["date_differs"]


def test_what_a_ledger_replaced_and_a_later_one_says_again_has_gone_back(
    crm: CRM, tmp_path: Path
) -> None:
    first = write(tmp_path / "a.xlsx", [FULL])
    bring_in(crm, first)
    bring_in(crm, newer(tmp_path, [{**FULL, "包抓领导": "吴某"}]))
    other = write(tmp_path / "c.xlsx", [{**FULL, "进展情况": "停滞"}], head=HEAD_2024)
    assert codes(only(crm, other)) == ["went_back"]
    # The first file itself is an old copy.
    old = only(crm, first)
    assert (old.outcome, old.events) == (Outcome.UNCHANGED, ())
    assert old.comparison is not None
    assert [one.code for one in old.comparison.old] == ["moved_on"]


def test_the_log_may_know_what_does_not_go_together_in_a_line(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [PLAIN])))
    start = e.ConstructionStarted(occurred_on=date(2023, 2, 1), ground="先建后签")
    crm.record(lead_id, start, by=STAFF)
    row = {**PLAIN, "开工时间": "2023-02-01"}
    assert only(crm, newer(tmp_path, [row])).outcome is Outcome.UNCHANGED
    done = only(crm, newer(tmp_path, [{**row, "竣工时间": "2024-02-01"}], "c.xlsx"))
    assert (done.outcome, [type(ev) for ev in done.events]) == (
        Outcome.CHANGED,
        [e.ConstructionCompleted],
    )


# --- old copies -----------------------------------------------------------------------------


def staff_moves_on(crm: CRM, lead_id: UUID) -> None:
    crm.record(
        lead_id,
        e.ResponsibilityAssigned(
            occurred_on=date(2024, 1, 10),
            changes=(e.ResponsibilityChange(ResponsibilityRole.LEADER, "吴某"),),
        ),
        e.ConstructionCompleted(occurred_on=date(2024, 1, 11)),
        e.FundsArrived(
            occurred_on=date(2024, 1, 12), source=FundsSource.UNSPECIFIED, amount_yuan=10_000
        ),
        by=STAFF,
    )


def test_a_cell_that_others_have_moved_on_from_is_an_old_copy(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [FULL])))
    staff_moves_on(crm, lead_id)
    head = crm.store.head()
    line = only(crm, newer(tmp_path, [{**FULL, "备注": "市级重点"}]))
    assert line.comparison is not None
    assert [one.column for one in line.comparison.old] == [
        "包抓领导",
        "竣工时间",
        "到位资金(万元)",
    ]
    assert not line.events
    assert not line.conflicts
    bring_in(crm, newer(tmp_path, [FULL]))
    assert crm.store.head() == head
    # Another change in the line does not carry the old cells along.
    bring_in(crm, newer(tmp_path, [{**FULL, "落户镇": "涧池镇"}], "c.xlsx"))
    again = only(crm, newer(tmp_path, [{**FULL, "落户镇": "涧池镇"}], "d.xlsx"))
    assert again.comparison is not None
    assert len(again.comparison.old) == 3
    assert crm.lead(lead_id).whole_on(crm.today()).leader == "吴某"


def test_what_a_person_has_voided_is_not_recorded_again(crm: CRM, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [FULL])
    lead_id = lead_of(bring_in(crm, path))
    started = next(r for r in crm.history(lead_id) if isinstance(r.event, e.ConstructionStarted))
    void = e.EventVoided(occurred_on=crm.today(), event_id=started.event_id, ground="未开工")
    crm.record(lead_id, void, by=STAFF)
    for file in (path, newer(tmp_path, [FULL])):
        line = only(crm, file)
        assert line.comparison is not None
        assert [one.column for one in line.comparison.old] == ["开工时间"]
        assert not line.events


def test_a_lead_a_person_has_voided_is_not_opened_again(crm: CRM, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [PLAIN])
    lead_id = lead_of(bring_in(crm, path))
    for recorded in reversed(crm.history(lead_id)):
        void = e.EventVoided(occurred_on=crm.today(), event_id=recorded.event_id, ground="误录")
        crm.record(lead_id, void, by=STAFF)
    for file in (path, newer(tmp_path, [PLAIN])):
        line = only(crm, file)
        assert codes(line) == ["lead_voided"]
        assert "ZS2023-0001" in line.conflicts[0].reason
        assert not line.events


def test_a_key_with_the_logs_place_tells_an_edit_from_an_old_copy(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [FULL])))
    sent_out = crm.store.head()
    staff_moves_on(crm, lead_id)
    fresh = crm.store.head()
    header = [*HEADER, "系统编号"]

    def returned(position: int, **cells: Any) -> Planned:
        row = {**FULL, "系统编号": f"ZS2023-0001@{position}", **cells}
        path = write(tmp_path / "r.xlsx", [row], header=header, head=HEAD_2024)
        return only(crm, path)

    old = returned(sent_out, 落户镇="涧池镇")
    assert old.comparison is not None
    assert len(old.comparison.old) == 3
    assert [type(event) for event in old.events] == [e.ResponsibilityAssigned]
    # Sent out with the new leader and returned with the one before: somebody meant it.
    meant = returned(fresh, 竣工时间="2024-01-11", **{"到位资金(万元)": 1001})
    assert not meant.conflicts
    assert [type(event) for event in meant.events] == [e.ResponsibilityAssigned]


def test_an_entry_dated_after_the_ledger_outweighs_it(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [FULL])))
    later = e.ResponsibilityAssigned(
        occurred_on=date(2024, 6, 1),
        changes=(e.ResponsibilityChange(ResponsibilityRole.LEADER, "吴某"),),
    )
    crm.record(lead_id, later, by=STAFF)
    line = only(crm, newer(tmp_path, [{**FULL, "包抓领导": "郑某"}]))
    assert not line.events
    assert line.comparison is not None
    assert [one.reason for one in line.comparison.old] == ["系统中有晚于2024-03-31的记录"]


# --- lines that go back ---------------------------------------------------------------------


def test_lines_refused_and_in_conflict_go_back_with_their_reasons(crm: CRM, tmp_path: Path) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [FULL]))
    rows = [
        {**FULL, "协议金额": 4000},
        {**FULL, "项目名称": "乙", "协议金额": "待定", "备注": "=1+1"},
        {**FULL, "项目名称": "丙"},
    ]
    made = planned(crm, newer(tmp_path, rows))
    [sheet] = returning.returned(made.ledger, made.lines)
    assert [line[sheet.header.index("项目名称")] for line in sheet.lines] == ["富硒茶项目", "乙"]
    reasons = [line[-1] for line in sheet.lines]
    assert reasons[0] == "协议金额：协议金额比系统中的少（系统中为5000万元）"
    assert str(reasons[1]).startswith("协议金额：金额“待定”")
    # Corrected, the returned table is read like the ledger it came from.
    back: list[dict[str, Any]] = [
        dict(zip(sheet.header, line, strict=True)) for line in sheet.lines
    ]
    amount = next(word for word in sheet.header if word.startswith("协议金额"))
    back[1][amount] = 700
    again = preview(
        write(tmp_path / "r.xlsx", back, header=sheet.header, head=sheet.head), crm.today()
    )
    assert [row.agreed_total_yuan for row in again.rows] == [40_000_000, 7_000_000]
    assert again.rows[1].filed_on == LATER
    assert not again.rows[1].faults
