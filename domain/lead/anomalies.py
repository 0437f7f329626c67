"""Which entries of one lead look made up or careless? (异常数据, 防数据造假)

Domain section 12, "Anomaly list": what one lead's state shows. What needs other leads, or the log
itself, is found in `projections.anomalies`.
"""

from collections.abc import Callable
from datetime import date

from domain.lead import odd_figures, odd_works
from domain.lead.anomaly import Anomaly, Found
from domain.lead.state import LeadState
from domain.rulebook import Rulebook
from domain.vocabulary import Stage

_LOOKS: tuple[Callable[[LeadState, date, Rulebook], Found], ...] = (
    odd_figures.same_as_last_month,
    odd_figures.funds_over_agreed,
    odd_figures.return_fell,
    odd_figures.fai_over_fixed_part,
    odd_works.start_without_photo,
    odd_works.start_self_verified,
    odd_works.stopped_after_start,
    odd_figures.idle_while_reported,
    odd_figures.thin_capital,
    odd_figures.huge_total,
    odd_works.signed_unvetted,
    odd_works.signed_on_red_lines,
    odd_works.built_before_signed,
    odd_figures.round_figures,
    odd_works.no_sponsor,
)


def anomalies_of(state: LeadState, as_of: date, rules: Rulebook) -> list[Anomaly]:
    """What is odd about one lead on `as_of`; a lead that has left or was lost is not looked at."""
    if state.stage in (Stage.EXITED, Stage.LOST):
        return []
    return [found for look in _LOOKS for found in look(state, as_of, rules)]
