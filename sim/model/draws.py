"""The values of a scenario's parameters, drawn once per run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from sim.model.beta import beta_quantiles
from sim.model.streams import Floats, Streams, standard_normal
from sim.scenario.parameters import walk
from sim.scenario.quantity import Quantity, Spread
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description


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
        rows = [self._values[path] for path in paths]
        width = max(map(len, rows), default=1)
        out = np.empty((len(rows), width))
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
