"""One event of every kind with every field filled: what the golden bytes are made of."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.event import ContactPerson, Event, Evidence, Personal, Recorded
from domain.lead import events as e
from domain.rules import RuleChange, RulesRevised
from domain.target import AnnualTargetSet, UnitTarget
from domain.vocabulary import (
    AgreementKind,
    AssessmentResult,
    ChainRole,
    ContactMode,
    DueDiligenceResult,
    FundsSource,
    FundsUse,
    Relation,
    ResponsibilityRole,
    ReviewOpinion,
    StartBasis,
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
    e.LeadExited(**_COMMON, ground="解约"),
    e.LeadReinstated(**_COMMON, ground="恢复"),
    e.EventVoided(**_COMMON, event_id=_OTHER, ground="录错"),
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
    ),
    RulesRevised(
        **_COMMON,
        changes=(
            RuleChange("start_within_months", 9),
            RuleChange("rates_include_exited", True),
            RuleChange("count_basis", "recognised"),
            RuleChange("ranked_zones", ("经开区", "月河工业园")),
            RuleChange("score_weights", {"projects": "60", "funds": "40"}),
        ),
        effective_from=date(2023, 7, 1),
        ground="县政府办通知",
    ),
)


def recorded(event: Event) -> Recorded[Event]:
    """`event` in an envelope that never changes."""
    at = datetime(2023, 4, 11, 1, 2, 3, 456789, tzinfo=UTC)
    return Recorded(_ID, 1, 1, _ID, at, "张三", event)
