"""What is fitted: draws whose forecasts of early years score well beside the last value.

Estimation by a proper score (Gneiting and Raftery 2007): a draw of the priors is the better the
lower the CRPS of its forecasts of outcomes up to ``fitted_until``, relative to that of the last
value with its spread. Its weight is the exponential of minus three times that loss, where each
pair of states counts once for each start year (a posterior by a loss: Bissiri et al. 2016). It is
sampled by chains, which simulate at each step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np
from scipy.special import expit, logit
from scipy.stats import qmc

from sim.arrays import Floats
from sim.backtest.history import KINDS, History, Series
from sim.backtest.model_forecasts import ModelForecasts
from sim.backtest.plan import AHEAD, BacktestPlan, Kind
from sim.backtest.rivals import last_value_with_spread
from sim.calibration.posterior import log_uniform, values_of
from sim.evaluation.rules import crps_of_samples

RUNS_OF_DRAW = 128
"""Runs for each draw of the priors; those of every draw have the same numbers, and so luck."""
CHAINS, EVEN = 64, 256
"""Chains, and draws that fill the priors evenly, from which they begin."""
RATE = 3.0
"""What a relative CRPS counts in the weight of a draw. In the logarithmic score a forecast in the
wrong place loses 1 where its relative CRPS loses 1, and one of the wrong width 4, if both are
normal and nearly right."""
_EDGE = 1e-3
"""How near a chain may begin to the end of a prior."""

Losses = Callable[[Floats], Floats]
"""What draws lose by kind, shape ``(draws, kinds)``, from values ``(draws, priors)``."""


@dataclass(frozen=True)
class Fit:
    """Draws of the priors, each as good as another.

    Attributes
    ----------
    values : array of float, shape (draws, priors)
    losses : array of float, shape (draws, kinds)
        CRPS over that of the last value with spread, mean of the series, times ``counts``.
    counts : mapping of kind to int
        Pairs times start years that the losses rest on.
    """

    values: Floats
    losses: Floats
    counts: Mapping[Kind, int]


def fitted(history: History, plan: BacktestPlan, steps: int, seed: int, workers: int = 1) -> Fit:
    """Draws that forecast well what came up to ``plan.fitted_until``; nothing later is looked at.

    Chains begin at draws that fill the priors evenly, resampled by their weights. What moves
    affinity, ties or support is fitted first, each to its own kind; what moves conflict after it.
    """
    known = history.until(plan.fitted_until)
    rng = np.random.default_rng(seed)
    even = qmc.Sobol(len(plan.fitted), rng=seed).random(EVEN)
    with _losses(known, plan, seed, workers) as losses:

        def kernels(place: Floats) -> Floats:
            return -RATE * losses(values_of(plan.fitted, expit(place)))

        chains = Chains(plan, logit(np.clip(even, _EDGE, 1 - _EDGE)), kernels, rng)
        chains.evolve(("affinity", "ties", "support"), steps)
        chains.evolve(("conflict",), steps)
        values = values_of(plan.fitted, expit(chains.places))
        return Fit(values, -chains.kernels / RATE, Training(known, plan).counts)


class Chains:
    """Chains that learn their steps from one another: differential evolution (ter Braak 2006).

    A step proposes numbers of several kinds at once, and takes or leaves those of a kind by the
    kernel of that kind alone, as if it did not depend on the others.

    Attributes
    ----------
    places : array of float, shape (chains, priors)
        Log-odds of places in the priors.
    kernels : array of float, shape (chains, kinds)
        Logarithms of what weighs the priors, in the order of ``KINDS``.
    """

    def __init__(
        self,
        plan: BacktestPlan,
        begun: Floats,
        find: Callable[[Floats], Floats],
        rng: np.random.Generator,
    ) -> None:
        self._find, self._rng = find, rng
        names = list(plan.fitted)
        self._columns = {
            kind: np.array([names.index(name) for name in group])
            for kind, group in plan.priors.items()
        }
        kernels = find(begun)
        self.places = np.empty((CHAINS, len(names)))
        for kind, columns in self._columns.items():
            weights = np.exp(kernels[:, KINDS.index(kind)] - kernels[:, KINDS.index(kind)].max())
            even = (np.arange(CHAINS) + rng.random()) / CHAINS * weights.sum()
            chosen = rng.permutation(np.searchsorted(np.cumsum(weights), even))
            self.places[:, columns] = begun[chosen][:, columns]
        self.places += 0.1 * rng.standard_normal(self.places.shape)
        self.kernels = find(self.places)

    def evolve(self, kinds: Sequence[Kind], steps: int) -> None:
        """Take some steps in the numbers of some kinds; the others stay."""
        self.kernels = self._find(self.places)
        for step in range(steps):
            there = self.places.copy()
            for kind in kinds:
                columns = self._columns[kind]
                one, other = self._rng.integers(CHAINS, size=(2, CHAINS))
                stride = 1.0 if step % 10 == 9 else 2.38 / np.sqrt(2 * len(columns))
                apart = self.places[one][:, columns] - self.places[other][:, columns]
                noise = 0.01 * self._rng.standard_normal(apart.shape)
                there[:, columns] += stride * apart + noise
            found = self._find(there)
            for kind in kinds:
                columns, place = self._columns[kind], KINDS.index(kind)
                gain = found[:, place] - self.kernels[:, place]
                gain += log_uniform(there[:, columns]) - log_uniform(self.places[:, columns])
                taken = np.log(self._rng.random(CHAINS)) < gain
                moved = np.ix_(np.flatnonzero(taken), columns)
                self.places[moved] = there[moved]
                self.kernels[taken, place] = found[taken, place]


@contextmanager
def _losses(known: History, plan: BacktestPlan, seed: int, workers: int) -> Iterator[Losses]:
    """A function that finds losses, in this process or in several."""
    if workers == 1:
        training = Training(known, plan)
        yield lambda values: np.concatenate([training.losses(one, seed) for one in _single(values)])
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (known, plan)) as pool:
        work = partial(_losses_here, seed)
        yield lambda values: np.concatenate(list(pool.map(work, _single(values), chunksize=8)))


def _single(values: Floats) -> list[Floats]:
    return [values[draw : draw + 1] for draw in range(len(values))]


class Training:
    """Forecasts from starts within a record, what came, and how the last value scores.

    ``counts`` has the number of pairs times that of start years, by kind.
    """

    def __init__(self, known: History, plan: BacktestPlan) -> None:
        self._priors = tuple(plan.fitted)
        self.models = [
            ModelForecasts(known, year, plan)
            for year in plan.starts
            if any(year + AHEAD[0] in years for years in known.years.values())
        ]
        self.outcomes: dict[tuple[Series, int, int], float] = {}
        self.rival: dict[Series, float] = {}
        for model in self.models:
            before = known.until(model.year)
            for series, years in known.years.items():
                for ahead in AHEAD:
                    if model.year + ahead in years and before.years[series]:
                        came = years[model.year + ahead]
                        self.outcomes[series, model.year, ahead] = came
                        members = last_value_with_spread(before, series, model.year, ahead)
                        crps = float(crps_of_samples(np.array(came), members))
                        self.rival[series] = self.rival.get(series, 0.0) + crps
        seen = {(one.kind, one.pair, start) for one, start, _ in self.outcomes}
        self.counts = {kind: sum(one == kind for one, _, _ in seen) for kind in KINDS}

    def losses(self, values: Floats, seed: int) -> Floats:
        """What draws lose, shape ``(draws, kinds)``."""
        draws = {name: values[:, place] for place, name in enumerate(self._priors)}
        sums: dict[Series, Floats] = {one: np.zeros(len(values)) for one in self.rival}
        for model in self.models:
            for (series, ahead), members in model.members(draws, RUNS_OF_DRAW, seed).items():
                came = self.outcomes.get((series, model.year, ahead))
                if came is not None:
                    sums[series] += crps_of_samples(np.full(len(members), came), members)
        found = np.zeros((len(values), len(KINDS)))
        for place, kind in enumerate(KINDS):
            relative = [sums[one] / self.rival[one] for one in sums if one.kind == kind]
            if relative:
                found[:, place] = self.counts[kind] * np.mean(relative, axis=0)
        return found


_HERE: list[Training] = []
"""What a process of the pool works on."""


def _begin(known: History, plan: BacktestPlan) -> None:
    _HERE[:] = [Training(known, plan)]


def _losses_here(seed: int, values: Floats) -> Floats:
    return _HERE[0].losses(values, seed)
