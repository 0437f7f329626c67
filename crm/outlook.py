"""What does the forecast say today, and what did it say a year ago? (年末预测与回溯检验)

The backtest asks last year's question on the same day of last year: once with what was known that
evening, as it would really have been answered, and once with what has been recorded since. A
centre that has just brought in its ledger knew nothing then, so only the second says something.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from crm.forecasting import Forecast, forecast
from domain.calendar import end_of_day, year_before
from projections.clocks import Clocks
from projections.courtships import courtships_on
from projections.indicators import year_shares
from projections.reader import position_at
from projections.rule_rows import rules_in_force
from projections.target_plan import plan_of


@dataclass(frozen=True, slots=True)
class Backtest:
    """An earlier forecast, and what came of its year as known now."""

    clocks: Clocks
    forecast: Forecast
    actual_projects: int
    actual_yuan: int


def year_forecast(connection: Connection, when: Clocks) -> Forecast:
    """The forecast of D's year, made on D with what was known at K."""
    plan = plan_of(connection, when.as_of.year, when)
    target = plan.values.get("projects"), plan.values.get("agreed")
    rules = rules_in_force(connection, when)
    return forecast(courtships_on(connection, when, rules), target, rules)


def backtests(connection: Connection, when: Clocks) -> tuple[Backtest, Backtest]:
    """Last year's forecast on the same day: as known then, and as known at K."""
    day = year_before(when.as_of)
    moment = min(end_of_day(day), when.known_at)
    then = Clocks(day, moment, min(position_at(connection, moment), when.position))
    year_end = when.on(date(day.year, 12, 31))
    shares = year_shares(connection, day.year, year_end, rules_in_force(connection, year_end))
    came = sum(share.projects for share in shares), sum(share.yuan for share in shares)
    return (
        Backtest(then, year_forecast(connection, then), *came),
        Backtest(when.on(day), year_forecast(connection, when.on(day)), *came),
    )
