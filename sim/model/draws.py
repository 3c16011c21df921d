"""The values of a scenario's parameters, drawn once per run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from scipy.special import betaincinv

from sim.model.streams import Floats, Streams, standard_normal
from sim.scenario.parameters import Parameter, walk
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
        for line, row in zip(out, rows, strict=True):
            line[:] = row
        return out


def draw(scenario: Scenario, streams: Streams) -> Drawn:
    """Draw every uncertain parameter, one value per run of the block."""
    return Drawn(
        {path: _drawn(parameter, streams) for path, parameter in scenario.parameters.items()}
    )


def central(description: Description) -> Drawn:
    """The central value of every parameter of a description."""
    return Drawn({p.path: np.array([p.value]) for p in walk(description)})


def uncertain(scenario: Scenario) -> list[str]:
    """Paths of the parameters that have a spread."""
    return [path for path, p in scenario.parameters.items() if p.quantity.spread]


def _drawn(parameter: Parameter, streams: Streams) -> Floats:
    quantity = parameter.quantity
    if quantity.spread is None:
        return np.array([quantity.value])
    return quantile(quantity, streams.uniform("parameter", parameter.path, 0))


def quantile(quantity: Quantity, u: Floats) -> Floats:
    """Value of an uncertain number at shares ``u`` of its distribution, cut at its range.

    Raises
    ------
    ValueError
        When the number has no spread.
    """
    if quantity.spread is None:
        raise ValueError("a number without a spread has no distribution")
    low, high = quantity.bounds
    cut: Floats = np.clip(inverse(quantity, quantity.spread, u), low, high)
    return cut


def inverse(quantity: Quantity, spread: Spread, u: Floats) -> Floats:
    """Inverse distribution function of a spread at ``u``."""
    if spread.normal is not None:
        return quantity.value + spread.normal * standard_normal(u)
    if spread.cases is not None:
        cases = np.array(spread.cases)
        return cases[np.minimum((u * len(cases)).astype(int), len(cases) - 1)]
    if spread.beta is not None:
        low, high = quantity.bounds
        return low + (high - low) * betaincinv(spread.beta[0], spread.beta[1], u)
    low, high = spread.ends() or quantity.bounds
    if spread.uniform is not None or low == high:
        return low + u * (high - low)
    peak = (quantity.value - low) / (high - low)
    if spread.pert is not None:
        return low + (high - low) * betaincinv(1 + 4 * peak, 1 + 4 * (1 - peak), u)
    rising = np.sqrt(u * peak)
    falling = 1 - np.sqrt((1 - u) * (1 - peak))
    return low + (high - low) * np.where(u < peak, rising, falling)
