"""Anomalies and exit proposals: each on both sides of its line."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.event import Evidence
from domain.lead import events as e
from domain.vocabulary import (
    AnomalyKind,
    AssessmentResult,
    DueDiligenceResult,
    NoticeLevel,
    Relation,
    ReviewOpinion,
    SiteFinding,
)
from projections.anomalies import anomalies
from projections.exit_proposals import ExitRule, ExitStep, exit_proposals
from projections.lead_states import LeadOnDay
from tests.given import given
from tests.serving import Server
from tests.told import (
    REGISTERED,
    SIGNED,
    STARTED,
    YI,
    at,
    completed,
    exited,
    funds,
    on,
    returned,
    signed,
    started,
    suspended,
)

A = AnomalyKind
PHOTO = (Evidence("现场照片", "桩基.jpg"),)
CLEAN = (
    REGISTERED,
    e.DueDiligenceCompleted(occurred_on=on(2), result=DueDiligenceResult.PASS),
    e.ContractReviewed(occurred_on=on(2), opinion=ReviewOpinion.AGREE),
    signed(on(3), fixed_part_yuan=YI // 2),
)
BUILDING = (*CLEAN, e.ConstructionStarted(occurred_on=on(4), evidence=PHOTO))
AT_WORK = (*BUILDING, funds(on(4, 20), YI // 10))


def kinds(*tellings: Iterable[e.LeadEvent], day: date) -> list[AnomalyKind]:
    county = [
        LeadOnDay(UUID(int=nth), at(given(*told), day)) for nth, told in enumerate(tellings, 1)
    ]
    return [found.kind for found in anomalies(county, day)]


def test_a_life_as_it_should_be_has_none() -> None:
    assert kinds(AT_WORK, day=on(12)) == []
    assert kinds((REGISTERED,), day=on(12)) == []


@pytest.mark.parametrize(
    ("left_out", "found"),
    [(1, [A.NO_GATES]), (2, [A.NO_GATES]), (3, [])],
)
def test_signed_without_its_gates(left_out: int, found: list[AnomalyKind]) -> None:
    told = [event for nth, event in enumerate(CLEAN) if nth != left_out]
    assert kinds(told, day=on(12)) == found


def test_a_failed_examination_and_a_refusing_review_are_no_gates() -> None:
    failed = e.DueDiligenceCompleted(occurred_on=on(2, 20), result=DueDiligenceResult.FAIL)
    conditional = e.DueDiligenceCompleted(
        occurred_on=on(2, 21), result=DueDiligenceResult.CONDITIONAL
    )
    assert kinds((*CLEAN, failed), day=on(12)) == [A.NO_GATES]
    assert kinds((*CLEAN, failed, conditional), day=on(12)) == []
    amend = e.ContractReviewed(occurred_on=on(2, 20), opinion=ReviewOpinion.AMEND)
    assert kinds((*CLEAN, amend), day=on(12)) == [A.NO_GATES]


def test_red_lines_matter_once_signed() -> None:
    touched = e.LeadAssessed(
        occurred_on=on(2), result=AssessmentResult.PENDING, red_lines=("生态",)
    )
    assert kinds((REGISTERED, touched), day=on(12)) == []
    assert kinds((*CLEAN, touched), day=on(12)) == [A.RED_LINES]


def test_built_before_signing() -> None:
    early = e.ConstructionStarted(occurred_on=on(2, 20), ground="先行开工", evidence=PHOTO)
    told = (*CLEAN, early, funds(on(3, 10), 1))
    assert kinds(told, day=on(12)) == [A.BUILT_BEFORE_SIGNING]


def test_money_that_does_not_fit() -> None:
    assert kinds((*AT_WORK, funds(on(5), YI * 9 // 10)), day=on(12)) == []
    assert kinds((*AT_WORK, funds(on(5), YI * 9 // 10 + 1)), day=on(12)) == [A.FUNDS_OVER_AGREED]
    fell = (
        *AT_WORK,
        returned(on(5, 31), "2023-05", 10),
        returned(on(6, 30), "2023-06", 9, ground="审计核减"),
    )
    assert kinds(fell, day=on(12)) == [A.RETURN_FELL]
    anew = (
        *AT_WORK,
        returned(on(12, 31), "2023-12", YI // 4),
        returned(on(2, 1, 2024), "2024-01", YI // 4),
    )
    assert kinds(anew, day=on(4, 1, 2024)) == []
    more = (*anew, returned(on(3, 1, 2024), "2024-02", YI // 4 + 1))
    assert kinds(more, day=on(6, 1, 2024)) == [A.BUILT_OVER_FIXED]


def test_a_start_needs_a_photo_and_work_after_it() -> None:
    bare = (*CLEAN, started(on(4)), funds(on(4, 20), 1))
    assert kinds(bare, day=on(12)) == [A.NO_PHOTO]
    assert kinds(BUILDING, day=on(5, 1)) == []  # the thirtieth day
    assert kinds(BUILDING, day=on(5, 2)) == [A.STOPPED_AT_ONCE]
    late = (*BUILDING, funds(on(5, 2), 1))
    assert kinds(late, day=on(12)) == [A.STOPPED_AT_ONCE]
    halted = (*AT_WORK, suspended(on(5, 1)))
    assert kinds(halted, day=on(12)) == [A.STOPPED_AT_ONCE]
    assert kinds((*AT_WORK, suspended(on(5, 2))), day=on(12)) == []
    assert kinds((*BUILDING, completed(on(8))), day=on(12)) == []


def test_returns_that_repeat_and_sites_that_stand_still() -> None:
    repeat = (
        *AT_WORK,
        returned(on(5, 31), "2023-05", 10),
        returned(on(6, 30), "2023-06", 10),
    )
    assert kinds(repeat, day=on(7, 15)) == [A.REPEATED_RETURN]
    assert kinds(repeat, day=on(8, 15)) == []
    report = e.MonthlyProgressReported(
        occurred_on=on(7, 1), period="2023-06", text="主体施工", percent=Decimal("0.2")
    )
    idle = e.SiteChecked(occurred_on=on(6, 15), found=SiteFinding.IDLE)
    assert kinds((*AT_WORK, idle, report), day=on(9)) == [A.IDLE_BUT_REPORTED]
    assert kinds((*AT_WORK, idle), day=on(9)) == []


def test_amounts_out_of_proportion() -> None:
    def told(total: int, capital: int) -> tuple[e.LeadEvent, ...]:
        company = e.CompanyRegistered(
            occurred_on=on(3, 5),
            company_name="公司",
            uscc="91610921TCDKQQ0NEN",
            registered_capital_yuan=capital,
        )
        return (*CLEAN[:3], signed(on(3), total=total), company)

    assert kinds(told(5 * YI, YI // 2), day=on(12)) == [A.THIN_CAPITAL]
    assert kinds(told(5 * YI - 1, 1), day=on(12)) == []
    assert kinds(told(5 * YI, YI // 2 + 1), day=on(12)) == []
    assert kinds(told(100 * YI, 50 * YI), day=on(12)) == []
    assert kinds(told(100 * YI + 1, 50 * YI), day=on(12)) == [A.HUGE_AMOUNT]


def registered(title: str, investor: str = "陕西某公司", **more: Any) -> e.LeadRegistered:
    return e.LeadRegistered(
        occurred_on=on(1),
        code=f"ZS2023-{sum(map(ord, title)) % 9999:04d}",
        title=title,
        investor=e.Investor(investor),
        recruiting_unit="招商服务中心",
        **more,
    )


def test_leads_that_may_be_counted_twice() -> None:
    tea, tea_too = registered("富硒茶饮加工项目"), registered("富硒茶饮加工项目二")
    assert kinds((tea,), (tea_too,), day=on(12)) == [A.DOUBLE]
    assert kinds((tea,), (registered("富硒茶饮加工项目二", "另一公司"),), day=on(12)) == []
    assert kinds((tea,), (registered("矿泉水灌装"),), day=on(12)) == []
    phase = registered(
        "富硒茶饮加工项目二", relation=Relation.EXPANSION, parent_lead_id=UUID(int=1)
    )
    assert kinds((tea,), (phase,), day=on(12)) == []
    company = e.CompanyRegistered(
        occurred_on=on(3, 5), company_name="公司", uscc="91610921TCDKQQ0NEN"
    )
    one, other = registered("甲项目", "甲"), registered("乙项目", "乙")
    assert kinds((one, company), (other, company), day=on(12)) == [A.DOUBLE]
    gone = (other, company, signed(on(2)), exited(on(4)))
    assert kinds((one, company), gone, day=on(12)) == []


# --- exit proposals -------------------------------------------------------------------------


def proposed(*told: e.LeadEvent, day: date) -> tuple[ExitRule, ExitStep] | None:
    found = exit_proposals([LeadOnDay(UUID(int=1), at(given(*told), day))], day)
    return (found[0].rule, found[0].step) if found else None


def test_six_months_past_the_start_a_notice_then_an_exit() -> None:
    due = on(9, 1)  # signed on 1 March, six months by default
    assert proposed(*SIGNED, day=on(3, 1, 2024)) is None
    overdue = on(3, 2, 2024)
    assert proposed(*SIGNED, day=overdue) == (ExitRule.START_OVERDUE, ExitStep.NOTIFY)
    notice = e.NoticeIssued(
        occurred_on=overdue,
        level=NoticeLevel.RED,
        due=overdue + timedelta(days=30),
        text="限期开工",
    )
    assert proposed(*SIGNED, notice, day=notice.due) == (ExitRule.START_OVERDUE, ExitStep.WAIT)
    late = notice.due + timedelta(days=1)
    assert proposed(*SIGNED, notice, day=late) == (ExitRule.START_OVERDUE, ExitStep.EXIT)
    # A reminder from before the start was due is no such notice.
    early = e.NoticeIssued(
        occurred_on=due - timedelta(days=9), level=NoticeLevel.BLUE, due=due, text="请按期开工"
    )
    assert proposed(*SIGNED, early, day=overdue) == (ExitRule.START_OVERDUE, ExitStep.NOTIFY)
    assert proposed(*STARTED, day=overdue) is None
    agreed = (REGISTERED, signed(on(3), start_due=on(12, 31)))
    assert proposed(*agreed, day=on(6, 30, 2024)) is None
    assert proposed(*agreed, day=on(7, 1, 2024)) == (ExitRule.START_OVERDUE, ExitStep.NOTIFY)


def test_two_years_with_nothing_done_is_an_exit() -> None:
    far = (REGISTERED, signed(on(3), start_due=on(12, 31, 2025)))
    assert proposed(*far, day=on(3, 1, 2025)) is None
    assert proposed(*far, day=on(3, 2, 2025)) == (ExitRule.UNPERFORMED, ExitStep.EXIT)
    assert proposed(*far, funds(on(5), 1), day=on(3, 2, 2025)) is None


def test_over_http(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register(recruiting_unit="疑点单位", occurred_on="2022-01-05")
    office.record(lead, "signing", kind="contract", agreed_total_wan=10, occurred_on="2022-02-01")
    asked = {"unit": "疑点单位", "as_of": "2023-06-30"}
    found = office.get("/anomalies", **asked).json()
    assert found["by_kind"]["no_gates"]["count"] == 1
    assert [item["lead_id"] for item in found["items"]] == [lead]
    assert office.get("/anomalies", kind="huge_amount", **asked).json()["items"] == []
    assert office.get("/anomalies", kind="ugly", **asked).status_code == 422
    stalled = office.get("/exits/proposals", **asked).json()
    assert (stalled["count"], stalled["items"][0]["step_label"]) == (1, "发出限期开工通知")
    assert office.get("/exits/proposals", step="exit", **asked).json()["count"] == 0


def test_notices_and_their_answers(shared_server: Server) -> None:
    office = shared_server.client("manager")
    clerk = shared_server.client("recorder", "督办单位")
    lead = office.register(recruiting_unit="督办单位")
    notice = {"level": "red", "text": "限期开工", "occurred_on": "2023-03-01"}
    assert clerk.post(f"/leads/{lead}/notices", {**notice, "due": "2023-03-31"}).status_code == 403
    ids = [
        office.record(lead, "notices", due=due, **notice)["events"][0]["event_id"]
        for due in ("2023-03-31", "2023-04-10")
    ]
    answer = {"text": "已补齐手续", "occurred_on": "2023-03-31"}
    assert clerk.post(f"/leads/{lead}/notices/{ids[0]}/answer", answer).status_code == 201
    asked = {"unit": "督办单位", "as_of": "2023-04-10"}
    found = office.get("/notices", **asked).json()
    assert (found["reply_rate"], found["count"]) == ("0.5000", 2)
    states = {item["notice_id"]: item["state"] for item in found["items"]}
    assert states == {ids[0]: "answered", ids[1]: "open"}
    late = office.get("/notices", state="overdue", unit="督办单位", as_of="2023-04-11").json()
    assert [item["notice_id"] for item in late["items"]] == [ids[1]]
    again = clerk.post(f"/leads/{lead}/notices/{ids[0]}/answer", answer)
    assert again.json()["code"] == "notice_answered"
    other = office.register(recruiting_unit="督办单位")
    wrong = clerk.post(f"/leads/{other}/notices/{ids[1]}/answer", answer)
    assert (wrong.status_code, wrong.json()["code"]) == (404, "notice_not_found")
