"""Which figures of a lead look made up? Returns, funds and amounts (数据雷同、超额、整数、悬殊).

Domain sections 1.2, 4 and 12 ("Anomaly list").
"""

from datetime import date
from itertools import pairwise

from domain.calendar import first_day, month_end, period_beside, period_of
from domain.lead import events as e
from domain.lead.anomaly import Anomaly, Found
from domain.lead.state import LeadState
from domain.rulebook import Rulebook
from domain.vocabulary import AnomalyKind, SiteFinding

# An amount, and money, may also have come with a split or a merge.
_TAKING_OVER = frozenset({e.LeadSplitFrom, e.LeadMerged})
_TEXTS = _TAKING_OVER | {e.AgreementSigned, e.AgreementUpgraded, e.AgreementAmended}
_RETURNS = _TAKING_OVER | {e.FixedAssetInvestmentReported}


def same_as_last_month(state: LeadState, _: date, __: Rulebook) -> Found:
    """T3, 十堰: 数据与上月雷同. Only while the site should be at work."""
    periods = [
        later
        for earlier, later in _months_in_a_row(state)
        if state.returns[later] == state.returns[earlier] > 0 and _building_in(state, later)
    ]
    texts = [
        later
        for earlier, later in pairwise(sorted(state.progress))
        if later == period_beside(earlier, 1)
        and state.progress[later].text == state.progress[earlier].text
        and state.progress[later].percent == state.progress[earlier].percent
        and _building_in(state, later)
    ]
    odd = sorted({*periods, *texts})
    if odd:
        stated = [state.returned_on[p] for p in periods]
        stated += [state.progress[p].reported_on for p in texts]
        yield Anomaly(
            AnomalyKind.REPEATED_RETURN,
            min(stated),
            {"periods": odd, "months": len(odd)},
            _RETURNS | {e.MonthlyProgressReported},
            frozenset({*odd, *(period_beside(p, -1) for p in odd)}),
        )


def funds_over_agreed(state: LeadState, as_of: date, _: Rulebook) -> Found:
    """F11: never capped, always listed. 元 and 美元 apart: no rate is guessed."""
    yuan = state.funds_total_yuan
    foreign = state.foreign_part_usd
    over_yuan = state.agreed_total_yuan is not None and yuan > state.agreed_total_yuan
    if over_yuan or (foreign is not None and state.funds_usd > foreign):
        yield Anomaly(
            AnomalyKind.FUNDS_OVER_AGREED,
            state.first_funds_on or as_of,
            {
                "funds_yuan": yuan,
                "agreed_total_yuan": state.agreed_total_yuan,
                "funds_usd": state.funds_usd,
                "foreign_part_usd": foreign,
            },
            _TEXTS | {e.FundsArrived},
        )


def return_fell(state: LeadState, _: date, __: Rulebook) -> Found:
    """Recorded with a ground all the same, so it is listed (F4)."""
    for earlier, later in pairwise(sorted(state.returns)):
        if earlier[:4] == later[:4] and state.returns[later] < state.returns[earlier]:
            yield Anomaly(
                AnomalyKind.RETURN_FELL,
                state.returned_on[later],
                {
                    "period": later,
                    "ytd_yuan": state.returns[later],
                    "previous_ytd_yuan": state.returns[earlier],
                },
                _RETURNS,
                frozenset({earlier, later}),
            )


def invested_yuan(state: LeadState) -> int:
    """Fixed assets formed so far: the last year-to-date figure of every year."""
    by_year = {period[:4]: state.returns[period] for period in sorted(state.returns)}
    return sum(by_year.values())


def fai_over_fixed_part(state: LeadState, _: date, __: Rulebook) -> Found:
    invested, fixed = invested_yuan(state), state.fixed_part_yuan
    if fixed is not None and invested > fixed:
        yield Anomaly(
            AnomalyKind.BUILT_OVER_FIXED,
            state.returned_on[max(state.returns)],
            {"invested_yuan": invested, "fixed_part_yuan": fixed},
            _TEXTS | _RETURNS,
        )


def idle_while_reported(state: LeadState, _: date, __: Rulebook) -> Found:
    """A check found nobody at work in a month for which progress was reported."""
    for check in state.checks:
        period = period_of(check.on)
        grew = any(
            later == period and state.returns[later] > state.returns[earlier]
            for earlier, later in _months_in_a_row(state)
        )
        if check.found is SiteFinding.IDLE and (period in state.progress or grew):
            yield Anomaly(
                AnomalyKind.IDLE_BUT_REPORTED,
                check.on,
                {"checked_on": check.on, "period": period},
                _RETURNS | {e.MonthlyProgressReported, e.SiteChecked},
                frozenset({period}),
            )


def thin_capital(state: LeadState, _: date, rules: Rulebook) -> Found:
    total, capital = state.agreed_total_yuan, state.registered_capital_yuan
    if (
        total is not None
        and capital is not None
        and total >= rules.thin_capital_from_yuan
        and total >= rules.thin_capital_times * capital
        and state.company_registered_on is not None
    ):
        yield Anomaly(
            AnomalyKind.THIN_CAPITAL,
            max(state.company_registered_on, state.text_signed_on or date.min),
            {"agreed_total_yuan": total, "registered_capital_yuan": capital},
            _TEXTS | {e.CompanyRegistered},
        )


def huge_total(state: LeadState, as_of: date, rules: Rulebook) -> Found:
    total = state.agreed_total_yuan
    if total is not None and total > rules.huge_amount_yuan:
        since = state.text_signed_on or as_of
        yield Anomaly(AnomalyKind.HUGE_AMOUNT, since, {"agreed_total_yuan": total}, _TEXTS)


def round_figures(state: LeadState, _: date, rules: Rulebook) -> Found:
    """Works done are seldom whole tens of millions, every time."""
    figures = [(period, ytd) for period, ytd in sorted(state.returns.items()) if ytd > 0]
    if len(figures) >= rules.round_figures_at_least and all(
        ytd % rules.round_figure_yuan == 0 for _, ytd in figures
    ):
        yield Anomaly(
            AnomalyKind.ROUND_FIGURES,
            state.returned_on[figures[-1][0]],
            {"months": len(figures), "ytd_yuan": figures[-1][1]},
            _RETURNS,
        )


def _months_in_a_row(state: LeadState) -> list[tuple[str, str]]:
    """Returns of one month and the next, in one year: in January the figures begin anew."""
    return [
        (earlier, later)
        for earlier, later in pairwise(sorted(state.returns))
        if later == period_beside(earlier, 1) and earlier[:4] == later[:4]
    ]


def _building_in(state: LeadState, period: str) -> bool:
    """Whether works should have moved in a month: begun before it, not stopped at its end."""
    first = first_day(period)
    end = month_end(first.year, first.month)
    return (
        state.started_on is not None
        and period_of(state.started_on) < period
        and (state.completed_on is None or period <= period_of(state.completed_on))
        and not any(
            s.since <= end and (s.until is None or s.until > end) for s in state.suspensions
        )
    )
