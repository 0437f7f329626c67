"""开工率, 转化率, 同比: figures over the leads as they stand."""

from crm.application import CRM
from crm.figure_files import funnel_sheet, growth_sheet, rates_sheet
from crm.figures_presentation import funnel_shown, growth_shown, rates_shown
from crm.presentation import both_clocks
from crm.questions.answer import Answer, Clocked, states
from projections.funnel import funnel
from projections.growth import growth
from projections.lead_states import Where, leads_on
from projections.rates import STAGES as RATE_STAGES
from projections.rates import Cohort, rates


def ask_rates(
    crm: CRM,
    when: Clocked,
    where: Where,
    year: int,
    cohort: Cohort = Cohort.YEAR,
    include_exited: bool | None = None,
    *,
    detail: bool = False,
) -> Answer:
    """The rates of a cohort; whether exited leads count is the rules' to say unless told."""
    with states(crm, when) as (connection, at, rules):
        if include_exited is None:
            include_exited = rules.rates_include_exited
        leads = leads_on(connection, at, where, stages=RATE_STAGES)
        found = rates(leads, year, at.as_of, cohort, include_exited=include_exited, rules=rules)
    shown = {
        "year": year,
        "cohort": cohort.value,
        "include_exited": include_exited,
        **both_clocks(at),
        **rates_shown(found, detail=detail),
    }
    return Answer(at, shown, f"{year}年各项比率", rates_sheet)


def ask_funnel(crm: CRM, when: Clocked, where: Where, year: int, *, detail: bool = False) -> Answer:
    """How far the leads registered in a year have come."""
    with states(crm, when) as (connection, at, _):
        found = funnel(leads_on(connection, at, where), year, at.as_of)
    shown = {"year": year, **both_clocks(at), **funnel_shown(found, detail=detail)}
    return Answer(at, shown, f"{year}年线索转化", funnel_sheet)


def ask_growth(crm: CRM, when: Clocked, where: Where, year: int, *, detail: bool = False) -> Answer:
    """A year's starts and signings beside last year's."""
    with states(crm, when) as (connection, at, _):
        found = growth(connection, year, at, where)
    shown = {"year": year, **both_clocks(at), **growth_shown(found, detail=detail)}
    return Answer(at, shown, f"{year}年同比", growth_sheet)
