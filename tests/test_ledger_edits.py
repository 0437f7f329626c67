"""Does a ledger edited at random give as many entries as it has edits?"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm.application import CRM
from crm.ledger.importing import preview
from crm.ledger.planning import Outcome
from domain.lead import events as e
from domain.vocabulary import AgreementKind
from tests.ledgers import (
    FULL,
    USCC,
    bring_in,
    newer,
    planned,
    sample,
    write,
)

Row = dict[str, Any]
Expected = tuple[type[e.LeadEvent], Any]


def random_rows(rng: random.Random, count: int) -> list[Row]:
    rows = []
    for nth in range(count):
        signed = date(2023, 1, 1) + timedelta(days=rng.randrange(200))
        row = {**FULL, "项目名称": f"项目{nth}", "企业名称": f"公司{rng.randrange(9)}"}
        row |= {
            "协议金额": rng.randrange(1000, 90_000),
            "协议类别": rng.choice(["意向书", "框架协议", "协议", "合同"]),
            "签约时间": signed,
            "开工时间": None,
            "包抓领导": rng.choice(["周某", "吴某", None]),
            "落户镇": rng.choice(["城关镇", "涧池镇", None]),
            "到位资金(万元)": rng.choice([None, 100, 2500.5]),
            "统一社会信用代码": rng.choice([USCC, None]),
        }
        if row["协议类别"] in ("协议", "合同") and rng.random() < 0.6:
            row["开工时间"] = signed + timedelta(days=rng.randrange(60))
            if rng.random() < 0.5:
                row["竣工时间"] = row["开工时间"] + timedelta(days=rng.randrange(60))
        rows.append(row)
    return rows


def start(row: Row, _: random.Random) -> Expected | None:
    if row["协议类别"] not in ("协议", "合同") or row["开工时间"]:
        return None
    row["开工时间"] = row["签约时间"] + timedelta(days=3)
    return e.ConstructionStarted, row["开工时间"]


def complete(row: Row, _: random.Random) -> Expected | None:
    if not row["开工时间"] or row.get("竣工时间"):
        return None
    row["竣工时间"] = row["开工时间"] + timedelta(days=30)
    return e.ConstructionCompleted, row["竣工时间"]


def produce(row: Row, _: random.Random) -> Expected | None:
    if not row.get("竣工时间") or row.get("投产时间"):
        return None
    row["投产时间"] = row["竣工时间"]
    return e.ProductionStarted, row["投产时间"]


def rise(row: Row, _: random.Random) -> Expected | None:
    if row["协议类别"] != "协议":
        return None
    row["协议类别"] = "合同"
    return e.AgreementUpgraded, AgreementKind.CONTRACT


def amend(row: Row, rng: random.Random) -> Expected:
    row["协议金额"] += rng.randrange(1, 5000)
    return e.AgreementAmended, row["协议金额"] * 10_000


def pay(row: Row, rng: random.Random) -> Expected:
    more = rng.randrange(1, 900)
    row["到位资金(万元)"] = (row["到位资金(万元)"] or 0) + more
    return e.FundsArrived, more * 10_000


def lead_on(row: Row, rng: random.Random) -> Expected:
    row["包抓领导"] = f"郑{rng.randrange(10**6)}"
    return e.ResponsibilityAssigned, row["包抓领导"]


def report(row: Row, rng: random.Random) -> Expected:
    row["进展情况"] = f"完成{rng.randrange(10**6)}"
    return e.MonthlyProgressReported, row["进展情况"]


def give_up(row: Row, _: random.Random) -> Expected:
    row["备注"] = "已解约(2024年3月1日)"
    return e.LeadExited, date(2024, 3, 1)


EDITS: list[Callable[[Row, random.Random], Expected | None]] = [
    start, complete, produce, rise, amend, pay, lead_on, report, give_up,
]  # fmt: skip
TOLD: dict[type[e.LeadEvent], Callable[[Any], Any]] = {
    e.AgreementUpgraded: lambda event: event.kind,
    e.AgreementAmended: lambda event: event.agreed_total_yuan,
    e.FundsArrived: lambda event: event.amount_yuan,
    e.ResponsibilityAssigned: lambda event: event.changes[0].holder,
    e.MonthlyProgressReported: lambda event: event.text,
}


def told(event: e.LeadEvent) -> Expected:
    return type(event), TOLD.get(type(event), lambda ev: ev.occurred_on)(event)


@pytest.mark.parametrize("seed", range(4))
def test_as_many_events_as_edits(crm: CRM, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    rows = random_rows(rng, 60)
    first = bring_in(crm, write(tmp_path / "a.xlsx", rows))
    assert len(first.recorded) == 60
    assert not planned(crm, write(tmp_path / "a2.xlsx", rows)).of(Outcome.CHANGED)
    edits: dict[tuple[str, str], list[Expected]] = {}
    count = 0
    while count < 50:
        row, edit = rng.choice(rows), rng.choice(EDITS)
        done = edits.setdefault((row["项目名称"], row["企业名称"]), [])
        kinds = {kind for kind, _ in done}
        # One edit of a kind on a line; an upgrade takes a new amount along.
        if any(kind in kinds for kind in (e.AgreementAmended, e.AgreementUpgraded)) and edit in (
            amend,
            rise,
        ):
            continue
        before = dict(row)
        expected = edit(row, rng)
        if expected is None:
            continue
        if expected[0] in kinds:
            row.update(before)
            continue
        done.append(expected)
        count += 1
    rng.shuffle(rows)
    path = newer(tmp_path, rows)
    report = bring_in(crm, path)
    assert not report.conflicts
    assert not report.refused
    found = {
        (line.row.title, line.row.investor): sorted(map(told, line.events), key=repr)
        for line, _ in report.updated
    }
    assert found == {
        name: sorted(expected, key=repr) for name, expected in edits.items() if expected
    }
    assert len(bring_in(crm, path).already) == 60


def test_the_sample_with_some_dates_filled_in(crm: CRM, tmp_path: Path) -> None:
    ledger = preview(sample("台账样例一.xlsx"), crm.today())
    bring_in(crm, sample("台账样例一.xlsx"))
    rows: list[Row] = []
    started = 0
    for row in ledger.accepted:
        line = {
            "项目名称": row.title, "企业名称": row.investor, "统一社会信用代码": row.uscc,
            "所属产业链": row.chain, "招引单位": row.unit, "落户镇": row.town,
            "协议类别": row.kind and row.kind.label,
            "协议金额": f"{row.agreed_total_yuan}元" if row.agreed_total_yuan else None,
            "签约时间": row.signed_on, "开工时间": row.started_on, "竣工时间": row.completed_on,
            "投产时间": row.produced_on, "到位资金(万元)": f"{row.funds_yuan}元",
            "包抓领导": row.leader, "责任单位": row.responsible_unit, "责任人": row.person,
            "联系电话": row.phone, "进展情况": row.progress, "备注": row.remark,
        }  # fmt: skip
        fits = row.signed_on and not row.started_on and not row.exited_on
        if fits and row.kind and row.kind.countable and row.signed_on:
            line["开工时间"] = row.signed_on + timedelta(days=1)
            started += 1
        rows.append(line)
    report = bring_in(crm, newer(tmp_path, rows))
    assert started > 5
    assert [type(event) for line, _ in report.updated for event in line.events] == [
        e.ConstructionStarted
    ] * started
    assert len(report.already) == len(rows) - started


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_of_thousands_of_lines_each_edited_one_is_found(sqlite: CRM, tmp_path: Path) -> None:
    rows = random_rows(random.Random(1), 2000)
    bring_in(sqlite, write(tmp_path / "a.xlsx", rows))
    for row in rows[::10]:
        row["协议金额"] += 10
    found = planned(sqlite, newer(tmp_path, rows))
    assert len(found.of(Outcome.CHANGED)) == 200
    assert len(found.of(Outcome.UNCHANGED)) == 1800
