"""储备覆盖 and 年末预测: is enough under way, and where will the year end?"""

from crm.application import CRM
from crm.outlook import backtests, year_forecast
from crm.outlook_presentation import (
    backtest_shown,
    forecast_sheet,
    forecast_shown,
    pipeline_sheet,
    pipeline_shown,
)
from crm.presentation import both_clocks
from crm.questions.answer import Answer, Clocked, judged
from domain.errors import BadInput
from projections.lead_states import Where
from projections.pipeline import pipeline_on

_READ = ("clock", "leads", "states", "money", "targets", "chains", "rules")


def ask_pipeline(
    crm: CRM, when: Clocked, where: Where, year: int, *, detail: bool = False
) -> Answer:
    """The pipeline held against a year's target."""
    with judged(crm, when, *_READ) as (connection, at, rules):
        found = pipeline_on(connection, year, at, where, rules)
    shown = {"year": year, **both_clocks(at), **pipeline_shown(found, detail=detail)}
    return Answer(at, shown, f"{year}年储备覆盖", pipeline_sheet)


def ask_forecast(crm: CRM, when: Clocked, year: int, *, detail: bool = False) -> Answer:
    """Where the year D lies in will end. Raises `BadInput` for another year."""
    with crm.reader.asking(*_READ) as connection:
        at = when.clocks(connection)
        if at.as_of.year != year:
            raise BadInput(
                "year",
                f"只能预测业务日期所在年度（{at.as_of.year} 年）；可用 as_of 指定业务日期",
            )
        found = year_forecast(connection, at)
        then, since = backtests(connection, at)
    shown = {
        **both_clocks(at),
        **forecast_shown(found, detail=detail),
        "backtest": {
            "as_known_then": backtest_shown(then),
            "as_known_since": backtest_shown(since),
        },
    }
    return Answer(at, shown, f"{year}年末预测", forecast_sheet)
