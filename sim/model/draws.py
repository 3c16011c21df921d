"""Random draws by seed, run, round, purpose and name; the drawn values of parameters.

Philox is a counter-based generator (Salmon et al. 2011): the key is a hash of
seed, purpose and name, the counter holds round and run. A draw therefore never
depends on what else was drawn, on how many runs were asked for, or on which
worker draws it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator, Philox
from scipy.special import betaincinv, ndtr, ndtri

from sim.arrays import Floats
from sim.scenario.field_types import Quantity, Spread
from sim.scenario.scenario import Scenario, walk
from sim.scenario.schema import Description

_DRAWS_PER_COUNT = 4  # Philox4x64 yields four words per counter value


@dataclass(frozen=True)
class Past:
    """One run's past, from which many futures branch.

    Attributes
    ----------
    run : int
        Whose past it is.
    until : int
        The first round that is each future's own.
    events : int, optional
        The first round whose events are each future's own; ``until`` where not given.
        Where a round is open, its events have happened and its choices have not.
    """

    run: int
    until: int
    events: int | None = None


class Streams:
    """The draws of a block of runs.

    Parameters
    ----------
    seed : int
        Seed of the whole experiment, 0 or more.
    first : int
        Number of the block's first run, counted from 0.
    runs : int
        How many runs the block holds.
    past : Past, optional
        All runs of the block have the draws of its run up to then.
    """

    def __init__(self, seed: int, first: int, runs: int, past: Past | None = None) -> None:
        self.seed = seed
        self._until = past.until if past else 0
        self._events = past.events if past and past.events is not None else self._until
        self._past = Streams(seed, past.run, 1) if past else None
        self.first = first
        self.runs = runs
        self._skip = first % _DRAWS_PER_COUNT
        self._counter = np.array([first // _DRAWS_PER_COUNT, 0, 0, 0], dtype=np.uint64)
        self._keys: dict[tuple[str, str], npt.NDArray[np.uint64]] = {}
        # One generator serves every name: to set its key and counter takes a tenth
        # of the time of making another.
        self._generator = Generator(Philox(key=0))
        self._state: Any = self._generator.bit_generator.state

    def uniform(self, purpose: str, name: str, round: int) -> Floats:
        """Uniform draws on [0, 1), one per run, shape ``(runs,)``."""
        until = self._events if purpose in ("event", "government") else self._until
        if self._past is not None and round < until:
            return np.repeat(self._past.uniform(purpose, name, round), self.runs)
        key = self._keys.get((purpose, name))
        if key is None:
            text = f"{self.seed}\x1f{purpose}\x1f{name}".encode()
            key = np.frombuffer(hashlib.blake2b(text, digest_size=16).digest(), dtype=np.uint64)
            self._keys[purpose, name] = key
        self._counter[1] = round
        self._state["state"] = {"counter": self._counter, "key": key}
        self._generator.bit_generator.state = self._state
        return self._generator.random(self._skip + self.runs)[self._skip :]

    def uniforms(self, purpose: str, names: Sequence[str], round: int) -> Floats:
        """Uniform draws for several names, shape ``(names, runs)``."""
        drawn = np.empty((len(names), self.runs))
        for row, name in zip(drawn, names, strict=True):
            row[:] = self.uniform(purpose, name, round)
        return drawn


def standard_normal(uniform: Floats) -> Floats:
    """Standard normal values at uniform draws, by the inverse distribution function."""
    # 0 has no finite normal quantile, and a draw of exactly 0 is possible.
    return ndtri(np.maximum(uniform, 2.0**-54))


# The values of parameters, drawn once per run; of beta distributions many at once and quickly.

REACH = 3.5
"""Normal scores beyond this, one draw of two thousand, are left to the function itself."""
TERMS = 34
"""Coefficients of a series: what the peaks of a PERT spread want at most."""
CLOSE = 2e-13
"""Largest error of a series that is used, as a share of the range."""

_ANGLES = np.pi * (np.arange(TERMS) + 0.5) / TERMS
_TO_SERIES = 2 / TERMS * np.cos(np.arange(TERMS)[:, None] * _ANGLES)
_TO_SERIES[0] /= 2


def beta_quantiles(a: npt.ArrayLike, b: npt.ArrayLike, u: Floats) -> Floats:
    """Quantiles of beta distributions, within 1e-12 of the inverse incomplete beta function.

    Parameters
    ----------
    a, b : shape (distributions,)
        Shape parameters, above 0.
    u : shape (distributions, runs)
        Shares of each distribution, 0 to 1.

    Returns
    -------
    array, shape (distributions, runs)
        From 0 to 1. Each depends on its own ``a``, ``b`` and ``u`` alone.
    """
    shapes = list(zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True))
    series = [_series(*shape) for shape in shapes]
    score = standard_normal(u)
    place = np.clip(score / REACH, -1, 1)
    found = _summed(np.array([np.zeros(TERMS) if s is None else s for s in series]), place)
    left = np.abs(score) > REACH
    left[[number for number, s in enumerate(series) if s is None]] = True
    which, run = np.nonzero(left)
    ends = np.array(shapes).reshape(-1, 2)[which]
    found[which, run] = betaincinv(ends[:, 0], ends[:, 1], u[which, run])
    return found


@lru_cache(maxsize=4096)
def _series(a: float, b: float) -> Floats | None:
    """Chebyshev coefficients of a quantile over the score; ``None`` where they do not do."""
    series = _TO_SERIES @ betaincinv(a, b, ndtr(REACH * np.cos(_ANGLES)))
    between = np.cos(np.linspace(0, np.pi, TERMS))
    error = _summed(series[None], between[None])[0] - betaincinv(a, b, ndtr(REACH * between))
    return series if np.abs(error).max() <= CLOSE else None


def _summed(series: Floats, at: Floats) -> Floats:
    """Sums of Chebyshev series, shape ``(series, runs)``, by Clenshaw's recurrence."""
    twice = 2 * at
    last, here = np.zeros_like(at), np.zeros_like(at)
    for term in series.T[:0:-1]:
        # The older of the two makes room for the next.
        last, here = here, np.subtract(twice * here, last, out=last)
        here += term[:, None]
    summed: Floats = at * here - last + series[:, :1]
    return summed


