"""How many large projects did each unit sign, and how many of them have started? (晾晒表)

Domain section 2, T7 (六安): signed at 1 亿元 and more, at 5 and at 10, started of the first, ranked
by the start rate; the plan, clause 39 (公开晾晒). Counted are the projects of F1: first signed in
the year (and recognised, by rule `count_basis`), relation new or relocation, not exited on the day
looked at, by their amount on that day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from domain.lead.accounts import COUNTED_AS_PROJECT
from domain.lead.counts import shared_counts
from domain.lead.state import LeadState
from domain.lead.supervision import counts as in_figures
from domain.money import ratio_text
from domain.rulebook import Rulebook
from domain.vocabulary import UnitGroup
from projections.indicators import credit_of
from projections.lead_states import LeadOnDay


@dataclass(frozen=True, slots=True)
class SigningLine:
    """One unit. The leads signed at or above each band, and those of the first that started.

    `start_rate` has 4 places, None without any signing; equal rates share the rank.
    """

    unit: str
    signed: tuple[list[UUID], list[UUID], list[UUID]]
    started: list[UUID]
    start_rate: str | None
    rank: int | None


def signing_table(
    leads: Iterable[LeadOnDay],
    year: int,
    units: Iterable[str],
    group: UnitGroup,
    rules: Rulebook,
) -> list[SigningLine]:
    """A line for each unit of a group, best start rate first, then most signed, then by name."""
    bands = (rules.showing_one_yuan, rules.showing_two_yuan, rules.showing_three_yuan)
    credit = credit_of(group, rules)
    of_unit: dict[str, list[LeadOnDay]] = {unit: [] for unit in units}
    counted = [le for le in leads if _counted(le.state, year) and in_figures(le.state, rules)]
    states = [(lead.lead_id, lead.state) for lead in counted]
    counts = shared_counts(states, date(year, 1, 1), lambda _: True)
    for lead in counted:
        unit = credit(lead.state.recruiting_unit, lead.state.host_town)
        count = counts.get(lead.lead_id)
        if unit in of_unit and (count is None or count.stands):
            of_unit[unit].append(lead)

    def yuan(lead: LeadOnDay) -> int:
        count = counts.get(lead.lead_id)
        return lead.state.countable_yuan if count is None else count.yuan

    lines = []
    for unit, own in of_unit.items():
        one, two, three = ([le for le in own if yuan(le) >= band] for band in bands)
        started = [lead for lead in one if lead.state.started_on is not None]
        lines.append(
            (
                Fraction(len(started), len(one)) if one else Fraction(-1),
                SigningLine(
                    unit,
                    (_ids(one), _ids(two), _ids(three)),
                    _ids(started),
                    ratio_text(len(started), len(one)),
                    None,
                ),
            )
        )
    lines.sort(key=lambda pair: (-pair[0], -len(pair[1].signed[0]), pair[1].unit))
    rates = [rate for rate, _ in lines]
    return [
        line if line.start_rate is None else replace(line, rank=rates.index(rate) + 1)
        for rate, line in lines
    ]


def _counted(state: LeadState, year: int) -> bool:
    return (
        state.counted_on is not None
        and state.counted_on.year == year
        and state.relation in COUNTED_AS_PROJECT
        and state.exited_on is None
    )


def _ids(leads: Iterable[LeadOnDay]) -> list[UUID]:
    return [lead.lead_id for lead in leads]
