"""How likely is a lead at a stage, so many days old, to sign within so many more? (签约概率)

Cumulative incidence by competing risks (Aalen–Johansen) for each stage: who stays at it may go on
to a later stage, sign, or be lost; who is there still is censored. A lead's chance follows from
the stage it is at, given that it has been there so long, and from the later stages it may pass on
its way (a semi-Markov chain on a grid of days).

Slow to import (statsmodels brings scipy and pandas), so `crm.forecasting` does so when asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from statsmodels.duration.survfunc import CumIncidenceRight

from domain.lead.negotiation import LOST, SIGNED
from domain.vocabulary import NegotiationStage

Days = NDArray[np.float64]

STAGES = tuple(stage.value for stage in NegotiationStage)
ENDS = (*STAGES, SIGNED, LOST)
"""What may end a stay; its place here + 1 is its status, 0 is censored."""


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays at one stage: days (all above 0), what ended each, and whose they are."""

    days: Days
    status: NDArray[np.int64]
    lead: NDArray[np.int64]

    @classmethod
    def of(cls, stays: Sequence[tuple[int, str | None, int]]) -> "Stays":
        """From (days, ended by, lead) each; a stay of no days says nothing and is left out."""
        some = [stay for stay in stays if stay[0] > 0]
        return cls(
            np.array([days for days, _, _ in some], dtype=np.float64),
            np.array([ENDS.index(to) + 1 if to else 0 for _, to, _ in some], dtype=np.int64),
            np.array([lead for _, _, lead in some], dtype=np.int64),
        )


@dataclass(frozen=True, slots=True)
class Incidence:
    """The probability of having left by day 0, 1, 2, … by each way out: [way, day]."""

    by_way: Days

    def at(self, day: int) -> Days:
        """By each way, on a day; after the last day observed nothing more is known to happen."""
        return self.by_way[:, min(day, self.by_way.shape[1] - 1)]

    def within(self, age: int, horizon: int) -> Days | None:
        """What happens on each of the next `horizon` days by each way, given `age` days so far.

        None when nobody on record stayed so long.
        """
        there_still = 1 - self.at(age).sum()
        if there_still < 1e-9:
            return None
        days = np.minimum(np.arange(age, age + horizon + 1), self.by_way.shape[1] - 1)
        daily: Days = np.diff(self.by_way[:, days], axis=1) / there_still
        return daily


def incidence(stays: Stays, ways: int, weights: NDArray[np.int64]) -> Incidence:
    """The estimate from weighted leads (each lead's stay counts as often as its weight says)."""
    counts = weights[stays.lead]
    some = counts > 0
    days, status = stays.days[some], stays.status[some]
    last = int(days.max(initial=0))
    curves = np.zeros((ways, last + 1))
    if not (status > 0).any():
        return Incidence(curves)
    # With weights statsmodels leaves out standard errors, which need a second event at the end.
    found = CumIncidenceRight(days, status, freq_weights=counts[some].astype(np.float64))
    place = np.searchsorted(found.times, np.arange(last + 1), side="right")
    for way, curve in enumerate(found.cinc):
        curves[way] = np.concatenate(([0.0], curve))[place]
    return Incidence(curves)


@dataclass(frozen=True, slots=True)
class Ways:
    """What a history says of the way to a signing, up to `horizon` days ahead.

    `fresh[stage][h]`: the chance to sign within h days of a lead that has just come to a stage.
    """

    incidences: Mapping[str, Incidence]
    fresh: Mapping[str, Days]
    horizon: int

    def chance(self, stage: str, age: int) -> float:
        """Of a lead at a stage for `age` days to sign within the horizon; 0 where none is known."""
        return float(_signing(self.incidences[stage], self.fresh, age, self.horizon))


def ways(history: Mapping[str, Stays], horizon: int, weights: NDArray[np.int64]) -> Ways:
    """Estimate every stage, and the chances of fresh leads from the last stage to the first."""
    incidences = {stage: incidence(history[stage], len(ENDS), weights) for stage in STAGES}
    fresh: dict[str, Days] = {SIGNED: np.ones(horizon + 1)}
    for stage in reversed(STAGES):
        daily = incidences[stage].within(0, horizon)
        chances = np.zeros(horizon + 1)
        if daily is not None:
            for way in _onward(stage, fresh):
                moved = np.convolve(np.concatenate(([0.0], daily[ENDS.index(way)])), fresh[way])
                chances += moved[: horizon + 1]
        fresh[stage] = chances
    return Ways(incidences, fresh, horizon)


def leaving(days: Days, left: NDArray[np.int64], weights: NDArray[np.int64]) -> Incidence:
    """Of the signed: the incidence of an exit. `left` is 1 for an exit, 0 while they stay."""
    everyone = np.arange(len(days), dtype=np.int64)
    some = days > 0
    return incidence(Stays(days[some], left[some], everyone[some]), 1, weights)


def _signing(of: Incidence, fresh: Mapping[str, Days], age: int, horizon: int) -> float:
    daily = of.within(age, horizon)
    if daily is None:
        return 0.0
    remaining = np.arange(horizon - 1, -1, -1)
    return sum(float(daily[ENDS.index(way)] @ chances[remaining]) for way, chances in fresh.items())


def _onward(stage: str, known: Mapping[str, Days]) -> list[str]:
    """The ways from a stage that may still lead to a signing."""
    return [way for way in known if way == SIGNED or STAGES.index(way) > STAGES.index(stage)]
