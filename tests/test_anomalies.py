"""Every kind of anomaly on both sides of its rule."""

from dataclasses import replace
from datetime import date

import pytest

from domain.event import Evidence
from domain.lead import events as e
from domain.lead.anomalies import anomalies_of
from domain.lead.anomaly import Anomaly
from domain.lead.history import state_at
from domain.rulebook import DEFAULT_RULES
from domain.vocabulary import (
    AgreementKind,
    AnomalyKind,
    AssessmentResult,
    DueDiligenceResult,
    ResponsibilityRole,
    ReviewOpinion,
    SiteFinding,
)
from projections.anomalies import closed_on
from tests.given import Past, given
from tests.naive_anomalies import USCC
from tests.told import (
    REGISTERED,
    SIGNED,
    YI,
    completed,
    exited,
    funds,
    on,
    reported,
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
    assert same(reported(on(6), "2023-05"), reported(on(7), "2023-06"))
    assert not same(reported(on(6), "2023-05"), reported(on(7), "2023-06", "封顶"))
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
    assert AnomalyKind.IDLE_BUT_REPORTED in kinds(*start, idle, reported(on(7), "2023-06"))
    assert AnomalyKind.IDLE_BUT_REPORTED not in kinds(*start, idle, reported(on(6), "2023-05"))
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
