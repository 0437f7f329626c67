"""The board of three colours: against F17 worked out by hand, in pages, in files, in a search."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import count
from uuid import UUID

import pytest

from domain.calendar import add_months
from domain.lead import events as e
from domain.vocabulary import Milestone, PermitState, SiteFinding, Stage
from projections.colours import coloured
from tests.histories import random_log
from tests.naive import Facts, naive_facts
from tests.serving import Server
from tests.states import Log, folded

_NAMES = count(1)
_WORST = ("green", "grey", "yellow", "red")

# --- F17, worked out from the text of domain section 12 ---------------------------------------


def naive_colours(log: Log, day: date, known: int) -> dict[UUID, tuple[str, str]]:
    """Lead -> (shown, judged)."""
    found = {}
    for lead_id, f in naive_facts(log, day, known).items():
        reasons = list(naive_reasons(f, day))
        if not reasons:
            continue
        judged = max(reasons, key=_WORST.index)
        override = f.last(e.ColourOverridden)
        held = override is not None and day <= override.until
        found[lead_id] = (override.colour.value if held else judged, judged)
    return found


def naive_reasons(f: Facts, day: date) -> Iterator[str]:
    match f.stage:
        case Stage.SIGNED:
            yield naive_awaited(naive_planned(f, Milestone.START), day)
        case Stage.COMPLETED:
            yield naive_awaited(naive_planned(f, Milestone.PRODUCTION), day)
            yield from naive_statistics(f, day)
        case Stage.STARTED:
            yield naive_progress(f, day)
            yield from naive_statistics(f, day)
            if f.suspended:
                yield "red"
        case Stage.LEAD | Stage.FRAMEWORK:
            # Nothing is late with a lead before it is registered.
            last = max(naive_last_activity(f), f.registration.occurred_on)
            months = sum(add_months(last, n) <= day for n in range(1, 4))
            yield ("green", "green", "yellow", "red")[months]


def naive_planned(f: Facts, milestone: Milestone) -> date | None:
    """The last plan that names it; without any, what the texts agreed."""
    agreed = {
        Milestone.START: "start_due",
        Milestone.COMPLETION: "completion_due",
        Milestone.PRODUCTION: "production_due",
    }[milestone]
    planned = None
    for event in f.events:
        if isinstance(event, e.MilestonePlanSet):
            named = [m.planned_on for m in event.milestones if m.milestone is milestone]
            planned = named[-1] if named else planned
    if planned is None:
        for event in f.events:
            named_day = getattr(event, agreed, None)
            # A signing states all terms anew, an upgrade or amendment those it names.
            if named_day is not None or isinstance(event, e.AgreementSigned):
                planned = named_day
    return planned


def naive_awaited(planned: date | None, day: date) -> str:
    if planned is None:
        return "grey"
    if (day.year, day.month) <= (planned.year, planned.month):
        return "green"
    first = planned.replace(day=1)
    full = sum(add_months(first, n + 1) <= next_day(day) for n in range(1, 60))
    return "red" if full >= 3 else "yellow"


def next_day(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def naive_progress(f: Facts, day: date) -> str:
    plans = [
        event.monthly_fai_yuan
        for event in f.events
        if isinstance(event, e.MilestonePlanSet)
        and event.monthly_fai_yuan is not None
        and event.fai_year == day.year
    ]
    full_months = sum(date(day.year, m, 1) <= day for m in range(2, 13))
    if next_day(day).day == 1:
        full_months = day.month
    if plans and plans[-1][-1]:
        plan = plans[-1]
        told: dict[str, int] = {}
        for event in f.events:
            if isinstance(event, e.FixedAssetInvestmentReported):
                told[event.period] = event.ytd_yuan
        mine = [p for p in told if f"{day:%Y}-01" <= p <= f"{day:%Y-%m}"]
        done = Decimal(told[max(mine)] if mine else 0)
        due = Decimal(plan[full_months - 1] if full_months else 0)
        gap = 100 * (due / plan[-1] - done / plan[-1])
    else:
        end, begun = naive_planned(f, Milestone.COMPLETION), f.started_on
        if end is None or begun is None or end <= begun:
            return "grey"
        reports: dict[str, Decimal | None] = {}
        for event in f.events:
            if isinstance(event, e.MonthlyProgressReported):
                reports[event.period] = event.percent
        shares = [reports[p] for p in sorted(reports) if reports[p] is not None]
        gone = min(Decimal(1), Decimal((day - begun).days) / Decimal((end - begun).days))
        gap = 100 * (gone - (shares[-1] or 0 if shares else 0))
    return "red" if gap > 30 else "yellow" if gap >= 10 else "green"


def naive_statistics(f: Facts, day: date) -> Iterator[str]:
    begun = f.started_on
    if begun is None or f.first(e.StatInventoryEntered) is not None:
        return
    if day > add_months(begun, 2):
        yield "red"
    elif day >= add_months(begun, 1):
        yield "yellow"


def naive_last_activity(f: Facts) -> date:
    quiet = (
        e.ServiceVisitLogged, e.FollowUpVisitLogged, e.MilestonePlanSet, e.NoticeIssued,
        e.NoticeAnswered, e.RecognitionDecided, e.ColourOverridden, e.ResponsibilityAssigned,
        e.LeadRenamed, e.InvestorChanged, e.LeadExited, e.LeadReinstated, e.LeadShelved,
        e.LeadReopened, e.LeadLost, e.ConstructionSuspended,
    )  # fmt: skip
    days = [
        event.occurred_on
        for event in f.events
        if not isinstance(event, quiet)
        and not (isinstance(event, e.SiteChecked) and event.found is SiteFinding.IDLE)
        and not (isinstance(event, e.PermitStated) and event.state is not PermitState.OBTAINED)
    ]
    return max(days, default=date.min)


@pytest.mark.parametrize("seed", [41, 42, 43, 44])
def test_colours_are_those_of_the_text_worked_out_by_hand(seed: int) -> None:
    rng = random.Random(seed)
    log = random_log(rng, leads=18, steps=1000)
    seen: Counter[str] = Counter()
    for _ in range(15):
        day = rng.choice(log).event.occurred_on
        position = rng.choice((log[-1].position, rng.randint(1, len(log))))
        board = coloured(folded(log, day, position), day)
        shown = {
            one.lead_id: (one.judgement.colour.value, one.judgement.judged.value) for one in board
        }
        assert shown == naive_colours(log, day, position), (day, position)
        seen.update(reason.code for one in board for reason in one.judgement.reasons)
        seen.update("overridden" for one in board if one.judgement.overridden)
    assert {"behind", "no_plan", "suspended", "not_in_statistics", "inactive"} <= set(seen), seen


# --- the board over HTTP ----------------------------------------------------------------------


@pytest.fixture
def unit(shared_server: Server) -> str:
    """A unit with five projects in July 2023: two red (one led), two yellow, one grey."""
    name = f"看板单位{next(_NAMES)}"
    office = shared_server.client()
    for nth, planned in enumerate(("2023-03-10", "2023-03-20", "2023-05-10", "2023-06-10", None)):
        lead = office.register(
            recruiting_unit=name, title=f"项目{nth}", host_town="城关镇", occurred_on="2023-01-05"
        )
        office.record(
            lead, "signing", kind="contract", agreed_total_wan=100 + nth, occurred_on="2023-02-01"
        )
        if planned:
            milestone = {"milestone": "start", "planned_on": planned}
            office.record(lead, "plan", milestones=[milestone], occurred_on="2023-02-02")
        if nth == 0:
            office.record(lead, "responsibility", leader="周强", occurred_on="2023-02-03")
    return name


def test_the_board_in_pages(shared_server: Server, unit: str) -> None:
    office = shared_server.client("viewer")
    asked = {"unit": unit, "as_of": "2023-07-31"}
    whole = office.get("/colours", **asked).json()
    assert [item["colour"] for item in whole["items"]] == ["red", "red", "yellow", "yellow", "grey"]
    assert whole["counts"] == {"green": 0, "yellow": 2, "red": 2, "grey": 1}
    pages = office.pages("/colours", alone=True, limit=2, **asked)
    assert all((page["count"], page["counts"]) == (5, whole["counts"]) for page in pages)
    assert [item for page in pages for item in page["items"]] == whole["items"]
    red = whole["items"][0]
    # As the list 签约未开工 counts it: six months from the signing, whatever was planned.
    assert (red["due_on"], red["overdue_days"]) == ("2023-08-01", 0)
    assert red["reasons"][0]["label"] == "超过计划月份"
    changes = office.get("/colours/changes", since="2023-06-29", limit=2, **asked).json()
    assert (changes["count"], len(changes["items"])) == (3, 2)
    more = office.get(
        "/colours/changes", since="2023-06-29", limit=2, cursor=changes["next_cursor"]
    ).json()
    assert more["next_cursor"] is None
    assert len({item["lead_id"] for item in changes["items"] + more["items"]}) == 3


def test_files_hold_the_whole_answer_whatever_the_page(shared_server: Server, unit: str) -> None:
    office = shared_server.client("viewer")
    asked = {"unit": unit, "as_of": "2023-07-31"}
    board = office.csv("/colours", limit=1, **asked)
    assert "".join(row["颜色"][0] for row in board) == "红红黄黄灰"
    assert "已过4个整月仍未开工" in board[0]["理由"]
    table = office.csv("/responsibility", **asked)
    assert [row["包抓领导"] for row in table] == ["周强", "", "", "", ""]
    mine = office.csv("/responsibility", leader="周强", **asked)
    assert [row["包抓领导"] for row in mine] == ["周强"]
    changed = office.csv("/colours/changes", since="2023-06-29", limit=1, **asked)
    assert [(row["原颜色"], row["现颜色"]) for row in changed] == [
        ("黄", "红"),
        ("黄", "红"),
        ("绿", "黄"),
    ]
    [headers, *rows] = office.sheet("/colours", **asked)
    assert (headers[:2], len(rows)) == (["编号", "项目名称"], 5)


def test_moving_to_another_town_changes_no_colour(shared_server: Server, unit: str) -> None:
    office = shared_server.client()
    asked = {"unit": unit, "as_of": "2023-07-31"}
    lead = office.get("/colours", **asked).json()["items"][-1]["lead_id"]
    office.record(lead, "responsibility", host_town="双乳镇", occurred_on="2023-07-20")
    changed = office.get(
        "/colours/changes", since="2023-07-10", unit=unit, town="双乳镇", as_of="2023-07-31"
    ).json()
    assert changed["items"] == []


def test_a_search_by_colour_and_the_colour_of_a_lead(shared_server: Server, unit: str) -> None:
    office = shared_server.client("viewer")
    asked = {"unit": unit, "as_of": "2023-07-31"}
    every = office.get("/leads", **asked).json()["items"]
    assert sorted(str(item["colour"]) for item in every) == [
        "grey", "red", "red", "yellow", "yellow",
    ]  # fmt: skip
    first = office.get("/leads", colour="yellow", limit=1, **asked).json()
    assert (first["count"], first["items"][0]["colour_label"]) == (2, "黄")
    second = office.get("/leads", limit=1, cursor=first["next_cursor"]).json()
    assert second["items"][0]["colour"] == "yellow"
    assert second["items"][0]["lead_id"] != first["items"][0]["lead_id"]
    assert second["next_cursor"] is None
    lead = office.get(f"/leads/{first['items'][0]['lead_id']}", as_of="2023-07-31").json()
    assert (lead["colour"], lead["judgement"]["reasons"][0]["code"]) == ("yellow", "plan_passed")


def test_what_has_no_colour_cannot_be_given_one(shared_server: Server) -> None:
    office = shared_server.client()
    lead = office.register(occurred_on="2023-01-05")
    office.record(lead, "loss", ground="落户外县", occurred_on="2023-03-01")
    override = {"colour": "green", "until": "2023-12-31", "ground": "会议"}
    assert office.refused(lead, "colour-override", **override, occurred_on="2023-04-01") == (
        "no_colour"
    )
    office.record(lead, "colour-override", **override, occurred_on="2023-02-01")
    shown = office.get(f"/leads/{lead}", as_of="2023-04-01").json()
    assert (shown["colour"], shown["judgement"]) == (None, None)
