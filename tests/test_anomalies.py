"""Every kind of anomaly on both sides of its rule, and the whole list against a naive twin."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from crm.anomaly_presentation import events_behind
from crm.application import CRM
from domain.event import Evidence, Recorded
from domain.lead import events as e
from domain.lead.anomalies import anomalies_of
from domain.lead.anomaly import Anomaly, AnomalyKind
from domain.lead.history import state_at
from domain.rulebook import DEFAULT_RULES
from domain.vocabulary import (
    AgreementKind,
    AssessmentResult,
    DueDiligenceResult,
    Relation,
    ResponsibilityRole,
    ReviewOpinion,
    SiteFinding,
)
from projections.anomalies import OddLead, closed_on, odd_leads
from projections.lead_states import EVERYWHERE, Where
from projections.reader import clocks
from tests.given import Past, given
from tests.histories import random_log
from tests.naive_anomalies import USCC, lives, naive_kinds, naive_late_edits, varied
from tests.read_tables import DAYS, fill
from tests.serving import Server
from tests.told import (
    REGISTERED,
    SIGNED,
    YI,
    completed,
    exited,
    funds,
    on,
    resumed,
    returned,
    signed,
    started,
    suspended,
)

YEAR_END = on(12, 31)
PHOTO = Evidence("现场照片", "开工.jpg", taken_on=on(4))
CHECKED = e.SiteChecked(occurred_on=on(4, 20), found=SiteFinding.WORKING)


def found(past: Past, day: date = YEAR_END) -> dict[AnomalyKind, Anomaly]:
    state = state_at(past.history, day)
    assert state is not None
    return {a.kind: a for a in anomalies_of(state, day, DEFAULT_RULES)}


def kinds(*events: e.LeadEvent, day: date = YEAR_END) -> set[AnomalyKind]:
    return set(found(given(*events), day))


def by(past: Past, number: int, person: str) -> Past:
    """The nth event, as if that person had entered it."""
    history = list(past.history)
    history[number - 1] = replace(history[number - 1], recorded_by=person)
    return Past(past.lead, tuple(history))


def progress(day: date, period: str, text: str = "主体施工", **more: Any) -> e.LeadEvent:
    return e.MonthlyProgressReported(occurred_on=day, period=period, text=text, **more)


def test_a_sound_lead_is_not_listed() -> None:
    leader = e.ResponsibilityChange(ResponsibilityRole.LEADER, "周强")
    past = given(
        REGISTERED,
        e.DueDiligenceCompleted(occurred_on=on(2), result=DueDiligenceResult.PASS),
        e.ContractReviewed(occurred_on=on(2), opinion=ReviewOpinion.AGREE),
        signed(on(3), fixed_part_yuan=YI // 2),
        e.ResponsibilityAssigned(occurred_on=on(3), changes=(leader,)),
        e.ConstructionStarted(occurred_on=on(4), evidence=(PHOTO,)),
        CHECKED,
        returned(on(5, 5), "2023-04", 1_234_567),
        returned(on(6, 5), "2023-05", 2_345_678),
        funds(on(6, 6), YI // 10),
    )
    assert found(by(past, 7, "核查人")) == {}


def test_the_same_figures_as_last_month() -> None:
    def same(*more: e.LeadEvent) -> bool:
        return AnomalyKind.REPEATED_RETURN in kinds(*SIGNED, started(on(4)), *more)

    may, june = returned(on(6, 1), "2023-05", 500), returned(on(7, 1), "2023-06", 500)
    assert same(may, june)
    assert not same(may, returned(on(7, 1), "2023-06", 501))
    assert not same(may, returned(on(8, 1), "2023-07", 500))  # June's is missing
    assert not same(returned(on(6, 1), "2023-05", 0), returned(on(7, 1), "2023-06", 0))
    assert not same(returned(on(4, 30), "2023-03", 500), returned(on(5, 1), "2023-04", 500))
    assert not same(completed(on(5, 20)), may, june)  # nothing more is to come
    assert not same(suspended(on(6, 10)), may, june)  # and it says that it stands still
    assert same(suspended(on(6, 10)), resumed(on(6, 20)), may, june)
    assert same(progress(on(6), "2023-05"), progress(on(7), "2023-06"))
    assert not same(progress(on(6), "2023-05"), progress(on(7), "2023-06", "封顶"))
    december, january = (
        returned(on(1, 5, 2024), "2023-12", 9),
        returned(on(2, 5, 2024), "2024-01", 9),
    )
    past = given(*SIGNED, started(on(4)), december, january)
    assert AnomalyKind.REPEATED_RETURN not in found(past, on(3, 1, 2024))  # a new year's figures


def test_money_over_what_was_agreed() -> None:
    assert AnomalyKind.FUNDS_OVER_AGREED in kinds(*SIGNED, funds(on(4), YI), funds(on(5), 1))
    assert AnomalyKind.FUNDS_OVER_AGREED not in kinds(*SIGNED, funds(on(4), YI))
    foreign = signed(on(3), foreign_part_usd=1000)
    assert AnomalyKind.FUNDS_OVER_AGREED in kinds(REGISTERED, foreign, funds(on(4), None, 1001))
    assert AnomalyKind.FUNDS_OVER_AGREED not in kinds(REGISTERED, foreign, funds(on(4), None, 1000))
    assert AnomalyKind.FUNDS_OVER_AGREED not in kinds(REGISTERED, funds(on(4)))  # nothing agreed

    fixed = signed(on(3), fixed_part_yuan=1000)
    over = (returned(on(1, 5, 2024), "2023-12", 600), returned(on(2, 5, 2024), "2024-01", 401))
    past = given(REGISTERED, fixed, *over)
    assert AnomalyKind.BUILT_OVER_FIXED not in found(past, on(2, 1, 2024))
    anomaly = found(past, on(2, 5, 2024))[AnomalyKind.BUILT_OVER_FIXED]
    assert anomaly.figures == {"invested_yuan": 1001, "fixed_part_yuan": 1000}


def test_a_return_that_fell_is_listed_though_a_ground_was_given() -> None:
    past = given(
        *SIGNED,
        returned(on(5, 1), "2023-04", 500),
        returned(on(6, 1), "2023-05", 300, "审计核减"),
        returned(on(2, 1, 2024), "2024-01", 100),  # a new year begins at zero
    )
    anomaly = found(past, on(3, 1, 2024))[AnomalyKind.RETURN_FELL]
    assert anomaly.figures == {"period": "2023-05", "ytd_yuan": 300, "previous_ytd_yuan": 500}
    assert anomaly.periods == frozenset({"2023-04", "2023-05"})


def test_a_start_without_a_photo_or_checked_by_whoever_entered_it() -> None:
    bare = given(*SIGNED, started(on(4)), CHECKED)
    assert AnomalyKind.NO_PHOTO in found(bare)
    licence = Evidence("营业执照", "执照.jpg")
    assert AnomalyKind.NO_PHOTO in kinds(
        *SIGNED, e.ConstructionStarted(occurred_on=on(4), evidence=(licence,))
    )
    assert AnomalyKind.NO_PHOTO not in kinds(
        *SIGNED, started(on(4)), replace(CHECKED, evidence=(PHOTO,))
    )
    assert AnomalyKind.START_SELF_VERIFIED in found(bare)
    assert AnomalyKind.START_SELF_VERIFIED not in found(by(bare, 4, "核查人"))
    unchecked = given(*SIGNED, started(on(4)))
    assert AnomalyKind.START_SELF_VERIFIED not in found(unchecked)  # a missing paper: `gates`


@pytest.mark.parametrize(
    ("later", "day", "stopped"),
    [
        ((), on(5, 1), False),  # 30 days after 1 April
        ((), on(5, 2), True),
        ((funds(on(5, 1)),), on(12, 31), False),
        ((funds(on(5, 2)),), on(12, 31), True),
        ((replace(CHECKED, found=SiteFinding.IDLE),), on(5, 2), True),
        ((CHECKED, suspended(on(5, 1))), on(5, 1), True),
        ((CHECKED, suspended(on(5, 2))), on(12, 31), False),
        ((completed(on(4, 30)),), on(12, 31), False),
    ],
)
def test_started_and_stopped_at_once(
    later: tuple[e.LeadEvent, ...], day: date, stopped: bool
) -> None:
    listed = kinds(*SIGNED, started(on(4)), *later, day=day)
    assert (AnomalyKind.STOPPED_AT_ONCE in listed) is stopped


def test_a_check_that_found_nobody_while_progress_was_reported() -> None:
    idle = e.SiteChecked(occurred_on=on(6, 15), found=SiteFinding.IDLE)
    start = (*SIGNED, started(on(4)))
    may = returned(on(6, 1), "2023-05", 500)
    assert AnomalyKind.IDLE_BUT_REPORTED in kinds(*start, idle, progress(on(7), "2023-06"))
    assert AnomalyKind.IDLE_BUT_REPORTED not in kinds(*start, idle, progress(on(6), "2023-05"))
    grown, same = returned(on(7, 1), "2023-06", 501), returned(on(7, 1), "2023-06", 500)
    assert AnomalyKind.IDLE_BUT_REPORTED in kinds(*start, idle, may, grown)
    assert AnomalyKind.IDLE_BUT_REPORTED not in kinds(*start, idle, may, same)


def test_amounts_too_large_for_the_company_or_for_anybody() -> None:
    def company(capital: int) -> e.LeadEvent:
        return e.CompanyRegistered(
            occurred_on=on(4), company_name="甲", uscc=USCC, registered_capital_yuan=capital
        )

    five = signed(on(3), total=5 * YI)
    assert AnomalyKind.THIN_CAPITAL in kinds(REGISTERED, five, company(YI // 2))
    assert AnomalyKind.THIN_CAPITAL not in kinds(REGISTERED, five, company(YI // 2 + 1))
    below = signed(on(3), total=5 * YI - 1)
    assert AnomalyKind.THIN_CAPITAL not in kinds(REGISTERED, below, company(1))
    assert AnomalyKind.THIN_CAPITAL not in kinds(REGISTERED, five)  # capital unknown
    assert AnomalyKind.HUGE_AMOUNT not in kinds(REGISTERED, signed(on(3), total=100 * YI))
    assert AnomalyKind.HUGE_AMOUNT in kinds(REGISTERED, signed(on(3), total=100 * YI + 1))


def test_a_signing_without_its_gates_as_they_stood_that_day() -> None:
    def unvetted(*events: e.LeadEvent) -> bool:
        return AnomalyKind.NO_GATES in kinds(REGISTERED, *events)

    def diligence(day: date, result: DueDiligenceResult = DueDiligenceResult.PASS) -> e.LeadEvent:
        return e.DueDiligenceCompleted(occurred_on=day, result=result)

    def review(day: date, opinion: ReviewOpinion = ReviewOpinion.AGREE) -> e.LeadEvent:
        return e.ContractReviewed(occurred_on=day, opinion=opinion)

    sign = signed(on(3))
    assert unvetted(sign)
    assert unvetted(diligence(on(2)), sign)
    assert not unvetted(diligence(on(2)), review(on(2)), sign)
    assert not unvetted(sign, diligence(on(3)), review(on(3)))  # entered after, of the same day
    assert unvetted(diligence(on(2)), sign, review(on(3, 2)))  # made up for the next day
    assert unvetted(diligence(on(2), DueDiligenceResult.CONDITIONAL), review(on(2)), sign)
    assert unvetted(diligence(on(2)), review(on(2), ReviewOpinion.AMEND), sign)
    assert not unvetted(signed(on(3), AgreementKind.FRAMEWORK))  # nothing countable yet

    def red(day: date, *lines: str) -> e.LeadEvent:
        return e.LeadAssessed(occurred_on=day, result=AssessmentResult.VIABLE, red_lines=lines)

    assert AnomalyKind.RED_LINES in kinds(REGISTERED, red(on(2), "生态"), sign)
    cleared = (red(on(2), "生态"), red(on(2, 9)))
    assert AnomalyKind.RED_LINES not in kinds(REGISTERED, *cleared, sign)
    assert AnomalyKind.RED_LINES not in kinds(REGISTERED, sign, red(on(5), "生态"))


def test_built_before_signed_round_figures_and_no_sponsor() -> None:
    ground = "县政府专题会议同意"
    early = given(REGISTERED, started(on(2), ground), signed(on(3)))
    assert found(early)[AnomalyKind.BUILT_BEFORE_SIGNING].figures["ground"] == ground
    assert AnomalyKind.BUILT_BEFORE_SIGNING in found(early, on(2, 15))
    assert AnomalyKind.BUILT_BEFORE_SIGNING not in kinds(*SIGNED, started(on(3)))

    tens = [returned(on(m + 1), f"2023-0{m}", m * 10_000_000) for m in (4, 5, 6)]
    assert AnomalyKind.ROUND_FIGURES in kinds(*SIGNED, *tens)
    assert AnomalyKind.ROUND_FIGURES not in kinds(*SIGNED, *tens[:2])
    uneven = returned(on(8), "2023-07", 70_000_001)
    assert AnomalyKind.ROUND_FIGURES not in kinds(*SIGNED, *tens, uneven)

    leader = e.ResponsibilityChange(ResponsibilityRole.LEADER, "周强")
    given_one = e.ResponsibilityAssigned(occurred_on=on(5), changes=(leader,))
    past = given(*SIGNED, given_one)
    assert AnomalyKind.NO_SPONSOR in found(past, on(4, 30))
    assert AnomalyKind.NO_SPONSOR not in found(past, on(5))


def test_a_lead_that_has_left_is_not_looked_at() -> None:
    past = given(*SIGNED, funds(on(4), 2 * YI), exited(on(6)))
    assert AnomalyKind.FUNDS_OVER_AGREED in found(past, on(5, 31))
    assert found(past, on(6)) == {}


def test_a_month_closes_on_the_fifth_of_the_next() -> None:
    assert closed_on(on(1, 31), DEFAULT_RULES) == on(2, 5)
    assert closed_on(on(12, 1), DEFAULT_RULES) == on(1, 5, 2024)


# --- the list: against the twin, over other leads and the log ------------------------------------


def listed(
    crm: CRM, day: date, position: int | None = None, where: Where = EVERYWHERE
) -> list[OddLead]:
    with crm.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, day, crm.clock(), position)
        return odd_leads(connection, when, DEFAULT_RULES, where)


@pytest.mark.parametrize("seed", range(3))
def test_the_list_equals_the_naive_twin(sqlite: CRM, seed: int) -> None:
    rng = random.Random(seed)
    log = varied(random_log(rng, leads=8, steps=600), rng)
    fill(sqlite, log, rng)
    last, seen = log[-1].position, Counter[str]()
    beside = {AnomalyKind.LATE_EDIT, AnomalyKind.DOUBLE, AnomalyKind.PHASES_OVER_PARENT}
    for _ in range(12):
        day, position = rng.choice(DAYS), rng.choice((last, rng.randint(0, last)))
        answer = listed(sqlite, day, position)
        naive = Counter(
            {
                (lead, kind): count
                for lead, life in lives(log, day, position).items()
                for kind, count in naive_kinds(life).items()
            }
        )
        assert naive == Counter(
            (item.lead_id, item.anomaly.kind.value)
            for item in answer
            if item.anomaly.kind not in beside
        ), (day, position)
        edits = {
            item.lead_id: set(item.anomaly.event_ids)
            for item in answer
            if item.anomaly.kind is AnomalyKind.LATE_EDIT
        }
        assert edits == naive_late_edits(log, day, position), (day, position)
        keys = [item.key for item in answer]
        assert keys == sorted(set(keys))
        seen += Counter(kind for _, kind in naive.elements())
    assert len(seen) >= 6, seen  # or the histories would be too plain to mean anything


def test_phases_and_doubles_need_other_leads(sqlite: CRM) -> None:
    parent = store_lead(sqlite, 1, signed(on(3), total=10))
    store_lead(sqlite, 2, signed(on(3), total=6), parent=parent, title="一期厂房")
    store_lead(sqlite, 3, signed(on(4), total=5), parent=parent, title="二期厂房")
    store_lead(sqlite, 4, signed(on(5), total=5))  # the parent's own name: entered twice

    def of_kind(kind: AnomalyKind, day: date) -> list[OddLead]:
        return [odd for odd in listed(sqlite, day) if odd.anomaly.kind is kind]

    assert of_kind(AnomalyKind.PHASES_OVER_PARENT, on(3, 31)) == []
    (over,) = of_kind(AnomalyKind.PHASES_OVER_PARENT, on(4))
    assert (over.lead_id, over.anomaly.figures["phases_yuan"]) == (parent, 11)
    (double,) = of_kind(AnomalyKind.DOUBLE, on(5))
    assert double.state.code == "ZS2023-0004"
    assert double.anomaly.figures["other_code"] == "ZS2023-0001"
    assert listed(sqlite, on(5), where=Where(unit="发改局")) == []
    with sqlite.reader.asking(*EVERYTHING) as connection:
        when = clocks(connection, on(5), sqlite.clock())
    events = events_behind(sqlite.history(parent), when, over.anomaly)
    assert [event["type"] for event in events] == ["AgreementSigned"]


def store_lead(
    crm: CRM, number: int, *events: e.LeadEvent, parent: Any = None, title: str = "富硒茶饮加工"
) -> Any:
    """A lead entered at once, each event a minute after the one before."""
    relation = Relation.PHASE_IN_SCOPE if parent else Relation.NEW
    registration = replace(
        REGISTERED,
        code=f"ZS2023-{number:04d}",
        title=title,
        relation=relation,
        parent_lead_id=parent,
    )
    lead = UUID(int=number)
    first = crm.store.head()
    at = datetime(2023, 6, 1, tzinfo=UTC)
    crm.store.append(
        [
            Recorded(
                lead,
                nth,
                first + nth,
                UUID(int=number * 1000 + nth),
                at + timedelta(minutes=first + nth),
                "经办人",
                event,
            )
            for nth, event in enumerate((registration, *events), start=1)
        ]
    )
    crm.projector.catch_up()
    return lead


def test_over_http(shared_server: Server) -> None:
    office = shared_server.client("manager")
    lead = office.register(recruiting_unit="疑点单位", occurred_on="2022-01-05")
    office.record(lead, "signing", kind="contract", agreed_total_wan=10, occurred_on="2022-02-01")
    asked = {"unit": "疑点单位", "as_of": "2023-06-30"}
    found = office.get("/anomalies", **asked).json()
    assert found["by_kind"]["no_gates"]["count"] == 1
    assert {item["lead_id"] for item in found["items"]} == {lead}
    assert office.get("/anomalies", kind="huge_amount", **asked).json()["items"] == []
    assert office.get("/anomalies", kind="ugly", **asked).status_code == 422
    stalled = office.get("/exits/proposals", **asked).json()
    assert (stalled["count"], stalled["items"][0]["step_label"]) == (2, "应发限期通知")
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
