"""到位资金 and 固定资产投资月报 (domain 1.2, F4, F11; plan clauses 12, 23)."""

from datetime import date

from domain.calendar import period_of
from domain.errors import BadInput, Refused
from domain.lead import events as e
from domain.lead.folding import fold
from domain.lead.standing import Lead, Turns
from domain.money import wan_text


def receive_funds(_: Lead, funds: e.FundsArrived) -> None:
    """资金到位. More than was agreed is recorded too: it is listed, never capped (F11)."""
    if (funds.amount_yuan is None) == (funds.amount_usd is None):
        raise BadInput("amount_wan", "人民币金额与美元金额须填且只填一项")
    if (funds.amount_yuan or funds.amount_usd or 0) <= 0:
        raise BadInput("amount_wan", "到位资金应大于零")


def report_investment(lead: Lead, report: e.FixedAssetInvestmentReported) -> None:
    """固投月报: cumulative since January, so it may not fall without a ground.

    Nor below what the lead took over; but before a merge, a lead's returns were its own.
    """
    if report.period > period_of(report.occurred_on):
        raise BadInput("period", "报送月份不能晚于业务日期所在月份")
    if (report.ground or "").strip():
        return
    turns = _until_next_merge(lead.turns, report.occurred_on)
    grounded = {
        turn.event.period: bool((turn.event.ground or "").strip())
        for turn in turns
        if isinstance(turn.event, e.FixedAssetInvestmentReported)
    }
    same_year = {
        period: ytd
        for period, ytd in fold(turns).returns.items()
        if period[:4] == report.period[:4]
    }
    earlier = max((p for p in same_year if p < report.period), default=None)
    if earlier is not None and report.ytd_yuan < same_year[earlier]:
        raise Refused(
            "return_decreased",
            f"累计投资低于{earlier}已报的{wan_text(same_year[earlier])}万元，须说明理由",
        )
    later = min((p for p in same_year if p > report.period), default=None)
    if later is not None and not grounded.get(later) and report.ytd_yuan > same_year[later]:
        raise Refused(
            "return_decreased",
            f"累计投资高于{later}已报的{wan_text(same_year[later])}万元，须说明理由",
        )


def _until_next_merge(turns: Turns, day: date) -> Turns:
    for nth, turn in enumerate(turns):
        if turn.event.occurred_on > day and isinstance(turn.event, e.LeadMerged):
            return turns[:nth]
    return turns
