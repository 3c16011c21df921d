"""Actors with a position, a salience and a power on one issue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.arrays import Bools, Floats
from sim.errors import Fault, Place, ScenarioError


@dataclass(frozen=True, eq=False)
class Positions:
    """Where actors stand on one issue, in one run or in many.

    Parameters
    ----------
    names : tuple of str
        The actors, two or more, each name once.
    position : Floats, shape (actors, ...)
        What each wants, in the unit of the issue.
    salience : Floats, shape (actors, ...)
        How much of its power each would spend on the issue, from 0 to 1.
    power : Floats, shape (actors, ...)
        What each could spend, 0 or more, in any unit that all share.
    low, high : Floats or float, optional
        The ends of the issue's scale; by default the outermost positions.

    Raises
    ------
    ScenarioError
        For numbers of the wrong shape, not finite or out of range, or nobody with any weight.
    """

    names: tuple[str, ...]
    position: Floats
    salience: Floats
    power: Floats
    low: Any = None
    high: Any = None

    def __post_init__(self) -> None:
        faults = [*self._wrong_names(), *self._wrong_numbers()]
        if faults:
            raise ScenarioError(faults)
        values = {name: np.asarray(getattr(self, name), float) for name in _NUMBERS}
        most = max(one.ndim for one in values.values())
        padded = [one.reshape(one.shape + (1,) * (most - one.ndim)) for one in values.values()]
        try:
            whole = np.broadcast_arrays(*padded)
        except ValueError:
            shapes = ", ".join(f"{name} {one.shape}" for name, one in values.items())
            remedy = "give arrays of the same shape, or one number for each actor"
            raise ScenarioError([_fault("", f"shapes do not match: {shapes}", remedy)]) from None
        for name, array in zip(values, whole, strict=True):
            object.__setattr__(self, name, array)
        outer = {"low": self.position.min(axis=0), "high": self.position.max(axis=0)}
        for name, usual in outer.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, usual)
        if not ((self.low <= self.position) & (self.position <= self.high)).all():
            remedy = "give ends of the scale that hold all positions"
            raise ScenarioError([_fault("position", "a position is beyond the scale", remedy)])

    @property
    def weight(self) -> Floats:
        """Power times salience, shape (actors, ...)."""
        return self.power * self.salience

    @property
    def span(self) -> Floats:
        """Length of the issue's scale, shape (...)."""
        return np.asarray(self.high, float) - np.asarray(self.low, float)

    @property
    def distance(self) -> Floats:
        """How far apart two actors stand, as a share of the scale, shape (actors, actors, ...).

        0 where the scale has no length.
        """
        apart = np.abs(self.position[:, None] - self.position)
        return np.divide(apart, self.span, out=np.zeros_like(apart), where=self.span > 0)

    def moved(self, position: Floats) -> Positions:
        """The same actors at other positions on the same scale."""
        return replace(self, position=np.clip(position, self.low, self.high))

    def _wrong_names(self) -> Iterator[Fault]:
        if len(self.names) < 2:
            found = f"there are {len(self.names)} actors"
            yield _fault("names", found, "give two or more")
        for name in sorted({name for name in self.names if self.names.count(name) > 1}):
            yield _fault("names", f"'{name}' is there twice", "give each actor one name")

    def _wrong_numbers(self) -> Iterator[Fault]:
        for name, (allowed, range_of) in _NUMBERS.items():
            try:
                values = np.asarray(getattr(self, name), float)
            except (TypeError, ValueError):
                yield _fault(name, "these are not all numbers", "give numbers")
                continue
            if values.ndim < 1 or len(values) != len(self.names):
                remedy = f"give one for each of {len(self.names)} actors"
                yield _fault(name, f"these have the shape {values.shape}", remedy)
                continue
            odd = ~(np.isfinite(values) & allowed(values))
            if odd.any():
                place = np.argwhere(odd)[0]
                actor, value = self.names[place[0]], values[tuple(place)]
                yield _fault(f"{name}.{actor}", f"{value:g} is not allowed", f"give {range_of}")


def total(values: Floats) -> Floats:
    """Sum over the first axis in its order, which gives the same bits for one run as for many."""
    found = np.array(values[0])
    for one in values[1:]:
        found += one
    return found


_NUMBERS: dict[str, tuple[Callable[[Floats], Bools], str]] = {
    "position": (np.isfinite, "a finite number"),
    "salience": (lambda values: (values >= 0) & (values <= 1), "a number from 0 to 1"),
    "power": (lambda values: values >= 0, "a finite number of 0 or more"),
}


def _fault(path: str, problem: str, remedy: str) -> Fault:
    return Fault(Place("positions", path=path), problem, remedy)
