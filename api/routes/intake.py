"""接洽、研判、尽调、合同审查、责任包抓、搁置、重启、流失: what happens before signing."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from api.described import records
from api.doors import CheckedRoute, ToLead, WrittenOut
from api.fields import Day, GroundIn, Name, Persons, Record, Text, Texts
from domain.lead import events as e
from domain.vocabulary import (
    AssessmentResult,
    ContactMode,
    DueDiligenceResult,
    ResponsibilityRole,
    ReviewOpinion,
)

router = APIRouter(prefix="/leads/{lead_id}", tags=["接洽与前期"], route_class=CheckedRoute)


class Contact(Record):
    """接洽."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "mode": "visit_in",
                "summary": "企业来县考察厂房和用地",
                "persons": [{"name": "王总", "title": "总经理"}],
                "next_step": "签订框架协议",
                "next_due": "2023-04-01",
                "occurred_on": "2023-03-05",
            }
        }
    )

    mode: ContactMode
    summary: Text
    persons: Annotated[Persons, Field(max_length=50)] = ()
    next_step: Text | None = None
    next_due: Day | None = None


@router.post("/contacts", **records("录入接洽"))
def log_contact(to: ToLead, body: Contact) -> WrittenOut:
    return to.record(
        e.ContactLogged(
            **body.common(to.today),
            mode=body.mode,
            summary=body.summary,
            persons=tuple(person.person() for person in body.persons),
            next_step=body.next_step,
            next_due=body.next_due,
        )
    )


class AssessmentIn(Record):
    """研判."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"result": "viable", "occurred_on": "2023-03-08"}}
    )

    result: AssessmentResult
    red_lines: Annotated[Texts, Field(max_length=50)] = ()


@router.post("/assessment", **records("录入研判"))
def assess(to: ToLead, body: AssessmentIn) -> WrittenOut:
    return to.record(
        e.LeadAssessed(**body.common(to.today), result=body.result, red_lines=body.red_lines)
    )


class DueDiligenceIn(Record):
    """尽职调查."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"result": "pass", "agency": "第三方机构", "occurred_on": "2023-03-20"}
        }
    )

    result: DueDiligenceResult
    agency: Name | None = None
    risks: Annotated[Texts, Field(max_length=50)] = ()


@router.post("/due-diligence", **records("录入尽职调查"))
def complete_due_diligence(to: ToLead, body: DueDiligenceIn) -> WrittenOut:
    return to.record(
        e.DueDiligenceCompleted(
            **body.common(to.today), result=body.result, agency=body.agency, risks=body.risks
        )
    )


class ContractReviewIn(Record):
    """合同审查."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"opinion": "agree", "reviewer": "县司法局", "occurred_on": "2023-03-25"}
        }
    )

    opinion: ReviewOpinion
    reviewer: Name | None = None


@router.post("/contract-review", **records("录入合同审查"))
def review_contract(to: ToLead, body: ContractReviewIn) -> WrittenOut:
    return to.record(
        e.ContractReviewed(**body.common(to.today), opinion=body.opinion, reviewer=body.reviewer)
    )


class ResponsibilityIn(Record):
    """责任包抓: a field set names the holder, a field sent as null ends it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"leader": "周强", "unit": "经开区", "person": "李晓梅", "note": "分工调整"}
        }
    )

    leader: Name | None = None
    unit: Name | None = None
    person: Name | None = None
    service_officer: Name | None = None
    police_contact: Name | None = None
    host_town: Name | None = None
    chain: Name | None = None


@router.post("/responsibility", **records("设置或终止责任包抓"))
def assign_responsibility(to: ToLead, body: ResponsibilityIn) -> WrittenOut:
    changes = tuple(
        e.ResponsibilityChange(role, getattr(body, role.value))
        for role in ResponsibilityRole
        if role.value in body.model_fields_set
    )
    return to.record(e.ResponsibilityAssigned(**body.common(to.today), changes=changes))


@router.post("/shelving", **records("搁置", "lead_signed", "shelving_state"))
def shelve(to: ToLead, body: GroundIn) -> WrittenOut:
    return to.record(e.LeadShelved(**body.common(to.today), ground=body.ground))


@router.post("/reopening", **records("重启", "shelving_state"))
def reopen(to: ToLead, body: GroundIn) -> WrittenOut:
    return to.record(e.LeadReopened(**body.common(to.today), ground=body.ground))


@router.post("/loss", **records("流失", "lead_signed", "shelving_state"))
def lose(to: ToLead, body: GroundIn) -> WrittenOut:
    return to.record(e.LeadLost(**body.common(to.today), ground=body.ground))
