"""到位资金 and 固定资产投资月报."""

from fastapi import APIRouter
from pydantic import ConfigDict

from api.described import records
from api.doors import CheckedRoute, ToLead, WrittenOut
from api.fields import Name, Period, Record, Text, Wan
from domain.lead import events as e
from domain.vocabulary import FundsSource, FundsUse

router = APIRouter(prefix="/leads/{lead_id}", tags=["资金与投资"], route_class=CheckedRoute)


class FundsIn(Record):
    """资金到位: exactly one of the two amounts."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "amount_wan": "2400",
                "source": "out_province",
                "use": "fixed",
                "voucher": "银行进账单 2023-0815",
                "occurred_on": "2023-08-15",
            }
        }
    )

    source: FundsSource
    amount_wan: Wan | None = None
    amount_wan_usd: Wan | None = None
    use: FundsUse | None = None
    voucher: Name | None = None


@router.post("/funds", **records("资金到位"))
def receive_funds(to: ToLead, body: FundsIn) -> WrittenOut:
    return to.record(
        e.FundsArrived(
            **body.common(to.today),
            source=body.source,
            amount_yuan=body.amount_wan,
            amount_usd=body.amount_wan_usd,
            use=body.use,
            voucher=body.voucher,
        )
    )


class InvestmentReturnIn(Record):
    """固投月报: year to date at the end of the period."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"period": "2023-08", "ytd_wan": "3600", "occurred_on": "2023-09-05"}
        }
    )

    period: Period
    ytd_wan: Wan
    ground: Text | None = None


@router.post("/investment-returns", **records("固定资产投资月报", "return_decreased"))
def report_investment(to: ToLead, body: InvestmentReturnIn) -> WrittenOut:
    return to.record(
        e.FixedAssetInvestmentReported(
            **body.common(to.today), period=body.period, ytd_yuan=body.ytd_wan, ground=body.ground
        )
    )
