"""Looking after a project, recognising and supervising it: each rule on both sides."""

from datetime import date
from decimal import Decimal

import pytest

from domain.lead import events as e
from domain.vocabulary import (
    Milestone,
    NoticeLevel,
    PermitItem,
    PermitState,
    RecognitionDecision,
    RecognitionScope,
    SiteFinding,
)
from tests.given import given, nth
from tests.told import (
    COMPLETED,
    LOI,
    PRODUCING,
    REGISTERED,
    SIGNED,
    STARTED,
    at,
    exited,
    funds,
    officer,
    on,
    produced,
    resumed,
    signed,
    started,
    suspended,
    void,
)

START, COMPLETION = Milestone.START, Milestone.COMPLETION
GRANTED, REFUSED, REVOKED = (
    RecognitionDecision.GRANTED,
    RecognitionDecision.REFUSED,
    RecognitionDecision.REVOKED,
)
SIGNING = RecognitionScope.SIGNING


def plan(day: date, ground: str | None = None, **days: date) -> e.MilestonePlanSet:
    milestones = tuple(e.PlannedMilestone(Milestone[name.upper()], d) for name, d in days.items())
    return e.MilestonePlanSet(occurred_on=day, milestones=milestones, ground=ground)


def monthly(day: date, figures: tuple[int, ...], year: int | None = 2023) -> e.MilestonePlanSet:
    return e.MilestonePlanSet(occurred_on=day, fai_year=year, monthly_fai_yuan=figures)


def test_a_plan_says_something_once_and_in_order() -> None:
    past = given(*SIGNED)
    past.when(plan(on(4))).bad_input("milestones")
    past.when(plan(on(4), start=on(9), completion=on(8))).bad_input("milestones")
    past.when(plan(on(4), start=on(9), completion=on(9), production=on(9))).accepted()
    twice = e.MilestonePlanSet(
        occurred_on=on(4), milestones=(e.PlannedMilestone(START, on(5)),) * 2
    )
    past.when(twice).bad_input("milestones")
    past.when(plan(on(4), start=date(1923, 1, 1))).bad_input("milestones")


def test_monthly_figures_are_twelve_and_never_fall() -> None:
    past = given(*SIGNED)
    past.when(monthly(on(4), (0,) * 11)).bad_input("monthly_fai_wan")
    past.when(monthly(on(4), (*range(11), 9))).bad_input("monthly_fai_wan")
    past.when(monthly(on(4), tuple(range(12)), None)).bad_input("fai_year")
    past.when(monthly(on(4), tuple(range(12)))).accepted()


def test_a_revision_says_why_and_keeps_what_it_does_not_name() -> None:
    past = given(*SIGNED, plan(on(4), start=on(6), completion=on(12)))
    past.when(plan(on(5), start=on(7))).bad_input("ground")
    past.when(plan(on(5), "推迟", start=on(12, 2))).bad_input("milestones")  # after the completion
    revised = past.when(plan(on(5), "用地推迟", start=on(7))).accepted()
    state = at(revised, on(5))
    assert state.planned == {START: on(7), COMPLETION: on(12)}
    assert state.planned_first[START] == on(6)
    assert state.plan_revisions == 1
    # Entered late, before the first plan: that one is then the revision, and has no ground of its
    # own, but what is recorded stays recorded.
    assert at(past.when(plan(on(3, 5), start=on(5, 5))).accepted(), on(5)).plan_revisions == 1


def test_progress_is_of_a_month_that_has_begun() -> None:
    def report(day: date, period: str, percent: str | None = None) -> e.LeadEvent:
        share = None if percent is None else Decimal(percent)
        return e.MonthlyProgressReported(
            occurred_on=day, period=period, text="主体施工", percent=share
        )

    past = given(*STARTED)
    past.when(report(on(6, 30), "2023-06")).accepted()
    past.when(report(on(6, 30), "2023-07")).bad_input("period")
    past.when(report(on(6), "2023-06", "1.01")).bad_input("percent")
    past.when(report(on(6), "2023-06", "1")).accepted()
    blank = e.MonthlyProgressReported(occurred_on=on(6), period="2023-06", text=" ")
    past.when(blank).bad_input("text")


