"""What can be recorded of ranked units, and by whom? (督查加减分、约谈、参评分组)

Managers record inspections and interviews and take them back; an admin says who is ranked where.
"""

from dataclasses import replace
from datetime import date

from crm.application import CRM
from crm.commands import UNCONDITIONAL, Condition, Written
from crm.people import Act, Caller
from domain.calendar import refuse_implausible_day
from domain.errors import BadInput
from domain.unit import decisions
from domain.unit import events as u
from domain.unit.known import unit_name, unit_stream
from projections.interviews import conditions_for
from projections.rankings import SEASON_READS, season, season_of
from projections.reader import clocks
from projections.rule_rows import rules_in_force
from projections.unit_entries import groups_on


def place_unit(
    crm: CRM, grouping: u.UnitGrouped, *, by: Caller, condition: Condition = UNCONDITIONAL
) -> Written:
    """参评分组 (admin)."""
    grouping = replace(grouping, unit=unit_name(grouping.unit))
    return crm.record_on(
        unit_stream(grouping.unit),
        lambda history, _: decisions.place(history, grouping),
        act=Act.SET_TARGET,
        by=by,
        condition=condition,
    )


def record_inspection(
    crm: CRM, inspection: u.InspectionRecorded, *, by: Caller, condition: Condition = UNCONDITIONAL
) -> Written:
    """督查加减分 (manager). Raises `BadInput` for a unit that is ranked nowhere on the day."""
    by.permit(Act.SUPERVISE)
    if (earlier := crm.earlier_answer(by, condition)) is not None:
        return earlier
    inspection = replace(inspection, unit=unit_name(inspection.unit))
    _refuse_unranked(crm, inspection.unit, inspection.occurred_on)
    return crm.record_on(
        unit_stream(inspection.unit),
        lambda history, _: decisions.record_inspection(history, inspection),
        act=Act.SUPERVISE,
        by=by,
        condition=condition,
    )


def hold_interview(
    crm: CRM, interview: u.InterviewHeld, *, by: Caller, condition: Condition = UNCONDITIONAL
) -> Written:
    """约谈 (manager). Refused unless both conditions hold on its day, by all that is known now."""
    by.permit(Act.SUPERVISE)
    if (earlier := crm.earlier_answer(by, condition)) is not None:
        return earlier
    interview = replace(interview, unit=unit_name(interview.unit))
    refuse_implausible_day(interview.occurred_on, crm.today())
    with crm.reader.asking(*SEASON_READS) as connection:
        when = clocks(connection, interview.occurred_on)
        rules = rules_in_force(connection, when)
        period = season_of(interview.period, interview.occurred_on, rules)
        conditions = conditions_for(season(connection, period, when, rules), interview.unit)
    return crm.record_on(
        unit_stream(interview.unit),
        lambda history, _: decisions.hold_interview(history, interview, conditions),
        act=Act.SUPERVISE,
        by=by,
        condition=condition,
    )


def void_unit_entry(
    crm: CRM, void: u.UnitEntryVoided, *, by: Caller, condition: Condition = UNCONDITIONAL
) -> Written:
    """作废 of an entry on a unit (manager)."""
    void = replace(void, unit=unit_name(void.unit))
    return crm.record_on(
        unit_stream(void.unit),
        lambda history, _: decisions.void_entry(history, void),
        act=Act.VOID,
        by=by,
        condition=condition,
    )


def _refuse_unranked(crm: CRM, unit: str, day: date) -> None:
    with crm.reader.asking("clock", "units") as connection:
        if unit not in groups_on(connection, clocks(connection, day)):
            raise BadInput("unit", f"{unit}不在参评单位之列；请核对名称，或先设置其参评分组")
