"""What may be recorded of ranked units: inspections, interviews, groups, voids."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import pytest

from domain.errors import BadInput, NotFound, Refused
from domain.event import Recorded
from domain.unit import events as u
from domain.unit.decisions import (
    InterviewConditions,
    hold_interview,
    place,
    record_inspection,
    void_entry,
)
from domain.unit.known import DEFAULT_GROUPS, in_force, unit_name, unit_stream
from domain.vocabulary import UnitGroup

DAY = date(2023, 7, 12)
BOTH = InterviewConditions(last=True, behind=True, why="排名第10（共10个）")
INTERVIEW = u.InterviewHeld(
    occurred_on=DAY,
    unit="蒲溪镇",
    period="2023-Q2",
    interviewer="县委书记",
    interviewee="镇长",
    text="限期整改",
)
INSPECTION = u.InspectionRecorded(
    occurred_on=DAY, unit="蒲溪镇", points=Decimal("-0.5"), ground="超时限未开工"
)


def past(*events: u.UnitEvent) -> list[Recorded[u.UnitEvent]]:
    at = datetime(2023, 7, 12, tzinfo=UTC)
    stream = unit_stream("蒲溪镇")
    return [
        Recorded(stream, nth, nth, UUID(int=nth), at, "test", event)
        for nth, event in enumerate(events, 1)
    ]


def void(number: int) -> u.UnitEntryVoided:
    return u.UnitEntryVoided(
        occurred_on=DAY, unit="蒲溪镇", event_id=UUID(int=number), ground="录错"
    )


@pytest.mark.parametrize("points", ["0.01", "-100", "100", "2", "-0.5"])
def test_points_are_added_or_deducted(points: str) -> None:
    inspection = replace(INSPECTION, points=Decimal(points))
    assert record_inspection([], inspection) == [inspection]


@pytest.mark.parametrize("points", ["0", "0.00", "100.01", "-101", "0.005", "NaN", "Infinity"])
def test_points_that_are_none(points: str) -> None:
    with pytest.raises(BadInput) as found:
        record_inspection([], replace(INSPECTION, points=Decimal(points)))
    assert found.value.field == "points"


def test_an_inspection_says_why() -> None:
    with pytest.raises(BadInput) as found:
        record_inspection([], replace(INSPECTION, ground=" "))
    assert found.value.field == "ground"


@pytest.mark.parametrize(
    ("last", "behind", "accepted"),
    [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
)
def test_an_interview_takes_both_conditions(*, last: bool, behind: bool, accepted: bool) -> None:
    """Plan clause 77: 靠后 and 严重滞后."""
    conditions = InterviewConditions(last=last, behind=behind, why="排名第3")
    if accepted:
        assert hold_interview([], INTERVIEW, conditions) == [INTERVIEW]
        return
    with pytest.raises(Refused) as found:
        hold_interview([], INTERVIEW, conditions)
    assert found.value.code == "interview_conditions"
    assert "排名第3" in found.value.detail


def test_an_interview_is_held_once_for_a_period() -> None:
    history = past(INTERVIEW)
    with pytest.raises(Refused) as found:
        hold_interview(history, INTERVIEW, BOTH)
    assert found.value.code == "already_interviewed"
    later = replace(INTERVIEW, period="2023-Q3")
    assert hold_interview(history, later, BOTH) == [later]
    assert hold_interview(past(INTERVIEW, void(1)), INTERVIEW, BOTH) == [INTERVIEW]


@pytest.mark.parametrize("field", ["interviewer", "interviewee", "text"])
def test_an_interview_says_by_whom_with_whom_and_what(field: str) -> None:
    with pytest.raises(BadInput) as found:
        hold_interview([], replace(INTERVIEW, **cast(Any, {field: " "})), BOTH)
    assert found.value.field == field


def test_an_entry_is_taken_back_once() -> None:
    history = past(INSPECTION, INTERVIEW)
    assert void_entry(history, void(1)) == [void(1)]
    assert [r.event for r in in_force(past(INSPECTION, INTERVIEW, void(1)))] == [INTERVIEW]
    refused(past(INSPECTION, void(1)), void(1), "already_voided")
    refused(past(INSPECTION, void(1)), void(2), "void_not_voidable")
    with pytest.raises(NotFound):
        void_entry(history, void(9))
    with pytest.raises(BadInput):
        void_entry(history, replace(void(1), ground=" "))


def refused(history: Sequence[Recorded[Any]], entry: u.UnitEntryVoided, code: str) -> None:
    with pytest.raises(Refused) as found:
        void_entry(history, entry)
    assert found.value.code == code


def test_a_unit_has_one_name_and_one_stream() -> None:
    assert unit_name(" 县发改局 ") == unit_name("发改局") == "发改局"
    assert unit_name("县司法局") == "县司法局"  # not among those the plan names
    assert unit_stream("县发改局") == unit_stream("发改局") != unit_stream("经贸局")


def test_the_units_the_plan_names_are_in_one_group_each() -> None:
    sizes = {group: list(DEFAULT_GROUPS.values()).count(group) for group in UnitGroup}
    assert sizes == {UnitGroup.TOWNS: 10, UnitGroup.DEPARTMENTS: 20, UnitGroup.ZONES: 1}
    grouping = u.UnitGrouped(occurred_on=DAY, unit="县司法局", group=UnitGroup.DEPARTMENTS)
    assert place([], grouping) == [grouping]
    with pytest.raises(BadInput):
        place([], replace(grouping, unit=" "))
