"""A request with a key, sent again after what it stands on has changed: its first answer, again."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from crm.application import CRM
from crm.chains import describe_chain, list_enterprise, record_of_enterprise
from crm.commands import Condition, Written
from crm.people import SYSTEM, Caller, Role
from crm.units import place_unit, record_inspection
from domain.chain import events as c
from domain.errors import BadInput, Refused
from domain.lead import events as e
from domain.problem.events import ProblemRaised
from domain.unit import events as u
from domain.vocabulary import EnterpriseClass, ProblemClass, Relation, UnitGroup

DAY = date(2023, 3, 1)
REGISTRATION = e.LeadRegistered(
    occurred_on=DAY, code="", title="项目", investor=e.Investor("企业"), recruiting_unit="经开区"
)
KEYED = Condition(key="again", fingerprint="the same")

Ask = Callable[[CRM, Condition], Written]
Change = Callable[[CRM], object]


def _void(crm: CRM, registered: Written) -> None:
    void = e.EventVoided(occurred_on=DAY, event_id=registered.events[0][0], ground="录错")
    crm.record(registered.lead_id, void, by=SYSTEM)


def a_problem(crm: CRM) -> tuple[Ask, Change]:
    lead = crm.register(REGISTRATION, by=SYSTEM)
    raised = ProblemRaised(
        occurred_on=DAY,
        lead_id=lead.lead_id,
        code="",
        category=ProblemClass.LAND,
        text="土地指标未落实",
    )
    return (
        lambda crm, condition: crm.raise_problem(raised, by=SYSTEM, condition=condition),
        lambda crm: _void(crm, lead),
    )


def a_lead_of_an_enterprise(crm: CRM) -> tuple[Ask, Change]:
    describe_chain(crm, c.ChainDescribed(occurred_on=DAY, chain="新材料"), by=SYSTEM)
    listing = c.TargetEnterpriseListed(
        occurred_on=DAY, chain="新材料", name="某公司", enterprise_class=EnterpriseClass.LEADER
    )
    listed = list_enterprise(crm, listing, by=SYSTEM).events[0][0]
    lead = crm.register(REGISTRATION, by=SYSTEM)
    brought = c.TargetEnterpriseBroughtLead(
        occurred_on=DAY, chain="新材料", enterprise_id=listed, lead_id=lead.lead_id
    )
    return (
        lambda crm, condition: record_of_enterprise(crm, brought, by=SYSTEM, condition=condition),
        lambda crm: _void(crm, lead),
    )


def an_expansion(crm: CRM) -> tuple[Ask, Change]:
    parent = crm.register(REGISTRATION, by=SYSTEM)
    return (
        lambda crm, condition: crm.register(
            e.LeadRegistered(
                occurred_on=DAY,
                code="",
                title="二期",
                investor=e.Investor("企业"),
                recruiting_unit="经开区",
                relation=Relation.EXPANSION,
                parent_lead_id=parent.lead_id,
            ),
            by=SYSTEM,
            condition=condition,
        ),
        lambda crm: _void(crm, parent),
    )


def an_inspection(crm: CRM) -> tuple[Ask, Change]:
    inspection = u.InspectionRecorded(
        occurred_on=DAY, unit="县新局", points=Decimal(1), ground="好"
    )

    def place(crm: CRM, group: UnitGroup | None) -> object:
        grouping = u.UnitGrouped(occurred_on=DAY, unit="县新局", group=group)
        return place_unit(crm, grouping, by=Caller("局长", Role.ADMIN))

    place(crm, UnitGroup.DEPARTMENTS)
    return (
        lambda crm, condition: record_inspection(crm, inspection, by=SYSTEM, condition=condition),
        lambda crm: place(crm, None),
    )


@pytest.mark.parametrize("what", [a_problem, a_lead_of_an_enterprise, an_expansion, an_inspection])
def test_the_first_answer_again(crm: CRM, what: Callable[[CRM], tuple[Ask, Change]]) -> None:
    ask, change = what(crm)
    first = ask(crm, KEYED)
    change(crm)
    head = crm.store.head()
    with pytest.raises((Refused, BadInput)):
        ask(crm, Condition())
    assert ask(crm, KEYED) == first
    assert crm.store.head() == head
