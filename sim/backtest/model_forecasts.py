"""Forecasts of the model: many runs from a yearly start, and the noise of single years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
from scipy.special import expit, logit

from sim.arrays import Floats
from sim.backtest.history import History, Series
from sim.backtest.plan import AHEAD, BacktestPlan
from sim.backtest.scales import even_normal
from sim.backtest.yearly import ROUNDS_PER_YEAR, YearlyStart, yearly_start
from sim.calibration.statistics import Propensity
from sim.model.compiled import CompiledScenario
from sim.simulation.block import simulate

Question = tuple[Series, int]
"""A series, and how many years ahead of the start."""
_NOISES = 4
"""Draws of a year's noise for each run."""


class ModelForecasts:
    """Forecasts from the end of a year, for draws of what is fitted."""

    def __init__(self, history: History, year: int, plan: BacktestPlan) -> None:
        self.year = year
        self._known = history.until(year)
        self._start: YearlyStart = yearly_start(history, year, plan)
        self._theory = plan.theory
        self._swings = Swings(self._known)

    @cached_property
    def _compiled(self) -> CompiledScenario:
        return CompiledScenario(self._start.scenario)

    def members(self, draws: Mapping[str, Floats], each: int, seed: int) -> dict[Question, Floats]:
        """Forecasts as ensembles, shape ``(draws, members)``, members in no order.

        ``draws`` gives values by prior, shape ``(draws,)`` each; ``each`` runs are played for a
        draw. A coefficient of the theory that has no draw is 0.
        """
        number = len(next(iter(draws.values())))
        off = {name: np.zeros(number) for name in self._theory if name not in draws}
        given = self._start.given({**draws, **off})
        given = {path: np.repeat(values, each) for path, values in given.items()}
        propensity = Propensity(self._compiled)
        block = simulate(self._compiled, seed, 0, number * each, observer=propensity, given=given)
        found: dict[Question, Floats] = {}
        acts, conflict = np.stack(propensity.acts), np.stack(propensity.conflict)
        for ahead in AHEAD:
            year = slice(ROUNDS_PER_YEAR * (ahead - 1), ROUNDS_PER_YEAR * ahead)
            shares = conflict[year].sum(axis=0) / acts[year].sum(axis=0)
            for way, share in zip(block.directions, shares, strict=True):
                series = Series("conflict", (way[0].upper(), way[1].upper()))
                noisy = self._with_swings(series, share.reshape(number, each), draws, seed)
                found[series, ahead] = noisy
            state = block.state[ROUNDS_PER_YEAR * ahead]
            for row, phrase in enumerate(block.phrases):
                names = tuple(name.upper() for name in phrase.names)
                for kind in ("affinity", "ties", "support"):
                    series = Series(kind, names)
                    if phrase.kind == kind and self._known.years.get(series):
                        values = np.asarray(state[row], dtype=np.float64)
                        found[series, ahead] = values.reshape(number, each)
        return found

    def _with_swings(
        self, series: Series, shares: Floats, draws: Mapping[str, Floats], seed: int
    ) -> Floats:
        """Conflict shares with the noise of a single year, normal in log-odds."""
        several = np.repeat(shares, _NOISES, axis=1)
        rng = np.random.default_rng([seed, self.year])
        normal = rng.permutation(even_normal(several.shape[1]))
        size = draws["swings.size"] * self._swings.of(series, draws["swings.years"])
        return np.asarray(expit(logit(several) + size[:, None] * normal))


class Swings:
    """How far conflict shares go from year to year in a record, in log-odds."""

    def __init__(self, known: History) -> None:
        self._squares: dict[Series, tuple[float, int]] = {}
        for one in known.of_kind("conflict"):
            values = logit(list(known.years[one].values()))
            self._squares[one] = float(((values - values.mean()) ** 2).sum()), len(values)
        self._everybody = _variance(self._squares.values())

    def of(self, series: Series, years: Floats) -> Floats:
        """Standard deviation of a direction, in the shape of ``years``.

        That of its pair, both directions together, drawn toward that of all pairs as if these
        gave so many further ``years``; and wider for a mean that rests on few years.
        """
        own = [squares for one, squares in self._squares.items() if one.pair == series.pair]
        total, freedom = sum(one for one, _ in own), sum(n - 1 for _, n in own)
        variance = (years * self._everybody + total) / (years + freedom)
        return np.asarray(np.sqrt(variance * (1 + 1 / self._squares[series][1])))


def _variance(squares: Iterable[tuple[float, int]]) -> float:
    known = list(squares)
    return sum(one for one, _ in known) / sum(count - 1 for _, count in known)