def test_visits_are_rated_from_one_to_five() -> None:
    past = given(REGISTERED)
    for kind in (e.ServiceVisitLogged, e.FollowUpVisitLogged):
        past.when(kind(occurred_on=on(3), satisfaction=5)).accepted()
        past.when(kind(occurred_on=on(3), satisfaction=0)).bad_input("satisfaction")
        past.when(kind(occurred_on=on(3), satisfaction=6)).bad_input("satisfaction")


def test_statistics_stand_on_milestones() -> None:
    entered = e.StatInventoryEntered(occurred_on=on(3))
    given(REGISTERED, signed(on(2), LOI)).when(entered).refused("milestone_missing")
    given(*SIGNED).when(entered).accepted()
    above = e.AboveScaleEntered(occurred_on=on(9))
    given(*COMPLETED).when(above).refused("milestone_missing")
    given(*STARTED, produced(on(5), trial=True)).when(above).accepted()
    effect = e.FullEffectReached(occurred_on=on(9))
    given(*STARTED, produced(on(5), trial=True)).when(effect).refused("milestone_missing")
    reached = given(*PRODUCING).when(effect).accepted()
    assert at(reached, on(9)).full_effect_on == on(9)
    reached.when(void(5)).refused("event_depended_on", "达效")
    reached.when(void(6)).accepted().when(void(5)).accepted()


def test_permits_checks_names_and_investors_change_from_their_day_on() -> None:
    required, obtained = (
        e.PermitStated(occurred_on=day, item=PermitItem.EIA, state=state)
        for day, state in ((on(4), PermitState.REQUIRED), (on(6), PermitState.OBTAINED))
    )
    renamed = e.LeadRenamed(occurred_on=on(5), title="新名称", ground="备案变更")
    sold = e.InvestorChanged(occurred_on=on(5), investor=e.Investor("新投资方"), ground="转让")
    check = e.SiteChecked(occurred_on=on(5), found=SiteFinding.IDLE)
    past = given(*SIGNED, obtained, required, renamed, sold, check)
    before, after = at(past, on(4, 30)), at(past, on(6))
    assert (before.title, before.investor) == ("富硒茶饮加工", "陕西某公司")
    assert (after.title, after.investor) == ("新名称", "新投资方")
    assert before.permits[PermitItem.EIA].state is PermitState.REQUIRED
    assert after.permits[PermitItem.EIA].state is PermitState.OBTAINED
    assert at(past, on(5)).last_activity_on == on(3)  # an idle site is no activity
    blank = e.LeadRenamed(occurred_on=on(5), title="新名称", ground=" ")
    past.when(blank).bad_input("ground")


def recognised(
    day: date, scope: RecognitionScope, decision: RecognitionDecision = GRANTED
) -> e.LeadEvent:
    ground = None if decision is GRANTED else "佐证不足"
    return e.RecognitionDecided(occurred_on=day, scope=scope, decision=decision, ground=ground)


def test_recognition_stands_on_the_milestone_and_on_the_earlier_one() -> None:
    start = RecognitionScope.START
    given(REGISTERED).when(recognised(on(4), SIGNING)).refused("milestone_missing")
    given(*SIGNED).when(recognised(on(2), SIGNING)).refused("milestone_missing")
    granted = given(*STARTED, recognised(on(4, 2), SIGNING))
    given(*STARTED).when(recognised(on(5), start)).refused("recognition_order", "签约")
    granted.when(recognised(on(4), start)).refused("recognition_order")  # before that day
    granted.when(recognised(on(5), start)).accepted()
    granted.when(recognised(on(5), SIGNING)).refused("recognition_state")
    no_ground = e.RecognitionDecided(occurred_on=on(5), scope=start, decision=REFUSED)
    granted.when(no_ground).bad_input("ground")
    revoked = granted.when(recognised(on(5), SIGNING, REVOKED)).accepted()
    revoked.when(recognised(on(6), SIGNING, REVOKED)).refused("recognition_state")
    revoked.when(recognised(on(6), start)).refused("recognition_order")
    revoked.when(recognised(on(6), SIGNING)).accepted()
    refused = given(*SIGNED, recognised(on(4), SIGNING, REFUSED))
    refused.when(recognised(on(5), SIGNING)).accepted()


