"""The explicit stored name, schema version and Chinese label of every event.

A stored event is found again by this name, never by where its class lives, so files can move.
A name once released stays in this table for ever; a retired one keeps its row. Raise `schema`
when a field changes meaning or shape, and add the upcast in `crm.codec`.
"""

from dataclasses import dataclass

from domain.event import Event
from domain.lead import events as lead
from domain.rules import RulesRevised
from domain.target import AnnualTargetSet


@dataclass(frozen=True, slots=True)
class EventName:
    """`name` as stored and shown to programs, `label` as shown to staff."""

    event: type[Event]
    name: str
    schema: int
    label: str


EVENT_NAMES: tuple[EventName, ...] = (
    EventName(lead.LeadRegistered, "LeadRegistered", 1, "线索登记"),
    EventName(lead.ContactLogged, "ContactLogged", 1, "接洽"),
    EventName(lead.LeadAssessed, "LeadAssessed", 1, "研判"),
    EventName(lead.DueDiligenceCompleted, "DueDiligenceCompleted", 1, "尽职调查"),
    EventName(lead.ContractReviewed, "ContractReviewed", 1, "合同审查"),
    EventName(lead.LeadShelved, "LeadShelved", 1, "搁置"),
    EventName(lead.LeadReopened, "LeadReopened", 1, "重启"),
    EventName(lead.LeadLost, "LeadLost", 1, "流失"),
    EventName(lead.ResponsibilityAssigned, "ResponsibilityAssigned", 1, "责任包抓"),
    EventName(lead.AgreementSigned, "AgreementSigned", 1, "签约"),
    EventName(lead.AgreementUpgraded, "AgreementUpgraded", 1, "升格"),
    EventName(lead.AgreementAmended, "AgreementAmended", 1, "补充协议"),
    EventName(lead.CompanyRegistered, "CompanyRegistered", 1, "公司注册"),
    EventName(lead.ConstructionStarted, "ConstructionStarted", 1, "开工"),
    EventName(lead.ConstructionSuspended, "ConstructionSuspended", 1, "停工"),
    EventName(lead.ConstructionResumed, "ConstructionResumed", 1, "复工"),
    EventName(lead.ConstructionCompleted, "ConstructionCompleted", 1, "竣工"),
    EventName(lead.ProductionStarted, "ProductionStarted", 1, "投产"),
    EventName(lead.FundsArrived, "FundsArrived", 1, "资金到位"),
    EventName(lead.FixedAssetInvestmentReported, "FixedAssetInvestmentReported", 1, "固投月报"),
    EventName(lead.LeadExited, "LeadExited", 1, "退出"),
    EventName(lead.LeadReinstated, "LeadReinstated", 1, "恢复"),
    EventName(lead.EventVoided, "EventVoided", 1, "作废"),
    EventName(AnnualTargetSet, "AnnualTargetSet", 1, "年度目标"),
    EventName(RulesRevised, "RulesRevised", 1, "规则修订"),
)

NAME_OF: dict[type[Event], EventName] = {entry.event: entry for entry in EVENT_NAMES}


def label_of(event: Event) -> str:
    """The Chinese word staff know this event by; production says whether trial or partial."""
    if isinstance(event, lead.ProductionStarted) and (event.trial or event.partial):
        return "试生产" if event.trial else "部分投产"
    return NAME_OF[type(event)].label
