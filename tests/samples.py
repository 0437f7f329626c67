"""One event of every kind with every field filled: what the golden bytes are made of."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.bulletin import BulletinPublished, SectionDigest
from domain.campaign import CampaignHeld, CampaignVoided
from domain.chain import events as chain
from domain.event import ContactPerson, Event, Evidence, Personal, Recorded
from domain.lead import events as e
from domain.periods import PeriodKind
from domain.problem import events as p
from domain.rules import RuleChange, RulesRevised
from domain.target import AnnualTargetSet, QuarterTarget, ShareTarget, UnitTarget
from domain.unit import events as unit
from domain.vocabulary import (
    AgreementKind,
    AssessmentResult,
    CampaignKind,
    ChainRole,
    Colour,
    ContactMode,
    DueDiligenceResult,
    EnterpriseClass,
    EscalationLevel,
    FundsSource,
    FundsUse,
    Milestone,
    NoticeLevel,
    PermitItem,
    PermitState,
    ProblemClass,
    RecognitionDecision,
    RecognitionScope,
    Relation,
    ResponsibilityRole,
    ReviewOpinion,
    SiteFinding,
    StartBasis,
    UnitGroup,
)

_ID = UUID("11111111-2222-4333-8444-555555555555")
_OTHER = UUID("66666666-7777-4888-9999-aaaaaaaaaaaa")
_DAY = date(2023, 4, 10)
_PERSON = ContactPerson(_OTHER, Personal("王总"), "总经理", Personal("13800000000"))
_COMMON: dict[str, Any] = {
    "occurred_on": _DAY,
    "evidence": (Evidence("合同", "扫描件.pdf", "0" * 64, date(2023, 4, 9), "县政府"),),
    "note": "备注",
}
_MONEY = e.MoneyTakenOver(
    funds=(e.FundsTakenOver(FundsSource.OUT_CITY, 12_000_000),),
    funds_usd=1000,
    first_funds_on=date(2022, 7, 1),
    unproven_funds=1,
    returns=(e.ReturnTakenOver("2023-03", 30_000_000, date(2023, 4, 1)),),
    company=e.CompanyTakenOver("汉阴某公司", "91610921MA70XXXX0X", 5_000_000, date(2022, 7, 2)),
)
_TERMS = e.CountedTerms(
    kind=AgreementKind.CONTRACT,
    signed_on=date(2022, 6, 1),
    counted_on=date(2022, 6, 1),
    agreed_total_yuan=100_000_000,
    carried_yuan=80_000_000,
    count_key=_OTHER,
    keeps_count=False,
)

EVENTS: tuple[Event, ...] = (
    e.LeadRegistered(
        **_COMMON,
        code="ZS2023-0001",
        title="硅靶材生产项目",
        investor=e.Investor("深圳华硒新材料有限公司", "91610921TCDKQQ0NEN"),
        recruiting_unit="经开区",
        host_town="城关镇",
        chain="新材料",
        chain_role=ChainRole.EXTEND,
        industrial=True,
        channel="以商招商",
        partner="溧阳",
        introducer="某商会",
        relation=Relation.EXPANSION,
        parent_lead_id=_OTHER,
        estimated_yuan=80_000_000,
        contact_persons=(_PERSON,),
        campaign_id=_OTHER,
    ),
    e.ContactLogged(
        **_COMMON,
        mode=ContactMode.VISIT_IN,
        summary="考察",
        persons=(_PERSON,),
        next_step="签约",
        next_due=date(2023, 5, 1),
    ),
    e.LeadAssessed(**_COMMON, result=AssessmentResult.VIABLE, red_lines=("生态",)),
    e.DueDiligenceCompleted(
        **_COMMON, result=DueDiligenceResult.CONDITIONAL, agency="机构", risks=("资金",)
    ),
    e.ContractReviewed(**_COMMON, opinion=ReviewOpinion.AGREE, reviewer="司法局"),
    e.LeadShelved(**_COMMON, ground="搁置"),
    e.LeadReopened(**_COMMON, ground="重启"),
    e.LeadLost(**_COMMON, ground="流失"),
    e.ResponsibilityAssigned(
        **_COMMON,
        changes=(
            e.ResponsibilityChange(ResponsibilityRole.LEADER, "周强"),
            e.ResponsibilityChange(ResponsibilityRole.PERSON, None),
        ),
    ),
    e.AgreementSigned(
        **_COMMON,
        kind=AgreementKind.CONTRACT,
        agreed_total_yuan=11_000_000_000,
        fixed_part_yuan=9_000_000_000,
        foreign_part_usd=5_000_000,
        outside_share=Decimal("0.75"),
        agreement_no="HT-1",
        start_due=date(2023, 10, 1),
        completion_due=date(2024, 10, 1),
        production_due=date(2025, 1, 1),
    ),
    e.AgreementUpgraded(**_COMMON, kind=AgreementKind.CONTRACT, agreed_total_yuan=1),
    e.AgreementAmended(
        **_COMMON,
        ground="增资",
        agreed_total_yuan=2,
        fixed_part_yuan=1,
        start_due=date(2023, 10, 1),
        completion_due=date(2024, 10, 1),
        production_due=date(2025, 1, 1),
    ),
    e.CompanyRegistered(
        **_COMMON,
        company_name="项目公司",
        uscc="91610921TCDKQQ0NEN",
        registered_capital_yuan=20_000_000,
    ),
    e.ConstructionStarted(**_COMMON, basis=StartBasis.INSTALLATION, ground="厂房租赁"),
    e.ConstructionSuspended(**_COMMON, cause="汛期"),
    e.ConstructionResumed(**_COMMON, cause="复工"),
    e.ConstructionCompleted(**_COMMON, acceptance="验收合格"),
    e.ProductionStarted(**_COMMON, trial=True, partial=True),
    e.FundsArrived(
        **_COMMON,
        source=FundsSource.FOREIGN,
        amount_yuan=None,
        amount_usd=1_000_000,
        use=FundsUse.FIXED,
        voucher="进账单",
    ),
    e.FixedAssetInvestmentReported(
        **_COMMON, period="2023-04", ytd_yuan=30_000_000, ground="审计核减"
    ),
    e.PermitStated(
        **_COMMON,
        item=PermitItem.CONSTRUCTION,
        state=PermitState.OBTAINED,
        number="610921202305100101",
        due=date(2023, 6, 30),
    ),
    e.MilestonePlanSet(
        **_COMMON,
        milestones=(
            e.PlannedMilestone(Milestone.START, date(2023, 9, 30)),
            e.PlannedMilestone(Milestone.COMPLETION, date(2024, 9, 30)),
        ),
        fai_year=2023,
        monthly_fai_yuan=tuple(month * 1_000_000 for month in range(12)),
        ground="用地推迟",
    ),
    e.MonthlyProgressReported(
        **_COMMON, period="2023-03", text="主体封顶", percent=Decimal("0.45"), problems="电力不足"
    ),
    e.SiteChecked(**_COMMON, found=SiteFinding.WORKING, place="月河工业园"),
    e.StatInventoryEntered(**_COMMON, code="610921-0147", output_yuan=1, tax_yuan=2),
    e.AboveScaleEntered(**_COMMON, code="610921-0147", output_yuan=1, tax_yuan=2),
    e.FullEffectReached(**_COMMON, code="610921-0147", output_yuan=1, tax_yuan=2),
    e.ServiceVisitLogged(**_COMMON, findings="用工不足", satisfaction=4),
    e.FollowUpVisitLogged(**_COMMON, findings="运行平稳", satisfaction=5),
    e.RecognitionDecided(
        **_COMMON,
        scope=RecognitionScope.START,
        decision=RecognitionDecision.REFUSED,
        ground="缺少现场照片",
    ),
    e.ColourOverridden(
        **_COMMON, colour=Colour.YELLOW, until=date(2023, 12, 31), ground="会议同意延期"
    ),
    e.NoticeIssued(**_COMMON, level=NoticeLevel.LISTED, due=date(2023, 5, 1), text="限期开工"),
    e.NoticeAnswered(**_COMMON, notice_id=_OTHER, text="十日内开工"),
    e.LeadRenamed(**_COMMON, title="新项目名称", ground="备案名称变更"),
    e.InvestorChanged(
        **_COMMON, investor=e.Investor("新投资方", "91610921TCDKQQ0NEN"), ground="股权转让"
    ),
    e.LeadExited(**_COMMON, ground="解约"),
    e.DuplicateLinked(**_COMMON, of_lead_id=_OTHER, ground="同一项目重复登记"),
    e.LeadReinstated(**_COMMON, ground="恢复"),
    e.EventVoided(**_COMMON, event_id=_OTHER, ground="录错"),
    e.LeadSplit(
        **_COMMON,
        count_key=_ID,
        into=(
            e.SplitPart(_OTHER, "ZS2023-0008", 60_000_000),
            e.SplitPart(_ID, "ZS2023-0009", 40_000_000),
        ),
        found=_TERMS,
        ground="分两个主体建设",
        started_on=date(2023, 3, 1),
        completed_on=date(2023, 4, 1),
        produced_on=date(2023, 4, 5),
        money=_MONEY,
    ),
    e.LeadSplitFrom(
        **_COMMON,
        lead_id=_OTHER,
        code="ZS2022-0007",
        count_key=_ID,
        keeps_count=True,
        kind=AgreementKind.CONTRACT,
        text_signed_on=date(2022, 5, 1),
        signed_on=date(2022, 6, 1),
        counted_on=date(2022, 6, 1),
        agreed_total_yuan=60_000_000,
        carried_yuan=50_000_000,
        fixed_part_yuan=40_000_000,
        foreign_part_usd=1_000_000,
        outside_share=Decimal("0.75"),
        agreement_no="HT-1",
        start_due=date(2022, 12, 1),
        completion_due=date(2023, 12, 1),
        production_due=date(2024, 3, 1),
        started_on=date(2023, 3, 1),
        start_basis=StartBasis.CIVIL,
        start_ground="会议同意",
        completed_on=date(2023, 4, 1),
        trial_on=date(2023, 4, 2),
        partial_on=date(2023, 4, 3),
        produced_on=date(2023, 4, 5),
        signing_recognised=True,
        papers=(
            e.PaperTakenOver(
                "照片", "开工.jpg", "ConstructionStarted", date(2023, 3, 1), date(2023, 3, 1)
            ),
        ),
        money=_MONEY,
    ),
    e.CountApproved(**_COMMON, ground="单独立项、单独供地"),
    e.LeadMerged(
        **_COMMON,
        absorbed=(e.MergedLead(_OTHER, "ZS2022-0007", _TERMS, _MONEY),),
        agreed_total_yuan=150_000_000,
        found=_TERMS,
        ground="同一投资方合并建设",
    ),
    e.LeadMergedInto(
        **_COMMON,
        lead_id=_OTHER,
        code="ZS2022-0001",
        found=_TERMS,
        ground="同一投资方合并建设",
        money=_MONEY,
    ),
    p.ProblemRaised(
        **_COMMON,
        code="WT2023-0001",
        lead_id=_OTHER,
        category=ProblemClass.LAND,
        text="用地指标未落实",
        due=date(2023, 5, 31),
    ),
    p.ProblemAssigned(
        **_COMMON, leader="周强", unit="县自然资源局", person="王某", due=date(2023, 6, 30)
    ),
    p.ProblemActionRecorded(**_COMMON, text="已报市局"),
    p.ProblemResolutionClaimed(**_COMMON, text="指标已下达"),
    p.ProblemClosed(**_COMMON, confirmer="招商服务中心", text="现场核实"),
    p.ProblemReopened(**_COMMON, ground="指标被调减"),
    p.ProblemEscalated(**_COMMON, level=EscalationLevel.LISTED, ground="逾期一个月"),
    RulesRevised(
        **_COMMON,
        effective_from=date(2023, 7, 1),
        changes=(RuleChange("start_within_months", 9), RuleChange("big_project_yuan", 1)),
        ground="会议纪要",
    ),
    AnnualTargetSet(
        **_COMMON,
        year=2023,
        projects=90,
        agreed_total_yuan=11_000_000_000,
        fai_ratio=Decimal("0.40"),
        big_projects=8,
        built_projects=10,
        domestic_growth=Decimal("0.12"),
        foreign_growth=Decimal("0.10"),
        by_unit=(UnitTarget("经开区", 30, 4_000_000_000),),
        by_town=(ShareTarget("城关镇", 20, 2_000_000_000),),
        by_chain=(ShareTarget("新材料", 25, 3_500_000_000),),
        by_quarter=(QuarterTarget(1, 15, 2_000_000_000),),
    ),
    chain.ChainDescribed(
        **_COMMON,
        chain="新材料",
        chief="县长",
        lead_unit="经开区",
        leader_enterprise="某碳基材料公司",
        targets=(chain.ChainTarget(2023, 25, 3_500_000_000),),
    ),
    chain.TargetEnterpriseListed(
        **_COMMON,
        chain="新材料",
        name="某硅材料公司",
        enterprise_class=EnterpriseClass.HIDDEN_CHAMPION,
        uscc="91610921TCDKQQ0NEN",
        source="商会推荐",
    ),
    chain.TargetEnterpriseContacted(
        **_COMMON,
        chain="新材料",
        enterprise_id=_OTHER,
        mode=ContactMode.VISIT_OUT,
        summary="拜访总部",
    ),
    chain.TargetEnterpriseBroughtLead(**_COMMON, chain="新材料", enterprise_id=_OTHER, lead_id=_ID),
    chain.TargetEnterpriseRemoved(
        **_COMMON, chain="新材料", enterprise_id=_OTHER, ground="已在外县投资"
    ),
    chain.ChainEntryVoided(**_COMMON, chain="新材料", event_id=_OTHER, ground="录错"),
    CampaignHeld(
        **_COMMON,
        name="深圳小分队招商",
        kind=CampaignKind.TEAM,
        unit="经开区",
        from_on=date(2023, 4, 3),
        to_on=date(2023, 4, 7),
        place="深圳",
        persons=("陈志强",),
        partner="溧阳",
    ),
    CampaignVoided(**_COMMON, ground="录错"),
    BulletinPublished(
        **_COMMON,
        kind=PeriodKind.MONTHLY,
        period="2023-03",
        label="2023年3月",
        start=date(2023, 3, 1),
        end=date(2023, 3, 31),
        title="2023年3月招商引资月调度通报",
        as_of=date(2023, 3, 31),
        known_at=datetime(2023, 4, 3, 1, 30, tzinfo=UTC),
        known_position=4711,
        rules="ab" * 32,
        sha256="cd" * 32,
        sections=(SectionDigest("overview", "ef" * 32),),
        issuer="县招商服务中心",
        number=3,
        replaces=_OTHER,
        ground="固投月报更正",
    ),
    unit.UnitGrouped(**_COMMON, unit="司法局", group=UnitGroup.DEPARTMENTS),
    unit.InspectionRecorded(
        **_COMMON, unit="城关镇", points=Decimal("-0.5"), ground="超时限未开工一个"
    ),
    unit.InterviewHeld(
        **_COMMON,
        unit="城关镇",
        period="2023-Q1",
        interviewer="县委书记",
        interviewee="镇党委书记",
        text="限期追赶进度",
    ),
    unit.UnitEntryVoided(**_COMMON, unit="城关镇", event_id=_OTHER, ground="录错"),
)


def recorded(event: Event) -> Recorded[Event]:
    """`event` in an envelope that never changes."""
    at = datetime(2023, 4, 11, 1, 2, 3, 456789, tzinfo=UTC)
    return Recorded(_ID, 1, 1, _ID, at, "张三", event)


GOLDEN = Path(__file__).parent / "golden" / "stored_events.jsonl"
"""What earlier versions of the program have written to people's disks: see `test_codec`."""


def golden() -> dict[str, str]:
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    return {row["topic"]: row["state"] for row in map(json.loads, lines)}
