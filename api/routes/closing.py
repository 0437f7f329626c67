"""退出、恢复、作废."""

from fastapi import APIRouter

from api.described import records
from api.doors import CheckedRoute, ToLead, WrittenOut
from api.fields import GroundIn, VoidIn
from crm.people import Act
from domain.lead import events as e

router = APIRouter(prefix="/leads/{lead_id}", tags=["退出与作废"], route_class=CheckedRoute)


@router.post("/exit", **records("退出"))
def exit_lead(to: ToLead, body: GroundIn) -> WrittenOut:
    return to.record(e.LeadExited(**body.common(to.today), ground=body.ground))


@router.post("/reinstatement", **records("恢复", "lead_not_exited", "lead_passed_on"))
def reinstate(to: ToLead, body: GroundIn) -> WrittenOut:
    return to.record(e.LeadReinstated(**body.common(to.today), ground=body.ground))


@router.post(
    "/void",
    **records(
        "作废一条记录",
        "already_voided",
        "event_depended_on",
        "recorded_together",
        "void_not_voidable",
        act=Act.VOID,
    ),
)
def void_event(to: ToLead, body: VoidIn) -> WrittenOut:
    return to.record(
        e.EventVoided(**body.common(to.today), event_id=body.event_id, ground=body.ground)
    )
