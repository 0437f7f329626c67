"""An import broken off, made beside others, or taken back: is each entry there once, or none?"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from crm.application import CRM
from crm.ledger.importing import import_ledger, preview, record
from crm.ledger.reading import digest_of
from crm.ledger.report import render_taken_back
from crm.ledger.taking_back import take_back
from crm.people import SYSTEM, Caller, Role
from domain.errors import BadInput, NotFound
from domain.lead import events as e
from tests.ledgers import (
    FULL,
    OTHER_USCC,
    PLAIN,
    STAFF,
    USCC,
    bring_in,
    lead_of,
    newer,
    planned,
    states,
    write,
)

# --- broken off, and beside others ----------------------------------------------------------


class _Killed(Exception):
    """The power went."""


def stop_after(lines: int) -> Callable[[int, int], None]:
    def progress(done: int, _: int) -> None:
        if done == lines:
            raise _Killed

    return progress


def test_an_import_broken_off_gives_each_entry_once(crm: CRM, tmp_path: Path) -> None:
    codes = (USCC, OTHER_USCC)
    rows = [  # twins
        {**FULL, "项目名称": f"项目{nth // 2}", "统一社会信用代码": codes[nth % 2]}
        for nth in range(8)
    ]
    bring_in(crm, write(tmp_path / "a.xlsx", rows[:2]))
    for row in rows[:2]:
        row["竣工时间"] = "2024-01-05"
    path = newer(tmp_path, rows)
    ledger = preview(path, crm.today())
    kept = [preview(path, crm.today()) for _ in range(2)]
    for lines in (3, 6):
        with pytest.raises(_Killed):
            import_ledger(crm, ledger, SYSTEM, stop_after(lines))
    report = import_ledger(crm, kept[0], SYSTEM)
    assert len(report.recorded) + len(report.already) + len(report.conflicts) == 8
    assert len(states(crm)) == 8
    head = crm.store.head()
    import_ledger(crm, kept[1], SYSTEM)
    assert crm.store.head() == head


def test_a_plan_made_before_others_wrote_is_compared_again(crm: CRM, tmp_path: Path) -> None:
    lead_id = lead_of(bring_in(crm, write(tmp_path / "a.xlsx", [FULL])))
    path = newer(tmp_path, [{**FULL, "竣工时间": "2024-01-11", "包抓领导": "郑某"}])
    made = planned(crm, path)
    crm.record(lead_id, e.ConstructionCompleted(occurred_on=date(2024, 1, 11)), by=STAFF)
    record(crm, made, SYSTEM)
    assert sum(isinstance(r.event, e.ConstructionCompleted) for r in crm.history(lead_id)) == 1
    assert crm.lead(lead_id).whole_on(crm.today()).leader == "郑某"


def test_a_recorder_changes_the_leads_of_its_own_unit_only(crm: CRM, tmp_path: Path) -> None:
    rows = [dict(FULL), {**FULL, "项目名称": "乙", "招引单位": "丙局"}]
    bring_in(crm, write(tmp_path / "a.xlsx", rows))
    for row in rows:
        row["竣工时间"] = "2024-01-05"
    recorder = Caller("town", Role.RECORDER, "经开区")
    report = bring_in(crm, newer(tmp_path, rows), recorder)
    assert len(report.updated) == 1
    assert [row.faults[0].code for row in report.refused] == ["unit_not_allowed"]


# --- taking back ----------------------------------------------------------------------------


def test_an_import_taken_back_leaves_everything_as_it_was(crm: CRM, tmp_path: Path) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [FULL, {**FULL, "项目名称": "乙"}]))
    before = states(crm)
    rows = [
        {**FULL, "竣工时间": "2024-01-05", "投产时间": "2024-02-05", "协议金额": 9000},
        {**FULL, "项目名称": "乙", "备注": "已解约", "到位资金(万元)": 2000},
        {**FULL, "项目名称": "丙", "竣工时间": "2024-01-05"},
    ]
    path = newer(tmp_path, rows)
    report = bring_in(crm, path)
    assert (len(report.recorded), len(report.updated)) == (1, 2)
    assert states(crm) != before
    taken = take_back(crm, digest_of(path)[:12].upper(), SYSTEM)
    assert not taken.kept
    assert states(crm) == before
    assert f"已作废{len(taken.voided)}条记录，涉及3个项目；保留0条" in render_taken_back(taken)
    assert not take_back(crm, digest_of(path), SYSTEM).voided
    # Taken back, it has never been: the same file is recorded anew, and taken back anew.
    again = bring_in(crm, path)
    assert (len(again.recorded), len(again.updated)) == (1, 2)
    assert len(take_back(crm, digest_of(path), SYSTEM).voided) == len(taken.voided)
    assert states(crm) == before


def test_what_others_have_built_on_stays_with_the_reason(crm: CRM, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", [FULL])
    lead_id = lead_of(bring_in(crm, path))
    completed = e.ConstructionCompleted(occurred_on=date(2024, 1, 5))
    crm.record(lead_id, completed, by=STAFF)
    taken = take_back(crm, digest_of(path), SYSTEM)
    assert [entry.label for entry in taken.voided] == ["资金到位", "责任包抓"]
    assert [entry.label for entry in taken.kept] == ["开工", "签约", "线索登记"]
    assert all("竣工" in entry.reason or "开工" in entry.reason for entry in taken.kept)
    assert taken.kept[0].reason in render_taken_back(taken)


def test_taking_back_what_was_never_imported(crm: CRM, tmp_path: Path) -> None:
    bring_in(crm, write(tmp_path / "a.xlsx", [PLAIN]))
    with pytest.raises(NotFound):
        take_back(crm, "0" * 64, SYSTEM)
    with pytest.raises(BadInput):
        take_back(crm, "0", SYSTEM)
