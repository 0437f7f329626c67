"""Which events does one line of a ledger become, and would the rules accept them?

Order of recording: registration, responsibility, signing, start, completion, production, funds,
exit. Nothing in the line is lost: what has no place of its own stands in the registration's note.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import uuid4

from crm.ledger.headers import Field
from crm.ledger.line import Fault, LedgerRow
from crm.ledger.rows import BUILT_FIRST
from domain.calendar import end_of_day
from domain.errors import BadInput, Refused
from domain.event import ContactPerson, Evidence, Personal, Recorded
from domain.lead import events as e
from domain.lead.decisions import decide
from domain.lead.standing import Lead
from domain.vocabulary import FundsSource, ResponsibilityRole

# The column a refusal of the domain is about, by the event that was refused.
_COLUMN: dict[type[e.LeadEvent], Field] = {
    e.LeadRegistered: Field.TITLE,
    e.ResponsibilityAssigned: Field.RESPONSIBLE_UNIT,
    e.AgreementSigned: Field.SIGNED,
    e.ConstructionStarted: Field.STARTED,
    e.ConstructionCompleted: Field.COMPLETED,
    e.ProductionStarted: Field.PRODUCED,
    e.FundsArrived: Field.FUNDS,
    e.LeadExited: Field.REMARK,
}


def registration(row: LedgerRow, source: str) -> e.LeadRegistered:
    """线索登记 of a line without fault; `source` says which line of which file."""
    return e.LeadRegistered(
        occurred_on=row.begun_on,
        code="",
        title=row.title or "",
        investor=e.Investor(row.investor or "", row.uscc),
        recruiting_unit=row.unit or "",
        host_town=row.town,
        chain=row.chain,
        estimated_yuan=None if row.signed_on else row.agreed_total_yuan or None,
        contact_persons=_persons(row),
        note="；".join([source, *_leftovers(row)]),
    )


def following(row: LedgerRow) -> list[e.LeadEvent]:
    """What else a line without fault says happened, in recording order."""
    events: list[e.LeadEvent] = []
    changes = tuple(
        e.ResponsibilityChange(role, holder)
        for role, holder in (
            (ResponsibilityRole.LEADER, row.leader),
            (ResponsibilityRole.UNIT, row.responsible_unit),
            (ResponsibilityRole.PERSON, row.person),
        )
        if holder
    )
    if changes:
        events.append(e.ResponsibilityAssigned(occurred_on=row.begun_on, changes=changes))
    if row.signed_on and row.kind and row.agreed_total_yuan:
        events.append(
            e.AgreementSigned(
                occurred_on=row.signed_on, kind=row.kind, agreed_total_yuan=row.agreed_total_yuan
            )
        )
    if row.started_on:
        # A remark that says 先建后签 says why; a start after the signing needs no ground.
        ground = row.remark if row.remark and BUILT_FIRST in row.remark else None
        events.append(e.ConstructionStarted(occurred_on=row.started_on, ground=ground))
    if row.completed_on:
        events.append(e.ConstructionCompleted(occurred_on=row.completed_on))
    if row.produced_on:
        events.append(e.ProductionStarted(occurred_on=row.produced_on))
    for yuan, dollars, source in (
        (row.funds_yuan, 0, FundsSource.UNSPECIFIED),
        (0, row.funds_usd, FundsSource.FOREIGN),
    ):
        if not yuan and not dollars:
            continue
        # The ledger dates no payment. One into a project given up before the filing came before
        # that, so the exit is the latest day it can have.
        arrived_on = min(row.filed_on, row.exited_on or row.filed_on)
        day = "填报时间" if arrived_on == row.filed_on else "退出日期"
        events.append(
            e.FundsArrived(
                occurred_on=arrived_on,
                source=source,
                amount_yuan=yuan or None,
                amount_usd=dollars or None,
                note=f"台账未注明到位日期{'和来源' if yuan else ''}，按{day}登记",
            )
        )
    if row.exited_on:
        events.append(e.LeadExited(occurred_on=row.exited_on, ground=row.remark or ""))
    return events


def sourced(events: Sequence[e.LeadEvent], source: Evidence) -> list[e.LeadEvent]:
    """The events of a line, each with the line as its source."""
    return [replace(event, evidence=(*event.evidence, source)) for event in events]


def judged(row: LedgerRow, today: date) -> tuple[Fault, ...]:
    """What the domain would say against a line without fault; empty when it accepts it."""
    lead = Lead(uuid4())
    moment = end_of_day(today)
    for event in (registration(row, ""), *following(row)):
        try:
            decide(lead, event, today)
        except (Refused, BadInput) as error:
            header = row.header(_COLUMN[type(event)])
            return (Fault(error.code, header, error.detail, relative=True),)
        lead = lead.after(Recorded(lead.lead_id, lead.version + 1, 0, uuid4(), moment, "", event))
    return ()


def _persons(row: LedgerRow) -> tuple[ContactPerson, ...]:
    """责任人 with the telephone; where the ledger has only a 联系人, that is whose it is."""
    persons: list[ContactPerson] = []
    phone = row.phone
    for name, title in ((row.person, Field.PERSON.value), (row.contact, Field.CONTACT.value)):
        if name:
            number = Personal(phone) if phone else None
            persons.append(ContactPerson(uuid4(), Personal(name), title, number))
            phone = None
    if phone:  # somebody's number all the same: it belongs with people's data, not in a note
        persons.append(ContactPerson(uuid4(), Personal("未注明"), None, Personal(phone)))
    return tuple(persons)


def _leftovers(row: LedgerRow) -> list[str]:
    """What the line says beyond the events' fields, as header：value."""
    left: list[tuple[str, str | None]] = [
        (row.header(Field.PROGRESS), row.progress),
        (row.header(Field.REMARK), row.remark),
    ]
    if row.kind and not row.signed_on:
        left.append((row.header(Field.KIND), row.kind.label))
    return [f"{header}：{value}" for header, value in (*left, *row.extras) if value]