def test_funds_are_recognised_once_they_have_come() -> None:
    money = RecognitionScope.FUNDS
    past = given(*SIGNED, recognised(on(3, 5), SIGNING))
    past.when(recognised(on(5), money)).refused("milestone_missing")
    past.when(funds(on(4))).accepted().when(recognised(on(5), money)).accepted()


def test_what_recognition_stands_on_is_kept() -> None:
    past = given(*SIGNED, recognised(on(3, 5), SIGNING), started(on(4)))
    past.when(void(2)).refused("event_depended_on")
    further = past.when(recognised(on(5), RecognitionScope.START)).accepted()
    further.when(void(3)).refused("event_depended_on", "认定")
    further.when(void(5)).accepted().when(void(3)).accepted()


def issued(day: date, due: date) -> e.LeadEvent:
    return e.NoticeIssued(occurred_on=day, level=NoticeLevel.RED, due=due, text="限期开工")


def answered(day: date, number: int) -> e.LeadEvent:
    return e.NoticeAnswered(occurred_on=day, notice_id=nth(number), text="已整改")


def test_a_notice_is_answered_once_and_after_it_was_issued() -> None:
    given(*SIGNED).when(issued(on(4, 2), on(4))).bad_input("due")
    past = given(*SIGNED, issued(on(4), on(4, 30)))
    past.when(answered(on(3, 31), 3)).refused("notice_order")
    past.when(answered(on(5), 2)).refused("notice_not_found")
    done = past.when(answered(on(5), 3)).accepted()
    done.when(answered(on(6), 3)).refused("notice_answered")
    assert at(done, on(4, 30)).notices[nth(3)].answered_on is None
    assert at(done, on(5)).notices[nth(3)].answered_on == on(5)
    done.when(void(3)).refused("event_depended_on", "督办回复")
    done.when(void(4)).accepted().when(answered(on(6), 3)).accepted()


@pytest.mark.parametrize(
    "late",
    [
        e.ServiceVisitLogged(occurred_on=on(5, 1)),
        e.SiteChecked(occurred_on=on(5, 1), found=SiteFinding.WORKING),
        issued(on(5, 1), on(6)),
        plan(on(5, 1), start=on(6)),
        recognised(on(5, 1), SIGNING),
    ],
    ids=lambda event: type(event).__name__,
)
def test_after_an_exit_only_what_happened_before_it(late: e.LeadEvent) -> None:
    left = given(*SIGNED, exited(on(4, 30)))
    left.when(late).refused("lead_exited")
    given(*SIGNED).when(late).accepted()


def test_officers_and_suspensions_are_kept_as_spells() -> None:
    past = given(
        *STARTED,
        suspended(on(5)),
        resumed(on(6)),
        suspended(on(8)),
        officer(on(5), "甲"),
        officer(on(6), "乙"),
        officer(on(7), None),
        officer(on(9), "丙"),
    )
    state = at(past, on(10))
    assert [(s.since, s.until) for s in state.suspensions] == [(on(5), on(6)), (on(8), None)]
    assert [(s.officer, s.since, s.until) for s in state.officer_spells] == [
        ("甲", on(5), on(6)),
        ("乙", on(6), on(7)),
        ("丙", on(9), None),
    ]
