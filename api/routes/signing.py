"""签约、升格、补充协议、公司注册: the agreement and its terms; 更名 and 更换投资方."""

from fastapi import APIRouter
from pydantic import ConfigDict

from api.described import records
from api.doors import CheckedRoute, ToLead, WrittenOut
from api.fields import Day, Fraction, InvestorIn, Name, Record, Text, Uscc, Wan
from domain.lead import events as e
from domain.vocabulary import AgreementKind

router = APIRouter(prefix="/leads/{lead_id}", tags=["签约"], route_class=CheckedRoute)


class SigningIn(Record):
    """签约."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "kind": "contract",
                "agreed_total_wan": "12000.5",
                "fixed_part_wan": "9000",
                "start_due": "2023-10-31",
                "occurred_on": "2023-04-10",
                "evidence": [{"kind": "合同", "name": "投资合同扫描件.pdf"}],
            }
        }
    )

    kind: AgreementKind
    agreed_total_wan: Wan
    fixed_part_wan: Wan | None = None
    foreign_part_wan_usd: Wan | None = None
    outside_share: Fraction | None = None
    agreement_no: Name | None = None
    start_due: Day | None = None
    completion_due: Day | None = None
    production_due: Day | None = None


@router.post("/signing", **records("签约", "already_signed", "milestone_order"))
def sign(to: ToLead, body: SigningIn) -> WrittenOut:
    return to.record(
        e.AgreementSigned(
            **body.common(to.today),
            kind=body.kind,
            agreed_total_yuan=body.agreed_total_wan,
            fixed_part_yuan=body.fixed_part_wan,
            foreign_part_usd=body.foreign_part_wan_usd,
            outside_share=body.outside_share,
            agreement_no=body.agreement_no,
            start_due=body.start_due,
            completion_due=body.completion_due,
            production_due=body.production_due,
        )
    )


class UpgradeIn(Record):
    """升格."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"kind": "contract", "agreed_total_wan": 15000, "occurred_on": "2023-06-01"}
        }
    )

    kind: AgreementKind
    agreed_total_wan: Wan | None = None


@router.post(
    "/agreement-upgrade",
    **records(
        "协议升格",
        "not_signed",
        "kind_not_higher",
        "already_signed",
        "milestone_order",
        "fixed_part_exceeds_total",
    ),
)
def upgrade(to: ToLead, body: UpgradeIn) -> WrittenOut:
    return to.record(
        e.AgreementUpgraded(
            **body.common(to.today), kind=body.kind, agreed_total_yuan=body.agreed_total_wan
        )
    )


class AmendmentIn(Record):
    """补充协议: at least one term."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "agreed_total_wan": "18000",
                "ground": "增加二期设备投资",
                "occurred_on": "2023-08-15",
            }
        }
    )

    ground: Text
    agreed_total_wan: Wan | None = None
    fixed_part_wan: Wan | None = None
    start_due: Day | None = None
    completion_due: Day | None = None
    production_due: Day | None = None


@router.post(
    "/amendment",
    **records("补充协议", "not_signed", "fixed_part_exceeds_total", "due_order"),
)
def amend(to: ToLead, body: AmendmentIn) -> WrittenOut:
    return to.record(
        e.AgreementAmended(
            **body.common(to.today),
            ground=body.ground,
            agreed_total_yuan=body.agreed_total_wan,
            fixed_part_yuan=body.fixed_part_wan,
            start_due=body.start_due,
            completion_due=body.completion_due,
            production_due=body.production_due,
        )
    )


class CompanyIn(Record):
    """项目公司注册."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "company_name": "汉阴秦巴茶业有限公司",
                "uscc": "91610921TCDKQQ0NEN",
                "registered_capital_wan": "2000",
                "occurred_on": "2023-05-10",
            }
        }
    )

    company_name: Name
    uscc: Uscc
    registered_capital_wan: Wan | None = None


@router.post("/company-registration", **records("项目公司注册"))
def register_company(to: ToLead, body: CompanyIn) -> WrittenOut:
    return to.record(
        e.CompanyRegistered(
            **body.common(to.today),
            company_name=body.company_name,
            uscc=body.uscc,
            registered_capital_yuan=body.registered_capital_wan,
        )
    )


class RenamingIn(Record):
    """项目更名."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"title": "年产8000吨富硒茶饮项目", "ground": "备案名称变更"}}
    )

    title: Name
    ground: Text


@router.post("/renaming", **records("项目更名"))
def rename(to: ToLead, body: RenamingIn) -> WrittenOut:
    return to.record(e.LeadRenamed(**body.common(to.today), title=body.title, ground=body.ground))


class InvestorChangeIn(Record):
    """更换投资方."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"investor": {"name": "陕西秦巴茶业集团有限公司"}, "ground": "股权转让"}
        }
    )

    investor: InvestorIn
    ground: Text


@router.post("/investor-change", **records("更换投资方"))
def change_investor(to: ToLead, body: InvestorChangeIn) -> WrittenOut:
    return to.record(
        e.InvestorChanged(
            **body.common(to.today), investor=body.investor.investor(), ground=body.ground
        )
    )
