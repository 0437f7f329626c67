"""The explicit stored name, schema version and Chinese label of every event.

A stored event is found again by this name, never by where its class lives, so files can move.
A name once released stays in this table for ever; a retired one keeps its row. Raise `schema`
when a field changes meaning or shape, and add the upcast in `crm.codec`.
"""

from dataclasses import dataclass

from domain import bulletin, campaign
from domain.chain import events as chain
from domain.event import Event
from domain.lead import events as lead
from domain.problem import events as problem
from domain.rules import RulesRevised
from domain.target import AnnualTargetSet
from domain.unit import events as unit


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
    EventName(lead.PermitStated, "PermitStated", 1, "前期手续"),
    EventName(lead.MilestonePlanSet, "MilestonePlanSet", 1, "计划节点"),
    EventName(lead.MonthlyProgressReported, "MonthlyProgressReported", 1, "月度进展"),
    EventName(lead.SiteChecked, "SiteChecked", 1, "现场核查"),
    EventName(lead.StatInventoryEntered, "StatInventoryEntered", 1, "投资入库"),
    EventName(lead.AboveScaleEntered, "AboveScaleEntered", 1, "入规纳统"),
    EventName(lead.FullEffectReached, "FullEffectReached", 1, "达效"),
    EventName(lead.ServiceVisitLogged, "ServiceVisitLogged", 1, "服务走访"),
    EventName(lead.FollowUpVisitLogged, "FollowUpVisitLogged", 1, "回访"),
    EventName(lead.RecognitionDecided, "RecognitionDecided", 1, "认定"),
    EventName(lead.ColourOverridden, "ColourOverridden", 1, "三色调整"),
    EventName(lead.NoticeIssued, "NoticeIssued", 1, "督办通知"),
    EventName(lead.NoticeAnswered, "NoticeAnswered", 1, "督办回复"),
    EventName(lead.LeadRenamed, "LeadRenamed", 1, "项目更名"),
    EventName(lead.InvestorChanged, "InvestorChanged", 1, "更换投资方"),
    EventName(lead.LeadExited, "LeadExited", 1, "退出"),
    EventName(lead.DuplicateLinked, "DuplicateLinked", 1, "重复登记合并"),
    EventName(lead.LeadReinstated, "LeadReinstated", 1, "恢复"),
    EventName(lead.EventVoided, "EventVoided", 1, "作废"),
    EventName(lead.LeadSplit, "LeadSplit", 1, "项目拆分"),
    EventName(lead.LeadSplitFrom, "LeadSplitFrom", 1, "拆分而来"),
    EventName(lead.CountApproved, "CountApproved", 1, "核准单独计数"),
    EventName(lead.LeadMerged, "LeadMerged", 1, "项目合并"),
    EventName(lead.LeadMergedInto, "LeadMergedInto", 1, "并入其他项目"),
    EventName(problem.ProblemRaised, "ProblemRaised", 1, "提出问题"),
    EventName(problem.ProblemAssigned, "ProblemAssigned", 1, "问题交办"),
    EventName(problem.ProblemActionRecorded, "ProblemActionRecorded", 1, "落实情况"),
    EventName(problem.ProblemResolutionClaimed, "ProblemResolutionClaimed", 1, "申请销号"),
    EventName(problem.ProblemClosed, "ProblemClosed", 1, "销号"),
    EventName(problem.ProblemReopened, "ProblemReopened", 1, "重新打开"),
    EventName(problem.ProblemEscalated, "ProblemEscalated", 1, "提级督办"),
    EventName(RulesRevised, "RulesRevised", 1, "规则调整"),
    EventName(AnnualTargetSet, "AnnualTargetSet", 1, "年度目标"),
    EventName(chain.ChainDescribed, "ChainDescribed", 1, "产业链设置"),
    EventName(chain.TargetEnterpriseListed, "TargetEnterpriseListed", 1, "列入目标企业"),
    EventName(chain.TargetEnterpriseContacted, "TargetEnterpriseContacted", 1, "对接目标企业"),
    EventName(
        chain.TargetEnterpriseBroughtLead, "TargetEnterpriseBroughtLead", 1, "目标企业形成线索"
    ),
    EventName(chain.TargetEnterpriseRemoved, "TargetEnterpriseRemoved", 1, "移出目标企业"),
    EventName(chain.ChainEntryVoided, "ChainEntryVoided", 1, "产业链记录作废"),
    EventName(campaign.CampaignHeld, "CampaignHeld", 1, "招商活动"),
    EventName(campaign.CampaignVoided, "CampaignVoided", 1, "招商活动作废"),
    EventName(unit.UnitGrouped, "UnitGrouped", 1, "参评分组"),
    EventName(unit.InspectionRecorded, "InspectionRecorded", 1, "督查加减分"),
    EventName(unit.InterviewHeld, "InterviewHeld", 1, "约谈"),
    EventName(unit.UnitEntryVoided, "UnitEntryVoided", 1, "参评单位记录作废"),
    EventName(bulletin.BulletinPublished, "BulletinPublished", 1, "发布通报"),
)

NAME_OF: dict[type[Event], EventName] = {entry.event: entry for entry in EVENT_NAMES}


def label_of(event: Event) -> str:
    """The Chinese word staff know this event by; production says whether trial or partial."""
    if isinstance(event, lead.ProductionStarted) and (event.trial or event.partial):
        return "试生产" if event.trial else "部分投产"
    return NAME_OF[type(event)].label