class Drawn(Mapping[str, Floats]):
    """Values by parameter path.

    An uncertain parameter has shape ``(runs,)``, a certain one ``(1,)``, so
    that arrays made of certain parameters stay small and broadcast.
    """

    def __init__(self, values: Mapping[str, Floats]) -> None:
        self._values = dict(values)

    def __getitem__(self, path: str) -> Floats:
        return self._values[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def also(self, path: str, values: Floats) -> Drawn:
        """These values and one more."""
        return Drawn({**self._values, path: values})

    def stack(self, paths: Iterable[str]) -> Floats:
        """Rows in the order of ``paths``; shape ``(len(paths), 1)`` or ``(.., runs)``."""
        return stacked([self._values[path] for path in paths])


def stacked(rows: Sequence[Floats]) -> Floats:
    """Rows of one value or one for each run as one array, as wide as the widest."""
    out = np.empty((len(rows), max(map(len, rows), default=1)))
    out[:] = np.array([row[0] for row in rows]).reshape(-1, 1)
    for number, row in enumerate(rows):
        if len(row) > 1:
            out[number] = row
    return out


def draw(scenario: Scenario, streams: Streams) -> Drawn:
    """Draw every uncertain parameter, one value per run of the block."""
    parameters = scenario.parameters
    paths = uncertain(scenario)
    values = {path: np.array([p.value]) for path, p in parameters.items()}
    if paths:
        u = streams.uniforms("parameter", paths, 0)
        drawn = quantiles([parameters[path].quantity for path in paths], u)
        values.update(zip(paths, drawn, strict=True))
    return Drawn(values)


def central(description: Description) -> Drawn:
    """The central value of every parameter of a description."""
    return Drawn({p.path: np.array([p.value]) for p in walk(description)})


def uncertain(scenario: Scenario) -> list[str]:
    """Paths of the parameters that have a spread and are drawn at the start of a run."""
    return [
        path
        for path, p in scenario.parameters.items()
        if p.quantity.spread and ".government.successor." not in path
    ]


def quantile(quantity: Quantity, u: Floats) -> Floats:
    """Value of an uncertain number at shares ``u`` of its distribution, cut at its range.

    Raises
    ------
    ValueError
        When the number has no spread.
    """
    return quantiles([quantity], u[None])[0]


def at_shares(scenario: Scenario, paths: Sequence[str], points: Floats) -> dict[str, Floats]:
    """Values of uncertain parameters at points of the unit cube, shape ``(runs, paths)``.

    A coordinate is a share of its parameter's distribution.
    """
    quantities = [scenario.parameters[path].quantity for path in paths]
    return dict(zip(paths, quantiles(quantities, points.T), strict=True))


def quantiles(quantities: Sequence[Quantity], u: Floats) -> Floats:
    """Values of uncertain numbers at shares of their distributions, cut at their ranges.

    Parameters
    ----------
    quantities : sequence of Quantity
    u : shape (quantities, runs)

    Raises
    ------
    ValueError
        When one has no spread.
    """
    found = np.empty(u.shape)
    betas: dict[int, _Beta] = {}
    for number, (quantity, shares) in enumerate(zip(quantities, u, strict=True)):
        if quantity.spread is None:
            raise ValueError("a number without a spread has no distribution")
        beta = _beta(quantity, quantity.spread)
        if beta:
            betas[number] = beta
        else:
            found[number] = inverse(quantity, quantity.spread, shares)
    if betas:
        a, b, low, high = np.array([*betas.values()]).T[..., None]
        found[[*betas]] = low + (high - low) * beta_quantiles(a, b, u[[*betas]])
    low, high = np.array([quantity.bounds for quantity in quantities]).T[..., None]
    return np.clip(found, low, high, out=found)


def inverse(quantity: Quantity, spread: Spread, u: Floats) -> Floats:
    """Inverse distribution function of a spread at ``u``."""
    if beta := _beta(quantity, spread):
        a, b, low, high = beta
        return low + (high - low) * beta_quantiles(a, b, u[None])[0]
    if spread.normal is not None:
        return quantity.value + spread.normal * standard_normal(u)
    if spread.cases is not None:
        cases = np.array(spread.cases)
        return cases[np.minimum((u * len(cases)).astype(int), len(cases) - 1)]
    low, high = spread.ends() or quantity.bounds
    if spread.uniform is not None or low == high:
        return low + u * (high - low)
    peak = (quantity.value - low) / (high - low)
    rising = np.sqrt(u * peak)
    falling = 1 - np.sqrt((1 - u) * (1 - peak))
    return low + (high - low) * np.where(u < peak, rising, falling)


_Beta = tuple[float, float, float, float]
"""Shape parameters and range of a beta distribution."""


def _beta(quantity: Quantity, spread: Spread) -> _Beta | None:
    """The beta distribution that a spread is, if it is one."""
    if spread.beta is not None:
        return (spread.beta[0], spread.beta[1], *quantity.bounds)
    if spread.pert is None or spread.pert[0] == spread.pert[1]:
        return None
    low, high = spread.pert
    peak = (quantity.value - low) / (high - low)
    return 1 + 4 * peak, 1 + 4 * (1 - peak), low, high
