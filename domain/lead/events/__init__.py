"""What can happen to a lead, in the past tense (contract, "Commands on a lead").

Events are facts as staff state them: never a derived number, stage or count. Amounts are
integers of 元 (`_yuan`) or 美元 (`_usd`); days are Asia/Shanghai; text is as entered.
Fields may be added with a default; anything else needs a new schema version and an upcast
(`crm.codec`), because stored events are never rewritten.
"""

from domain.lead.events.agreement import (
    AgreementAmended,
    AgreementSigned,
    AgreementUpgraded,
    CompanyRegistered,
    InvestorChanged,
    LeadRenamed,
)
from domain.lead.events.attending import (
    AboveScaleEntered,
    FollowUpVisitLogged,
    FullEffectReached,
    MilestonePlanSet,
    MonthlyProgressReported,
    PermitStated,
    PlannedMilestone,
    ServiceVisitLogged,
    SiteChecked,
    StatInventoryEntered,
)
from domain.lead.events.base import Investor, LeadEvent
from domain.lead.events.intake import (
    ContactLogged,
    ContractReviewed,
    DueDiligenceCompleted,
    LeadAssessed,
    LeadLost,
    LeadRegistered,
    LeadReopened,
    LeadShelved,
    ResponsibilityAssigned,
    ResponsibilityChange,
)
from domain.lead.events.supervision import (
    ColourOverridden,
    DuplicateLinked,
    EventVoided,
    LeadExited,
    LeadReinstated,
    NoticeAnswered,
    NoticeIssued,
    RecognitionDecided,
)
from domain.lead.events.works import (
    ConstructionCompleted,
    ConstructionResumed,
    ConstructionStarted,
    ConstructionSuspended,
    FixedAssetInvestmentReported,
    FundsArrived,
    ProductionStarted,
)

__all__ = [
    "AboveScaleEntered",
    "AgreementAmended",
    "AgreementSigned",
    "AgreementUpgraded",
    "ColourOverridden",
    "CompanyRegistered",
    "ConstructionCompleted",
    "ConstructionResumed",
    "ConstructionStarted",
    "ConstructionSuspended",
    "ContactLogged",
    "ContractReviewed",
    "DueDiligenceCompleted",
    "DuplicateLinked",
    "EventVoided",
    "FixedAssetInvestmentReported",
    "FollowUpVisitLogged",
    "FullEffectReached",
    "FundsArrived",
    "Investor",
    "InvestorChanged",
    "LeadAssessed",
    "LeadEvent",
    "LeadExited",
    "LeadLost",
    "LeadRegistered",
    "LeadReinstated",
    "LeadRenamed",
    "LeadReopened",
    "LeadShelved",
    "MilestonePlanSet",
    "MonthlyProgressReported",
    "NoticeAnswered",
    "NoticeIssued",
    "PermitStated",
    "PlannedMilestone",
    "ProductionStarted",
    "RecognitionDecided",
    "ResponsibilityAssigned",
    "ResponsibilityChange",
    "ServiceVisitLogged",
    "SiteChecked",
    "StatInventoryEntered",
]
