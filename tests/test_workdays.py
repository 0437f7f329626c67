"""Are the workdays those of the State Council's notice? (domain section 7)"""

from datetime import date

from crm.holidays import work_calendar
from domain.rulebook import DEFAULT_RULES, Rulebook
from domain.workdays import WorkCalendar, days_between

CALENDAR = work_calendar(DEFAULT_RULES)
# 国办发明电〔2022〕16号, as domain section 7 has it.
OFF_2023 = {
    *days_between(date(2023, 1, 1), date(2023, 1, 2)),
    *days_between(date(2023, 1, 21), date(2023, 1, 27)),
    date(2023, 4, 5),
    *days_between(date(2023, 4, 29), date(2023, 5, 3)),
    *days_between(date(2023, 6, 22), date(2023, 6, 24)),
    *days_between(date(2023, 9, 29), date(2023, 10, 6)),
}
MAKE_UP_2023 = {
    date(2023, month, day)
    for month, day in ((1, 28), (1, 29), (4, 23), (5, 6), (6, 25), (10, 7), (10, 8))
}


def test_every_day_of_2023_is_as_the_notice_says() -> None:
    year = days_between(date(2023, 1, 1), date(2023, 12, 31))
    expected = {
        day: day in MAKE_UP_2023 or (day not in OFF_2023 and day.isoweekday() <= 5) for day in year
    }
    assert {day: CALENDAR.is_workday(day) for day in year} == expected
    assert CALENDAR.workdays_between(year[0], year[-1]) == 249


def test_later_years_the_program_knows() -> None:
    """Counted from the notices of 2025 and 2026: 248 each."""
    for year in (2025, 2026):
        assert CALENDAR.workdays_between(date(year, 1, 1), date(year, 12, 31)) == 248
        assert CALENDAR.is_verified(date(year, 12, 31))
    assert CALENDAR.is_workday(date(2025, 1, 26))  # a Sunday before the Spring Festival
    assert not CALENDAR.is_workday(date(2025, 2, 4))


def test_an_unpublished_year_is_counted_by_weekdays_and_says_so() -> None:
    day = date(2027, 1, 1)  # a Friday
    assert not CALENDAR.is_verified(day)
    assert CALENDAR.is_workday(day)
    weekdays = sum(d.weekday() < 5 for d in days_between(day, date(2027, 12, 31)))
    assert CALENDAR.workdays_between(day, date(2027, 12, 31)) == weekdays == 261


def test_the_county_enters_a_later_notice_itself() -> None:
    calendar = work_calendar(
        Rulebook(
            extra_holidays=(date(2027, 1, 1), date(2026, 10, 10)),
            extra_workdays=(date(2027, 1, 3), date(2026, 10, 1)),
            holidays_verified_year=2027,
        )
    )
    assert calendar.is_verified(date(2027, 6, 1))
    assert not calendar.is_workday(date(2027, 1, 1))
    assert calendar.is_workday(date(2027, 1, 3))
    assert not calendar.is_workday(date(2026, 10, 10))  # made up by the notice: the entry wins
    assert calendar.is_workday(date(2026, 10, 1))


def test_no_days_between_a_day_and_one_before_it() -> None:
    assert days_between(date(2023, 1, 2), date(2023, 1, 1)) == []
    assert WorkCalendar().workdays_between(date(2023, 1, 2), date(2023, 1, 1)) == 0
