"""Which year's ends are likely, and how likely each? (年末预测的模拟)

The history is drawn again from itself, lead by lead (bootstrap), so that a thin one gives wide
intervals; for each such history the rest of the year is drawn many times. Seeded: the same
question has the same answer. Imported with `crm.survival`, when a forecast is asked for.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crm.survival import STAGES, Incidence, Stays, Ways, leaving, ways
from domain.lead.negotiation import SIGNED
from projections.courtships import ARRIVAL_DAYS, Courtships

HISTORIES = 200
DRAWS = 20  # of each history

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Expected:
    """What the history as it is says: chances lead by lead, and what they come to."""

    chances: Numbers  # of the open leads
    leaving: Numbers  # of the counted ones
    projects: float
    yuan: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """Year's ends as drawn: projects and 元, one of each for every draw."""

    projects: Numbers
    yuan: Numbers


class Simulation:
    """One question: a history, what is open, and how many days are left."""

    def __init__(self, facts: Courtships, horizon: int) -> None:
        past = facts.past
        self._facts = facts
        self._horizon = horizon
        self._stays = {
            stage: Stays.of(
                [
                    (stay.days, stay.to, lead)
                    for lead, one in enumerate(past)
                    for stay in one.stays
                    if stay.stage.value == stage
                ]
            )
            for stage in STAGES
        }
        signed = [one for one in past if one.kept_days is not None]
        self._kept = np.array([one.kept_days for one in signed], dtype=np.float64)
        self._left = np.array([one.exited for one in signed], dtype=np.int64)
        self._signed = np.array(
            [lead for lead, one in enumerate(past) if one.kept_days is not None], dtype=np.int64
        )
        entries = [*STAGES, SIGNED]
        self._entry = np.array([entries.index(one.entry) for one in past], dtype=np.int64)
        self._ratios = np.array(
            [
                one.signed_yuan / one.estimated_yuan
                for one in past
                if one.signed_yuan and one.estimated_yuan
            ]
            or [1.0]
        )
        self._amounts = np.array(
            [float(one.signed_yuan) for one in past if one.signed_yuan is not None] or [0.0]
        )
        self._estimates = np.array(
            [np.nan if one.yuan is None else float(one.yuan) for one in facts.open]
        )
        self._open_project = np.array([one.project for one in facts.open], dtype=bool)
        self._counted = np.array([float(one.projects) for one in facts.counted])
        self._counted_yuan = np.array([float(one.yuan) for one in facts.counted])

    def expected(self) -> Expected:
        """By the history as it is, with the mean of what may come."""
        weights = np.ones(len(self._facts.past), dtype=np.int64)
        found, gone = self._estimated(weights)
        chances, exits = self._chances(found), self._exits(gone)
        arriving = self._arriving(found, weights) * self._facts.arrivals / ARRIVAL_DAYS
        mean = self._amounts.mean()
        amounts = np.where(np.isnan(self._estimates), mean, self._estimates * self._ratios.mean())
        return Expected(
            chances,
            exits,
            float(
                self._counted @ (1 - exits)
                + chances @ self._open_project
                + arriving * self._project_share()
            ),
            float(self._counted_yuan @ (1 - exits) + chances @ amounts + arriving * mean),
        )

    def drawn(self, seed: int) -> Drawn:
        """`HISTORIES` × `DRAWS` ends of the year."""
        rng = np.random.default_rng(seed)
        size = len(self._facts.past)
        projects, yuan = [], []
        for _ in range(HISTORIES):
            weights = rng.multinomial(size, np.full(size, 1 / size)).astype(np.int64)
            found, gone = self._estimated(weights)
            per_arrival = self._arriving(found, weights)
            rate = rng.gamma(self._facts.arrivals + 0.5) / ARRIVAL_DAYS
            some_projects, some_yuan = self._rest_of_year(
                rng, self._chances(found), self._exits(gone), per_arrival * rate
            )
            projects.append(some_projects)
            yuan.append(some_yuan)
        return Drawn(np.concatenate(projects), np.concatenate(yuan))

    # --- inside -----------------------------------------------------------------------------

    def _estimated(self, weights: NDArray[np.int64]) -> tuple[Ways, Incidence]:
        return (
            ways(self._stays, self._horizon, weights),
            leaving(self._kept, self._left, weights[self._signed]),
        )

    def _chances(self, found: Ways) -> Numbers:
        return np.array(
            [found.chance(one.stage.value, one.age) for one in self._facts.open], dtype=np.float64
        )

    def _exits(self, gone: Incidence) -> Numbers:
        chances = []
        for one in self._facts.counted:
            daily = gone.within(one.age, self._horizon)
            chances.append(0.0 if daily is None else float(daily.sum()))
        return np.array(chances, dtype=np.float64)

    def _arriving(self, found: Ways, weights: NDArray[np.int64]) -> float:
        """Signings by the year's end of one lead a day that comes from tomorrow on."""
        shares = np.bincount(self._entry, weights=weights, minlength=len(STAGES) + 1)
        shares = shares / max(1, shares.sum())
        return float(
            sum(
                share * found.fresh[entry][: self._horizon].sum()
                for share, entry in zip(shares, (*STAGES, SIGNED), strict=True)
            )
        )

    def _project_share(self) -> float:
        return self._facts.project_arrivals / max(1, self._facts.arrivals)

    def _rest_of_year(
        self, rng: np.random.Generator, chances: Numbers, exits: Numbers, arriving: float
    ) -> tuple[Numbers, Numbers]:
        stay = rng.random((DRAWS, len(exits))) >= exits
        sign = rng.random((DRAWS, len(chances))) < chances
        ratios = rng.choice(self._ratios, size=sign.shape)
        blanks = rng.choice(self._amounts, size=sign.shape)
        amounts = np.where(np.isnan(self._estimates), blanks, self._estimates * ratios)
        new = rng.poisson(arriving, size=DRAWS)
        new_yuan = np.bincount(
            np.repeat(np.arange(DRAWS), new),
            weights=rng.choice(self._amounts, size=new.sum()),
            minlength=DRAWS,
        )
        projects = (
            stay @ self._counted
            + sign @ self._open_project.astype(np.float64)
            + rng.binomial(new, self._project_share())
        )
        return projects, stay @ self._counted_yuan + (sign * amounts).sum(axis=1) + new_yuan
