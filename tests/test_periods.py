"""Does every day belong to exactly one period of each kind, and is its key readable again?"""

from datetime import date, timedelta

import pytest

from domain.errors import BadInput
from domain.periods import (
    PeriodKind,
    following,
    parse,
    period_of,
    previous,
    same_period_last_year,
)
from tests.serving import Server

DAYS = [date(2019, 12, 20) + timedelta(days=n) for n in range(1900)]  # over a 53-week year
W, HM, M, Q, HY, Y = PeriodKind


FIRST_HALF, SECOND_HALF = "2023年2月上半月", "2024年2月下半月"


@pytest.mark.parametrize("kind", PeriodKind)
@pytest.mark.parametrize("ends_on", [31, 25, 30, 28])
def test_periods_follow_one_another_without_gap_or_overlap(kind: PeriodKind, ends_on: int) -> None:
    for day in DAYS:
        period = period_of(kind, day, ends_on)
        assert period.start <= day <= period.end
        assert parse(period.key, ends_on) == period
        assert period_of(kind, period.start, ends_on) == period
        assert period_of(kind, period.end, ends_on) == period
        after = following(period, ends_on)
        assert after.start == period.end + timedelta(days=1)
        assert previous(after, ends_on) == period
        assert period.key < after.key  # keys sort in time order


@pytest.mark.parametrize(
    ("kind", "day", "key", "start", "end", "label"),
    [
        (W, date(2023, 1, 1), "2022-W52", date(2022, 12, 26), date(2023, 1, 1), "2022年第52周"),
        (HM, date(2023, 2, 15), "2023-02-H1", date(2023, 2, 1), date(2023, 2, 15), FIRST_HALF),
        (HM, date(2024, 2, 16), "2024-02-H2", date(2024, 2, 16), date(2024, 2, 29), SECOND_HALF),
        (M, date(2023, 2, 28), "2023-02", date(2023, 2, 1), date(2023, 2, 28), "2023年2月"),
        (Q, date(2023, 6, 30), "2023-Q2", date(2023, 4, 1), date(2023, 6, 30), "2023年第2季度"),
        (HY, date(2023, 7, 1), "2023-H2", date(2023, 7, 1), date(2023, 12, 31), "2023年下半年"),
        (Y, date(2023, 7, 1), "2023", date(2023, 1, 1), date(2023, 12, 31), "2023年"),
    ],
)  # fmt: skip
def test_periods_by_hand(
    kind: PeriodKind, day: date, key: str, start: date, end: date, label: str
) -> None:
    period = period_of(kind, day)
    assert (period.key, period.start, period.end, period.label) == (key, start, end, label)


def test_a_month_that_closes_on_the_25th_is_named_after_the_month_it_ends_in() -> None:
    period = period_of(M, date(2023, 12, 26), 25)
    assert (period.key, period.start, period.end) == (
        "2024-01",
        date(2023, 12, 26),
        date(2024, 1, 25),
    )
    assert period_of(M, date(2023, 12, 25), 25).key == "2023-12"
    assert same_period_last_year(period, 25).key == "2023-01"
    # 30: February closes on its last day, so March begins on the first.
    assert period_of(M, date(2023, 3, 1), 30).start == date(2023, 3, 1)
    assert period_of(M, date(2023, 3, 31), 30).key == "2023-04"


def test_the_same_period_a_year_before() -> None:
    def before(key: str) -> str:
        return same_period_last_year(parse(key)).key

    assert before("2024-02") == "2023-02"
    assert before("2024-02-H2") == "2023-02-H2"
    assert before("2023-Q4") == "2022-Q4"
    assert before("2023-H1") == "2022-H1"
    assert before("2023") == "2022"
    assert before("2023-W10") == "2022-W10"
    assert before("2020-W53") == "2019-W52"  # 2019 has no 53rd week


@pytest.mark.parametrize(
    "text",
    ["", "2023-Q5", "2023-13", "2023-W54", "2021-W53", "2023-02-H3", "23", "2023-Q", "0001",
     "2023-2", "2023-W00", "9999", "２０２３", "2023-Q2-H1"],
)  # fmt: skip
def test_what_names_no_period_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse(text)
    assert refusal.value.field == "period"


def test_periods_and_the_calendar_over_http(shared_server: Server) -> None:
    office = shared_server.client("viewer")
    found = office.get("/periods", kind="quarterly", on="2023-05-20").json()
    assert (found["key"], found["label"], found["end"]) == (
        "2023-Q2",
        "2023年第2季度",
        "2023-06-30",
    )
    assert found["same_period_last_year"]["key"] == "2022-Q2"
    assert office.get("/periods", kind="daily").status_code == 422
    year = office.get("/calendar", year=2023).json()
    assert (year["workdays"], year["published"]) == (249, True)
    assert "2023-01-28" in year["make_up_workdays"]
    assert "2023-10-06" in year["holidays"]
    assert office.get("/calendar", year=2027).json()["published"] is False
